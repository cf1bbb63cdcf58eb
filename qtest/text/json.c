/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/text/json.h"

#include <glib.h>

#include "qtest/text/show.h"

json_t *ob_json_text(const char *text)
{
    g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;

    return valid ? json_string(valid) : NULL;
}

void ob_json_set(json_t *object, const char *name, json_t *value)
{
    g_autofree char *shown = g_utf8_validate(name, -1, NULL) ? g_strdup(name)
                                                             : ob_text_show(name, false);

    json_object_set_new(object, shown, value);
}

void ob_json_print(const json_t *value, FILE *file)
{
    json_dumpf(value, file, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    fputs("\n", file);
}
