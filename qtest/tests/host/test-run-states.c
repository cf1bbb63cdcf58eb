/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine's run states when the guest shuts down or a reset comes, with QEMU's events. */
#include "qtest/host/io/loop.h"
#include "qtest/tests/host/qmp-peer.h"

#define SHUTDOWN_OF(guest, reason) \
    "{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": " guest ", \"reason\": \"" reason "\"}}"
#define RESET_BY_QMP \
    "{\"event\": \"RESET\", \"data\": {\"guest\": false, \"reason\": \"host-qmp-system-reset\"}}"

static void set_up(Qmp *f, gconstpointer data)
{
    g_auto(GStrv) words = g_strsplit(data, " ", 0);

    qmp_set_up_with(f, (const char *const *)words);
    negotiate(f);
}

static void does(Qmp *f, const char *command, const char *event)
{
    g_autofree char *text = g_strdup_printf("{\"execute\": \"%s\"}", command);

    say(f, text);
    if (event) {
        hear(f, event);
    }
    hear(f, "{\"return\": {}}");
}

static void assert_state(Qmp *f, const char *name)
{
    g_assert_cmpstr(ob_runstate_name(f->system.state), ==, name);
}

static void guest_shuts_down(Qmp *f)
{
    ob_system_shutdown(&f->system, "guest-shutdown");
    hear(f, SHUTDOWN_OF("true", "guest-shutdown"));
}

static void test_shutdown_ends(Qmp *f, gconstpointer data)
{
    (void)data;
    guest_shuts_down(f);
    hear_nothing(f);
    g_assert_true(ob_loop_quitting(f->system.loop));
}

static void test_shutdown_pauses(Qmp *f, gconstpointer data)
{
    (void)data;
    guest_shuts_down(f);
    hear(f, "{\"event\": \"STOP\"}");
    hear_nothing(f);
    assert_state(f, "shutdown");
    g_assert_false(ob_loop_quitting(f->system.loop));
}

static void test_shutdown_then_cont(Qmp *f, gconstpointer data)
{
    test_shutdown_pauses(f, data);
    say(f, "{\"execute\": \"cont\"}");
    hear_error(f, "GenericError", "Resetting the Virtual Machine is required");
    does(f, "stop", NULL);
    assert_state(f, "shutdown");
}

/* Only between two turns of the loop is the machine in this state. */
static void test_cont_in_a_migration(Qmp *f, gconstpointer data)
{
    (void)data;
    f->system.state = OB_RUNSTATE_FINISH_MIGRATE;
    say(f, "{\"execute\": \"cont\"}");
    hear_error(f, "GenericError", "Migration is not finalized yet");
    assert_state(f, "finish-migrate");
}

static void test_shutdown_then_reset(Qmp *f, gconstpointer data)
{
    test_shutdown_pauses(f, data);
    does(f, "system_reset", RESET_BY_QMP);
    assert_state(f, "prelaunch");
    does(f, "cont", "{\"event\": \"RESUME\"}");
    assert_state(f, "running");
}

static void test_shutdown_then_quit(Qmp *f, gconstpointer data)
{
    test_shutdown_pauses(f, data);
    does(f, "quit", SHUTDOWN_OF("false", "host-qmp-quit"));
    g_assert_true(ob_loop_quitting(f->system.loop));
    ob_system_quit(&f->system, "host-signal");
    hear_nothing(f);
}

static void test_shutdown_while_stopped(Qmp *f, gconstpointer data)
{
    (void)data;
    does(f, "stop", "{\"event\": \"STOP\"}");
    guest_shuts_down(f);
    hear_nothing(f);
    assert_state(f, "paused");
}

static void test_reset_while_stopped(Qmp *f, gconstpointer data)
{
    (void)data;
    does(f, "stop", "{\"event\": \"STOP\"}");
    does(f, "system_reset", RESET_BY_QMP);
    assert_state(f, "prelaunch");
}

static void test_reset_shuts_down(Qmp *f, gconstpointer data)
{
    (void)data;
    does(f, "system_reset", SHUTDOWN_OF("false", "host-qmp-system-reset"));
    g_assert_true(ob_loop_quitting(f->system.loop));
}

static void test_reset_pauses(Qmp *f, gconstpointer data)
{
    (void)data;
    say(f, "{\"execute\": \"system_reset\"}");
    hear(f, SHUTDOWN_OF("false", "host-qmp-system-reset"));
    hear(f, "{\"event\": \"STOP\"}");
    hear(f, "{\"return\": {}}");
    assert_state(f, "shutdown");
}

static void test_set_action(Qmp *f, gconstpointer data)
{
    (void)data;
    say(f, EXECUTE("set-action", "\"shutdown\": \"pause\", \"watchdog\": \"none\""));
    hear(f, "{\"return\": {}}");
    guest_shuts_down(f);
    hear(f, "{\"event\": \"STOP\"}");
    assert_state(f, "shutdown");
}

static void test_set_action_refused(Qmp *f, gconstpointer data)
{
    (void)data;
    say(f, EXECUTE("set-action", "\"reboot\": \"shutdown\", \"panic\": \"scream\""));
    hear_error(f, "GenericError", "Parameter 'panic' does not accept value 'scream'");
    does(f, "system_reset", RESET_BY_QMP);
}

static void test_panic(Qmp *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpint(f->system.actions.panic, ==, OB_PANIC_EXIT_FAILURE);
}

/* The steps of QEMU's own test. */
static void test_preconfig(Qmp *f, gconstpointer data)
{
    (void)data;
    assert_state(f, "prelaunch");
    does(f, "set-action", NULL);
    say(f, "{\"execute\": \"query-cpus-fast\"}");
    hear_error(f, "GenericError",
               "The command 'query-cpus-fast' is permitted only after machine "
               "initialization has completed");
    does(f, "x-exit-preconfig", "{\"event\": \"RESUME\"}");
    assert_state(f, "running");
    say(f, "{\"execute\": \"x-exit-preconfig\"}");
    hear_error(f, "GenericError", "The command is permitted only before machine initialization");
    say(f, "{\"execute\": \"query-cpus-fast\"}");
    forget(f);
}

static void test_preconfig_stopped(Qmp *f, gconstpointer data)
{
    (void)data;
    does(f, "x-exit-preconfig", NULL);
    assert_state(f, "prelaunch");
    does(f, "cont", "{\"event\": \"RESUME\"}");
}

static void test_preconfig_incoming(Qmp *f, gconstpointer data)
{
    (void)data;
    does(f, "x-exit-preconfig", NULL);
    assert_state(f, "inmigrate");
}

#define RUN_STATE(path, options, function) \
    g_test_add("/run-states/" path, Qmp, options, set_up, function, qmp_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    RUN_STATE("shutdown/ends-the-program", "-S", test_shutdown_ends);
    RUN_STATE("shutdown/pauses", "-no-shutdown", test_shutdown_pauses);
    RUN_STATE("shutdown/pauses-by-action", "-action shutdown=pause", test_shutdown_pauses);
    RUN_STATE("shutdown/last-option-wins", "-no-shutdown -action shutdown=poweroff",
              test_shutdown_ends);
    RUN_STATE("shutdown/cont-wants-a-reset", "-no-shutdown", test_shutdown_then_cont);
    RUN_STATE("finish-migrate/cont-is-refused", "-nodefaults", test_cont_in_a_migration);
    RUN_STATE("shutdown/reset-and-cont-run-it-again", "-no-shutdown", test_shutdown_then_reset);
    RUN_STATE("shutdown/quit-ends-it", "-no-shutdown", test_shutdown_then_quit);
    RUN_STATE("shutdown/of-a-stopped-machine", "-no-shutdown", test_shutdown_while_stopped);
    RUN_STATE("reset/of-a-stopped-machine", "-nodefaults", test_reset_while_stopped);
    RUN_STATE("reset/shuts-down", "-no-reboot", test_reset_shuts_down);
    RUN_STATE("reset/pauses", "-no-reboot -no-shutdown", test_reset_pauses);
    RUN_STATE("action/set-by-qmp", "-nodefaults", test_set_action);
    RUN_STATE("action/refused-as-a-whole", "-nodefaults", test_set_action_refused);
    RUN_STATE("action/panic", "-action panic=none,panic=exit-failure", test_panic);
    RUN_STATE("preconfig/runs-after-its-end", "-preconfig", test_preconfig);
    RUN_STATE("preconfig/stopped", "-preconfig -S", test_preconfig_stopped);
    RUN_STATE("preconfig/incoming", "-preconfig -incoming defer", test_preconfig_incoming);
    return g_test_run();
}
