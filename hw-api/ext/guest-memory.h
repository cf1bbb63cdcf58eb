/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.guest-memory/1 - the guest's RAM, and the memory behind a device's own
 * RAM and ROM_DEVICE regions.
 */
#ifndef HW_EXT_GUEST_MEMORY_H
#define HW_EXT_GUEST_MEMORY_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_GUEST_MEMORY "hw.guest-memory/1"

typedef struct HwGuestMemory {
    HwAbi abi;

    /*
     * DMA: copies `size` bytes from or to guest-physical `address`, of a PCI function to the
     * bus's (ext/draft/pci.h).  Returns false, and copies nothing, unless the whole range is RAM.
     * Marks written memory dirty for migration.  [device lock & realized]
     */
    bool (*read)(HwDevice *dev, uint64_t address, void *buffer, uint64_t size);
    /* [device lock & realized] */
    bool (*write)(HwDevice *dev, uint64_t address, const void *buffer, uint64_t size);

    /*
     * The host's mapping of region number `region` of the class's table.  NULL if the
     * region is not of kind RAM or ROM_DEVICE, or is not enabled.  The region's `size`
     * bytes are accessible from realize until unrealize has returned, at an address that
     * does not change.  [device lock & alive]
     */
    void *(*region_pointer)(HwDevice *dev, uint32_t region);

    /*
     * Call this after each store through region_pointer, else migration may miss the
     * store.  The range must lie in the region.  [device lock & alive]
     */
    void (*region_dirty)(HwDevice *dev, uint32_t region, uint64_t offset, uint64_t size);

    /* Zeroes all RAM that the guest can reach, devices' RAM regions included.
     * [device lock & reset] */
    void (*clear)(HwDevice *dev);
} HwGuestMemory;

/* NULL where the host lacks the service and the class does not require it.
 * [device lock & alive] */
static inline const HwGuestMemory *hw_guest_memory(HwDevice *dev)
{
    return (const HwGuestMemory *)dev->host->query(dev->host, HW_GUEST_MEMORY);
}

#ifdef __cplusplus
}
#endif

#endif
