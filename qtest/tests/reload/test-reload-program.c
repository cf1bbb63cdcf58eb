/* SPDX-License-Identifier: GPL-2.0-or-later */
/* x-plugin-reload and watch=on in our program. */
#include <string.h>

#include <glib/gstdio.h>

#include "qtest/client/client.h"
#include "qtest/client/process/scratch.h"

#define FLASK_CTRL  UINT64_C(0xfed80004)
#define FLASK_DROPS UINT64_C(0xfed8000c)

/* `plugin`: the argument of -plugin-set; NULL: the first version. */
static ObClient *start(const char *plugin)
{
    g_autofree char *first = g_strdup_printf("%s/flask-first.so", g_getenv("OB_FLASKS"));
    g_autofree char *arguments = g_strdup_printf(
        "-machine pc -plugin-set %s -device com.acme.cork,addr=0xfed81000 "
        "-device com.acme.flask,id=bottle,addr=0xfed80000,memory=0xfed90000",
        plugin ? plugin : first);
    const ObStart how = { .program = g_getenv("OB_PROGRAM"), .arguments = arguments };
    HW_ERROR(error, 400);
    ObClient *c = ob_client_start(&how, &error);

    g_assert_cmpstr(error.text, ==, "");
    ob_client_writel(c, FLASK_CTRL, 1);
    ob_client_clock_step(c, 1500000);
    return c;
}

static json_t *reload(ObClient *c, const char *version, json_t **refusal)
{
    g_autofree char *path = g_strdup_printf("%s/flask-%s.so", g_getenv("OB_FLASKS"), version);

    return ob_client_qmp(c, "x-plugin-reload",
                         json_pack("{s:s, s:s}", "plugin", "flask", "path", path), refusal);
}

static void test_new_code(void)
{
    ObClient *c = start(NULL);
    json_t *result = reload(c, "code", NULL);

    g_assert_cmpint(json_integer_value(json_object_get(result, "devices")), ==, 2);
    g_assert_cmpint(json_integer_value(json_object_get(result, "pause-ns")), >, 0);
    json_decref(result);
    g_assert_cmpuint(ob_client_readl(c, FLASK_DROPS), ==, 1);
    ob_client_clock_step(c, 1000000);
    g_assert_cmpuint(ob_client_readl(c, FLASK_DROPS), ==, 11);
    ob_client_quit(c);
}

static void test_refused(void)
{
    ObClient *c = start(NULL);
    json_t *error = NULL;

    g_assert_null(reload(c, "member-gone", &error));
    g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==,
                    "com.acme.flask: state 'flask': member 'level' is gone, expected it to stay");
    json_decref(error);
    ob_client_clock_step(c, 1000000);
    g_assert_cmpuint(ob_client_readl(c, FLASK_DROPS), ==, 2);
    ob_client_quit(c);
}

/* -------------------------------------------------------------------- watch=on */

typedef struct Watched {
    ObScratch *scratch;
    char *path;
    ObClient *client;
} Watched;

static void put(const Watched *w, const char *name, const char *version, double part)
{
    g_autofree char *from = g_strdup_printf("%s/flask-%s.so", g_getenv("OB_FLASKS"), version);
    g_autofree char *to = g_build_filename(ob_scratch_path(w->scratch), name, NULL);
    g_autofree char *bytes = NULL;
    gsize size;
    FILE *file = g_fopen(to, "wb");

    g_assert_true(g_file_get_contents(from, &bytes, &size, NULL));
    size = (gsize)((double)size * part);
    g_assert_nonnull(file);
    g_assert_cmpuint(fwrite(bytes, 1, size, file), ==, size);
    fclose(file);
}

/* The loop has seen the news once it has answered: both were there when it looked. */
static void drops(const Watched *w, uint32_t step)
{
    uint32_t before = ob_client_readl(w->client, FLASK_DROPS);

    ob_client_readl(w->client, FLASK_DROPS);
    ob_client_clock_step(w->client, 1000000);
    g_assert_cmpuint(ob_client_readl(w->client, FLASK_DROPS), ==, before + step);
}

static void watched_set_up(Watched *w, gconstpointer data)
{
    g_autofree char *option = NULL;

    (void)data;
    w->scratch = ob_scratch_new();
    g_assert_nonnull(w->scratch);
    w->path = g_build_filename(ob_scratch_path(w->scratch), "flask.so", NULL);
    put(w, "flask.so", "first", 1);
    option = g_strdup_printf("%s,watch=on -D %s/log", w->path, ob_scratch_path(w->scratch));
    w->client = start(option);
    drops(w, 1);
}

static void watched_tear_down(Watched *w, gconstpointer data)
{
    (void)data;
    ob_client_quit(w->client);
    ob_scratch_free(w->scratch);
    g_free(w->path);
}

static void log_has(const Watched *w, const char *sentence)
{
    g_autofree char *file = g_build_filename(ob_scratch_path(w->scratch), "log", NULL);
    g_autofree char *text = NULL;

    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    if (!strstr(text, sentence)) {
        g_assert_cmpstr(text, ==, sentence);
    }
}

static void test_watch_overwritten(Watched *w, gconstpointer data)
{
    (void)data;
    put(w, "flask.so", "code", 1);
    drops(w, 10);
    log_has(w, "flask.so: reloaded for 2 devices, which paused for ");
    put(w, "flask.so", "first", 1);
    drops(w, 1);
}

static void test_watch_replaced(Watched *w, gconstpointer data)
{
    g_autofree char *other = g_build_filename(ob_scratch_path(w->scratch), "new.so", NULL);

    (void)data;
    put(w, "new.so", "code", 1);
    drops(w, 1);
    g_assert_cmpint(g_rename(other, w->path), ==, 0);
    drops(w, 10);
}

/* Neither changes anything, and the next good file is taken. */
static void test_watch_refused(Watched *w, gconstpointer data)
{
    (void)data;
    put(w, "flask.so", "code", 0.5);
    drops(w, 1);
    log_has(w, "flask.so: is truncated");
    put(w, "flask.so", "member-gone", 1);
    drops(w, 1);
    log_has(w, "flask.so: not reloaded: com.acme.flask: state 'flask': member 'level' is gone");
    g_remove(w->path);
    drops(w, 1);
    put(w, "flask.so", "code", 1);
    drops(w, 10);
}

/* The properties and devices that the monitors list are those of the new set. */
static void test_object_tree(void)
{
    ObClient *c = start(NULL);
    json_t *value;

    json_decref(reload(c, "property-added", NULL));
    value = ob_client_qmp(c, "qom-get",
                          json_pack("{s:s, s:s}", "path", "/machine/peripheral/bottle", "property",
                                    "taste"),
                          NULL);
    g_assert_cmpint(json_integer_value(value), ==, 7);
    json_decref(value);
    ob_client_quit(c);
}

#define WATCH_TEST(path, function) \
    g_test_add(path, Watched, NULL, watched_set_up, function, watched_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reload/program/new-code-runs", test_new_code);
    g_test_add_func("/reload/program/refused-with-a-sentence", test_refused);
    g_test_add_func("/reload/program/object-tree-has-the-new-property", test_object_tree);
    WATCH_TEST("/reload/watch/file-is-overwritten", test_watch_overwritten);
    WATCH_TEST("/reload/watch/file-is-replaced", test_watch_replaced);
    WATCH_TEST("/reload/watch/file-is-refused", test_watch_refused);
    return g_test_run();
}
