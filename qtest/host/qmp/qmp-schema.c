/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qmp/qmp-schema.h"

#include <string.h>
#include "qtest/text/json.h"

#define EMPTY "q_empty" /* the object type without members */

static const struct {
    const char *name;
    const char *json_type;
} builtins[] = {
    { "str", "string" },   { "int", "int" },   { "number", "number" },
    { "bool", "boolean" }, { "any", "value" },
};

const char *ob_qmp_json_type(const char *type)
{
    for (size_t i = 0; i < G_N_ELEMENTS(builtins); i++) {
        if (strcmp(builtins[i].name, type) == 0) {
            return builtins[i].json_type;
        }
    }
    for (const ObQmpEnum *e = ob_qmp_enums; e->name; e++) {
        if (strcmp(e->name, type) == 0) {
            return "string";
        }
    }
    return type[0] == '[' ? "array" : "object";
}

/* ------------------------------------------------------------------- schema */

typedef struct Schema {
    json_t *entries;
    json_t *arrays; /* names of the array types that were added */
} Schema;

static void entry_add(Schema *schema, const char *name, const char *meta_type, json_t *entry)
{
    json_object_set_new(entry, "name", ob_json_text(name));
    json_object_set_new(entry, "meta-type", ob_json_text(meta_type));
    json_array_append_new(schema->entries, entry);
}

/* The type's name.  Adds an array type at its first use. */
static const char *type_use(Schema *schema, const char *type)
{
    if (!type) {
        return EMPTY;
    }
    if (type[0] == '[' && !json_object_get(schema->arrays, type)) {
        g_autofree char *element = g_strndup(type + 1, strlen(type) - 2);

        ob_json_set(schema->arrays, type, json_true());
        entry_add(schema, type, "array", json_pack("{s:o}", "element-type", ob_json_text(element)));
    }
    return type;
}

static json_t *members_json(Schema *schema, const ObQmpMember *members)
{
    json_t *list = json_array();

    for (const ObQmpMember *member = members; member && member->name; member++) {
        json_t *entry = json_pack("{s:o, s:o}", "name", ob_json_text(member->name), "type",
                                  ob_json_text(type_use(schema, member->type)));

        if (member->optional) {
            json_object_set_new(entry, "default", json_null());
        }
        json_array_append_new(list, entry);
    }
    return list;
}

static void object_add(Schema *schema, const char *name, const ObQmpMember *members)
{
    entry_add(schema, name, "object", json_pack("{s:o}", "members", members_json(schema, members)));
}

static void struct_add(Schema *schema, const ObQmpStruct *type)
{
    json_t *entry = json_pack("{s:o}", "members", members_json(schema, type->members));

    if (type->tag) {
        json_t *list = json_array();

        for (const ObQmpVariant *variant = type->variants; variant->value; variant++) {
            json_array_append_new(list,
                                  json_pack("{s:o, s:o}", "case", ob_json_text(variant->value),
                                            "type", ob_json_text(variant->type)));
        }
        json_object_set_new(entry, "tag", ob_json_text(type->tag));
        json_object_set_new(entry, "variants", list);
    }
    entry_add(schema, type->name, "object", entry);
}

json_t *ob_qmp_group_names(const ObHost *host, const char *group)
{
    const HwClass *cls;
    json_t *list = json_array();

    for (uint32_t i = 0; (cls = ob_host_class_at(host, i)); i++) {
        if (hw_class_is_in_group(cls, group)) {
            json_array_append_new(list, ob_json_text(cls->table.name));
        }
    }
    return list;
}

static json_t *enum_values(const ObHost *host, const ObQmpEnum *e)
{
    json_t *list;

    if (e->group) {
        return ob_qmp_group_names(host, e->group);
    }
    list = json_array();
    for (const char *const *value = e->values; *value; value++) {
        json_array_append_new(list, ob_json_text(*value));
    }
    return list;
}

static void alternate_add(Schema *schema, const ObQmpAlternate *type)
{
    entry_add(schema, type->name, "alternate",
              json_pack("{s:[{s:o}, {s:o}]}", "members", "type", ob_json_text(type->object), "type",
                        ob_json_text("str")));
}

static void enum_add(Schema *schema, const ObHost *host, const ObQmpEnum *e)
{
    json_t *values = enum_values(host, e);
    json_t *members = json_array();
    json_t *value;
    size_t i;

    json_array_foreach(values, i, value)
    {
        json_array_append_new(members, json_pack("{s:O}", "name", value));
    }
    entry_add(schema, e->name, "enum",
              json_pack("{s:o, s:o}", "members", members, "values", values));
}

static void command_add(Schema *schema, const ObQmpCommand *command)
{
    g_autofree char *arguments = command->takes ? g_strdup(command->takes)
                                                : g_strdup_printf("q_obj_%s-arg", command->name);

    if (command->arguments) {
        object_add(schema, arguments, command->arguments);
    }
    entry_add(schema, command->name, "command",
              json_pack("{s:o, s:o, s:b}", "arg-type",
                        ob_json_text(command->arguments || command->takes ? arguments : EMPTY),
                        "ret-type", ob_json_text(type_use(schema, command->returns)), "allow-oob",
                        command->is_oob));
}

json_t *ob_qmp_query_qmp_schema(ObQmpCall *call)
{
    Schema schema = { json_array(), json_object() };

    for (const ObQmpCommand *command = ob_qmp_commands; command->name; command++) {
        command_add(&schema, command);
    }
    for (const ObQmpEventInfo *event = ob_qmp_events; event->name; event++) {
        entry_add(&schema, event->name, "event",
                  json_pack("{s:o}", "arg-type", ob_json_text(type_use(&schema, event->data))));
    }
    object_add(&schema, EMPTY, NULL);
    for (const ObQmpStruct *type = ob_qmp_structs; type->name; type++) {
        struct_add(&schema, type);
    }
    for (const ObQmpAlternate *type = ob_qmp_alternates; type->name; type++) {
        alternate_add(&schema, type);
    }
    for (const ObQmpEnum *e = ob_qmp_enums; e->name; e++) {
        enum_add(&schema, call->system->host, e);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(builtins); i++) {
        entry_add(&schema, builtins[i].name, "builtin",
                  json_pack("{s:o}", "json-type", ob_json_text(builtins[i].json_type)));
    }
    json_decref(schema.arrays);
    return schema.entries;
}

json_t *ob_qmp_query_commands(ObQmpCall *call)
{
    json_t *list = json_array();

    (void)call;
    for (const ObQmpCommand *command = ob_qmp_commands; command->name; command++) {
        json_array_append_new(list, json_pack("{s:o}", "name", ob_json_text(command->name)));
    }
    return list;
}
