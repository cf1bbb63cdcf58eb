/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BRIDGE_DEVICE_STATE_FIELDS_H
#define BRIDGE_DEVICE_STATE_FIELDS_H

#include "plugins/qemu-bridge/device/device.h"
#include "plugins/qemu-bridge/qemu/description.h"

/* Describes a number, bytes or zeros.  Returns false and sets `error` on failure. */
bool bridge_describe_field(const HwStateField *field, QemuField *described, HwError *error);

#endif
