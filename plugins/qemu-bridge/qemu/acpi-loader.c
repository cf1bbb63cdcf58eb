/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's tables and script are in RAM blocks.  QEMU fills them when the machine is made, and
 * again when firmware asks for one of the files after a reset.  The root table (RSDT or XSDT)
 * is the last table, with zeros behind it.
 */
#include "plugins/qemu-bridge/qemu/acpi-loader.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/api.h"
#include "plugins/qemu-bridge/qemu/fw-cfg-port.h"

/* The RAM block of a file is a child of fw_cfg; the slashes in its name are escaped. */
#define TABLES_CHILD "\\x2from@etc\\x2facpi\\x2ftables[0]"
#define SCRIPT_CHILD "\\x2from@etc\\x2ftable-loader[0]"

typedef struct Block {
    QemuMemoryRegion *region;
    uint8_t *bytes;
    uint64_t size;
} Block;

typedef struct Root {
    uint32_t command; /* index of its ADD_CHECKSUM in the script */
    uint32_t place;
    uint32_t length;
    uint32_t entry_size;
} Root;

static bool block_find(Block *block, const char *child)
{
    block->region = (QemuMemoryRegion *)object_resolve_path_component(fw_cfg_port_device(), child);
    if (!block->region) {
        return false;
    }
    block->bytes = memory_region_get_ram_ptr(block->region);
    block->size = memory_region_size(block->region);
    return true;
}

/* ------------------------------------------------------------------- the script */

static uint32_t command_kind(const Block *script, uint32_t command)
{
    return (uint32_t)hw_load_le(script->bytes + (uint64_t)command * HW_LOADER_ENTRY_SIZE, 4);
}

static uint32_t command_number(const Block *script, uint32_t command, uint32_t at)
{
    return (uint32_t)hw_load_le(script->bytes + (uint64_t)command * HW_LOADER_ENTRY_SIZE + at, 4);
}

static bool command_has_file(const Block *script, uint32_t command, const char *file)
{
    const uint8_t *entry = script->bytes + (uint64_t)command * HW_LOADER_ENTRY_SIZE;

    return strncmp((const char *)entry + HW_LOADER_FILE, file, HW_LOADER_NAME_SIZE) == 0;
}

/* Counts the commands before the padding. */
static uint32_t command_count(const Block *script)
{
    uint32_t count = 0;

    while ((count + 1) * (uint64_t)HW_LOADER_ENTRY_SIZE <= script->size &&
           command_kind(script, count)) {
        count++;
    }
    return count;
}

static bool is_linked(const Block *script, const char *file)
{
    uint32_t count = command_count(script);

    for (uint32_t i = 0; i < count; i++) {
        if (command_has_file(script, i, file)) {
            return true;
        }
    }
    return false;
}

/* --------------------------------------------------------------- the root table */

static uint32_t root_entry_size(const uint8_t *table)
{
    return memcmp(table, "RSDT", 4) == 0 ? 4 : memcmp(table, "XSDT", 4) == 0 ? 8 : 0;
}

static bool root_find(const Block *tables, const Block *script, Root *root)
{
    uint32_t count = command_count(script);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = command_number(script, i, HW_LOADER_CHECKSUM_START);

        if (command_kind(script, i) != HW_LOADER_ADD_CHECKSUM ||
            !command_has_file(script, i, ACPI_TABLES_FILE) ||
            (uint64_t)place + HW_ACPI_HEADER_SIZE > tables->size) {
            continue;
        }
        *root = (Root) {
            .command = i,
            .place = place,
            .length = (uint32_t)hw_load_le(tables->bytes + place + HW_ACPI_HEADER_LENGTH, 4),
            .entry_size = root_entry_size(tables->bytes + place),
        };
        if (root->entry_size) {
            return true;
        }
    }
    return false;
}

static bool root_has_room(const Block *tables, const Root *root, uint32_t entries)
{
    uint64_t start = (uint64_t)root->place + root->length;
    uint64_t end = start + (uint64_t)entries * root->entry_size;

    if (end > tables->size) {
        return false;
    }
    for (uint64_t at = start; at < end; at++) {
        if (tables->bytes[at]) {
            return false;
        }
    }
    return true;
}

/* Our commands go before the root table's ADD_CHECKSUM: the checksum covers the pointers. */
static bool commands_make(HwAcpiBuffer *commands, const Root *root, const AcpiParts *parts)
{
    hw_acpi_buffer_append(commands, parts->script.bytes, parts->script.size);
    for (uint32_t i = 0; i < parts->count; i++) {
        hw_loader_add_pointer(commands, ACPI_TABLES_FILE,
                              root->place + root->length + i * root->entry_size, root->entry_size,
                              parts->file);
    }
    return !commands->failed;
}

static void root_extend(Block *tables, Block *script, const Root *root, const AcpiParts *parts)
{
    uint8_t *end = tables->bytes + root->place + root->length;
    uint32_t length = root->length + parts->count * root->entry_size;
    uint8_t *checksum = script->bytes + (uint64_t)root->command * HW_LOADER_ENTRY_SIZE;

    for (uint32_t i = 0; i < parts->count; i++) {
        hw_store_le(end + i * root->entry_size, parts->places[i], root->entry_size);
    }
    hw_store_le(tables->bytes + root->place + HW_ACPI_HEADER_LENGTH, length, 4);
    hw_store_le(checksum + HW_LOADER_CHECKSUM_LENGTH, length, 4);
    memory_region_set_dirty(tables->region, root->place, length);
}

/* ------------------------------------------------------------------------ link */

/* On some machines QEMU makes the script exactly as long as its commands.  fw_cfg's directory
 * shows the new size. */
static bool script_grow(Block *script, uint64_t size, HwError *error)
{
    QemuError *failed = NULL;
    uint64_t old = script->size;

    if (size <= old) {
        return true;
    }
    memory_region_ram_resize(script->region, size, &failed);
    if (failed) {
        hw_error_set(error, "'%s' can't grow: %s", ACPI_SCRIPT_FILE, error_get_pretty(failed));
        error_free(failed);
        return false;
    }
    block_find(script, SCRIPT_CHILD);
    memset(script->bytes + old, 0, script->size - old);
    return true;
}

static void script_insert(Block *script, uint32_t at, const HwAcpiBuffer *commands)
{
    uint64_t offset = (uint64_t)at * HW_LOADER_ENTRY_SIZE;
    uint64_t end = (uint64_t)command_count(script) * HW_LOADER_ENTRY_SIZE;

    memmove(script->bytes + offset + commands->size, script->bytes + offset, end - offset);
    memcpy(script->bytes + offset, commands->bytes, commands->size);
    memory_region_set_dirty(script->region, 0, script->size);
}

static bool root_link(Block *tables, Block *script, const AcpiParts *parts, HwAcpiBuffer *commands,
                      HwError *error)
{
    Root root;
    uint64_t size;

    if (!root_find(tables, script, &root) || !root_has_room(tables, &root, parts->count)) {
        return hw_error_set(error, "'%s' has no room in its root table for %u more",
                            ACPI_TABLES_FILE, parts->count);
    }
    if (!commands_make(commands, &root, parts)) {
        return hw_error_set(error, "out of memory");
    }
    size = (uint64_t)command_count(script) * HW_LOADER_ENTRY_SIZE + commands->size;
    if (!script_grow(script, size, error)) {
        return false;
    }
    root_extend(tables, script, &root, parts);
    script_insert(script, root.command, commands);
    return true;
}

bool acpi_loader_link(const AcpiParts *parts, HwError *error)
{
    HwAcpiBuffer commands = { 0 };
    Block tables;
    Block script;
    bool good;

    if (!block_find(&tables, TABLES_CHILD) || !block_find(&script, SCRIPT_CHILD) ||
        is_linked(&script, parts->file)) {
        return true;
    }
    good = root_link(&tables, &script, parts, &commands, error);
    hw_acpi_buffer_clear(&commands);
    return good;
}
