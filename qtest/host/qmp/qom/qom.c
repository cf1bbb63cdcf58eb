/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qmp/qom/qom.h"

#include "hw-api/device/error.h"
#include "hw-api/host/run/property.h"
#include "qtest/host/run/objects.h"

#include <string.h>
#include "qtest/text/json.h"

/* The default id is the class's name, alone or with a number (host.h).  A user may also
 * choose the class's name: ob_qom_resolve() finds each device by its id. */
bool ob_qom_is_anonymous(const HwInstance *instance)
{
    return strcmp(instance->id, instance->cls->table.name) == 0 || strchr(instance->id, '#');
}

/* The name of a device in its container. */
static char *device_name(const ObSystem *system, const HwInstance *instance)
{
    HwInstance *other;
    uint32_t number = 0;

    if (!ob_qom_is_anonymous(instance)) {
        return g_strdup(instance->id);
    }
    for (uint32_t i = 0; (other = ob_host_device_at(system->host, i)) && other != instance; i++) {
        number += ob_qom_is_anonymous(other);
    }
    return g_strdup_printf("device[%u]", number);
}

static const char *device_container(const HwInstance *instance)
{
    return ob_qom_is_anonymous(instance) ? "peripheral-anon" : "peripheral";
}

char *ob_qom_device_path(const ObSystem *system, const HwInstance *instance)
{
    g_autofree char *name = device_name(system, instance);

    return g_strdup_printf("/machine/%s/%s", device_container(instance), name);
}

/* ------------------------------------------------------------------ resolve */

static const struct {
    const char *path;
    ObQomKind kind;
} containers[] = {
    { "/", OB_QOM_ROOT },
    { "/machine", OB_QOM_MACHINE },
    { "/machine/peripheral", OB_QOM_PERIPHERAL },
    { "/machine/peripheral-anon", OB_QOM_ANONYMOUS },
    { "/machine/vcpu-registers", OB_QOM_VCPUS },
    { "/machine/unattached", OB_QOM_UNATTACHED },
    { "/objects", OB_QOM_OBJECTS },
};

/* Compares whole components at the end, unless `wanted` is absolute. */
bool ob_qom_path_matches(const char *path, const char *wanted)
{
    size_t length = strlen(path);
    size_t wanted_length = strlen(wanted);

    if (wanted[0] == '/' || wanted_length == 0) {
        return strcmp(path, wanted) == 0;
    }
    return wanted_length < length && strcmp(path + length - wanted_length, wanted) == 0 &&
           path[length - wanted_length - 1] == '/';
}

static bool container_exists(const ObSystem *system, ObQomKind kind)
{
    return kind == OB_QOM_VCPUS        ? system->vcpus != NULL
           : kind == OB_QOM_UNATTACHED ? ob_qom_cpu_count(system) > 0
                                       : true;
}

/* The CPUs, then the objects. */
static ObQomObject others_resolve(const ObSystem *system, const char *path)
{
    ObQomObject cpu = ob_qom_cpus_resolve(system, path);

    return cpu.kind == OB_QOM_NONE ? ob_qom_objects_resolve(system, path) : cpu;
}

/* QEMU skips empty components, so "//machine/" is "/machine".  The caller frees the result. */
static char *path_plain(const char *path)
{
    GString *plain = g_string_new(NULL);

    for (; *path; path++) {
        if (*path != '/' || plain->len == 0 || plain->str[plain->len - 1] != '/') {
            g_string_append_c(plain, *path);
        }
    }
    if (plain->len > 1 && plain->str[plain->len - 1] == '/') {
        g_string_truncate(plain, plain->len - 1);
    }
    return g_string_free(plain, FALSE);
}

ObQomObject ob_qom_resolve(const ObSystem *system, const char *wanted)
{
    g_autofree char *path = path_plain(wanted);
    HwInstance *instance;

    for (size_t i = 0; i < G_N_ELEMENTS(containers); i++) {
        bool is_there = container_exists(system, containers[i].kind);

        if (is_there && ob_qom_path_matches(containers[i].path, path)) {
            return (ObQomObject) { .kind = containers[i].kind };
        }
    }
    for (uint32_t i = 0; (instance = ob_host_device_at(system->host, i)); i++) {
        g_autofree char *device = ob_qom_device_path(system, instance);
        g_autofree char *by_id = g_strconcat("/machine/peripheral/", instance->id, NULL);

        if (ob_qom_path_matches(device, path) || ob_qom_path_matches(by_id, path)) {
            return (ObQomObject) { .kind = OB_QOM_DEVICE, .instance = instance };
        }
    }
    return others_resolve(system, path);
}

char *ob_qom_type(const ObSystem *system, ObQomObject object)
{
    switch (object.kind) {
    case OB_QOM_MACHINE:
        return g_strconcat(ob_host_machine(system->host)->name, "-machine", NULL);
    case OB_QOM_DEVICE:
        return g_strdup(object.instance->cls->table.name);
    case OB_QOM_VCPUS:
        return g_strdup("vcpu-registers-model");
    case OB_QOM_OBJECT:
        return g_strdup(object.object->type->name);
    case OB_QOM_CPU:
        return g_strdup(ob_qom_cpu_type(system));
    default:
        return g_strdup("container");
    }
}

/* --------------------------------------------------------------- properties */

const char *ob_qom_property_type(const HwProperty *property)
{
    switch (property->type) {
    case HW_PROPERTY_BOOL:
        return "bool";
    case HW_PROPERTY_U32:
        return "uint32";
    case HW_PROPERTY_STRING:
    case HW_PROPERTY_CHOICE:
        return "str";
    case HW_PROPERTY_SIZE:
        return "size";
    default:
        return "uint64";
    }
}

/* JSON's integers are signed here; a larger number becomes text. */
static json_t *number(uint64_t value)
{
    if (value > INT64_MAX) {
        return json_sprintf("0x%" G_GINT64_MODIFIER "x", value);
    }
    return json_integer((json_int_t)value);
}

json_t *ob_qom_property_default(const HwProperty *property)
{
    switch (property->type) {
    case HW_PROPERTY_BOOL:
        return json_boolean(property->default_value);
    case HW_PROPERTY_STRING:
        return property->default_string ? ob_json_text(property->default_string) : NULL;
    case HW_PROPERTY_CHOICE:
        return ob_json_text(property->choices.entries[property->default_value]);
    default:
        return property->default_value == HW_ADDRESS_AUTO ? ob_json_text("auto")
                                                          : number(property->default_value);
    }
}

static json_t *property_value(const HwInstance *instance, const HwProperty *property)
{
    char text[4096];

    hw_instance_get(instance, property, text, sizeof(text));
    switch (property->type) {
    case HW_PROPERTY_BOOL:
        return json_boolean(strcmp(text, "on") == 0);
    case HW_PROPERTY_STRING:
    case HW_PROPERTY_CHOICE:
        return ob_json_text(text);
    default:
        return number(strcmp(text, "auto") == 0 ? HW_ADDRESS_AUTO
                                                : g_ascii_strtoull(text, NULL, 0));
    }
}

void ob_qom_entry_add(json_t *list, const char *name, const char *type)
{
    json_array_append_new(list, json_pack("{s:o, s:o}", "name", ob_json_text(name), "type",
                                          ob_json_text(type)));
}

void ob_qom_child_add(json_t *list, const char *name, const char *type)
{
    g_autofree char *child = g_strdup_printf("child<%s>", type);

    ob_qom_entry_add(list, name, child);
}

static void children_list(const ObSystem *system, ObQomKind kind, json_t *list)
{
    HwInstance *instance;

    for (uint32_t i = 0; (instance = ob_host_device_at(system->host, i)); i++) {
        g_autofree char *name = device_name(system, instance);

        if (ob_qom_is_anonymous(instance) == (kind == OB_QOM_ANONYMOUS)) {
            ob_qom_child_add(list, name, instance->cls->table.name);
        }
    }
}

static void device_list(const HwInstance *instance, json_t *list)
{
    const HwProperties *properties = &instance->cls->table.properties;

    ob_qom_entry_add(list, "realized", "bool");
    for (uint32_t i = 0; i < properties->count; i++) {
        ob_qom_entry_add(list, properties->entries[i].name,
                         ob_qom_property_type(&properties->entries[i]));
    }
}

json_t *ob_qom_list(const ObSystem *system, ObQomObject object)
{
    json_t *list = json_array();
    g_autofree char *machine = NULL;

    ob_qom_entry_add(list, "type", "string");
    switch (object.kind) {
    case OB_QOM_ROOT:
        machine = ob_qom_type(system, (ObQomObject) { .kind = OB_QOM_MACHINE });
        ob_qom_child_add(list, "machine", machine);
        ob_qom_child_add(list, "objects", "container");
        break;
    case OB_QOM_MACHINE:
        ob_qom_child_add(list, "peripheral", "container");
        ob_qom_child_add(list, "peripheral-anon", "container");
        if (container_exists(system, OB_QOM_UNATTACHED)) {
            ob_qom_child_add(list, "unattached", "container");
        }
        if (system->vcpus) {
            ob_qom_child_add(list, "vcpu-registers", "vcpu-registers-model");
        }
        break;
    case OB_QOM_DEVICE:
        device_list(object.instance, list);
        break;
    case OB_QOM_VCPUS:
        ob_qom_vcpus_list(list);
        break;
    case OB_QOM_OBJECTS:
    case OB_QOM_OBJECT:
        ob_qom_objects_list(system, object, list);
        break;
    case OB_QOM_UNATTACHED:
    case OB_QOM_CPU:
        ob_qom_cpus_list(system, object, list);
        break;
    default:
        children_list(system, object.kind, list);
    }
    return list;
}

/* A child's value is its path. */
static json_t *child_get(const ObSystem *system, ObQomObject object, const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(containers); i++) {
        if (containers[i].kind == object.kind) {
            g_autofree char *path = g_build_path("/", containers[i].path, name, NULL);
            bool exists = ob_qom_resolve(system, path).kind != OB_QOM_NONE;

            return exists && *name ? ob_json_text(path) : NULL;
        }
    }
    return NULL;
}

json_t *ob_qom_get(const ObSystem *system, ObQomObject object, const char *name)
{
    const HwProperty *property;

    if (strcmp(name, "type") == 0) {
        g_autofree char *type = ob_qom_type(system, object);
        return ob_json_text(type);
    }
    if (object.kind == OB_QOM_VCPUS) {
        return ob_qom_vcpus_get(system, name);
    }
    if (object.kind == OB_QOM_OBJECT) {
        return ob_qom_objects_get(object, name);
    }
    if (object.kind == OB_QOM_CPU) {
        return ob_qom_cpus_get(system, object, name);
    }
    if (object.kind != OB_QOM_DEVICE) {
        return child_get(system, object, name);
    }
    if (strcmp(name, "realized") == 0) {
        return json_true();
    }
    property = hw_instance_property(object.instance, name);
    return property ? property_value(object.instance, property) : NULL;
}

bool ob_qom_has(const ObSystem *system, ObQomObject object, const char *name)
{
    json_t *value = ob_qom_get(system, object, name);

    json_decref(value);
    return value != NULL;
}

bool ob_qom_set(ObQomObject object, const char *name, const char *text, HwError *error)
{
    if (object.kind == OB_QOM_OBJECT && ob_object_type_property(object.object->type, name)) {
        return ob_object_set(object.object, name, text, error);
    }
    if (object.kind != OB_QOM_DEVICE || !hw_instance_property(object.instance, name)) {
        return hw_error_set(error, "Insufficient permission to perform this operation");
    }
    return hw_instance_set(object.instance, name, text, error);
}
