/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks a command's arguments against the schema, with QEMU's words for what is wrong. */
#include "qtest/host/qmp/qmp-schema.h"
#include "qtest/host/qmp/qmp.h"

#include <string.h>

/* A value, and where it is: "keys[0].data". */
typedef struct Place {
    ObQmpCall *call;
    const char *path;
    const char *name; /* the last part of the path */
    bool deep;        /* members and values of enums are checked, too */
} Place;

static bool value_check(const Place *place, json_t *value, const char *type);
static bool struct_check(const Place *place, json_t *object, const char *name);

/* Text is allowed instead of the object: the name of one. */
static const char *alternate_object(const char *type)
{
    const ObQmpAlternate *found = ob_qmp_alternates;

    while (found->name && strcmp(found->name, type) != 0) {
        found++;
    }
    return found->object;
}

static bool alternate_check(const Place *place, json_t *value, const char *type)
{
    if (json_is_object(value)) {
        return struct_check(place, value, alternate_object(type));
    }
    return json_is_string(value) ||
           ob_qmp_fail(place->call, OB_QMP_GENERIC, "Invalid parameter type for '%s', expected: %s",
                       place->path, type);
}

static bool type_check(const Place *place, json_t *value, const char *type)
{
    const char *json_type = ob_qmp_json_type(type);
    bool is_int = strcmp(json_type, "int") == 0;
    bool fits = is_int                              ? json_is_integer(value)
                : strcmp(json_type, "string") == 0  ? json_is_string(value)
                : strcmp(json_type, "boolean") == 0 ? json_is_boolean(value)
                : strcmp(json_type, "array") == 0   ? json_is_array(value)
                : strcmp(json_type, "object") == 0  ? json_is_object(value)
                                                    : true;

    return fits ||
           ob_qmp_fail(place->call, OB_QMP_GENERIC, "Invalid parameter type for '%s', expected: %s",
                       place->path, is_int ? "integer" : json_type);
}

/* --------------------------------------------------------------------- enums */

static const ObQmpEnum *enum_find(const char *type)
{
    const ObQmpEnum *e = ob_qmp_enums;

    while (e->name && strcmp(e->name, type) != 0) {
        e++;
    }
    return e->name ? e : NULL;
}

/* QEMU names the member alone here. */
static bool enum_check(const Place *place, json_t *value, const char *type)
{
    const ObQmpEnum *e = enum_find(type);

    return !e || !e->values || g_strv_contains(e->values, json_string_value(value)) ||
           ob_qmp_fail(place->call, OB_QMP_GENERIC, "Parameter '%s' does not accept value '%s'",
                       place->name, json_string_value(value));
}

/* ------------------------------------------------------------------- structs */

static const ObQmpStruct *struct_find(const char *type)
{
    const ObQmpStruct *found = ob_qmp_structs;

    while (found->name && strcmp(found->name, type) != 0) {
        found++;
    }
    return found->name ? found : NULL;
}

static const ObQmpStruct *variant_of(const ObQmpStruct *type, json_t *object)
{
    const char *value = json_string_value(json_object_get(object, type->tag));

    for (const ObQmpVariant *variant = type->variants; variant->value; variant++) {
        if (g_strcmp0(variant->value, value) == 0) {
            return struct_find(variant->type);
        }
    }
    return NULL;
}

static bool members_have(const ObQmpMember *member, const char *name)
{
    while (member && member->name && strcmp(member->name, name) != 0) {
        member++;
    }
    return member && member->name;
}

static bool members_check(const Place *place, json_t *object, const ObQmpMember *member)
{
    for (; member && member->name; member++) {
        json_t *value = json_object_get(object, member->name);
        g_autofree char *path = g_strconcat(place->path, *place->path ? "." : "", member->name,
                                            NULL);
        const Place inner = { place->call, path, member->name, place->deep };

        if (!value && !member->optional) {
            return ob_qmp_fail(place->call, OB_QMP_GENERIC, "Parameter '%s' is missing", path);
        }
        if (value && !value_check(&inner, value, member->type)) {
            return false;
        }
    }
    return true;
}

static bool unexpected_check(const Place *place, json_t *object, const ObQmpMember *members,
                             const ObQmpMember *more)
{
    const char *name;
    json_t *value;

    json_object_foreach(object, name, value)
    {
        if (!members_have(members, name) && !members_have(more, name)) {
            return ob_qmp_fail(place->call, OB_QMP_GENERIC, "Parameter '%s%s%s' is unexpected",
                               place->path, *place->path ? "." : "", name);
        }
    }
    return true;
}

static bool struct_check(const Place *place, json_t *object, const char *name)
{
    const ObQmpStruct *type = struct_find(name);
    const ObQmpStruct *variant = NULL;

    if (!type) {
        return true;
    }
    if (!members_check(place, object, type->members)) {
        return false;
    }
    if (type->tag) {
        variant = variant_of(type, object);
    }
    return (!variant || members_check(place, object, variant->members)) &&
           unexpected_check(place, object, type->members, variant ? variant->members : NULL);
}

/* -------------------------------------------------------------------- values */

static bool elements_check(const Place *place, json_t *array, const char *type)
{
    g_autofree char *element_type = g_strndup(type + 1, strlen(type) - 2);
    json_t *element;
    size_t i;

    json_array_foreach(array, i, element)
    {
        g_autofree char *path = g_strdup_printf("%s[%zu]", place->path, i);
        const Place inner = { place->call, path, place->name, place->deep };

        if (!value_check(&inner, element, element_type)) {
            return false;
        }
    }
    return true;
}

static bool value_check(const Place *place, json_t *value, const char *type)
{
    if (alternate_object(type)) {
        return alternate_check(place, value, type);
    }
    if (!type_check(place, value, type)) {
        return false;
    }
    if (type[0] == '[') {
        return elements_check(place, value, type);
    }
    return !place->deep || (json_is_object(value) ? struct_check(place, value, type)
                                                  : enum_check(place, value, type));
}

bool ob_qmp_check_arguments(ObQmpCall *call, const ObQmpCommand *command)
{
    const Place place = { call, "", "", command->checks_members };

    if (command->takes) {
        return struct_check(&place, call->arguments, command->takes);
    }
    return members_check(&place, call->arguments, command->arguments) &&
           (command->takes_any ||
            unexpected_check(&place, call->arguments, command->arguments, NULL));
}
