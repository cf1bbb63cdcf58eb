/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/host/qmp-peer.h"

#include <string.h>

#include "qtest/host/io/loop.h"
#include "qtest/host/program.h"
#include "qtest/host/qmp/qmp-schema.h"

/* -------------------------------------------------------------------- schema */

static ObQmpCheck *check_new(Qmp *f)
{
    ObQmpCall call = { .system = &f->system };
    json_t *entries = ob_qmp_query_qmp_schema(&call);
    ObQmpCheck *check = ob_qmp_check_new(entries);

    json_decref(entries);
    return check;
}

static void line_check(Qmp *f, const json_t *line)
{
    g_autofree char *fault = ob_qmp_check_hear(f->check, line);

    if (fault) {
        g_test_message("%s", fault);
        g_test_fail();
    }
}

/* ---------------------------------------------------------------------- peer */

static bool peer_receive(void *opaque, const char *bytes, size_t count)
{
    Qmp *f = opaque;
    json_t *line = json_loadb(bytes, count, 0, NULL);

    g_assert_cmpint(bytes[count - 2], ==, '\r');
    g_assert_cmpint(bytes[count - 1], ==, '\n');
    g_assert_nonnull(line);
    line_check(f, line);
    g_queue_push_tail(f->lines, line);
    return f->lines->length < f->unread_max;
}

void qmp_set_up_with(Qmp *f, const char *const *options)
{
    const char *words[32] = { "outboard-system-x86_64", "-plugin-set", g_getenv("OUTBOARD_SET") };
    int count = 3;
    HW_ERROR(error, 512);

    while (*options) {
        words[count++] = *options++;
    }
    f->options = ob_options_new(count, (char **)words, &error);
    f->system.loop = ob_loop_new();
    g_assert_cmpstr(error.text, ==, "");
    ob_system_init(&f->system, f->options, &error);
    g_assert_cmpstr(error.text, ==, "");
    f->lines = g_queue_new();
    f->check = check_new(f);
    f->unread_max = G_MAXUINT;
    f->session = ob_qmp_new(&f->system, peer_receive, f);
    ob_qmp_open(f->session);
}

void qmp_set_up(Qmp *f, gconstpointer data)
{
    (void)data;
    qmp_set_up_with(f, (const char *[]) { NULL });
}

void qmp_tear_down(Qmp *f, gconstpointer data)
{
    (void)data;
    g_queue_free_full(f->lines, (GDestroyNotify)json_decref);
    ob_qmp_free(f->session);
    ob_qmp_check_free(f->check);
    ob_system_clear(&f->system);
    ob_options_free(f->options);
}

void say(Qmp *f, const char *text)
{
    ob_qmp_check_say(f->check, text);
    ob_qmp_input(f->session, text, strlen(text));
}

void hear(Qmp *f, const char *expected)
{
    json_t *line = g_queue_pop_head(f->lines);
    json_t *json = json_loads(expected, 0, NULL);
    char *text;

    g_assert_nonnull(json);
    g_assert_nonnull(line);
    if (json_object_get(line, "event")) {
        json_t *time = json_object_get(line, "timestamp");

        g_assert_true(json_is_integer(json_object_get(time, "seconds")));
        g_assert_true(json_is_integer(json_object_get(time, "microseconds")));
        json_object_del(line, "timestamp");
    }
    text = json_dumps(line, 0);
    if (!json_equal(line, json)) {
        g_assert_cmpstr(text, ==, expected);
        g_assert_not_reached();
    }
    free(text);
    json_decref(line);
    json_decref(json);
}

void hear_nothing(Qmp *f)
{
    g_assert_true(g_queue_is_empty(f->lines));
}

void hear_error(Qmp *f, const char *error_class, const char *desc)
{
    json_t *json = json_pack("{s:{s:s, s:s}}", "error", "class", error_class, "desc", desc);
    char *text = json_dumps(json, 0);

    hear(f, text);
    free(text);
    json_decref(json);
}

void forget(Qmp *f)
{
    while (!g_queue_is_empty(f->lines)) {
        json_decref(g_queue_pop_head(f->lines));
    }
}

void negotiate(Qmp *f)
{
    forget(f);
    say(f, "{\"execute\": \"qmp_capabilities\"}");
    hear(f, "{\"return\": {}}");
}

void lives(Qmp *f)
{
    say(f, "\n{\"execute\": \"query-name\", \"id\": \"alive\"}\n");
    hear(f, "{\"return\": {}, \"id\": \"alive\"}");
    hear_nothing(f);
}
