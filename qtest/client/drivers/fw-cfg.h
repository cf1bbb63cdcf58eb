/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Uses fw_cfg as firmware does: by its data register, and by DMA through a descriptor in RAM.
 * The specification is QEMU's docs/specs/fw_cfg; qtest/machine/parts/fw-cfg.rst describes the
 * fw_cfg of our machine.
 */
#ifndef OB_CLIENT_FW_CFG_H
#define OB_CLIENT_FW_CFG_H

#include "qtest/client/client.h"

/* Bits of a descriptor's first word; bits 16 and up hold the key to select. */
#define FW_CFG_DMA_ERROR     HW_BIT(0)
#define FW_CFG_DMA_READ      HW_BIT(1)
#define FW_CFG_DMA_SKIP      HW_BIT(2)
#define FW_CFG_DMA_SELECT    HW_BIT(3)
#define FW_CFG_DMA_WRITE     HW_BIT(4)
#define FW_CFG_DMA_KEY_SHIFT 16

#define FW_CFG_PORT          0x510 /* selector; data at the next port */
#define FW_CFG_PORT_DMA      0x514
#define FW_CFG_DATA          0x0 /* offsets from `base` */
#define FW_CFG_SELECTOR      0x8
#define FW_CFG_DMA           0x10

typedef struct ObFwCfgPort {
    ObClient *client;    /* owned by the caller */
    uint64_t base;       /* address of the registers in memory; 0: a PC's I/O ports */
    uint64_t descriptor; /* address of 16 bytes of RAM for a descriptor */
} ObFwCfgPort;

/* Return a PC's and virt's fw_cfg, with the descriptor 64 KiB above the start of RAM. */
ObFwCfgPort fw_cfg_of_pc(ObClient *client);
ObFwCfgPort fw_cfg_of_virt(ObClient *client);

/* Use the selector and the data register, byte by byte. */
void fw_cfg_select(const ObFwCfgPort *port, uint16_t key);
void fw_cfg_read(const ObFwCfgPort *port, void *buffer, size_t size);

/* Stores a descriptor's address in the DMA register, in two halves. */
void fw_cfg_dma_start(const ObFwCfgPort *port, uint64_t descriptor);

/* Makes one transfer.  Returns the descriptor's first word after it: 0, or FW_CFG_DMA_ERROR. */
uint32_t fw_cfg_dma(const ObFwCfgPort *port, uint32_t control, uint64_t address, uint32_t length);

/* Returns the control bits that select `key`. */
static inline uint32_t fw_cfg_dma_key(uint16_t key)
{
    return FW_CFG_DMA_SELECT | (uint32_t)key << FW_CFG_DMA_KEY_SHIFT;
}

/* Returns the key of a file, or 0 if there is no such file.  `size`, if not NULL, gets its size. */
uint16_t fw_cfg_find(const ObFwCfgPort *port, const char *name, uint32_t *size);

#endif
