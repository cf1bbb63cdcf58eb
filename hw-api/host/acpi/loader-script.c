/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/acpi/loader-script.h"

#include <stdio.h>

#include "hw-api/device/bytes.h"

static void name_store(uint8_t *entry, uint32_t place, const char *name)
{
    snprintf((char *)entry + place, HW_LOADER_NAME_SIZE, "%s", name);
}

/* NULL: no memory. */
static uint8_t *entry_new(HwAcpiBuffer *script, uint32_t command, const char *file)
{
    uint8_t *entry = hw_acpi_buffer_append(script, NULL, HW_LOADER_ENTRY_SIZE);

    if (entry) {
        hw_store_le(entry, command, 4);
        name_store(entry, HW_LOADER_FILE, file);
    }
    return entry;
}

void hw_loader_allocate(HwAcpiBuffer *script, const char *file, uint32_t alignment, uint32_t zone)
{
    uint8_t *entry = entry_new(script, HW_LOADER_ALLOCATE, file);

    if (entry) {
        hw_store_le(entry + HW_LOADER_ALLOCATE_ALIGNMENT, alignment, 4);
        hw_store_le(entry + HW_LOADER_ALLOCATE_ZONE, zone, 1);
    }
}

void hw_loader_add_pointer(HwAcpiBuffer *script, const char *file, uint32_t offset, uint32_t size,
                           const char *source)
{
    uint8_t *entry = entry_new(script, HW_LOADER_ADD_POINTER, file);

    if (entry) {
        name_store(entry, HW_LOADER_SOURCE, source);
        hw_store_le(entry + HW_LOADER_POINTER_OFFSET, offset, 4);
        hw_store_le(entry + HW_LOADER_ADD_SIZE, size, 1);
    }
}

void hw_loader_add_checksum(HwAcpiBuffer *script, const char *file, uint32_t offset, uint32_t start,
                            uint32_t length)
{
    uint8_t *entry = entry_new(script, HW_LOADER_ADD_CHECKSUM, file);

    if (entry) {
        hw_store_le(entry + HW_LOADER_CHECKSUM_OFFSET, offset, 4);
        hw_store_le(entry + HW_LOADER_CHECKSUM_START, start, 4);
        hw_store_le(entry + HW_LOADER_CHECKSUM_LENGTH, length, 4);
    }
}

void hw_loader_write_pointer(HwAcpiBuffer *script, const char *file, uint32_t offset, uint32_t size,
                             const char *source, uint32_t source_offset)
{
    uint8_t *entry = entry_new(script, HW_LOADER_WRITE_POINTER, file);

    if (entry) {
        name_store(entry, HW_LOADER_SOURCE, source);
        hw_store_le(entry + HW_LOADER_POINTER_OFFSET, offset, 4);
        hw_store_le(entry + HW_LOADER_WRITE_SOURCE_OFFSET, source_offset, 4);
        hw_store_le(entry + HW_LOADER_WRITE_SIZE, size, 1);
    }
}
