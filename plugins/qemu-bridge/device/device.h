/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device as a QEMU object: the bridge's own structures, and the parts of a device that
 * need no service.  Everything here runs under QEMU's big lock, which is the device lock.
 */
#ifndef BRIDGE_DEVICE_H
#define BRIDGE_DEVICE_H

#include "hw-api/host/coverage/coverage.h"
#include "hw-api/host/recording/recorder.h"
#include "hw-api/host/run/deferred.h"
#include "hw-api/host/run/instance.h"
#include "plugins/qemu-bridge/qemu/machine-api.h"

/* A device's QEMU object has this size.  Functions of QEMU take an object with a name that they
 * know for their own structure: then they read zeros here, and no other memory. */
#define QEMU_OBJECT_ROOM 1024

typedef struct BridgeKept BridgeKept;

/* A class's VMStateDescriptions by layout, the class's own first; NULL if the class has no state. */
typedef struct BridgeDescriptions {
    const void **by_layout;
    BridgeKept *kept; /* all their memory */
} BridgeDescriptions;

/* A device class as a QEMU type. */
typedef struct BridgeType {
    const HwClass *cls;
    char *name;                       /* the type's name in QEMU */
    BridgeDescriptions *descriptions; /* NULL with a refusal */
    QemuDeviceRealize *parent_realize;
    QemuDeviceUnrealize *parent_unrealize;
    QemuResetPhases parent_phases;
    char *refusal; /* why this QEMU can't have devices of the class; NULL: it can */
} BridgeType;

struct BridgePci;

/* An output that an option of -device connects. */
typedef struct BridgeLine {
    char *text;         /* the option's value; NULL: none */
    char *target_id;    /* the id in it */
    QemuObject *target; /* owned reference; NULL: not connected */
    uint32_t input;     /* its number there */
} BridgeLine;

/* The bridge's memory beside a QEMU object: the object's own memory belongs to QEMU. */
typedef struct BridgeDevice {
    struct BridgeDevice *next;
    QemuObject *object;
    BridgeType *type;
    HwInstance *instance;
    QemuMemoryRegion **memory; /* by region; NULL where disabled */
    QemuStateHandler *state_handler;
    HwDeferred *deferred;  /* from realize to unrealize */
    struct BridgePci *pci; /* pci.h; NULL: no PCI function */
    QemuIrq **outputs;     /* by number, the targets of its lines; NULL: no lines */
    BridgeLine *lines;     /* by output; NULL: no lines */
    /* Called after a property or a load may have changed what the device shows, or NULL. */
    void (*changed)(struct BridgeDevice *device);
    /* Called when the bytes of the device's files may have changed, or NULL. */
    void (*files_changed)(struct BridgeDevice *device);
    /* The device's own function for when the machine runs again, or NULL. */
    void (*resumed)(HwDevice *dev);
    const void *description; /* the description for the instance's layout */
    HwDevice *described;     /* for which QEMU has the description; NULL: for none */
    void *before;            /* its fields before the load under way; NULL: none */
    bool is_checked;         /* its post_load has accepted that load */
    bool mapped;
    bool has_fw_cfg;     /* the machine has fw_cfg; valid from realize on */
    bool has_late_files; /* bridge_fw_cfg_reset() has added its files */
} BridgeDevice;

typedef struct Bridge {
    const HwHost *host; /* serves all devices */
    HwPluginSet *set;
    const char *trace;    /* pattern of events, or NULL */
    HwCoverage *coverage; /* NULL: nobody counts */
    HwRecorder *recorder; /* NULL: nobody records */
    BridgeType **types;
    uint32_t type_count;
    BridgeDevice *devices; /* the newest device first */
    bool has_run;          /* the machine has run since it was made */
    bool is_ending;        /* QEMU ends, and has freed what it made itself */
} Bridge;

extern Bridge bridge;

/* ------------------------------------------------------------------- devices.c */

BridgeType *bridge_type_of(QemuObject *object);

/* Makes the instance at the first call for the object.  Returns NULL if out of memory. */
BridgeDevice *bridge_device_of(QemuObject *object);
static inline BridgeDevice *bridge_device_of_instance(const HwDevice *dev)
{
    return (BridgeDevice *)hw_instance_of(dev)->owner;
}

/* Takes the object's device off the list.  Returns NULL, and makes none, if there is none. */
BridgeDevice *bridge_device_take(QemuObject *object);

/* Frees a device that is off the list and unrealized. */
void bridge_device_free(BridgeDevice *device);

static inline void bridge_device_changed(BridgeDevice *device)
{
    if (device->changed) {
        device->changed(device);
    }
    if (device->files_changed) {
        device->files_changed(device);
    }
}

/* ---------------------------------------------------------------- other parts */

/* properties.c: gives QEMU's class those properties of the type's class that it does not have. */
void bridge_add_properties(const BridgeType *type, QemuObjectClass *cls);

/* regions.c: allocates memory for regions before the realize hook; the rest comes after it. */
bool bridge_regions_allocate(BridgeDevice *device, HwError *error);

/* Allocates a memory region that QEMU's init functions may fill. */
QemuMemoryRegion *bridge_memory_new(void);

/* The enabled region's memory.  The first call makes it, unless it is RAM. */
QemuMemoryRegion *bridge_region_memory(BridgeDevice *device, uint32_t index);

/* Gives the RAM blocks their names, by which streams know them, or takes the names away. */
void bridge_regions_name(BridgeDevice *device, bool named);
bool bridge_regions_check(BridgeDevice *device, HwError *error);
void bridge_regions_map(BridgeDevice *device);
void bridge_regions_unmap(BridgeDevice *device);

/* Call it after QEMU has released the regions, which are the object's children. */
void bridge_regions_free(BridgeDevice *device);

/* gpio.c: gives the object its lines, once nothing else can fail.  Does nothing without lines. */
bool bridge_gpio_attach(BridgeDevice *device, HwError *error);

/* lines.c: outputs that options connect with inputs.  Before realize an object has the options; for
 * instance_init. */
void bridge_lines_offer(QemuObject *object);
bool bridge_lines_new(BridgeDevice *device);        /* false: out of memory */
void bridge_lines_free(const BridgeDevice *device); /* before its instance */

/* Removes the options: QEMU's links get their names. */
void bridge_lines_withdraw(const BridgeDevice *device);
bool bridge_lines_connect(const BridgeDevice *device, HwError *error);

/* Before a change of the output: removes a connection whose target has left. */
void bridge_line_check(const BridgeDevice *device, uint32_t number);

/* The device leaves: what it drives goes low, and what drives it leads nowhere. */
void bridge_lines_disconnect(const BridgeDevice *device);

/* display.c: gives QEMU a console for each of the device's screens, and takes it back before the
 * screens are closed. */
void bridge_display_attach(BridgeDevice *device);
void bridge_display_detach(BridgeDevice *device);

/* loads.c: tells devices how a load ended.  From the first device on. */
void bridge_loads_watch(void);

/* Before and after a device's section: 0 or a negative errno. */
int bridge_load_begin(BridgeDevice *device);
void bridge_load_checked(BridgeDevice *device);

/* The machine runs, so a load under way is accepted. */
void bridge_load_accept(void);

/* True from the first section of a load until the devices know how it ended. */
bool bridge_load_is_under_way(void);

/* run-state.c */
void bridge_run_state_attach(BridgeDevice *device);
void bridge_run_state_detach(BridgeDevice *device);

/* state.c: the state in the instance's layout, without fields if it has none. */
const HwState *bridge_state_of(const HwInstance *instance);

/* state.c: the classes that are described from here on are those of a reload, until it succeeds. */
void bridge_states_begin(void);
void bridge_states_commit(void);

/* descriptions.c: a PCI function's descriptions begin with QEMU's part.  Returns NULL and sets
 * `error` on failure. */
BridgeDescriptions *bridge_descriptions_new(const HwDeviceClass *cls, HwError *error);
void bridge_descriptions_free(BridgeDescriptions *descriptions); /* NULL is allowed */

/* sections.c: a device's section in streams.  bridge_section_choose() comes first, and knows the
 * number that QEMU will give to the section. */
void bridge_section_choose(BridgeDevice *device);
bool bridge_section_register(BridgeDevice *device, QemuError **errp);
void bridge_section_unregister(BridgeDevice *device);

/* trace.c */
/* False with a sentence: no class of the plugin has an event that matches. */
bool bridge_trace_set(const char *pattern, HwError *error);
/* Opens the file of coverage=.  False with a sentence. */
bool bridge_coverage_set(const char *path, HwError *error);
void bridge_coverage_end(void);

void bridge_trace_device(BridgeDevice *device); /* for both */

/* record.c: the recording's life, and a device before and after its realize hook.  Those that return
 * false set `error`. */
bool bridge_record_begin(const char *path, HwError *error);
void bridge_record_end(void);
bool bridge_record_follow(BridgeDevice *device, HwError *error);
bool bridge_record_accepts(HwError *error);

#endif
