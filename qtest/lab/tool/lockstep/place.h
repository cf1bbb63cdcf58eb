/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of the places that a step reaches, as in a file of known differences. */
#ifndef OB_LAB_LOCKSTEP_PLACE_H
#define OB_LAB_LOCKSTEP_PLACE_H

#include "qtest/lab/play.h"

#define LAB_PLACE_SIZE 128

/* A part of a step's value that has a name: an aligned word, of which the step may touch some bytes. */
typedef struct LabPart {
    char place[LAB_PLACE_SIZE]; /* "tpm-crb.CTRL_STS", "edu.config+0x4", "etc/vmgenid_addr+0x0" */
    const HwRegister *reg;      /* NULL: none */
    int shift;                  /* to the word's bit 0 in the step's value; may be negative */
} LabPart;

enum { LAB_PARTS_MAX = 3 };

/* Fills in the parts of the step, in their order.  Returns their number. */
uint32_t lab_parts_of(const ObLabTarget *target, const ObLabStep *step,
                      LabPart parts[LAB_PARTS_MAX]);

/* The word's bits as bits of the step's value, and back. */
static inline uint64_t lab_part_up(const LabPart *part, uint32_t bits)
{
    return part->shift >= 0 ? (uint64_t)bits << part->shift : bits >> -part->shift;
}

static inline uint32_t lab_part_down(const LabPart *part, uint64_t value)
{
    return (uint32_t)(part->shift >= 0 ? value >> part->shift : value << -part->shift);
}

/* Finds a register by its place, as a LOAD of 4 bytes; or an offset in a region, "ne2k_pci.reset+0x7",
 * of a byte. */
bool lab_place_find(const ObLabTarget *target, const char *place, ObLabStep *load);

#endif
