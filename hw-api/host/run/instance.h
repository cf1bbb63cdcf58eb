/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device's life in a host: creation, properties, address, realize, reset,
 * unrealize.  The host brings the address map and the services; this brings
 * what is the same in every host.  Under the device lock throughout.
 */
#ifndef HW_HOST_INSTANCE_H
#define HW_HOST_INSTANCE_H

#include "hw-api/host/load/plugin-set.h"
#include "hw-api/host/run/region.h"

typedef enum HwPhase {
    HW_PHASE_CREATED,
    HW_PHASE_REALIZED,
    HW_PHASE_UNREALIZED,
} HwPhase;

typedef struct HwInstance {
    const HwClass *cls;
    HwDevice *dev;              /* the flat instance, instance_size bytes */
    HwPhase phase;
    char *id;
    char **strings;             /* a string property's value, by property */
    HwRegionState *regions;     /* by region; see region.h */
    uint32_t region_count;
    bool derives;               /* there is something for hw_instance_update() to do */
    uint32_t number;            /* of its section and RAM blocks, among those of the same
                                 * name; the host sets it before it makes the blocks */
    void *owner;                /* the host's own, as given to hw_instance_new() */
} HwInstance;

/*
 * Allocates, fills the head and stores the defaults.  `id` NULL: the class's
 * name.  `host` must outlive the instance.
 */
HwInstance *hw_instance_new(const HwHost *host, const HwClass *cls, const char *id, void *owner);

/* Frees; unrealizes first if need be.  NULL is allowed. */
void hw_instance_free(HwInstance *instance);

static inline HwInstance *hw_instance_of(const HwDevice *dev)
{
    return (HwInstance *)dev->host_data;
}

/* The layout in which the instance loads and saves: see HwDeviceClass.layout_from.  And
 * its state in that, NULL: it has none. */
uint32_t hw_instance_layout(const HwInstance *instance);
const HwState *hw_instance_state(const HwInstance *instance);

/*
 * Groups of regions that share a base which holds HW_ADDRESS_AUTO.  The host
 * calls hw_instance_next_auto() and hw_instance_place() until there is none.
 */
typedef struct HwAutoBase {
    uint32_t base;              /* HwRegion.base */
    uint32_t space;             /* HwSpace */
    uint64_t size;              /* from the base to the end of the last region */
} HwAutoBase;
bool hw_instance_next_auto(const HwInstance *instance, HwAutoBase *group);
void hw_instance_place(HwInstance *instance, const HwAutoBase *group, uint64_t address);

/* Settles which regions there are, their addresses and sizes, once all are placed.
 * For a host that brings the memory itself; hw_instance_realize() does it else. */
bool hw_instance_settle(HwInstance *instance, HwError *error);

/* Allocates RAM behind regions (zeroed, page aligned), unless the host has set `ram`
 * itself; then calls the realize hook, and refuses regions that overlap.  On false nothing
 * is left to undo but hw_instance_free(). */
bool hw_instance_realize(HwInstance *instance, HwError *error);

/* Stores reset values, calls reset, then update. */
void hw_instance_reset(HwInstance *instance);

/*
 * Calls update, then stores the words of ROM_DEVICE regions in their memory.  Follows
 * every call into a device that may have changed its state.  Hosts call it after the
 * callbacks that they make themselves, and after a load.  Costs nothing for a device that
 * derives nothing.
 */
void hw_instance_update(HwInstance *instance);

static inline void hw_device_update(const HwDevice *dev)
{
    hw_instance_update(hw_instance_of(dev));
}

/* Call loaded and load_undone.  The host updates once all devices are through: see
 * state.h. */
void hw_instance_loaded(HwInstance *instance);
void hw_instance_load_undone(HwInstance *instance);

/* Calls quiesce, then update. */
void hw_instance_quiesce(HwInstance *instance);

/* Calls unrealize; the host has unmapped the regions and drained callbacks. */
void hw_instance_unrealize(HwInstance *instance);

#endif
