/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ib700 in a machine: its ports, the event and the actions.  The tests without clock_step hold for
 * a stock QEMU's device too. */
#include <string.h>

#include "qtest/tests/lib/machine-move.h"
#include "qtest/tests/lib/qemu-release.h"
#include "qtest/tests/vmgenid/vmgenid-machine.h"

#define STOP    0x441
#define START   0x443
#define AT_ONCE 15
#define SECONDS INT64_C(1000000000)

/* No event is waiting: one that the device sent before an answer would be here. */
static void expect_silence(ObClient *c)
{
    expect_status(c, "running");
    g_assert_null(ob_client_qmp_event(c, "WATCHDOG", 0));
}

/* ------------------------------------------------------------------------- time */

static void test_each_value_has_its_time(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, "-device ib700 -action watchdog=none");

    (void)data;
    for (uint32_t value = 0; value < AT_ONCE; value++) {
        int64_t seconds = 30 - 2 * (int64_t)value;

        ob_client_outb(c, value & 1 ? START : START + 1, (uint8_t)(value | 0xf0));
        ob_client_clock_step(c, seconds * SECONDS - 1);
        expect_silence(c);
        ob_client_clock_step(c, 1);
        expect_event(c, "WATCHDOG", "action", "none");
    }
    ob_client_clock_step(c, 100 * SECONDS);
    expect_silence(c);
}

static void test_guest_that_lives_restarts_it(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, "-device ib700 -action watchdog=none");

    (void)data;
    for (int i = 0; i < 5; i++) {
        ob_client_outb(c, START, 14);
        ob_client_clock_step(c, 2 * SECONDS - 1);
    }
    expect_silence(c);
}

static void test_stop_and_reset_end_it(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, "-device ib700 -action watchdog=none");

    (void)data;
    ob_client_outb(c, START, 14);
    ob_client_outb(c, STOP, 0);
    ob_client_clock_step(c, 40 * SECONDS);
    expect_silence(c);
    ob_client_outb(c, START, 14);
    ob_client_outb(c, STOP + 1, 0xff);
    ob_client_clock_step(c, 40 * SECONDS);
    expect_silence(c);
    ob_client_outb(c, START, 14);
    json_decref(vmgenid_qmp(c, "system_reset", NULL));
    ob_client_clock_step(c, 40 * SECONDS);
    expect_silence(c);
}

/* --------------------------------------------------------------------- actions */

static void test_ports_read_ones(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, "-device ib700");

    (void)data;
    for (uint16_t port = STOP; port < START + 2; port++) {
        g_assert_cmphex(ob_client_inb(c, port), ==, 0xff);
    }
}

static void test_resets(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, "-device ib700");

    (void)data;
    ob_client_outb(c, START, AT_ONCE);
    expect_event(c, "WATCHDOG", "action", "reset");
    expect_event(c, "RESET", "reason", "guest-reset");
    expect_status(c, "running");
}

static void test_reset_shuts_down(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, "-device ib700 -watchdog-action reset -no-reboot");

    (void)data;
    ob_client_outb(c, START, AT_ONCE);
    expect_event(c, "WATCHDOG", "action", "reset");
    expect_event(c, "SHUTDOWN", "reason", "guest-reset");
}

static void test_pauses(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, "-device ib700 -watchdog-action pause");

    (void)data;
    ob_client_outb(c, START, AT_ONCE);
    expect_event(c, "WATCHDOG", "action", "pause");
    expect_event(c, "STOP", NULL, NULL);
    expect_status(c, "watchdog");
    json_decref(vmgenid_qmp(c, "cont", NULL));
    expect_event(c, "RESUME", NULL, NULL);
    expect_status(c, "running");
}

static void test_presses_the_button(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, "-device ib700 -action watchdog=shutdown");

    (void)data;
    ob_client_outb(c, START, AT_ONCE);
    expect_event(c, "WATCHDOG", "action", "shutdown");
    expect_event(c, "POWERDOWN", NULL, NULL);
    expect_status(c, "running");
}

/* QEMU ends without this SHUTDOWN. */
static void test_ends_the_program(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, "-device ib700 -action watchdog=poweroff");

    (void)data;
    ob_client_outb(c, START, AT_ONCE);
    expect_event(c, "WATCHDOG", "action", "poweroff");
    expect_event(c, "SHUTDOWN", "reason", "guest-reset");
}

/* These do nothing else. */
static void test_only_tells(VmGenIdMachine *f, gconstpointer action)
{
    ObClient *c = machine_runs(f, "-device ib700");

    json_decref(vmgenid_qmp(c, "watchdog-set-action", json_pack("{s:s}", "action", action)));
    ob_client_outb(c, START, AT_ONCE);
    expect_event(c, "WATCHDOG", "action", action);
    expect_status(c, "running");
}

static void test_machine_without_ports_is_refused(VmGenIdMachine *f, gconstpointer data)
{
    g_autofree char *text = machine_refusal("-machine none -device ib700");

    (void)f;
    (void)data;
    g_assert_nonnull(strstr(text, "ib700"));
}

/* ----------------------------------------------------------------------- moves */

static ObClient *start(void *release, const char *more)
{
    g_autofree char *program = release ? qemu_release_program(release, "x86_64")
                                       : g_strdup(g_getenv("OB_PROGRAM"));
    g_autofree char *arguments = g_strconcat(
        "-M pc-i440fx-7.2 -m 16 -nodefaults -action watchdog=none -device ib700", more, NULL);
    const ObStart options = { .program = program,
                              .accelerator = release ? "tcg" : NULL,
                              .arguments = arguments };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&options, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

/* The time that is left goes along; the stock QEMU uses up some of it. */
static void test_moves(void)
{
    ObClient *c = start(NULL, "");

    for (const QemuRelease *release = qemu_releases(); release->name; release++) {
        if (!qemu_release_exists(release)) {
            continue;
        }
        g_test_message("to %s and back", release->name);
        ob_client_outb(c, START, 0);
        c = machine_move(c, start, (void *)release);
        c = machine_move(c, start, NULL);
        g_assert_null(ob_client_qmp_event(c, "WATCHDOG", 0));
        ob_client_clock_step(c, 30 * SECONDS);
        expect_event(c, "WATCHDOG", "action", "none");
        c = machine_move(c, start, (void *)release);
        c = machine_move(c, start, NULL);
        ob_client_clock_step(c, 30 * SECONDS);
        g_assert_null(ob_client_qmp_event(c, "WATCHDOG", 0));
    }
    ob_client_quit(c);
}

static void add(const char *path, void (*test)(VmGenIdMachine *f, gconstpointer data),
                const char *data)
{
    g_test_add(path, VmGenIdMachine, data, vmgenid_set_up, test, vmgenid_tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (g_getenv("OB_MOVES")) {
        g_test_add_func("/ib700/moves-to-qemu-and-back", test_moves);
        return g_test_run();
    }
    add("/ib700/ports-read-ones", test_ports_read_ones, NULL);
    add("/ib700/action/resets", test_resets, NULL);
    add("/ib700/action/reset-shuts-down", test_reset_shuts_down, NULL);
    add("/ib700/action/pauses", test_pauses, NULL);
    add("/ib700/action/presses-the-button", test_presses_the_button, NULL);
    add("/ib700/action/none-only-tells", test_only_tells, "none");
    add("/ib700/action/debug-only-tells", test_only_tells, "debug");
    add("/ib700/action/nmi-only-tells", test_only_tells, "inject-nmi");
    add("/ib700/machine-without-ports-is-refused", test_machine_without_ports_is_refused, NULL);
    if (!is_stock()) {
        add("/ib700/each-value-has-its-time", test_each_value_has_its_time, NULL);
        add("/ib700/guest-that-lives-restarts-it", test_guest_that_lives_restarts_it, NULL);
        add("/ib700/stop-and-reset-end-it", test_stop_and_reset_end_it, NULL);
        add("/ib700/action/ends-the-program", test_ends_the_program, NULL);
    }
    return g_test_run();
}
