/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that both machines can make. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "qtest/lab/tool/lockstep/pair.h"

/* A command or a BAR would move the device over others of QEMU's machine, which ours has not. */
static bool moves_function(const ObLabTarget *t, const ObLabStep *step)
{
    uint32_t size, offset = ob_lab_config_offset(step, &size);

    return !ob_lab_function(t, step) || offset == 0x04 || offset == 0x05 ||
           (offset >= 0x10 && offset < 0x28) || (offset >= 0x30 && offset < 0x34);
}

static bool can(const LabPair *p, const ObLabStep *step)
{
    switch (step->op) {
    case OB_LAB_STORE:
    case OB_LAB_LOAD:
        return true;
    case OB_LAB_MOVE:
        return !lab_known_find(p->knowns, LAB_KNOWN_LEAVE, "move");
    case OB_LAB_RESET:
        return !lab_known_find(p->knowns, LAB_KNOWN_LEAVE, "reset");
    case OB_LAB_FILE_WRITE:
    case OB_LAB_FILE_READ:
        return ob_lab_file(p->target, step) != NULL;
    case OB_LAB_CONFIG_READ:
        return ob_lab_function(p->target, step) != NULL;
    case OB_LAB_CONFIG_WRITE:
        return !moves_function(p->target, step);
    case OB_LAB_CLOCK:
        return !p->other.is_qemu && /* Debian's QEMU has no accelerator `qtest` */
               !lab_known_find(p->knowns, LAB_KNOWN_LEAVE, "clock");
    default:
        return false;
    }
}

static bool is_left_out(const LabPair *p, const ObLabStep *step, const LabPart *part)
{
    g_autofree char *valued = g_strdup_printf("%s=0x%" PRIx64, part->place, step->value);

    return lab_known_find(p->knowns, LAB_KNOWN_LEAVE, part->place) ||
           (!lab_step_reads(step) && lab_known_find(p->knowns, LAB_KNOWN_LEAVE, valued));
}

/* The value as the rows want it. */
static void value_fit(const LabPair *p, ObLabStep *step, const LabPart *part)
{
    for (guint i = 0; i < p->knowns->rows->len; i++) {
        LabKnown *row = &g_array_index(p->knowns->rows, LabKnown, i);
        uint64_t value = step->value;

        if (row->kind == LAB_KNOWN_KEEP && lab_known_is_at(row, part->place)) {
            value &= ~lab_part_up(part, ~row->mask);
        } else if (row->kind == LAB_KNOWN_SET && lab_known_is_at(row, part->place)) {
            value |= lab_part_up(part, row->mask);
        }
        row->met += value != step->value;
        step->value = value;
    }
}

/* The row's widest access that the step covers; else its narrowest. */
static void narrow(const LabPair *p, ObLabStep *step, const LabPart *part)
{
    for (guint i = 0; i < p->knowns->rows->len; i++) {
        LabKnown *row = &g_array_index(p->knowns->rows, LabKnown, i);
        uint32_t fitting = row->mask & ((2u << step->width) - 1);
        uint8_t width = (uint8_t)(fitting ? 31 - __builtin_clz(fitting) : __builtin_ctz(row->mask));
        uint64_t begin = ob_lab_access(p->target, step).offset;
        uint64_t offset = begin & ~((UINT64_C(1) << width) - 1);

        if (row->kind == LAB_KNOWN_WIDTH && lab_known_is_at(row, part->place) &&
            (width != step->width || offset != begin)) {
            step->width = width & 3;
            step->offset = offset;
            row->met++;
        }
    }
    ob_lab_step_normalise(step);
}

bool lab_step_fit(const LabPair *pair, ObLabStep *step)
{
    LabPart parts[LAB_PARTS_MAX];
    uint32_t count;

    if (!can(pair, step)) {
        return false;
    }
    if (step->op <= OB_LAB_LOAD && step->width == 3 &&
        ob_lab_access(pair->target, step).space == HW_SPACE_IO) {
        step->width = 2;
        ob_lab_step_normalise(step);
    }
    if (!pair->knowns->rows->len) {
        return true;
    }
    lab_parts_of(pair->target, step, parts);
    narrow(pair, step, &parts[0]);
    count = lab_parts_of(pair->target, step, parts);
    for (uint32_t i = 0; i < count; i++) {
        if (is_left_out(pair, step, &parts[i])) {
            return false;
        }
        if (!lab_step_reads(step) || step->op == OB_LAB_FILE_WRITE) {
            value_fit(pair, step, &parts[i]);
        }
    }
    ob_lab_step_normalise(step);
    return true;
}
