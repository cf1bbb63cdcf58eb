/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ACPI tables that firmware may leave in guest memory: found, or refused. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/client/drivers/acpi.h"
#include "qtest/machine/board.h"
#include "qtest/machine/pci/pci.h"

#define RSDP 0xfe000 /* a multiple of 16 in the last 128 KiB below 1 MiB */

enum {
    ROOT = 0x10000,
    FADT = 0x11000,
    DSDT = 0x12000,
    FACS = 0x13000,
    OTHER = 0x14000,
    RSDP_SUM = 8
};

typedef struct Tables {
    ObHost *host;
    ObClient *client;
    char text[200];
    HwError error;
} Tables;

static void set_up(Tables *t, gconstpointer data)
{
    const ObHostConfig config = { .architecture = "x86_64" };

    (void)data;
    t->error = (HwError) { .text = t->text, .capacity = sizeof(t->text) };
    t->host = ob_host_new(&config, &t->error);
    t->client = ob_client_in_process(t->host);
    ob_pci_show_ram(ob_host_pci(t->host));
}

static void tear_down(Tables *t, gconstpointer data)
{
    (void)data;
    ob_client_free(t->client);
    ob_host_free(t->host);
}

/* Makes the sum of these bytes 0. */
static void sum_right(uint8_t *bytes, size_t size, size_t at)
{
    uint8_t sum = 0;

    bytes[at] = 0;
    for (size_t i = 0; i < size; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    bytes[at] = (uint8_t)-sum;
}

/* With both sums. */
static void rsdp_put(Tables *t, uint64_t at, uint8_t revision)
{
    uint8_t rsdp[36] = "RSD PTR ";

    rsdp[15] = revision;
    hw_store_le(rsdp + 16, ROOT, 4);
    hw_store_le(rsdp + 20, 36, 4);
    hw_store_le(rsdp + 24, ROOT, 8);
    sum_right(rsdp, 20, RSDP_SUM);
    sum_right(rsdp, 36, 32);
    ob_client_memwrite(t->client, at, rsdp, sizeof(rsdp));
}

static void table_put(Tables *t, uint64_t at, const char *signature, const void *body, size_t size)
{
    uint8_t table[0x200] = { 0 };

    memcpy(table, signature, 4);
    hw_store_le(table + 4, 36 + size, 4);
    memcpy(table + 36, body, size);
    sum_right(table, 36 + size, 9);
    ob_client_memwrite(t->client, at, table, 36 + size);
}

/* A root table that leads to FACP and OTHR. */
static void root_put(Tables *t, uint8_t revision)
{
    uint32_t width = revision < 2 ? 4 : 8;
    uint8_t pointers[16] = { 0 };

    rsdp_put(t, RSDP, revision);
    hw_store_le(pointers, FADT, width);
    hw_store_le(pointers + width, OTHER, width);
    table_put(t, ROOT, revision < 2 ? "RSDT" : "XSDT", pointers, (size_t)2 * width);
    table_put(t, OTHER, "OTHR", "body", 4);
}

/* `narrow`: the FADT has the 32-bit address of the DSDT alone. */
static void fadt_put(Tables *t, bool narrow)
{
    uint8_t fadt[0x100] = { 0 };

    hw_store_le(fadt, FACS, 4);
    hw_store_le(fadt + 4, narrow ? DSDT : OTHER, 4);
    hw_store_le(fadt + 140 - 36, narrow ? 0 : DSDT, 8);
    table_put(t, FADT, "FACP", fadt, sizeof(fadt));
    table_put(t, DSDT, "DSDT", "code", 4);
}

static void found(Tables *t, const char *signature, gsize size)
{
    g_autoptr(GBytes) table = ob_acpi_find_table(t->client, 0, signature, &t->error);

    g_assert_cmpstr(t->text, ==, "");
    g_assert_nonnull(table);
    g_assert_cmpmem(g_bytes_get_data(table, NULL), 4, signature, 4);
    g_assert_cmpuint(g_bytes_get_size(table), ==, size);
}

static void refused(Tables *t, const char *signature, const char *sentence)
{
    t->text[0] = '\0';
    g_assert_null(ob_acpi_find_table(t->client, 0, signature, &t->error));
    g_assert_cmpstr(t->text, ==, sentence);
}

/* ------------------------------------------------------------------------ the root */

static void test_scan(Tables *t, gconstpointer data)
{
    static const uint64_t places[] = { 0xe0000, 0xfffd0 };

    (void)data;
    g_assert_cmphex(ob_acpi_find_rsdp(t->client, 0), ==, 0);
    refused(t, "FACP", "ACPI: there is no RSDP in guest memory");
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        rsdp_put(t, places[i], 0);
        g_assert_cmphex(ob_acpi_find_rsdp(t->client, 0), ==, places[i]);
        ob_client_memset(t->client, places[i], 0, 36);
    }
    rsdp_put(t, 0xe0008, 0); /* between two multiples of 16 */
    g_assert_cmphex(ob_acpi_find_rsdp(t->client, 0), ==, 0);
}

static void test_roots(Tables *t, gconstpointer data)
{
    uint8_t revision = (uint8_t)GPOINTER_TO_UINT(data);

    root_put(t, revision);
    fadt_put(t, false);
    found(t, revision < 2 ? "RSDT" : "XSDT", revision < 2 ? 44 : 52);
    found(t, "OTHR", 40);
    found(t, "FACP", 36 + 0x100);
    refused(t, "NONE", "ACPI: there is no table 'NONE'");
}

static void test_sums(Tables *t, gconstpointer data)
{
    (void)data;
    root_put(t, 2);
    fadt_put(t, false);
    ob_client_writeb(t->client, OTHER + 36, 'c');
    refused(t, "OTHR", "ACPI: the 40 bytes at 0x14000 have the sum 0x01, expected 0");
    ob_client_writeb(t->client, ROOT + 10, 1);
    refused(t, "OTHR", "ACPI: the 52 bytes at 0x10000 have the sum 0x01, expected 0");
    ob_client_writeb(t->client, RSDP + 33, 1);
    refused(t, "OTHR", "ACPI: the 36 bytes at 0xfe000 have the sum 0x01, expected 0");
    ob_client_writeb(t->client, RSDP + 9, 1);
    refused(t, "OTHR", "ACPI: the 20 bytes at 0xfe000 have the sum 0x01, expected 0");
}

static void test_sizes(Tables *t, gconstpointer data)
{
    (void)data;
    root_put(t, 0);
    table_put(t, FADT, "FACP", "", 0);
    found(t, "FACP", 36);
    ob_client_writel(t->client, FADT + 4, 35);
    refused(t, "FACP", "ACPI: the table at 0x11000 has 35 bytes, expected 36 to 1048576");
    ob_client_writel(t->client, FADT + 4, 0x100001);
    refused(t, "FACP", "ACPI: the table at 0x11000 has 1048577 bytes, expected 36 to 1048576");
}

/* ------------------------------------------------------------------- behind the FADT */

static void test_fadt(Tables *t, gconstpointer narrow)
{
    uint8_t facs[64] = "FACS";

    root_put(t, 2);
    fadt_put(t, narrow);
    hw_store_le(facs + 4, sizeof(facs), 4); /* no sum */
    ob_client_memwrite(t->client, FACS, facs, sizeof(facs));
    found(t, "DSDT", 40);
    found(t, "FACS", 64);
}

static void test_no_fadt(Tables *t, gconstpointer data)
{
    (void)data;
    root_put(t, 2);
    table_put(t, FADT, "ELSE", "", 0);
    refused(t, "DSDT", "ACPI: there is no table 'FACP'");
    table_put(t, FADT, "FACP", "", 0); /* without addresses */
    refused(t, "DSDT", "ACPI: there is no table 'DSDT'");
    refused(t, "FACS", "ACPI: there is no table 'FACS'");
}

static void test_number(void)
{
    static const uint8_t bytes[] = { 1, 2, 3, 4, 5 };
    g_autoptr(GBytes) table = g_bytes_new_static(bytes, sizeof(bytes));

    g_assert_cmphex(ob_acpi_number(table, 1, 4), ==, 0x05040302);
    g_assert_cmphex(ob_acpi_number(table, 2, 4), ==, 0);
    g_assert_cmphex(ob_acpi_number(table, 4, 1), ==, 5);
    g_assert_cmphex(ob_acpi_number(table, 5, 1), ==, 0);
    g_assert_cmphex(ob_acpi_number(table, 6, 1), ==, 0);
}

#define TEST(path, data, function) \
    g_test_add("/client-acpi/" path, Tables, data, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("root/found-on-multiples-of-16", NULL, test_scan);
    TEST("root/rsdt", GUINT_TO_POINTER(1), test_roots);
    TEST("root/xsdt", GUINT_TO_POINTER(2), test_roots);
    TEST("refused/sums", NULL, test_sums);
    TEST("refused/sizes", NULL, test_sizes);
    TEST("fadt/wide-address", NULL, test_fadt);
    TEST("fadt/narrow-address", GUINT_TO_POINTER(1), test_fadt);
    TEST("fadt/missing", NULL, test_no_fadt);
    g_test_add_func("/client-acpi/number-outside-the-table", test_number);
    return g_test_run();
}
