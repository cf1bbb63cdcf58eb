/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * I2C buses (hw-api/ext/draft/i2c.h).  A controller's bus has the name of its device.  A bus has a
 * section of its own in a stream, as in QEMU: "i2c_bus" with the address of the transfer under way.
 */
#ifndef OB_MACHINE_I2C_H
#define OB_MACHINE_I2C_H

#include "hw-api/ext/draft/i2c.h"
#include "qtest/machine/core/host-internal.h"

extern const HwI2c ob_i2c_service;

/* The members bus and address of -device are the bus's and not the device's. */
bool ob_i2c_is_option(const HwClass *cls, const char *key);

/* Puts a target on its bus.  Returns false and sets `error` if there is no such bus, or if the
 * address is taken. */
bool ob_i2c_target_comes(ObDevice *device, const ObOption *options, uint32_t count, HwError *error);

/* Ends the transfer that the target has; harmless for all other devices. */
void ob_i2c_target_leaves(ObDevice *device);

/* A target on the bus of the controller; NULL: none. */
ObDevice *ob_i2c_target_below(const ObDevice *controller);

#endif
