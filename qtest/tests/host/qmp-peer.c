/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/host/qmp-peer.h"

#include <string.h>

#include "qtest/host/io/loop.h"
#include "qtest/host/program.h"
#include "qtest/host/qmp/qmp-schema.h"
#include "qtest/tests/host/qmp-schema-check.h"

/* -------------------------------------------------------------------- schema */

static json_t *schema_of(Qmp *f)
{
    ObQmpCall call = { .system = &f->system };

    if (!f->schema) {
        json_t *entries = ob_qmp_query_qmp_schema(&call);

        f->schema = schema_by_name(entries);
        json_decref(entries);
    }
    return f->schema;
}

/* `value` NULL: an empty object. */
static void value_check(Qmp *f, const char *entry, const char *role, json_t *value)
{
    g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
    const char *type = schema_type(schema_of(f), entry, role);
    json_t *empty = json_object();

    if (!type) {
        g_error("the schema does not have '%s'", entry);
    }
    schema_check(f->schema, type, value ? value : empty, entry, faults);
    for (guint i = 0; i < faults->len; i++) {
        g_test_message("does not fit query-qmp-schema: %s", (char *)faults->pdata[i]);
        g_test_fail();
    }
    json_decref(empty);
}

static void line_check(Qmp *f, const json_t *line)
{
    json_t *event = json_object_get(line, "event"), *value = json_object_get(line, "return");
    bool is_reply = value || json_object_get(line, "error");
    g_autofree char *command = is_reply ? g_queue_pop_head(f->asked) : NULL;

    if (event) {
        value_check(f, json_string_value(event), "arg-type", json_object_get(line, "data"));
    } else if (value && command) {
        value_check(f, command, "ret-type", value);
    }
}

/* Returns false if the text has a part of a command, or an error. */
static bool commands_note(Qmp *f, const char *text)
{
    const char *end = text + strlen(text);
    json_error_t error;

    while (text + strspn(text, " \n") < end) {
        json_t *object = json_loads(text, JSON_DISABLE_EOF_CHECK, &error);
        const char *name = json_string_value(json_object_get(object, "execute"));

        if (name) {
            g_queue_push_tail(f->asked, g_strdup(name));
        }
        json_decref(object);
        if (!name) {
            return false;
        }
        text += error.position;
    }
    return true;
}

static void commands_forget(Qmp *f)
{
    g_queue_clear_full(f->asked, g_free);
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
    f->asked = g_queue_new();
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
    commands_forget(f);
    g_queue_free(f->asked);
    json_decref(f->schema);
    ob_system_clear(&f->system);
    ob_options_free(f->options);
}

void say(Qmp *f, const char *text)
{
    if (!commands_note(f, text)) {
        commands_forget(f);
    }
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
