/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The firmware stand-in, in process: the effect of each command of a loader script. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/machine/board.h"
#include "qtest/machine/parts/acpi.h"
#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/tests/machine/firmware/stand-in-bench.h"

#define GIB (1024 * MIB)

static void test_copies_file(Bench *b, gconstpointer data)
{
    g_autofree uint8_t *bytes = g_malloc(BENCH_BLOB_SIZE);

    (void)data;
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    write_back(b);
    boot_well(b);
    ob_host_read(b->fixture.host, blob_address(b), bytes, BENCH_BLOB_SIZE);
    g_assert_cmpmem(bytes, BENCH_BLOB_SIZE, b->blob, BENCH_BLOB_SIZE);
    g_assert_cmphex(blob_address(b), >=, ob_host_ram_size(b->fixture.host) - MIB);
}

static void test_aligns(Bench *b, gconstpointer data)
{
    uint8_t odd[3] = { 0 };

    (void)data;
    bench_file_add(b, "etc/odd", odd, sizeof(odd), false);
    hw_loader_allocate(&b->script, "etc/odd", 1, HW_ACPI_ZONE_HIGH);
    allocate(b, 4096, HW_ACPI_ZONE_HIGH);
    write_back(b);
    boot_well(b);
    g_assert_cmphex(blob_address(b) % 4096, ==, 0);
}

static void test_segment(Bench *b, gconstpointer data)
{
    (void)data;
    allocate(b, 16, HW_ACPI_ZONE_FSEG);
    write_back(b);
    boot_well(b);
    g_assert_cmphex(blob_address(b), >=, 0xf0000);
    g_assert_cmphex(blob_address(b), <=, 0x100000 - BENCH_BLOB_SIZE);
    g_assert_cmphex(blob_address(b) % 16, ==, 0);
}

static void test_adds_pointer(Bench *b, gconstpointer data)
{
    (void)data;
    hw_store_le(b->blob + 0x10, 0x123, 4);
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    hw_loader_add_pointer(&b->script, BENCH_BLOB, 0x10, 4, BENCH_BLOB);
    write_back(b);
    boot_well(b);
    g_assert_cmphex(guest_load(b, blob_address(b) + 0x10, 4), ==, blob_address(b) + 0x123);
    g_assert_cmphex(guest_load(b, blob_address(b) + 0x14, 1), ==, b->blob[0x14]);
}

static void test_adds_checksum(Bench *b, gconstpointer data)
{
    uint8_t bytes[0x40];
    uint8_t sum = 0;

    (void)data;
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    hw_loader_add_checksum(&b->script, BENCH_BLOB, 0x29, 0x20, sizeof(bytes));
    write_back(b);
    boot_well(b);
    ob_host_read(b->fixture.host, blob_address(b) + 0x20, bytes, sizeof(bytes));
    for (uint32_t i = 0; i < sizeof(bytes); i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    g_assert_cmphex(sum, ==, 0); /* the old checksum does not matter, also in SeaBIOS */
}

static void test_writes_back(Bench *b, gconstpointer data)
{
    uint64_t address;

    (void)data;
    memset(b->pointer, 0xff, sizeof(b->pointer));
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    hw_loader_write_pointer(&b->script, BENCH_POINTER, 4, 4, BENCH_BLOB, 0x28);
    boot_well(b);
    address = hw_load_le(b->pointer + 4, 4);
    g_assert_cmphex(address % 64, ==, 0x28);
    g_assert_cmphex(guest_load(b, address, 1), ==, b->blob[0x28]);
    g_assert_cmphex(hw_load_le(b->pointer, 4), ==, 0xffffffff);
    g_assert_cmpstr(b->writes->str, ==, "4+4 ");
}

static void test_skips_unknown(Bench *b, gconstpointer data)
{
    static const uint32_t commands[] = { 0, 5, 0x80000001, UINT32_MAX };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        uint8_t *entry = hw_acpi_buffer_append(&b->script, NULL, HW_LOADER_ENTRY_SIZE);

        memset(entry, 0xff, HW_LOADER_ENTRY_SIZE);
        hw_store_le(entry, commands[i], 4);
    }
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    boot_well(b);
    g_assert_cmpuint(b->report.skipped, ==, 4);
    g_assert_cmpuint(b->report.files, ==, 1);
}

/* Without a fitting length and a correct checksum, a file's content is not a table. */
static void test_opaque(Bench *b, gconstpointer data)
{
    (void)data;
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    hw_store_le(b->blob + 0x10, 0x100, 4);
    hw_loader_add_pointer(&b->script, BENCH_BLOB, 0x10, 4, BENCH_BLOB);
    boot_well(b);
    g_assert_cmpuint(b->report.opaque_files, ==, 1);
}

static void test_table_is_not_opaque(Bench *b, gconstpointer data)
{
    (void)data;
    hw_acpi_header_store(b->blob + 0x100, NULL, "SSDT", 1, NULL, 0x40);
    hw_store_le(b->blob + 0x10, 0x100, 4);
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    hw_loader_add_pointer(&b->script, BENCH_BLOB, 0x10, 4, BENCH_BLOB);
    hw_loader_add_checksum(&b->script, BENCH_BLOB, 0x109, 0x100, 0x40);
    boot_well(b);
    g_assert_cmpuint(b->report.opaque_files, ==, 0);
}

/* OVMF's rule: a file to which only 8-byte pointers lead may be anywhere. */
static void high_memory(uint32_t pointer_size, bool above)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35", .ram_size = 4 * GIB };
    ObHost *host = ob_host_new(&config, NULL);
    HwAcpiBuffer script = { 0 };
    uint8_t bytes[64] = { 0 }, pointer[8] = { 0 };
    const ObFwCfgFile blob = { .name = BENCH_BLOB, .bytes = bytes, .size = sizeof(bytes) };
    const ObFwCfgFile back = {
        .name = BENCH_POINTER, .bytes = pointer, .size = 8, .guest_writable = true
    };

    ob_fw_cfg_add(ob_host_fw_cfg(host), &blob, NULL);
    ob_fw_cfg_add(ob_host_fw_cfg(host), &back, NULL);
    hw_loader_allocate(&script, BENCH_BLOB, 64, HW_ACPI_ZONE_HIGH);
    hw_loader_add_pointer(&script, BENCH_BLOB, 0, pointer_size, BENCH_BLOB);
    hw_loader_write_pointer(&script, BENCH_POINTER, 0, 8, BENCH_BLOB, 0);
    ob_fw_cfg_replace(ob_host_fw_cfg(host), OB_ACPI_LOADER, script.bytes, script.size);
    g_assert_true(ob_firmware_boot(host, NULL, NULL));
    g_assert_cmpint(hw_load_le(pointer, 8) >= 4 * GIB, ==, above);
    ob_host_free(host);
    hw_acpi_buffer_clear(&script);
}

static void test_long_pointers_allow_high_memory(void)
{
    high_memory(8, true);
}

static void test_short_pointers_need_low_memory(void)
{
    high_memory(4, false);
}

static void test_script_empty(Bench *b, gconstpointer data)
{
    (void)data;
    boot_well(b);
    g_assert_cmpuint(b->report.files, ==, 0);
    g_assert_cmphex(b->report.rsdp, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    BENCH("allocate/copies-the-file-to-the-top-of-memory", "q35", test_copies_file);
    BENCH("allocate/aligns", "q35", test_aligns);
    BENCH("allocate/has-a-segment-below-1-mib", "q35", test_segment);
    g_test_add_func("/firmware-stand-in/allocate/long-pointers-allow-memory-above-4-gib",
                    test_long_pointers_allow_high_memory);
    g_test_add_func("/firmware-stand-in/allocate/short-pointers-need-memory-below-4-gib",
                    test_short_pointers_need_low_memory);
    BENCH("add-pointer/adds-the-address", "q35", test_adds_pointer);
    BENCH("add-checksum/makes-the-sum-zero", "q35", test_adds_checksum);
    BENCH("write-pointer/writes-to-fw-cfg", "q35", test_writes_back);
    BENCH("unknown-commands-are-skipped", "q35", test_skips_unknown);
    BENCH("opaque/what-is-no-table", "q35", test_opaque);
    BENCH("opaque/not-a-table", "q35", test_table_is_not_opaque);
    BENCH("script/empty", "q35", test_script_empty);
    return g_test_run();
}
