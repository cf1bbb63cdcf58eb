/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root table (RSDT or XSDT) is QEMU's last table, with zeros behind it.
 *
 * Firmware reads the sizes of all files from fw_cfg's directory, then switches devices on, and
 * then reads the files.  QEMU builds its tables anew at this read, and may have more of them than
 * at reset.  MCFG comes once firmware has switched MMCONFIG on, and the DSDT gets windows for
 * 64-bit BARs.  SeaBIOS drops the commands that lie behind the size it read.  So the directory
 * has spare room from reset on, and the sizes stay until the next reset.
 */
#include "plugins/qemu-bridge/qemu/acpi-loader.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

#define PAGE_SIZE      4096u
#define SPARE_COMMANDS 16u
#define SPARE_TABLES   0x8000u

/* Our tables are aligned so, behind QEMU's too. */
#define PARTS_ALIGNMENT 64u

/* A command that no firmware knows and all skip.  It names our tables when they are behind QEMU's,
 * so that the bridge knows a script with its commands. */
#define COMMAND_MARK 0x4f555442u

typedef struct Root {
    uint32_t command; /* index of its ADD_CHECKSUM in the script */
    uint32_t place;
    uint32_t length;
    uint32_t entry_size;
} Root;

typedef struct Linker {
    const AcpiParts *parts;
    AcpiBlock tables;
    AcpiBlock script;
    Root root;
    bool is_linked;
    uint64_t end; /* the root table's end, once ours are linked */
} Linker;

static uint64_t round_up(uint64_t number, uint64_t step)
{
    return (number + step - 1) / step * step;
}

/* ------------------------------------------------------------------- the script */

static uint32_t command_kind(const AcpiBlock *script, uint32_t command)
{
    return (uint32_t)hw_load_le(script->bytes + (uint64_t)command * HW_LOADER_ENTRY_SIZE, 4);
}

static uint32_t command_number(const AcpiBlock *script, uint32_t command, uint32_t at)
{
    return (uint32_t)hw_load_le(script->bytes + (uint64_t)command * HW_LOADER_ENTRY_SIZE + at, 4);
}

static bool command_has_file(const AcpiBlock *script, uint32_t command, const char *file)
{
    const uint8_t *entry = script->bytes + (uint64_t)command * HW_LOADER_ENTRY_SIZE;

    return strncmp((const char *)entry + HW_LOADER_FILE, file, HW_LOADER_NAME_SIZE) == 0;
}

/* Counts the commands before the padding. */
static uint32_t command_count(const AcpiBlock *script)
{
    uint32_t count = 0;

    while ((count + 1) * (uint64_t)HW_LOADER_ENTRY_SIZE <= script->size &&
           command_kind(script, count)) {
        count++;
    }
    return count;
}

static bool script_has_file(const AcpiBlock *script, const char *file)
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

static bool root_find(const AcpiBlock *tables, const AcpiBlock *script, Root *root)
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

/* True if the file has only zeros from there to its end. */
static bool is_zero(const AcpiBlock *block, uint64_t start)
{
    for (uint64_t at = start; at < block->size; at++) {
        if (block->bytes[at]) {
            return false;
        }
    }
    return true;
}

/* ------------------------------------------------------- our tables behind QEMU's */

static bool is_behind(const AcpiParts *parts)
{
    return strcmp(parts->file, ACPI_TABLES_FILE) == 0;
}

/* The place of our tables in QEMU's file. */
static uint64_t behind_place(const Linker *linker)
{
    return round_up(linker->end, PARTS_ALIGNMENT);
}

static uint64_t tables_end(const Linker *linker)
{
    return is_behind(linker->parts) ? behind_place(linker) + linker->parts->tables.size
                                    : linker->end;
}

static void number_add(uint8_t *bytes, uint64_t number, uint32_t size)
{
    hw_store_le(bytes, hw_load_le(bytes, size) + number, size);
}

/* Our commands have offsets in our tables; the tables begin at `base` of QEMU's file. */
static void command_move(uint8_t *entry, uint32_t base)
{
    uint32_t kind = (uint32_t)hw_load_le(entry, 4);

    if (strncmp((char *)entry + HW_LOADER_FILE, ACPI_TABLES_FILE, HW_LOADER_NAME_SIZE) != 0) {
        return;
    }
    if (kind == HW_LOADER_ADD_POINTER) {
        number_add(entry + HW_LOADER_POINTER_OFFSET, base, 4);
    } else if (kind == HW_LOADER_ADD_CHECKSUM) {
        number_add(entry + HW_LOADER_CHECKSUM_OFFSET, base, 4);
        number_add(entry + HW_LOADER_CHECKSUM_START, base, 4);
    }
}

static void mark_append(HwAcpiBuffer *commands)
{
    uint8_t entry[HW_LOADER_ENTRY_SIZE] = { 0 };

    hw_store_le(entry, COMMAND_MARK, 4);
    strcpy((char *)entry + HW_LOADER_FILE, ACPI_PARTS_FILE);
    hw_acpi_buffer_append(commands, entry, sizeof(entry));
}

/* ------------------------------------------------------------------- find and link */

static bool root_prepare(Linker *linker, HwError *error)
{
    if (!root_find(&linker->tables, &linker->script, &linker->root)) {
        return hw_error_set(error, "'%s' does not have a root table", ACPI_TABLES_FILE);
    }
    linker->end = (uint64_t)linker->root.place + linker->root.length;
    linker->is_linked = script_has_file(&linker->script, ACPI_PARTS_FILE);
    if (linker->is_linked) {
        return true;
    }
    if (!is_zero(&linker->tables, linker->end)) {
        return hw_error_set(error, "'%s' has bytes behind its root table, expected none",
                            ACPI_TABLES_FILE);
    }
    linker->end += (uint64_t)linker->parts->count * linker->root.entry_size;
    return true;
}

/* Our commands go before the root table's ADD_CHECKSUM: the checksum covers the pointers. */
static bool commands_make(HwAcpiBuffer *commands, const Linker *linker)
{
    const AcpiParts *parts = linker->parts;
    const Root *root = &linker->root;

    hw_acpi_buffer_append(commands, parts->script.bytes, parts->script.size);
    for (uint32_t at = 0; is_behind(parts) && at < commands->size; at += HW_LOADER_ENTRY_SIZE) {
        command_move(commands->bytes + at, (uint32_t)behind_place(linker));
    }
    if (is_behind(parts)) {
        mark_append(commands);
    }
    for (uint32_t i = 0; i < parts->count; i++) {
        hw_loader_add_pointer(commands, ACPI_TABLES_FILE,
                              root->place + root->length + i * root->entry_size, root->entry_size,
                              parts->file);
    }
    return !commands->failed;
}

static void root_extend(Linker *linker)
{
    const AcpiParts *parts = linker->parts;
    const Root *root = &linker->root;
    uint8_t *table = linker->tables.bytes + root->place;
    uint8_t *checksum = linker->script.bytes + (uint64_t)root->command * HW_LOADER_ENTRY_SIZE;
    uint64_t base = is_behind(parts) ? behind_place(linker) : 0;
    uint32_t length = (uint32_t)(linker->end - root->place);

    for (uint32_t i = 0; i < parts->count; i++) {
        hw_store_le(table + root->length + i * root->entry_size, base + parts->places[i],
                    root->entry_size);
    }
    hw_store_le(table + HW_ACPI_HEADER_LENGTH, length, 4);
    hw_store_le(checksum + HW_LOADER_CHECKSUM_LENGTH, length, 4);
}

static void script_insert(AcpiBlock *script, uint32_t at, const HwAcpiBuffer *commands)
{
    uint64_t offset = (uint64_t)at * HW_LOADER_ENTRY_SIZE;
    uint64_t end = (uint64_t)command_count(script) * HW_LOADER_ENTRY_SIZE;

    memmove(script->bytes + offset + commands->size, script->bytes + offset, end - offset);
    memcpy(script->bytes + offset, commands->bytes, commands->size);
}

static void linker_write(Linker *linker, const HwAcpiBuffer *commands)
{
    const HwAcpiBuffer *tables = &linker->parts->tables;

    root_extend(linker);
    if (is_behind(linker->parts) && tables->size > 0) {
        memcpy(linker->tables.bytes + behind_place(linker), tables->bytes, tables->size);
    }
    script_insert(&linker->script, linker->root.command, commands);
    memory_region_set_dirty(linker->tables.region, 0, round_up(linker->tables.size, PAGE_SIZE));
    memory_region_set_dirty(linker->script.region, 0, round_up(linker->script.size, PAGE_SIZE));
}

/* ------------------------------------------------------------------------- sizes */

/* Firmware gets the spare bytes at reset.  QEMU's own size for new tables does not count: it
 * rounds up. */
static bool block_settle(AcpiBlock *block, uint64_t has, uint64_t used, uint64_t spare,
                         const uint64_t *told, HwError *error)
{
    uint64_t size = round_up(used + spare, PAGE_SIZE);

    if (told && used > *told) {
        return hw_error_set(error,
                            "'%s' needs %" PRIu64 " bytes, and firmware was told of %" PRIu64
                            ": the guest lacks the devices' ACPI tables until its next reset",
                            block->file, used, *told);
    }
    size = size > block->size ? size : block->size;
    return acpi_block_tell(block, told ? *told : size, has, used, error);
}

static bool sizes_settle(Linker *linker, uint64_t commands_size, const AcpiSizes *told,
                         HwError *error)
{
    uint64_t script = (uint64_t)command_count(&linker->script) * HW_LOADER_ENTRY_SIZE;
    uint64_t end = tables_end(linker);
    uint64_t has = linker->is_linked ? end : (uint64_t)linker->root.place + linker->root.length;

    return block_settle(&linker->tables, has, end, SPARE_TABLES, told ? &told->tables : NULL,
                        error) &&
           block_settle(&linker->script, script, script + commands_size,
                        SPARE_COMMANDS * HW_LOADER_ENTRY_SIZE, told ? &told->script : NULL, error);
}

AcpiSizes acpi_loader_sizes(void)
{
    return (AcpiSizes) { .tables = acpi_block_told(ACPI_TABLES_FILE),
                         .script = acpi_block_told(ACPI_SCRIPT_FILE) };
}

bool acpi_loader_link(const AcpiParts *parts, const AcpiSizes *told, HwError *error)
{
    Linker linker = { .parts = parts };
    HwAcpiBuffer commands = { 0 };
    bool good;

    if (!acpi_block_find(&linker.tables, ACPI_TABLES_FILE) ||
        !acpi_block_find(&linker.script, ACPI_SCRIPT_FILE)) {
        return true;
    }
    if (!root_prepare(&linker, error)) {
        return false;
    }
    if (!linker.is_linked && !commands_make(&commands, &linker)) {
        hw_acpi_buffer_clear(&commands);
        return hw_error_set(error, "out of memory");
    }
    good = sizes_settle(&linker, commands.size, told, error);
    if (good && !linker.is_linked) {
        linker_write(&linker, &commands);
    }
    hw_acpi_buffer_clear(&commands);
    return good;
}
