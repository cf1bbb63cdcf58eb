/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bridge's own structures, and who does what.  Everything here runs under
 * QEMU's big lock, which is the device lock, except where said.
 *
 * The bridge lives until the process ends: QEMU has no way to take back a type.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

#include "hw-api/host/run/deferred.h"
#include "hw-api/host/run/instance.h"
#include "plugins/qemu-bridge/qemu-machine-types.h"
#include "plugins/qemu-bridge/qemu-versions.h"

/* A device class as a QEMU type. */
typedef struct BridgeType {
    const HwClass *cls;
    char *name;                         /* in QEMU */
    const void **descriptions;          /* VMStateDescription by layout, the class's own
                                         * first; NULL where there is no state */
    QemuDeviceRealize *parent_realize;
    QemuDeviceUnrealize *parent_unrealize;
} BridgeType;

/* What we keep beside a QEMU object: its own memory belongs to QEMU. */
typedef struct BridgeDevice {
    struct BridgeDevice *next;
    QemuObject *object;
    BridgeType *type;
    HwInstance *instance;
    QemuMemoryRegion **memory;          /* by region; NULL where disabled */
    QemuStateHandler *state_handler;
    HwDeferred *deferred;               /* from realize to unrealize */
    const void *description;            /* of `type`, in the instance's layout */
    bool mapped;
    bool has_fw_cfg;                    /* the machine has; from realize on */
    bool has_late_files;                /* those that bridge_fw_cfg_reset() adds are there */
} BridgeDevice;

typedef struct Bridge {
    const QemuVersion *version;
    HwPluginSet *set;
    const char *trace;                  /* pattern of device ids, or NULL */
    BridgeType *types;
    uint32_t type_count;
    BridgeDevice *devices;
    bool has_run;                       /* the machine, since it was made */
} Bridge;

extern Bridge bridge;

/* ------------------------------------------------------------ devices, by object */

BridgeType *bridge_type_of(QemuObject *object);

/* Makes the instance when first asked for it.  NULL: no memory. */
BridgeDevice *bridge_device_of(QemuObject *object);
BridgeDevice *bridge_device_of_instance(const HwDevice *dev);

/* --------------------------------------------------------------------- parts */

/* types.c: registers a type for each class of bridge.set. */
bool bridge_register_types(HwError *error);

/* properties.c */
void bridge_add_properties(BridgeType *type, QemuObjectClass *cls);

/* realize.c */
void bridge_realize(QemuObject *object, QemuError **errp);
void bridge_unrealize(QemuObject *object);

/* Unrealizes the instance, if it is realized: at QEMU's end. */
void bridge_device_end(BridgeDevice *device);

/* regions.c: memory behind regions before the realize hook, the rest after it. */
bool bridge_regions_allocate(BridgeDevice *device, HwError *error);
bool bridge_regions_check(BridgeDevice *device, HwError *error);
void bridge_regions_map(BridgeDevice *device);
void bridge_regions_unmap(BridgeDevice *device);

/* Tells QEMU that hw-api has stored registers in the memory of ROM devices. */
void bridge_regions_synced(BridgeDevice *device);
void bridge_regions_free(BridgeDevice *device);

/* machine.c: room for `size` bytes at an address of the machine's own choice. */
bool bridge_machine_place(uint32_t space, uint64_t size, uint64_t *address, HwError *error);
bool bridge_machine_has_ports(void);
uint64_t bridge_machine_fw_cfg(void);       /* address of its registers, 0: unknown */
uint32_t bridge_machine_event(void);        /* HwAcpiEventKind for our devices, 0: none */

/* fw-cfg.c: before the realize hook, after it, and once nothing can fail any more. */
bool bridge_fw_cfg_prepare(BridgeDevice *device, HwError *error);
bool bridge_fw_cfg_check(BridgeDevice *device, HwError *error);
void bridge_fw_cfg_add(BridgeDevice *device);

/* At each reset: adds files that QEMU would take for its own before its first. */
void bridge_fw_cfg_reset(BridgeDevice *device);

/* Whether fw_cfg has room for one more file of this name. */
bool bridge_fw_cfg_file_check(const char *id, const char *name, HwError *error);

/* A file of a realized device, NULL if there is none of this name. */
const HwFwCfgFile *bridge_fw_cfg_file_named(const char *name);

/* acpi.c */
void bridge_acpi_init(void);
void bridge_acpi_add(BridgeDevice *device);     /* when it is realized */

/* irq.c */
void bridge_irq_set(HwDevice *dev, uint32_t line, bool level);
void bridge_irq_pulse(HwDevice *dev, uint32_t line);     /* an edge */
void bridge_irq_forget(void);       /* the controller may have changed by itself */

/* run-state.c */
void bridge_run_state_attach(BridgeDevice *device);
void bridge_run_state_detach(BridgeDevice *device);

/* state.c: the class's state as a VMStateDescription, NULL with a sentence. */
const void *bridge_describe_state(const HwState *state, HwError *error);

/* trace.c */
void bridge_trace_device(BridgeDevice *device);

/* services.c */
extern const HwHost bridge_host;

/* log.c.  Any thread. */
void bridge_log(HwDevice *dev, uint32_t level, const char *text);
void bridge_log_line(uint32_t level, const char *text);

/* Reports the sentence as QEMU reports its own errors. */
void bridge_report(const char *sentence);

/* Without QEMU: it may not export that, or abort before its main() is under way. */
void bridge_report_early(const char *sentence);

/* Hands the sentence to QEMU's caller. */
void bridge_fail(QemuError **errp, const char *sentence);

#endif
