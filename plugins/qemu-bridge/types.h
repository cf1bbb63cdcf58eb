/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's types of the plugin's classes, at the start and in a reload. */
#ifndef BRIDGE_TYPES_H
#define BRIDGE_TYPES_H

#include "plugins/qemu-bridge/device/device.h"

/* types.c: the type is not QEMU's yet.  Returns NULL and sets `error` if QEMU can't have it. */
BridgeType *bridge_type_new(const HwClass *cls, HwError *error);
void bridge_type_free(BridgeType *type); /* only before bridge_type_add(); NULL is allowed */

/* Makes room for so many types. */
bool bridge_types_reserve(uint32_t count, HwError *error);

/* Gives QEMU the type for good.  There must be room. */
void bridge_type_add(BridgeType *type);

/* Tells QEMU's class what the type's class has: its properties, and what QEMU shows of it. */
void bridge_type_describe(const BridgeType *type, QemuObjectClass *cls);

/* types-next.c: what the types will be with the classes of a set that is about to take over.
 * Returns NULL and sets `error` if they can't: QEMU can neither remove a type nor put it on another
 * bus. */
typedef struct BridgeTypesNext BridgeTypesNext;
BridgeTypesNext *bridge_types_prepare(const HwPluginSet *set, HwError *error);

/* Gives the types the new classes.  Frees `next`, and what the types had before. */
void bridge_types_exchange(BridgeTypesNext *next);

/* Frees `next`; the types stay as they are.  NULL is allowed. */
void bridge_types_drop(BridgeTypesNext *next);

#endif
