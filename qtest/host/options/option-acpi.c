/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -acpitable: a table from files, with or without its header. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

#include <string.h>

enum {
    HEADER_SIZE = 36,
    LENGTH = 4, /* offsets in the header (ACPI 6.4, section 5.2.6) */
    REVISION = 8,
    CHECKSUM = 9,
    TABLE_MAX = UINT16_MAX, /* QEMU's limit */
};

/* QEMU's header, for data without one. */
static const uint8_t header_default[HEADER_SIZE] = "QEMU\0\0\0\0\1\0QEMUQEQEMUQEMU\1\0\0\0QEMU\1";

static const struct {
    const char *key;
    uint8_t offset;
    uint8_t size;
    bool is_text;
} fields[] = {
    { "sig", 0, 4, true },
    { "rev", REVISION, 1, false },
    { "oem_id", 10, 6, true },
    { "oem_table_id", 16, 8, true },
    { "oem_rev", 24, 4, false },
    { "asl_compiler_id", 28, 4, true },
    { "asl_compiler_rev", 32, 4, false },
};

/* Paths are between colons. */
static bool files_append(GByteArray *table, const char *paths, HwError *error)
{
    g_auto(GStrv) list = g_strsplit(paths, ":", 0);

    for (char **path = list; *path; path++) {
        if (!ob_option_file_append(table, *path, TABLE_MAX, error)) {
            return false;
        }
    }
    return table->len <= TABLE_MAX ||
           hw_error_set(error, "the table is larger than %d bytes", TABLE_MAX);
}

static bool fields_store(GByteArray *table, const ObKeyval *keyval, HwError *error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        const char *value = ob_keyval_get(keyval, fields[i].key);
        uint8_t *to = table->data + fields[i].offset;
        int64_t number;

        if (value && fields[i].is_text) {
            memset(to, 0, fields[i].size);
            memcpy(to, value, MIN(strlen(value), fields[i].size));
        } else if (value) {
            if (!ob_integer_parse(fields[i].key, value, 0,
                                  fields[i].size == 1 ? UINT8_MAX : UINT32_MAX, &number, error)) {
                return false;
            }
            hw_store_le(to, (uint64_t)number, fields[i].size);
        }
    }
    return true;
}

static void table_seal(GByteArray *table)
{
    uint8_t sum = 0;

    hw_store_le(table->data + LENGTH, table->len, 4);
    table->data[CHECKSUM] = 0;
    for (guint i = 0; i < table->len; i++) {
        sum = (uint8_t)(sum + table->data[i]);
    }
    table->data[CHECKSUM] = (uint8_t)-sum;
}

static bool table_read(GByteArray *table, const ObKeyval *keyval, HwError *error)
{
    const char *file = ob_keyval_get(keyval, "file");
    const char *data = ob_keyval_get(keyval, "data");

    if (!file == !data) {
        return hw_error_set(error, "expected one of file= and data=");
    }
    if (data) {
        g_byte_array_append(table, header_default, HEADER_SIZE);
    }
    if (!files_append(table, file ? file : data, error)) {
        return false;
    }
    if (table->len < HEADER_SIZE) {
        return hw_error_set(error, "the table has %u bytes, expected a header of %d", table->len,
                            HEADER_SIZE);
    }
    return fields_store(table, keyval, error);
}

bool ob_option_acpi_table(ObOptions *options, const char *argument, HwError *error)
{
    const char *keys[G_N_ELEMENTS(fields) + 3] = { "file", "data" };
    ObKeyval *keyval = ob_option_keyval(options, argument, NULL, error);
    GByteArray *table;

    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        keys[2 + i] = fields[i].key;
    }
    if (!keyval || !ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    table = g_byte_array_new();
    if (!table_read(table, keyval, error)) {
        g_byte_array_unref(table);
        return false;
    }
    table_seal(table);
    g_ptr_array_add(options->tables, g_byte_array_free_to_bytes(table));
    return true;
}
