/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/objects.h"

#include "hw-api/device/error.h"
#include "qtest/host/run/nodes.h"
#include "qtest/machine/board.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

static void object_free(gpointer opaque)
{
    ObObject *object = opaque;

    ob_filter_free(object->filter);
    ob_memory_backend_free(object->memory);
    ob_keyval_free(object->changed);
    ob_keyval_free(object->own_values);
    g_free(object);
}

ObObject *ob_objects_at(const ObSystem *system, uint32_t index)
{
    return system->objects && index < system->objects->len ? system->objects->pdata[index] : NULL;
}

ObObject *ob_objects_find(const ObSystem *system, const char *id)
{
    ObObject *object;

    for (uint32_t i = 0; (object = ob_objects_at(system, i)); i++) {
        if (strcmp(object->id, id) == 0) {
            return object;
        }
    }
    return NULL;
}

/* -------------------------------------------------------------------- create */

static bool memory_create(ObObject *object, HwError *error)
{
    HW_ERROR(reason, 512);

    if (strcmp(object->type->parent, "memory-backend") != 0) {
        return true;
    }
    object->memory = ob_memory_backend_new(object->type, object->values, &reason);
    return object->memory || hw_error_set(error, "%s: %s", object->id, reason.text);
}

/* The same as in QEMU, a secret comes from one place, which must exist. */
static bool secret_create(const ObObject *object, HwError *error)
{
    const char *data = ob_keyval_get(object->values, "data");
    const char *file = ob_keyval_get(object->values, "file");

    if (strcmp(object->type->name, "secret") != 0) {
        return true;
    }
    if (data && file) {
        return hw_error_set(error, "%s: 'file' and 'data' are mutually exclusive", object->id);
    }
    if (!data && !file) {
        return hw_error_set(error, "%s: Must provide 'file' or 'data'", object->id);
    }
    return data || access(file, R_OK) == 0 ||
           hw_error_set(error, "%s: Unable to read %s: %s", object->id, file, g_strerror(errno));
}

static bool filter_begin(ObSystem *system, ObObject *object, HwError *error)
{
    if (object->filter || !ob_filter_is_type(object->type)) {
        return true;
    }
    object->filter = ob_filter_new(system->host, object->type, object->values, error);
    return object->filter != NULL;
}

/* Takes `own`, or uses the options' values. */
static bool object_create(ObSystem *system, const ObKeyval *values, ObKeyval *own, HwError *error)
{
    ObObject *object = g_new0(ObObject, 1);

    object->type = ob_object_type_find(ob_keyval_get(values, "qom-type"), error);
    object->id = ob_keyval_get(values, "id");
    object->values = values;
    object->own_values = own;
    if (!object->type || !secret_create(object, error) || !memory_create(object, error) ||
        (system->host && !filter_begin(system, object, error))) {
        object_free(object);
        return false;
    }
    g_ptr_array_add(system->objects, object);
    return true;
}

/* -------------------------------------------------------------------- change */

/* The first values stay: parts of the filter have pointers to them. */
bool ob_object_set(ObObject *object, const char *name, const char *text, HwError *error)
{
    ObKeyval *values;

    if (!object->filter || !ob_filter_changes(name)) {
        return hw_error_set(error, "Insufficient permission to perform this operation");
    }
    values = ob_keyval_with(object->values, name, text);
    if (!ob_filter_change(object->filter, name, values, error)) {
        ob_keyval_free(values);
        return false;
    }
    ob_keyval_free(object->changed);
    object->values = object->changed = values;
    return true;
}

/* ----------------------------------------------------------------------- RAM */

/* The object that QEMU makes for a machine's RAM, too. */
static bool ram_create(ObSystem *system, const ObMachine *machine, uint64_t size, HwError *error)
{
    const ObOptions *options = system->options;
    g_auto(GStrv) parts = g_strsplit(options->memory_path ? options->memory_path : "", ",", 0);
    g_autofree char *path = g_strjoinv(",,", parts);
    g_autofree char *text = g_strdup_printf("qom-type=memory-backend-%s%s%s,id=%s,size=%" PRIu64
                                            "B,prealloc=%s,reserve=%s",
                                            *path ? "file" : "ram", *path ? ",mem-path=" : "", path,
                                            machine->ram_block, size,
                                            options->memory_prealloc ? "on" : "off",
                                            options->memory_prealloc ? "on" : "off");
    ObKeyval *values = ob_keyval_new(text, NULL, error);

    if (ob_objects_find(system, machine->ram_block)) {
        ob_keyval_free(values);
        return hw_error_set(error,
                            "object '%s' has the name of the machine's RAM, expected -machine "
                            "memory-backend=%s",
                            machine->ram_block, machine->ram_block);
    }
    return values && object_create(system, values, values, error);
}

/* The backend that the machine names.  NULL: it names none; or a failure, with `error` set. */
static ObObject *ram_named(const ObSystem *system, HwError *error)
{
    const char *id = system->options->memory_backend;
    ObObject *object = id ? ob_objects_find(system, id) : NULL;
    uint64_t size = system->options->ram_size;

    if (id && !object) {
        hw_error_set(error, "-machine: Memory backend '%s' not found", id);
    } else if (object && !object->memory) {
        hw_error_set(error, "-machine: memory-backend: object '%s' is not a memory backend", id);
        object = NULL;
    } else if (object && size && size != object->memory->size) {
        hw_error_set(error, "-machine: Machine memory size does not match the size of the memory "
                            "backend");
        object = NULL;
    } else if (object && system->options->memory_path) {
        hw_error_set(error, "'-mem-path' can't be used together with '-machine memory-backend'");
        object = NULL;
    }
    return object;
}

static char *ram_block_name(const ObObject *object)
{
    return ob_object_flag(object->type, object->values, "x-use-canonical-path-for-ramblock-id")
               ? g_strdup_printf("/objects/%s", object->id)
               : g_strdup(object->id);
}

void ob_objects_take_ram(ObSystem *system, ObObject *object)
{
    const ObHostRam piece = { ram_block_name(object), object->memory->memory, object->memory->size,
                              object->memory->is_file };

    object->in_use = true;
    g_array_append_val(system->ram, piece);
}

/* Forgets the pieces of the machine's RAM. */
static void ram_forget(ObSystem *system)
{
    for (guint i = 0; i < system->ram->len; i++) {
        g_free(g_array_index(system->ram, ObHostRam, i).name);
    }
    g_array_set_size(system->ram, 0);
}

void ob_objects_release_ram(ObSystem *system)
{
    ObObject *object;

    for (uint32_t i = 0; (object = ob_objects_at(system, i)); i++) {
        object->in_use = false;
    }
    ram_forget(system);
}

void ob_objects_drop_own_ram(ObSystem *system, const ObMachine *machine)
{
    ObObject *object = ob_objects_find(system, machine->ram_block);

    if (object && !object->in_use && object->own_values) {
        g_ptr_array_remove(system->objects, object);
    }
}

/* ---------------------------------------------------------------------- RAM, any */

static bool ram_open(ObSystem *system, const ObHostConfig *config, HwError *error)
{
    const ObMachine *machine = ob_machine_find(config->architecture, config->machine);
    uint64_t size = config->ram_size ? config->ram_size : machine->ram_size;
    ObObject *object;

    if (ob_nodes_exist(system) && !system->options->preconfig) {
        return ob_nodes_open(system, machine, size, error);
    }
    object = ram_named(system, error);
    if (!object && error->text[0]) {
        return false;
    }
    if (!object && size % 4096) {
        return true; /* the machine refuses it */
    }
    if (!object && size) {
        if (!ram_create(system, machine, size, error)) {
            return false;
        }
        object = ob_objects_find(system, machine->ram_block);
    }
    if (object) {
        ob_objects_take_ram(system, object);
    }
    return true;
}

/* --------------------------------------------------------------------- whole */

bool ob_objects_open(ObSystem *system, ObHostConfig *config, HwError *error)
{
    const GPtrArray *given = system->options->objects;
    HW_ERROR(reason, 512);

    system->objects = g_ptr_array_new_with_free_func(object_free);
    system->ram = g_array_new(FALSE, FALSE, sizeof(ObHostRam));
    for (guint i = 0; i < given->len; i++) {
        if (!object_create(system, given->pdata[i], NULL, &reason)) {
            return hw_error_set(error, "-object: %s", reason.text);
        }
    }
    if (!ram_open(system, config, error)) {
        return false;
    }
    config->ram = (const ObHostRam *)system->ram->data;
    config->ram_count = system->ram->len;
    return true;
}

bool ob_objects_begin_filters(ObSystem *system, HwError *error)
{
    ObObject *object;
    HW_ERROR(reason, 512);

    for (uint32_t i = 0; (object = ob_objects_at(system, i)); i++) {
        if (!filter_begin(system, object, &reason)) {
            return hw_error_set(error, "-object: %s", reason.text);
        }
    }
    return true;
}

void ob_objects_end_filters(ObSystem *system)
{
    ObObject *object;

    for (uint32_t i = 0; (object = ob_objects_at(system, i)); i++) {
        g_clear_pointer(&object->filter, ob_filter_free);
    }
}

void ob_objects_drop_filters(ObSystem *system, const char *netdev)
{
    ObObject *object;

    for (uint32_t i = 0; (object = ob_objects_at(system, i));) {
        if (object->filter && strcmp(ob_filter_netdev(object->filter), netdev) == 0) {
            g_ptr_array_remove_index(system->objects, i);
        } else {
            i++;
        }
    }
}

void ob_objects_close(ObSystem *system)
{
    if (system->objects) {
        g_ptr_array_free(system->objects, TRUE);
    }
    if (system->ram) {
        ram_forget(system);
        g_array_free(system->ram, TRUE);
    }
}

bool ob_objects_add(ObSystem *system, ObKeyval *values, HwError *error)
{
    const ObObjectType *type = ob_object_check(values, error);
    const char *id = ob_keyval_get(values, "id");

    if (type && type->take) {
        hw_error_set(error, "object type '%s' can only be made by -object", type->name);
    } else if (type && ob_objects_find(system, id)) {
        hw_error_set(error, "attempt to add duplicate property '%s' to object (type 'container')",
                     id);
    } else if (type) {
        return object_create(system, values, values, error);
    }
    ob_keyval_free(values);
    return false;
}

bool ob_objects_delete(ObSystem *system, const char *id, HwError *error)
{
    ObObject *object = ob_objects_find(system, id);

    if (!object) {
        return hw_error_set(error, "object '%s' not found", id);
    }
    if (object->in_use || object->type->take) {
        return hw_error_set(error, "object '%s' is in use, can not be deleted", id);
    }
    g_ptr_array_remove(system->objects, object);
    return true;
}
