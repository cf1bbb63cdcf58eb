/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's object tree below /objects. */
#include <string.h>

#include "qtest/host/qmp/qom/qom.h"
#include "qtest/host/run/objects.h"
#include "qtest/text/json.h"

ObQomObject ob_qom_objects_resolve(const ObSystem *system, const char *path)
{
    ObObject *object;

    for (uint32_t i = 0; (object = ob_objects_at(system, i)); i++) {
        g_autofree char *own = g_strconcat("/objects/", object->id, NULL);

        if (ob_qom_path_matches(own, path)) {
            return (ObQomObject) { .kind = OB_QOM_OBJECT, .object = object };
        }
    }
    return (ObQomObject) { .kind = OB_QOM_NONE };
}

static const char *property_type(const ObObjectProperty *property)
{
    switch (property->type) {
    case OB_OBJECT_BOOL:
        return "bool";
    case OB_OBJECT_INTEGER:
    case OB_OBJECT_SIZE:
        return "int";
    default:
        return "str";
    }
}

/* Text is allowed for a number, since the monitor for people has no other. */
const char *ob_qom_objects_misfit(ObQomObject object, const char *name, const json_t *value)
{
    const ObObjectProperty *property = ob_object_type_property(object.object->type, name);

    return property && strcmp(property_type(property), "str") == 0 && !json_is_string(value)
               ? "string"
               : NULL;
}

void ob_qom_object_type_list(const ObObjectType *type, json_t *list)
{
    const ObObjectProperty *property;

    for (uint32_t i = 0; (property = ob_object_type_property_at(type, i)); i++) {
        ob_qom_entry_add(list, property->name, property_type(property));
    }
}

void ob_qom_objects_list(const ObSystem *system, ObQomObject object, json_t *list)
{
    ObObject *child;

    if (object.kind == OB_QOM_OBJECTS) {
        for (uint32_t i = 0; (child = ob_objects_at(system, i)); i++) {
            ob_qom_child_add(list, child->id, child->type->name);
        }
        return;
    }
    ob_qom_object_type_list(object.object->type, list);
}

/* A secret stays one. */
json_t *ob_qom_objects_get(ObQomObject object, const char *name)
{
    const ObObject *o = object.object;
    const ObObjectProperty *property = ob_object_type_property(o->type, name);
    const char *text = property ? ob_object_text(o->type, o->values, name) : NULL;

    if (!property) {
        return NULL;
    }
    switch (property->type) {
    case OB_OBJECT_BOOL:
        return json_boolean(ob_object_flag(o->type, o->values, name));
    case OB_OBJECT_INTEGER:
    case OB_OBJECT_SIZE:
        return json_integer((json_int_t)ob_object_number(o->type, o->values, name));
    default:
        return ob_json_text(text && strcmp(name, "data") ? text : "");
    }
}
