/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's parts of the ACPI tables: their layout, and every refusal. */
#include <glib.h>
#include <string.h>

#include "hw-api/host/acpi/build.h"

#define GUID_FILE    "etc/guid" /* 4096 bytes */
#define ADDRESS_FILE "etc/addr" /* 8 bytes, guest-writable */
#define LONG_NAME    "etc/a-name-that-does-not-fit-in-an-entry-of-the-loader-script"

static HwAcpi acpi;
static HwDevice device = { .id = "probe" };
static const uint8_t body[64];

static bool find_file(void *opaque, const char *name, HwAcpiFile *file)
{
    (void)opaque;
    if (strcmp(name, GUID_FILE) == 0) {
        *file = (HwAcpiFile) { .size = 4096 };
    } else if (strcmp(name, ADDRESS_FILE) == 0) {
        *file = (HwAcpiFile) { .size = 8, .guest_writable = true };
    } else {
        return false;
    }
    return true;
}

/* ---------------------------------------------------------------------- layout */

static uint8_t patched[8] = { 0x28 };

static void describe_all(HwDevice *dev, HwAcpiBuild *build)
{
    uint32_t table;

    (void)dev;
    acpi.allocate(build, GUID_FILE, 4096, HW_ACPI_ZONE_HIGH);
    table = acpi.add_table(build, "SSDT", 1, "VMGENID", patched, sizeof(patched));
    acpi.add_pointer(build, table, 36, 4, GUID_FILE);
    acpi.write_pointer(build, ADDRESS_FILE, 0, 8, GUID_FILE, 0x28);
    acpi.add_aml(build, "\x00", 1);
}

static void describe_table(HwDevice *dev, HwAcpiBuild *build)
{
    (void)dev;
    acpi.add_table(build, "TPM2", 4, NULL, body, 40);
}

static HwAcpiTables lay_out(HwAcpiBuild *build)
{
    HwAcpiTables tables = { .file = "etc/acpi/tables" };

    hw_acpi_build_write_allocations(build, &tables);
    hw_acpi_build_write_tables(build, &tables);
    g_assert_false(hw_acpi_tables_failed(&tables));
    return tables;
}

static const uint8_t *entry_at(const HwAcpiTables *tables, uint32_t index)
{
    g_assert_cmpuint(tables->script.size, >=, (index + 1) * HW_LOADER_ENTRY_SIZE);
    return tables->script.bytes + index * HW_LOADER_ENTRY_SIZE;
}

/* Compares an entry of the script; `expected` leaves out the zeros at the end. */
static void assert_entry(const HwAcpiTables *tables, uint32_t index, uint32_t command,
                         const char *file, const char *source, const char *numbers,
                         uint32_t numbers_place, uint32_t numbers_size)
{
    uint8_t expected[HW_LOADER_ENTRY_SIZE] = { (uint8_t)command };

    strcpy((char *)expected + 4, file);
    if (source) {
        strcpy((char *)expected + 60, source);
    }
    memcpy(expected + numbers_place, numbers, numbers_size);
    g_assert_cmpmem(entry_at(tables, index), HW_LOADER_ENTRY_SIZE, expected, sizeof(expected));
}

static void test_script(void)
{
    HwAcpiBuild *build = hw_acpi_build_new(find_file, NULL);
    HwAcpiTables tables;

    g_assert_true(hw_acpi_build_ask(build, &device, describe_all, NULL));
    tables = lay_out(build);
    g_assert_cmpuint(tables.script.size, ==, 4 * HW_LOADER_ENTRY_SIZE);
    assert_entry(&tables, 0, 1, GUID_FILE, NULL, "\x00\x10\x00\x00\x01", 60, 5);
    assert_entry(&tables, 1, 2, "etc/acpi/tables", GUID_FILE, "\x24\x00\x00\x00\x04", 116, 5);
    assert_entry(&tables, 2, 3, "etc/acpi/tables", NULL,
                 "\x09\x00\x00\x00\x00\x00\x00\x00\x2c\x00\x00\x00", 60, 12);
    assert_entry(&tables, 3, 4, ADDRESS_FILE, GUID_FILE, "\x00\x00\x00\x00\x28\x00\x00\x00\x08",
                 116, 9);
    hw_acpi_tables_clear(&tables);
    hw_acpi_build_free(build);
}

static void test_header(void)
{
    static const uint8_t ssdt[] = "SSDT\x2c\0\0\0\x01\0BOCHS VMGENID\0\x01\0\0\0BXPC\x01\0\0";
    HwAcpiBuild *build = hw_acpi_build_new(find_file, NULL);
    HwAcpiTables tables;

    hw_acpi_build_ask(build, &device, describe_all, NULL);
    hw_acpi_build_ask(build, &device, describe_table, NULL);
    tables = lay_out(build);
    g_assert_cmpmem(tables.bytes.bytes, 36, ssdt, 36);
    g_assert_cmpmem(tables.bytes.bytes + 36, 8, patched, 8);
    g_assert_cmpuint(hw_acpi_build_table_count(build), ==, 2);
    g_assert_cmpuint(hw_acpi_build_table_place(build, 1), ==, 44);
    g_assert_cmpmem(tables.bytes.bytes + 44 + 10, 14, "BOCHS BXPC    ", 14);
    hw_acpi_tables_clear(&tables);
    hw_acpi_build_free(build);
}

static void test_maker(void)
{
    HW_ERROR(error, 256);
    HwAcpiOem oem;
    uint8_t header[HW_ACPI_HEADER_SIZE];

    g_assert_true(hw_acpi_oem_set(&oem, "ADA", NULL, &error));
    hw_acpi_header_store(header, &oem, "SSDT", 1, NULL, sizeof(header));
    g_assert_cmpmem(header + 10, 14, "ADA\0\0\0BXPC    ", 14);
    hw_acpi_header_store(header, &oem, "SSDT", 1, "MINE", sizeof(header));
    g_assert_cmpmem(header + 10, 14, "ADA\0\0\0MINE\0\0\0\0", 14);
    g_assert_false(hw_acpi_oem_set(&oem, NULL, "123456789", &error));
    g_assert_cmpstr(error.text, ==,
                    "x-oem-table-id: '123456789' is too long, expected up to 8 characters");
}

static void test_aml(void)
{
    HwAcpiBuild *build = hw_acpi_build_new(find_file, NULL);
    uint32_t size;

    hw_acpi_build_ask(build, &device, describe_all, NULL);
    g_assert_cmpmem(hw_acpi_build_aml(build, &size), 1, "\x00", 1);
    g_assert_cmpuint(size, ==, 1);
    hw_acpi_build_free(build);
}

static void test_nothing_to_say(void)
{
    HwAcpiBuild *build = hw_acpi_build_new(find_file, NULL);

    g_assert_true(hw_acpi_build_ask(build, &device, NULL, NULL));
    hw_acpi_build_free(build);
}

/* -------------------------------------------------------------------- refusals */

typedef struct Refusal {
    const char *name;
    void (*describe)(HwDevice *dev, HwAcpiBuild *build);
    const char *sentence;
} Refusal;

#define DESCRIBE(name_, ...)                             \
    static void name_(HwDevice *dev, HwAcpiBuild *build) \
    {                                                    \
        describe_all(dev, build);                        \
        __VA_ARGS__;                                     \
    }

DESCRIBE(signature_short, acpi.add_table(build, "SSD", 1, NULL, body, 4))
DESCRIBE(signature_small, acpi.add_table(build, "ssdt", 1, NULL, body, 4))
DESCRIBE(signature_null, acpi.add_table(build, NULL, 1, NULL, body, 4))
DESCRIBE(signature_hosts, acpi.add_table(build, "DSDT", 1, NULL, body, 4))
DESCRIBE(oem_id_long, acpi.add_table(build, "SSDT", 1, "VMGENID12", body, 4))
DESCRIBE(revision_large, acpi.add_table(build, "SSDT", 256, NULL, body, 4))
DESCRIBE(body_large, acpi.add_table(build, "SSDT", 1, NULL, body, UINT32_MAX))
DESCRIBE(body_null, acpi.add_table(build, "SSDT", 1, NULL, NULL, 4))
DESCRIBE(
    tables_many, for (int i = 0; i < 1000; i++) { describe_table(dev, build); })
DESCRIBE(aml_large, acpi.add_aml(build, body, UINT32_MAX))
DESCRIBE(
    aml_much, for (int i = 0; i < 1 << 20; i++) { acpi.add_aml(build, body, 64); })
DESCRIBE(aml_null, acpi.add_aml(build, NULL, 1))
DESCRIBE(allocate_twice, acpi.allocate(build, GUID_FILE, 8, HW_ACPI_ZONE_HIGH))
DESCRIBE(allocate_unknown, acpi.allocate(build, "etc/none", 8, HW_ACPI_ZONE_HIGH))
DESCRIBE(allocate_odd, acpi.allocate(build, ADDRESS_FILE, 24, HW_ACPI_ZONE_HIGH))
DESCRIBE(allocate_unaligned, acpi.allocate(build, ADDRESS_FILE, 0, HW_ACPI_ZONE_HIGH))
DESCRIBE(allocate_over_page, acpi.allocate(build, ADDRESS_FILE, 8192, HW_ACPI_ZONE_HIGH))
DESCRIBE(allocate_zone, acpi.allocate(build, ADDRESS_FILE, 8, 3))
DESCRIBE(allocate_null, acpi.allocate(build, NULL, 8, HW_ACPI_ZONE_HIGH))
DESCRIBE(allocate_empty, acpi.allocate(build, "", 8, HW_ACPI_ZONE_HIGH))
DESCRIBE(allocate_long, acpi.allocate(build, LONG_NAME, 8, HW_ACPI_ZONE_HIGH))
/* clang-format off */
DESCRIBE(allocate_many, for (int i = 0; i < 1000; i++) {
    acpi.allocate(build, GUID_FILE, 8, HW_ACPI_ZONE_HIGH);
})
/* clang-format on */
DESCRIBE(pointer_table, acpi.add_pointer(build, 1, 36, 4, GUID_FILE))
DESCRIBE(pointer_header, acpi.add_pointer(build, 0, 4, 4, GUID_FILE))
DESCRIBE(pointer_end, acpi.add_pointer(build, 0, 41, 4, GUID_FILE))
DESCRIBE(pointer_wraps, acpi.add_pointer(build, 0, UINT32_MAX, 4, GUID_FILE))
DESCRIBE(pointer_size, acpi.add_pointer(build, 0, 36, 3, GUID_FILE))
DESCRIBE(pointer_unallocated, acpi.add_pointer(build, 0, 36, 4, ADDRESS_FILE))
DESCRIBE(pointer_value, acpi.allocate(build, ADDRESS_FILE, 8, HW_ACPI_ZONE_HIGH);
         acpi.add_pointer(build, 0, 36, 4, ADDRESS_FILE))
DESCRIBE(write_read_only, acpi.write_pointer(build, GUID_FILE, 0, 8, GUID_FILE, 0))
DESCRIBE(write_unknown, acpi.write_pointer(build, "etc/none", 0, 8, GUID_FILE, 0))
DESCRIBE(write_end, acpi.write_pointer(build, ADDRESS_FILE, 1, 8, GUID_FILE, 0))
DESCRIBE(write_wraps, acpi.write_pointer(build, ADDRESS_FILE, UINT32_MAX, 8, GUID_FILE, 0))
DESCRIBE(write_size, acpi.write_pointer(build, ADDRESS_FILE, 0, 3, GUID_FILE, 0))
DESCRIBE(write_source_end, acpi.write_pointer(build, ADDRESS_FILE, 0, 8, GUID_FILE, 4096))
DESCRIBE(write_unallocated, acpi.write_pointer(build, ADDRESS_FILE, 0, 8, ADDRESS_FILE, 0))

/* clang-format off */
static const Refusal refusals[] = {
    { "add-table/short-signature", signature_short,
      "add_table: signature is malformed, expected 4 capital letters or digits" },
    { "add-table/small-letters-in-signature", signature_small,
      "add_table: signature is malformed, expected 4 capital letters or digits" },
    { "add-table/no-signature", signature_null,
      "add_table: signature is malformed, expected 4 capital letters or digits" },
    { "add-table/signature-of-the-host", signature_hosts,
      "add_table: signature is 'DSDT', which the host makes itself" },
    { "add-table/long-oem-table-id", oem_id_long, "add_table: OEM table ID is longer than 8" },
    { "add-table/large-revision", revision_large, "add_table: revision is larger than 255" },
    { "add-table/large-body", body_large,
      "add_table: 4294967295 bytes at an address, expected at most 1048568" },
    { "add-table/no-body", body_null, "add_table: 4 bytes at NULL, expected at most 1048568" },
    { "add-table/too-many", tables_many, "add_table: too many tables" },
    { "add-aml/large", aml_large,
      "add_aml: 4294967295 bytes at an address, expected at most 1048575" },
    { "add-aml/much-in-small-parts", aml_much,
      "add_aml: 64 bytes at an address, expected at most 63" },
    { "add-aml/no-bytes", aml_null, "add_aml: 1 bytes at NULL, expected at most 1048575" },
    { "allocate/twice", allocate_twice, "allocate: file 'etc/guid' is already allocated" },
    { "allocate/unknown-file", allocate_unknown, "allocate: the host does not have a file "
                                                 "'etc/none'" },
    { "allocate/alignment-no-power-of-two", allocate_odd,
      "allocate: alignment is 24, expected a power of two up to 4096" },
    { "allocate/alignment-zero", allocate_unaligned,
      "allocate: alignment is 0, expected a power of two up to 4096" },
    { "allocate/alignment-over-a-page", allocate_over_page,
      "allocate: alignment is 8192, expected a power of two up to 4096" },
    { "allocate/unknown-zone", allocate_zone, "allocate: zone is 3, expected 1 or 2" },
    { "allocate/no-name", allocate_null,
      "allocate: name of a file has no characters, expected 1 to 55" },
    { "allocate/empty-name", allocate_empty,
      "allocate: name of a file has no characters, expected 1 to 55" },
    { "allocate/long-name", allocate_long,
      "allocate: name of a file has too many characters, expected 1 to 55" },
    { "allocate/too-many", allocate_many, "allocate: too many commands" },
    { "add-pointer/unknown-table", pointer_table,
      "add_pointer: the device does not have a table number 1" },
    { "add-pointer/in-the-header", pointer_header,
      "add_pointer: 4 bytes at offset 0x4 lie outside of the table, expected 0x24 to 0x2c" },
    { "add-pointer/past-the-end", pointer_end,
      "add_pointer: 4 bytes at offset 0x29 lie outside of the table, expected 0x24 to 0x2c" },
    { "add-pointer/offset-that-wraps", pointer_wraps,
      "add_pointer: 4 bytes at offset 0xffffffff lie outside of the table, "
      "expected 0x24 to 0x2c" },
    { "add-pointer/size-3", pointer_size, "add_pointer: size is 3, expected 1, 2, 4 or 8" },
    { "add-pointer/file-not-allocated", pointer_unallocated,
      "add_pointer: file 'etc/addr' is not allocated" },
    { "add-pointer/value-outside-of-the-file", pointer_value,
      "add_pointer: 0x28 lies outside of file 'etc/addr', which has 0x8 bytes" },
    { "write-pointer/read-only-file", write_read_only,
      "write_pointer: file 'etc/guid' is not writable for guests" },
    { "write-pointer/unknown-file", write_unknown,
      "write_pointer: the host does not have a file 'etc/none'" },
    { "write-pointer/past-the-end", write_end,
      "write_pointer: 8 bytes at offset 0x1 lie outside of file 'etc/addr', which has 0x8" },
    { "write-pointer/offset-that-wraps", write_wraps,
      "write_pointer: 8 bytes at offset 0xffffffff lie outside of file 'etc/addr', "
      "which has 0x8" },
    { "write-pointer/size-3", write_size, "write_pointer: size is 3, expected 1, 2, 4 or 8" },
    { "write-pointer/source-offset-past-the-end", write_source_end,
      "write_pointer: 0x1000 lies outside of file 'etc/guid', which has 0x1000 bytes" },
    { "write-pointer/source-not-allocated", write_unallocated,
      "write_pointer: file 'etc/addr' is not allocated" },
};
/* clang-format on */

/* A refusal also drops the device's valid calls; calls of earlier devices stay. */
static void test_refusal(gconstpointer data)
{
    const Refusal *refusal = data;
    HwAcpiBuild *build = hw_acpi_build_new(find_file, NULL);
    g_autofree char *expected = g_strdup_printf("probe: ACPI: %s", refusal->sentence);
    HW_ERROR(error, 256);
    HwAcpiTables tables;
    uint32_t size;

    g_assert_false(hw_acpi_build_ask(build, &device, refusal->describe, &error));
    g_assert_cmpstr(error.text, ==, expected);
    g_assert_true(hw_acpi_build_ask(build, &device, describe_table, &error));
    tables = lay_out(build);
    g_assert_cmpuint(tables.bytes.size, ==, 36 + 40);
    g_assert_cmpuint(tables.script.size, ==, HW_LOADER_ENTRY_SIZE);
    hw_acpi_build_aml(build, &size);
    g_assert_cmpuint(size, ==, 0);
    hw_acpi_tables_clear(&tables);
    hw_acpi_build_free(build);
}

static void describe_others_table(HwDevice *dev, HwAcpiBuild *build)
{
    (void)dev;
    acpi.add_pointer(build, 0, 36, 4, GUID_FILE);
}

static void test_table_of_another_device(void)
{
    HwAcpiBuild *build = hw_acpi_build_new(find_file, NULL);

    g_assert_true(hw_acpi_build_ask(build, &device, describe_all, NULL));
    g_assert_false(hw_acpi_build_ask(build, &device, describe_others_table, NULL));
    hw_acpi_build_free(build);
}

static void test_calls_outside_of_the_hook(void)
{
    HwAcpiBuild *build = hw_acpi_build_new(find_file, NULL);
    uint32_t size;

    describe_all(&device, build);
    g_assert_cmpuint(hw_acpi_build_table_count(build), ==, 0);
    hw_acpi_build_aml(build, &size);
    g_assert_cmpuint(size, ==, 0);
    hw_acpi_build_free(build);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    hw_acpi_build_offer(&acpi);
    g_test_add_func("/acpi-build/script/allocates-links-and-writes-back", test_script);
    g_test_add_func("/acpi-build/table/has-the-host-s-header", test_header);
    g_test_add_func("/acpi-build/table/maker", test_maker);
    g_test_add_func("/acpi-build/aml/is-collected", test_aml);
    g_test_add_func("/acpi-build/device-without-a-hook-adds-nothing", test_nothing_to_say);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strdup_printf("/acpi-build/refused/%s", refusals[i].name);

        g_test_add_data_func(path, &refusals[i], test_refusal);
    }
    g_test_add_func("/acpi-build/refused/add-pointer/table-of-another-device",
                    test_table_of_another_device);
    g_test_add_func("/acpi-build/ignored/calls-outside-of-the-hook",
                    test_calls_outside_of_the_hook);
    return g_test_run();
}
