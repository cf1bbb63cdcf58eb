/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A QMP client's view of sleep, and of the firmware stand-in's runs. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/device/bytes.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/machine/parts/acpi-pm.h"
#include "qtest/tests/lib/acpi-guest.h"

#define GUID       "00112233-4455-6677-8899-aabbccddeeff"
#define GUID_LE    "\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff"
#define NEW_GUID   "12345678-9abc-def0-1122-334455667788"
#define NEW_LE     "\x78\x56\x34\x12\xbc\x9a\xf0\xde\x11\x22\x33\x44\x55\x66\x77\x88"
#define VGIA_PLACE 42
#define EVENT_MS   5000

static ObClient *start(const char *arguments)
{
    HW_ERROR(error, 4096);
    ObStart how = { .program = g_getenv("OB_PROGRAM"), .arguments = arguments };
    ObClient *client = ob_client_start(&how, &error);

    if (!client) {
        g_error("%s", error.text);
    }
    return client;
}

static void assert_status(ObClient *c, const char *expected)
{
    json_t *status = ob_client_qmp(c, "query-status", NULL, NULL);

    g_assert_cmpstr(json_string_value(json_object_get(status, "status")), ==, expected);
    json_decref(status);
}

static void await_event(ObClient *c, const char *name)
{
    json_t *event = ob_client_qmp_event(c, name, EVENT_MS);

    g_assert_nonnull(event);
    json_decref(event);
}

static void command(ObClient *c, const char *name)
{
    json_decref(ob_client_qmp(c, name, NULL, NULL));
}

static void assert_wakeup_refused(ObClient *c)
{
    json_t *error = NULL;

    g_assert_null(ob_client_qmp(c, "system_wakeup", NULL, &error));
    g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==,
                    "Unable to wake up: guest is not in suspended state");
    json_decref(error);
}

static void suspend(ObClient *c)
{
    ob_client_outw(c, OB_PM1_CONTROL, OB_SLEEP_TYPE_S3 << 10 | OB_PM1_SLEEP);
    await_event(c, "SUSPEND");
    assert_status(c, "suspended");
}

/* ------------------------------------------------------------------------- sleep */

static void assert_can_wake(const char *machine, bool expected)
{
    ObClient *c = start(machine);
    json_t *answer = ob_client_qmp(c, "query-current-machine", NULL, NULL);

    g_assert_cmpint(json_is_true(json_object_get(answer, "wakeup-suspend-support")), ==, expected);
    json_decref(answer);
    ob_client_quit(c);
}

static void test_who_can_wake(void)
{
    assert_can_wake("-machine pc", true);
    assert_can_wake("-machine pc,acpi=off", false);
    assert_can_wake("-machine none", false);
}

static void test_suspend_and_wake(void)
{
    ObClient *c = start("-machine q35");

    ob_client_writel(c, 0x8000, 0x12345678);
    suspend(c);
    command(c, "system_wakeup");
    await_event(c, "WAKEUP");
    assert_status(c, "running");
    g_assert_cmphex(ob_client_readl(c, 0x8000), ==, 0x12345678);
    g_assert_cmphex(ob_client_inw(c, OB_PM1_EVENT), ==, OB_PM1_WAKE_STATUS);
    ob_client_quit(c);
}

static void test_wake_while_running(void)
{
    ObClient *c = start("-machine q35");

    assert_wakeup_refused(c);
    ob_client_quit(c);
}

/* QEMU does the same: only system_wakeup and a reset end the state, and after a reset the machine
 * is stopped. */
static void test_cont_and_stop_while_suspended(void)
{
    ObClient *c = start("-machine pc");

    suspend(c);
    command(c, "cont");
    command(c, "stop");
    assert_status(c, "suspended");
    command(c, "system_reset");
    assert_status(c, "prelaunch");
    assert_wakeup_refused(c);
    command(c, "cont");
    assert_status(c, "running");
    ob_client_quit(c);
}

static void test_power_off(void)
{
    ObClient *c = start("-machine q35");
    json_t *event, *data;

    ob_client_outw(c, OB_PM1_CONTROL, OB_SLEEP_TYPE_S5 << 10 | OB_PM1_SLEEP);
    event = ob_client_qmp_event(c, "SHUTDOWN", EVENT_MS);
    data = json_object_get(event, "data");
    g_assert_cmpstr(json_string_value(json_object_get(data, "reason")), ==, "guest-shutdown");
    g_assert_true(json_is_true(json_object_get(data, "guest")));
    json_decref(event);
    ob_client_free(c);
}

/* The form of libvirt's command line. */
static void test_power_off_pauses(void)
{
    ObClient *c = start("-machine q35 -no-shutdown");

    ob_client_outw(c, OB_PM1_CONTROL, OB_SLEEP_TYPE_S5 << 10 | OB_PM1_SLEEP);
    await_event(c, "SHUTDOWN");
    await_event(c, "STOP");
    assert_status(c, "shutdown");
    command(c, "system_reset");
    command(c, "cont");
    assert_status(c, "running");
    ob_client_quit(c);
}

static void test_suspend_to_disk(void)
{
    ObClient *c = start("-machine q35");

    ob_client_outw(c, OB_PM1_CONTROL, OB_SLEEP_TYPE_S4 << 10 | OB_PM1_SLEEP);
    await_event(c, "SUSPEND_DISK");
    await_event(c, "SHUTDOWN");
    ob_client_free(c);
}

/* --------------------------------------------------------------- the stand-in's runs */

static void test_boot_at_start(void)
{
    ObClient *c = start("-machine q35,firmware=stand-in");

    g_assert_cmphex(ob_acpi_find_rsdp(c, 0), !=, 0);
    ob_client_quit(c);
}

/* A disk is a reason to boot. */
static void test_boot_of_a_disk(void)
{
    g_autofree char *path = NULL;
    g_autofree char *arguments = NULL;
    char sector[512] = "\xb8\x34\x12\xa3\x00\x05\xf4";
    int fd = g_file_open_tmp("outboard-disk-XXXXXX", &path, NULL);
    ObClient *c;

    hw_store_le((uint8_t *)sector + 510, 0xaa55, 2);
    g_assert_true(g_file_set_contents(path, sector, sizeof(sector), NULL));
    arguments = g_strdup_printf("-drive if=none,id=d,format=raw,file=%s -device ide-hd,drive=d",
                                path);
    c = start(arguments);
    close(fd);
    g_unlink(path);
    g_assert_cmphex(ob_client_readw(c, 0x500), ==, 0x1234);
    g_assert_cmphex(ob_acpi_find_rsdp(c, 0), !=, 0);
    ob_client_quit(c);
}

static void test_disk_without_firmware(void)
{
    ObClient *c = start("-machine pc,firmware=off -drive if=none,id=d,file=/nonexistent -device "
                        "ide-hd,drive=d");

    g_assert_cmphex(ob_acpi_find_rsdp(c, 0), ==, 0);
    ob_client_quit(c);
}

static void test_no_boot_by_default(void)
{
    ObClient *c = start("-machine q35");

    g_assert_cmphex(ob_acpi_find_rsdp(c, 0), ==, 0);
    ob_client_quit(c);
}

static void test_boot_waits_for_cont(void)
{
    ObClient *c = start("-machine q35,firmware=stand-in -S");

    g_assert_cmphex(ob_acpi_find_rsdp(c, 0), ==, 0);
    command(c, "cont");
    g_assert_cmphex(ob_acpi_find_rsdp(c, 0), !=, 0);
    ob_client_quit(c);
}

static void test_boot_at_reset(void)
{
    ObClient *c = start("-machine q35,firmware=stand-in");

    ob_client_memset(c, 0xe0000, 0, 0x20000);
    g_assert_cmphex(ob_acpi_find_rsdp(c, 0), ==, 0);
    ob_client_reset(c);
    g_assert_cmphex(ob_acpi_find_rsdp(c, 0), !=, 0);
    ob_client_quit(c);
}

static void test_no_fw_cfg(void)
{
    HW_ERROR(error, 4096);
    ObStart how = { .program = g_getenv("OB_PROGRAM"),
                    .arguments = "-machine none,firmware=stand-in" };

    g_assert_null(ob_client_start(&how, &error));
    g_assert_nonnull(strstr(error.text, "-machine: firmware: 'stand-in' needs fw_cfg, which "
                                        "machine 'none' does not have"));
}

/* Expects the GUID at the tables' address, and at the address that was written back. */
static void assert_guid(ObClient *c, const char *expected)
{
    g_autoptr(GBytes) ssdt = acpi_table(c, 0, "SSDT");
    uint8_t guid[16];

    ob_client_memread(c, ob_acpi_number(ssdt, VGIA_PLACE, 4) + 0x28, guid, sizeof(guid));
    g_assert_cmpmem(guid, sizeof(guid), expected, 16);
}

static void set_guid(ObClient *c, const char *guid)
{
    json_decref(ob_client_qmp(c, "vm-generation-id-set", json_pack("{s:s}", "guid", guid), NULL));
}

/* Without the address that firmware writes back, a new GUID does not reach memory. */
static void test_resume_writes_address_again(void)
{
    ObClient *c = start("-machine q35,firmware=stand-in -device vmgenid,guid=" GUID);

    suspend(c);
    command(c, "system_wakeup");
    await_event(c, "WAKEUP");
    set_guid(c, NEW_GUID);
    assert_guid(c, NEW_LE);
    ob_client_quit(c);
}

static void test_resume_without_stand_in(void)
{
    ObClient *c = start("-machine q35 -device vmgenid,guid=" GUID);

    suspend(c);
    command(c, "system_wakeup");
    await_event(c, "WAKEUP");
    assert_status(c, "running");
    ob_client_quit(c);
}

/* --------------------------------------------------------------------- migration */

typedef struct Move {
    char *directory;
    char *uri;
} Move;

static Move move_new(void)
{
    Move move = { .directory = g_dir_make_tmp("outboard-acpi-XXXXXX", NULL) };

    move.uri = g_strdup_printf("unix:%s/migrate", move.directory);
    return move;
}

static void move_free(Move *move)
{
    g_autofree char *path = g_build_filename(move->directory, "migrate", NULL);

    g_unlink(path);
    g_rmdir(move->directory);
    g_free(move->directory);
    g_free(move->uri);
}

/* Starts another program, and migrates the machine to it. */
static ObClient *migrate(ObClient *from, const char *arguments)
{
    Move move = move_new();
    g_autofree char *all = g_strdup_printf("%s -incoming %s", arguments, move.uri);
    ObClient *to = start(all);

    json_decref(ob_client_qmp(from, "migrate", json_pack("{s:s}", "uri", move.uri), NULL));
    ob_migration_complete(from);
    ob_migration_complete(to);
    ob_client_quit(from);
    move_free(&move);
    return to;
}

/* The record of the boot is in guest memory, which is migrated. */
static void test_suspended_machine_moves(void)
{
    ObClient *c = start("-machine q35,firmware=stand-in -device vmgenid,guid=" GUID);

    suspend(c);
    c = migrate(c, "-machine q35,firmware=stand-in -device vmgenid,guid=" GUID);
    assert_status(c, "suspended");
    command(c, "system_wakeup");
    await_event(c, "WAKEUP");
    set_guid(c, NEW_GUID);
    assert_guid(c, NEW_LE);
    ob_client_quit(c);
}

static void test_no_boot_after_a_move(void)
{
    ObClient *c = start("-machine q35");

    c = migrate(c, "-machine q35,firmware=stand-in");
    assert_status(c, "running");
    g_assert_cmphex(ob_acpi_find_rsdp(c, 0), ==, 0);
    ob_client_quit(c);
}

/* The machine has not run before it is migrated. */
static void test_boot_after_a_move(void)
{
    ObClient *c = start("-machine q35,firmware=stand-in -S");

    c = migrate(c, "-machine q35,firmware=stand-in");
    assert_status(c, "prelaunch");
    g_assert_cmphex(ob_acpi_find_rsdp(c, 0), ==, 0);
    command(c, "cont");
    g_assert_cmphex(ob_acpi_find_rsdp(c, 0), !=, 0);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/acpi-program/suspend/system-wakeup-keeps-ram", test_suspend_and_wake);
    g_test_add_func("/acpi-program/suspend/wakeup-of-a-running-machine-is-refused",
                    test_wake_while_running);
    g_test_add_func("/acpi-program/suspend/cont-and-stop-do-nothing",
                    test_cont_and_stop_while_suspended);
    g_test_add_func("/acpi-program/suspend/machine-tells-whether-it-can", test_who_can_wake);
    g_test_add_func("/acpi-program/power-off/shuts-down", test_power_off);
    g_test_add_func("/acpi-program/power-off/pauses-with-no-shutdown", test_power_off_pauses);
    g_test_add_func("/acpi-program/power-off/follows-a-suspend-to-disk", test_suspend_to_disk);
    g_test_add_func("/acpi-program/stand-in/runs-at-start", test_boot_at_start);
    g_test_add_func("/acpi-program/stand-in/boots-a-disk", test_boot_of_a_disk);
    g_test_add_func("/acpi-program/stand-in/is-off-beside-a-disk", test_disk_without_firmware);
    g_test_add_func("/acpi-program/stand-in/is-off-by-default", test_no_boot_by_default);
    g_test_add_func("/acpi-program/stand-in/waits-for-cont", test_boot_waits_for_cont);
    g_test_add_func("/acpi-program/stand-in/runs-at-reset", test_boot_at_reset);
    g_test_add_func("/acpi-program/stand-in/needs-fw-cfg", test_no_fw_cfg);
    g_test_add_func("/acpi-program/resume/writes-the-address-again",
                    test_resume_writes_address_again);
    g_test_add_func("/acpi-program/resume/needs-no-stand-in", test_resume_without_stand_in);
    g_test_add_func("/acpi-program/migration/suspended-machine-resumes-elsewhere",
                    test_suspended_machine_moves);
    g_test_add_func("/acpi-program/migration/received-machine-is-not-booted",
                    test_no_boot_after_a_move);
    g_test_add_func("/acpi-program/migration/machine-that-never-ran-is-booted",
                    test_boot_after_a_move);
    return g_test_run();
}
