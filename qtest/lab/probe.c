/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules for a machine that stands still: what its registers show. */
#include <inttypes.h>

#include "qtest/lab/oracles.h"

static const ObLabStep *load_of(ObLabStep *step, uint32_t region, uint64_t offset, uint8_t width)
{
    *step = (ObLabStep) {
        .op = OB_LAB_LOAD, .target = (uint8_t)region, .width = width, .offset = offset
    };
    return step;
}

static bool lanes_are_free(const HwRegionState *region, const HwRegister *reg)
{
    return region->table->access_min <= 1 && reg->access_min <= 1 &&
           (reg->access_max == 0 || reg->access_max >= 4);
}

static bool bytes_differ(ObLabTarget *t, uint32_t region, const HwRegister *reg, uint64_t whole,
                         ObLabFinding *finding)
{
    for (uint32_t i = 0; i < 4; i++) {
        ObLabStep step;
        uint64_t byte = ob_lab_play(t, load_of(&step, region, reg->offset + i, 0));

        if (byte != (whole >> 8 * i & 0xff)) {
            ob_lab_found_in(finding, OB_LAB_BYTES, &step, byte, whole >> 8 * i & 0xff);
            return ob_lab_found(finding, OB_LAB_BYTES,
                                "%s reads 0x%" PRIx64 " as a word, and 0x%" PRIx64
                                " in its byte %u",
                                reg->name, whole, byte, i);
        }
    }
    return false;
}

static uint32_t named_bits(const HwRegister *reg)
{
    uint32_t named = reg->rw | reg->w1c | reg->write_only;

    for (uint32_t i = 0; i < reg->fields.count; i++) {
        const HwRegisterField *field = &reg->fields.entries[i];

        named |= (UINT32_MAX >> (32 - field->width)) << field->shift;
    }
    return named;
}

static bool fields_differ(const HwRegister *reg, const ObLabStep *load, uint64_t whole,
                          ObLabFinding *finding)
{
    uint32_t rest = ~named_bits(reg);

    if (!reg->fields.count || !((whole ^ reg->reset) & rest)) {
        return false;
    }
    ob_lab_found_in(finding, OB_LAB_FIELDS, load, whole, (whole & ~rest) | (reg->reset & rest));
    return ob_lab_found(finding, OB_LAB_FIELDS,
                        "%s reads 0x%" PRIx64 ": bits without a name have changed, reset has set "
                        "0x%x",
                        reg->name, whole, reg->reset);
}

static bool memory_differs(const HwRegionState *region, const HwRegister *reg,
                           const ObLabStep *load, uint64_t whole, ObLabFinding *finding)
{
    uint32_t word = region->words[reg->offset / 4];

    if (region->table->kind != HW_REGION_ROM_DEVICE) {
        return false;
    }
    if (reg->read) {
        word = reg->read(region->dev, word);
    }
    if (word == whole) {
        return false;
    }
    ob_lab_found_in(finding, OB_LAB_ROM, load, whole, word);
    return ob_lab_found(finding, OB_LAB_ROM,
                        "%s is 0x%x, and the guest's memory there has 0x%" PRIx64, reg->name, word,
                        whole);
}

static bool register_probe(const ObLabJudge *judge, uint32_t region_number, const HwRegister *reg,
                           ObLabFinding *finding)
{
    ObLabTarget *t = judge->target;
    HwRegionState *region = t->regions->pdata[region_number];
    uint64_t lines = t->lines, whole;
    ObLabStep step;

    load_of(&step, region_number, reg->offset, 2);
    if (!ob_lab_access(t, &step).answers || reg->access_min > 4 ||
        (reg->access_max && reg->access_max < 4)) {
        return false;
    }
    whole = ob_lab_play(t, &step);
    if (ob_lab_asks(judge, OB_LAB_LINES) && t->lines != lines) {
        ob_lab_found_line(finding, OB_LAB_LINES, t, lines);
        finding->check = step;
        finding->reads = true;
        return ob_lab_found(finding, OB_LAB_LINES, "a read of %s changes an interrupt line",
                            reg->name);
    }
    return (ob_lab_asks(judge, OB_LAB_BYTES) && lanes_are_free(region, reg) &&
            bytes_differ(t, region_number, reg, whole, finding)) ||
           (ob_lab_asks(judge, OB_LAB_FIELDS) && fields_differ(reg, &step, whole, finding)) ||
           (ob_lab_asks(judge, OB_LAB_ROM) && memory_differs(region, reg, &step, whole, finding));
}

bool ob_lab_probe(const ObLabJudge *judge, ObLabFinding *finding)
{
    const GPtrArray *regions = judge->target->regions;

    for (uint32_t i = 0; i < regions->len; i++) {
        const HwRegisters *registers = &((HwRegionState *)regions->pdata[i])->table->registers;

        for (uint32_t j = 0; j < registers->count; j++) {
            if (register_probe(judge, i, &registers->entries[j], finding)) {
                return true;
            }
        }
    }
    return false;
}

void ob_lab_registers(ObLabTarget *target, ObLabVisit *visit, void *opaque)
{
    for (uint32_t i = 0; i < target->regions->len; i++) {
        const HwRegionState *region = target->regions->pdata[i];

        for (uint32_t j = 0; j < region->table->registers.count; j++) {
            ObLabStep step;

            load_of(&step, i, region->table->registers.entries[j].offset, 2);
            if (!visit(opaque, &step, ob_lab_play(target, &step))) {
                return;
            }
        }
    }
}
