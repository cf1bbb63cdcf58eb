/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pvpanic in a machine: its port, the events and the run states.  The tests hold for a stock QEMU's
 * device too, except that QEMU before 9.1 does not know the guest's shutdown. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/tests/vmgenid/vmgenid-machine.h"

#define PORT         0x505
#define PANICKED     0x1
#define CRASH_LOADED 0x2
#define SHUTDOWN     0x4

static void test_port_shows_its_events(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, "-device pvpanic,ioport=0x504,events=3");

    (void)data;
    g_assert_cmphex(ob_client_inb(c, 0x504), ==, 3);
    g_assert_cmphex(ob_client_inb(c, PORT), ==, 0xff);
}

/* The machine stands still: its own firmware would read fw_cfg at the same time. */
static void test_firmware_finds_the_port(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", "-device pvpanic");
    g_autoptr(GByteArray) file = fw_cfg_read(c, "etc/pvpanic-port");

    (void)data;
    g_assert_cmpmem(file->data, file->len, "\x05\x05", 2);
}

static void test_panic_pauses(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, data);

    ob_client_outb(c, PORT, PANICKED);
    expect_event(c, "GUEST_PANICKED", "action", "pause");
    expect_event(c, "STOP", NULL, NULL);
    expect_status(c, "guest-panicked");
    json_decref(vmgenid_qmp(c, "cont", NULL));
    expect_event(c, "RESUME", NULL, NULL);
    expect_status(c, "running");
}

static void test_panic_is_ignored(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, "-device pvpanic -action panic=none");

    (void)data;
    ob_client_outb(c, PORT, PANICKED);
    expect_event(c, "GUEST_PANICKED", "action", "run");
    expect_status(c, "running");
}

static void test_panic_ends_the_program(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, data);

    ob_client_outb(c, PORT, PANICKED);
    expect_event(c, "GUEST_PANICKED", "action", "poweroff");
    expect_event(c, "STOP", NULL, NULL);
    expect_event(c, "SHUTDOWN", "reason", "guest-panic");
}

static void failure_note(ObClient *c, const char *report, void *opaque)
{
    char **text = opaque;

    (void)c;
    g_free(*text);
    *text = g_strdup(report);
}

static void test_panic_ends_with_a_failure(VmGenIdMachine *f, gconstpointer data)
{
    g_autofree char *text = NULL;
    ObClient *c;

    test_panic_ends_the_program(f, data);
    c = f->clients[--f->count];
    ob_client_on_failure(c, failure_note, &text);
    ob_client_quit(c);
    g_assert_nonnull(text);
    g_assert_nonnull(strstr(text, "ended with status 1"));
}

/* The lowest bit counts; the crash kernel runs, so the machine goes on. */
static void test_crash_kernel_goes_on(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, "-device pvpanic");

    (void)data;
    ob_client_outb(c, PORT, CRASH_LOADED | SHUTDOWN);
    expect_event(c, "GUEST_CRASHLOADED", "action", "run");
    expect_status(c, "running");
}

static void test_unknown_event_is_ignored(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, "-device pvpanic");

    (void)data;
    ob_client_outb(c, PORT, 0xf8);
    expect_status(c, "running");
}

static void test_guest_shuts_down(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_runs(f, "-device pvpanic -no-shutdown");

    (void)data;
    ob_client_outb(c, PORT, SHUTDOWN);
    expect_event(c, "GUEST_PVSHUTDOWN", NULL, NULL);
    expect_event(c, "SHUTDOWN", "reason", "guest-shutdown");
    expect_event(c, "STOP", NULL, NULL);
    expect_status(c, "shutdown");
}

static void test_machine_without_ports_is_refused(VmGenIdMachine *f, gconstpointer data)
{
    g_autofree char *text = machine_refusal("-machine none -device pvpanic");

    (void)f;
    (void)data;
    g_assert_nonnull(strstr(text, "pvpanic"));
}

static void add(const char *path, const char *arguments,
                void (*test)(VmGenIdMachine *f, gconstpointer data))
{
    g_test_add(path, VmGenIdMachine, arguments, vmgenid_set_up, test, vmgenid_tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/pvpanic/port-shows-its-events", NULL, test_port_shows_its_events);
    add("/pvpanic/firmware-finds-the-port", NULL, test_firmware_finds_the_port);
    add("/pvpanic/panic/pauses", "-device pvpanic -action panic=pause", test_panic_pauses);
    add("/pvpanic/panic/pauses-without-shutdown", "-device pvpanic -no-shutdown",
        test_panic_pauses);
    add("/pvpanic/panic/is-ignored", NULL, test_panic_is_ignored);
    add("/pvpanic/panic/ends-the-program", "-device pvpanic", test_panic_ends_the_program);
    add("/pvpanic/panic/ends-with-a-failure", "-device pvpanic -action panic=exit-failure",
        test_panic_ends_with_a_failure);
    add("/pvpanic/crash-kernel-goes-on", NULL, test_crash_kernel_goes_on);
    add("/pvpanic/unknown-event-is-ignored", NULL, test_unknown_event_is_ignored);
    add("/pvpanic/machine-without-ports-is-refused", NULL, test_machine_without_ports_is_refused);
    if (!is_stock()) {
        add("/pvpanic/guest-shuts-down", NULL, test_guest_shuts_down);
    }
    return g_test_run();
}
