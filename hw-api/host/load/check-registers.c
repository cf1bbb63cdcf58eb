/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks a table of registers: of a region, or of a PCI capability. */
#include "hw-api/host/load/check-parts.h"

#include <inttypes.h>

static bool field_check(const HwCheck *c, const HwPlace *place, const HwRegisterField *field)
{
    if (field->width < 1 || field->shift + field->width > 32) {
        return hw_refuse(place, c->error, "has %u bits from bit %u, expected 1 or more in 0 to 31",
                         field->width, field->shift);
    }
    return true;
}

static bool register_check_masks(const HwCheck *c, const HwPlace *place, const HwRegister *reg)
{
    uint32_t twice = (reg->rw & reg->w1c) | (reg->rw & reg->write_only) |
                     (reg->w1c & reg->write_only);

    return !twice || hw_refuse(place, c->error,
                               "rw 0x%x, w1c 0x%x and write_only 0x%x share 0x%x, "
                               "expected no bit in two of them",
                               reg->rw, reg->w1c, reg->write_only, twice);
}

static bool is_width(uint8_t width)
{
    return width == 0 || width == 1 || width == 2 || width == 4 || width == 8;
}

static bool register_check_widths(const HwCheck *c, const HwPlace *place, const HwWords *words,
                                  const HwRegister *reg)
{
    uint32_t max = reg->access_max ? reg->access_max : 8;

    if (!is_width(reg->access_min) || !is_width(reg->access_max) || reg->access_min > max) {
        return hw_refuse(place, c->error,
                         "access_min is %u and access_max %u, expected 0, 1, 2, 4 or 8, in this "
                         "order",
                         reg->access_min, reg->access_max);
    }
    return words->has_widths || (!reg->access_min && !reg->access_max) ||
           hw_refuse(place, c->error,
                     "access_min is %u and access_max %u, expected 0 outside of regions of kind %u",
                     reg->access_min, reg->access_max, HW_REGION_REGISTERS);
}

/* `end`: bytes that have words.  `container` has them, in messages. */
static bool register_check(const HwCheck *c, const HwPlace *place, const char *container,
                           uint64_t end, const HwWords *words, const HwRegister *reg)
{
    if (reg->offset % 4) {
        return hw_refuse(place, c->error, "offset is 0x%x, expected a multiple of 4", reg->offset);
    }
    if (UINT64_C(4) + reg->offset > end) {
        return hw_refuse(place, c->error,
                         "offset is 0x%x, expected its 4 bytes in the %s's "
                         "words, 0x%" PRIx64 " bytes",
                         reg->offset, container, end);
    }
    if (!register_check_masks(c, place, reg) || !register_check_widths(c, place, words, reg) ||
        !hw_check_names(c, place, "field", reg->fields.entries, reg->fields.stride,
                        reg->fields.count)) {
        return false;
    }
    for (uint32_t i = 0; i < reg->fields.count; i++) {
        const HwRegisterField *field = &reg->fields.entries[i];
        HwPlace inner = { place, "field", field->name, i };

        if (!field_check(c, &inner, field)) {
            return false;
        }
    }
    return true;
}

static int compare_offsets(const void *a, const void *b)
{
    const HwRegister *first = *(const HwRegister *const *)a;
    const HwRegister *second = *(const HwRegister *const *)b;

    return (first->offset > second->offset) - (first->offset < second->offset);
}

bool hw_check_registers(const HwCheck *c, const HwPlace *place, const char *container,
                        const HwWords *words)
{
    uint64_t words_size = UINT64_C(4) * words->count;
    uint64_t end = words_size < words->size ? words_size : words->size;
    const HwRegisters *registers = words->registers;

    if (!hw_check_in_instance(c, place, "words", words->offset, words_size, sizeof(uint32_t)) ||
        !hw_check_names(c, place, "register", registers->entries, registers->stride,
                        registers->count)) {
        return false;
    }
    for (uint32_t i = 0; i < registers->count; i++) {
        const HwRegister *reg = &registers->entries[i];
        HwPlace inner = { place, "register", reg->name, i };

        if (!register_check(c, &inner, container, end, words, reg)) {
            return false;
        }
    }
    return hw_check_unique(c, place, "register", registers->entries, registers->stride,
                           registers->count, "offset", compare_offsets);
}
