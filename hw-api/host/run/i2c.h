/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Targets on an I2C bus (hw-api/ext/draft/i2c.h), for any host: the bytes on the bus as accesses to
 * the registers, or as calls of the hooks.  Under the device lock, for realized devices.
 */
#ifndef HW_HOST_I2C_H
#define HW_HOST_I2C_H

#include "hw-api/ext/draft/i2c.h"
#include "hw-api/host/run/instance.h"

/* The class's target, or NULL. */
static inline const HwI2cTarget *hw_i2c_target(const HwInstance *instance)
{
    return instance->cls->table.i2c;
}

/* False: not acknowledged. */
bool hw_i2c_start(HwInstance *instance, bool is_read);
bool hw_i2c_write(HwInstance *instance, uint8_t byte);
uint8_t hw_i2c_read(HwInstance *instance);
void hw_i2c_stop(HwInstance *instance);

#endif
