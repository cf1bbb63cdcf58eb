/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/transport/qmp-check.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "qtest/client/transport/qmp-schema.h"

struct ObQmpCheck {
    json_t *schema; /* the entries by name */
    GQueue asked;   /* names of commands without a reply yet */
};

ObQmpCheck *ob_qmp_check_new(const json_t *entries)
{
    ObQmpCheck *check = g_new0(ObQmpCheck, 1);

    check->schema = ob_schema_by_name(entries);
    g_queue_init(&check->asked);
    return check;
}

void ob_qmp_check_free(ObQmpCheck *check)
{
    if (check) {
        g_queue_clear_full(&check->asked, g_free);
        json_decref(check->schema);
        g_free(check);
    }
}

/* Returns false if the text has a part of a command, or an error. */
static bool commands_note(ObQmpCheck *check, const char *text)
{
    const char *end = text + strlen(text);
    json_error_t error;

    while (text + strspn(text, " \n") < end) {
        json_t *object = json_loads(text, JSON_DISABLE_EOF_CHECK, &error);
        const char *name = json_string_value(json_object_get(object, "execute"));

        if (name) {
            g_queue_push_tail(&check->asked, g_strdup(name));
        }
        json_decref(object);
        if (!name) {
            return false;
        }
        text += error.position;
    }
    return true;
}

void ob_qmp_check_say(ObQmpCheck *check, const char *text)
{
    if (!commands_note(check, text)) {
        g_queue_clear_full(&check->asked, g_free);
    }
}

/* `value` NULL: an empty object. */
static char *value_check(const ObQmpCheck *check, const char *entry, const char *role,
                         const json_t *value)
{
    g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
    const char *type = ob_schema_type(check->schema, entry, role);
    json_t *empty = json_object();

    if (type) {
        ob_schema_check(check->schema, type, value ? value : empty, entry, faults);
    }
    json_decref(empty);
    if (!type) {
        return g_strdup_printf("query-qmp-schema does not have '%s'", entry);
    }
    return faults->len == 0 ? NULL
                            : g_strdup_printf("does not fit query-qmp-schema: %s",
                                              (const char *)faults->pdata[0]);
}

char *ob_qmp_check_hear(ObQmpCheck *check, const json_t *message)
{
    const json_t *event = json_object_get(message, "event");
    const json_t *value = json_object_get(message, "return");
    bool is_reply = value || json_object_get(message, "error");
    g_autofree char *command = is_reply ? g_queue_pop_head(&check->asked) : NULL;

    if (event) {
        return value_check(check, json_string_value(event), "arg-type",
                           json_object_get(message, "data"));
    }
    return value && command ? value_check(check, command, "ret-type", value) : NULL;
}
