/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/acpi/build-internal.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

/* --------------------------------------------------------------------- checks */

/* True if one of the first `count` commands allocates the file. */
static bool is_allocated(const HwAcpiBuild *build, const char *file, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (build->commands[i].kind == HW_LOADER_ALLOCATE &&
            strcmp(build->commands[i].file, file) == 0) {
            return true;
        }
    }
    return false;
}

static bool file_find(HwAcpiBuild *build, const char *call, const char *name, HwAcpiFile *file)
{
    return build->find(build->find_opaque, name, file) ||
           hw_acpi_refuse(build, "%s: the host does not have a file '%s'", call, name);
}

/* Checks the target of a pointer: an allocated file that has a byte at `offset`. */
static bool source_check(HwAcpiBuild *build, const char *call, const char *name, uint64_t offset)
{
    HwAcpiFile file;

    if (!file_find(build, call, name, &file)) {
        return false;
    }
    if (!is_allocated(build, name, build->command_count)) {
        return hw_acpi_refuse(build, "%s: file '%s' is not allocated", call, name);
    }
    return offset < file.size ||
           hw_acpi_refuse(build,
                          "%s: 0x%" PRIx64 " lies outside of file '%s', which has "
                          "0x%x bytes",
                          call, offset, name, file.size);
}

static bool allocate_check(HwAcpiBuild *build, uint32_t index)
{
    const char *name = build->commands[index].file;
    HwAcpiFile file;

    return file_find(build, "allocate", name, &file) &&
           (!is_allocated(build, name, index) ||
            hw_acpi_refuse(build, "allocate: file '%s' is already allocated", name));
}

/* Firmware adds the file's address to the stored value, an offset in the file. */
static bool add_pointer_check(HwAcpiBuild *build, const HwAcpiCommand *command)
{
    const HwAcpiTable *table = &build->tables[command->table];
    const uint8_t *place = build->bodies.bytes + table->body +
                           (command->offset - HW_ACPI_HEADER_SIZE);

    return source_check(build, "add_pointer", command->source, hw_load_le(place, command->size));
}

static bool write_pointer_check(HwAcpiBuild *build, const HwAcpiCommand *command)
{
    HwAcpiFile file;

    if (!file_find(build, "write_pointer", command->file, &file)) {
        return false;
    }
    if (!file.guest_writable) {
        return hw_acpi_refuse(build, "write_pointer: file '%s' is not writable for guests",
                              command->file);
    }
    if (command->offset > file.size || command->size > file.size - command->offset) {
        return hw_acpi_refuse(build,
                              "write_pointer: %u bytes at offset 0x%x lie outside of "
                              "file '%s', which has 0x%x",
                              command->size, command->offset, command->file, file.size);
    }
    return source_check(build, "write_pointer", command->source, command->source_offset);
}

static bool command_check(HwAcpiBuild *build, uint32_t index)
{
    const HwAcpiCommand *command = &build->commands[index];

    switch (command->kind) {
    case HW_LOADER_ALLOCATE:
        return allocate_check(build, index);
    case HW_LOADER_ADD_POINTER:
        return add_pointer_check(build, command);
    default:
        return write_pointer_check(build, command);
    }
}

/* ------------------------------------------------------------------------ asking */

static void part_begin(HwAcpiBuild *build, HwDevice *dev)
{
    build->dev = dev;
    build->refused = false;
    build->mark = (HwAcpiMark) { build->table_count, build->command_count, build->bodies.size,
                                 build->aml.size };
}

static void part_drop(HwAcpiBuild *build)
{
    build->table_count = build->mark.tables;
    build->command_count = build->mark.commands;
    build->bodies.size = build->mark.bodies;
    build->aml.size = build->mark.aml;
}

bool hw_acpi_build_ask(HwAcpiBuild *build, HwDevice *dev,
                       void (*hook)(HwDevice *dev, HwAcpiBuild *build), HwError *error)
{
    if (!hook) {
        return true;
    }
    part_begin(build, dev);
    hook(dev, build);
    if (build->bodies.failed || build->aml.failed) {
        hw_acpi_refuse(build, "out of memory");
    }
    for (uint32_t i = build->mark.commands; i < build->command_count && !build->refused; i++) {
        command_check(build, i);
    }
    build->dev = NULL;
    if (build->refused) {
        part_drop(build);
        return hw_error_set(error, "%s: ACPI: %s", dev->id, build->reason);
    }
    return true;
}
