/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OB_MACHINE_I2C_INTERNAL_H
#define OB_MACHINE_I2C_INTERNAL_H

#include "qtest/machine/i2c/i2c.h"

struct HwI2cBus {
    ObHost *host;
    ObDevice *controller;
    HwInstance *section;
    GPtrArray *targets; /* ObDevice */
    ObDevice *current;  /* has the transfer under way; NULL: the bus is free */
};

/* The bus of this name, or with NULL the oldest; NULL: there is none. */
HwI2cBus *ob_i2c_bus_named(const ObHost *host, const char *name);

/* The bus that has the target; NULL: none. */
HwI2cBus *ob_i2c_bus_of(const ObDevice *target);

/* NULL: the address is free. */
ObDevice *ob_i2c_bus_target(const HwI2cBus *bus, uint32_t address);

#endif
