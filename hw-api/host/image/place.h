/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The place of a table entry in a plugin file, for sentences that refuse the entry. */
#ifndef HW_HOST_PLACE_H
#define HW_HOST_PLACE_H

#include "hw-api/hw-api.h"

/*
 * One step of the path to the entry: the file, then a class in it, then a region of the
 * class.  A step is on the stack of the function that takes it.  It costs nothing until it
 * is printed.
 */
typedef struct HwPlace {
    const struct HwPlace *outer; /* NULL: the outermost */
    const char *kind;            /* "register"; NULL: the name is enough */
    const char *name;            /* NULL: unknown, the sentence shows the index */
    uint32_t index;
} HwPlace;

/*
 * Stores "x.so: class beacon: region mmio: register CTRL: SENTENCE".  Returns
 * false, so that a check can end with it.
 */
bool hw_refuse(const HwPlace *place, HwError *error, const char *format, ...) HW_PRINTF(3, 4);

#endif
