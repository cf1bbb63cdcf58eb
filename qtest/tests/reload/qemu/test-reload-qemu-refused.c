/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin that can't take over in a stock QEMU is refused, and all devices go on as they were. */
#include "qtest/tests/reload/qemu/flask-qemu.h"
#include "qtest/tests/reload/flask-rows.h"

static void assert_as_before(ObClient *c, const char *before)
{
    g_autofree char *after = flask_seen(c);

    g_assert_cmpstr(after, ==, before);
}

/* QEMU can't remove a type, so it has a sentence of its own for a class that is gone. */
static const char *sentence_of(const FlaskRow *row)
{
    return g_str_equal(row->test, "class-gone") ? "com.acme.flask: the class is gone, expected it "
                                                  "to stay: QEMU can't remove its type"
                                                : row->sentence;
}

static void test_refused(gconstpointer data)
{
    const FlaskRow *row = data;
    ObClient *c = flask_qemu_start();
    g_autofree char *before = flask_seen(c);
    g_autofree char *all = flask_arguments("");

    outboard_assert_refused(flask_qemu_reload(c, row->version), sentence_of(row));
    assert_as_before(c, before);
    g_assert_cmpint(object_number(c, "/outboard", "devices"), ==, 0);
    flask_drip_until(c, ob_client_readl(c, flask_at() + FLASK_DROPS) + 1);
    outboard_assert_reloaded(flask_qemu_reload(c, "first"));
    c = pci_migrate(c, NULL, NULL, all);
    ob_client_quit(c);
}

static void test_missing_file(void)
{
    ObClient *c = flask_qemu_start();

    outboard_assert_refused(outboard_reload(c, "/nowhere/flask.so"), "No such file or directory");
    ob_client_quit(c);
}

/* It took neither the new class nor the old one again.  The other device goes on, and so does the file,
 * which QEMU can't remove. */
static void test_lost(void)
{
    ObClient *c = flask_qemu_start();
    json_t *error = NULL;
    uint8_t bytes[8];

    outboard_assert_reloaded(flask_qemu_reload(c, "once"));
    outboard_assert_refused(flask_qemu_reload(c, "realize"),
                            "bottle: the flask is broken; and 'bottle' is lost: "
                            "bottle: the flask is empty");
    json_decref(ob_client_qmp(c, "qom-list", json_pack("{s:s}", "path", FLASK_PATH), &error));
    g_assert_nonnull(error);
    json_decref(error);
    g_assert_cmphex(ob_client_readl(c, flask_cork_at()), ==, 0x101);
    g_assert_true(cfg_file_write(c, "etc/flask", 0, "x", 1));
    cfg_file_read(c, "etc/flask", bytes, sizeof(bytes));
    g_assert_cmpint(bytes[0], ==, 'x');
    outboard_assert_reloaded(flask_qemu_reload(c, "first"));
    g_assert_cmpint(object_number(c, "/outboard", "devices"), ==, 1);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    for (const FlaskRow *row = flask_rows; row->test; row++) {
        g_autofree char *path = g_strdup_printf("/reload/qemu/refused/%s", row->test);

        g_test_add_data_func(path, row, test_refused);
    }
    g_test_add_func("/reload/qemu/refused/file-is-missing", test_missing_file);
    g_test_add_func("/reload/qemu/refused/device-is-lost", test_lost);
    return g_test_run();
}
