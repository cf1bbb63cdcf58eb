/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The differences between the QEMU releases that the bridge knows.  Each release has a row;
 * the checklist in qemu-bridge.rst says how to fill it in.
 */
#ifndef BRIDGE_QEMU_VERSIONS_H
#define BRIDGE_QEMU_VERSIONS_H

#include "hw-api/hw-api.h"

/* Offsets of the members of VMStateDescription. */
typedef struct QemuDescriptionLayout {
    uint16_t size;
    uint16_t name;
    uint16_t version_id;         /* int */
    uint16_t minimum_version_id; /* int */
    uint16_t pre_load;           /* int (*)(void *opaque) */
    uint16_t post_load;          /* int (*)(void *opaque, int version) */
    uint16_t pre_save;           /* int (*)(void *opaque) */
    uint16_t needed;             /* bool (*)(void *opaque) */
    uint16_t fields;
    uint16_t subsections; /* array of pointers that ends with NULL */
} QemuDescriptionLayout;

/* Offsets of the members of VMStateField. */
typedef struct QemuFieldLayout {
    uint16_t size;
    uint16_t name;
    uint16_t offset;       /* size_t */
    uint16_t element_size; /* size_t */
    uint16_t count;        /* int */
    uint16_t info;
    uint16_t flags;      /* int */
    uint16_t version_id; /* int */
    uint32_t end_flag;   /* flag of the list's last entry; 0: that entry has no name */
} QemuFieldLayout;

/* Offsets of the members of DeviceClass. */
typedef struct QemuDeviceClassLayout {
    uint16_t categories; /* a bit set */
    uint16_t description;
    uint16_t user_creatable; /* bool */
    uint16_t hotpluggable;   /* bool */
} QemuDeviceClassLayout;

typedef struct QemuVersion {
    const char *name; /* "7.2" */
    unsigned major;
    unsigned minor;
    int plugin_api;      /* a qemu_plugin_version that the release accepts */
    int module_init_qom; /* MODULE_INIT_QOM */
    const QemuDescriptionLayout *description;
    const QemuFieldLayout *field;
    QemuDeviceClassLayout device_class;
    uint16_t load_setup;           /* in SaveVMHandlers; load_cleanup comes next */
    uint16_t interface_class_size; /* InterfaceClass's size: the rest of TPMIfClass follows it */
} QemuVersion;

/* VMStateFlags, the same in all releases. */
#define QEMU_VMS_SINGLE 1
#define QEMU_VMS_ARRAY  4

/* The row of the running QEMU.  plugin.c sets it before anything else. */
extern const QemuVersion *qemu_version_running;

/* Returns the row of a release, or NULL if it has none. */
const QemuVersion *qemu_version_find(unsigned major, unsigned minor);

/* Returns the row of the release, else of the last release before it, else the first row. */
const QemuVersion *qemu_version_nearest(unsigned major, unsigned minor);

/* Like qemu_version_find(), but sets `error` if the release has no row. */
const QemuVersion *qemu_version_require(unsigned major, unsigned minor, HwError *error);

#endif
