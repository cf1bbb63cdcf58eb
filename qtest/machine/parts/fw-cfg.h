/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fw_cfg: numbered items and named files that the guest's firmware reads from the host, and
 * files that it writes.  fw-cfg.rst describes its registers and the items of a machine.
 *
 * Under the device lock.
 */
#ifndef OB_FW_CFG_H
#define OB_FW_CFG_H

#include "qtest/machine/core/host.h"

#define OB_FW_CFG_FILE_FIRST 0x20u /* the key of the first file */
#define OB_FW_CFG_FILES      0x20u /* the number of files, at most */
#define OB_FW_CFG_NAME_MAX   55u

/* Bits of a key. */
#define OB_FW_CFG_WRITE_CHANNEL 0x4000u /* obsolete, ignored */
#define OB_FW_CFG_ARCH_LOCAL    0x8000u

typedef struct ObFwCfg ObFwCfg;

/* The host's fw_cfg; NULL if the machine has none.  Lives as long as the host. */
ObFwCfg *ob_host_fw_cfg(ObHost *host);

/* ------------------------------------------------------------------- files */

/* The caller owns the bytes of the file until it removes the file. */
typedef struct ObFwCfgFile {
    const char *name; /* copied */
    uint8_t *bytes;   /* NULL: zeros, read-only */
    uint32_t size;
    bool guest_writable;
    bool is_built; /* ob_fw_cfg_set_builder(): the builder brings bytes and size */

    /* The guest selects the file: the last moment for ob_fw_cfg_replace().  May be NULL.
     * Neither hook may add or remove a file. */
    void (*selected)(void *opaque);

    /* The guest stored `length` bytes, > 0, at `offset`.  May be NULL. */
    void (*written)(void *opaque, uint32_t offset, uint32_t length);
    void *opaque;
} ObFwCfgFile;

/*
 * Adds a file.  Keys follow the order of names, so that adding or removing a file changes
 * keys: a guest looks keys up in the directory.  Returns false and sets `error` if the name
 * already exists, is too long or empty, or if there is no room.
 */
bool ob_fw_cfg_add(ObFwCfg *fw_cfg, const ObFwCfgFile *file, HwError *error);

/* Adds a read-only file with a copy of the bytes. */
bool ob_fw_cfg_add_copy(ObFwCfg *fw_cfg, const char *name, const void *bytes, uint32_t size,
                        HwError *error);

/* The same without a copy: takes the bytes, which come from g_malloc().  If it returns false, they
 * are still the caller's. */
bool ob_fw_cfg_add_taken(ObFwCfg *fw_cfg, const char *name, void *bytes, uint32_t size,
                         HwError *error);

/* Removes the file of this name, if it exists. */
void ob_fw_cfg_remove(ObFwCfg *fw_cfg, const char *name);

/*
 * Gives a file from ob_fw_cfg_add() other bytes, of any size.  The old bytes go back to
 * their owner.  A guest that is in the middle of the file goes on in the new bytes.
 * Returns false if there is no such file.
 */
bool ob_fw_cfg_replace(ObFwCfg *fw_cfg, const char *name, uint8_t *bytes, uint32_t size);

/*
 * Files with `is_built` are built when somebody asks for one of them, for the directory or for
 * a size.  After ob_fw_cfg_outdate() `build` is called once, before the next such answer.  It calls
 * ob_fw_cfg_replace() for each of them, and may neither add nor remove a file.
 */
void ob_fw_cfg_set_builder(ObFwCfg *fw_cfg, void (*build)(void *opaque), void *opaque);
void ob_fw_cfg_outdate(ObFwCfg *fw_cfg);

/* The file in its present form; NULL if there is none.  Valid until files change. */
const ObFwCfgFile *ob_fw_cfg_find(ObFwCfg *fw_cfg, const char *name);

/* The file's key; 0 if there is no such file. */
uint16_t ob_fw_cfg_key(const ObFwCfg *fw_cfg, const char *name);

/* ------------------------------------------------------------------- items */

/* Sets a numbered item to a copy of the bytes.  Its key is below OB_FW_CFG_FILE_FIRST or
 * has OB_FW_CFG_ARCH_LOCAL. */
void ob_fw_cfg_set_item(ObFwCfg *fw_cfg, uint16_t key, const void *bytes, uint32_t size);

/* ------------------------------------------------------------ guest's DMA */

/*
 * Does a guest's DMA, without its descriptor: selects the key, goes to `offset`, then reads or
 * writes `size` bytes.  A read gives zeros beyond the item's end.  A write fails, with
 * nothing stored, unless the file is guest-writable and all of the range lies inside it.
 */
void ob_fw_cfg_read(ObFwCfg *fw_cfg, uint16_t key, uint32_t offset, void *buffer, uint32_t size);
bool ob_fw_cfg_write(ObFwCfg *fw_cfg, uint16_t key, uint32_t offset, const void *buffer,
                     uint32_t size);

#endif
