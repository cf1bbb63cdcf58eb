/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In stock QEMU: a load is accepted once and for all devices together, or undone; and the
 * device's outputs follow each call into it.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "qtest/client/drivers/migration.h"
#include "qtest/tests/bridge/bridge-machine.h"
#include "qtest/tests/lib/follower.h"
#include "qtest/tests/bridge/snapshot-disk.h"

#define FOLLOWER   "-device follower,id=a"
#define PAIR       FOLLOWER " -device follower,id=b"
#define DEADLINE_S 20
#define SECOND     0x2000 /* from a first device to a second */

static uint64_t base(void)
{
    return bridge_machine_is_pc() ? 0xfef00000 : 0x0b000000;
}

static uint32_t word(ObClient *c, uint32_t offset)
{
    return ob_client_readl(c, base() + offset);
}

static void command(ObClient *c, uint32_t value)
{
    ob_client_writel(c, base() + FOLLOWER_COMMAND, value);
}

/* The memory shows the word, and what update made of it. */
static void expect(ObClient *c, uint32_t count)
{
    g_assert_cmpuint(word(c, FOLLOWER_COUNT), ==, count);
    g_assert_cmpuint(word(c, FOLLOWER_SEEN), ==, count);
}

static void expect_loads(ObClient *c, uint32_t checked, uint32_t loaded, uint32_t undone)
{
    g_assert_cmpuint(word(c, FOLLOWER_CHECKED), ==, checked);
    g_assert_cmpuint(word(c, FOLLOWER_LOADED), ==, loaded);
    g_assert_cmpuint(word(c, FOLLOWER_UNDONE), ==, undone);
}

static void qmp(ObClient *c, const char *name)
{
    json_decref(ob_client_qmp(c, name, NULL, NULL));
}

/* -------------------------------------------------------------------- update */

static void await(ObClient *c, uint32_t count)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_S * G_USEC_PER_SEC;

    while (word(c, FOLLOWER_COUNT) != count) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_thread_yield();
    }
    expect(c, count);
}

static void test_accesses(void)
{
    ObClient *c = bridge_machine_start(NULL, FOLLOWER);

    expect(c, FOLLOWER_RESET);
    ob_client_writel(c, base() + FOLLOWER_MMIO, 0);
    expect(c, FOLLOWER_RESET + 1);
    ob_client_readl(c, base() + FOLLOWER_MMIO);
    expect(c, FOLLOWER_RESET + 2);
    ob_client_writel(c, base() + FOLLOWER_PAST, 0);
    expect(c, FOLLOWER_RESET + 3);
    qmp(c, "system_reset");
    await(c, FOLLOWER_RESET);
    ob_client_quit(c);
}

static void test_callback(gconstpointer data)
{
    ObClient *c = bridge_machine_start(NULL, FOLLOWER);

    command(c, GPOINTER_TO_UINT(data));
    if (GPOINTER_TO_UINT(data) == FOLLOWER_TIMER) {
        qmp(c, "cont"); /* the clock moves with the machine */
    }
    await(c, FOLLOWER_RESET + 2);
    ob_client_quit(c);
}

static void test_property(void)
{
    ObClient *c = bridge_machine_start(NULL, FOLLOWER);

    json_decref(
        ob_client_qmp(c, "qom-set",
                      json_pack("{s:s, s:s, s:i}", "path", "a", "property", "level", "value", 1),
                      NULL));
    expect(c, FOLLOWER_RESET + 1);
    ob_client_quit(c);
}

static void test_quiesce(void)
{
    ObClient *c = bridge_machine_start(NULL, FOLLOWER ",quiesces=on");

    qmp(c, "cont");
    qmp(c, "stop");
    expect(c, FOLLOWER_RESET + 1);
    ob_client_quit(c);
}

/* fw_cfg calls a file once when it is selected, and once for each transfer that stores. */
static void test_file(void)
{
    ObClient *c = bridge_machine_start(NULL, FOLLOWER ",has-file=on");

    g_assert_cmpuint(cfg_file_select(c, FOLLOWER_FILE), ==, 4);
    expect(c, FOLLOWER_RESET + 1);
    g_assert_true(cfg_file_write(c, FOLLOWER_FILE, 0, "abcd", 4));
    expect(c, FOLLOWER_RESET + 3);
    ob_client_quit(c);
}

/* ------------------------------------------------------------------ snapshots */

/* The machine runs between two loads: QEMU's flash on virt crashes QEMU otherwise. */
static void test_snapshot(gconstpointer runs)
{
    ObClient *c = bridge_machine_start(NULL, PAIR);
    SnapshotDisk disk;

    snapshot_disk_add(&disk, c);
    command(c, 0);
    monitor(c, "savevm one");
    command(c, 0);
    for (uint32_t i = 1; i <= 2; i++) {
        qmp(c, runs ? "cont" : "stop");
        monitor(c, "loadvm one");
        expect(c, FOLLOWER_RESET + 1);
        expect_loads(c, i, i, 0);
        g_assert_cmpuint(word(c, SECOND + FOLLOWER_LOADED), ==, i);
        qmp(c, "cont");
        expect_loads(c, i, i, 0);
    }
    ob_client_quit(c);
    snapshot_disk_clear(&disk);
}

/* QEMU resets the machine before it loads, and the second device refuses: the first is then as
 * reset left it. */
static void test_refused_snapshot(gconstpointer runs)
{
    ObClient *c = bridge_machine_start(NULL, PAIR);
    g_autofree char *answer = NULL;
    SnapshotDisk disk;

    snapshot_disk_add(&disk, c);
    command(c, 0);
    monitor(c, "savevm good");
    ob_client_writel(c, base() + SECOND + FOLLOWER_COMMAND, FOLLOWER_REFUSE);
    monitor(c, "savevm bad");
    if (runs) {
        qmp(c, "cont");
    }
    answer = monitor_says(c, "loadvm bad");
    g_assert_nonnull(strstr(answer, "rror"));
    expect(c, FOLLOWER_RESET + 1); /* load_undone counts */
    expect_loads(c, 1, 0, 1);
    g_assert_cmpuint(word(c, SECOND + FOLLOWER_COUNT), ==, FOLLOWER_RESET);
    g_assert_cmpuint(word(c, SECOND + FOLLOWER_UNDONE), ==, 0);
    qmp(c, "cont");
    expect_loads(c, 1, 0, 1);
    monitor(c, "loadvm good");
    expect_loads(c, 2, 1, 1);
    ob_client_quit(c);
    snapshot_disk_clear(&disk);
}

/* The bridge has learned the place of load_setup wrongly: no device is loaded. */
static void test_not_announced(void)
{
    g_autofree char *arguments = g_strdup_printf("-plugin file=%s,set=%s " FOLLOWER,
                                                 g_getenv("OB_LOST_LOADS"),
                                                 g_getenv("OB_BRIDGE_SET"));
    HW_ERROR(error, 4096);
    ObClient *c = bridge_machine_start_stock(arguments, &error);
    g_autofree char *answer = NULL;
    SnapshotDisk disk;

    g_assert_cmpstr(error.text, ==, "");
    snapshot_disk_add(&disk, c);
    monitor(c, "savevm one");
    answer = monitor_says(c, "loadvm one");
    g_assert_nonnull(strstr(answer, "a: QEMU has not called load_setup, expected a call before the "
                                    "first section"));
    ob_client_quit(c);
    snapshot_disk_clear(&disk);
}

/* ------------------------------------------------------------------ migration */

typedef struct Stream {
    char *directory;
    char *path;
} Stream;

static Stream stream_new(void)
{
    Stream s = { .directory = g_dir_make_tmp("outboard-XXXXXX", NULL) };
    g_autofree char *uri = NULL;
    ObClient *c = bridge_machine_start(NULL, PAIR);

    s.path = g_build_filename(s.directory, "stream", NULL);
    uri = g_strdup_printf("exec:cat > %s", s.path);
    command(c, 0);
    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    ob_migration_complete(c);
    ob_client_quit(c);
    return s;
}

static void stream_free(Stream *s)
{
    g_unlink(s->path);
    g_rmdir(s->directory);
    g_free(s->path);
    g_free(s->directory);
}

/* `runs`: the machine goes on at once, else with `cont`. */
static void test_migration(gconstpointer runs)
{
    Stream s = stream_new();
    g_autofree char *uri = g_strdup_printf("exec:cat %s", s.path);
    ObClient *c = bridge_machine_start(NULL, PAIR " -incoming defer");

    if (runs) {
        qmp(c, "cont");
    }
    json_decref(ob_client_qmp(c, "migrate-incoming", json_pack("{s:s}", "uri", uri), NULL));
    ob_migration_complete(c);
    expect(c, FOLLOWER_RESET + 1);
    expect_loads(c, 1, 1, 0);
    g_assert_cmpuint(word(c, SECOND + FOLLOWER_LOADED), ==, 1);
    qmp(c, runs ? "stop" : "cont");
    expect_loads(c, 1, 1, 0);
    ob_client_quit(c);
    stream_free(&s);
}

#define CALLBACK(path, command_) \
    g_test_add_data_func("/bridge-loads/update/" path, GUINT_TO_POINTER(command_), test_callback)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/bridge-loads/update/accesses-and-reset", test_accesses);
    CALLBACK("timer", FOLLOWER_TIMER);
    CALLBACK("posted-call", FOLLOWER_POST);
    CALLBACK("work-done", FOLLOWER_RUN);
    CALLBACK("work-without-a-call", FOLLOWER_RUN_ALONE);
    g_test_add_func("/bridge-loads/update/property", test_property);
    g_test_add_func("/bridge-loads/update/quiesce", test_quiesce);
    g_test_add_func("/bridge-loads/update/fw-cfg-file", test_file);
    g_test_add_func("/bridge-loads/snapshot/that-was-not-announced-is-refused", test_not_announced);
    g_test_add_data_func("/bridge-loads/snapshot/of-a-stopped-machine", NULL, test_snapshot);
    g_test_add_data_func("/bridge-loads/snapshot/of-one-that-runs", "runs", test_snapshot);
    g_test_add_data_func("/bridge-loads/snapshot/refused", NULL, test_refused_snapshot);
    g_test_add_data_func("/bridge-loads/snapshot/refused-in-one-that-runs", "runs",
                         test_refused_snapshot);
    g_test_add_data_func("/bridge-loads/migration/of-a-stopped-machine", NULL, test_migration);
    g_test_add_data_func("/bridge-loads/migration/of-one-that-runs", "runs", test_migration);
    return g_test_run();
}
