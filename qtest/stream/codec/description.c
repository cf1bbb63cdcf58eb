/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/codec/description.h"

#include <glib.h>
#include <string.h>

#include "qtest/stream/codec/format.h"

/* The size is computed once: a stream can make the reader ask for it once every 20 bytes. */
typedef struct Described {
    const json_t *device; /* belongs to the root */
    uint64_t size;        /* or OB_VM_SIZE_UNKNOWN */
} Described;

/* The descriptions of one name and instance, in the stream's order: nearly always a single one. */
typedef GArray DescribedList;

struct ObVmDescription {
    json_t *root;
    GHashTable *devices; /* "INSTANCE NAME" -> DescribedList */
};

const char *ob_vm_json_text(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));

    return text ? text : "";
}

uint64_t ob_vm_json_number(const json_t *object, const char *member)
{
    json_int_t number = json_integer_value(json_object_get(object, member));

    return number > 0 ? (uint64_t)number : 0;
}

uint64_t ob_vm_field_count(const json_t *field)
{
    return json_object_get(field, "array_len") ? ob_vm_json_number(field, "array_len") : 1;
}

uint64_t ob_vm_field_size(const json_t *field)
{
    return ob_vm_json_number(field, "size");
}

/* -------------------------------------------------------------------- sizes */

static bool size_add(uint64_t *sum, uint64_t count, uint64_t size)
{
    uint64_t product;

    return !__builtin_mul_overflow(count, size, &product) &&
           !__builtin_add_overflow(*sum, product, sum);
}

/* A field's size includes its nested fields. */
static bool fields_size(const json_t *fields, uint64_t *sum)
{
    for (size_t i = 0; i < json_array_size(fields); i++) {
        const json_t *field = json_array_get(fields, i);

        if (!json_is_integer(json_object_get(field, "size")) ||
            !size_add(sum, ob_vm_field_count(field), ob_vm_field_size(field))) {
            return false;
        }
    }
    return true;
}

static bool subsections_size(const json_t *subsections, uint64_t *sum);

static bool subsection_size(const json_t *subsection, uint64_t *sum)
{
    const char *name = ob_vm_json_text(subsection, "vmsd_name");

    return size_add(sum, 1, 1 + 1 + strlen(name) + 4) &&
           fields_size(json_object_get(subsection, "fields"), sum) &&
           subsections_size(json_object_get(subsection, "subsections"), sum);
}

/* The recursion is bounded: jansson limits the depth of nested values. */
static bool subsections_size(const json_t *subsections, uint64_t *sum)
{
    for (size_t i = 0; i < json_array_size(subsections); i++) {
        if (!subsection_size(json_array_get(subsections, i), sum)) {
            return false;
        }
    }
    return true;
}

static uint64_t device_size(const json_t *device)
{
    const json_t *fields = json_object_get(device, "fields");
    uint64_t size = 0;

    return json_is_array(fields) && fields_size(fields, &size) &&
                   subsections_size(json_object_get(device, "subsections"), &size)
               ? size
               : OB_VM_SIZE_UNKNOWN;
}

/* --------------------------------------------------------------------- text */

/* Each value but the first of a container has a comma in front.  Such characters in strings
 * count too: the number need not be exact. */
static size_t values_count(const char *text, size_t size)
{
    size_t count = 0;

    for (size_t i = 0; i < size; i++) {
        count += text[i] == '{' || text[i] == '[' || text[i] == ',';
    }
    return count;
}

json_t *ob_vm_description_parse(const char *text, size_t size, size_t *values)
{
    *values = values_count(text, size);
    return *values <= OB_VM_VALUES_MAX ? json_loadb(text, size, 0, NULL) : NULL;
}

/* ------------------------------------------------------------------ devices */

static char *device_key(const char *name, uint64_t instance)
{
    return g_strdup_printf("%" G_GUINT64_FORMAT " %s", instance, name);
}

static void device_add(ObVmDescription *description, const json_t *device)
{
    char *key = device_key(ob_vm_json_text(device, "name"),
                           ob_vm_json_number(device, "instance_id"));
    Described described = { device, device_size(device) };
    DescribedList *list = g_hash_table_lookup(description->devices, key);

    if (list) {
        g_free(key);
    } else {
        list = g_array_sized_new(FALSE, FALSE, sizeof(Described), 1);
        g_hash_table_insert(description->devices, key, list);
    }
    g_array_append_val(list, described);
}

static void list_free(void *list)
{
    g_array_unref(list);
}

ObVmDescription *ob_vm_description_new(json_t *root)
{
    json_t *devices = json_object_get(root, "devices");
    ObVmDescription *description;

    if (!json_is_array(devices)) {
        json_decref(root);
        return NULL;
    }
    description = g_new0(ObVmDescription, 1);
    description->root = root;
    description->devices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, list_free);
    for (size_t i = 0; i < json_array_size(devices); i++) {
        device_add(description, json_array_get(devices, i));
    }
    return description;
}

void ob_vm_description_free(ObVmDescription *description)
{
    if (description) {
        g_hash_table_unref(description->devices);
        json_decref(description->root);
        g_free(description);
    }
}

const json_t *ob_vm_description_device(const ObVmDescription *description, const char *name,
                                       uint32_t instance, uint32_t occurrence, uint64_t *size)
{
    g_autofree char *key = device_key(name, instance);
    const DescribedList *list = g_hash_table_lookup(description->devices, key);
    const Described *described = list && occurrence < list->len
                                     ? &g_array_index(list, Described, occurrence)
                                     : NULL;

    *size = described ? described->size : OB_VM_SIZE_UNKNOWN;
    return described ? described->device : NULL;
}

bool ob_vm_description_is_short(const json_t *device)
{
    const json_t *fields = json_object_get(device, "fields");

    for (size_t i = 0; i < json_array_size(fields); i++) {
        const json_t *field = json_array_get(fields, i);
        const json_t *inner = json_object_get(field, "struct");

        if (inner && json_object_size(inner) == 0 && ob_vm_field_count(field) > 1) {
            return true;
        }
    }
    return false;
}
