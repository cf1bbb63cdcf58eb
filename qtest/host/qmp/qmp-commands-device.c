/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about devices and QEMU's object tree. */
#include "qtest/host/migration/migration.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/host/qmp/qom/qom.h"
#include "qtest/host/run/objects.h"
#include "qtest/machine/board.h"

#include <string.h>
#include "qtest/text/json.h"

/* ------------------------------------------------------ device_add and _del */

/* A JSON scalar in the form of -device; NULL for any other value. */
static char *option_text(const json_t *value)
{
    if (json_is_string(value)) {
        return g_strdup(json_string_value(value));
    }
    if (json_is_integer(value)) {
        return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
    }
    if (json_is_boolean(value)) {
        return g_strdup(json_is_true(value) ? "on" : "off");
    }
    return NULL;
}

/* Converts the arguments, except `driver`, to options.  `texts` owns their texts. */
static bool options_read(ObQmpCall *call, GArray *options, GPtrArray *texts)
{
    const char *name;
    json_t *value;

    json_object_foreach(call->arguments, name, value)
    {
        ObOption option = { name, NULL };

        if (strcmp(name, "driver") == 0) {
            continue;
        }
        option.value = option_text(value);
        if (!option.value) {
            return ob_qmp_fail(call, OB_QMP_GENERIC,
                               "Invalid parameter type for '%s', "
                               "expected: string, integer or boolean",
                               name);
        }
        g_ptr_array_add(texts, (char *)option.value);
        g_array_append_val(options, option);
    }
    return true;
}

/* A stream's sections and blocks are fixed when it begins. */
static bool devices_are_free(ObQmpCall *call, const char *command)
{
    return !ob_migration_busy(call->system->migration) ||
           ob_qmp_fail(call, OB_QMP_GENERIC, "%s not allowed while migrating", command);
}

json_t *ob_qmp_device_add(ObQmpCall *call)
{
    const char *driver = ob_qmp_string(call, "driver");
    const char *id = ob_qmp_string(call, "id");
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) options = g_array_new(FALSE, FALSE, sizeof(ObOption));
    HW_ERROR(error, 512);

    if (!devices_are_free(call, "device_add")) {
        return NULL;
    }
    if (!ob_host_find_class(call->system->host, driver)) {
        g_autofree char *suggestion = ob_system_suggest_class(call->system, driver);
        return ob_qmp_fail(call, OB_QMP_GENERIC, "'%s' is not a valid device model name%s", driver,
                           suggestion);
    }
    if (id && ob_host_find_device(call->system->host, id)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Duplicate device ID '%s'", id);
    }
    if (!options_read(call, options, texts)) {
        return NULL;
    }
    if (!ob_system_add_device(call->system, driver, (ObOption *)options->data, options->len,
                              &error)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "%s", error.text);
    }
    return json_object();
}

/* Finds the device by id, or by path: QEMU allows both. */
json_t *ob_qmp_device_del(ObQmpCall *call)
{
    const char *id = ob_qmp_string(call, "id");
    HwInstance *instance = ob_host_find_device(call->system->host, id);
    HW_ERROR(error, 512);

    if (!devices_are_free(call, "device_del")) {
        return NULL;
    }
    if (!instance && id[0] == '/') {
        instance = ob_qom_resolve(call->system, id).instance;
    }
    if (!instance) {
        return ob_qmp_fail(call, OB_QMP_NO_DEVICE, "Device '%s' not found", id);
    }
    if (!ob_host_unplug(call->system->host, instance, &error)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "%s", error.text);
    }
    return json_object();
}

void ob_qmp_device_gone(void *opaque, HwInstance *instance)
{
    ObSystem *system = opaque;
    g_autofree char *path = ob_qom_device_path(system, instance);

    ob_qmp_event(system, "DEVICE_DELETED",
                 json_pack("{s:o*, s:o}", "device",
                           ob_json_text(ob_qom_is_anonymous(instance) ? NULL : instance->id),
                           "path", ob_json_text(path)));
}

/* -------------------------------------------------------------------- types */

json_t *ob_qmp_device_list_properties(ObQmpCall *call)
{
    const char *name = ob_qmp_string(call, "typename");
    const HwClass *cls = ob_host_find_class(call->system->host, name);
    json_t *list;

    if (!cls) {
        return ob_qmp_fail(call, OB_QMP_NO_DEVICE, "Device '%s' not found", name);
    }
    list = json_array();
    for (uint32_t i = 0; i < cls->table.properties.count; i++) {
        const HwProperty *property = &cls->table.properties.entries[i];

        json_array_append_new(list, json_pack("{s:o, s:o, s:o*, s:o*}", "name",
                                              ob_json_text(property->name), "type",
                                              ob_json_text(ob_qom_property_type(property)),
                                              "description", ob_json_text(property->description),
                                              "default-value", ob_qom_property_default(property)));
    }
    return list;
}

typedef struct TypeQuery {
    const char *implements; /* NULL: any */
    bool abstract;          /* abstract types too */
    json_t *list;
} TypeQuery;

static void type_offer(const TypeQuery *query, const char *name, const char *parent, bool abstract)
{
    const char *wanted = query->implements;

    if ((abstract && !query->abstract) ||
        (wanted && strcmp(wanted, name) != 0 && strcmp(wanted, "object") != 0 &&
         (!parent || strcmp(wanted, parent) != 0))) {
        return;
    }
    json_array_append_new(query->list, json_pack("{s:o, s:o*, s:o*}", "name", ob_json_text(name),
                                                 "parent", ob_json_text(parent), "abstract",
                                                 abstract ? json_true() : NULL));
}

/* Types with the same abstract parent follow one another in the table. */
static void object_types_offer(const TypeQuery *query)
{
    const char *parent = "object";

    for (const ObObjectType *type = ob_object_types; type->name; type++) {
        if (strcmp(type->parent, "object") && strcmp(type->parent, parent)) {
            type_offer(query, type->parent, "object", true);
        }
        parent = type->parent;
        type_offer(query, type->name, parent, false);
    }
}

json_t *ob_qmp_qom_list_types(ObQmpCall *call)
{
    const TypeQuery query = {
        .implements = ob_qmp_string(call, "implements"),
        .abstract = json_is_true(json_object_get(call->arguments, "abstract")),
        .list = json_array(),
    };
    const ObMachine *machine;
    const HwClass *cls;

    type_offer(&query, "object", NULL, true);
    type_offer(&query, "container", "object", false);
    type_offer(&query, "machine", "object", true);
    type_offer(&query, "device", "object", true);
    type_offer(&query, "accel", "object", true);
    type_offer(&query, "qtest-accel", "accel", false);
    type_offer(&query, "tcg-accel", "accel", false);
    for (uint32_t i = 0; (machine = ob_machine_at(i)); i++) {
        g_autofree char *name = g_strconcat(machine->name, "-machine", NULL);

        if (ob_machine_fits(machine, call->system->options->architecture)) {
            type_offer(&query, name, "machine", false);
        }
    }
    object_types_offer(&query);
    for (uint32_t i = 0; (cls = ob_host_class_at(call->system->host, i)); i++) {
        type_offer(&query, cls->table.name, "device", false);
    }
    return query.list;
}

static void info_add(json_t *list, const char *name, const char *type)
{
    json_array_append_new(list, json_pack("{s:o, s:o}", "name", ob_json_text(name), "type",
                                          ob_json_text(type)));
}

static void device_properties(const HwClass *cls, json_t *list)
{
    info_add(list, "realized", "bool");
    for (uint32_t i = 0; i < cls->table.properties.count; i++) {
        const HwProperty *property = &cls->table.properties.entries[i];

        info_add(list, property->name, ob_qom_property_type(property));
    }
}

static void machine_properties(const char *architecture, json_t *list)
{
    const char *name;
    bool is_flag;

    info_add(list, "memory-backend", "link<memory-backend>");
    for (uint32_t i = 0; (name = ob_machine_property_at(architecture, i, &is_flag)); i++) {
        info_add(list, name, is_flag ? "bool" : "string");
    }
}

/* "q35-machine", or "pc-q35-7.2-machine". */
static bool is_machine(const char *architecture, const char *type)
{
    g_autofree char *name = g_str_has_suffix(type, "-machine")
                                ? g_strndup(type, strlen(type) - strlen("-machine"))
                                : NULL;

    return name && ob_machine_find(architecture, name);
}

/* Types of qom-list-types without properties of their own. */
static bool is_plain(const char *type)
{
    static const char *const plain[] = { "object", "container",   "machine",   "device",
                                         "accel",  "qtest-accel", "tcg-accel", NULL };

    return g_strv_contains(plain, type);
}

/* The properties that objects of a type have, without the values that they start with. */
json_t *ob_qmp_qom_list_properties(ObQmpCall *call)
{
    const char *name = ob_qmp_string(call, "typename");
    const char *architecture = call->system->options->architecture;
    const HwClass *cls = ob_host_find_class(call->system->host, name);
    const ObObjectType *type = ob_object_type_find(name, NULL);
    json_t *list = json_array();

    info_add(list, "type", "string");
    if (cls) {
        device_properties(cls, list);
    } else if (type) {
        ob_qom_object_type_list(type, list);
    } else if (is_machine(architecture, name)) {
        machine_properties(architecture, list);
    } else if (!is_plain(name)) {
        json_decref(list);
        return ob_qmp_fail(call, OB_QMP_NO_DEVICE, "Class '%s' not found", name);
    }
    return list;
}

/* ------------------------------------------------------------------ objects */

json_t *ob_qmp_qom_list(ObQmpCall *call)
{
    const char *path = ob_qmp_string(call, "path");
    ObQomObject object = ob_qom_resolve(call->system, path);

    if (object.kind == OB_QOM_NONE) {
        return ob_qmp_fail(call, OB_QMP_NO_DEVICE, "Device '%s' not found", path);
    }
    return ob_qom_list(call->system, object);
}

/* Adds the values to what qom-list says; a child's value is its path. */
static json_t *object_values(const ObSystem *system, ObQomObject object)
{
    json_t *list = ob_qom_list(system, object);
    json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        json_t *value = ob_qom_get(system, object,
                                   json_string_value(json_object_get(entry, "name")));

        if (value) {
            json_object_set_new(entry, "value", value);
        }
    }
    return json_pack("{s:o}", "properties", list);
}

json_t *ob_qmp_qom_list_get(ObQmpCall *call)
{
    json_t *paths = json_object_get(call->arguments, "paths");
    json_t *list = json_array();
    json_t *path;
    size_t i;

    json_array_foreach(paths, i, path)
    {
        ObQomObject object = ob_qom_resolve(call->system, json_string_value(path));

        if (object.kind == OB_QOM_NONE) {
            json_decref(list);
            return ob_qmp_fail(call, OB_QMP_NO_DEVICE, "Device '%s' not found",
                               json_string_value(path));
        }
        json_array_append_new(list, object_values(call->system, object));
    }
    return list;
}

/* The object and property that the call names.  Returns OB_QOM_NONE and fails the call on error. */
static ObQomObject property_find(ObQmpCall *call, const char *property)
{
    const char *path = ob_qmp_string(call, "path");
    ObQomObject object = ob_qom_resolve(call->system, path);

    if (object.kind == OB_QOM_NONE) {
        ob_qmp_fail(call, OB_QMP_NO_DEVICE, "Device '%s' not found", path);
    } else if (!ob_qom_has(call->system, object, property)) {
        g_autofree char *type = ob_qom_type(call->system, object);

        ob_qmp_fail(call, OB_QMP_GENERIC, "Property '%s.%s' not found", type, property);
        object.kind = OB_QOM_NONE;
    }
    return object;
}

json_t *ob_qmp_qom_get(ObQmpCall *call)
{
    const char *property = ob_qmp_string(call, "property");
    ObQomObject object = property_find(call, property);

    return object.kind == OB_QOM_NONE ? NULL : ob_qom_get(call->system, object, property);
}

json_t *ob_qmp_qom_set(ObQmpCall *call)
{
    const char *property = ob_qmp_string(call, "property");
    g_autofree char *text = option_text(json_object_get(call->arguments, "value"));
    ObQomObject object = property_find(call, property);
    const char *misfit;
    HW_ERROR(error, 512);

    if (object.kind == OB_QOM_NONE) {
        return NULL;
    }
    misfit = object.kind == OB_QOM_OBJECT
                 ? ob_qom_objects_misfit(object, property,
                                         json_object_get(call->arguments, "value"))
                 : NULL;
    if (misfit) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Invalid parameter type for '%s', expected: %s",
                           property, misfit);
    }
    if (!text) {
        return ob_qmp_fail(call, OB_QMP_GENERIC,
                           "Invalid parameter type for 'value', "
                           "expected: string, integer or boolean");
    }
    if (!ob_qom_set(object, property, text, &error)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "%s", error.text);
    }
    return json_object();
}
