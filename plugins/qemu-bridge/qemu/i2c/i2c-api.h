/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's functions for I2C, continued from api.h.  A target is an object below the type "i2c-slave".
 * The bridge works without them: then it refuses targets and controllers (i2c.h).
 */
#ifndef BRIDGE_QEMU_I2C_API_H
#define BRIDGE_QEMU_I2C_API_H

#include "plugins/qemu-bridge/qemu/learn-api.h"

typedef struct QemuI2cBus QemuI2cBus;

/* The bus belongs to its parent, a device. */
QEMU_WEAK QemuI2cBus *i2c_init_bus(QemuObject *parent, const char *name);
QEMU_WEAK int i2c_bus_busy(QemuI2cBus *bus);
/* Return 0 if acknowledged. */
QEMU_WEAK int i2c_start_transfer(QemuI2cBus *bus, uint8_t address, bool is_read);
QEMU_WEAK int i2c_send(QemuI2cBus *bus, uint8_t byte);
/* 0xff on a free bus. */
QEMU_WEAK uint8_t i2c_recv(QemuI2cBus *bus);
QEMU_WEAK void i2c_end_transfer(QemuI2cBus *bus);

QEMU_WEAK QemuObject *qdev_new(const char *type);
QEMU_WEAK bool sysbus_realize_and_unref(QemuObject *device, QemuError **errp);
QEMU_WEAK bool object_property_set_uint(QemuObject *object, const char *name, uint64_t value,
                                        QemuError **errp);

QEMU_WEAK const char vmstate_i2c_slave[];

/* The second argument of I2CSlaveClass.event.  A target refuses a start by an answer other than 0. */
enum {
    QEMU_I2C_START_READ = 0,
    QEMU_I2C_START_WRITE = 1,
    QEMU_I2C_FINISH = 3, /* 2 is a start for targets that answer later: none here */
};

#endif
