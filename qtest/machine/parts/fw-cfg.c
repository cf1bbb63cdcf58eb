/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Items, files and their directory. */
#include "qtest/machine/parts/fw-cfg.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/machine/parts/fw-cfg-internal.h"

#define DIRECTORY_ENTRY 64u /* u32 size, u16 key, u16 reserved, name; big-endian */

/* ------------------------------------------------------------------- items */

static FwCfgItem *item_at(ObFwCfg *s, uint16_t key)
{
    return &s->items[!!(key & OB_FW_CFG_ARCH_LOCAL)][key & FW_CFG_KEY];
}

static void item_clear(FwCfgItem *item)
{
    g_free((char *)item->file.name);
    if (item->owned) {
        g_free(item->file.bytes);
    }
    *item = (FwCfgItem) { 0 };
}

static void item_store(FwCfgItem *item, const void *bytes, uint32_t size)
{
    item_clear(item);
    item->file.bytes = g_malloc(size + 1u);
    memcpy(item->file.bytes, bytes, size);
    item->file.size = size;
    item->owned = true;
}

void ob_fw_cfg_set_item(ObFwCfg *fw_cfg, uint16_t key, const void *bytes, uint32_t size)
{
    g_assert((key & FW_CFG_KEY) < OB_FW_CFG_FILE_FIRST);
    item_store(item_at(fw_cfg, key), bytes, size);
}

void ob_fw_cfg_items_init(ObFwCfg *s)
{
    uint8_t id[4];

    hw_store_le(id, FW_CFG_ID_TRADITIONAL | FW_CFG_ID_DMA, sizeof(id));
    ob_fw_cfg_set_item(s, FW_CFG_SIGNATURE, "QEMU", 4);
    ob_fw_cfg_set_item(s, FW_CFG_ID, id, sizeof(id));
    ob_fw_cfg_set_item(s, FW_CFG_DIRECTORY, "\0\0\0\0", 4);
}

void ob_fw_cfg_items_clear(ObFwCfg *s)
{
    for (size_t arch = 0; arch < G_N_ELEMENTS(s->items); arch++) {
        for (uint32_t key = 0; key < FW_CFG_KEYS; key++) {
            item_clear(&s->items[arch][key]);
        }
    }
}

/* ------------------------------------------------------------------- files */

/* The builder's own questions find the flag cleared. */
static void files_build(ObFwCfg *s)
{
    if (s->outdated) {
        s->outdated = false;
        s->builds++;
        s->build(s->build_opaque);
    }
}

static FwCfgItem *files_of(ObFwCfg *s)
{
    return &s->items[0][OB_FW_CFG_FILE_FIRST];
}

/* The number of names that come before this name. */
static uint32_t file_place(const ObFwCfg *s, const char *name)
{
    const FwCfgItem *files = files_of((ObFwCfg *)s);
    uint32_t index = 0;

    while (index < s->file_count && strcmp(files[index].file.name, name) < 0) {
        index++;
    }
    return index;
}

static FwCfgItem *file_find(const ObFwCfg *s, const char *name)
{
    uint32_t index = file_place(s, name);
    FwCfgItem *item = &files_of((ObFwCfg *)s)[index];

    return index < s->file_count && !strcmp(item->file.name, name) ? item : NULL;
}

static void directory_update(ObFwCfg *s)
{
    uint32_t size = 4 + DIRECTORY_ENTRY * s->file_count;
    g_autofree uint8_t *bytes = g_malloc0(size);
    const FwCfgItem *files = files_of(s);

    hw_store_be32(bytes, s->file_count);
    for (uint32_t i = 0; i < s->file_count; i++) {
        uint8_t *entry = bytes + 4 + DIRECTORY_ENTRY * i;

        hw_store_be32(entry, files[i].file.size);
        hw_store_be16(entry + 4, (uint16_t)(OB_FW_CFG_FILE_FIRST + i));
        g_strlcpy((char *)entry + 8, files[i].file.name, OB_FW_CFG_NAME_MAX + 1);
    }
    ob_fw_cfg_set_item(s, FW_CFG_DIRECTORY, bytes, size);
}

static bool file_check(const ObFwCfg *s, const char *name, HwError *error)
{
    if (!*name) {
        return hw_error_set(error, "a file has no name, expected 1 to %u characters",
                            OB_FW_CFG_NAME_MAX);
    }
    if (strlen(name) > OB_FW_CFG_NAME_MAX) {
        return hw_error_set(error,
                            "file name '%s' has %zu characters, expected at "
                            "most %u",
                            name, strlen(name), OB_FW_CFG_NAME_MAX);
    }
    if (file_find(s, name)) {
        return hw_error_set(error, "file '%s' already exists", name);
    }
    return s->file_count < OB_FW_CFG_FILES ||
           hw_error_set(error,
                        "no room for file '%s': it would be file %u, expected at "
                        "most %u",
                        name, s->file_count + 1, OB_FW_CFG_FILES);
}

static FwCfgItem *file_insert(ObFwCfg *s, const char *name)
{
    uint32_t index = file_place(s, name);
    FwCfgItem *item = &files_of(s)[index];

    memmove(item + 1, item, (s->file_count - index) * sizeof(*item));
    s->file_count++;
    *item = (FwCfgItem) { 0 };
    return item;
}

bool ob_fw_cfg_add(ObFwCfg *fw_cfg, const ObFwCfgFile *file, HwError *error)
{
    FwCfgItem *item;

    if (!file_check(fw_cfg, file->name, error)) {
        return false;
    }
    item = file_insert(fw_cfg, file->name);
    item->file = *file;
    item->file.name = g_strdup(file->name);
    directory_update(fw_cfg);
    return true;
}

bool ob_fw_cfg_add_taken(ObFwCfg *fw_cfg, const char *name, void *bytes, uint32_t size,
                         HwError *error)
{
    const ObFwCfgFile file = { .name = name, .bytes = bytes, .size = size };

    if (!ob_fw_cfg_add(fw_cfg, &file, error)) {
        return false;
    }
    file_find(fw_cfg, name)->owned = true;
    return true;
}

bool ob_fw_cfg_add_copy(ObFwCfg *fw_cfg, const char *name, const void *bytes, uint32_t size,
                        HwError *error)
{
    uint8_t *copy = g_malloc(size + 1u);

    memcpy(copy, bytes, size);
    if (!ob_fw_cfg_add_taken(fw_cfg, name, copy, size, error)) {
        g_free(copy);
        return false;
    }
    return true;
}

void ob_fw_cfg_remove(ObFwCfg *fw_cfg, const char *name)
{
    FwCfgItem *item = file_find(fw_cfg, name);
    FwCfgItem *end = files_of(fw_cfg) + fw_cfg->file_count;

    if (item) {
        item_clear(item);
        memmove(item, item + 1, (size_t)(end - item - 1) * sizeof(*item));
        end[-1] = (FwCfgItem) { 0 };
        fw_cfg->file_count--;
        directory_update(fw_cfg);
    }
}

bool ob_fw_cfg_replace(ObFwCfg *fw_cfg, const char *name, uint8_t *bytes, uint32_t size)
{
    FwCfgItem *item = file_find(fw_cfg, name);

    if (!item || item->owned) {
        return false;
    }
    if (item->file.is_built) {
        files_build(fw_cfg); /* a later build must not replace these bytes */
    }
    item->file.bytes = bytes;
    item->file.size = size;
    directory_update(fw_cfg);
    return true;
}

void ob_fw_cfg_set_builder(ObFwCfg *fw_cfg, void (*build)(void *opaque), void *opaque)
{
    fw_cfg->build = build;
    fw_cfg->build_opaque = opaque;
}

void ob_fw_cfg_outdate(ObFwCfg *fw_cfg)
{
    fw_cfg->outdated = fw_cfg->build != NULL;
}

const ObFwCfgFile *ob_fw_cfg_find(ObFwCfg *fw_cfg, const char *name)
{
    const FwCfgItem *item = file_find(fw_cfg, name);

    if (item && item->file.is_built) {
        files_build(fw_cfg);
    }
    return item ? &item->file : NULL;
}

uint16_t ob_fw_cfg_key(const ObFwCfg *fw_cfg, const char *name)
{
    const FwCfgItem *item = file_find(fw_cfg, name);

    return item ? (uint16_t)(item - fw_cfg->items[0]) : 0;
}

/* ---------------------------------------------------------------- accesses */

void ob_fw_cfg_select(ObFwCfg *s, uint16_t key)
{
    const ObFwCfgFile *file;

    s->cur_offset = 0;
    s->cur_entry = (key & FW_CFG_KEY) < FW_CFG_KEYS ? key : FW_CFG_INVALID;
    file = s->cur_entry == FW_CFG_INVALID ? NULL : &ob_fw_cfg_current(s)->file;
    if (file && file->selected) {
        file->selected(file->opaque);
    }
}

/* The key may have come with a stream, unchecked. */
const FwCfgItem *ob_fw_cfg_current(ObFwCfg *s)
{
    const FwCfgItem *item = (s->cur_entry & FW_CFG_KEY) < FW_CFG_KEYS ? item_at(s, s->cur_entry)
                                                                      : NULL;

    if (item && (item->file.is_built || item == item_at(s, FW_CFG_DIRECTORY))) {
        files_build(s);
    }
    return item;
}

uint32_t ob_fw_cfg_left(ObFwCfg *s)
{
    const FwCfgItem *item = ob_fw_cfg_current(s);

    return item && item->file.size > s->cur_offset ? item->file.size - s->cur_offset : 0;
}

void ob_fw_cfg_take(ObFwCfg *s, uint8_t *buffer, uint32_t size)
{
    const FwCfgItem *item = ob_fw_cfg_current(s);
    uint32_t there = MIN(size, ob_fw_cfg_left(s));

    if (there && item->file.bytes) {
        memcpy(buffer, item->file.bytes + s->cur_offset, there);
    } else {
        memset(buffer, 0, there);
    }
    memset(buffer + there, 0, size - there);
    s->cur_offset += there;
}

uint8_t *ob_fw_cfg_store_at(ObFwCfg *s, uint32_t size)
{
    const FwCfgItem *item = ob_fw_cfg_current(s);

    return item && item->file.bytes && item->file.guest_writable && size <= ob_fw_cfg_left(s)
               ? item->file.bytes + s->cur_offset
               : NULL;
}

void ob_fw_cfg_written(ObFwCfg *s, uint32_t size)
{
    const ObFwCfgFile *file = &ob_fw_cfg_current(s)->file;
    uint32_t offset = s->cur_offset;

    s->cur_offset += size;
    if (file->written) {
        file->written(file->opaque, offset, size);
    }
}

void ob_fw_cfg_read(ObFwCfg *fw_cfg, uint16_t key, uint32_t offset, void *buffer, uint32_t size)
{
    ob_fw_cfg_select(fw_cfg, key);
    fw_cfg->cur_offset = MIN(offset, ob_fw_cfg_left(fw_cfg));
    ob_fw_cfg_take(fw_cfg, buffer, size);
}

bool ob_fw_cfg_write(ObFwCfg *fw_cfg, uint16_t key, uint32_t offset, const void *buffer,
                     uint32_t size)
{
    uint8_t *to;

    ob_fw_cfg_select(fw_cfg, key);
    fw_cfg->cur_offset = MIN(offset, ob_fw_cfg_left(fw_cfg));
    to = size ? ob_fw_cfg_store_at(fw_cfg, size) : NULL;
    if (!to) {
        return size == 0;
    }
    memcpy(to, buffer, size);
    ob_fw_cfg_written(fw_cfg, size);
    return true;
}
