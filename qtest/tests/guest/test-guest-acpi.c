/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ACPI tables that Linux gets from firmware, in the distribution's QEMU.  The bridge's tables
 * are compared with those of the same devices in our own host, and checked by ACPICA's tools.
 */
#include <inttypes.h>
#include <string.h>

#include "devices/tpm-crb-regs.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/tests/guest/guest-platform.h"
#include "qtest/tests/lib/acpi-guest.h"

#define GUID           "324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87"
#define HEADER         36 /* size of a table's header; ACPI 6.3, 5.2.6 */
#define CHECKSUM_PLACE 9
#define LOG_PLACE      0x44  /* offset of the qword in TPM2 */
#define VGIA_PLACE     42    /* offset of the integer in vmgenid's SSDT */
#define EVENT_DEVICE   "G0E" /* and a digit: a Generic Event Device on virt */
#define TABLES         "/sys/firmware/acpi/tables/"

/* The order in which the test asks Linux for the tables. */
enum { TPM2, DSDT, DEVICES, VMGENID, DUMPS };

/* clang-format off */
#define WORDS \
    "hex=" TABLES "TPM2 hex=" TABLES "DSDT hex=" TABLES "SSDT1 hex=" TABLES "SSDT2"
/* clang-format on */

typedef struct Tables {
    GBytes *dumped[DUMPS];
    GBytes *built[DUMPS]; /* by our own host, which has no table for DEVICES */
} Tables;

/* ------------------------------------------------------------------- the guest's */

static void guest_dump(const GuestPlatform *platform, GBytes *dumped[DUMPS])
{
    g_autofree char *devices = g_strdup_printf("-device %s,tpmdev=tpm0 -device %s,guid=" GUID,
                                               platform->crb, platform->vmgenid);
    g_autofree char *arguments = guest_platform_bridge(platform, devices);
    ObGuestBoot boot = guest_platform_boot(platform, arguments, WORDS);
    HW_ERROR(error, 8192);
    g_autofree char *said = ob_guest_run(&boot, &error);
    g_auto(GStrv) lines = NULL;

    g_assert_cmpstr(error.text, ==, "");
    lines = g_strsplit(said, "\n", 0);
    g_assert_cmpuint(g_strv_length(lines), ==, DUMPS + 1);
    for (int i = 0; i < DUMPS; i++) {
        dumped[i] = ob_guest_bytes(lines[i]);
        if (!dumped[i]) {
            g_error("no table: %s", lines[i]);
        }
    }
}

/* ------------------------------------------------------------------ our own host's */

static void host_build(const GuestPlatform *platform, GBytes *built[DUMPS])
{
    bool is_pc = g_str_has_prefix(platform->kernel, "amd64");
    const ObHostConfig config = { .architecture = is_pc ? "x86_64" : "aarch64",
                                  .machine = platform->host_machine };
    g_autofree char *base = g_strdup_printf("0x%" PRIx64, platform->crb_base);
    const ObOption tpm[] = { { "tpmdev", "tpm0" }, { "addr", base } };
    const ObOption guid = { "guid", GUID };
    uint64_t ram = is_pc ? 0 : 0x40000000;
    HW_ERROR(error, 512);
    ObHost *host = ob_host_new(&config, &error);
    ObClient *client;

    if (!ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error) ||
        !hw_tpm_add(ob_host_tpms(host), "libtpms", "tpm0", NULL, 0, &error) ||
        !ob_host_add_device(host, is_pc ? "tpm-crb" : "tpm-crb-device", tpm, is_pc ? 1 : 2,
                            &error) ||
        !ob_host_add_device(host, "vmgenid", &guid, 1, &error) ||
        !ob_firmware_boot(host, NULL, &error)) {
        g_error("%s", error.text);
    }
    client = ob_client_in_process(host);
    built[TPM2] = acpi_table(client, ram, "TPM2");
    built[DSDT] = acpi_table(client, ram, "DSDT");
    built[VMGENID] = acpi_table(client, ram, "SSDT");
    ob_client_quit(client);
    ob_host_free(host);
}

/* Boots the guest once for all tests.  NULL: it can't be booted, and the test is skipped. */
static const Tables *tables_of(const GuestPlatform *platform)
{
    static Tables tables[GUEST_PLATFORMS];
    Tables *of = &tables[platform - guest_platforms];

    if (!of->dumped[0] && guest_platform_check(platform)) {
        guest_dump(platform, of->dumped);
        host_build(platform, of->built);
    }
    return of->dumped[0] ? of : NULL;
}

/* --------------------------------------------------------------------- byte by byte */

static void test_checksums(gconstpointer platform)
{
    const Tables *tables = tables_of(platform);

    for (int i = 0; tables && i < DUMPS; i++) {
        gsize size;
        const uint8_t *bytes = g_bytes_get_data(tables->dumped[i], &size);
        uint8_t sum = 0;

        g_assert_cmpuint(ob_acpi_number(tables->dumped[i], 4, 4), ==, size);
        for (gsize at = 0; at < size; at++) {
            sum = (uint8_t)(sum + bytes[at]);
        }
        g_assert_cmphex(sum, ==, 0);
    }
}

/*
 * The guest's table must have our own host's bytes.  Exceptions are an address of `width` bytes
 * that firmware chose, the checksum, and on virt the device of an interrupt that each host chooses.
 */
static void assert_as_built(const Tables *tables, int table, gsize address, gsize width)
{
    gsize size, wanted_size;
    const uint8_t *is = g_bytes_get_data(tables->dumped[table], &size);
    const uint8_t *wanted = g_bytes_get_data(tables->built[table], &wanted_size);
    const uint8_t *event = memmem(wanted, wanted_size, EVENT_DEVICE, strlen(EVENT_DEVICE));
    gsize rest = address + width;

    g_assert_cmpuint(size, ==, wanted_size);
    if (event) {
        size = wanted_size = (gsize)(event - wanted);
    }
    g_assert_cmpmem(is, CHECKSUM_PLACE, wanted, CHECKSUM_PLACE);
    g_assert_cmpmem(is + CHECKSUM_PLACE + 1, address - CHECKSUM_PLACE - 1,
                    wanted + CHECKSUM_PLACE + 1, address - CHECKSUM_PLACE - 1);
    g_assert_cmpmem(is + rest, size - rest, wanted + rest, wanted_size - rest);
    g_assert_cmphex(ob_acpi_number(tables->dumped[table], address, (uint32_t)width), !=, 0);
}

static void test_tpm2(gconstpointer data)
{
    const GuestPlatform *platform = data;
    const Tables *tables = tables_of(platform);

    if (tables) {
        assert_as_built(tables, TPM2, LOG_PLACE, 8);
        g_assert_cmphex(ob_acpi_number(tables->dumped[TPM2], 40, 8), ==,
                        platform->crb_base + CRB_CTRL_REQ);
    }
}

static void test_vmgenid(gconstpointer data)
{
    const GuestPlatform *platform = data;
    const Tables *tables = tables_of(platform);

    if (tables) {
        assert_as_built(tables, VMGENID, VGIA_PLACE,
                        g_str_has_prefix(platform->kernel, "amd64") ? 4 : 8);
    }
}

/* Our own host puts these devices into its DSDT; the bridge can only add a table with them. */
static void test_devices(gconstpointer platform)
{
    const Tables *tables = tables_of(platform);

    if (tables) {
        gsize size, room;
        const uint8_t *bytes = g_bytes_get_data(tables->dumped[DEVICES], &size);
        const uint8_t *dsdt = g_bytes_get_data(tables->built[DSDT], &room);

        g_assert_cmpmem(bytes, 4, "SSDT", 4);
        g_assert_cmpmem(bytes + 16, 8, "OUTBOARD", 8);
        g_assert_cmpuint(size, >, HEADER);
        g_assert_nonnull(memmem(dsdt, room, bytes + HEADER, size - HEADER));
    }
}

/* --------------------------------------------------------------------------- ACPICA */

static void test_iasl(gconstpointer platform)
{
    const Tables *tables = tables_of(platform);
    /* iasl refuses vmgenid's _HID, which is QEMU's, unless an option permits it. */
    static const char *const options[DUMPS] = { [TPM2] = "", [DEVICES] = "", [VMGENID] = "-f" };

    for (int i = 0; tables && i < DUMPS; i++) {
        if (options[i]) {
            g_autofree char *text = acpi_disassemble(tables->dumped[i], options[i]);

            g_assert_null(strstr(text, "**** "));
        }
    }
}

/* Linux gets QEMU's DSDT, so our tables must fit into its namespace. */
static void test_methods(gconstpointer data)
{
    const GuestPlatform *platform = data;
    const Tables *tables = tables_of(platform);
    bool is_pc = g_str_has_prefix(platform->kernel, "amd64");

    if (tables) {
        GBytes *loaded[] = { tables->dumped[DSDT], tables->dumped[DEVICES],
                             tables->dumped[VMGENID] };
        g_autofree char *commands = g_strdup_printf("evaluate \\_SB.TPM._STA;execute %s",
                                                    is_pc ? "\\_GPE._E05" : "\\_SB.G0E8._EVT 232");
        g_autofree char *output = acpi_execute(loaded, G_N_ELEMENTS(loaded), commands);

        g_assert_nonnull(strstr(output, "[Integer] = 000000000000000F"));
        g_assert_nonnull(strstr(output, "Received a Device Notify on [VGEN]"));
    }
}

static const struct {
    const char *name;
    void (*run)(gconstpointer platform);
} tests[] = {
    { "checksums-are-right", test_checksums },
    { "tpm2-is-as-our-host-builds-it", test_tpm2 },
    { "vmgenid-s-ssdt-is-as-our-host-builds-it", test_vmgenid },
    { "devices-ssdt-is-in-our-host-s-dsdt", test_devices },
    { "iasl-takes-them-apart-and-together", test_iasl },
    { "methods-run-beside-qemu-s-dsdt", test_methods },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < GUEST_PLATFORMS; i++) {
        for (size_t j = 0; guest_platforms[i].host_machine && j < G_N_ELEMENTS(tests); j++) {
            g_autofree char *path = g_strdup_printf("/guest-acpi/%s/%s", guest_platforms[i].name,
                                                    tests[j].name);

            g_test_add_data_func(path, &guest_platforms[i], tests[j].run);
        }
    }
    return g_test_run();
}
