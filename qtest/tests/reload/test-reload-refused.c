/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin that can't take over is refused in a sentence, and all devices go on as they were. */
#include <string.h>

#include "qtest/machine/state/save.h"
#include "qtest/tests/reload/flask-host.h"
#include "qtest/tests/reload/flask-rows.h"

static void test_refused(FlaskHost *f, gconstpointer data)
{
    const FlaskRow *row = data;

    g_assert_false(flask_reload(f, row->version));
    if (!g_str_has_suffix(f->text, row->sentence)) {
        g_assert_cmpstr(f->text, ==, row->sentence);
    }
    flask_assert_same(f);
    flask_drip(f);
    g_assert_cmpuint(flask_read(f, FLASK_DROPS), ==, FLASK_DROPS_THEN + 1);
}

/* The plugin that runs is still the plugin to be replaced. */
static void test_good_after_refused(FlaskHost *f, gconstpointer data)
{
    (void)data;
    for (const FlaskRow *row = flask_rows; row->test; row++) {
        g_assert_false(flask_reload(f, row->version));
    }
    g_assert_true(flask_reload(f, "code"));
    flask_assert_same(f);
    flask_drip(f);
    g_assert_cmpuint(flask_read(f, FLASK_DROPS), ==, FLASK_DROPS_THEN + 10);
}

static void test_unknown_plugin(FlaskHost *f, gconstpointer data)
{
    (void)data;
    g_assert_false(ob_host_reload_plugin(f->host, "amphora", NULL, &f->result, &f->error));
    g_assert_cmpstr(f->text, ==, "plugin 'amphora' is not loaded");
}

/* A name is needed, and classes of the other plugin stay that plugin's. */
static void test_two_plugins(FlaskHost *f, gconstpointer data)
{
    (void)data;
    g_assert_true(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error));
    g_assert_false(ob_host_reload_plugin(f->host, NULL, NULL, &f->result, &f->error));
    g_assert_cmpstr(f->text, ==, "2 plugins are loaded, expected the name of one of them");
    g_assert_true(flask_reload(f, "code"));
    flask_assert_same(f);
}

static bool sink_bytes(void *opaque, const uint8_t *bytes, size_t size)
{
    (void)opaque;
    (void)bytes;
    (void)size;
    return true;
}

/* A stream's sections are those of the devices that it began with. */
static void test_during_migration(FlaskHost *f, gconstpointer data)
{
    ObSave *save = ob_save_new(f->host, sink_bytes, NULL, &f->error);

    (void)data;
    g_assert_nonnull(save);
    g_assert_false(flask_reload(f, "code"));
    g_assert_cmpstr(f->text, ==, "a migration is under way, expected none during a reload");
    ob_save_free(save);
    g_assert_true(flask_reload(f, "code"));
    flask_assert_same(f);
}

/* It took neither the new class nor the old one again.  The other device goes on. */
static void test_lost(FlaskHost *f, gconstpointer data)
{
    (void)data;
    g_assert_true(flask_reload(f, "once"));
    flask_assert_same(f);
    g_assert_false(flask_reload(f, "realize"));
    g_assert_cmpstr(
        f->text, ==,
        "bottle: the flask is broken; and 'bottle' is lost: bottle: the flask is empty");
    g_assert_true(f->result.is_lost);
    g_assert_null(ob_host_find_device(f->host, "bottle"));
    g_assert_cmphex(flask_read(f, FLASK_DROPS), ==, 0);
    g_assert_false(ob_host_irq_level(f->host, FLASK_LINE));
    g_assert_cmpint(ob_host_clock_next(f->host), ==, -1);
    g_assert_cmphex(flask_read(f, CORK_LATCH), ==, 0x101);
    g_assert_true(ob_host_irq_level(f->host, CORK_LINE));
    g_assert_true(flask_reload(f, "first"));
    g_assert_cmpuint(f->result.devices, ==, 1);
}

/* Devices that no instance uses may come and go. */
static void test_unused_class_may_go(FlaskHost *f, gconstpointer data)
{
    (void)data;
    ob_host_remove_device(f->host, f->flask);
    g_assert_true(flask_reload(f, "class-gone"));
    g_assert_cmpuint(f->result.devices, ==, 1);
    g_assert_null(ob_host_find_class(f->host, "com.acme.flask"));
    g_assert_nonnull(ob_host_find_class(f->host, "com.acme.bottle"));
    g_assert_cmphex(flask_read(f, CORK_LATCH), ==, 0x101);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const FlaskRow *row = flask_rows; row->test; row++) {
        g_autofree char *path = g_strdup_printf("/reload/refused/%s", row->test);

        FLASK_TEST(path, row, test_refused);
    }
    FLASK_TEST("/reload/refused/good-set-after-it", NULL, test_good_after_refused);
    FLASK_TEST("/reload/refused/unknown-plugin", NULL, test_unknown_plugin);
    FLASK_TEST("/reload/refused/without-name-of-two", NULL, test_two_plugins);
    FLASK_TEST("/reload/refused/during-a-migration", NULL, test_during_migration);
    FLASK_TEST("/reload/refused/device-is-lost", NULL, test_lost);
    FLASK_TEST("/reload/unused-class-may-go", NULL, test_unused_class_may_go);
    return g_test_run();
}
