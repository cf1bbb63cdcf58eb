/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/reload/qemu/outboard-object.h"

json_t *outboard_reload(ObClient *c, const char *path)
{
    json_t *error = NULL;

    json_decref(ob_client_qmp(c, "qom-set",
                              json_pack("{s:s, s:s, s:s}", "path", "/outboard", "property",
                                        "reload", "value", path),
                              &error));
    return error;
}

void outboard_assert_refused(json_t *error, const char *sentence)
{
    const char *text = json_string_value(json_object_get(error, "desc"));

    if (!text || !g_str_has_suffix(text, sentence)) {
        g_assert_cmpstr(text, ==, sentence);
    }
    json_decref(error);
}

void outboard_assert_reloaded(json_t *error)
{
    g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==, NULL);
}

static json_t *property(ObClient *c, const char *path, const char *name)
{
    return ob_client_qmp(c, "qom-get", json_pack("{s:s, s:s}", "path", path, "property", name),
                         NULL);
}

int64_t object_number(ObClient *c, const char *path, const char *name)
{
    json_t *value = property(c, path, name);
    int64_t result = json_integer_value(value);

    json_decref(value);
    return result;
}

void object_assert_text(ObClient *c, const char *path, const char *name, const char *expected)
{
    json_t *value = property(c, path, name);

    g_assert_cmpstr(json_string_value(value), ==, expected);
    json_decref(value);
}

char *hmp_answer(ObClient *c, const char *line)
{
    json_t *answer = ob_client_qmp(c, "human-monitor-command",
                                   json_pack("{s:s}", "command-line", line), NULL);
    char *text = g_strdup(json_string_value(answer));

    json_decref(answer);
    return text;
}
