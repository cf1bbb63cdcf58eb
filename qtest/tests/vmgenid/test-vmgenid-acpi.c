/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ACPI tables of vmgenid, as a host builds them. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/host/acpi/build.h"
#include "qtest/tests/vmgenid/vmgenid-guest.h"

typedef struct Laid {
    VmGenIdGuest *guest;
    HwAcpiBuild *build;
    HwAcpiTables tables;
} Laid;

static bool find_file(void *opaque, const char *name, HwAcpiFile *file)
{
    const HwFwCfgFiles *files = &((VmGenIdGuest *)opaque)->instance->cls->table.fw_cfg_files;

    for (uint32_t i = 0; i < files->count; i++) {
        if (strcmp(files->entries[i].name, name) == 0) {
            *file = (HwAcpiFile) { files->entries[i].size,
                                   files->entries[i].flags & HW_FW_CFG_GUEST_WRITABLE };
            return true;
        }
    }
    return false;
}

static Laid lay_out(unsigned lacks, const char *properties)
{
    Laid s = { .tables = { .file = "etc/acpi/tables" } };
    g_autofree char *sentence = NULL;

    s.guest = vmgenid_guest_try(lacks, properties, &sentence);
    g_assert_nonnull(s.guest);
    s.build = hw_acpi_build_new(find_file, s.guest);
    if (!hw_acpi_build_ask(s.build, s.guest->instance->dev,
                           s.guest->instance->cls->table.build_acpi, &s.guest->error)) {
        g_error("%s", s.guest->sentence);
    }
    hw_acpi_build_write_allocations(s.build, &s.tables);
    hw_acpi_build_write_tables(s.build, &s.tables);
    g_assert_false(hw_acpi_tables_failed(&s.tables));
    return s;
}

static void laid_free(Laid *s)
{
    hw_acpi_tables_clear(&s->tables);
    hw_acpi_build_free(s->build);
    vmgenid_guest_free(s->guest);
}

static const uint8_t *command_at(const Laid *s, uint32_t index, uint32_t kind)
{
    const uint8_t *entry = s->tables.script.bytes + index * HW_LOADER_ENTRY_SIZE;

    g_assert_cmpuint(s->tables.script.size, >=, (index + 1) * HW_LOADER_ENTRY_SIZE);
    g_assert_cmpuint(hw_load_le(entry, 4), ==, kind);
    return entry;
}

static const char *name_at(const uint8_t *entry, uint32_t place)
{
    return (const char *)entry + place;
}

/* ------------------------------------------------------------------- tables */

/* All bytes are equal, except the checksum, which firmware computes. */
static void test_ssdt_equals_qemu_s(void)
{
    Laid s = lay_out(LACKS_NOTHING, "guid=auto");
    g_autofree char *path = g_build_filename(g_getenv("OB_ACPI_TABLES"), "vmgenid-ssdt-7.2.aml",
                                             NULL);
    g_autofree char *wanted = NULL;
    gsize size;

    g_assert_true(g_file_get_contents(path, &wanted, &size, NULL));
    wanted[HW_ACPI_HEADER_CHECKSUM] = 0;
    g_assert_cmpmem(s.tables.bytes.bytes, s.tables.bytes.size, wanted, size);
    laid_free(&s);
}

/* The table has the name with a value of 8 bytes, and the interrupt in the handler's resources. */
static void test_ged_machine_has_wide_address(void)
{
    static const uint8_t name[] = "\x08VGIA\x0e\0\0\0\0\0\0\0\0\x10";
    static const uint8_t interrupt[] = "\x89\x06\x00\x03\x01\xe8\x00\x00\x00";
    Laid s = lay_out(LACKS_GPE, "guid=auto");
    const HwAcpiBuffer *bytes = &s.tables.bytes;

    g_assert_cmpmem(bytes->bytes + HW_ACPI_HEADER_SIZE, sizeof(name) - 1, name, sizeof(name) - 1);
    g_assert_nonnull(memmem(bytes->bytes, bytes->size, "VMGENCTR", 9));
    g_assert_nonnull(memmem(bytes->bytes, bytes->size, "ACPI0013", 9));
    g_assert_nonnull(memmem(bytes->bytes, bytes->size, interrupt, sizeof(interrupt) - 1));
    g_assert_null(memmem(bytes->bytes, bytes->size, "_GPE", 4));
    laid_free(&s);
}

/* ------------------------------------------------------------------- script */

static void test_blob_is_allocated_to_a_page_of_its_own(void)
{
    Laid s = lay_out(LACKS_NOTHING, "guid=auto");
    const uint8_t *entry = command_at(&s, 0, HW_LOADER_ALLOCATE);

    g_assert_cmpstr(name_at(entry, HW_LOADER_FILE), ==, "etc/vmgenid_guid");
    g_assert_cmpuint(hw_load_le(entry + HW_LOADER_ALLOCATE_ALIGNMENT, 4), ==, 4096);
    g_assert_cmpuint(entry[HW_LOADER_ALLOCATE_ZONE], ==, HW_ACPI_ZONE_HIGH);
    laid_free(&s);
}

static void assert_linked(unsigned lacks, uint8_t size)
{
    Laid s = lay_out(lacks, "guid=auto");
    const uint8_t *entry = command_at(&s, 1, HW_LOADER_ADD_POINTER);

    g_assert_cmpstr(name_at(entry, HW_LOADER_FILE), ==, "etc/acpi/tables");
    g_assert_cmpstr(name_at(entry, HW_LOADER_SOURCE), ==, "etc/vmgenid_guid");
    g_assert_cmpuint(hw_load_le(entry + HW_LOADER_POINTER_OFFSET, 4), ==, HW_ACPI_HEADER_SIZE + 6);
    g_assert_cmpuint(entry[HW_LOADER_ADD_SIZE], ==, size);
    laid_free(&s);
}

static void test_vgia_is_linked(void)
{
    assert_linked(LACKS_NOTHING, 4);
    assert_linked(LACKS_GPE, 8);
}

static void assert_written_back(const char *properties, uint32_t source_offset)
{
    Laid s = lay_out(LACKS_NOTHING, properties);
    const uint8_t *entry = command_at(&s, 3, HW_LOADER_WRITE_POINTER);

    g_assert_cmpstr(name_at(entry, HW_LOADER_FILE), ==, "etc/vmgenid_addr");
    g_assert_cmpstr(name_at(entry, HW_LOADER_SOURCE), ==, "etc/vmgenid_guid");
    g_assert_cmpuint(hw_load_le(entry + HW_LOADER_POINTER_OFFSET, 4), ==, 0);
    g_assert_cmpuint(hw_load_le(entry + HW_LOADER_WRITE_SOURCE_OFFSET, 4), ==, source_offset);
    g_assert_cmpuint(entry[HW_LOADER_WRITE_SIZE], ==, 8);
    g_assert_cmpuint(s.tables.script.size, ==, 4 * HW_LOADER_ENTRY_SIZE);
    laid_free(&s);
}

static void test_address_of_guid_is_written_back(void)
{
    assert_written_back("guid=auto", 0x28);
}

static void test_address_of_blob_is_written_back(void)
{
    assert_written_back("pointer-to-blob=on", 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vmgenid-acpi/ssdt-equals-qemu-s", test_ssdt_equals_qemu_s);
    g_test_add_func("/vmgenid-acpi/ged-machine-has-wide-address",
                    test_ged_machine_has_wide_address);
    g_test_add_func("/vmgenid-acpi/blob-is-allocated-to-a-page-of-its-own",
                    test_blob_is_allocated_to_a_page_of_its_own);
    g_test_add_func("/vmgenid-acpi/vgia-is-linked", test_vgia_is_linked);
    g_test_add_func("/vmgenid-acpi/address-of-guid-is-written-back",
                    test_address_of_guid_is_written_back);
    g_test_add_func("/vmgenid-acpi/address-of-blob-is-written-back",
                    test_address_of_blob_is_written_back);
    return g_test_run();
}
