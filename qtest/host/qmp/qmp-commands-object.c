/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about the objects of -object. */
#include <string.h>
#include <unistd.h>

#include "qtest/host/qmp/qmp.h"
#include "qtest/host/run/objects.h"
#include "qtest/text/json.h"

/* On the command line every value is text; in JSON a number as text is a mistake. */
static bool types_check(ObQmpCall *call)
{
    const ObObjectType *type = ob_object_type_find(ob_qmp_string(call, "qom-type"), NULL);
    const char *name;
    json_t *value;

    json_object_foreach(call->arguments, name, value)
    {
        const ObObjectProperty *property = type ? ob_object_type_property(type, name) : NULL;
        bool is_number = property &&
                         (property->type == OB_OBJECT_INTEGER || property->type == OB_OBJECT_SIZE);
        bool is_flag = property && property->type == OB_OBJECT_BOOL;

        if ((is_number && !json_is_integer(value)) || (is_flag && !json_is_boolean(value)) ||
            (property && !is_number && !is_flag && !json_is_string(value))) {
            return ob_qmp_fail(call, OB_QMP_GENERIC,
                               "Invalid parameter type for '%s', expected: %s", name,
                               is_number ? "integer"
                               : is_flag ? "boolean"
                                         : "string");
        }
    }
    return true;
}

json_t *ob_qmp_object_add(ObQmpCall *call)
{
    HW_ERROR(reason, 512);
    ObKeyval *values;

    if (!types_check(call)) {
        return NULL;
    }
    values = ob_keyval_of_json(call->arguments, &reason);
    return values && ob_objects_add(call->system, values, &reason)
               ? json_object()
               : ob_qmp_fail(call, OB_QMP_GENERIC, "%s", reason.text);
}

json_t *ob_qmp_object_del(ObQmpCall *call)
{
    HW_ERROR(reason, 512);

    return ob_objects_delete(call->system, ob_qmp_string(call, "id"), &reason)
               ? json_object()
               : ob_qmp_fail(call, OB_QMP_GENERIC, "%s", reason.text);
}

static json_t *memdev(const ObObject *object)
{
    json_t *entry = json_pack("{s:o, s:I, s:o, s:o}", "id", ob_json_text(object->id), "size",
                              (json_int_t)object->memory->size, "policy",
                              ob_json_text(ob_object_text(object->type, object->values, "policy")),
                              "host-nodes", json_array());

    for (const char *const *name =
             (const char *const[]) { "merge", "dump", "prealloc", "share", "reserve", NULL };
         *name; name++) {
        json_object_set_new(entry, *name,
                            json_boolean(ob_object_flag(object->type, object->values, *name)));
    }
    return entry;
}

json_t *ob_qmp_query_memdev(ObQmpCall *call)
{
    json_t *list = json_array();
    ObObject *object;

    for (uint32_t i = 0; (object = ob_objects_at(call->system, i)); i++) {
        if (object->memory) {
            json_array_append_new(list, memdev(object));
        }
    }
    return list;
}

/* No device has work for them: all are the main thread. */
static json_t *iothread(const ObObject *object)
{
    json_t *entry = json_pack("{s:o, s:I}", "id", ob_json_text(object->id), "thread-id",
                              (json_int_t)getpid());

    for (const char *const *name =
             (const char *const[]) { "poll-max-ns", "poll-grow", "poll-shrink", "poll-weight",
                                     "aio-max-batch", NULL };
         *name; name++) {
        json_object_set_new(entry, *name,
                            json_integer(
                                (json_int_t)ob_object_number(object->type, object->values, *name)));
    }
    return entry;
}

json_t *ob_qmp_query_iothreads(ObQmpCall *call)
{
    json_t *list = json_array();
    ObObject *object;

    for (uint32_t i = 0; (object = ob_objects_at(call->system, i)); i++) {
        if (strcmp(object->type->name, "iothread") == 0) {
            json_array_append_new(list, iothread(object));
        }
    }
    return list;
}
