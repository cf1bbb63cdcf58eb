/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of vmclock's page; reads and writes the page, while a guest may read it. */
#ifndef VMCLOCK_PAGE_H
#define VMCLOCK_PAGE_H

#include "hw-api/hw-api.h"

typedef struct VmClockValues {
    uint64_t marker;  /* changes at each disruption */
    uint64_t counter; /* changes with the generation */
} VmClockValues;

/* A random value that the guest has not seen. */
uint64_t vmclock_fresh(HwDevice *dev, uint64_t old);

/* The counter that the user's text means; NULL or "auto": a random one. */
bool vmclock_counter_choose(HwDevice *dev, const char *text, uint64_t old, uint64_t *counter,
                            HwError *error);

/* Writes all fields.  A guest that reads meanwhile sees that it has to read again. */
void vmclock_page_store(uint8_t *page, const VmClockValues *values, bool notifies);

/* Reads the values of a page that came by a stream, and may hold any bytes. */
void vmclock_page_load(const uint8_t *page, VmClockValues *values);

#endif
