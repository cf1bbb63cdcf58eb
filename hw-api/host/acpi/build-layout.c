/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/acpi/build-internal.h"

const uint8_t *hw_acpi_build_aml(const HwAcpiBuild *build, uint32_t *size)
{
    *size = build->aml.size;
    return build->aml.bytes;
}

uint32_t hw_acpi_build_table_count(const HwAcpiBuild *build)
{
    return build->table_count;
}

uint32_t hw_acpi_build_table_place(const HwAcpiBuild *build, uint32_t index)
{
    return build->tables[index].place;
}

void hw_acpi_build_write_allocations(const HwAcpiBuild *build, HwAcpiTables *to)
{
    for (uint32_t i = 0; i < build->command_count; i++) {
        const HwAcpiCommand *command = &build->commands[i];

        if (command->kind == HW_LOADER_ALLOCATE) {
            hw_loader_allocate(&to->script, command->file, command->alignment, command->zone);
        }
    }
}

static void pointers_write(const HwAcpiBuild *build, uint32_t index, HwAcpiTables *to)
{
    uint32_t place = build->tables[index].place;

    for (uint32_t i = 0; i < build->command_count; i++) {
        const HwAcpiCommand *command = &build->commands[i];

        if (command->kind == HW_LOADER_ADD_POINTER && command->table == index) {
            hw_loader_add_pointer(&to->script, to->file, place + command->offset, command->size,
                                  command->source);
        }
    }
}

static void table_write(HwAcpiBuild *build, uint32_t index, HwAcpiTables *to)
{
    HwAcpiTable *table = &build->tables[index];

    table->place = hw_acpi_tables_add(to, table->signature, table->revision,
                                      table->has_oem_table_id ? table->oem_table_id : NULL,
                                      build->bodies.bytes + table->body, table->size);
    pointers_write(build, index, to);
    hw_acpi_tables_checksum(to, table->place);
}

void hw_acpi_build_write_tables(HwAcpiBuild *build, HwAcpiTables *to)
{
    for (uint32_t i = 0; i < build->table_count; i++) {
        table_write(build, i, to);
    }
    for (uint32_t i = 0; i < build->command_count; i++) {
        const HwAcpiCommand *command = &build->commands[i];

        if (command->kind == HW_LOADER_WRITE_POINTER) {
            hw_loader_write_pointer(&to->script, command->file, command->offset, command->size,
                                    command->source, command->source_offset);
        }
    }
}
