/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device's life under QEMU.  Everything here runs under QEMU's big lock, which is the
 * device lock, except where said.
 *
 * The bridge lives until the process ends: QEMU has no way to take back a type.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

#include "plugins/qemu-bridge/device.h"

/* types.c: registers a type for each class of bridge.set. */
bool bridge_register_types(HwError *error);

/* realize.c */
void bridge_realize(QemuObject *object, QemuError **errp);
void bridge_unrealize(QemuObject *object);

/* Unrealizes the instance, if it is realized: at QEMU's end. */
void bridge_device_end(BridgeDevice *device);

#endif
