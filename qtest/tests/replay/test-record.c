/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A recorder's refusals, and where a device's part of a recording ends. */
#include <glib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/display.h"
#include "hw-api/ext/fw-cfg.h"
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
      "lantern: a recording can't have a device that uses hw.display/1", "OB_LANTERN_ASKS" },
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

/* Hosts call it for each service, with a recorder or without one. */
static void test_services(void)
{
    static const HwAbi table = { sizeof(HwAbi), 1, 0 };
    HW_ERROR(error, 400);
    Recorded r;

    g_assert_true(hw_recorder_free(NULL, &error));
    g_assert_true(hw_recorder_service(NULL, HW_CLOCK, &table) == &table);
    recorded_begin(&r, "OB_LANTERN");
    g_assert_null(hw_recorder_service(r.recorder, HW_CLOCK, NULL));
    g_assert_true(hw_recorder_service(r.recorder, HW_DISPLAY, &table) == &table);
    g_assert_true(hw_recorder_service(r.recorder, HW_FW_CFG, &table) == &table);
    g_assert_true(hw_recorder_service(r.recorder, HW_CLOCK, &table) != &table);
    g_assert_true(hw_recorder_accepts(r.recorder, &error));
    recorded_end(&r);
    recorded_clear(&r);
}

/* ------------------------------------------------------------------------- by chance */

static void random_access(Recorded *r, HwInstance *instance, GRand *random)
{
    HwRegionState
        *region = &instance->regions[g_rand_int_range(random, 0, (gint32)instance->region_count)];
    uint64_t offset = g_rand_int(random) % (g_rand_boolean(random) ? 64 : region->size);
    uint32_t size = 1u << g_rand_int_range(random, 0, 4);

    if (!region->enabled || region->table->kind == HW_REGION_RAM) {
        return;
    }
    if (g_rand_boolean(random)) {
        hw_region_read(region, offset, size);
    } else {
        hw_region_write(region, offset, g_rand_int(random) & g_rand_int(random), size);
    }
    if (g_rand_int_range(random, 0, 100) == 0) {
        ob_host_reset(r->host);
    }
    ob_host_clock_set(r->host, ob_host_clock_now(r->host) + g_rand_int_range(random, 0, 1000000));
    while (ob_host_poll(r->host)) {}
}

/* Whatever a guest does, the replay does it, too. */
static void test_random(gconstpointer cls)
{
    static const ObOption tpm = { "tpmdev", "tpm0" };
    g_autoptr(GRand) random = g_rand_new_with_seed(17);
    HwInstance *instance;
    ObReplayResult result;
    Recorded r;

    recorded_begin(&r, "OUTBOARD_SET");
    instance = recorded_add(&r, cls, &tpm, g_str_has_prefix(cls, "tpm-"));
    for (int i = 0; i < 3000; i++) {
        random_access(&r, instance, random);
    }
    recorded_end(&r);
    recorded_replay(&r, "OUTBOARD_SET", &result);
    g_assert_cmpstr(result.text, ==, "");
    g_assert_cmpuint(result.reads, >, 300);
    recorded_clear(&r);
}

static const char *const devices[] = {
    "beacon", "sand-glass", "pci-beacon", "edu", "pci-idio-16", "ib700", "tpm-crb", "tpm-tis",
};

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

/* A recording has one head, before its first device. */
static void test_two_devices(void)
{
    static const char host[] = "host\0outboard-system-";
    g_autofree uint8_t *bytes = NULL;
    const uint8_t *first;
    ObReplayResult result;
    size_t size, rest;
    Recorded r;

    recorded_begin(&r, "OUTBOARD_SET");
    recorded_add(&r, "sand-glass", NULL, 0);
    recorded_add(&r, "beacon", NULL, 0);
    recorded_end(&r);
    g_assert_cmpint(recorded_replay(&r, "OUTBOARD_SET", &result), ==, OB_REPLAY_SAME);
    bytes = recorded_bytes(&r, &size);
    first = memmem(bytes, size, host, sizeof(host) - 1);
    g_assert_nonnull(first);
    rest = size - (size_t)(first + 1 - bytes);
    g_assert_null(memmem(first + 1, rest, host, sizeof(host) - 1));
    recorded_clear(&r);
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
    g_test_add_func("/record/stands-around-services", test_services);
    for (size_t i = 0; i < G_N_ELEMENTS(devices); i++) {
        g_autofree char *path = g_strdup_printf("/record/random/%s", devices[i]);

        g_test_add_data_func(path, devices[i], test_random);
    }
    g_test_add_func("/record/two-devices-have-one-head", test_two_devices);
    g_test_add_func("/record/ends/with-a-rebuilt-plugin", test_reload);
    g_test_add_func("/record/ends/with-a-snapshot", test_snapshot);
    return g_test_run();
}
