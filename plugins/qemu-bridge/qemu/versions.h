/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between the QEMU releases that the bridge knows.  A release is
 * a row; qemu-bridge.rst's checklist says how to fill one.
 */
#ifndef BRIDGE_QEMU_VERSIONS_H
#define BRIDGE_QEMU_VERSIONS_H

#include "hw-api/hw-api.h"

/* Where the members of VMStateDescription lie. */
typedef struct QemuDescriptionLayout {
    uint16_t size;
    uint16_t name;
    uint16_t version_id;            /* int */
    uint16_t minimum_version_id;    /* int */
    uint16_t pre_load;              /* int (*)(void *opaque) */
    uint16_t post_load;             /* int (*)(void *opaque, int version) */
    uint16_t pre_save;              /* int (*)(void *opaque) */
    uint16_t needed;                /* bool (*)(void *opaque) */
    uint16_t fields;
    uint16_t subsections;           /* array of pointers that ends with NULL */
} QemuDescriptionLayout;

/* Where the members of VMStateField lie. */
typedef struct QemuFieldLayout {
    uint16_t size;
    uint16_t name;
    uint16_t offset;                /* size_t */
    uint16_t element_size;          /* size_t */
    uint16_t count;                 /* int */
    uint16_t info;
    uint16_t flags;                 /* int */
    uint16_t version_id;            /* int */
    uint32_t end_flag;              /* in the list's last entry; 0: it has no name */
} QemuFieldLayout;

/* Where the members of DeviceClass lie. */
typedef struct QemuDeviceClassLayout {
    uint16_t categories;            /* a bit set */
    uint16_t description;
    uint16_t user_creatable;        /* bool */
    uint16_t hotpluggable;          /* bool */
} QemuDeviceClassLayout;

typedef struct QemuVersion {
    const char *name;               /* "7.2" */
    unsigned major;
    unsigned minor;
    int plugin_api;                 /* a qemu_plugin_version that it takes */
    int module_init_qom;            /* MODULE_INIT_QOM */
    const QemuDescriptionLayout *description;
    const QemuFieldLayout *field;
    QemuDeviceClassLayout device_class;
    uint16_t interface_class_size;  /* of InterfaceClass: where TPMIfClass goes on */
} QemuVersion;

/* VMStateFlags; the same in all. */
#define QEMU_VMS_SINGLE 1
#define QEMU_VMS_ARRAY  4

/* The row of the QEMU that runs.  plugin.c sets it before anything else. */
extern const QemuVersion *qemu_version_running;

/* The row of a release, NULL if there is none. */
const QemuVersion *qemu_version_find(unsigned major, unsigned minor);

/* The row of the last release before this one, else of the first. */
const QemuVersion *qemu_version_nearest(unsigned major, unsigned minor);

/* As qemu_version_find(), with a sentence where there is none. */
const QemuVersion *qemu_version_require(unsigned major, unsigned minor, HwError *error);

#endif
