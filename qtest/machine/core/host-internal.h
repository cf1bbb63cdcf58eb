/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the library share: a host, and a device in it. */
#ifndef OB_HOST_INTERNAL_H
#define OB_HOST_INTERNAL_H

#include <glib.h>

#include "hw-api/ext/event-loop.h"
#include "hw-api/host/run/deferred.h"
#include "qtest/machine/core/clock.h"
#include "qtest/machine/core/host.h"
#include "qtest/machine/core/irq.h"
#include "qtest/machine/core/memory-map.h"

typedef struct ObDevice ObDevice;
typedef struct ObForeign ObForeign;

/* How the core reaches what is built on it: board.c fills it in. */
typedef struct ObWires {
    /* A device is mapped, or about to be unmapped.  False with a sentence refuses it; then
     * `device_leaves` is called all the same. */
    bool (*device_comes)(ObDevice *device, HwError *error);
    void (*device_leaves)(ObDevice *device);

    /* Devices came, went or were reset. */
    void (*devices_changed)(ObHost *host);

    /* The devices and parts are gone: frees what they have in the host besides. */
    void (*parts_gone)(ObHost *host);

    /* Whether the last stream brought a section whose name ends so; `foreign` may be NULL. */
    bool (*foreign_has)(const ObForeign *foreign, const char *end);
    void (*foreign_free)(ObForeign *foreign);   /* NULL is allowed */
} ObWires;

struct ObHost {
    HwHost api;                 /* first: what a device's `host` points at */
    char *name;
    char *stream_name;
    const ObMachine *machine;
    void (*log)(void *opaque, const char *device, uint32_t level, const char *text);
    void *log_opaque;

    ObMap maps[2];              /* by HwSpace */
    uint8_t *ram;
    ObRamBlock *ram_block;      /* NULL: no RAM */
    uint64_t ram_size;
    ObIrqs irqs;
    ObClock clock;
    HwExecutor *executor;
    HwTpmDrivers *tpms;
    HwVcpus *vcpus;             /* NULL: none */

    GPtrArray *blocks;          /* ObRamBlock, owned: the machine's, then the devices' */
    ObForeign *foreign;         /* what the last stream brought besides; NULL: nothing */
    GPtrArray *sets;            /* HwPluginSet, owned */
    GPtrArray *classes;         /* const HwClass, of the sets and added ones */
    const ObWires *wires;
    GArray *services;           /* ObService, beside the core's own */
    GPtrArray *parts;           /* HwInstance, owned: the machine's own devices */
    struct ObFwCfg *fw_cfg;     /* among them; NULL: there is none */
    struct ObAcpi *acpi;        /* NULL: there is none */
    GPtrArray *devices;         /* ObDevice, owned, in order of creation */
    HwAccessObserver *observer;
    void *observer_opaque;
};

typedef struct ObDeviceFile ObDeviceFile;

struct ObDevice {
    ObHost *host;
    HwInstance *instance;
    bool irq_warned;

    HwDeferred *deferred;       /* what it posts and runs */
    ObDeviceFile *files;        /* in fw_cfg */
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

/* host.c: a host without parts.  NULL with a sentence. */
ObHost *ob_core_new(const ObMachine *machine, const ObHostConfig *config, const ObWires *wires,
                    HwError *error);

/* services.c */
typedef struct ObService {
    const char *name;           /* "hw.acpi/1" */
    const void *table;
} ObService;

void ob_services_init(ObHost *host);    /* fills host->api */
void ob_service_offer(ObHost *host, const char *name, const void *table);

/* event-loop.c */
extern const HwEventLoop ob_event_loop;

/* placement.c: finds room for the regions whose address the user left to the machine. */
bool ob_device_place(ObDevice *device, HwError *error);

/* ram.c: the blocks of the machine and of a device's regions, and their tracking. */
void ob_ram_add(ObHost *host, const char *name, uint8_t *memory, uint64_t length,
                HwRegionState *region);
void ob_ram_remove(ObHost *host, const HwRegionState *region);
void ob_ram_track(ObHost *host);        /* restarts: all written pages are dirty */
void ob_ram_untrack(ObHost *host);

/* Before the last pass: memory of ROM devices is stored to outside the map too. */
void ob_ram_mark_rom_devices(ObHost *host);

static inline ObRamBlock *ob_ram_block_of(const HwRegionState *region)
{
    return (ObRamBlock *)region->host_data;
}

/*
 * devices.c: adds a device of the machine's own, which no option names: it has regions,
 * is reset and saved, but is not among the devices.  Takes the instance over, also when it
 * fails: false with a sentence.
 */
bool ob_host_add_part(ObHost *host, HwInstance *instance, HwError *error);

/* Each device with a state, the machine's own first; NULL after the last. */
HwInstance *ob_host_instance_at(const ObHost *host, uint32_t index);

void ob_device_free(ObDevice *device);

#endif
