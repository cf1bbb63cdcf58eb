/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A recorder's refusals, and where a device's part of a recording ends. */
#include <glib.h>

#include "hw-api/device/error.h"
#include "qtest/machine/core/reload.h"
#include "qtest/machine/snapshot/snapshot.h"
#include "qtest/tests/replay/lantern.h"
#include "qtest/tests/replay/recorded.h"

static void test_unrecordable(gconstpointer data)
{
    Recorded r;
    HW_ERROR(error, 400);
    const char *const *row = data;

    recorded_begin(&r, row[3]);
    g_assert_null(ob_host_add_device(r.host, row[1], NULL, 0, &error));
    g_assert_cmpstr(error.text, ==, row[2]);
    recorded_end(&r);
    recorded_clear(&r);
}

static const char *const unrecordable[][4] = {
    { "/record/refused/service-that-is-needed", "arm-sysreg-sync",
      "arm-sysreg-sync: a recording can't have a device that needs hw.vcpu-registers/1",
      "OUTBOARD_SET" },
    { "/record/refused/service-that-is-used", "lantern",
      "lantern: a recording can't have a device that uses hw.event-loop/1", "OB_LANTERN_ASKS" },
    { "/record/refused/too-much-memory", "lantern",
      "lantern: region 'wick' has 2097152 bytes of memory, expected at most 1048576 in a recording",
      "OB_LANTERN_LARGE" },
    { "/record/refused/i2c-bus", "i2c-ocores",
      "i2c-ocores: a recording can't have a device that needs hw.i2c/1", "OUTBOARD_SET" },
};

static void test_no_folder(void)
{
    HW_ERROR(error, 400);

    g_assert_null(hw_recorder_new("/not-there/r.rec", NULL, &error));
    g_assert_cmpstr(error.text, ==,
                    "record: can't write '/not-there/r.rec': No such file or directory");
}

static void test_full(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "none" };
    HW_ERROR(error, 400);
    ObHost *host = ob_host_new(&config, &error);
    HwRecorder *recorder = hw_recorder_new("/dev/full", ob_host_api(host), &error);

    g_assert_nonnull(recorder);
    g_assert_false(hw_recorder_free(recorder, &error));
    g_assert_cmpstr(error.text, ==, "record: '/dev/full' is not complete: No space left on device");
    ob_host_free(host);
}

/* --------------------------------------------------------------------------- ends */

static void use(const Recorded *r)
{
    ob_host_store(r->host, HW_SPACE_MEMORY, LANTERN_BASE + 4 * LANTERN_GO, LANTERN_LIGHT, 4);
    ob_host_load(r->host, HW_SPACE_MEMORY, LANTERN_BASE, 4);
}

/* Only the first read is in the recording. */
static void assert_one_read(Recorded *r)
{
    ObReplayResult result;

    recorded_end(r);
    g_assert_cmpint(recorded_replay(r, "OB_LANTERN", &result), ==, OB_REPLAY_SAME);
    g_assert_cmpuint(result.reads, ==, 1);
    recorded_clear(r);
}

static void test_reload(void)
{
    Recorded r;
    HwReloadResult result;
    HW_ERROR(error, 400);

    recorded_begin(&r, "OB_LANTERN");
    recorded_add(&r, "lantern", NULL, 0);
    use(&r);
    g_assert_true(
        ob_host_reload_plugin(r.host, NULL, g_getenv("OB_LANTERN_NEXT"), &result, &error));
    use(&r);
    ob_host_clock_set(r.host, 5000);
    g_assert_true(ob_host_irq_level(r.host, 5));
    assert_one_read(&r);
}

static void test_snapshot(void)
{
    Recorded r;
    HW_ERROR(error, 400);
    ObSnapshot *snapshot;

    recorded_begin(&r, "OB_LANTERN");
    recorded_add(&r, "lantern", NULL, 0);
    snapshot = ob_snapshot_new(r.host, &error);
    g_assert_cmpstr(error.text, ==, "");
    use(&r);
    g_assert_true(ob_snapshot_restore(snapshot, &error));
    use(&r);
    ob_snapshot_free(snapshot);
    assert_one_read(&r);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(unrecordable); i++) {
        g_test_add_data_func(unrecordable[i][0], unrecordable[i], test_unrecordable);
    }
    g_test_add_func("/record/refused/folder-is-not-there", test_no_folder);
    g_test_add_func("/record/tells/full-disk", test_full);
    g_test_add_func("/record/ends/with-a-rebuilt-plugin", test_reload);
    g_test_add_func("/record/ends/with-a-snapshot", test_snapshot);
    return g_test_run();
}
