/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loader script's commands.  Each command is checked by OVMF's rules, or refused. */
#include "qtest/machine/firmware/stand-in-internal.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/acpi.h"
#include "hw-api/host/acpi/tables.h"
#include "qtest/machine/parts/acpi.h"

#include <inttypes.h>
#include <string.h>

#define ALIGNMENT_MAX 4096u

/* ---------------------------------------------------------------------- entries */

/* The name at `place`.  Returns NULL and sets `error` if the name has no end. */
static const char *entry_name(const uint8_t *entry, uint32_t place, HwError *error)
{
    const char *name = (const char *)entry + place;

    if (name[HW_LOADER_NAME_SIZE - 1] != '\0') {
        hw_error_set(error, "a file's name has no end, expected at most %d characters",
                     HW_LOADER_NAME_SIZE - 1);
        return NULL;
    }
    return name;
}

static uint32_t entry_number(const uint8_t *entry, uint32_t place, uint32_t size)
{
    return (uint32_t)hw_load_le(entry + place, size);
}

static FirmwareBlob *blob_find(Firmware *f, const char *name)
{
    for (uint32_t i = 0; i < f->blob_count; i++) {
        if (strcmp(f->blobs[i].name, name) == 0) {
            return &f->blobs[i];
        }
    }
    return NULL;
}

/* The allocated file that the entry names at `place`. */
static FirmwareBlob *entry_blob(Firmware *f, const uint8_t *entry, uint32_t place, HwError *error)
{
    const char *name = entry_name(entry, place, error);
    FirmwareBlob *blob = name ? blob_find(f, name) : NULL;

    if (name && !blob) {
        hw_error_set(error, "file '%s' is not allocated", name);
    }
    return blob;
}

static bool pointer_size_check(uint32_t size, HwError *error)
{
    return size == 1 || size == 2 || size == 4 || size == 8 ||
           hw_error_set(error, "size is %u, expected 1, 2, 4 or 8", size);
}

static bool range_check(const char *what, uint64_t offset, uint64_t size, const char *name,
                        uint32_t limit, HwError *error)
{
    return (offset <= limit && size <= limit - offset) ||
           hw_error_set(error,
                        "%s: %" PRIu64 " bytes at offset 0x%" PRIx64 " lie outside of file "
                        "'%s', which has 0x%x",
                        what, size, offset, name, limit);
}

static bool value_check(uint64_t value, uint32_t size, HwError *error)
{
    return size == 8 || value >> (8 * size) == 0 ||
           hw_error_set(error, "address 0x%" PRIx64 " does not fit in %u bytes", value, size);
}

/* --------------------------------------------------------------------- ALLOCATE */

/* True if a pointer of fewer than 8 bytes points to the file: it must be below 4 GiB. */
static bool is_restricted(const Firmware *f, const char *name)
{
    for (uint32_t at = 0; at < f->script_size; at += HW_LOADER_ENTRY_SIZE) {
        const uint8_t *entry = f->script + at;
        uint32_t command = entry_number(entry, 0, 4);
        uint8_t size = command == HW_LOADER_ADD_POINTER     ? entry[HW_LOADER_ADD_SIZE]
                       : command == HW_LOADER_WRITE_POINTER ? entry[HW_LOADER_WRITE_SIZE]
                                                            : 8;

        if (size < 8 &&
            strncmp((const char *)entry + HW_LOADER_SOURCE, name, HW_LOADER_NAME_SIZE) == 0) {
            return true;
        }
    }
    return false;
}

static bool blob_place(Firmware *f, FirmwareBlob *blob, uint32_t alignment, uint32_t zone,
                       HwError *error)
{
    if (zone != HW_ACPI_ZONE_HIGH && zone != HW_ACPI_ZONE_FSEG) {
        return hw_error_set(error, "zone is %u, expected 1 or 2", zone);
    }
    if (alignment == 0 || (alignment & (alignment - 1)) || alignment > ALIGNMENT_MAX) {
        return hw_error_set(error, "alignment is %u, expected a power of two up to %u", alignment,
                            ALIGNMENT_MAX);
    }
    blob->address = zone == HW_ACPI_ZONE_FSEG
                        ? firmware_allocate_in_segment(f, blob->size, alignment)
                        : firmware_allocate(f, blob->size, alignment, is_restricted(f, blob->name));
    return blob->address || hw_error_set(error,
                                         "file '%s' has 0x%x bytes, for which there is "
                                         "no room",
                                         blob->name, blob->size);
}

static bool allocate(Firmware *f, const uint8_t *entry, HwError *error)
{
    const char *name = entry_name(entry, HW_LOADER_FILE, error);
    const FirmwareFile *file = name ? firmware_file(f, name) : NULL;
    FirmwareBlob *blob = &f->blobs[f->blob_count];

    if (!name) {
        return false;
    }
    if (!file) {
        return hw_error_set(error, "there is no file '%s'", name);
    }
    if (blob_find(f, name)) {
        return hw_error_set(error, "file '%s' is already allocated", name);
    }
    *blob = (FirmwareBlob) { .size = file->size };
    memcpy(blob->name, file->name, sizeof(blob->name));
    if (!blob_place(f, blob, entry_number(entry, HW_LOADER_ALLOCATE_ALIGNMENT, 4),
                    entry[HW_LOADER_ALLOCATE_ZONE], error)) {
        return false;
    }
    f->blob_count++;
    f->report.files++;
    return firmware_file_read(f, file, blob->address) ||
           hw_error_set(error, "file '%s' can't be read", name);
}

/* ------------------------------------------------------------------ ADD_POINTER */

static bool add_pointer(Firmware *f, const uint8_t *entry, HwError *error)
{
    FirmwareBlob *blob = entry_blob(f, entry, HW_LOADER_FILE, error);
    const FirmwareBlob *source = blob ? entry_blob(f, entry, HW_LOADER_SOURCE, error) : NULL;
    uint32_t offset = entry_number(entry, HW_LOADER_POINTER_OFFSET, 4);
    uint32_t size = entry[HW_LOADER_ADD_SIZE];
    uint64_t value;

    if (!source || !pointer_size_check(size, error) ||
        !range_check("pointer", offset, size, blob->name, blob->size, error)) {
        return false;
    }
    value = firmware_load(f, blob->address + offset, size);
    if (!range_check("pointee", value, 1, source->name, source->size, error) ||
        !value_check(source->address + value, size, error)) {
        return false;
    }
    firmware_store(f, blob->address + offset, source->address + value, size);
    f->report.pointers++;
    return true;
}

/* ----------------------------------------------------------------- ADD_CHECKSUM */

static bool add_checksum(Firmware *f, const uint8_t *entry, HwError *error)
{
    const FirmwareBlob *blob = entry_blob(f, entry, HW_LOADER_FILE, error);
    uint32_t offset = entry_number(entry, HW_LOADER_CHECKSUM_OFFSET, 4);
    uint32_t start = entry_number(entry, HW_LOADER_CHECKSUM_START, 4);
    uint32_t length = entry_number(entry, HW_LOADER_CHECKSUM_LENGTH, 4);
    g_autofree uint8_t *bytes = NULL;
    uint8_t sum = 0;

    if (!blob || !range_check("checksum", offset, 1, blob->name, blob->size, error) ||
        !range_check("sum", start, length, blob->name, blob->size, error)) {
        return false;
    }
    bytes = g_malloc(length + 1u);
    ob_host_read(f->host, blob->address + start, bytes, length);
    for (uint32_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    sum = (uint8_t)(firmware_load(f, blob->address + offset, 1) - sum);
    firmware_store(f, blob->address + offset, sum, 1);
    f->report.checksums++;
    return true;
}

/* ---------------------------------------------------------------- WRITE_POINTER */

static bool write_pointer(Firmware *f, const uint8_t *entry, HwError *error)
{
    const char *name = entry_name(entry, HW_LOADER_FILE, error);
    const FirmwareFile *file = name ? firmware_file(f, name) : NULL;
    FirmwareBlob *source = file ? entry_blob(f, entry, HW_LOADER_SOURCE, error) : NULL;
    uint32_t source_offset = entry_number(entry, HW_LOADER_WRITE_SOURCE_OFFSET, 4);
    FirmwareWrite *write = &f->writes[f->write_count];

    if (name && !file) {
        return hw_error_set(error, "there is no file '%s'", name);
    }
    if (!source || !pointer_size_check(entry[HW_LOADER_WRITE_SIZE], error) ||
        !range_check("pointee", source_offset, 1, source->name, source->size, error)) {
        return false;
    }
    if (f->write_count == FIRMWARE_FILES_MAX) {
        return hw_error_set(error, "too many pointers, expected at most %d", FIRMWARE_FILES_MAX);
    }
    *write = (FirmwareWrite) {
        .key = file->key,
        .size = entry[HW_LOADER_WRITE_SIZE],
        .offset = entry_number(entry, HW_LOADER_POINTER_OFFSET, 4),
        .value = source->address + source_offset,
    };
    if (!range_check("pointer", write->offset, write->size, name, file->size, error) ||
        !value_check(write->value, write->size, error)) {
        return false;
    }
    if (!firmware_item_write(f, write)) {
        return hw_error_set(error, "file '%s' can't be written", name);
    }
    source->opaque = true;
    f->write_count++;
    f->report.written_back++;
    return true;
}

/* -------------------------------------------------------------------- the script */

typedef struct Command {
    const char *name;
    bool (*run)(Firmware *f, const uint8_t *entry, HwError *error);
} Command;

static const Command commands[] = {
    [HW_LOADER_ALLOCATE] = { "ALLOCATE", allocate },
    [HW_LOADER_ADD_POINTER] = { "ADD_POINTER", add_pointer },
    [HW_LOADER_ADD_CHECKSUM] = { "ADD_CHECKSUM", add_checksum },
    [HW_LOADER_WRITE_POINTER] = { "WRITE_POINTER", write_pointer },
};

/* True if `place` holds an ACPI table: its length fits, and its checksum is right. */
static bool is_table(Firmware *f, const FirmwareBlob *blob, uint64_t place)
{
    uint32_t room = blob->size - (uint32_t)place;
    uint32_t length;
    g_autofree uint8_t *bytes = NULL;
    uint8_t sum = 0;

    if (room < 8) {
        return false;
    }
    length = (uint32_t)firmware_load(f, blob->address + place + HW_ACPI_HEADER_LENGTH, 4);
    if (firmware_load(f, blob->address + place, 4) == 0x53434146) {
        return length <= room; /* "FACS", which has no checksum */
    }
    if (length < HW_ACPI_HEADER_SIZE || length > room) {
        return false;
    }
    bytes = g_malloc(length);
    ob_host_read(f->host, blob->address + place, bytes, length);
    for (uint32_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    return sum == 0;
}

/* Runs when all files are linked.  Firmware that copies tables must leave the files that
 * hold other data in place. */
static void opaque_mark(Firmware *f, const uint8_t *entry)
{
    const FirmwareBlob *blob = entry_blob(f, entry, HW_LOADER_FILE, NULL);
    FirmwareBlob *source = entry_blob(f, entry, HW_LOADER_SOURCE, NULL);
    uint64_t place = firmware_load(f,
                                   blob->address + entry_number(entry, HW_LOADER_POINTER_OFFSET, 4),
                                   entry[HW_LOADER_ADD_SIZE]) -
                     source->address;

    if (!source->opaque && (place >= source->size || !is_table(f, source, place))) {
        source->opaque = true;
    }
}

static void each_opaque_mark(Firmware *f)
{
    for (uint32_t at = 0; at < f->script_size; at += HW_LOADER_ENTRY_SIZE) {
        if (entry_number(f->script + at, 0, 4) == HW_LOADER_ADD_POINTER) {
            opaque_mark(f, f->script + at);
        }
    }
    for (uint32_t i = 0; i < f->blob_count; i++) {
        f->report.opaque_files += f->blobs[i].opaque;
    }
}

static bool command_run(Firmware *f, uint32_t at, HwError *error)
{
    uint32_t number = entry_number(f->script + at, 0, 4);
    HW_ERROR(inner, 256);

    if (number >= G_N_ELEMENTS(commands) || !commands[number].run) {
        f->report.skipped++;
        return true;
    }
    return commands[number].run(f, f->script + at, &inner) ||
           hw_error_set(error, "loader script: command %u, %s: %s", at / HW_LOADER_ENTRY_SIZE,
                        commands[number].name, inner.text);
}

bool firmware_script_run(Firmware *f, HwError *error)
{
    for (uint32_t at = 0; at < f->script_size; at += HW_LOADER_ENTRY_SIZE) {
        if (!command_run(f, at, error)) {
            return false;
        }
    }
    each_opaque_mark(f);
    return true;
}
