/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in a plugin file a table entry stands, for sentences that refuse it. */
#ifndef HW_HOST_PLACE_H
#define HW_HOST_PLACE_H

#include "hw-api/hw-api.h"

/*
 * One step of the way, kept on the stack of the function that takes it: the file,
 * then a class of it, then a region of that.  Costs nothing until it is printed.
 */
typedef struct HwPlace {
    const struct HwPlace *outer;    /* NULL: the outermost */
    const char *kind;               /* "register"; NULL: the name says it all */
    const char *name;               /* NULL: not known, the index is shown */
    uint32_t index;
} HwPlace;

/*
 * Stores "x.so: class beacon: region mmio: register CTRL: SENTENCE".  Returns
 * false, so that a check can end with it.
 */
bool hw_refuse(const HwPlace *place, HwError *error, const char *format, ...) HW_PRINTF(3, 4);

#endif
