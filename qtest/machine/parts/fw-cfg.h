/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fw_cfg: numbered items and named files that the guest's firmware reads from the host,
 * and files that it writes.  fw-cfg.rst has its registers and what a machine offers.
 *
 * Under the device lock.
 */
#ifndef OB_FW_CFG_H
#define OB_FW_CFG_H

#include "qtest/machine/core/host.h"

#define OB_FW_CFG_FILE_FIRST 0x20u      /* the key of the first file */
#define OB_FW_CFG_FILES      0x20u      /* how many there can be */
#define OB_FW_CFG_NAME_MAX   55u

/* Bits of a key. */
#define OB_FW_CFG_WRITE_CHANNEL 0x4000u /* obsolete, ignored */
#define OB_FW_CFG_ARCH_LOCAL    0x8000u

typedef struct ObFwCfg ObFwCfg;

/* The host's, NULL where the machine has none.  Lives as long as the host. */
ObFwCfg *ob_host_fw_cfg(ObHost *host);

/* ------------------------------------------------------------------- files */

/* A file that its adder keeps: who adds it owns the bytes until it is removed. */
typedef struct ObFwCfgFile {
    const char *name;           /* copied */
    uint8_t *bytes;             /* NULL: zeros, read-only */
    uint32_t size;
    bool guest_writable;

    /* The guest selects the file: the last moment for ob_fw_cfg_replace().  May be NULL.
     * Neither may add or remove a file. */
    void (*selected)(void *opaque);

    /* The guest stored `length` bytes, > 0, at `offset`.  May be NULL. */
    void (*written)(void *opaque, uint32_t offset, uint32_t length);
    void *opaque;
} ObFwCfgFile;

/*
 * Keys follow the names' order, so that they change when a file is added or removed: a
 * guest looks them up in the directory.  False with a sentence if the name is taken, too
 * long or empty, or if there is no room.
 */
bool ob_fw_cfg_add(ObFwCfg *fw_cfg, const ObFwCfgFile *file, HwError *error);

/* A read-only file of a copy of the bytes. */
bool ob_fw_cfg_add_copy(ObFwCfg *fw_cfg, const char *name, const void *bytes, uint32_t size,
                        HwError *error);

/* By name; nothing happens if there is no such file. */
void ob_fw_cfg_remove(ObFwCfg *fw_cfg, const char *name);

/*
 * Gives a file that was added with ob_fw_cfg_add() other bytes, of any size; those that it
 * had are the adder's again.  Where a guest is in the middle of them it goes on in the new
 * ones.  False if there is no such file.
 */
bool ob_fw_cfg_replace(ObFwCfg *fw_cfg, const char *name, uint8_t *bytes, uint32_t size);

/* The file as it is now, NULL if there is none; valid until files change. */
const ObFwCfgFile *ob_fw_cfg_find(const ObFwCfg *fw_cfg, const char *name);

/* The file's key, 0 if there is none. */
uint16_t ob_fw_cfg_key(const ObFwCfg *fw_cfg, const char *name);

/* ------------------------------------------------------------------- items */

/* Sets a numbered item, a key below OB_FW_CFG_FILE_FIRST or that with
 * OB_FW_CFG_ARCH_LOCAL, to a copy of the bytes. */
void ob_fw_cfg_set_item(ObFwCfg *fw_cfg, uint16_t key, const void *bytes, uint32_t size);

/* ------------------------------------------------------------ as the guest */

/*
 * What a guest does by DMA, without its descriptor: selects the key and goes to `offset`,
 * then reads or writes `size` bytes.  Reads give zeros where there is nothing.  A write is
 * false, with nothing stored, unless the file is guest-writable and it all lies in there.
 */
void ob_fw_cfg_read(ObFwCfg *fw_cfg, uint16_t key, uint32_t offset, void *buffer, uint32_t size);
bool ob_fw_cfg_write(ObFwCfg *fw_cfg, uint16_t key, uint32_t offset, const void *buffer,
                     uint32_t size);

#endif
