/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Learns QEMU's layouts from objects of the running QEMU; qemu-layouts.rst lists the signs of
 * each member.  A member without its signs refuses, and the sentence names the signs.  trial.h
 * proves what was learned by use.
 *
 * Reads nothing outside of the objects and the file that they lie in.
 */
#ifndef BRIDGE_QEMU_LEARN_H
#define BRIDGE_QEMU_LEARN_H

#include "hw-api/hw-api.h"
#include "plugins/qemu-bridge/qemu/layout.h"

/* VMStateDescriptions that QEMU exports, and the VMStateInfo of a uint32. */
typedef struct QemuDescriptions {
    const void *fifo8;
    const void *usb_device;
    const void *serial;
    const void *cpu_common;
    const void *clock;
    const void *i2c_slave;
    const void *info_uint32;
} QemuDescriptions;

/* Learns `layout->description` and `layout->field`. */
bool qemu_learn_descriptions(const QemuDescriptions *known, QemuLayout *layout, HwError *error);

/* VMStateDescriptions that have another one's object as a field; NULL: this QEMU lacks it. */
typedef struct QemuPciDescriptions {
    const void *esp;
    const void *fifo8;
    const void *smbus_device;
    const void *i2c_slave;
    const void *u2f_key;
    const void *usb_device;
    const void *pci_device;
} QemuPciDescriptions;

/* Learns `layout->pci`, after the descriptions. */
bool qemu_learn_pci(const QemuPciDescriptions *known, QemuLayout *layout, HwError *error);

/* Returns the description's first field of this name, or with NULL the end of its list; NULL if
 * there is none. */
const void *qemu_learn_field(const QemuLayout *layout, const void *description, const char *name);

/* QEMU's classes. */
typedef struct QemuClasses {
    const void *(*find)(const char *type); /* returns NULL if there is no such type */
    const char *(*name)(const void *cls);
    const void *(*interface)(const void *cls, const char *type);
    const void *file; /* any address in QEMU's file */
} QemuClasses;

/* Learns `layout->device_class`. */
bool qemu_learn_device_class(const QemuClasses *known, QemuLayout *layout, HwError *error);

/* Learns `layout->i2c`. */
bool qemu_learn_i2c(const QemuClasses *known, QemuLayout *layout, HwError *error);

/* The size of a type's class; 0: its type and its allocation differ. */
uint32_t qemu_learn_class_size(const QemuClasses *known, const char *name);

/* Learns `layout->interface_class_size`. */
bool qemu_learn_interface_class(const QemuClasses *known, QemuLayout *layout, HwError *error);

#endif
