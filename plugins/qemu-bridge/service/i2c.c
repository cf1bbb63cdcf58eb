/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.i2c/1: a controller's bus is a bus of QEMU, which takes QEMU's own targets too. */
#include "plugins/qemu-bridge/qemu/i2c/i2c.h"

#include <stdlib.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/shelf/shelf.h"
#include "plugins/qemu-bridge/device/device.h"
#include "plugins/qemu-bridge/service/services.h"

/* QEMU finds a bus by its name below the system's bus alone, and our controllers are on no bus.  So
 * each bus hangs on a device of this type there. */
#define ADAPTER "outboard-i2c-adapter"

#define UNKNOWN 0xff

struct HwI2cBus {
    QemuI2cBus *bus;
    HwInstance *controller;
    uint8_t address; /* the current target's; UNKNOWN: none, or a load has brought it */
};

static const HwI2c service;

static QemuObject *adapter_new(HwDevice *dev, HwError *error)
{
    QemuObject *adapter;
    QemuError *failed = NULL;

    if (!object_class_by_name(ADAPTER)) {
        type_register_static(&(QemuTypeInfo) { .name = ADAPTER, .parent = "sys-bus-device" });
    }
    adapter = qdev_new(ADAPTER);
    sysbus_realize_and_unref(adapter, &failed);
    if (failed) {
        hw_error_set(error, "%s: %s", dev->id, error_get_pretty(failed));
        error_free(failed);
        return NULL;
    }
    return adapter;
}

static HwI2cBus *bus_new(HwDevice *dev, HwError *error)
{
    QemuObject *adapter = adapter_new(dev, error);
    HwI2cBus *bus = adapter ? calloc(1, sizeof(*bus)) : NULL;

    if (!bus) {
        if (adapter) {
            hw_error_set(error, "%s: out of memory", dev->id);
        }
        return NULL;
    }
    bus->controller = hw_instance_of(dev);
    bus->bus = i2c_init_bus(adapter, dev->id);
    bus->address = UNKNOWN;
    return bus;
}

/* The next class of a controller has the bus, with its targets. */
static HwI2cBus *i2c_bus_new(HwDevice *dev, HwError *error)
{
    HwI2cBus *bus = hw_shelf_take(hw_instance_of(dev)->shelf, &service);

    return bus ? bus : bus_new(dev, error);
}

/* QEMU keeps the bus: a controller leaves only with QEMU, or with a realize that ends QEMU. */
static void i2c_bus_free(HwI2cBus *bus)
{
    if (bus && !hw_shelf_put(bus->controller->shelf, &service, bus, free)) {
        free(bus);
    }
}

static void i2c_stop(HwI2cBus *bus)
{
    i2c_end_transfer(bus->bus);
    bus->address = UNKNOWN;
}

/* At a repeated start QEMU does not look for another address. */
static bool i2c_start(HwI2cBus *bus, uint8_t address, bool is_read)
{
    if (i2c_bus_busy(bus->bus) && bus->address != address) {
        i2c_stop(bus);
    }
    bus->address = address;
    if (i2c_start_transfer(bus->bus, address, is_read) != 0) {
        i2c_stop(bus);
        return false;
    }
    return true;
}

static bool i2c_write(HwI2cBus *bus, uint8_t byte)
{
    return i2c_bus_busy(bus->bus) && i2c_send(bus->bus, byte) == 0;
}

static uint8_t i2c_read(HwI2cBus *bus)
{
    return i2c_recv(bus->bus);
}

static const HwI2c service = {
    .abi = HW_ABI(HwI2c),
    .bus_new = i2c_bus_new,
    .bus_free = i2c_bus_free,
    .start = i2c_start,
    .write = i2c_write,
    .read = i2c_read,
    .stop = i2c_stop,
};

const HwI2c *bridge_i2c(void)
{
    HW_ERROR(error, 256);

    return qemu_i2c_learn(&error) ? &service : NULL;
}
