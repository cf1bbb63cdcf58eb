/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bridge's own map: which file does what.  QEMU's big lock is the device lock.  Everything
 * runs under it, unless a comment says otherwise.
 *
 *   plugin.c      how the bridge gets into QEMU, and its end
 *   arguments.c   the bridge's own options
 *   types.c       a QEMU type for each device class
 *   types-next.c  the types of a set that takes over
 *   realize.c     a device's life: realize, reset, unrealize
 *   reload.c      a rebuilt set takes over: hot reload
 *
 *   service/      hw-api's services: how devices reach the machine
 *   device/       a device's parts: properties, regions, state, tracing
 *   qemu/         QEMU: its functions, structures, releases and machines
 *
 * A room includes only itself and the rooms below it.
 *
 * The bridge lives until the process ends: QEMU can't unregister a type.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

#include "plugins/qemu-bridge/device/device.h"

/* types.c: registers a type for each class of the plugin (bridge.set). */
bool bridge_register_types(HwError *error);

/* realize.c */
void bridge_realize(QemuObject *object, QemuError **errp);
void bridge_unrealize(QemuObject *object);

/* Phases of a reset: QEMU calls the second after the first has reset all devices. */
void bridge_reset_hold(QemuObject *object, int type);
void bridge_reset_leave(QemuObject *object, int type);

/* Unrealizes the instance if it is realized.  Called at QEMU's end. */
void bridge_device_end(BridgeDevice *device);

#endif
