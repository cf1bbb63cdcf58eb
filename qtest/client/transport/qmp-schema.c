/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/transport/qmp-schema.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "qtest/text/json.h"

json_t *ob_schema_by_name(const json_t *entries)
{
    json_t *schema = json_object();
    const json_t *entry;
    size_t i;

    json_array_foreach(entries, i, entry)
    {
        ob_json_set(schema, json_string_value(json_object_get(entry, "name")),
                    json_incref((json_t *)entry));
    }
    return schema;
}

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

const char *ob_schema_type(const json_t *schema, const char *entry, const char *role)
{
    return text_of(json_object_get(schema, entry), role);
}

static void fault(GPtrArray *faults, const char *path, const char *what, const json_t *value)
{
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_SORT_KEYS) : NULL;

    g_ptr_array_add(faults,
                    g_strdup_printf("%s: %s%s%s", path, what, text ? ": " : "", text ? text : ""));
    free(text);
}

static bool builtin_fits(const char *json_type, const json_t *value)
{
    const struct {
        const char *name;
        bool fits;
    } rows[] = {
        { "string", json_is_string(value) }, { "int", json_is_integer(value) },
        { "number", json_is_number(value) }, { "boolean", json_is_boolean(value) },
        { "null", json_is_null(value) },     { "value", true },
        { "object", json_is_object(value) }, { "array", json_is_array(value) },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (g_strcmp0(rows[i].name, json_type) == 0) {
            return rows[i].fits;
        }
    }
    return false;
}

static bool enum_has(const json_t *entry, const json_t *value)
{
    const json_t *member;
    size_t i;

    json_array_foreach(json_object_get(entry, "values"), i, member)
    {
        if (json_equal(member, value)) {
            return true;
        }
    }
    return false;
}

static void array_check(const json_t *schema, const json_t *entry, const json_t *value,
                        const char *path, GPtrArray *faults)
{
    g_autofree char *place = g_strconcat(path, "[]", NULL);
    const json_t *element;
    size_t i;

    if (!json_is_array(value)) {
        fault(faults, path, "not an array", value);
    }
    json_array_foreach(value, i, element)
    {
        ob_schema_check(schema, text_of(entry, "element-type"), element, place, faults);
    }
}

static void alternate_check(const json_t *schema, const json_t *entry, const json_t *value,
                            const char *path, GPtrArray *faults)
{
    const json_t *member;
    size_t i;

    json_array_foreach(json_object_get(entry, "members"), i, member)
    {
        g_autoptr(GPtrArray) reasons = g_ptr_array_new_with_free_func(g_free);

        ob_schema_check(schema, text_of(member, "type"), value, path, reasons);
        if (reasons->len == 0) {
            return;
        }
    }
    fault(faults, path, "no alternate fits", value);
}

/* ------------------------------------------------------------------- objects */

static void members_add(json_t *members, const json_t *list)
{
    const json_t *member;
    size_t i;

    json_array_foreach(list, i, member)
    {
        ob_json_set(members, text_of(member, "name"), json_incref((json_t *)member));
    }
}

/* The members of the type and of the variant that the tag selects. */
static json_t *members_of(const json_t *schema, const json_t *entry, const json_t *value)
{
    const char *tag = text_of(entry, "tag");
    json_t *members = json_object();
    const json_t *variant;
    size_t i;

    members_add(members, json_object_get(entry, "members"));
    json_array_foreach(json_object_get(entry, "variants"), i, variant)
    {
        if (g_strcmp0(text_of(variant, "case"), text_of(value, tag)) == 0) {
            const json_t *type = json_object_get(schema, text_of(variant, "type"));

            members_add(members, json_object_get(type, "members"));
        }
    }
    return members;
}

static void object_check(const json_t *schema, const json_t *entry, const json_t *value,
                         const char *path, GPtrArray *faults)
{
    json_t *members = members_of(schema, entry, value);
    const char *name;
    json_t *part;

    if (!json_is_object(value)) {
        fault(faults, path, "not an object", value);
    }
    json_object_foreach(members, name, part)
    {
        g_autofree char *place = g_strconcat(path, ".", name, NULL);
        const json_t *found = json_object_get(value, name);

        if (found) {
            ob_schema_check(schema, text_of(part, "type"), found, place, faults);
        } else if (!json_object_get(part, "default")) {
            fault(faults, place, "missing", NULL);
        }
    }
    json_object_foreach((json_t *)value, name, part)
    {
        if (!json_object_get(members, name)) {
            g_autofree char *place = g_strconcat(path, ".", name, NULL);

            fault(faults, place, "unknown", NULL);
        }
    }
    json_decref(members);
}

void ob_schema_check(const json_t *schema, const char *type, const json_t *value, const char *path,
                     GPtrArray *faults)
{
    const json_t *entry = json_object_get(schema, type);
    const char *meta = text_of(entry, "meta-type");

    if (!meta) {
        fault(faults, path, "the schema does not have its type", NULL);
    } else if (!strcmp(meta, "builtin") && !builtin_fits(text_of(entry, "json-type"), value)) {
        fault(faults, path, "wrong type", value);
    } else if (!strcmp(meta, "enum") && !enum_has(entry, value)) {
        fault(faults, path, "not in the enum", value);
    } else if (!strcmp(meta, "array")) {
        array_check(schema, entry, value, path, faults);
    } else if (!strcmp(meta, "alternate")) {
        alternate_check(schema, entry, value, path, faults);
    } else if (!strcmp(meta, "object")) {
        object_check(schema, entry, value, path, faults);
    }
}
