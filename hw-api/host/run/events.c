/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/events.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>

#define EVENT_MAX 160

static void event_name(char *name, const HwDeviceClass *cls, const char *place, bool is_write)
{
    snprintf(name, EVENT_MAX, "%s_%s_%s", cls->name, place, is_write ? "write" : "read");
    for (char *c = name; *c; c++) {
        *c = isalnum((unsigned char)*c) ? (char)tolower((unsigned char)*c) : '_';
    }
}

typedef struct EventVisitor {
    const HwDeviceClass *cls;
    void (*each)(void *opaque, const char *event);
    void *opaque;
} EventVisitor;

static void place_visit(const EventVisitor *visitor, const char *place)
{
    char name[EVENT_MAX];

    for (int is_write = 0; is_write < 2; is_write++) {
        event_name(name, visitor->cls, place, is_write);
        visitor->each(visitor->opaque, name);
    }
}

void hw_events_visit(const HwDeviceClass *cls, const HwInstance *part,
                     void (*each)(void *opaque, const char *event), void *opaque)
{
    const EventVisitor visitor = { cls, each, opaque };

    for (uint32_t i = 0; i < cls->regions.count; i++) {
        const HwRegion *region = &cls->regions.entries[i];

        if (region->kind == HW_REGION_RAM || (part && !part->regions[i].enabled)) {
            continue; /* accesses to it don't trap */
        }
        place_visit(&visitor, region->name);
        for (uint32_t j = 0; j < region->registers.count; j++) {
            place_visit(&visitor, region->registers.entries[j].name);
        }
    }
}

bool hw_access_is_shown(const HwRegionState *region, const HwAccess *access,
                        bool (*shown)(const void *opaque, const char *event), const void *opaque)
{
    char name[EVENT_MAX];

    event_name(name, region->cls, region->table->name, access->is_write);
    if (shown(opaque, name)) {
        return true;
    }
    if (!access->reg) {
        return false;
    }
    event_name(name, region->cls, access->reg->name, access->is_write);
    return shown(opaque, name);
}

/* Formats "CTRL_START"; "CTRL_START+1" for a part of it; without a register the place's name, or
 * "mmio+0x4". */
static void place_format(const HwRegionState *region, const HwAccess *access, char *text,
                         size_t capacity)
{
    const char *place = access->reg ? NULL : hw_region_place_name(region, access->offset);

    if (place) {
        snprintf(text, capacity, "%s", place);
    } else if (!access->reg) {
        snprintf(text, capacity, "%s+0x%" PRIx64, region->table->name, access->offset);
    } else if (access->offset == access->reg->offset) {
        snprintf(text, capacity, "%s", access->reg->name);
    } else {
        snprintf(text, capacity, "%s+%" PRIu64, access->reg->name,
                 access->offset - access->reg->offset);
    }
}

/* Shifts a part of a register to its place in the register, so that its fields have names. */
static void value_format(const HwAccess *access, char *text, size_t capacity)
{
    uint64_t shift = access->reg ? 8 * (access->offset - access->reg->offset) : 0;

    if (access->reg) {
        hw_register_format(access->reg, (uint32_t)(access->value << shift), text, capacity);
    } else {
        snprintf(text, capacity, "0x%" PRIx64, access->value);
    }
}

void hw_access_format(const HwRegionState *region, const HwAccess *access,
                      char text[HW_ACCESS_TEXT_MAX])
{
    char place[96], value[256];

    place_format(region, access, place, sizeof(place));
    value_format(access, value, sizeof(value));
    snprintf(text, HW_ACCESS_TEXT_MAX, "%s %s %s %s", region->instance->id, place,
             access->is_write ? "<-" : "->", value);
}
