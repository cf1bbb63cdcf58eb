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

static void pair_append(GString *text, const char *key, const char *value)
{
    g_string_append_len(text, key, (gssize)strlen(key) + 1);
    g_string_append_len(text, value, (gssize)strlen(value) + 1);
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
        pair_append(text, name, value);
    }
    return text;
}

/* `text` has `count` times a key and its value, with a zero byte behind each.  Takes `text`. */
static ObKeyval *keyval_of_pairs(GString *text, uint32_t count)
{
    ObKeyval *keyval = g_new0(ObKeyval, 1);
    char *at = g_string_free(text, FALSE);

    keyval->text = at;
    keyval->count = count;
    keyval->options = g_new0(ObOption, count);
    for (uint32_t i = 0; i < count; i++) {
        keyval->options[i].key = at;
        at += strlen(at) + 1;
        keyval->options[i].value = at;
        at += strlen(at) + 1;
    }
    return keyval;
}

ObKeyval *ob_keyval_of_json(const json_t *object, HwError *error)
{
    GString *text = members_join(object, error);

    return text ? keyval_of_pairs(text, (uint32_t)json_object_size(object)) : NULL;
}

ObKeyval *ob_keyval_with(const ObKeyval *keyval, const char *key, const char *value)
{
    GString *text = g_string_new(NULL);
    uint32_t count = 1;

    for (uint32_t i = 0; i < keyval->count; i++) {
        if (strcmp(keyval->options[i].key, key) != 0) {
            pair_append(text, keyval->options[i].key, keyval->options[i].value);
            count++;
        }
    }
    pair_append(text, key, value);
    return keyval_of_pairs(text, count);
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
