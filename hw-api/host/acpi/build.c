/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/acpi/build-internal.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

HwAcpiBuild *hw_acpi_build_new(HwAcpiFindFile *find, void *opaque)
{
    HwAcpiBuild *build = calloc(1, sizeof(*build));

    if (build) {
        build->find = find;
        build->find_opaque = opaque;
    }
    return build;
}

void hw_acpi_build_free(HwAcpiBuild *build)
{
    if (build) {
        hw_acpi_buffer_clear(&build->bodies);
        hw_acpi_buffer_clear(&build->aml);
        free(build);
    }
}

/* --------------------------------------------------------------------- checks */

bool hw_acpi_refuse(HwAcpiBuild *build, const char *format, ...)
{
    va_list args;

    if (!build->refused) {
        build->refused = true;
        va_start(args, format);
        vsnprintf(build->reason, sizeof(build->reason), format, args);
        va_end(args);
    }
    return false;
}

static bool build_listens(const HwAcpiBuild *build)
{
    return build && build->dev && !build->refused;
}

static bool name_check(HwAcpiBuild *build, const char *call, const char *name)
{
    size_t length = name ? strnlen(name, HW_LOADER_NAME_SIZE) : 0;

    if (length == 0 || length == HW_LOADER_NAME_SIZE) {
        return hw_acpi_refuse(build, "%s: name of a file has %s characters, expected 1 to %d", call,
                              length ? "too many" : "no", HW_LOADER_NAME_SIZE - 1);
    }
    return true;
}

static bool pointer_size_check(HwAcpiBuild *build, const char *call, uint32_t size)
{
    return size == 1 || size == 2 || size == 4 || size == 8 ||
           hw_acpi_refuse(build, "%s: size is %u, expected 1, 2, 4 or 8", call, size);
}

/* The tables that the host itself makes; firmware finds them by their signature. */
static bool signature_is_hosts(const char *signature)
{
    static const char *const names[] = { "APIC", "DSDT", "FACP", "FACS", "RSDT", "XSDT" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (memcmp(signature, names[i], 4) == 0) {
            return true;
        }
    }
    return false;
}

static bool signature_check(HwAcpiBuild *build, const char *signature)
{
    size_t length = signature ? strnlen(signature, 5) : 0;
    bool fits = length == 4;

    for (size_t i = 0; i < length && fits; i++) {
        fits = isupper((unsigned char)signature[i]) || isdigit((unsigned char)signature[i]) ||
               signature[i] == '_';
    }
    if (!fits) {
        return hw_acpi_refuse(build, "add_table: signature is malformed, expected 4 capital "
                                     "letters or digits");
    }
    return !signature_is_hosts(signature) ||
           hw_acpi_refuse(build, "add_table: signature is '%s', which the host makes itself",
                          signature);
}

/* Checks bytes that will be appended to `buffer`. */
static bool bytes_check(HwAcpiBuild *build, const char *call, const HwAcpiBuffer *buffer,
                        const void *bytes, uint32_t size)
{
    if (size > BYTES_MAX - buffer->size || (size > 0 && !bytes)) {
        return hw_acpi_refuse(build, "%s: %u bytes at %s, expected at most %u", call, size,
                              bytes ? "an address" : "NULL", BYTES_MAX - buffer->size);
    }
    return true;
}

/* -------------------------------------------------------------- the devices' calls */

static uint32_t build_add_table(HwAcpiBuild *build, const char *signature, uint32_t revision,
                                const char *oem_table_id, const void *body, uint32_t size)
{
    size_t id_length = oem_table_id ? strnlen(oem_table_id, 9) : 0;
    HwAcpiTable *table;

    if (!build_listens(build) || !signature_check(build, signature) ||
        !bytes_check(build, "add_table", &build->bodies, body, size)) {
        return UINT32_MAX;
    }
    if (id_length > 8 || revision > UINT8_MAX || build->table_count == TABLES_MAX) {
        hw_acpi_refuse(build, "add_table: %s",
                       id_length > 8          ? "OEM table ID is longer than 8"
                       : revision > UINT8_MAX ? "revision is larger than 255"
                                              : "too many tables");
        return UINT32_MAX;
    }
    table = &build->tables[build->table_count];
    *table = (HwAcpiTable) { .revision = revision, .size = size, .body = build->bodies.size };
    memcpy(table->signature, signature, 4);
    table->has_oem_table_id = oem_table_id;
    if (oem_table_id) {
        memcpy(table->oem_table_id, oem_table_id, id_length);
    }
    hw_acpi_buffer_append(&build->bodies, body, size);
    return build->table_count++;
}

static void build_add_aml(HwAcpiBuild *build, const void *aml, uint32_t size)
{
    if (build_listens(build) && bytes_check(build, "add_aml", &build->aml, aml, size)) {
        hw_acpi_buffer_append(&build->aml, aml, size);
    }
}

/* NULL: too many commands, or one of the names is too long. */
static HwAcpiCommand *command_new(HwAcpiBuild *build, const char *call, HwLoaderCommand kind,
                                  const char *file, const char *source)
{
    HwAcpiCommand *command;

    if (!name_check(build, call, file) || !name_check(build, call, source)) {
        return NULL;
    }
    if (build->command_count == COMMANDS_MAX) {
        hw_acpi_refuse(build, "%s: too many commands", call);
        return NULL;
    }
    command = &build->commands[build->command_count++];
    *command = (HwAcpiCommand) { .kind = kind };
    strcpy(command->file, file);
    strcpy(command->source, source);
    return command;
}

static void build_allocate(HwAcpiBuild *build, const char *file, uint32_t alignment, uint32_t zone)
{
    HwAcpiCommand *command;

    if (!build_listens(build)) {
        return;
    }
    if (alignment == 0 || (alignment & (alignment - 1)) || alignment > ALIGNMENT_MAX) {
        hw_acpi_refuse(build, "allocate: alignment is %u, expected a power of two up to %d",
                       alignment, ALIGNMENT_MAX);
    } else if (zone != HW_ACPI_ZONE_HIGH && zone != HW_ACPI_ZONE_FSEG) {
        hw_acpi_refuse(build, "allocate: zone is %u, expected 1 or 2", zone);
    } else {
        command = command_new(build, "allocate", HW_LOADER_ALLOCATE, file, file);
        if (command) {
            command->alignment = alignment;
            command->zone = zone;
        }
    }
}

/* A pointer must lie in one of the device's own tables, behind the header. */
static bool pointer_check(HwAcpiBuild *build, uint32_t table, uint32_t offset, uint32_t size)
{
    uint32_t end;

    if (table < build->mark.tables || table >= build->table_count) {
        return hw_acpi_refuse(build, "add_pointer: the device does not have a table number %u",
                              table);
    }
    end = HW_ACPI_HEADER_SIZE + build->tables[table].size;
    return (offset >= HW_ACPI_HEADER_SIZE && offset <= end && size <= end - offset) ||
           hw_acpi_refuse(build,
                          "add_pointer: %u bytes at offset 0x%x lie outside of the table, "
                          "expected 0x%x to 0x%x",
                          size, offset, HW_ACPI_HEADER_SIZE, end);
}

static void build_add_pointer(HwAcpiBuild *build, uint32_t table, uint32_t offset, uint32_t size,
                              const char *file)
{
    HwAcpiCommand *command;

    if (build_listens(build) && pointer_size_check(build, "add_pointer", size) &&
        pointer_check(build, table, offset, size)) {
        command = command_new(build, "add_pointer", HW_LOADER_ADD_POINTER, file, file);
        if (command) {
            command->table = table;
            command->offset = offset;
            command->size = size;
        }
    }
}

static void build_write_pointer(HwAcpiBuild *build, const char *file, uint32_t offset,
                                uint32_t size, const char *source, uint32_t source_offset)
{
    HwAcpiCommand *command;

    if (build_listens(build) && pointer_size_check(build, "write_pointer", size)) {
        command = command_new(build, "write_pointer", HW_LOADER_WRITE_POINTER, file, source);
        if (command) {
            command->offset = offset;
            command->size = size;
            command->source_offset = source_offset;
        }
    }
}

void hw_acpi_build_offer(HwAcpi *service)
{
    service->add_table = build_add_table;
    service->add_aml = build_add_aml;
    service->allocate = build_allocate;
    service->add_pointer = build_add_pointer;
    service->write_pointer = build_write_pointer;
}
