/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rebuilt plugin takes over in a stock QEMU: qom-set of the bridge's object /outboard. */
#include "qtest/tests/reload/qemu/flask-qemu.h"

static void test_own_file(void)
{
    ObClient *c = flask_qemu_start();
    g_autofree char *before = flask_seen(c);
    g_autofree char *after = NULL;

    outboard_assert_reloaded(outboard_reload(c, ""));
    after = flask_seen(c);
    g_assert_cmpstr(after, ==, before);
    object_assert_text(c, "/outboard", "plugin", g_getenv("OB_BRIDGE_SET"));
    ob_client_quit(c);
}

static void test_carried(void)
{
    ObClient *c = flask_qemu_start();
    g_autofree char *before = flask_seen(c);
    g_autofree char *after = NULL;
    g_autofree char *name = g_strdup_printf("%s/flask-moved.so", g_getenv("OB_FLASKS"));

    outboard_assert_reloaded(flask_qemu_reload(c, "moved"));
    after = flask_seen(c);
    g_assert_cmpstr(after, ==, before);
    object_assert_text(c, "/outboard", "plugin", name);
    object_assert_text(c, "/outboard", "reload", "");
    g_assert_cmpint(object_number(c, "/outboard", "devices"), ==, 2);
    g_assert_cmpint(object_number(c, "/outboard", "pause-ns"), >, 0);
    object_assert_text(c, FLASK_PATH, "label", "wine");
    g_assert_cmpint(object_number(c, FLASK_PATH, "line"), ==, 3);
    ob_client_quit(c);
}

/* The file's bytes go on with the device: what the guest stores now, and what a reset clears. */
static void test_file_goes_on(void)
{
    ObClient *c = flask_qemu_start();
    uint8_t bytes[8];

    outboard_assert_reloaded(flask_qemu_reload(c, "moved"));
    outboard_assert_reloaded(flask_qemu_reload(c, "first"));
    g_assert_true(cfg_file_write(c, "etc/flask", 4, "xyz", 3));
    cfg_file_read(c, "etc/flask", bytes, sizeof(bytes));
    g_assert_cmpmem(bytes, sizeof(bytes), "\0\0abxyz\0", 8);
    ob_client_reset(c);
    cfg_file_read(c, "etc/flask", bytes, sizeof(bytes));
    g_assert_cmpmem(bytes, sizeof(bytes), "\0\0\0\0\0\0\0\0", 8);
    ob_client_quit(c);
}

static void test_new_register(void)
{
    ObClient *c = flask_qemu_start();

    g_assert_cmphex(ob_client_readl(c, flask_at() + FLASK_EXTRA), ==, 0);
    outboard_assert_reloaded(flask_qemu_reload(c, "register-added"));
    g_assert_cmphex(ob_client_readl(c, flask_at() + FLASK_EXTRA), ==, 0x55);
    ob_client_writel(c, flask_at() + FLASK_EXTRA, 0xaa);
    outboard_assert_reloaded(flask_qemu_reload(c, "register-added"));
    g_assert_cmphex(ob_client_readl(c, flask_at() + FLASK_EXTRA), ==, 0xaa);
    ob_client_quit(c);
}

static void test_new_property(void)
{
    ObClient *c = flask_qemu_start();

    outboard_assert_reloaded(flask_qemu_reload(c, "property-added"));
    g_assert_cmpint(object_number(c, FLASK_PATH, "taste"), ==, 7);
    ob_client_quit(c);
}

/* A drop is due while the code changes, and the new code makes ten of it. */
static void test_timer(void)
{
    ObClient *c = flask_qemu_start();
    uint32_t drops = ob_client_readl(c, flask_at() + FLASK_DROPS);
    uint32_t then = drops + 10;

    ob_client_writel(c, flask_at() + FLASK_CTRL, 1);
    outboard_assert_reloaded(flask_qemu_reload(c, "code"));
    g_assert_cmpuint(ob_client_readl(c, flask_at() + FLASK_DROPS), ==, drops);
    pci_run_until(c, flask_has_drops, &then);
    g_assert_cmpuint((ob_client_readl(c, flask_at() + FLASK_DROPS) - drops) % 10, ==, 0);
    ob_client_quit(c);
}

/* A version leaves its timer behind, whose time comes when its code is gone. */
static void test_timer_left(void)
{
    ObClient *c = flask_qemu_start();
    uint32_t then = ob_client_readl(c, flask_at() + FLASK_DROPS) + 1;

    outboard_assert_reloaded(flask_qemu_reload(c, "timer-left"));
    ob_client_writel(c, flask_at() + FLASK_CTRL, 1);
    outboard_assert_reloaded(flask_qemu_reload(c, "first"));
    pci_run_until(c, flask_has_drops, &then);
    ob_client_quit(c);
}

/* The machine runs on: its clock, its lines and the timers of both versions. */
static void test_running(void)
{
    ObClient *c = flask_qemu_start();

    ob_client_writel(c, flask_at() + FLASK_CTRL, 1);
    json_decref(ob_client_qmp(c, "cont", NULL, NULL));
    for (uint32_t i = 0; i < 20; i++) {
        outboard_assert_reloaded(flask_qemu_reload(c, i % 2 ? "first" : "moved"));
    }
    json_decref(ob_client_qmp(c, "stop", NULL, NULL));
    flask_drip_until(c, ob_client_readl(c, flask_at() + FLASK_DROPS) + 1);
    ob_client_quit(c);
}

/* The monitor for people has the same way. */
static void test_hmp(void)
{
    ObClient *c = flask_qemu_start();
    g_autofree char *line = g_strdup_printf("qom-set /outboard reload %s/flask-id.so",
                                            g_getenv("OB_FLASKS"));
    g_autofree char *answer = hmp_answer(c, line);

    g_assert_cmpstr(answer, ==, "");
    g_assert_cmphex(ob_client_readl(c, flask_at() + FLASK_ID) & 0x7fffffff, ==, 0xb0771e);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/reload/qemu/carried", test_carried);
    g_test_add_func("/reload/qemu/own-file", test_own_file);
    g_test_add_func("/reload/qemu/fw-cfg-file-goes-on", test_file_goes_on);
    g_test_add_func("/reload/qemu/new-register", test_new_register);
    g_test_add_func("/reload/qemu/new-property", test_new_property);
    g_test_add_func("/reload/qemu/timer-fires-into-the-new-code", test_timer);
    g_test_add_func("/reload/qemu/timer-is-left-behind", test_timer_left);
    g_test_add_func("/reload/qemu/machine-runs", test_running);
    g_test_add_func("/reload/qemu/hmp", test_hmp);
    return g_test_run();
}
