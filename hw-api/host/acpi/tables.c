/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/acpi/tables.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

bool hw_acpi_tables_failed(const HwAcpiTables *tables)
{
    return tables->bytes.failed || tables->script.failed;
}

void hw_acpi_tables_clear(HwAcpiTables *tables)
{
    hw_acpi_buffer_clear(&tables->bytes);
    hw_acpi_buffer_clear(&tables->script);
}

static const HwAcpiOem oem_qemu = { "BOCHS ", "BXPC    " };

static bool text_set(char *to, size_t size, const char *what, const char *text, HwError *error)
{
    size_t length = strlen(text);

    if (length > size) {
        return hw_error_set(error, "%s: '%s' is too long, expected up to %zu characters", what,
                            text, size);
    }
    memset(to, 0, size);
    memcpy(to, text, length);
    return true;
}

bool hw_acpi_oem_set(HwAcpiOem *oem, const char *id, const char *table_id, HwError *error)
{
    *oem = oem_qemu;
    return (!id || text_set(oem->id, sizeof(oem->id), "x-oem-id", id, error)) &&
           (!table_id ||
            text_set(oem->table_id, sizeof(oem->table_id), "x-oem-table-id", table_id, error));
}

void hw_acpi_header_store(uint8_t *header, const HwAcpiOem *oem, const char *signature,
                          uint32_t revision, const char *oem_table_id, uint32_t length)
{
    oem = oem ? oem : &oem_qemu;

    memset(header, 0, HW_ACPI_HEADER_SIZE);
    memcpy(header, signature, 4);
    hw_store_le(header + HW_ACPI_HEADER_LENGTH, length, 4);
    hw_store_le(header + 8, revision, 1);
    memcpy(header + 10, oem->id, sizeof(oem->id));
    if (oem_table_id) {
        memcpy(header + 16, oem_table_id, strnlen(oem_table_id, sizeof(oem->table_id)));
    } else {
        memcpy(header + 16, oem->table_id, sizeof(oem->table_id));
    }
    hw_store_le(header + 24, 1, 4);
    memcpy(header + 28, "BXPC", 4);
    hw_store_le(header + 32, 1, 4);
}

uint32_t hw_acpi_tables_add(HwAcpiTables *tables, const char *signature, uint32_t revision,
                            const char *oem_table_id, const void *body, uint32_t size)
{
    uint32_t table = tables->bytes.size;
    uint8_t header[HW_ACPI_HEADER_SIZE];

    hw_acpi_header_store(header, tables->oem, signature, revision, oem_table_id,
                         HW_ACPI_HEADER_SIZE + size);
    hw_acpi_buffer_append(&tables->bytes, header, HW_ACPI_HEADER_SIZE);
    hw_acpi_buffer_append(&tables->bytes, body, size);
    return table;
}

void hw_acpi_tables_point(HwAcpiTables *tables, uint32_t offset, uint32_t size, uint32_t place)
{
    if (!tables->bytes.failed) {
        hw_store_le(tables->bytes.bytes + offset, place, size);
    }
    hw_loader_add_pointer(&tables->script, tables->file, offset, size, tables->file);
}

void hw_acpi_tables_checksum(HwAcpiTables *tables, uint32_t table)
{
    if (!tables->bytes.failed) {
        hw_loader_add_checksum(
            &tables->script, tables->file, table + HW_ACPI_HEADER_CHECKSUM, table,
            (uint32_t)hw_load_le(tables->bytes.bytes + table + HW_ACPI_HEADER_LENGTH, 4));
    }
}
