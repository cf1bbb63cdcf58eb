/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The common access of drivers: 4 aligned bytes of one register.  Each access has a plan, made
 * once with the region, so that it need not look into the tables.
 */
#ifndef HW_HOST_STRAIGHT_H
#define HW_HOST_STRAIGHT_H

#include "hw-api/host/run/region.h"

/* The register's members that such an access needs, in half a cache line. */
typedef struct HwPlan {
    uint32_t rw, w1c;
    uint32_t (*read)(HwDevice *dev, uint32_t stored);
    void (*written)(HwDevice *dev, uint32_t value);
    bool is_register; /* the access reaches one */
    bool is_word;     /* its value is the stored word */
} HwPlan;

/* Fill and free the region's plans.  Regions of other kinds than REGISTERS have none.  The first
 * returns false if out of memory. */
bool hw_plans_make(HwRegionState *region);
void hw_plans_free(HwRegionState *region);

/* region.c: hw_region_read() and hw_region_write() for all accesses. */
uint64_t hw_region_read_any(HwRegionState *region, uint64_t offset, uint32_t size);
void hw_region_write_any(HwRegionState *region, uint64_t offset, uint64_t value, uint32_t size);

#endif
