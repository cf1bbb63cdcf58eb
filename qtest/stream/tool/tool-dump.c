/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/host/run/region.h"
#include "qtest/text/json.h"
#include "qtest/text/show.h"

#define SHOWN 32u /* the number of elements or bytes of a value to show */

/* ---------------------------------------------------------------------- text */

static void register_print(const ObVmValue *value, uint64_t index, const HwRegister *reg)
{
    uint32_t number = (uint32_t)ob_vm_value_number(value, index);
    char text[512];

    hw_register_format(reg, number, text, sizeof(text));
    ob_text_printf("    %s.%s = %s\n", value->path, reg->name, text);
}

/* Prints each register on a line; a word without a register only if it is not 0. */
static bool registers_print(const ObModelSection *section, const ObVmValue *value)
{
    bool any = false;

    for (uint64_t i = 0; section->cls && i < value->count; i++) {
        any = any || tool_register(section, value, i);
    }
    for (uint64_t i = 0; any && i < value->count; i++) {
        const HwRegister *reg = tool_register(section, value, i);
        uint64_t number = ob_vm_value_number(value, i);

        if (reg) {
            register_print(value, i, reg);
        } else if (number) {
            ob_text_printf("    %s[%" PRIu64 "] = 0x%" PRIx64 "\n", value->path, i, number);
        }
    }
    return any;
}

typedef struct Printing {
    const ObModelSection *section;
    bool system_registers; /* the section has them; printed in place of their first field */
    bool printed;
} Printing;

static void value_print(void *opaque, const ObVmValue *value)
{
    Printing *printing = opaque;

    if (printing->system_registers && tool_is_of_system_registers(value)) {
        if (!printing->printed) {
            tool_system_registers_print(printing->section);
        }
        printing->printed = true;
    } else if (!tool_virtio_print(printing->section, value) &&
               !registers_print(printing->section, value)) {
        g_autofree char *text = ob_vm_value_format(value, SHOWN);

        ob_text_printf("    %s = %s\n", value->path, text);
    }
}

static void section_print(const ObModelSection *section)
{
    Printing printing = { section, tool_has_system_registers(section), false };

    ob_text_printf("\nsection %s %" PRIu32 ": version %" PRIu32 ", %zu bytes at byte %" PRIu64 "\n",
                   section->name, section->instance, section->version, section->size,
                   section->offset);
    if (!section->description) {
        ObVmValue value = { .path = "payload",
                            .type = "buffer",
                            .size = section->size,
                            .count = 1,
                            .bytes = section->payload };

        value_print(&printing, &value);
    } else if (!ob_vm_fields_each(section->description, section->payload, section->size,
                                  value_print, &printing)) {
        ob_text_printf("    (the description ends here, not the payload)\n");
    }
}

static void block_print(const ObModel *model, const ObModelBlock *block)
{
    uint64_t missing = ob_model_missing_pages(model, block);

    ob_text_printf("    %-24s %12" PRIu64 " bytes, pages sent: %" PRIu64 " zero, %" PRIu64 " other",
                   block->name, block->length, block->zero_pages, block->normal_pages);
    if (missing) {
        ob_text_printf(", %" PRIu64 " never came", missing);
    }
    puts("");
}

int tool_dump(const ObModel *model, const char *path)
{
    if (model->container) {
        ob_text_printf("%s; the stream begins at byte %" PRIu64 "%s\n", model->container,
                       model->base, model->is_packed ? " of the unpacked bytes" : "");
    }
    if (model->machine) {
        ob_text_printf("machine %s, page size %" PRIu32 "\n", model->machine, model->page_size);
    }
    if (model->blocks->len) {
        ob_text_printf("ram: %u blocks in %u passes\n", model->blocks->len, model->passes);
    }
    for (guint i = 0; i < model->blocks->len; i++) {
        block_print(model, model->blocks->pdata[i]);
    }
    for (guint i = 0; i < model->iterables->len; i++) {
        const ObModelIterable *iterable = model->iterables->pdata[i];

        ob_text_printf("%s: %" PRIu64 " bytes, in parts\n", iterable->name, iterable->size);
    }
    for (guint i = 0; i < model->sections->len; i++) {
        section_print(model->sections->pdata[i]);
    }
    if (model->trailing) {
        ob_text_printf("\n%" PRIu64 " bytes after the stream's end\n", model->trailing);
    }
    fflush(stdout);
    return tool_verdict(model, path);
}

/* ---------------------------------------------------------------------- JSON */

/* Numbers above INT64_MAX become texts, "0x...", as in --dump-plugin. */
static json_t *number_json(uint64_t number, bool is_signed)
{
    return is_signed || number <= INT64_MAX ? json_integer((json_int_t)number)
                                            : json_sprintf("0x%" PRIx64, number);
}

static json_t *bytes_json(const uint8_t *bytes, uint64_t size)
{
    GString *text = g_string_sized_new(2 * size);
    json_t *value;

    for (uint64_t i = 0; i < size; i++) {
        g_string_append_printf(text, "%02x", bytes[i]);
    }
    value = ob_json_text(text->str);
    g_string_free(text, TRUE);
    return value;
}

static json_t *element_json(const ObVmValue *value, uint64_t index)
{
    uint64_t number = ob_vm_value_number(value, index);

    return strcmp(value->type, "bool") == 0
               ? json_boolean(number)
               : number_json(number, g_str_has_prefix(value->type, "int"));
}

static json_t *value_json(const ObVmValue *value)
{
    json_t *array;

    if (!ob_vm_value_is_number(value)) {
        return bytes_json(value->bytes, value->size * value->count);
    }
    if (value->count == 1) {
        return element_json(value, 0);
    }
    array = json_array();
    for (uint64_t i = 0; i < value->count; i++) {
        json_array_append_new(array, element_json(value, i));
    }
    return array;
}

static json_t *register_json(const HwRegister *reg, uint32_t number)
{
    json_t *fields = json_object();

    for (uint32_t i = 0; i < reg->fields.count; i++) {
        const HwRegisterField *field = &reg->fields.entries[i];
        uint32_t mask = UINT32_MAX >> (32 - field->width);

        ob_json_set(fields, field->name, json_integer(number >> field->shift & mask));
    }
    return json_pack("{s:I, s:o}", "value", (json_int_t)number, "fields", fields);
}

typedef struct SectionJson {
    const ObModelSection *section;
    json_t *fields;
    json_t *registers;
} SectionJson;

static void value_add(void *opaque, const ObVmValue *value)
{
    SectionJson *json = opaque;

    json_array_append_new(json->fields,
                          json_pack("{s:o, s:o, s:I, s:o, s:o*}", "name", ob_json_text(value->path),
                                    "type", ob_json_text(value->type), "offset",
                                    (json_int_t)value->offset, "value", value_json(value), "virtio",
                                    tool_virtio_json(json->section, value)));
    for (uint64_t i = 0; json->section->cls && i < value->count; i++) {
        const HwRegister *reg = tool_register(json->section, value, i);

        if (reg) {
            ob_json_set(json->registers, reg->name,
                        register_json(reg, (uint32_t)ob_vm_value_number(value, i)));
        }
    }
}

static json_t *section_json(const ObModelSection *section)
{
    SectionJson json = { section, json_array(), json_object() };
    json_t *object = json_pack("{s:o, s:I, s:I, s:I, s:I}", "name", ob_json_text(section->name),
                               "instance", (json_int_t)section->instance, "version",
                               (json_int_t)section->version, "offset", (json_int_t)section->offset,
                               "size", (json_int_t)section->size);

    if (section->description) {
        ob_vm_fields_each(section->description, section->payload, section->size, value_add, &json);
    } else {
        json_object_set_new(object, "payload", bytes_json(section->payload, section->size));
    }
    json_object_set_new(object, "fields", json.fields);
    json_object_set_new(object, "registers", json.registers);
    if (tool_has_system_registers(section)) {
        json_object_set_new(object, "system-registers", tool_system_registers_json(section));
    }
    return object;
}

json_t *tool_refusal_json(const ObVmRefusal *refusal)
{
    if (!refusal->reason) {
        return json_null();
    }
    return json_pack("{s:o, s:o, s:I, s:o, s:I}", "sentence", ob_json_text(refusal->sentence),
                     "section", ob_json_text(refusal->section), "instance",
                     (json_int_t)refusal->instance, "field", ob_json_text(refusal->field), "offset",
                     (json_int_t)refusal->offset);
}

int tool_dump_json(const ObModel *model, const char *path)
{
    json_t *blocks = json_array(), *sections = json_array();
    g_autofree char *file = g_filename_display_name(path); /* a path need not be UTF-8 */
    json_t *root;

    for (guint i = 0; i < model->blocks->len; i++) {
        const ObModelBlock *block = model->blocks->pdata[i];

        json_array_append_new(blocks, json_pack("{s:o, s:o, s:I, s:I, s:I}", "name",
                                                ob_json_text(block->name), "length",
                                                number_json(block->length, false), "zero-pages",
                                                (json_int_t)block->zero_pages, "normal-pages",
                                                (json_int_t)block->normal_pages, "missing-pages",
                                                (json_int_t)ob_model_missing_pages(model, block)));
    }
    for (guint i = 0; i < model->sections->len; i++) {
        json_array_append_new(sections, section_json(model->sections->pdata[i]));
    }
    root = json_pack("{s:o, s:o?, s:o?, s:I, s:I, s:o, s:o, s:o, s:o?, s:o}", "file",
                     ob_json_text(file), "container", ob_json_text(model->container), "machine",
                     ob_json_text(model->machine), "page-size", (json_int_t)model->page_size,
                     "passes", (json_int_t)model->passes, "ram", blocks, "sections", sections,
                     "notes", tool_notes_json(model), "warning", ob_json_text(model->warning),
                     "refused", tool_refusal_json(&model->refusal));
    ob_json_print(root, stdout);
    json_decref(root);
    return model->refusal.reason ? TOOL_BAD : TOOL_FINE;
}
