/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of the machine's fw_cfg, reached without the guest's address space: regions
 * that overlie them there have no effect.  The selection is the guest's own: a file that is
 * selected here stays selected for the guest.
 */
#ifndef BRIDGE_FW_CFG_PORT_H
#define BRIDGE_FW_CFG_PORT_H

#include "hw-api/hw-api.h"
#include "plugins/qemu-bridge/qemu/api.h"

enum {
    FW_CFG_DIRECTORY = 0x19,
    FW_CFG_FIRST_FILE = 0x20,
    FW_CFG_KEY_MASK = 0x3fff,
};

/* Offsets of the registers from the first register. */
typedef struct FwCfgLayout {
    const char *type;    /* type of the fw_cfg device */
    const char *control; /* child object: the memory region of the selector */
    const char *data;    /* the same for data; NULL: part of the control region */
    uint32_t control_at;
    uint32_t control_size;
    uint32_t data_at;
    uint32_t dma_at;    /* 8 bytes, region "fwcfg.dma[0]" */
    bool is_big_endian; /* the selector; the DMA address is big-endian always */
} FwCfgLayout;

typedef struct FwCfgFile {
    uint16_t key;
    uint32_t size;
} FwCfgFile;

/* Returns false and sets `error` if the machine has no fw_cfg that the bridge knows. */
bool fw_cfg_port_open(HwError *error);

/* The functions below need an open port. */
QemuObject *fw_cfg_port_device(void);
const FwCfgLayout *fw_cfg_port_layout(void);
void fw_cfg_port_write(uint64_t offset, const void *bytes, uint32_t size);
void fw_cfg_port_read(uint64_t offset, void *bytes, uint32_t size);
void fw_cfg_port_select(uint16_t key);

/* Finds a file in the directory.  `count`, if not NULL, gets the number of files. */
bool fw_cfg_port_find(const char *name, FwCfgFile *file, uint32_t *count);

#endif
