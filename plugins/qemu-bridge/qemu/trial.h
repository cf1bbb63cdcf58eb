/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Proves by use what learn.h has learned, before the plugin has devices. */
#ifndef BRIDGE_QEMU_TRIAL_H
#define BRIDGE_QEMU_TRIAL_H

#include "hw-api/hw-api.h"
#include "plugins/qemu-bridge/qemu/layout.h"

/* QEMU saves and loads a state by a description of the learned layout (qemu_layout).  True if the
 * bytes, the fields and the calls of the hooks are as described. */
bool qemu_trial_state(HwError *error);

/* The same with a field that is an object, described by another description. */
bool qemu_trial_object(HwError *error);

/* QEMU calls load_cleanup of handlers that have a function at each place.  The place before is
 * load_setup's. */
bool qemu_trial_loads(uint32_t *load_setup, HwError *error);

/* QEMU's own accesses to a region on trial show the bits of MemTxAttrs.  Needs no layout. */
bool qemu_trial_attributes(QemuAttributesLayout *bits, HwError *error);

#endif
