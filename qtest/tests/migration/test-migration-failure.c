/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Migration while the machine runs, and migrations that fail. */
#include "qtest/tests/lib/migration-pair.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---------------------------------------------------------------------- live */

static void test_writes_meanwhile_arrive(MigrationPair *f, gconstpointer data)
{
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);
    g_autofree uint8_t *sent = g_malloc(LARGE);
    g_autofree uint8_t *arrived = g_malloc(LARGE);
    g_autofree char *status = NULL;
    uint32_t seed = 1;

    (void)data;
    target_start(f, uri, "");
    ob_client_memset(f->source, 0x100000, 0x11, LARGE);
    pair_qmp(f->source, "migrate-set-parameters", json_pack("{s:i}", "max-bandwidth", 4 << 20));
    pair_migrate(f->source, uri);
    for (int i = 0; i < 2000; i++) {
        seed = seed * 1103515245 + 12345;
        ob_client_writel(f->source, 0x100000 + (seed >> 4) % (LARGE / 4) * 4, seed);
    }
    status = migration_status(f->source);
    g_assert_cmpstr(status, ==, "active");
    ob_client_memread(f->source, 0x100000, sent, LARGE);
    pair_qmp(f->source, "migrate-set-parameters", json_pack("{s:i}", "max-bandwidth", 0));
    await_status(f->source, "completed");
    await_status(f->target, "completed");
    ob_client_memread(f->target, 0x100000, arrived, LARGE);
    g_assert_true(memcmp(sent, arrived, LARGE) == 0);
}

/* With this bandwidth, the bytes sent in 100 ms, times microseconds, don't fit into 64 bits. */
static void test_any_bandwidth_goes(MigrationPair *f, gconstpointer data)
{
    (void)data;
    ob_client_memset(f->source, 0x100000, 0x11, LARGE);
    pair_qmp(f->source, "migrate-set-parameters",
             json_pack("{s:I}", "max-bandwidth", (json_int_t)184467440737096));
    pair_migrate(f->source, "exec:cat >/dev/null");
    await_status(f->source, "completed");
}

static void test_peer_that_takes_nothing_holds_up_nobody(MigrationPair *f, gconstpointer data)
{
    int peer = migrate_to_nobody(f);
    g_autofree char *status = NULL;

    (void)data;
    pair_state_make(f->source);
    pair_state_expect(f->source);
    status = migration_status(f->source);
    g_assert_cmpstr(status, ==, "active");
    runstate_expect(f->source, "running");
    close(peer);
}

static void test_cancelled_goes_on(MigrationPair *f, gconstpointer data)
{
    int peer;

    (void)data;
    events_on(f->source);
    peer = migrate_to_nobody(f);
    pair_qmp(f->source, "migrate_cancel", NULL);
    event_expect(f->source, "setup");
    event_expect(f->source, "active");
    event_expect(f->source, "cancelling");
    event_expect(f->source, "cancelled");
    runstate_expect(f->source, "running");
    pair_state_make(f->source);
    pair_state_expect(f->source);
    pair_migrate(f->source, "exec:cat >/dev/null");
    await_status(f->source, "completed");
    close(peer);
}

static void test_cancel_without_migration_is_harmless(MigrationPair *f, gconstpointer data)
{
    g_autofree char *status = NULL;

    (void)data;
    pair_qmp(f->source, "migrate_cancel", NULL);
    status = migration_status(f->source);
    g_assert_cmpstr(status, ==, "none");
}

static void test_dead_peer_fails_it(MigrationPair *f, gconstpointer data)
{
    (void)data;
    close(migrate_to_nobody(f));
    failure_await(f->source);
    reason_expect(f->source, "Unable to write to socket: ");
    runstate_expect(f->source, "running");
    pair_state_make(f->source);
    pair_state_expect(f->source);
}

static void test_failing_command_fails_it(MigrationPair *f, gconstpointer data)
{
    (void)data;
    pair_migrate(f->source, "exec:cat >/dev/null; exit 3");
    failure_await(f->source);
    reason_expect(f->source, "Command ended with status 3");
    event_await(f->source, "STOP");
    event_await(f->source, "RESUME");
    runstate_expect(f->source, "running");
}

static void test_unreadable_fails_it(MigrationPair *f, gconstpointer data)
{
    g_autofree char *uri = g_strconcat("file:", f->directory, NULL);

    (void)data;
    target_start(f, "defer", "");
    pair_qmp(f->target, "migrate-incoming",
             json_pack("{s:s, s:b}", "uri", uri, "exit-on-error", 0));
    failure_await(f->target);
    reason_expect(f->target, "Unable to read from file: Is a directory");
    runstate_expect(f->target, "inmigrate");
}

static void test_program_ends_meanwhile(MigrationPair *f, gconstpointer data)
{
    (void)data;
    ob_client_memset(f->source, 0x100000, 0x5a, LARGE);
    pair_migrate(f->source, "exec:sleep 1000");
    client_end(g_steal_pointer(&f->source));
}

/* ------------------------------------------------------------------ refusals */

static void test_refused_commands(MigrationPair *f, gconstpointer data)
{
    int peer;

    (void)data;
    pair_qmp_refused(f->source, "migrate", json_pack("{s:s}", "uri", "rdma:x"),
                     "unknown migration protocol: rdma:x");
    pair_qmp_refused(f->source, "migrate", json_pack("{s:s}", "uri", "fd:nothing"),
                     "File descriptor named 'nothing' has not been found");
    pair_qmp_refused(f->source, "migrate", json_pack("{s:s}", "uri", "fd:5"),
                     "File descriptor named '5' has not been found");
    pair_qmp_refused(f->source, "getfd", json_pack("{s:s}", "fdname", "x"),
                     "No file descriptor supplied via SCM_RIGHTS");
    pair_qmp_refused(f->source, "migrate-incoming", json_pack("{s:s}", "uri", "exec:true"),
                     "'-incoming' was not specified on the command line");
    pair_qmp_refused(f->source, "migrate-set-capabilities",
                     json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability", "multifd", "state",
                               1),
                     "Capability 'multifd' is not offered");
    peer = migrate_to_nobody(f);
    pair_qmp_refused(f->source, "migrate", json_pack("{s:s}", "uri", "exec:true"),
                     "There's a migration process in progress");
    pair_qmp_refused(f->source, "device_add", json_pack("{s:s}", "driver", "beacon"),
                     "device_add not allowed while migrating");
    close(peer);
}

static void test_receiver_does_not_send(MigrationPair *f, gconstpointer data)
{
    (void)data;
    target_start(f, "defer", "");
    pair_qmp_refused(f->target, "migrate", json_pack("{s:s}", "uri", "exec:true"),
                     "Guest is waiting for an incoming migration");
}

static void test_refused_stream_changes_nothing(MigrationPair *f, gconstpointer data)
{
    g_autofree char *uri = g_strdup_printf("file:%s", f->path);
    g_autofree char *cut = g_strdup_printf("exec:head -c 4200 %s", f->path);

    (void)data;
    pair_state_make(f->source);
    pair_migrate(f->source, uri);
    await_status(f->source, "completed");
    target_start(f, "defer", "");
    ob_client_writel(f->target, PAIR_PLACE, 0x1234);
    pair_qmp(f->target, "migrate-incoming",
             json_pack("{s:s, s:b}", "uri", "exec:head -c 4300 /dev/zero", "exit-on-error", 0));
    failure_await(f->target);
    reason_expect(f->target, "Not a migration stream (magic and version, byte 0)");
    pair_qmp(f->target, "migrate-incoming",
             json_pack("{s:s, s:b}", "uri", cut, "exit-on-error", 0));
    failure_await(f->target);
    g_assert_cmphex(ob_client_readl(f->target, PAIR_PLACE), ==, 0x1234);
    g_assert_cmphex(ob_client_readl(f->target, PAIR_COUNT), ==, 0);
    runstate_expect(f->target, "inmigrate");
    pair_qmp(f->target, "migrate-incoming", json_pack("{s:s}", "uri", uri));
    await_status(f->target, "completed");
    pair_state_expect(f->target);
}

/* Runs the program; its errors end with these sentences. */
static void ends_with(const char *arguments, const char *sentences)
{
    g_autofree char *line = g_strdup_printf("%s %s", g_getenv("OB_PROGRAM"), arguments);
    g_autofree char *errors = NULL;
    g_autoptr(GError) error = NULL;
    int status;

    g_assert_true(g_spawn_command_line_sync(line, NULL, &errors, &status, &error));
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 1);
    g_assert_cmpstr(errors, ==, sentences);
}

static void test_refused_stream_ends_the_program(void)
{
    ends_with("-incoming 'exec:echo no migration stream'",
              "outboard-system-x86_64: Not a migration stream (magic and version, byte 0)\n"
              "outboard-system-x86_64: load of migration failed: Invalid argument\n");
}

static void test_bad_incoming_ends_the_program(void)
{
    ends_with("-incoming rdma:x",
              "outboard-system-x86_64: -incoming: unknown migration protocol: rdma:x\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    PAIR_TEST("/migration/live/writes-meanwhile-arrive", test_writes_meanwhile_arrive);
    PAIR_TEST("/migration/live/any-bandwidth-goes", test_any_bandwidth_goes);
    PAIR_TEST("/migration/live/idle-peer-holds-up-nobody",
              test_peer_that_takes_nothing_holds_up_nobody);
    PAIR_TEST("/migration/cancel/goes-on", test_cancelled_goes_on);
    PAIR_TEST("/migration/cancel/without-migration-is-harmless",
              test_cancel_without_migration_is_harmless);
    PAIR_TEST("/migration/failure/dead-peer", test_dead_peer_fails_it);
    PAIR_TEST("/migration/failure/command", test_failing_command_fails_it);
    PAIR_TEST("/migration/failure/unreadable", test_unreadable_fails_it);
    PAIR_TEST("/migration/failure/program-ends", test_program_ends_meanwhile);
    PAIR_TEST("/migration/refused/commands", test_refused_commands);
    PAIR_TEST("/migration/refused/receiver-does-not-send", test_receiver_does_not_send);
    PAIR_TEST("/migration/refused/stream-changes-nothing", test_refused_stream_changes_nothing);
    g_test_add_func("/migration/refused/stream-ends-the-program",
                    test_refused_stream_ends_the_program);
    g_test_add_func("/migration/refused/address-ends-the-program",
                    test_bad_incoming_ends_the_program);
    return g_test_run();
}
