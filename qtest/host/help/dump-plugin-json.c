/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/help/dump-plugin-internal.h"

#include <glib.h>
#include <inttypes.h>
#include <jansson.h>

#include "hw-api/ext/fw-cfg.h"
#include "hw-api/host/run/property-value.h"
#include "qtest/text/json.h"

/* Each function returns a new reference.  jansson's setters take it over, also NULL, so
 * that only the end has to check for lack of memory. */

static json_t *text_json(const char *text)
{
    return text ? ob_json_text(text) : json_null();
}

static json_t *integer_json(uint64_t value)
{
    return value <= INT64_MAX ? json_integer((json_int_t)value) : json_sprintf("0x%" PRIx64, value);
}

static json_t *names_json(const HwNames *names)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < names->count; i++) {
        json_array_append_new(array, text_json(names->entries[i]));
    }
    return array;
}

/* ---------------------------------------------------------------- properties */

static json_t *default_json(const HwProperty *property)
{
    switch (property->type) {
    case HW_PROPERTY_BOOL:
        return json_boolean(property->default_value);
    case HW_PROPERTY_STRING:
        return text_json(property->default_string);
    case HW_PROPERTY_CHOICE:
        return text_json(property->choices.entries[property->default_value]);
    case HW_PROPERTY_ADDRESS:
        return property->default_value == HW_ADDRESS_AUTO ? ob_json_text("auto")
                                                          : integer_json(property->default_value);
    default:
        return integer_json(property->default_value);
    }
}

static json_t *property_json(const HwProperty *property)
{
    json_t *object = json_pack("{s:o, s:o, s:o, s:o, s:b}", "name", text_json(property->name),
                               "type", ob_json_text(ob_plugin_words.property_types[property->type]),
                               "default", default_json(property), "description",
                               text_json(property->description), "run-time", property->set != NULL);

    if (property->type == HW_PROPERTY_CHOICE) {
        json_object_set_new(object, "choices", names_json(&property->choices));
    } else if (property->type != HW_PROPERTY_BOOL && property->type != HW_PROPERTY_STRING) {
        json_object_set_new(object, "minimum", integer_json(property->minimum));
        json_object_set_new(object, "maximum", integer_json(hw_property_maximum(property)));
    }
    return object;
}

static json_t *properties_json(const HwProperties *properties)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < properties->count; i++) {
        json_array_append_new(array, property_json(&properties->entries[i]));
    }
    return array;
}

/* ------------------------------------------------------------------- regions */

static json_t *fields_json(const HwRegisterFields *fields)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < fields->count; i++) {
        const HwRegisterField *field = &fields->entries[i];

        json_array_append_new(array, json_pack("{s:o, s:i, s:i}", "name", text_json(field->name),
                                               "shift", field->shift, "width", field->width));
    }
    return array;
}

json_t *ob_dump_registers_json(const HwRegisters *registers)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < registers->count; i++) {
        const HwRegister *reg = &registers->entries[i];

        json_t *object = json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:o}", "name",
                                   text_json(reg->name), "offset", (json_int_t)reg->offset, "reset",
                                   (json_int_t)reg->reset, "rw", (json_int_t)reg->rw, "w1c",
                                   (json_int_t)reg->w1c, "write-only", (json_int_t)reg->write_only,
                                   "fields", fields_json(&reg->fields));

        if (reg->access_min || reg->access_max) {
            json_object_set_new(object, "access-min",
                                json_integer(reg->access_min ? reg->access_min : 1));
            json_object_set_new(object, "access-max",
                                json_integer(reg->access_max ? reg->access_max : 8));
        }
        json_array_append_new(array, object);
    }
    return array;
}

/* `base` and `enabled` name the property that has the value; null: no property. */
static json_t *region_json(const HwDeviceClass *cls, const HwRegion *region)
{
    const HwProperty *base = ob_plugin_property_at(cls, region->base);
    const HwProperty *enabled = ob_plugin_property_at(cls, region->enabled);
    json_t *object = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
                               text_json(region->name), "kind",
                               ob_json_text(ob_plugin_words.region_kinds[region->kind]), "space",
                               ob_json_text(ob_plugin_words.spaces[region->space]), "size",
                               integer_json(region->size), "offset", integer_json(region->offset),
                               "base", text_json(base ? base->name : NULL), "enabled",
                               text_json(enabled ? enabled->name : NULL), "ram-block",
                               text_json(region->ram_block));

    if (region->space == HW_SPACE_BAR) {
        json_object_set_new(object, "bar", json_integer(region->bar));
    }
    if (region->flags & HW_REGION_ONES) {
        json_object_set_new(object, "ones", json_true());
    }
    if (region->word_count) {
        json_object_set_new(object, "registers", ob_dump_registers_json(&region->registers));
    }
    return object;
}

static json_t *regions_json(const HwDeviceClass *cls)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < cls->regions.count; i++) {
        json_array_append_new(array, region_json(cls, &cls->regions.entries[i]));
    }
    return array;
}

/* -------------------------------------------------------------------- fw_cfg */

static json_t *fw_cfg_files_json(const HwDeviceClass *cls)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < cls->fw_cfg_files.count; i++) {
        const HwFwCfgFile *file = &cls->fw_cfg_files.entries[i];
        const HwProperty *enabled = ob_plugin_property_at(cls, file->enabled);

        json_array_append_new(array,
                              json_pack("{s:o, s:I, s:b, s:o}", "name", text_json(file->name),
                                        "size", (json_int_t)file->size, "guest-writable",
                                        !!(file->flags & HW_FW_CFG_GUEST_WRITABLE), "enabled",
                                        text_json(enabled ? enabled->name : NULL)));
    }
    return array;
}

/* --------------------------------------------------------------------- state */

static json_t *state_json(const HwState *state);

static json_t *field_type_json(const HwStateField *field)
{
    switch (field->type) {
    case HW_STATE_BYTES:
        return ob_json_text("bytes");
    case HW_STATE_ZEROS:
        return ob_json_text("zeros");
    case HW_STATE_PART:
        return ob_json_text("part");
    default:
        return json_sprintf("uint%u", field->size * 8);
    }
}

/* Few fields have a part or fixed bits: others have no such members. */
static json_t *state_field_json(const HwStateField *field)
{
    json_t *json = json_pack("{s:o, s:o, s:I, s:I, s:I}", "name", text_json(field->name), "type",
                             field_type_json(field), "size", (json_int_t)field->size, "count",
                             (json_int_t)field->count, "since", (json_int_t)field->since);

    if (field->fixed) {
        json_object_set_new(json, "fixed", json_integer((json_int_t)field->fixed));
        json_object_set_new(json, "value", json_integer((json_int_t)field->value));
    }
    if (field->given) {
        json_object_set_new(json, "given-bits", json_integer((json_int_t)field->given_bits));
    }
    if (field->part) {
        json_object_set_new(json, "part", state_json(field->part));
    }
    return json;
}

static json_t *state_fields_json(const HwStateFields *fields)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < fields->count; i++) {
        json_array_append_new(array, state_field_json(&fields->entries[i]));
    }
    return array;
}

static json_t *state_json(const HwState *state)
{
    json_t *subsections = json_array();

    for (uint32_t i = 0; i < state->subsections.count; i++) {
        json_array_append_new(subsections, state_json(&state->subsections.entries[i]));
    }
    return json_pack("{s:o, s:I, s:I, s:o, s:o}", "name", text_json(state->name), "version",
                     (json_int_t)state->version, "minimum-version",
                     (json_int_t)state->minimum_version, "fields",
                     state_fields_json(&state->fields), "subsections", subsections);
}

/* `ram-blocks` are in the order of regions, with "" for a region without a block. */
static json_t *layouts_json(const HwLayouts *layouts)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < layouts->count; i++) {
        const HwLayout *layout = &layouts->entries[i];

        json_array_append_new(array, json_pack("{s:o, s:o, s:o}", "name", text_json(layout->name),
                                               "ram-blocks", names_json(&layout->ram_blocks),
                                               "state", state_json(layout->state)));
    }
    return array;
}

/* ------------------------------------------------------------------- devices */

static json_t *class_json(const HwDeviceClass *cls)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
                     text_json(cls->name), "description", text_json(cls->description), "services",
                     names_json(&cls->services), "at-most-one", text_json(cls->at_most_one),
                     "properties", properties_json(&cls->properties), "regions", regions_json(cls),
                     "fw-cfg-files", fw_cfg_files_json(cls), "state",
                     cls->state ? state_json(cls->state) : json_null(), "layouts",
                     layouts_json(&cls->layouts), "pci",
                     cls->pci ? ob_dump_pci_json(cls) : json_null(), "gpio",
                     cls->gpio ? ob_dump_gpio_json(cls) : json_null(), "i2c",
                     cls->i2c ? ob_dump_i2c_json(cls) : json_null());
}

bool ob_dump_plugin_json(const HwPlugin *plugin, const char *path, FILE *out)
{
    json_t *devices = json_array();
    json_t *object;
    bool written;

    for (uint32_t i = 0; i < plugin->classes.count; i++) {
        json_array_append_new(devices, class_json(plugin->classes.entries[i]));
    }
    object = json_pack("{s:o, s:o, s:o, s:o, s:o, s:{s:i, s:i}, s:o, s:o}", "file", text_json(path),
                       "name", text_json(plugin->name), "version", text_json(plugin->version),
                       "licence", text_json(plugin->licence), "description",
                       text_json(plugin->description), "abi", "major", plugin->abi.major, "minor",
                       plugin->abi.minor, "services", names_json(&plugin->services), "devices",
                       devices);
    written = object && !json_dumpf(object, out, JSON_INDENT(2) | JSON_ENSURE_ASCII) &&
              fputc('\n', out) != EOF;
    json_decref(object);
    return written;
}
