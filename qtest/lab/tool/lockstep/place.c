/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/tool/lockstep/place.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "qtest/machine/core/host-internal.h"

/* The place of a step's first byte. */
typedef struct Start {
    ObLabAccess access; /* STORE, LOAD */
    char name[LAB_PLACE_SIZE];
    uint64_t offset;
    uint32_t size;
} Start;

static Start start_of_access(const ObLabTarget *t, const ObLabStep *step)
{
    Start s = { .access = ob_lab_access(t, step), .size = ob_lab_width(step) };
    const HwRegionState *region = s.access.region;

    s.offset = region ? s.access.offset : s.access.address;
    if (region) {
        snprintf(s.name, sizeof(s.name), "%s.%s", region->instance->cls->table.name,
                 region->table->name);
    } else {
        strcpy(s.name, s.access.space == HW_SPACE_IO ? "ports" : "memory");
    }
    return s;
}

static Start start_of_file(const ObLabTarget *t, const ObLabStep *step)
{
    const ObLabFile *file = ob_lab_file(t, step);
    Start s = { .size = ob_lab_width(step) };

    s.offset = file ? ob_lab_offset_in_file(file, step) : 0;
    snprintf(s.name, sizeof(s.name), "%s", file ? file->name : "none");
    return s;
}

static Start start_of_config(const ObLabTarget *t, const ObLabStep *step)
{
    const HwInstance *function = ob_lab_function(t, step);
    Start s = { .size = 0 };

    s.offset = ob_lab_config_offset(step, &s.size);
    snprintf(s.name, sizeof(s.name), "%s.config", function ? function->cls->table.name : "none");
    return s;
}

static Start start_of(const ObLabTarget *t, const ObLabStep *step)
{
    switch (step->op) {
    case OB_LAB_STORE:
    case OB_LAB_LOAD:
        return start_of_access(t, step);
    case OB_LAB_FILE_WRITE:
    case OB_LAB_FILE_READ:
        return start_of_file(t, step);
    case OB_LAB_CONFIG_WRITE:
    case OB_LAB_CONFIG_READ:
        return start_of_config(t, step);
    default:
        return (Start) { .size = 0 };
    }
}

static void part_name(const Start *start, uint64_t word, LabPart *part)
{
    const HwRegionState *region = start->access.region;

    part->reg = region && region->by_word && word / 4 < region->table->word_count
                    ? region->by_word[word / 4]
                    : NULL;
    if (part->reg) {
        snprintf(part->place, sizeof(part->place), "%s.%s", region->instance->cls->table.name,
                 part->reg->name);
    } else {
        snprintf(part->place, sizeof(part->place), "%.100s+0x%" PRIx64, start->name, word);
    }
}

uint32_t lab_parts_of(const ObLabTarget *target, const ObLabStep *step,
                      LabPart parts[LAB_PARTS_MAX])
{
    Start start = start_of(target, step);
    uint64_t word = start.offset & ~UINT64_C(3);
    uint32_t count = 0;

    for (; word < start.offset + start.size && count < LAB_PARTS_MAX; word += 4) {
        part_name(&start, word, &parts[count]);
        parts[count++].shift = 8 * (int)(int64_t)(word - start.offset);
    }
    return count;
}

/* The offset of "CTRL" or "mmio+0x8" in the region; false: it is not there. */
static bool offset_find(const HwRegionState *region, const char *name, ObLabStep *load)
{
    const HwRegisters *registers = &region->table->registers;
    const char *plus = strchr(name, '+');

    for (uint32_t i = 0; i < registers->count; i++) {
        if (strcmp(registers->entries[i].name, name) == 0) {
            load->width = 2;
            load->offset = registers->entries[i].offset;
            return true;
        }
    }
    if (!plus || strncmp(region->table->name, name, (size_t)(plus - name)) != 0 ||
        region->table->name[plus - name]) {
        return false;
    }
    load->offset = g_ascii_strtoull(plus + 1, NULL, 0);
    return load->offset < region->size;
}

bool lab_place_find(const ObLabTarget *target, const char *place, ObLabStep *load)
{
    for (guint i = 0; i < target->regions->len; i++) {
        const HwRegionState *region = target->regions->pdata[i];
        const char *cls = region->instance->cls->table.name;
        size_t length = strlen(cls);

        *load = (ObLabStep) { .op = OB_LAB_LOAD, .target = (uint8_t)i };
        if (strncmp(place, cls, length) == 0 && place[length] == '.' &&
            offset_find(region, place + length + 1, load)) {
            return true;
        }
    }
    return false;
}
