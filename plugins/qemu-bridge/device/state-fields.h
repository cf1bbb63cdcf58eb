/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files that make descriptions of states. */
#ifndef BRIDGE_DEVICE_STATE_FIELDS_H
#define BRIDGE_DEVICE_STATE_FIELDS_H

#include "plugins/qemu-bridge/device/device.h"
#include "plugins/qemu-bridge/qemu/description.h"

/* descriptions.c: the memory ends with the descriptions.  Returns it; NULL if it is NULL or out of
 * memory, and sets `error` to a sentence that begins with `name`. */
void *bridge_keep(BridgeDescriptions *owner, void *memory, const char *name, HwError *error);

/* state-fields.c: describes a number, bytes or zeros.  Returns false and sets `error` on failure. */
bool bridge_describe_field(BridgeDescriptions *owner, const HwStateField *field,
                           QemuField *described, HwError *error);

/* state.c: what QEMU calls for a state. */
typedef struct BridgeStateHooks {
    int (*pre_save)(void *opaque);
    int (*pre_load)(void *opaque);
    int (*post_load)(void *opaque, int version);
} BridgeStateHooks;

/* Returns false and sets `error` if the states have too many kinds of hooks. */
bool bridge_state_hooks(const HwState *state, bool is_subsection, BridgeStateHooks *hooks,
                        HwError *error);

#endif
