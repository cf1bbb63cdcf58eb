/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/arm/cpu-section.h"

#include <glib.h>
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/stream/codec/fields.h"
#include "qtest/text/json.h"

#define COUNT          "cpreg_vmstate_array_len"
#define IDS            "cpreg_vmstate_indexes"
#define VALUES         "cpreg_vmstate_values"

#define LAYOUT_VERSION 22u
#define LAYOUT_OFFSET  0x238u

enum { PART_COUNT, PART_IDS, PART_VALUES, PARTS };

static const char *const part_names[PARTS] = { COUNT, IDS, VALUES };

typedef struct Places {
    bool found[PARTS];
    ObVmValue at[PARTS];
} Places;

/* ------------------------------------------------------------------ description */

static json_t *field_find(const json_t *description, const char *name, size_t *index)
{
    const json_t *fields = json_object_get(description, "fields");
    json_t *field;

    for (*index = 0; (field = json_array_get(fields, *index)); ++*index) {
        if (strcmp(ob_vm_json_text(field, "name"), name) == 0) {
            return field;
        }
    }
    return NULL;
}

bool ob_cpu_section_is_arm(const char *name, uint32_t version, const json_t *description)
{
    size_t index;

    return strcmp(name, OB_CPU_SECTION) == 0 &&
           (description ? field_find(description, COUNT, &index) != NULL
                        : version == LAYOUT_VERSION);
}

/* QEMU leaves an array without elements out of the description. */
void ob_cpu_registers_describe(json_t *description, uint32_t count)
{
    json_t *fields = json_object_get(description, "fields");
    size_t after;

    if (!field_find(description, COUNT, &after)) {
        return;
    }
    for (int part = PART_IDS; part < PARTS; part++) {
        size_t index;
        json_t *field = field_find(description, part_names[part], &index);

        if (field && count) {
            json_object_set_new(field, "array_len", json_integer(count));
        } else if (field) {
            json_array_remove(fields, index);
        } else if (count) {
            json_array_insert_new(fields, after + (size_t)part,
                                  json_pack("{s:o, s:I, s:o, s:i}", "name",
                                            ob_json_text(part_names[part]), "array_len",
                                            (json_int_t)count, "type", ob_json_text("uint64"),
                                            "size", 8));
        }
    }
}

/* ---------------------------------------------------------------------- payload */

static void value_note(void *opaque, const ObVmValue *value)
{
    Places *places = opaque;

    for (int part = 0; part < PARTS; part++) {
        if (strcmp(value->path, part_names[part]) == 0) {
            places->found[part] = true;
            places->at[part] = *value;
        }
    }
}

/* Checks that the arrays lie behind the count and have `count` elements. */
static bool places_check(const Places *places, uint32_t count, HwError *error)
{
    uint64_t next = places->at[PART_COUNT].offset + 4;

    for (int part = PART_IDS; part < PARTS; part++) {
        const ObVmValue *value = &places->at[part];
        uint64_t described = places->found[part] ? value->count : 0;

        if (described != count) {
            return hw_error_set(error,
                                COUNT " is %" PRIu32 ", but the description has %" PRIu64 " of %s",
                                count, described, part_names[part]);
        }
        if (count && (value->offset != next || value->size != 8)) {
            return hw_error_set(error,
                                "%s is %" PRIu64 " bytes each at %" PRIu64
                                ", expected 8 at %" PRIu64,
                                part_names[part], value->size, value->offset, next);
        }
        next += UINT64_C(8) * count;
    }
    return true;
}

static bool count_read(const uint8_t *payload, size_t size, size_t offset, uint32_t *count,
                       HwError *error)
{
    int32_t number;

    if (size < offset + 4) {
        return hw_error_set(error, COUNT " is missing: %zu bytes, expected at least %zu", size,
                            offset + 4);
    }
    number = (int32_t)hw_load_be32(payload + offset);
    if (number < 0 || (uint32_t)number > (size - offset - 4) / 16) {
        return hw_error_set(error,
                            COUNT " is %" PRId32 ", expected 0 to %zu, since the section "
                                  "has no room for more",
                            number, (size - offset - 4) / 16);
    }
    *count = (uint32_t)number;
    return true;
}

bool ob_cpu_registers_read(const json_t *description, const uint8_t *payload, size_t size,
                           ObCpuRegisters *registers, HwError *error)
{
    Places places = { 0 };
    const uint8_t *bytes;

    if (description) {
        ob_vm_fields_each(description, payload, size, value_note, &places);
    }
    if (places.found[PART_COUNT] && places.at[PART_COUNT].size != 4) {
        return hw_error_set(error, COUNT " has %" PRIu64 " bytes, expected 4",
                            places.at[PART_COUNT].size);
    }
    registers->offset = places.found[PART_COUNT] ? places.at[PART_COUNT].offset : LAYOUT_OFFSET;
    if (!count_read(payload, size, registers->offset, &registers->count, error) ||
        (places.found[PART_COUNT] && !places_check(&places, registers->count, error))) {
        registers->count = 0;
        return false;
    }
    registers->entries = g_new0(ObCpuRegister, registers->count + 1);
    bytes = payload + registers->offset + 4;
    for (uint32_t i = 0; i < registers->count; i++) {
        registers->entries[i].id = hw_load_be64(bytes + 8 * (size_t)i);
        registers->entries[i].value = hw_load_be64(bytes + 8 * (size_t)(registers->count + i));
    }
    return true;
}

void ob_cpu_registers_clear(ObCpuRegisters *registers)
{
    g_clear_pointer(&registers->entries, g_free);
    registers->count = 0;
}

size_t ob_cpu_registers_size(uint32_t count)
{
    return 4 + 16 * (size_t)count;
}

void ob_cpu_registers_put(const ObCpuRegister *entries, uint32_t count, uint8_t *bytes)
{
    hw_store_be32(bytes, count);
    bytes += 4;
    for (uint32_t i = 0; i < count; i++) {
        hw_store_be64(bytes + 8 * (size_t)i, entries[i].id);
        hw_store_be64(bytes + 8 * (size_t)(count + i), entries[i].value);
    }
}

/* ------------------------------------------------------------------------ lists */

int64_t ob_cpu_registers_find(const ObCpuRegisters *registers, uint64_t id)
{
    uint32_t low = 0, high = registers->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (registers->entries[middle].id == id) {
            return middle;
        }
        if (registers->entries[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return -1;
}

uint32_t ob_cpu_registers_disorder(const ObCpuRegisters *registers)
{
    uint32_t i = 1;

    while (i < registers->count && registers->entries[i].id > registers->entries[i - 1].id) {
        i++;
    }
    return MIN(i, registers->count);
}
