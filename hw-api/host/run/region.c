/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/region.h"

#include <endian.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/host/run/instance.h"
#include "hw-api/host/run/running.h"
#include "hw-api/host/run/straight.h"
#include "hw-api/host/run/intake/watch.h"

static uint64_t bytes_mask(uint32_t size)
{
    return size >= 8 ? UINT64_MAX : (UINT64_C(1) << (8 * size)) - 1;
}

/* The largest naturally aligned piece at `offset`: a power of two, at most `max`
 * and not beyond `left` bytes. */
static uint32_t piece_size(uint64_t offset, uint32_t left, uint32_t max)
{
    uint32_t size = max;

    while (size > left || (offset & (size - 1))) {
        size >>= 1;
    }
    return size;
}

static void observe(HwRegionState *region, const HwRegister *reg, uint64_t offset, uint32_t size,
                    bool is_write, uint64_t value, uint32_t dropped)
{
    const HwAccess access = { reg, offset, size, is_write, value, dropped };

    region->observer(region, &access, region->observer_opaque);
}

/* --------------------------------------------------------------- registers */

static uint32_t word_read(const HwRegionState *region, uint64_t word)
{
    const HwRegister *reg = region->by_word[word];
    uint32_t stored = region->words[word];

    return reg && reg->read ? reg->read(region->dev, stored) : stored;
}

/* `value` and `lanes` are shifted to the accessed bytes' places in the register. */
static void word_write(HwRegionState *region, const HwRegister *reg, uint64_t word, uint32_t value,
                       uint32_t lanes)
{
    uint32_t stored = region->words[word];

    stored = (stored & ~(reg->rw & lanes)) | (value & reg->rw & lanes);
    stored &= ~(value & reg->w1c);
    region->words[word] = stored;
    if (reg->written) {
        reg->written(region->dev, value);
    }
}

/* The narrowest access to a table of registers that is not nothing. */
static uint32_t registers_access_min(const HwRegion *table)
{
    return table->kind == HW_REGION_REGISTERS && table->access_min ? table->access_min : 1;
}

bool hw_region_is_strict(const HwRegion *table)
{
    bool is_strict = (table->flags & HW_REGION_ONES) || registers_access_min(table) > 1 ||
                     (table->kind == HW_REGION_REGISTERS && table->write);

    for (uint32_t i = 0; i < table->registers.count; i++) {
        const HwRegister *reg = &table->registers.entries[i];

        is_strict = is_strict || reg->access_min > 1 || (reg->access_max && reg->access_max < 8);
    }
    return is_strict;
}

bool hw_region_reaches(const HwRegion *table, const HwRegister *reg, uint32_t width)
{
    return width >= registers_access_min(table) && width >= reg->access_min &&
           (!reg->access_max || width <= reg->access_max);
}

/* NULL if the access finds no register. */
static const HwRegister *register_find(const HwRegionState *region, uint64_t word, uint32_t width)
{
    const HwRegister *reg = word < region->table->word_count ? region->by_word[word] : NULL;

    return reg && region->is_strict && !hw_region_reaches(region->table, reg, width) ? NULL : reg;
}

/* The value of an access that finds no register. */
static uint32_t nothing_read(const HwRegionState *region, uint64_t word, uint32_t width)
{
    const HwRegion *table = region->table;

    if (width < registers_access_min(table)) {
        return 0;
    }
    if (table->flags & HW_REGION_ONES) {
        return UINT32_MAX;
    }
    return word < table->word_count && !region->by_word[word] ? region->words[word] : 0;
}

static uint64_t registers_read(HwRegionState *region, uint64_t offset, uint32_t size,
                               uint32_t width)
{
    uint64_t word = offset / 4;
    const HwRegister *reg = register_find(region, word, width);
    uint64_t value = reg ? word_read(region, word) : nothing_read(region, word, width);

    value = (value >> (8 * (offset & 3))) & bytes_mask(size);
    if (region->observer) {
        observe(region, reg, offset, size, false, value, 0);
    }
    return value;
}

/* Returns true if the access has found a register. */
static bool registers_write(HwRegionState *region, uint64_t offset, uint64_t value, uint32_t size,
                            uint32_t width)
{
    uint64_t word = offset / 4;
    uint32_t shift = 8 * (offset & 3);
    uint32_t in_place = (uint32_t)value << shift;
    const HwRegister *reg = register_find(region, word, width);

    /* Observe before the write: a trace then shows causes before their effects. */
    if (region->observer) {
        uint32_t known = reg ? reg->rw | reg->w1c | reg->write_only : 0;

        observe(region, reg, offset, size, true, value, in_place & ~known);
    }
    if (reg) {
        word_write(region, reg, word, in_place, (uint32_t)bytes_mask(size) << shift);
    }
    return reg != NULL;
}

/* Registers of 4 bytes in an access of 8: the lower one first. */
static uint64_t strict_read(HwRegionState *region, uint64_t offset, uint32_t size)
{
    uint64_t value = registers_read(region, offset, size < 4 ? size : 4, size);

    return size < 8 ? value : value | registers_read(region, offset + 4, 4, size) << 32;
}

static void strict_write(HwRegionState *region, uint64_t offset, uint64_t value, uint32_t size)
{
    uint32_t low = size < 4 ? size : 4;
    bool found = registers_write(region, offset, value & bytes_mask(low), low, size);

    if (size == 8) {
        found |= registers_write(region, offset + 4, value >> 32, 4, size);
    }
    if (found && region->table->write) {
        region->table->write(region->dev, offset, value, size);
    }
}

static bool in_words(const HwRegionState *region, uint64_t offset)
{
    return offset / 4 < region->table->word_count;
}

void hw_region_sync(HwRegionState *region)
{
    bool changed = false;

    if (!hw_region_has_shadow(region->table) || !region->ram) {
        return;
    }
    /* A guest's CPU may read at any time.  It must see each word whole, and with a word all
     * earlier stores. */
    atomic_thread_fence(memory_order_release);
    for (uint64_t word = 0; word < region->table->word_count; word++) {
        uint32_t value = htole32(word_read(region, word));
        uint32_t *shadow = (uint32_t *)region->ram + word;

        if (*shadow != value) {
            __atomic_store_n(shadow, value, __ATOMIC_RELAXED);
            changed = true;
        }
    }
    if (changed && region->stored) {
        region->stored(region, 0, UINT64_C(4) * region->table->word_count);
    }
}

/* --------------------------------------------------------------- callbacks */

static uint32_t access_min(const HwRegion *table)
{
    return table->access_min ? table->access_min : 1;
}

static uint32_t access_max(const HwRegion *table)
{
    return table->access_max ? table->access_max : 4;
}

static uint64_t mmio_read(HwRegionState *region, uint64_t offset, uint32_t size)
{
    uint32_t wide = size < access_min(region->table) ? access_min(region->table) : size;
    uint64_t aligned = offset & ~(uint64_t)(wide - 1);
    uint64_t value = region->table->read(region->dev, aligned, wide);

    value = (value >> (8 * (offset - aligned))) & bytes_mask(size);
    if (region->observer) {
        observe(region, NULL, offset, size, false, value, 0);
    }
    return value;
}

static void mmio_write(HwRegionState *region, uint64_t offset, uint64_t value, uint32_t size)
{
    uint32_t wide = size < access_min(region->table) ? access_min(region->table) : size;
    uint64_t aligned = offset & ~(uint64_t)(wide - 1);

    if (region->observer) {
        observe(region, NULL, offset, size, true, value, 0);
    }
    region->table->write(region->dev, aligned, value << (8 * (offset - aligned)), wide);
}

/* ------------------------------------------------------------------- access */

static uint64_t piece_read(HwRegionState *region, uint64_t offset, uint32_t size)
{
    switch (region->table->kind) {
    case HW_REGION_REGISTERS:
        return strict_read(region, offset, size);
    case HW_REGION_MMIO:
        return mmio_read(region, offset, size);
    default:
        return hw_load_le(region->ram + offset, size);
    }
}

static void ram_write(HwRegionState *region, uint64_t offset, uint64_t value, uint32_t size)
{
    hw_store_le(region->ram + offset, value, size);
    if (region->stored) {
        region->stored(region, offset, size);
    }
}

static void rom_device_write(HwRegionState *region, uint64_t offset, uint64_t value, uint32_t size)
{
    if (in_words(region, offset)) {
        registers_write(region, offset, value, size, size);
    } else if (region->table->write) {
        mmio_write(region, offset, value, size);
    } else {
        ram_write(region, offset, value, size);
    }
}

static void piece_write(HwRegionState *region, uint64_t offset, uint64_t value, uint32_t size)
{
    switch (region->table->kind) {
    case HW_REGION_REGISTERS:
        strict_write(region, offset, value, size);
        break;
    case HW_REGION_RAM:
        ram_write(region, offset, value, size);
        break;
    case HW_REGION_ROM_DEVICE:
        rom_device_write(region, offset, value, size);
        break;
    default:
        mmio_write(region, offset, value, size);
        break;
    }
}

/* The number of an access's bytes that lie in the region. */
static uint32_t inside(const HwRegionState *region, uint64_t offset, uint32_t size)
{
    uint64_t end = region->size;

    if (offset >= end) {
        return 0;
    }
    return end - offset < size ? (uint32_t)(end - offset) : size;
}

static uint32_t largest_piece(const HwRegionState *region, uint64_t offset)
{
    const HwRegion *table = region->table;

    if (table->kind == HW_REGION_RAM || region->is_strict) {
        return 8;
    }
    if (table->kind == HW_REGION_REGISTERS || in_words(region, offset)) {
        return 4;
    }
    return access_max(table);
}

static uint64_t split_read(HwRegionState *region, uint64_t offset, uint32_t size)
{
    uint32_t left = inside(region, offset, size);
    uint64_t value = 0;

    for (uint32_t done = 0, piece; left > 0; done += piece, left -= piece) {
        piece = piece_size(offset + done, left, largest_piece(region, offset + done));
        value |= piece_read(region, offset + done, piece) << (8 * done);
    }
    return value;
}

static void split_write(HwRegionState *region, uint64_t offset, uint64_t value, uint32_t size)
{
    uint32_t left = inside(region, offset, size);

    for (uint32_t done = 0, piece; left > 0; done += piece, left -= piece) {
        piece = piece_size(offset + done, left, largest_piece(region, offset + done));
        piece_write(region, offset + done, (value >> (8 * done)) & bytes_mask(piece), piece);
    }
}

/* True for an access that goes to the callbacks as it is. */
static bool is_whole_mmio(const HwRegionState *region, uint64_t offset, uint32_t size)
{
    return region->table->kind == HW_REGION_MMIO && !region->observer &&
           size >= access_min(region->table) && size <= access_max(region->table) &&
           !(offset & (size - 1)) && offset < region->size && region->size - offset >= size;
}

static uint64_t region_read(HwRegionState *region, uint64_t offset, uint32_t size)
{
    uint64_t value = is_whole_mmio(region, offset, size)
                         ? region->table->read(region->dev, offset, size) & bytes_mask(size)
                         : split_read(region, offset, size);

    if (region->table->kind == HW_REGION_MMIO && region->derives) {
        hw_instance_update(region->instance);
    }
    return value;
}

/* Without a recorder an access costs no more than the test of a pointer. */
static __attribute__((noinline)) void tell(const HwRegionState *region, HwIntakeKind kind,
                                           uint64_t offset, uint32_t size, uint64_t value)
{
    uint64_t number = (uint64_t)(region - region->instance->regions);

    hw_watch_begin(region->instance->watch,
                   &(HwIntake) { .kind = kind, .values = { number, offset, size, value } });
}

uint64_t hw_region_read_any(HwRegionState *region, uint64_t offset, uint32_t size)
{
    HwRecord *record = hw_record_begin(region, offset, 0, size, 0);
    HwRunning outer = hw_running_begin(region->instance, NULL);
    uint64_t value;

    if (region->instance->watch) {
        tell(region, HW_INTAKE_READ, offset, size, 0);
    }
    value = region_read(region, offset, size);
    hw_watch_end(region->instance->watch, value);
    hw_running_end(outer);
    record->value = value;
    hw_record_end(record);
    return value;
}

void hw_region_write_any(HwRegionState *region, uint64_t offset, uint64_t value, uint32_t size)
{
    HwRecord *record = hw_record_begin(region, offset, value, size, HW_RECORD_WRITE);
    HwRunning outer = hw_running_begin(region->instance, NULL);

    if (region->instance->watch) {
        tell(region, HW_INTAKE_WRITE, offset, size, value & bytes_mask(size));
    }
    if (is_whole_mmio(region, offset, size)) {
        region->table->write(region->dev, offset, value & bytes_mask(size), size);
    } else {
        split_write(region, offset, value & bytes_mask(size), size);
    }
    if (region->derives) {
        hw_instance_derive(region->instance);
    }
    hw_watch_end(region->instance->watch, 0);
    hw_running_end(outer);
    hw_record_end(record);
}

/* ------------------------------------------------------------------- format */

int hw_register_format(const HwRegister *reg, uint32_t value, char *text, size_t capacity)
{
    int length = snprintf(text, capacity, "0x%x", value);
    const char *separator = " (";

    for (uint32_t i = 0; i < reg->fields.count; i++) {
        const HwRegisterField *field = &reg->fields.entries[i];
        uint32_t bits = (value >> field->shift) & (uint32_t)(bytes_mask(8) >> (64 - field->width));
        size_t at = (size_t)length < capacity ? (size_t)length : capacity;

        if (!bits) {
            continue;
        }
        if (field->width == 1) {
            length += snprintf(text + at, capacity - at, "%s%s", separator, field->name);
        } else {
            length += snprintf(text + at, capacity - at, "%s%s=%u", separator, field->name, bits);
        }
        separator = ", ";
    }
    if (separator[0] == ',') {
        size_t at = (size_t)length < capacity ? (size_t)length : capacity;

        length += snprintf(text + at, capacity - at, ")");
    }
    return length;
}
