/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device's life in a host: creation, properties, address, realize, reset,
 * unrealize.  This is the part that is the same in every host; the host adds the
 * address map and the services.  Call all functions under the device lock.
 */
#ifndef HW_HOST_INSTANCE_H
#define HW_HOST_INSTANCE_H

#include "hw-api/host/load/plugin-set.h"
#include "hw-api/host/run/region.h"

/* An access to a device's region, for the report of a crash: see running.h. */
typedef struct HwRecord {
    HwRegionState *region;
    uint64_t value;
    uint64_t access; /* offset << 8 | size << 4 | HW_RECORD_: a store is what an access notices */
} HwRecord;

#define HW_RECORD_WRITE 1u
#define HW_RECORD_DONE  2u /* its hooks have returned */

#define HW_RECORDS      32

typedef struct HwRecords {
    uint64_t count;
    HwRecord rows[HW_RECORDS]; /* access n in row n modulo HW_RECORDS */
} HwRecords;

typedef enum HwPhase {
    HW_PHASE_CREATED,
    HW_PHASE_REALIZED,
    HW_PHASE_UNREALIZED,
} HwPhase;

typedef struct HwInstance {
    const HwClass *cls;
    HwDevice *dev; /* the flat instance, instance_size bytes */
    HwPhase phase;
    char *id;
    char **strings;         /* a string property's value, by property */
    HwRegionState *regions; /* by region; see region.h */
    uint32_t region_count;
    bool is_guarded; /* instance-memory.h */
    bool derives;    /* hw_instance_update() has work to do */
    bool has_shadow; /* words of a region are stored in its memory, too */
    uint32_t number; /* the number in the names of its section and RAM blocks,
                      * for instances of one class; the host sets it before
                      * it makes the blocks */
    void *owner;     /* the host's own, from hw_instance_new() */

    HwRegion *capabilities; /* tables of a PCI function's regions that follow the class's:
                             * a region for each capability of the class, in no space */
    struct HwPciUnit *pci;  /* host/pci/function.h; NULL: none */

    uint64_t outputs; /* levels of the output lines, a bit each; gpio.h */
    void (*output_changed)(struct HwInstance *instance, uint32_t number, bool level); /* or NULL */
    void *output_opaque;
    uint32_t i2c_address;     /* an I2C target's; the host sets it before realize */
    struct HwScreen *screens; /* in order of their numbers; screen.h */

    struct HwWatch *watch; /* watch.h; NULL: none */
    struct HwShelf *shelf; /* while its class is exchanged: shelf/shelf.h; else NULL */

    /* A PCI function's: where a region lies in its BAR's space. False: the BAR does not answer. */
    bool (*bar_place)(const HwRegionState *region, uint64_t *address, bool *is_io);

    HwRecords records;
} HwInstance;

/*
 * Allocates, fills the head and stores the defaults.  `id` NULL: the class's
 * name.  `host` must outlive the instance.
 */
HwInstance *hw_instance_new(const HwHost *host, const HwClass *cls, const char *id, void *owner);

/* Unrealizes the device if it is realized, and frees it.  NULL is allowed. */
void hw_instance_free(HwInstance *instance);

static inline HwInstance *hw_instance_of(const HwDevice *dev)
{
    return (HwInstance *)dev->host_data;
}

/* The layout in which the instance loads and saves: see HwDeviceClass.layout_from.  The second
 * function returns the state in that layout; NULL: the device has no state. */
uint32_t hw_instance_layout(const HwInstance *instance);
const HwState *hw_instance_state(const HwInstance *instance);

/*
 * A group of regions that share a base with the value HW_ADDRESS_AUTO.  The host
 * calls hw_instance_next_auto() and hw_instance_place() until no group is left.
 */
typedef struct HwAutoBase {
    uint32_t base;  /* HwRegion.base */
    uint32_t space; /* HwSpace */
    uint64_t size;  /* from the base to the end of the last region */
} HwAutoBase;
bool hw_instance_next_auto(const HwInstance *instance, HwAutoBase *group);
void hw_instance_place(HwInstance *instance, const HwAutoBase *group, uint64_t address);

/* Fixes which regions are enabled, their addresses and sizes, once all are placed.  Only for a
 * host that allocates the memory itself; otherwise hw_instance_realize() calls it. */
bool hw_instance_settle(HwInstance *instance, HwError *error);

/* Allocates the regions' RAM (zeroed, page aligned), unless the host has set `ram` itself.
 * Then calls the realize hook, and refuses regions that overlap.  After false the host only
 * has to call hw_instance_free(). */
bool hw_instance_realize(HwInstance *instance, HwError *error);

/* Stores the registers' reset values alone. */
void hw_instance_reset_words(HwInstance *instance);

/* Stores reset values, calls reset, then update. */
void hw_instance_reset(HwInstance *instance);

/*
 * Calls update, then stores the words of ROM_DEVICE regions in their memory.  Must follow
 * every call into a device that may have changed its state.  Hosts call it after the
 * callbacks that they make themselves, and after a load.  Costs nothing if the device has
 * neither `update` nor such words.
 */
void hw_instance_update(HwInstance *instance);

/* The second half of hw_instance_update(). */
void hw_instance_words_store(HwInstance *instance);

static inline void hw_device_update(const HwDevice *dev)
{
    hw_instance_update(hw_instance_of(dev));
}

/* Call the hooks loaded and load_undone.  The host calls hw_instance_update() after all
 * devices' hooks: see state.h. */
void hw_instance_loaded(HwInstance *instance);
void hw_instance_load_undone(HwInstance *instance);

/* Calls quiesce, then update. */
void hw_instance_quiesce(HwInstance *instance);

/* Calls unrealize.  The host must have unmapped the regions and drained callbacks. */
void hw_instance_unrealize(HwInstance *instance);

#endif
