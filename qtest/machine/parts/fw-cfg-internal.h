/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of fw_cfg: the items, and the registers in front of them. */
#ifndef OB_FW_CFG_INTERNAL_H
#define OB_FW_CFG_INTERNAL_H

#include <glib.h>

#include "hw-api/ext/fw-cfg.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/fw-cfg.h"

#define FW_CFG_KEYS    (OB_FW_CFG_FILE_FIRST + OB_FW_CFG_FILES)
#define FW_CFG_KEY     0x3fffu /* a key's significant bits */
#define FW_CFG_INVALID 0xffffu /* replaces a selected key without an item */

enum {
    FW_CFG_SIGNATURE = 0x00,
    FW_CFG_ID = 0x01,
    FW_CFG_DIRECTORY = 0x19,
};

#define FW_CFG_ID_TRADITIONAL HW_BIT(0)
#define FW_CFG_ID_DMA         HW_BIT(1)

typedef struct FwCfgItem {
    ObFwCfgFile file; /* a numbered item's name is NULL */
    bool owned;       /* freeing the item frees the bytes */
} FwCfgItem;

/* The machine's device. */
struct ObFwCfg {
    HwDevice dev;
    bool has_ports; /* x86: I/O ports; else memory at `base` */
    bool has_memory;
    uint64_t base;

    uint16_t cur_entry; /* state, under QEMU's names */
    uint32_t cur_offset;
    uint64_t dma_addr;
    uint64_t table_mr_size;
    uint64_t linker_mr_size;
    uint64_t rsdp_mr_size;
    bool sizes_came; /* the sizes came with a stream, from its sender */

    void (*build)(void *opaque); /* ob_fw_cfg_set_builder(); NULL: no file is built */
    void *build_opaque;
    bool outdated;   /* `build` is called before the next answer that depends on it */
    uint64_t builds; /* calls of it */

    uint32_t file_count;
    FwCfgItem items[2][FW_CFG_KEYS]; /* [1]: local to the architecture */
};

/* ---------------------------------------------------------------- fw-cfg.c */

void ob_fw_cfg_items_init(ObFwCfg *s);
void ob_fw_cfg_items_clear(ObFwCfg *s);

/* Makes `key` the current item, and calls its file's hook. */
void ob_fw_cfg_select(ObFwCfg *s, uint16_t key);

/* The current item, up to date; NULL if the key has no item. */
const FwCfgItem *ob_fw_cfg_current(ObFwCfg *s);

/* The number of bytes from the current offset to the item's end. */
uint32_t ob_fw_cfg_left(ObFwCfg *s);

/* Copies bytes at the current offset, which moves on. */
void ob_fw_cfg_take(ObFwCfg *s, uint8_t *buffer, uint32_t size);

/* The guest has stored `size` bytes at the current offset, which moves on. */
void ob_fw_cfg_written(ObFwCfg *s, uint32_t size);

/* The place for `size` bytes at the current offset; NULL if the guest can't store them there. */
uint8_t *ob_fw_cfg_store_at(ObFwCfg *s, uint32_t size);

/* --------------------------------------------------------- fw-cfg-device.c */

/* Adds the device to the host, if its machine has fw_cfg.  `boot` NULL: defaults.  Returns
 * false and sets `error` on failure. */
bool ob_fw_cfg_create(ObHost *host, const ObBoot *boot, HwError *error);

/* Copies the guest's place in the items, and puts it back.  Built files that were built since become
 * outdated; other items must not have changed. */
typedef struct ObFwCfgKept {
    uint16_t cur_entry;
    uint32_t cur_offset;
    uint64_t dma_addr;
    uint64_t sizes[3];
    bool sizes_came;
    bool outdated;
    uint64_t builds;
} ObFwCfgKept;
ObFwCfgKept ob_fw_cfg_keep(const ObFwCfg *s);
void ob_fw_cfg_put_back(ObFwCfg *s, const ObFwCfgKept *kept);

/* ---------------------------------------------------------- fw-cfg-files.c */

/* Adds the files of a realized device.  If it returns false, some files may be added already. */
bool ob_device_add_files(ObDevice *device, HwError *error);
void ob_device_remove_files(ObDevice *device);

/* The device has another class with the same files, or another HwDevice. */
void ob_device_move_files(ObDevice *device);
extern const HwFwCfg ob_fw_cfg_service;

/* ------------------------------------------------------------ fw-cfg-dma.c */

/* Carries out the descriptor at dma_addr, which becomes 0. */
void ob_fw_cfg_dma_run(ObFwCfg *s);

/* -------------------------------------------------------- fw-cfg-machine.c */

/* The items that describe the machine. */
void ob_fw_cfg_machine_init(ObFwCfg *s, ObHost *host, const ObBoot *boot);

#endif
