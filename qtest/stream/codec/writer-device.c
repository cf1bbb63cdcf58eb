/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sections of devices, and the description that grows with them. */
#include "qtest/stream/codec/writer-internal.h"

#include <stdlib.h>
#include <string.h>
#include "qtest/text/json.h"

static json_t *described(const ObVmWriter *writer)
{
    g_assert(writer->depth > 0);
    return writer->described[writer->depth - 1];
}

/* Begins the description `object` of a device or subsection; its parent owns `object`. */
static void describe_begin(ObVmWriter *writer, json_t *object)
{
    g_assert(writer->depth < OB_VM_NESTING_MAX);
    writer->described[writer->depth++] = object;
}

void ob_vm_write_device(ObVmWriter *writer, const char *name, uint32_t instance, uint32_t version,
                        const char *description_name)
{
    json_t *device = json_pack("{s:o, s:I, s:o, s:I, s:[]}", "name", ob_json_text(name),
                               "instance_id", (json_int_t)instance, "vmsd_name",
                               ob_json_text(description_name ? description_name : name), "version",
                               (json_int_t)version, "fields");

    g_assert(writer->depth == 0 && device);
    json_array_append_new(writer->devices, device);
    describe_begin(writer, device);
    writer->device_id = writer->next_id++;
    ob_vm_put_section(writer, OB_VM_FULL, writer->device_id, name, instance, version);
}

void ob_vm_write_field(ObVmWriter *writer, const char *name, const char *type, uint32_t size,
                       uint32_t count, const uint8_t *bytes)
{
    json_t *field = json_pack("{s:o}", "name", ob_json_text(name));

    if (count > 1) {
        json_object_set_new(field, "array_len", json_integer(count));
    }
    json_object_set_new(field, "type", ob_json_text(type));
    json_object_set_new(field, "size", json_integer(size));
    json_array_append_new(json_object_get(described(writer), "fields"), field);
    ob_vm_put(writer, bytes, (size_t)size * count);
}

void ob_vm_write_struct(ObVmWriter *writer, const char *name, const char *state, uint32_t version)
{
    json_t *described_struct = json_pack("{s:o, s:I, s:[]}", "vmsd_name", ob_json_text(state),
                                         "version", (json_int_t)version, "fields");
    json_t *field = json_pack("{s:o, s:o, s:o}", "name", ob_json_text(name), "type",
                              ob_json_text("struct"), "struct", described_struct);

    writer->struct_starts[writer->depth] = writer->written;
    json_array_append_new(json_object_get(described(writer), "fields"), field);
    describe_begin(writer, described_struct);
}

void ob_vm_write_struct_end(ObVmWriter *writer)
{
    json_t *fields, *field;
    uint64_t size;

    g_assert(writer->depth > 1);
    writer->depth--;
    size = writer->written - writer->struct_starts[writer->depth];
    fields = json_object_get(described(writer), "fields");
    field = json_array_get(fields, json_array_size(fields) - 1);
    json_object_set_new(field, "size", json_integer((json_int_t)size));
}

void ob_vm_write_subsection(ObVmWriter *writer, const char *name, uint32_t version)
{
    json_t *subsection = json_pack("{s:o, s:I, s:[]}", "vmsd_name", ob_json_text(name), "version",
                                   (json_int_t)version, "fields");
    json_t *list = json_object_get(described(writer), "subsections");

    if (!list) {
        list = json_array();
        json_object_set_new(described(writer), "subsections", list);
    }
    json_array_append_new(list, subsection);
    describe_begin(writer, subsection);
    ob_vm_put_u8(writer, OB_VM_SUBSECTION);
    ob_vm_put_name(writer, name);
    ob_vm_put_u32(writer, version);
}

void ob_vm_write_subsection_end(ObVmWriter *writer)
{
    g_assert(writer->depth > 1);
    writer->depth--;
}

void ob_vm_write_device_end(ObVmWriter *writer)
{
    g_assert(writer->depth == 1);
    writer->depth--;
    ob_vm_put_footer(writer, writer->device_id);
}

void ob_vm_write_copy(ObVmWriter *writer, const ObVmSection *section, const uint8_t *payload,
                      size_t size, const json_t *description)
{
    ob_vm_put_section(writer, OB_VM_FULL, section->id, section->name, section->instance,
                      section->version);
    ob_vm_put(writer, payload, size);
    ob_vm_put_footer(writer, section->id);
    if (description) {
        json_array_append_new(writer->devices, json_deep_copy(description));
    }
    writer->next_id = section->id + 1;
}

bool ob_vm_write_end(ObVmWriter *writer, const char *json, size_t size)
{
    json_t *root = json_pack("{s:O*, s:I, s:o*, s:O}", "configuration", writer->configuration,
                             "page_size", (json_int_t)writer->page_size, OB_VM_WRITER_KEY,
                             ob_json_text(writer->is_sparse ? OB_VM_WRITER_NAME : NULL), "devices",
                             writer->devices);
    char *generated = json ? NULL : json_dumps(root, 0);

    g_assert(writer->depth == 0 && !writer->in_pass);
    json_decref(root);
    if (generated) {
        json = generated;
        size = strlen(generated);
    }
    ob_vm_put_u8(writer, OB_VM_EOF);
    if (!writer->is_bare) {
        ob_vm_put_u8(writer, OB_VM_DESCRIPTION);
        ob_vm_put_u32(writer, (uint32_t)size);
        ob_vm_put(writer, json, size);
    }
    free(generated);
    return ob_vm_writer_flush(writer);
}
