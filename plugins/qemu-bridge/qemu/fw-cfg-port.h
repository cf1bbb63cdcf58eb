/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of the machine's fw_cfg, reached beside the guest: what overlies them in
 * the guest's address space is passed by.  What is selected here is what the guest finds
 * selected.
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

/* Where the registers lie, from the first of them on. */
typedef struct FwCfgLayout {
    const char *type;           /* of the fw_cfg device */
    const char *control;        /* child objects: its memory regions */
    const char *data;           /* NULL: part of the control region */
    uint32_t control_at;
    uint32_t control_size;
    uint32_t data_at;
    uint32_t dma_at;            /* 8 bytes, region "fwcfg.dma[0]" */
    bool is_big_endian;         /* the selector; DMA's address always is */
} FwCfgLayout;

typedef struct FwCfgFile {
    uint16_t key;
    uint32_t size;
} FwCfgFile;

/* False with the reason on a machine without the fw_cfg that we know. */
bool fw_cfg_port_open(HwError *error);

/* From here on, of an open port. */
QemuObject *fw_cfg_port_device(void);
const FwCfgLayout *fw_cfg_port_layout(void);
void fw_cfg_port_write(uint64_t offset, const void *bytes, uint32_t size);
void fw_cfg_port_read(uint64_t offset, void *bytes, uint32_t size);
void fw_cfg_port_select(uint16_t key);

/* The place of a file; `count`, if not NULL: the number of files. */
bool fw_cfg_port_find(const char *name, FwCfgFile *file, uint32_t *count);

#endif
