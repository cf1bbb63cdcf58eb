/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks a class's migration state: its own layout and its other layouts. */
#include "hw-api/host/load/check-parts.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/host/load/tables.h"

static bool state_check(const HwCheck *c, const HwPlace *outer, const HwState *state,
                        const char *parent);

static bool fixed_check(const HwCheck *c, const HwPlace *place, const HwStateField *field)
{
    uint64_t all = field->size < 8 ? (UINT64_C(1) << 8 * field->size) - 1 : UINT64_MAX;

    if ((field->fixed & ~all) || (field->fixed && field->type != HW_STATE_UINT)) {
        return hw_refuse(place, c->error, "fixed is 0x%" PRIx64 ", expected bits of a number",
                         field->fixed);
    }
    return !(field->value & ~field->fixed) ||
           hw_refuse(place, c->error,
                     "value is 0x%" PRIx64 ", expected some of the fixed bits 0x%" PRIx64,
                     field->value, field->fixed);
}

static bool size_check(const HwCheck *c, const HwPlace *place, const HwStateField *field)
{
    if (field->type == HW_STATE_BYTES) {
        return (field->size && field->size <= UINT8_MAX) ||
               hw_refuse(place, c->error, "size is %u, expected 1 to 255 for bytes", field->size);
    }
    return field->size == 1 || field->size == 2 || field->size == 4 || field->size == 8 ||
           hw_refuse(place, c->error, "size is %u, expected 1, 2, 4 or 8", field->size);
}

static bool member_check(const HwCheck *c, const HwPlace *place, const HwStateField *field)
{
    if (!size_check(c, place, field)) {
        return false;
    }
    if (field->count == 0) {
        return hw_refuse(place, c->error, "count is 0, expected 1 or more");
    }
    return fixed_check(c, place, field) &&
           hw_check_in_instance(c, place, "value", field->offset, hw_state_extent(field),
                                field->type == HW_STATE_BYTES ? sizeof(uint32_t) : field->size);
}

static bool zeros_check(const HwCheck *c, const HwPlace *place, const HwStateField *field)
{
    if (field->size != 1 || field->offset) {
        return hw_refuse(place, c->error, "size is %u and offset %u, expected 1 and 0 for zeros",
                         field->size, field->offset);
    }
    return (field->count > 0 && field->count <= HW_STATE_ZEROS_MAX) ||
           hw_refuse(place, c->error, "count is %u, expected 1 to %u zeros", field->count,
                     HW_STATE_ZEROS_MAX);
}

static bool part_check(const HwCheck *c, const HwPlace *place, const HwStateField *field)
{
    if (!field->part || field->size || field->count || field->offset) {
        return hw_refuse(place, c->error,
                         "is a part, expected a state, and no size, count or "
                         "offset");
    }
    if (field->part->needed) {
        return hw_refuse(place, c->error, "is a part with a condition, expected a subsection");
    }
    return state_check(c, place, field->part, NULL);
}

/* A number that tells if others follow is a field before them. */
static bool given_check(const HwCheck *c, const HwPlace *place, const HwState *state,
                        const HwStateField *field)
{
    const HwStateField *fields = state->fields.entries;
    bool found = !field->given;

    for (const HwStateField *other = fields; other < field; other++) {
        if (other->given && field->given && other->given != field->given) {
            return hw_refuse(place, c->error, "given is %u, expected %u as in field %s",
                             field->given, other->given, other->name);
        }
        found |= other->type == HW_STATE_UINT && other->offset == field->given &&
                 other->size == sizeof(uint32_t) && other->count == 1 && !other->given;
    }
    return (found && (!field->given || field->type == HW_STATE_UINT)) ||
           hw_refuse(place, c->error, "given is %u, expected the place of a uint32 before a number",
                     field->given);
}

static bool state_field_check(const HwCheck *c, const HwPlace *place, const HwState *state,
                              const HwStateField *field)
{
    if (!given_check(c, place, state, field)) {
        return false;
    }
    if (field->since > state->version) {
        return hw_refuse(place, c->error, "since is %u, expected at most the state's version %u",
                         field->since, state->version);
    }
    if (field->part && field->type != HW_STATE_PART) {
        return hw_refuse(place, c->error, "has a part, expected type %u", HW_STATE_PART);
    }
    switch (field->type) {
    case HW_STATE_UINT:
    case HW_STATE_BYTES:
        return member_check(c, place, field);
    case HW_STATE_ZEROS:
        return zeros_check(c, place, field);
    case HW_STATE_PART:
        return part_check(c, place, field);
    default:
        return hw_refuse(place, c->error, "type is %u, expected %u to %u", field->type,
                         HW_STATE_UINT, HW_STATE_PART);
    }
}

static bool state_check(const HwCheck *c, const HwPlace *outer, const HwState *state,
                        const char *parent)
{
    HwPlace place = { outer, "state", state->name, 0 };
    const HwStateFields *fields = &state->fields;
    const HwSubstates *subsections = &state->subsections;
    size_t length = parent ? strlen(parent) : 0;

    if (!hw_check_name(c, &place, state->name)) {
        return false;
    }
    if (parent && (strncmp(state->name, parent, length) || state->name[length] != '/')) {
        return hw_refuse(&place, c->error,
                         "is a subsection, expected a name that starts with "
                         "\"%s/\"",
                         parent);
    }
    if (state->version > HW_STATE_VERSION_MAX) {
        return hw_refuse(&place, c->error, "version is %u, expected at most %u", state->version,
                         HW_STATE_VERSION_MAX);
    }
    if (state->minimum_version > state->version) {
        return hw_refuse(&place, c->error, "minimum_version is %u, expected at most version %u",
                         state->minimum_version, state->version);
    }
    if (subsections->count > HW_SUBSECTIONS_MAX) {
        return hw_refuse(&place, c->error, "has %u subsections, expected at most %u",
                         subsections->count, HW_SUBSECTIONS_MAX);
    }
    if (!hw_check_names(c, &place, "field", fields->entries, fields->stride, fields->count) ||
        !hw_check_names(c, &place, "state", subsections->entries, subsections->stride,
                        subsections->count)) {
        return false;
    }
    for (uint32_t i = 0; i < fields->count; i++) {
        HwPlace field = { &place, "field", fields->entries[i].name, i };

        if (!state_field_check(c, &field, state, &fields->entries[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < subsections->count; i++) {
        if (!state_check(c, &place, &subsections->entries[i], state->name)) {
            return false;
        }
    }
    return true;
}

/* The blocks are in the order of the regions; "" for a region without a block. */
static bool layout_check_blocks(const HwCheck *c, const HwPlace *place, const HwLayout *layout,
                                const HwRegions *regions)
{
    const HwNames *blocks = &layout->ram_blocks;

    if (blocks->count > regions->count) {
        return hw_refuse(place, c->error,
                         "has %u RAM blocks, expected at most one for each of %u "
                         "regions",
                         blocks->count, regions->count);
    }
    for (uint32_t i = 0; i < blocks->count; i++) {
        HwPlace block = { place, "ram_block", blocks->entries[i], i };

        if (!blocks->entries[i] || !*blocks->entries[i]) {
            continue;
        }
        if (!hw_check_block(c, &block, blocks->entries[i])) {
            return false;
        }
        if (!hw_region_has_ram(&regions->entries[i])) {
            return hw_refuse(&block, c->error,
                             "is of region %s, expected none in a region of "
                             "kind %u",
                             regions->entries[i].name, regions->entries[i].kind);
        }
    }
    return true;
}

static bool layout_check(const HwCheck *c, const HwPlace *place, const HwLayout *layout,
                         const HwRegions *regions)
{
    if (!layout->state) {
        return hw_refuse(place, c->error, "has no state");
    }
    return state_check(c, place, layout->state, NULL) &&
           layout_check_blocks(c, place, layout, regions);
}

bool hw_check_states(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table)
{
    const HwLayouts *layouts = &table->layouts;

    if ((table->state && !state_check(c, cls, table->state, NULL)) ||
        (table->live && !state_check(c, cls, table->live, NULL))) {
        return false;
    }
    if (layouts->count == 0 && table->layout_from) {
        return hw_refuse(cls, c->error, "has layout_from without layouts, expected both");
    }
    if (layouts->count > 0 && !hw_check_in_instance(c, cls, "layout_from", table->layout_from,
                                                    sizeof(uint32_t), sizeof(uint32_t))) {
        return false;
    }
    if (!hw_check_names(c, cls, "layout", layouts->entries, layouts->stride, layouts->count)) {
        return false;
    }
    for (uint32_t i = 0; i < layouts->count; i++) {
        HwPlace place = { cls, "layout", layouts->entries[i].name, i };

        if (!layout_check(c, &place, &layouts->entries[i], &table->regions)) {
            return false;
        }
    }
    return true;
}
