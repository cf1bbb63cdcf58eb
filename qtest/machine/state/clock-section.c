/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/state/clock-section.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

#define VERSION    2u
#define CLOCK_AT   16u /* version 1 ends before the clock */
#define FIELDS     24u
#define SHIFT_MAX  20 /* ns of an instruction, as a power of 2 */
#define FIELDS_MAX 3u

typedef struct Field {
    const char *name, *type;
    uint32_t size;
} Field;

/* The section and its subsections, each of which is part of the first one. */
typedef struct Part {
    const char *name;
    Field fields[FIELDS_MAX];
} Part;

static const Part own = {
    OB_CLOCK_SECTION,
    { { "cpu_ticks_offset", "int64", 8 },
      { "unused", "unused_buffer", 8 },
      { "cpu_clock_offset", "int64", 8 } },
};

static const Part parts[] = {
    { "timer/icount", { { "qemu_icount_bias", "int64", 8 }, { "qemu_icount", "int64", 8 } } },
    { "timer/icount/warp_timer",
      { { "vm_clock_warp_start", "int64", 8 }, { "icount_warp_timer", "timer", 8 } } },
    { "timer/icount/timers",
      { { "icount_rt_timer", "timer", 8 }, { "icount_vm_timer", "timer", 8 } } },
    { "timer/icount/shift", { { "icount_time_shift", "int16", 2 }, { "last_delta", "int64", 8 } } },
};

typedef enum PartIndex {
    PART_ICOUNT,
    PART_WARP,
    PART_TIMERS,
    PART_SHIFT,
} PartIndex;

bool ob_is_clock_section(const char *name, uint32_t instance)
{
    return strcmp(name, OB_CLOCK_SECTION) == 0 && instance == 0;
}

/* ------------------------------------------------------------------- layout */

static uint32_t part_size(const Part *part)
{
    uint32_t size = 0;

    for (uint32_t i = 0; i < FIELDS_MAX; i++) {
        size += part->fields[i].size;
    }
    return size;
}

/* A subsection in a payload: its header is 0x05, u8 length, name, u32 version. */
typedef struct Found {
    const Part *part; /* NULL: the payload ends here */
    uint32_t version;
    size_t fields_at, end;
} Found;

static const Part *part_named(const uint8_t *name, size_t length)
{
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (strlen(parts[i].name) == length && memcmp(parts[i].name, name, length) == 0) {
            return &parts[i];
        }
    }
    return NULL;
}

/* Finds the subsection at `at`. */
static ObVmMeasure part_find(Found *found, size_t at, const uint8_t *bytes, size_t size,
                             size_t *need, HwError *error)
{
    size_t length = at + 1 < size ? bytes[at + 1] : 0;

    *found = (Found) { .end = at };
    *need = at + 1;
    if (at >= size) {
        return OB_VM_MORE;
    }
    if (bytes[at] != OB_VM_SUBSECTION) {
        *need = at;
        return OB_VM_MEASURED;
    }
    *need = at + 2 + length + 4;
    if (size < *need) {
        return OB_VM_MORE;
    }
    found->part = part_named(bytes + at + 2, length);
    if (!found->part) {
        *need = at;
        hw_error_set(error, OB_CLOCK_SECTION ": a subsection is unknown, expected %s to %s",
                     parts[0].name, parts[PART_SHIFT].name);
        return OB_VM_REFUSED;
    }
    found->version = hw_load_be32(bytes + at + 2 + length);
    found->fields_at = *need;
    found->end = *need += part_size(found->part);
    return size < *need ? OB_VM_MORE : OB_VM_MEASURED;
}

ObVmMeasure ob_clock_section_measure(void *opaque, const ObVmSection *section, const uint8_t *bytes,
                                     size_t size, size_t *need, HwError *error)
{
    Found found = { .end = section->version < VERSION ? CLOCK_AT : FIELDS };
    ObVmMeasure result;

    (void)opaque;
    *need = 0;
    if (section->version > VERSION) {
        hw_error_set(error,
                     "savevm: unsupported version %" PRIu32 " for '" OB_CLOCK_SECTION "' v%u",
                     section->version, VERSION);
        return OB_VM_REFUSED;
    }
    do {
        result = part_find(&found, found.end, bytes, size, need, error);
    } while (result == OB_VM_MEASURED && found.part);
    return result;
}

/* -------------------------------------------------------------------- clock */

/* The offset of a subsection's fields; 0: there is none. */
static size_t part_at(PartIndex index, const uint8_t *payload, size_t size)
{
    Found found = { .end = FIELDS };
    size_t need;

    while (found.end < size &&
           part_find(&found, found.end, payload, size, &need, NULL) == OB_VM_MEASURED &&
           found.part) {
        if (found.part == &parts[index]) {
            return found.fields_at;
        }
    }
    return 0;
}

/* The clock of the instructions; false if the section has none.  `bias` gets the offset of
 * the field that moves it. */
static bool icount_read(const uint8_t *payload, size_t size, size_t *bias, uint64_t *counted)
{
    size_t icount = part_at(PART_ICOUNT, payload, size);
    size_t shift = part_at(PART_SHIFT, payload, size);

    if (!icount || !shift || hw_load_be16(payload + shift) > SHIFT_MAX) {
        return false;
    }
    *bias = icount;
    *counted = hw_load_be64(payload + icount + 8) << hw_load_be16(payload + shift);
    return true;
}

bool ob_clock_section_read(uint32_t version, const uint8_t *payload, size_t size, int64_t *now,
                           HwError *error)
{
    uint64_t value, counted;
    size_t bias;

    if (version < VERSION) {
        return true;
    }
    value = icount_read(payload, size, &bias, &counted) ? hw_load_be64(payload + bias) + counted
                                                        : hw_load_be64(payload + CLOCK_AT);
    if (value > INT64_MAX) {
        return hw_error_set(error,
                            OB_CLOCK_SECTION ": the clock is at %" PRId64 " ns, expected 0 to "
                                             "%" PRId64,
                            (int64_t)value, INT64_MAX);
    }
    *now = (int64_t)value;
    return true;
}

/* -------------------------------------------------------------------- saving */

/* Both clocks move by the time that has passed here. */
static void clock_store(uint8_t *payload, size_t size, int64_t now)
{
    uint64_t counted;
    size_t bias;

    if (icount_read(payload, size, &bias, &counted)) {
        uint64_t before = hw_load_be64(payload + bias) + counted;

        hw_store_be64(payload + bias, (uint64_t)now - counted);
        hw_store_be64(payload + CLOCK_AT,
                      hw_load_be64(payload + CLOCK_AT) + ((uint64_t)now - before));
    } else {
        hw_store_be64(payload + CLOCK_AT, (uint64_t)now);
    }
}

static void fields_write(ObVmWriter *writer, const Part *part, const uint8_t *bytes)
{
    for (const Field *field = part->fields; field < part->fields + FIELDS_MAX && field->name;
         field++) {
        ob_vm_write_field(writer, field->name, field->type, field->size, 1, bytes);
        bytes += field->size;
    }
}

/* QEMU has the other subsections inside the first. */
static void parts_write(ObVmWriter *writer, const uint8_t *payload, size_t size)
{
    Found found = { .end = FIELDS };
    unsigned open = 0;
    size_t need;

    while (found.end < size &&
           part_find(&found, found.end, payload, size, &need, NULL) == OB_VM_MEASURED &&
           found.part) {
        ob_vm_write_subsection(writer, found.part->name, found.version);
        fields_write(writer, found.part, payload + found.fields_at);
        if (found.part == &parts[PART_ICOUNT]) {
            open++;
        } else {
            ob_vm_write_subsection_end(writer);
        }
    }
    while (open--) {
        ob_vm_write_subsection_end(writer);
    }
}

void ob_clock_section_save(ObVmWriter *writer, const ObForeignSection *last, int64_t now)
{
    bool whole = last && last->version == VERSION;
    size_t size = whole ? last->size : FIELDS;
    g_autofree uint8_t *payload = g_malloc0(size);

    if (last) {
        memcpy(payload, last->payload, whole ? size : CLOCK_AT);
    }
    clock_store(payload, size, now);
    ob_vm_write_device(writer, OB_CLOCK_SECTION, 0, VERSION, NULL);
    fields_write(writer, &own, payload);
    parts_write(writer, payload, size);
    ob_vm_write_device_end(writer);
}
