/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The devices' tables among QEMU's ACPI tables.  A firmware of the test runs the script, as SeaBIOS
 * does, and then finds each table by the root table.
 */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/host/acpi/loader-script.h"
#include "plugins/qemu-bridge/qemu/acpi-loader.h"
#include "plugins/qemu-bridge/qemu/fw-cfg-port.h"
#include "plugins/qemu-bridge/qemu/layout.h"
#include "qtest/tests/bridge/layouts/fake-blocks.h"
#include "qtest/tests/bridge/layouts/fake-fw-cfg.h"

/* QEMU's tables: the DSDT, and behind it the root table, which has one entry. */
enum { DSDT_SIZE = 0x123, ROOT_AT = 0x140, OURS_SIZE = 60 };
enum { TABLES_AT = 0x10000, PARTS_AT = 0x40000, OTHER_AT = 0x48000, MEMORY = 0x50000 };

#define OTHER_FILE "etc/acpi/other"

static const QemuLayout layout = { .attributes = { .unspecified = 1 } };
static uint8_t memory[MEMORY];
static HwAcpiBuffer script;
static AcpiParts parts;
static uint32_t width; /* the root table's entries have so many bytes */

static HW_ERROR(error, 512);

const QemuLayout *qemu_layout = &layout;

static FakeBlock *tables(void)
{
    return &fake_blocks[FAKE_TABLES];
}

/* ------------------------------------------------------------------- QEMU's files */

static uint32_t root_size(void)
{
    return HW_ACPI_HEADER_SIZE + width;
}

static void script_store(void)
{
    memset(fake_blocks[FAKE_SCRIPT].bytes, 0, FAKE_ROOM);
    memcpy(fake_blocks[FAKE_SCRIPT].bytes, script.bytes, script.size);
}

static void table_put(uint8_t *at, const char *signature, uint32_t size)
{
    memcpy(at, signature, 4);
    hw_store_le(at + HW_ACPI_HEADER_LENGTH, size, 4);
    for (uint32_t i = HW_ACPI_HEADER_SIZE; i < size; i++) {
        at[i] = (uint8_t)(i * 7 + (uint8_t)signature[0]);
    }
}

static void qemu_builds(const char *root)
{
    width = root[0] == 'X' ? 8 : 4;
    memset(tables()->bytes, 0, FAKE_ROOM);
    table_put(tables()->bytes, "DSDT", DSDT_SIZE);
    table_put(tables()->bytes + ROOT_AT, root, root_size());
    hw_store_le(tables()->bytes + ROOT_AT + HW_ACPI_HEADER_SIZE, 0, width);
    hw_acpi_buffer_clear(&script);
    hw_loader_allocate(&script, "etc/acpi/tables", 64, 1);
    hw_loader_add_checksum(&script, "etc/acpi/tables", HW_ACPI_HEADER_CHECKSUM, 0, DSDT_SIZE);
    hw_loader_add_pointer(&script, "etc/acpi/tables", ROOT_AT + HW_ACPI_HEADER_SIZE, width,
                          "etc/acpi/tables");
    hw_loader_add_checksum(&script, "etc/acpi/tables", ROOT_AT + HW_ACPI_HEADER_CHECKSUM, ROOT_AT,
                           root_size());
    hw_loader_allocate(&script, OTHER_FILE, 1, 1);
    script_store();
}

/* ---------------------------------------------------------------------- our tables */

static void part_add(const char *signature)
{
    hw_acpi_buffer_align(&parts.tables, 64);
    parts.places[parts.count++] = parts.tables.size;
    table_put(hw_acpi_buffer_append(&parts.tables, NULL, OURS_SIZE), signature, OURS_SIZE);
}

/* The first table ends with the address of a byte in another file. */
static void parts_make(const char *file)
{
    hw_acpi_buffer_clear(&parts.tables);
    hw_acpi_buffer_clear(&parts.script);
    parts = (AcpiParts) { .file = file };
    if (g_str_equal(file, ACPI_PARTS_FILE)) {
        hw_loader_allocate(&parts.script, file, 64, 1);
    }
    part_add("OUR1");
    part_add("OUR2");
    hw_store_le(parts.tables.bytes + OURS_SIZE - 4, 0x10, 4);
    hw_loader_add_pointer(&parts.script, file, OURS_SIZE - 4, 4, OTHER_FILE);
    for (uint32_t i = 0; i < parts.count; i++) {
        hw_loader_add_checksum(&parts.script, file, parts.places[i] + HW_ACPI_HEADER_CHECKSUM,
                               parts.places[i], OURS_SIZE);
    }
}

static void reset(const char *file, const char *root)
{
    fake_fw_cfg_reset("pc");
    fake_blocks_reset();
    fake_fw_cfg_add("etc/acpi/tables", tables()->bytes, 4096);
    fake_fw_cfg_add("etc/table-loader", fake_blocks[FAKE_SCRIPT].bytes, 4096);
    g_assert_true(fw_cfg_port_open(&error));
    qemu_builds(root);
    parts_make(file);
}

/* ------------------------------------------------------------------------ firmware */

static uint32_t address_of(const char *file)
{
    return g_str_equal(file, ACPI_TABLES_FILE)  ? TABLES_AT
           : g_str_equal(file, ACPI_PARTS_FILE) ? PARTS_AT
           : g_str_equal(file, OTHER_FILE)      ? OTHER_AT
                                                : 0;
}

static uint8_t sum(const uint8_t *bytes, uint32_t size)
{
    uint8_t total = 0;

    while (size-- > 0) {
        total += *bytes++;
    }
    return total;
}

static uint32_t number(const uint8_t *entry, uint32_t at)
{
    return (uint32_t)hw_load_le(entry + at, 4);
}

static void execute(const uint8_t *entry)
{
    const char *file = (const char *)entry + HW_LOADER_FILE;
    uint8_t *base = memory + address_of(file);

    if (number(entry, 0) == HW_LOADER_ADD_POINTER) {
        uint8_t *at = base + number(entry, HW_LOADER_POINTER_OFFSET);
        uint8_t size = entry[HW_LOADER_ADD_SIZE];

        hw_store_le(at, hw_load_le(at, size) + address_of((const char *)entry + HW_LOADER_SOURCE),
                    size);
    } else if (number(entry, 0) == HW_LOADER_ADD_CHECKSUM) {
        base[number(entry, HW_LOADER_CHECKSUM_OFFSET)] -= sum(
            base + number(entry, HW_LOADER_CHECKSUM_START),
            number(entry, HW_LOADER_CHECKSUM_LENGTH));
    }
}

static void firmware_runs(void)
{
    uint32_t size = fake_fw_cfg_size("etc/table-loader");

    memset(memory, 0, sizeof(memory));
    memcpy(memory + TABLES_AT, tables()->bytes, fake_fw_cfg_size("etc/acpi/tables"));
    if (!g_str_equal(parts.file, ACPI_TABLES_FILE)) {
        memcpy(memory + PARTS_AT, parts.tables.bytes, parts.tables.size);
    }
    for (uint32_t at = 0; at < size; at += HW_LOADER_ENTRY_SIZE) {
        execute(fake_blocks[FAKE_SCRIPT].bytes + at);
    }
}

static void assert_table(uint64_t address, const char *signature, uint32_t size)
{
    g_assert_cmphex(address + size, <=, MEMORY);
    g_assert_cmpmem(memory + address, 4, signature, 4);
    g_assert_cmpuint(number(memory + address, HW_ACPI_HEADER_LENGTH), ==, size);
    g_assert_cmpuint(sum(memory + address, size), ==, 0);
}

/* The root table leads to QEMU's table and to ours, each once. */
static void assert_linked(void)
{
    static const char *const signatures[] = { "DSDT", "OUR1", "OUR2" };
    const uint8_t *root = memory + TABLES_AT + ROOT_AT;
    uint64_t ours[3];

    firmware_runs();
    assert_table(TABLES_AT + ROOT_AT, width == 8 ? "XSDT" : "RSDT",
                 HW_ACPI_HEADER_SIZE + 3 * width);
    for (uint32_t i = 0; i < 3; i++) {
        uint64_t address = hw_load_le(root + HW_ACPI_HEADER_SIZE + i * width, width);

        assert_table(address, signatures[i], i ? OURS_SIZE : DSDT_SIZE);
        g_assert_cmpuint(address % 64, ==, 0);
        ours[i] = address;
    }
    g_assert_cmphex(number(memory + ours[1], OURS_SIZE - 4), ==, OTHER_AT + 0x10);
}

/* --------------------------------------------------------------------------- tests */

static void test_linked(gconstpointer data)
{
    g_auto(GStrv) words = g_strsplit(data, " ", 2);
    g_autofree uint8_t *before = NULL;

    reset(words[0], words[1]);
    g_assert_true(acpi_loader_link(&parts, NULL, &error));
    assert_linked();
    g_assert_cmpuint(tables()->dirty % 4096, ==, 0);
    g_assert_cmpuint(tables()->dirty, >=, tables()->size);
    g_assert_cmpuint(fake_blocks[FAKE_SCRIPT].dirty, >=, fake_blocks[FAKE_SCRIPT].size);
    before = g_memdup2(tables()->bytes, FAKE_ROOM);
    g_assert_true(acpi_loader_link(&parts, NULL, &error)); /* they are there */
    g_assert_cmpmem(tables()->bytes, FAKE_ROOM, before, FAKE_ROOM);
    assert_linked();
}

/* Firmware has room for what QEMU may add until the next reset. */
static void test_sizes(void)
{
    AcpiSizes sizes;

    reset(ACPI_PARTS_FILE, "RSDT");
    memset(tables()->bytes + 0x1000, 0xee, FAKE_ROOM - 0x1000); /* tables from before a reset */
    g_assert_true(acpi_loader_link(&parts, NULL, &error));
    sizes = acpi_loader_sizes();
    for (uint64_t at = ROOT_AT + HW_ACPI_HEADER_SIZE + 3 * 4; at < sizes.tables; at++) {
        g_assert_cmphex(tables()->bytes[at], ==, 0);
    }
    g_assert_cmphex(sizes.tables, ==, 0x9000); /* the tables and 32 KiB, in pages */
    g_assert_cmphex(sizes.script, ==, 0x1000);
    g_assert_cmpuint(tables()->size, ==, 0x1000);
    qemu_builds("RSDT");
    g_assert_true(acpi_loader_link(&parts, &sizes, &error));
    g_assert_cmpuint(acpi_loader_sizes().tables, ==, sizes.tables);
    g_assert_cmpuint(acpi_loader_sizes().script, ==, sizes.script);
    assert_linked();
}

static void assert_refused(const AcpiSizes *told, const char *sentence)
{
    g_assert_false(acpi_loader_link(&parts, told, &error));
    g_assert_cmpstr(error.text, ==, sentence);
}

static void test_too_small(void)
{
    const AcpiSizes fits = { .tables = ROOT_AT + 36 + 3 * 4, .script = 11 * 128 };
    AcpiSizes told = fits;

    reset(ACPI_PARTS_FILE, "RSDT");
    told.tables--;
    assert_refused(&told, "'etc/acpi/tables' needs 368 bytes, and firmware was told of 367: the "
                          "guest lacks the devices' ACPI tables until its next reset");
    told = fits;
    told.script--;
    assert_refused(&told, "'etc/table-loader' needs 1408 bytes, and firmware was told of 1407: the "
                          "guest lacks the devices' ACPI tables until its next reset");
    g_assert_true(acpi_loader_link(&parts, &fits, &error));
    assert_linked();
}

static void test_refused(void)
{
    reset(ACPI_PARTS_FILE, "RSDT");
    tables()->bytes[ROOT_AT + 40] = 1;
    assert_refused(NULL, "'etc/acpi/tables' has bytes behind its root table, expected none");
    reset(ACPI_PARTS_FILE, "RSDT");
    tables()->bytes[4095] = 1;
    assert_refused(NULL, "'etc/acpi/tables' has bytes behind its root table, expected none");
    reset(ACPI_PARTS_FILE, "TSDR");
    assert_refused(NULL, "'etc/acpi/tables' does not have a root table");
    reset(ACPI_PARTS_FILE, "RSDT");
    tables()->size = ROOT_AT + 35; /* the root table's header ends outside */
    assert_refused(NULL, "'etc/acpi/tables' does not have a root table");
}

/* QEMU maps so many bytes, and no more. */
static void test_full(void)
{
    reset(ACPI_TABLES_FILE, "RSDT");
    hw_acpi_buffer_append(&parts.tables, NULL, 0x10000);
    tables()->largest = 0x10000;
    assert_refused(NULL, "'etc/acpi/tables' can't have 102400 bytes: Size too large");
    reset(ACPI_TABLES_FILE, "RSDT");
    hw_acpi_buffer_append(&parts.tables, NULL, 0x12000); /* the spare bytes have no room */
    tables()->size = 0x14000;
    tables()->largest = 0x1a000;
    assert_refused(NULL, "'etc/acpi/tables' can't have 110592 bytes: Size too large");
    g_assert_cmpuint(tables()->size, ==, 0x14000);
    reset(ACPI_PARTS_FILE, "RSDT");
    for (int i = 0; i < 30; i++) {
        hw_loader_allocate(&parts.script, "etc/acpi/more", 1, 1);
    }
    fake_blocks[FAKE_SCRIPT].largest = 4096;
    assert_refused(NULL, "'etc/table-loader' can't have 8192 bytes: Size too large");
}

static void test_none(void)
{
    reset(ACPI_PARTS_FILE, "RSDT");
    fake_blocks[FAKE_SCRIPT].child = "";
    g_assert_true(acpi_loader_link(&parts, NULL, &error));
    g_assert_cmpuint(tables()->dirty, ==, 0);
    reset(ACPI_PARTS_FILE, "RSDT");
    tables()->child = "";
    g_assert_true(acpi_loader_link(&parts, NULL, &error));
    g_assert_cmpuint(fake_blocks[FAKE_SCRIPT].dirty, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu-acpi-loader/refused/more-than-is-mapped", test_full);
    g_test_add_data_func("/qemu-acpi-loader/linked/rsdt", ACPI_PARTS_FILE " RSDT", test_linked);
    g_test_add_data_func("/qemu-acpi-loader/linked/xsdt", ACPI_PARTS_FILE " XSDT", test_linked);
    g_test_add_data_func("/qemu-acpi-loader/linked/behind-qemus-tables", ACPI_TABLES_FILE " RSDT",
                         test_linked);
    g_test_add_data_func("/qemu-acpi-loader/linked/behind-qemus-tables-by-xsdt",
                         ACPI_TABLES_FILE " XSDT", test_linked);
    g_test_add_func("/qemu-acpi-loader/sizes/stay-until-a-reset", test_sizes);
    g_test_add_func("/qemu-acpi-loader/refused/more-than-firmware-was-told-of", test_too_small);
    g_test_add_func("/qemu-acpi-loader/refused/tables-of-no-known-form", test_refused);
    g_test_add_func("/qemu-acpi-loader/machine-without-tables-is-left-alone", test_none);
    return g_test_run();
}
