/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record=FILE: what stock QEMUs record replays the same. */
#include <string.h>

#include <glib/gstdio.h>

#include "hw-api/device/error.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/lab/replay/replay.h"
#include "qtest/tests/bridge/bridged-qemu.h"

#define CTRL_BOTH (CTRL_ENABLE | CTRL_RING)

static void drive(ObClient *c)
{
    for (int i = 0; i < 2; i++) {
        ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_BOTH);
        g_assert_cmphex(ob_client_readl(c, machine->base + BEACON_STATUS), ==, 1);
        ob_client_writeb(c, machine->base + BEACON_STATUS, 1);
        ob_client_readq(c, machine->base + BEACON_CTRL);
        json_decref(ob_client_qmp(c, "system_reset", NULL, NULL));
        json_decref(ob_client_qmp_event(c, "RESET", 10000));
    }
}

/* The bridge's own set lies beside it. */
static ObReplayEnd play(const char *path, ObReplayResult *result)
{
    g_autofree char *folder = g_path_get_dirname(bridge_path());
    g_autofree char *file = g_build_filename(folder, "outboard-devices.so", NULL);
    HW_ERROR(error, 400);
    ObReplaySet *set = ob_replay_set_load(file, &error);
    ObReplayEnd end;

    g_assert_nonnull(set);
    end = ob_replay(set, path, result);
    ob_replay_set_free(set);
    return end;
}

static void replay(const char *path)
{
    ObReplayResult result;

    play(path, &result);
    g_assert_cmpstr(result.text, ==, "");
    g_assert_cmpuint(result.reads, >=, 4);
    g_assert_cmpuint(result.writes, >=, 4);
}

static void test_same(void)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(directory, "r.rec", NULL);
    g_autofree char *start = g_strdup_printf(
        ",libtpms=t,record=%s -device beacon -device %s,tpmdev=t -device pci-beacon", file,
        machine->crb);
    ObClient *c = qemu_start_with(start);

    drive(c);
    ob_client_quit(c);
    replay(file);
    g_unlink(file);
    g_rmdir(directory);
}

/* The device's part ends where a state comes. */
static void test_state(void)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(directory, "r.rec", NULL);
    g_autofree char *stream = g_build_filename(directory, "stream", NULL);
    g_autofree char *out = g_strdup_printf("exec:cat >%s", stream);
    g_autofree char *in = g_strdup_printf(",record=%s -device beacon -incoming 'exec:cat %s'", file,
                                          stream);
    ObReplayResult result;
    ObClient *c = qemu_start_with(" -device beacon");

    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", out), NULL));
    g_free(ob_migration_await(c, "completed", 20000));
    ob_client_quit(c);
    c = qemu_start_with(in);
    g_free(ob_migration_await(c, "completed", 20000));
    ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_BOTH);
    ob_client_quit(c);
    g_assert_cmpint(play(file, &result), ==, OB_REPLAY_SAME);
    g_assert_cmpuint(result.writes, ==, 0);
    g_unlink(file);
    g_unlink(stream);
    g_rmdir(directory);
}

static void test_no_folder(void)
{
    g_autofree char *all = g_strdup_printf("-plugin file=%s,record=/nowhere/x", bridge_path());

    bridged_refused(all, "outboard-qemu: record: can't write '/nowhere/x': No such file or "
                         "directory");
}

static void test_unrecordable(void)
{
    g_autofree char *all = g_strdup_printf(
        "-plugin file=%s,record=/dev/null -netdev hubport,hubid=0,id=n "
        "-device virtio-net-mmio,netdev=n",
        bridge_path());

    bridged_refused(all, "a recording can't have a device that needs hw.net/1");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridged_qemu_init()) {
        return 0;
    }
    g_test_add_func("/bridge-record/replays/registers-and-resets", test_same);
    g_test_add_func("/bridge-record/ends/with-a-state", test_state);
    g_test_add_func("/bridge-record/refused/no-folder", test_no_folder);
    g_test_add_func("/bridge-record/refused/network", test_unrecordable);
    return g_test_run();
}
