/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Laszlo Ersek checked version 6 of QEMU's vmgenid patches by hand (qemu-devel, 15 February
 * 2017).  These tests check his points, by his numbers.  The firmware stand-in takes OVMF's
 * place.
 */
#include <glib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/host/run/property.h"
#include "qtest/machine/board.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/machine/parts/acpi.h"
#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/tests/lib/acpi-guest.h"
#include "qtest/tests/vmgenid/vmgenid-guids.h"

#define UPPER_GUID "00112233-4455-6677-8899-AABBCCDDEEFF"
#define RAM_SIZE   (UINT64_C(64) << 20)

typedef struct Fixture {
    ObHost *host;
    HwInstance *vmgenid;
    GString *log;
    ObFirmwareReport boot;
    uint64_t blob; /* the address that the stand-in gave etc/vmgenid_guid */
    char text[512];
    HwError error;
} Fixture;

static void log_line(void *opaque, const char *device, uint32_t level, const char *text)
{
    (void)level;
    g_string_append_printf(opaque, "%s: %s\n", device ? device : "", text);
}

/* Returns the text after `head` in the log. */
static const char *log_find(const Fixture *f, const char *head)
{
    const char *at = strstr(f->log->str, head);

    if (!at) {
        g_error("'%s' is not in the log:\n%s", head, f->log->str);
    }
    return at + strlen(head);
}

/* `data` is "on" for the form of version 6: firmware writes the blob's address. */
static void set_up(Fixture *f, gconstpointer data)
{
    f->log = g_string_new(NULL);
    f->error = (HwError) { f->text, sizeof(f->text), 0 };
    f->host = ob_host_new(&(ObHostConfig) { .architecture = "x86_64",
                                            .machine = "q35",
                                            .ram_size = RAM_SIZE,
                                            .log = log_line,
                                            .opaque = f->log },
                          &f->error);
    ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error);
    f->vmgenid = ob_host_add_device(f->host, "vmgenid",
                                    (ObOption[]) { { "guid", UPPER_GUID },
                                                   { "pointer-to-blob", data ? data : "off" } },
                                    2, &f->error);
    g_assert_cmpstr(f->text, ==, "");
    if (!ob_firmware_boot(f->host, &f->boot, &f->error)) {
        g_error("%s", f->text);
    }
    f->blob = g_ascii_strtoull(log_find(f, "etc/vmgenid_guid: 0x1000 bytes at "), NULL, 0);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_host_free(f->host);
    g_string_free(f->log, TRUE);
}

/* Returns the address in the device's file etc/vmgenid_addr. */
static uint64_t address(Fixture *f)
{
    ObFwCfg *fw_cfg = ob_host_fw_cfg(f->host);
    uint8_t bytes[8];

    ob_fw_cfg_read(fw_cfg, ob_fw_cfg_key(fw_cfg, "etc/vmgenid_addr"), 0, bytes, sizeof(bytes));
    return hw_load_le(bytes, 8);
}

static uint32_t memory(Fixture *f, uint64_t place)
{
    return (uint32_t)ob_host_load(f->host, HW_SPACE_MEMORY, place, 4);
}

/* Finds the SSDT as the guest does, by the RSDP and the RSDT. */
static uint64_t ssdt_find(Fixture *f)
{
    uint32_t rsdt = memory(f, f->boot.rsdp + 16);
    uint32_t length = memory(f, rsdt + 4);

    for (uint32_t i = 36; i < length; i += 4) {
        uint32_t table = memory(f, rsdt + i);
        char id[8];

        ob_host_read(f->host, table + 16, id, sizeof(id));
        if (memcmp(id, "VMGENID", 8) == 0) {
            return table;
        }
    }
    g_assert_not_reached();
}

static void assert_page(Fixture *f)
{
    uint8_t page[0x40] = { 0 };
    uint8_t wanted[0x40] = { 0 };

    memcpy(wanted + 0x28, GUID_LE, 16);
    ob_host_read(f->host, f->blob, page, sizeof(page));
    g_assert_cmpmem(page, sizeof(page), wanted, sizeof(wanted));
}

/* -------------------------------------------------------------------- points */

/* (1) The GUID of SMBIOS 3.0.0, 7.2.1, on the command line, as Microsoft consumes it. */
static void test_1(Fixture *f, gconstpointer data)
{
    ObFwCfg *fw_cfg = ob_host_fw_cfg(f->host);
    uint8_t bytes[16];

    (void)data;
    ob_fw_cfg_read(fw_cfg, ob_fw_cfg_key(fw_cfg, "etc/vmgenid_guid"), 0x28, bytes, 16);
    g_assert_cmpmem(bytes, 16, GUID_LE, 16);
}

/* (2) Firmware allocates the blob at a page in high memory, links it and writes the address
 * back.  It sees that the blob is not an ACPI table, so the blob's memory stays. */
static void test_2(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(f->blob % 4096, ==, 0);
    g_assert_cmphex(f->blob, >=, 0x100000);
    g_assert_cmpuint(f->boot.written_back, ==, 1);
    g_assert_cmphex(address(f), ==, f->blob + 0x28);
    g_assert_true(g_str_has_prefix(strchr(log_find(f, "etc/vmgenid_guid: 0x1000 bytes at "), ','),
                                   ", opaque\n"));
    g_assert_cmpuint(f->boot.opaque_files, ==, 1);
}

static void test_2_version_6(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(address(f), ==, f->blob);
}

static GBytes *ssdt_dump(Fixture *f)
{
    uint8_t table[202];

    ob_host_read(f->host, ssdt_find(f), table, sizeof(table));
    return g_bytes_new(table, sizeof(table));
}

/* (3) The SSDT that the guest finds: VGIA is the address that firmware wrote, and the rest is as
 * in QEMU's documentation. */
static void test_3_disassembly(Fixture *f, gconstpointer data)
{
    g_autoptr(GBytes) table = ssdt_dump(f);
    g_autofree char *text = acpi_disassemble(table, "-f");
    g_autofree char *vgia = g_strdup_printf("Name (VGIA, 0x%08" G_GINT64_MODIFIER "X)", f->blob);
    const char *const lines[] = {
        "DefinitionBlock (\"\", \"SSDT\", 1, \"BOCHS \", \"VMGENID\", 0x00000001)",
        vgia,
        "Device (VGEN)",
        "Name (_HID, \"QEMUVGID\")",
        "Name (_CID, \"VM_Gen_Counter\")",
        "Name (_DDN, \"VM_Gen_Counter\")",
        "If ((VGIA == Zero))",
        "(VGIA + 0x28)",
        "Method (\\_GPE._E05, 0, NotSerialized)",
        "Notify (\\_SB.VGEN, 0x80)",
    };

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        if (!strstr(text, lines[i])) {
            g_error("'%s' is not in:\n%s", lines[i], text);
        }
    }
}

static void test_3(Fixture *f, gconstpointer data)
{
    uint64_t ssdt = ssdt_find(f);
    g_autofree char *path = g_build_filename(g_getenv("OB_ACPI_TABLES"), "vmgenid-ssdt-7.2.aml",
                                             NULL);
    g_autofree char *wanted = NULL;
    uint8_t table[202];
    uint8_t total = 0;
    gsize size;

    (void)data;
    g_assert_cmphex(memory(f, ssdt + 36 + 6), ==, f->blob);
    ob_host_read(f->host, ssdt, table, sizeof(table));
    for (size_t i = 0; i < sizeof(table); i++) {
        total = (uint8_t)(total + table[i]);
    }
    g_assert_cmphex(total, ==, 0);
    g_assert_true(g_file_get_contents(path, &wanted, &size, NULL));
    hw_store_le((uint8_t *)wanted + 36 + 6, f->blob, 4);
    wanted[9] = (char)table[9];
    g_assert_cmpmem(table, sizeof(table), wanted, size);
}

/* (4) The page is RAM that no other file uses: EfiACPIMemoryNVS in OVMF. */
static void test_4(Fixture *f, gconstpointer data)
{
    g_auto(GStrv) lines = g_strsplit(f->log->str, "\n", -1);
    uint32_t others = 0;

    (void)data;
    g_assert_nonnull(ob_host_ram_pointer(f->host, f->blob, 0x1000));
    for (char **line = lines; *line; line++) {
        const char *size = strstr(*line, ": 0x");
        const char *at = strstr(*line, " bytes at 0x");
        uint64_t start, end;

        if (!size || !at || strstr(*line, "etc/vmgenid_guid")) {
            continue;
        }
        start = g_ascii_strtoull(at + 10, NULL, 0);
        end = start + g_ascii_strtoull(size + 2, NULL, 0);
        g_assert_true(end <= f->blob || start >= f->blob + 0x1000);
        others++;
    }
    g_assert_cmpuint(others, ==, 2);
}

/* (5) The GUID is in guest RAM, at offset 0x28 of the page. */
static void test_5(Fixture *f, gconstpointer data)
{
    (void)data;
    assert_page(f);
}

/* (6) to (9) Resume from S3: the device has the address, reset zeroes it, and the boot script
 * writes it again.  Memory is unchanged. */
static void test_6(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(address(f), ==, f->blob + 0x28);
}

static void test_7(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_acpi_wake(f->host);
    g_assert_cmphex(address(f), ==, 0);
}

static void test_8(Fixture *f, gconstpointer data)
{
    ObFirmwareReport resume;

    (void)data;
    ob_acpi_wake(f->host);
    g_assert_true(ob_firmware_resume(f->host, &resume, &f->error));
    g_assert_cmpuint(resume.written_back, ==, 1);
    log_find(f, "resume from S3: 1 addresses written back");
}

static void test_9(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_acpi_wake(f->host);
    g_assert_true(ob_firmware_resume(f->host, NULL, &f->error));
    g_assert_cmphex(address(f), ==, f->blob + 0x28);
    assert_page(f);
}

/* In version 6 firmware writes the blob's own address. */
static void test_9_version_6(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_acpi_wake(f->host);
    g_assert_cmphex(address(f), ==, 0);
    g_assert_true(ob_firmware_resume(f->host, NULL, &f->error));
    g_assert_cmphex(address(f), ==, f->blob);
}

/* (10) info vm-generation-id; test-vmgenid-machine.c does it by QMP. */
static void test_10(Fixture *f, gconstpointer data)
{
    char guid[64];

    (void)data;
    hw_instance_get(f->vmgenid, hw_instance_property(f->vmgenid, "guid"), guid, sizeof(guid));
    g_assert_cmpstr(guid, ==, "00112233-4455-6677-8899-aabbccddeeff");
}

/* ------------------------------------------------- points that he left to others */

/* After a resume, too, a new GUID reaches the page. */
static void test_change_after_resume(Fixture *f, gconstpointer data)
{
    uint8_t bytes[16];

    (void)data;
    ob_acpi_wake(f->host);
    g_assert_true(ob_firmware_resume(f->host, NULL, &f->error));
    g_assert_true(
        hw_instance_set(f->vmgenid, "guid", "ffffffff-0000-ffff-0000-ffffffffffff", &f->error));
    ob_host_read(f->host, f->blob + 0x28, bytes, sizeof(bytes));
    g_assert_cmpmem(bytes, 16, "\xff\xff\xff\xff\0\0\xff\xff\0\0\xff\xff\xff\xff\xff\xff", 16);
}

/* The GUID changes while the guest sleeps, between reset and boot script. */
static void test_change_before_boot_script(Fixture *f, gconstpointer data)
{
    uint8_t bytes[16];

    (void)data;
    ob_acpi_wake(f->host);
    g_assert_true(
        hw_instance_set(f->vmgenid, "guid", "ffffffff-0000-ffff-0000-ffffffffffff", &f->error));
    assert_page(f);
    g_assert_true(ob_firmware_resume(f->host, NULL, &f->error));
    ob_host_read(f->host, f->blob + 0x28, bytes, sizeof(bytes));
    g_assert_cmpmem(bytes, 16, "\xff\xff\xff\xff\0\0\xff\xff\0\0\xff\xff\xff\xff\xff\xff", 16);
}

static void write_half(Fixture *f, uint32_t offset, uint64_t value)
{
    ObFwCfg *fw_cfg = ob_host_fw_cfg(f->host);
    uint8_t bytes[8];

    hw_store_le(bytes, value, 8);
    g_assert_true(ob_fw_cfg_write(fw_cfg, ob_fw_cfg_key(fw_cfg, "etc/vmgenid_addr"), offset,
                                  bytes + offset, 4));
}

/* Half an address from before the sleep and half from after it don't make an address. */
static void test_suspend_between_halves(Fixture *f, gconstpointer data)
{
    uint64_t other = 0x200028;
    uint8_t bytes[16];

    (void)data;
    write_half(f, 0, other);
    ob_acpi_wake(f->host);
    write_half(f, 4, other);
    g_assert_true(hw_instance_set(f->vmgenid, "guid", "auto", &f->error));
    assert_page(f);
    ob_host_read(f->host, other, bytes, sizeof(bytes));
    g_assert_cmpmem(bytes, 16, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    g_assert_true(ob_firmware_resume(f->host, NULL, &f->error));
    ob_host_read(f->host, f->blob + 0x28, bytes, sizeof(bytes));
    g_assert_cmpint(memcmp(bytes, GUID_LE, 16), !=, 0);
}

#define POINT(path, data, function) \
    g_test_add("/vmgenid-ersek/" path, Fixture, data, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    POINT("1/guid-is-little-endian", NULL, test_1);
    POINT("2/firmware-allocates-links-and-writes-back", NULL, test_2);
    POINT("2/version-6-writes-the-blob-s-address", "on", test_2_version_6);
    POINT("3/ssdt-has-the-address", NULL, test_3);
    POINT("3/disassembled-ssdt-is-as-documented", NULL, test_3_disassembly);
    POINT("4/page-is-the-blob-s-alone", NULL, test_4);
    POINT("5/guid-is-in-guest-memory", NULL, test_5);
    POINT("6/address-is-known-before-resume", NULL, test_6);
    POINT("7/reset-zeroes-address", NULL, test_7);
    POINT("8/boot-script-replays-the-write", NULL, test_8);
    POINT("9/address-is-back-after-resume", NULL, test_9);
    POINT("9/version-6-address-is-back", "on", test_9_version_6);
    POINT("10/query-shows-the-guid", NULL, test_10);
    POINT("change-after-resume-reaches-guest", NULL, test_change_after_resume);
    POINT("suspend-between-halves-of-the-address", NULL, test_suspend_between_halves);
    POINT("change-before-boot-script-reaches-guest", NULL, test_change_before_boot_script);
    return g_test_run();
}
