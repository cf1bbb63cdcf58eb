/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A class with an I2C target as a QEMU device on an I2C bus, below QEMU's type "i2c-slave". */
#ifndef BRIDGE_DEVICE_I2C_H
#define BRIDGE_DEVICE_I2C_H

#include "plugins/qemu-bridge/device/device.h"
#include "plugins/qemu-bridge/qemu/i2c/i2c.h"

static inline bool bridge_type_is_i2c(const BridgeType *type)
{
    return type->cls->table.i2c != NULL && !type->refusal;
}

/* For class_init: QEMU calls the class's target. */
void bridge_i2c_class_init(QemuObjectClass *cls);

/* Takes the address that the user chose, before the device's realize.  Does nothing for other
 * devices. */
bool bridge_i2c_open(BridgeDevice *device, HwError *error);

#endif
