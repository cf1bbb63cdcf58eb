/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's I2C targets: what the bridge must know of the structure I2CSlaveClass. */
#ifndef BRIDGE_QEMU_I2C_H
#define BRIDGE_QEMU_I2C_H

#include "hw-api/hw-api.h"
#include "plugins/qemu-bridge/qemu/i2c/i2c-api.h"

/* Checks that this QEMU has the functions for I2C, and learns what they don't show, once.  Returns
 * false and sets `error` to the first missing symbol or sign. */
bool qemu_i2c_learn(HwError *error);

typedef struct QemuI2cHooks {
    int (*send)(QemuObject *target, uint8_t byte); /* 0: acknowledged */
    uint8_t (*receive)(QemuObject *target);
    int (*event)(QemuObject *target, int event);
} QemuI2cHooks;

/* For class_init of a type below "i2c-slave". */
void qemu_i2c_class_hook(QemuObjectClass *cls, const QemuI2cHooks *hooks);

#endif
