/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/table-bytes.h"

#include "hw-api/device/bytes.h"

GByteArray *ob_table_begin(void)
{
    const uint8_t header[HW_ACPI_HEADER_SIZE] = { 0 };

    return g_byte_array_append(g_byte_array_new(), header, sizeof(header));
}

void ob_table_number(GByteArray *table, uint64_t value, uint32_t size)
{
    uint8_t bytes[8];

    hw_store_le(bytes, value, size);
    g_byte_array_append(table, bytes, size);
}

void ob_table_end(GPtrArray *tables, GByteArray *table, const HwAcpiOem *oem, const char *signature,
                  uint32_t revision)
{
    uint8_t sum = 0;

    hw_acpi_header_store(table->data, oem, signature, revision, NULL, table->len);
    table->data[HW_ACPI_HEADER_CHECKSUM] = 0;
    for (guint i = 0; i < table->len; i++) {
        sum = (uint8_t)(sum + table->data[i]);
    }
    table->data[HW_ACPI_HEADER_CHECKSUM] = (uint8_t)-sum;
    g_ptr_array_add(tables, g_byte_array_free_to_bytes(table));
}
