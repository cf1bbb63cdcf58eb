/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of fw_cfg share: the items, and the registers in front of them. */
#ifndef OB_FW_CFG_INTERNAL_H
#define OB_FW_CFG_INTERNAL_H

#include <glib.h>

#include "hw-api/ext/fw-cfg.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/fw-cfg.h"

#define FW_CFG_KEYS    (OB_FW_CFG_FILE_FIRST + OB_FW_CFG_FILES)
#define FW_CFG_KEY     0x3fffu          /* the bits of a key that count */
#define FW_CFG_INVALID 0xffffu          /* what a selected key without a place turns into */

enum {
    FW_CFG_SIGNATURE = 0x00,
    FW_CFG_ID = 0x01,
    FW_CFG_DIRECTORY = 0x19,
};

#define FW_CFG_ID_TRADITIONAL HW_BIT(0)
#define FW_CFG_ID_DMA         HW_BIT(1)

typedef struct FwCfgItem {
    ObFwCfgFile file;                   /* a numbered item's name is NULL */
    bool owned;                         /* the bytes are freed with it */
} FwCfgItem;

/* The machine's device. */
struct ObFwCfg {
    HwDevice dev;
    bool has_ports;                     /* x86: I/O ports; else memory at `base` */
    bool has_memory;
    uint64_t base;

    uint16_t cur_entry;                 /* state, as QEMU names it */
    uint32_t cur_offset;
    uint64_t dma_addr;
    uint64_t table_mr_size;
    uint64_t linker_mr_size;
    uint64_t rsdp_mr_size;
    bool sizes_came;                    /* with a stream: they are its sender's */

    uint32_t file_count;
    FwCfgItem items[2][FW_CFG_KEYS];    /* [1]: local to the architecture */
};

/* ---------------------------------------------------------------- fw-cfg.c */

void ob_fw_cfg_items_init(ObFwCfg *s);
void ob_fw_cfg_items_clear(ObFwCfg *s);

/* Makes `key` the current one, and calls its file's hook. */
void ob_fw_cfg_select(ObFwCfg *s, uint16_t key);

/* The current item, NULL if the key has no place. */
const FwCfgItem *ob_fw_cfg_current(const ObFwCfg *s);

/* How many of its bytes are left at the current offset. */
uint32_t ob_fw_cfg_left(const ObFwCfg *s);

/* At the current offset, which moves on. */
void ob_fw_cfg_take(ObFwCfg *s, uint8_t *buffer, uint32_t size);

/* The guest has stored `size` bytes at the current offset, which moves on. */
void ob_fw_cfg_written(ObFwCfg *s, uint32_t size);

/* Where at the current offset `size` bytes can be stored, NULL: not there. */
uint8_t *ob_fw_cfg_store_at(const ObFwCfg *s, uint32_t size);

/* --------------------------------------------------------- fw-cfg-device.c */

/* Adds the device to the host, if its machine has one.  `boot` NULL: defaults.  False
 * with a sentence. */
bool ob_fw_cfg_create(ObHost *host, const ObBoot *boot, HwError *error);

/* ---------------------------------------------------------- fw-cfg-files.c */

/* The files of a realized device.  False with a sentence, after which some may be there. */
bool ob_device_add_files(ObDevice *device, HwError *error);
void ob_device_remove_files(ObDevice *device);
extern const HwFwCfg ob_fw_cfg_service;

/* ------------------------------------------------------------ fw-cfg-dma.c */

/* Obeys the descriptor at dma_addr, which becomes 0. */
void ob_fw_cfg_dma_run(ObFwCfg *s);

/* -------------------------------------------------------- fw-cfg-machine.c */

/* The items that describe the machine. */
void ob_fw_cfg_machine_init(ObFwCfg *s, ObHost *host, const ObBoot *boot);

#endif
