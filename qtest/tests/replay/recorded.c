/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/replay/recorded.h"

#include <glib/gstdio.h>
#include <string.h>
#include <zlib.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/property.h"
#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/tests/replay/lantern.h"

void recorded_begin(Recorded *r, const char *set)
{
    const ObHostConfig config = { .architecture = "x86_64",
                                  .machine = "pc",
                                  .ram_size = UINT64_C(2) << 20 };
    HW_ERROR(error, 400);

    *r = (Recorded) { .folder = g_dir_make_tmp("outboard-replay-XXXXXX", NULL) };
    r->path = g_build_filename(r->folder, "r.rec", NULL);
    r->host = ob_host_new(&config, &error);
    g_assert_nonnull(r->host);
    r->recorder = hw_recorder_new(r->path, ob_host_api(r->host), &error);
    g_assert_nonnull(r->recorder);
    ob_host_record(r->host, r->recorder);
    g_assert_true(ob_host_load_plugins(r->host, g_getenv(set), &error));
    g_assert_true(hw_tpm_add(ob_host_tpms(r->host), "libtpms", "tpm0", NULL, 0, &error));
}

HwInstance *recorded_add(Recorded *r, const char *cls, const ObOption *options, uint32_t count)
{
    HW_ERROR(error, 400);
    HwInstance *instance = ob_host_add_device(r->host, cls, options, count, &error);

    g_assert_cmpstr(error.text, ==, "");
    return instance;
}

void recorded_end(Recorded *r)
{
    HW_ERROR(error, 400);

    while (ob_host_poll(r->host)) {}
    g_assert_true(hw_recorder_free(g_steal_pointer(&r->recorder), &error));
    ob_host_free(g_steal_pointer(&r->host));
}

void recorded_clear(Recorded *r)
{
    g_unlink(r->path);
    g_rmdir(r->folder);
    ob_replay_set_free(r->set);
    g_free(r->path);
    g_free(r->folder);
}

uint8_t *recorded_bytes(const Recorded *r, size_t *size)
{
    gzFile file = gzopen(r->path, "rb");
    uint8_t *bytes = g_malloc(1 << 20);
    int count;

    g_assert_nonnull(file);
    count = gzread(file, bytes, 1 << 20);
    g_assert_cmpint(count, >, 0);
    gzclose(file);
    *size = (size_t)count;
    return bytes;
}

void recorded_store(const Recorded *r, const uint8_t *bytes, size_t size)
{
    gzFile file;

    g_unlink(r->path); /* ext4 syncs a file that is cut to nothing and written again */
    file = gzopen(r->path, "wb1");
    g_assert_nonnull(file);
    g_assert_cmpint(gzwrite(file, bytes, (unsigned int)size), ==, (int)size);
    g_assert_cmpint(gzclose(file), ==, Z_OK);
}

static void go(const Recorded *r, uint32_t value)
{
    ob_host_store(r->host, HW_SPACE_MEMORY, LANTERN_BASE + 4 * LANTERN_GO, value, 4);
}

void recorded_lantern(Recorded *r)
{
    HwInstance *lantern = recorded_add(r, "lantern", NULL, 0);
    ObFwCfg *fw_cfg = ob_host_fw_cfg(r->host);
    HW_ERROR(error, 400);

    ob_host_write(r->host, 0x10000, "outboard", 8);
    ob_host_store(r->host, HW_SPACE_MEMORY, LANTERN_BASE + 4 * LANTERN_RING, 0x10000, 4);
    ob_fw_cfg_write(fw_cfg, ob_fw_cfg_key(fw_cfg, "etc/oil"), 2, "\x34\x12", 2);
    ob_host_load(r->host, HW_SPACE_MEMORY, LANTERN_BASE, 8);
    ob_host_load(r->host, HW_SPACE_MEMORY, LANTERN_BASE, 4);
    go(r, LANTERN_COPY);
    ob_host_store(r->host, HW_SPACE_MEMORY, LANTERN_WICK, 0x77, 1);
    go(r, LANTERN_BURN);
    go(r, LANTERN_LIGHT);
    ob_host_clock_set(r->host, 5000);
    g_assert_true(ob_host_irq_level(r->host, 5));
    ob_host_load(r->host, HW_SPACE_MEMORY, LANTERN_BASE + 4 * LANTERN_STATUS, 1);
    ob_host_store(r->host, HW_SPACE_MEMORY, LANTERN_BASE + 4 * LANTERN_STATUS, 1, 4);
    g_assert_true(hw_instance_set(lantern, "colour", "0x64", &error));
    ob_host_load(r->host, HW_SPACE_MEMORY, LANTERN_BASE + 4 * LANTERN_COLOUR, 2);
    ob_host_reset(r->host);
    ob_host_remove_device(r->host, lantern);
}

/* Loading takes longer than most replays, so the last set stays. */
static ObReplaySet *set_of(Recorded *r, const char *set)
{
    HW_ERROR(error, 400);

    if (g_strcmp0(r->set_name, set) != 0) {
        ob_replay_set_free(r->set);
        r->set = ob_replay_set_load(g_getenv(set) ? g_getenv(set) : set, &error);
        g_assert_cmpstr(error.text, ==, "");
        r->set_name = set;
    }
    return r->set;
}

ObReplayEnd recorded_replay(Recorded *r, const char *set, ObReplayResult *result)
{
    return ob_replay(set_of(r, set), r->path, result);
}

void recorded_assert(Recorded *r, const char *set, ObReplayEnd end, const char *words)
{
    ObReplayResult result;
    ObReplayEnd seen = recorded_replay(r, set, &result);

    if (!strstr(result.text, words)) {
        g_assert_cmpstr(result.text, ==, words);
    }
    g_assert_cmpint(seen, ==, end);
}
