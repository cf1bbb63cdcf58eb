/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/drivers/acpi.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

enum {
    SCAN_START = 0xe0000,
    SCAN_END = 0x100000,
    TABLE_MAX = 0x100000,

    HEADER_SIZE = 36,
    RSDP_REVISION = 15,
    RSDP_RSDT = 16, /* 4 bytes */
    RSDP_XSDT = 24, /* 8 bytes */
    RSDP_SIZE_0 = 20,
    RSDP_SIZE_2 = 36,
    FADT_FACS = 36,    /* 4 bytes */
    FADT_DSDT = 40,    /* 4 bytes */
    FADT_X_DSDT = 140, /* 8 bytes */
};

uint64_t ob_acpi_find_rsdp(ObClient *client, uint64_t ram)
{
    g_autofree uint8_t *bytes = g_malloc(SCAN_END - SCAN_START);

    ob_client_memread(client, ram + SCAN_START, bytes, SCAN_END - SCAN_START);
    for (uint32_t i = 0; i < SCAN_END - SCAN_START; i += 16) {
        if (memcmp(bytes + i, "RSD PTR ", 8) == 0) {
            return ram + SCAN_START + i;
        }
    }
    return 0;
}

uint64_t ob_acpi_number(GBytes *table, gsize offset, uint32_t size)
{
    gsize length;
    const uint8_t *bytes = g_bytes_get_data(table, &length);

    return offset <= length && size <= length - offset ? hw_load_le(bytes + offset, size) : 0;
}

static bool is_called(GBytes *table, const char *signature)
{
    return memcmp(g_bytes_get_data(table, NULL), signature, 4) == 0;
}

static bool sum_check(const uint8_t *bytes, gsize size, uint64_t address, HwError *error)
{
    uint8_t sum = 0;

    for (gsize i = 0; i < size; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    return sum == 0 || hw_error_set(error,
                                    "ACPI: the %zu bytes at 0x%" PRIx64 " have the sum "
                                    "0x%02x, expected 0",
                                    size, address, sum);
}

static GBytes *table_at(ObClient *client, uint64_t address, HwError *error)
{
    uint32_t size = ob_client_readl(client, address + 4);
    g_autofree uint8_t *bytes = NULL;

    if (size < HEADER_SIZE || size > TABLE_MAX) {
        hw_error_set(error, "ACPI: the table at 0x%" PRIx64 " has %u bytes, expected %d to %d",
                     address, size, HEADER_SIZE, TABLE_MAX);
        return NULL;
    }
    bytes = g_malloc(size);
    ob_client_memread(client, address, bytes, size);
    if (memcmp(bytes, "FACS", 4) != 0 && !sum_check(bytes, size, address, error)) {
        return NULL;
    }
    return g_bytes_new_take(g_steal_pointer(&bytes), size);
}

/* Returns the XSDT if there is one, else the RSDT. */
static GBytes *root_table(ObClient *client, uint64_t ram, HwError *error)
{
    uint64_t rsdp = ob_acpi_find_rsdp(client, ram);
    uint8_t bytes[RSDP_SIZE_2];

    if (rsdp == 0) {
        hw_error_set(error, "ACPI: there is no RSDP in guest memory");
        return NULL;
    }
    ob_client_memread(client, rsdp, bytes, sizeof(bytes));
    if (!sum_check(bytes, RSDP_SIZE_0, rsdp, error)) {
        return NULL;
    }
    if (bytes[RSDP_REVISION] < 2) {
        return table_at(client, hw_load_le(bytes + RSDP_RSDT, 4), error);
    }
    return sum_check(bytes, RSDP_SIZE_2, rsdp, error)
               ? table_at(client, hw_load_le(bytes + RSDP_XSDT, 8), error)
               : NULL;
}

static GBytes *table_missing(const char *signature, HwError *error)
{
    hw_error_set(error, "ACPI: there is no table '%s'", signature);
    return NULL;
}

static GBytes *table_from_root(ObClient *client, GBytes *root, const char *signature,
                               HwError *error)
{
    uint32_t size = is_called(root, "XSDT") ? 8 : 4;

    for (gsize at = HEADER_SIZE; at < g_bytes_get_size(root); at += size) {
        GBytes *table = table_at(client, ob_acpi_number(root, at, size), error);

        if (!table || is_called(table, signature)) {
            return table;
        }
        g_bytes_unref(table);
    }
    return table_missing(signature, error);
}

/* Only the FADT points to DSDT and FACS. */
static GBytes *table_from_fadt(ObClient *client, GBytes *root, const char *signature,
                               HwError *error)
{
    bool is_dsdt = strcmp(signature, "DSDT") == 0;
    g_autoptr(GBytes) fadt = table_from_root(client, root, "FACP", error);
    uint64_t address = fadt && is_dsdt ? ob_acpi_number(fadt, FADT_X_DSDT, 8) : 0;

    if (!fadt) {
        return NULL;
    }
    address = address ? address : ob_acpi_number(fadt, is_dsdt ? FADT_DSDT : FADT_FACS, 4);
    return address ? table_at(client, address, error) : table_missing(signature, error);
}

GBytes *ob_acpi_find_table(ObClient *client, uint64_t ram, const char *signature, HwError *error)
{
    g_autoptr(GBytes) root = root_table(client, ram, error);

    if (!root) {
        return NULL;
    }
    if (is_called(root, signature)) {
        return g_steal_pointer(&root);
    }
    if (strcmp(signature, "DSDT") == 0 || strcmp(signature, "FACS") == 0) {
        return table_from_fadt(client, root, signature, error);
    }
    return table_from_root(client, root, signature, error);
}
