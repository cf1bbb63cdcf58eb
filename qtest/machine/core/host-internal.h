/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of the library: a host, and a device in it. */
#ifndef OB_HOST_INTERNAL_H
#define OB_HOST_INTERNAL_H

#include <glib.h>

#include "hw-api/ext/event-loop.h"
#include "hw-api/host/run/deferred.h"
#include "hw-api/host/run/host-base.h"
#include "qtest/machine/core/clock.h"
#include "qtest/machine/core/host.h"
#include "qtest/machine/core/irq.h"
#include "qtest/machine/core/memory-map.h"

typedef struct ObDevice ObDevice;
typedef struct ObForeign ObForeign;
typedef struct ObInput ObInput;
typedef struct ObPluginSource ObPluginSource;

/* How the core reaches the files that are built on it.  board.c fills the table in. */
typedef struct ObWires {
    /* A device has been mapped, or is about to be unmapped.  `device_comes` returns false
     * and sets `error` to refuse the device; `device_leaves` is called in that case too. */
    bool (*device_comes)(ObDevice *device, HwError *error);
    void (*device_leaves)(ObDevice *device);

    /* The device's class is exchanged: it is about to be unrealized, then has another HwDevice that is
     * not realized yet.  It keeps its place. */
    void (*device_shelved)(ObDevice *device);
    void (*device_moved)(ObDevice *device);

    /* A PCI function is about to be realized: it gets its place on a bus.  `options` are as in
     * ob_host_add_device().  Returns false and sets `error` on failure. */
    bool (*function_comes)(ObDevice *device, const ObOption *options, uint32_t count,
                           HwError *error);
    void (*function_leaves)(ObDevice *device);
    /* It is realized and mapped: a slot may tell the guest. */
    void (*function_plugged)(ObDevice *device);
    /* A device on a bus that the device has; NULL: no such device. */
    ObDevice *(*device_below)(const ObDevice *device);
    /* A user wants the function to go: ob_host_unplug(). */
    ObRemoval (*function_unplug)(ObDevice *device, HwError *error);
    /* The same for a target on an I2C bus. */
    bool (*target_comes)(ObDevice *device, const ObOption *options, uint32_t count, HwError *error);
    void (*target_leaves)(ObDevice *device);
    /* True if the option is the bus's or the lines' and not the device's. */
    bool (*is_bus_option)(const HwClass *cls, const char *key);

    /* Tells the guest by ACPI of a slot of a bus with hot plug by ACPI: a function came, or is to
     * leave. */
    void (*slot_changed)(ObHost *host, uint32_t bus, uint32_t slot, bool leaves);

    /* The guest has placed registers of the LPC bridge: ob_tco_placed(). */
    void (*lpc_placed)(ObHost *host, uint16_t ports, uint32_t chipset);

    /* Translates an address on the bus for a function's DMA.  Returns the number of bytes, up to
     * `size`, that follow one another from `*memory` on; 0: a fault. */
    uint64_t (*dma_translate)(const HwDevice *dev, uint64_t address, uint64_t size, bool is_write,
                              uint64_t *memory);

    /* Devices were added, removed or reset. */
    void (*devices_changed)(ObHost *host);

    /* The devices and parts are freed.  Frees the other memory that parts keep in the host. */
    void (*parts_gone)(ObHost *host);

    /* True if the last stream had a section whose name ends in `end`.  `foreign` may be NULL. */
    bool (*foreign_has)(const ObForeign *foreign, const char *end);
    void (*foreign_free)(ObForeign *foreign); /* NULL is allowed */
} ObWires;

struct ObHost {
    HwHostBase base; /* first: a device's `host` points at it */
    char *name;
    char *stream_name;
    const ObMachine *machine;
    uint32_t version; /* 100 * major + minor of QEMU's machine */
    void (*log)(void *opaque, const char *device, uint32_t level, const char *text);
    void *log_opaque;

    ObMap maps[2];      /* by HwSpace */
    GArray *background; /* ObRange: memory that RAM and BARs hide; NULL: none */
    uint8_t *ram;
    uint64_t ram_size;
    uint64_t ram_low_most; /* 0: the machine's */
    bool owns_ram;
    ObIrqs irqs;
    ObClock clock;
    HwExecutor *executor;

    GPtrArray *blocks;      /* ObRamBlock, owned: the machine's, then the devices'; ram-block.h */
    ObForeign *foreign;     /* foreign devices of the last stream; NULL: none */
    GPtrArray *sets;        /* HwPluginSet, owned: the plugins */
    GPtrArray *classes;     /* const HwClass, of plugins and of ob_host_add_class() */
    ObPluginSource *source; /* owned: ob_host_set_plugin_source() */
    const ObWires *wires;
    GArray *services;           /* ObService, in addition to the core's own */
    GPtrArray *parts;           /* HwInstance, owned: the machine's own devices */
    struct ObFwCfg *fw_cfg;     /* one of the parts; NULL: none */
    struct ObAcpi *acpi;        /* NULL: none */
    struct ObPci *pci;          /* one of the parts; NULL: none */
    HwInstance *tco;            /* one of the parts; NULL: none */
    struct ObTree *tree;        /* NULL: none */
    struct ObNet *net;          /* NULL: none yet */
    ObInput *input;             /* NULL: none yet */
    GPtrArray *chardevs;        /* ObChardevStream, owned; NULL: none yet */
    GPtrArray *i2c_buses;       /* HwI2cBus, the oldest first */
    bool (*runs)(void *opaque); /* NULL: always */
    void *runs_opaque;
    GPtrArray *devices;      /* ObDevice, owned, in order of creation */
    bool is_hot;             /* devices join a running machine */
    bool has_left;           /* some ObDevice.is_left */
    uint32_t changes;        /* devices came, left, or took another class; RAM was replaced */
    uint32_t saves;          /* streams that are being written: devices stay */
    bool travels_in_no_time; /* the host's time between a save and a load does not count */
    void (*gone)(void *opaque, HwInstance *instance); /* NULL: nobody listens */
    void *gone_opaque;
    struct HwRecorder *recorder; /* NULL: none */
    HwAccessObserver *observer;
    void *observer_opaque;
    void (*output_changed)(void *opaque, const HwDevice *device, uint32_t number, bool level);
    void *output_opaque;
    void (*guest_told)(void *opaque, uint32_t news); /* NULL: nobody listens */
    void *guest_told_opaque;
};

typedef struct ObDeviceFile ObDeviceFile;
typedef struct ObLine ObLine;

struct ObDevice {
    ObHost *host;
    HwInstance *instance;
    bool irq_warned;
    bool is_hot;         /* it came while the machine was running */
    bool is_left;        /* the guest has given it up, and does not see it */
    int64_t asked_until; /* the guest has been asked for it: the virtual clock; 0: not */
    char *bus_path;      /* a PCI function's, "0000:00:04.0"; NULL: not on a bus */

    ObLine *inputs, *outputs; /* the other ends of its lines, by number: lines.h; NULL: no lines */

    HwDeferred *deferred; /* its posted calls and work */
    ObDeviceFile *files;  /* its files in fw_cfg */
    uint32_t file_count;
};

static inline ObHost *ob_host_of(const HwDevice *dev)
{
    return (ObHost *)dev->host;
}

static inline ObDevice *ob_device_of(const HwDevice *dev)
{
    return (ObDevice *)hw_instance_of(dev)->owner;
}

/* host.c: makes a host without parts.  Returns NULL and sets `error` on failure. */
ObHost *ob_core_new(const ObMachine *machine, const ObHostConfig *config, const ObWires *wires,
                    HwError *error);

/* classes.c.  The last asks the host's source of plugins, if it has not been asked. */
void ob_classes_init(ObHost *host);
void ob_classes_clear(ObHost *host);
void ob_classes_complete(const ObHost *host);

/* classes.c: the plugin that has brought the class; NULL: none. */
const HwPlugin *ob_host_plugin_of(const ObHost *host, const HwClass *cls);

/* services.c */
typedef struct ObService {
    const char *name; /* "hw.acpi/1" */
    const void *table;
} ObService;

void ob_services_init(ObHost *host); /* fills host->base.api */
void ob_service_offer(ObHost *host, const char *name, const void *table);

/* event-loop.c */
extern const HwEventLoop ob_event_loop;

/* placement.c: finds room for the regions whose address the user left to the machine. */
bool ob_device_place(ObDevice *device, HwError *error);

/* ram.c: the blocks of the machine and of a device's regions, and their tracking. */
uint64_t ob_host_ram_low(const ObHost *host); /* the size of the RAM below 4 GiB */
void ob_ram_add(ObHost *host, const char *name, uint8_t *memory, uint64_t length,
                HwRegionState *region);
void ob_ram_add_unsaved(ObHost *host, HwRegionState *region); /* no stream has it */
bool ob_ram_has(const ObHost *host, const char *name);        /* in a stream */
void ob_ram_remove(ObHost *host, const HwRegionState *region);
/* Tracks all blocks for an owner.  Restarts: all written pages become dirty. */
void ob_ram_track(ObHost *host, const void *owner);
void ob_ram_untrack(ObHost *host, const void *owner);

/* The block of the region's memory; NULL: it has no memory. */
static inline ObRamBlock *ob_ram_block_of(const HwRegionState *region)
{
    return (ObRamBlock *)region->host_data;
}

/*
 * devices.c: adds a part: one of the machine's own devices, which no option names.  It has
 * regions, is reset and saved, but is not among the devices.  Takes the instance over, also
 * on failure.  Returns false and sets `error` on failure.
 */
bool ob_host_add_part(ObHost *host, HwInstance *instance, HwError *error);

/* Maps a part's region at another address, or nowhere.  It is nowhere, too, where something else is. */
#define OB_NOWHERE UINT64_MAX
void ob_host_place_region(ObHost *host, HwRegionState *region, uint64_t address);

/* Frees a part before the host ends. */
void ob_host_remove_part(ObHost *host, HwInstance *instance);

/* Resets one device or part. */
void ob_instance_reset(HwInstance *instance);

/* Each device and part, parts first; NULL after the last. */
HwInstance *ob_host_instance_at(const ObHost *host, uint32_t index);

void ob_device_free(ObDevice *device);

/* Removes the devices that the guest has given up.  Never call it from a hook or callback. */
void ob_host_remove_left(ObHost *host);

#endif
