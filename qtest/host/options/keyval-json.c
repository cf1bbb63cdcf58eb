/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Option arguments as a JSON object, in the form that libvirt passes to -device and -object. */
#include "qtest/host/options/keyval.h"

#include "hw-api/device/error.h"
#include "qtest/text/json.h"

#include <glib.h>
#include <string.h>

/* The value in the form of the command line.  The caller frees it; NULL: it does not have one. */
static char *value_text(const json_t *value)
{
    if (json_is_string(value)) {
        return g_strdup(json_string_value(value));
    }
    if (json_is_boolean(value)) {
        return g_strdup(json_is_true(value) ? "on" : "off");
    }
    return json_is_integer(value)
               ? g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value))
               : NULL;
}

/* The names and values as one text, with a zero behind each. */
static GString *members_join(const json_t *object, HwError *error)
{
    GString *text = g_string_new(NULL);
    const char *name;
    json_t *member;

    json_object_foreach((json_t *)object, name, member)
    {
        g_autofree char *value = value_text(member);

        if (!*name || !value) {
            hw_error_set(error,
                         *name ? "%s: invalid JSON value: expected text, an integer, "
                                 "true or false"
                               : "a property has no name in JSON",
                         name);
            g_string_free(text, TRUE);
            return NULL;
        }
        g_string_append_len(text, name, (gssize)strlen(name) + 1);
        g_string_append_len(text, value, (gssize)strlen(value) + 1);
    }
    return text;
}

ObKeyval *ob_keyval_of_json(const json_t *object, HwError *error)
{
    GString *text = members_join(object, error);
    ObKeyval *keyval;
    char *at;

    if (!text) {
        return NULL;
    }
    keyval = g_new0(ObKeyval, 1);
    keyval->text = at = g_string_free(text, FALSE);
    keyval->count = (uint32_t)json_object_size(object);
    keyval->options = g_new0(ObOption, keyval->count);
    for (uint32_t i = 0; i < keyval->count; i++) {
        keyval->options[i].key = at;
        at += strlen(at) + 1;
        keyval->options[i].value = at;
        at += strlen(at) + 1;
    }
    return keyval;
}

ObKeyval *ob_keyval_new_json(const char *text, HwError *error)
{
    json_error_t place;
    json_t *object = ob_json_load(text, strlen(text), JSON_REJECT_DUPLICATES, &place);
    ObKeyval *keyval;

    if (!json_is_object(object)) {
        json_decref(object);
        hw_error_set(error, "invalid JSON: %s, at character %d", place.text, place.position);
        return NULL;
    }
    keyval = ob_keyval_of_json(object, error);
    json_decref(object);
    return keyval;
}
