/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares the firmware stand-in with SeaBIOS: with SeaBIOS' results in a machine that QEMU has
 * saved.  If OB_PROGRAM is set, it also compares with a run of SeaBIOS in this stock QEMU.
 */
#include <string.h>

#include "qtest/machine/board.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/machine/parts/acpi.h"
#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/machine/state/foreign.h"
#include "qtest/machine/state/load.h"
#include "qtest/tests/lib/acpi-guest.h"
#include "qtest/tests/lib/stream-files.h"

#define GUID       "00112233-4455-6677-8899-aabbccddeeff"
#define VGIA_PLACE 42 /* offset of the dword in vmgenid's SSDT */

/* Compares all bytes except the file's address and the checksum. */
static void assert_same_ssdt(GBytes *ours, GBytes *theirs)
{
    const uint8_t *a = g_bytes_get_data(ours, NULL);
    const uint8_t *b = g_bytes_get_data(theirs, NULL);
    gsize size = g_bytes_get_size(ours);

    g_assert_cmpuint(size, ==, g_bytes_get_size(theirs));
    g_assert_cmpmem(a, 9, b, 9);
    g_assert_cmpmem(a + 10, VGIA_PLACE - 10, b + 10, VGIA_PLACE - 10);
    g_assert_cmpmem(a + VGIA_PLACE + 4, size - VGIA_PLACE - 4, b + VGIA_PLACE + 4,
                    size - VGIA_PLACE - 4);
}

/* A q35 with a vmgenid, like the machine that QEMU saved after SeaBIOS had run. */
static ObHost *small_host(void)
{
    const ObHostConfig config = { .architecture = "x86_64",
                                  .machine = "q35",
                                  .ram_size = 16 << 20 };
    const ObOption guid = { "guid", GUID };
    ObHost *host = ob_host_new(&config, NULL);

    g_assert_true(ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), NULL));
    g_assert_nonnull(ob_host_add_device(host, "vmgenid", &guid, 1, NULL));
    return host;
}

static ObHost *saved_host(void)
{
    g_autoptr(GByteArray) stream = stream_load("x86-vmgenid-seabios-7.2");
    ObHost *host = small_host();
    ObLoad *load = ob_load_new(host);

    g_assert_true(ob_load_feed(load, stream->data, stream->len) && ob_load_finish(load));
    ob_load_free(load);
    return host;
}

static void test_saved_by_seabios(void)
{
    ObHost *our_host = small_host(), *their_host = saved_host();
    ObClient *ours = ob_client_in_process(our_host), *theirs = ob_client_in_process(their_host);
    g_autoptr(GBytes) our_ssdt = NULL;
    g_autoptr(GBytes) their_ssdt = NULL;

    g_assert_true(ob_firmware_boot(our_host, NULL, NULL));
    our_ssdt = acpi_table(ours, 0, "SSDT");
    their_ssdt = acpi_table(theirs, 0, "SSDT");
    assert_same_ssdt(our_ssdt, their_ssdt);
    ob_client_quit(ours);
    ob_client_quit(theirs);
    ob_host_free(our_host);
    ob_host_free(their_host);
}

/* Adds a file of QEMU's to `to`.  The file is a RAM block of the stream that `from` has loaded. */
static void file_take(ObHost *to, const ObHost *from, const char *name, uint32_t size)
{
    g_autofree char *block_name = g_strdup_printf("/rom@%s", name);
    const GPtrArray *blocks = from->foreign->blocks;

    for (uint32_t i = 0; i < blocks->len; i++) {
        const ObRamBlock *block = blocks->pdata[i];

        if (strcmp(block->name, block_name) == 0) {
            g_assert_cmpuint(block->length, >=, size);
            g_assert_true(ob_fw_cfg_replace(ob_host_fw_cfg(to), name, block->memory, size));
            return;
        }
    }
    g_error("block '%s' does not exist", block_name);
}

static void assert_same_table(ObClient *ours, ObClient *theirs, const char *signature)
{
    g_autoptr(GBytes) a = acpi_table(ours, 0, signature);
    g_autoptr(GBytes) b = acpi_table(theirs, 0, signature);

    g_assert_nonnull(a);
    g_assert_true(g_bytes_equal(a, b));
}

/* Runs QEMU's own script over QEMU's tables.  Tables without pointers are equal in all bytes. */
static void test_script_of_qemu(void)
{
    static const char *const signatures[] = { "DSDT", "APIC", "HPET", "MCFG", "WAET" };
    ObHost *our_host = small_host(), *their_host = saved_host();
    ObClient *ours = ob_client_in_process(our_host), *theirs = ob_client_in_process(their_host);
    g_autoptr(GBytes) our_ssdt = NULL;
    g_autoptr(GBytes) their_ssdt = NULL;
    ObFirmwareReport report;

    file_take(our_host, their_host, OB_ACPI_TABLES, 0x20000);
    file_take(our_host, their_host, OB_ACPI_LOADER, 0x1000);
    file_take(our_host, their_host, OB_ACPI_RSDP, 20);
    g_assert_true(ob_firmware_boot(our_host, &report, NULL));
    g_assert_cmpuint(report.files, ==, 3);
    g_assert_cmpuint(report.opaque_files, ==, 1);
    g_assert_cmpuint(report.written_back, ==, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(signatures); i++) {
        assert_same_table(ours, theirs, signatures[i]);
    }
    our_ssdt = acpi_table(ours, 0, "SSDT");
    their_ssdt = acpi_table(theirs, 0, "SSDT");
    assert_same_ssdt(our_ssdt, their_ssdt);
    ob_client_quit(ours);
    ob_client_quit(theirs);
    ob_host_free(our_host);
    ob_host_free(their_host);
}

/* ------------------------------------------------------------------------ running */

static ObClient *program_start(const char *program, const char *accelerator, const char *arguments)
{
    HW_ERROR(error, 4096);
    ObStart start = { .program = program, .accelerator = accelerator, .arguments = arguments };
    ObClient *client = ob_client_start(&start, &error);

    if (!client) {
        g_error("%s", error.text);
    }
    return client;
}

static bool rsdp_is_whole(ObClient *client)
{
    uint64_t address = ob_acpi_find_rsdp(client, 0);
    uint8_t rsdp[20];
    uint8_t sum = 0;

    if (address == 0) {
        return false;
    }
    ob_client_memread(client, address, rsdp, sizeof(rsdp));
    for (size_t i = 0; i < sizeof(rsdp); i++) {
        sum = (uint8_t)(sum + rsdp[i]);
    }
    return sum == 0;
}

/* Waits for the table's checksum, which is the script's last command. */
static void seabios_await(ObClient *client)
{
    int64_t deadline = g_get_monotonic_time() + 60 * G_TIME_SPAN_SECOND;

    json_decref(ob_client_qmp(client, "cont", NULL, NULL));
    while (!rsdp_is_whole(client)) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(50000);
    }
    json_decref(ob_client_qmp(client, "stop", NULL, NULL));
}

static void test_beside_seabios(void)
{
    g_autofree char *arguments = g_strdup("-machine q35 -nodefaults -device vmgenid,guid=" GUID);
    g_autofree char *with_stand_in = g_strdup("-machine q35,firmware=stand-in "
                                              "-device vmgenid,guid=" GUID);
    ObClient *qemu = program_start(g_getenv("OB_PROGRAM"), g_getenv("OB_ACCELERATOR"), arguments);
    ObClient *outboard = program_start(g_getenv("OB_OUTBOARD"), NULL, with_stand_in);
    g_autoptr(GBytes) theirs = NULL;
    g_autoptr(GBytes) ours = NULL;
    uint8_t our_blob[4096], their_blob[4096];

    seabios_await(qemu);
    theirs = acpi_table(qemu, 0, "SSDT");
    ours = acpi_table(outboard, 0, "SSDT");
    assert_same_ssdt(ours, theirs);
    ob_client_memread(outboard, ob_acpi_number(ours, VGIA_PLACE, 4), our_blob, sizeof(our_blob));
    ob_client_memread(qemu, ob_acpi_number(theirs, VGIA_PLACE, 4), their_blob, sizeof(their_blob));
    g_assert_cmpmem(our_blob, sizeof(our_blob), their_blob, sizeof(their_blob));
    g_assert_cmpuint(ob_acpi_number(ours, VGIA_PLACE, 4) % 4096, ==, 0);
    g_assert_cmpuint(ob_acpi_number(theirs, VGIA_PLACE, 4) % 4096, ==, 0);
    ob_client_quit(qemu);
    ob_client_quit(outboard);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (g_getenv("OB_PROGRAM")) {
        g_test_add_func("/acpi-seabios/running/links-vmgenid-alike", test_beside_seabios);
    } else {
        g_test_add_func("/acpi-seabios/saved/vmgenid-is-linked-alike", test_saved_by_seabios);
        g_test_add_func("/acpi-seabios/saved/qemu-s-script-has-the-same-outcome",
                        test_script_of_qemu);
    }
    return g_test_run();
}
