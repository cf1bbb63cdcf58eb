/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies of the memory of a device's regions.  Stores there call nobody, so a recorder and a replay
 * compare.  Changes inside of an input are the device's, and others are the guest's.
 */
#ifndef HW_HOST_SHADOWS_H
#define HW_HOST_SHADOWS_H

#include "hw-api/host/run/instance.h"
#include "hw-api/host/run/intake/watch.h"

/* All memory of a device, at most: each comparison reads it. */
#define HW_SHADOWS_MAX (1u << 20)

typedef struct HwShadows HwShadows;

/* Once the regions' memory is allocated.  Returns NULL and sets `error` if there is too much of it. */
HwShadows *hw_shadows_new(const HwInstance *instance, HwError *error);
void hw_shadows_free(HwShadows *shadows); /* NULL is allowed */

/* Calls `changed` for each run of bytes that have changed since the last call. */
typedef void HwShadowChanged(void *opaque, uint32_t region, uint64_t offset, const void *bytes,
                             uint32_t size);
void hw_shadows_compare(HwShadows *shadows, HwShadowChanged *changed, void *opaque);

/* A write of the guest comes, and the host will store it: these bytes are expected in the memory.
 * Regions without memory, and bytes outside of it, are left out. */
void hw_shadows_expect(HwShadows *shadows, const HwIntake *write);

/* Stores in the memory and in the copy.  False: no region has these bytes. */
bool hw_shadows_store(HwShadows *shadows, uint64_t region, uint64_t offset, const void *bytes,
                      uint32_t size);

#endif
