/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counts against a class's tables.  A register has a point if an access has reached it.  A bit that acts
 * has a point if it was written as one, and another if it was written as zero.
 */
#ifndef OB_LAB_POINTS_H
#define OB_LAB_POINTS_H

#include <stdio.h>

#include "qtest/lab/coverage/counts.h"

typedef struct ObPoints {
    uint32_t registers, used;
    uint32_t bits, ones, zeros;
} ObPoints;

/* The bits of a register by which a guest does something. */
uint32_t ob_points_acting(const HwRegister *reg);

ObPoints ob_points_of_region(const ObCounts *counts, const HwDeviceClass *cls,
                             const HwRegion *region);
ObPoints ob_points_of_class(const ObCounts *counts, const HwDeviceClass *cls);

/* 100 for a class without registers. */
uint32_t ob_points_percent(const ObPoints *points);

/* Names bits by their fields: "seize, relinquish, 0x30".  The caller frees it. */
char *ob_points_name_bits(const HwRegister *reg, uint32_t bits);

/* Says in words what no access has done to a register: "never written", "never 1: seize".  Empty if
 * nothing is missing.  The caller frees it. */
char *ob_points_missing(const HwRegister *reg, const ObCount *count);

/* text.c and page.c: a class for a terminal, and classes as a page of HTML. */
void ob_points_print(FILE *file, const ObCounts *counts, const HwDeviceClass *cls);
void ob_points_page_begin(FILE *file);
void ob_points_page_class(FILE *file, const ObCounts *counts, const HwDeviceClass *cls);
void ob_points_page_end(FILE *file);

#endif
