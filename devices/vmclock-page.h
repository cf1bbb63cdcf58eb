/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes vmclock's page, while a guest may read it. */
#ifndef VMCLOCK_PAGE_H
#define VMCLOCK_PAGE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct VmClockValues {
    uint64_t marker;  /* changes at each disruption */
    uint64_t counter; /* changes with the generation */
} VmClockValues;

/* Writes all fields.  A guest that reads meanwhile sees that it has to read again. */
void vmclock_page_store(uint8_t *page, const VmClockValues *values, bool notifies);

/* Reads the values of a page that came by a stream, and may hold any bytes. */
void vmclock_page_load(const uint8_t *page, VmClockValues *values);

#endif
