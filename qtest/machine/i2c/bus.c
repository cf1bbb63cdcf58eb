/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buses, their transfers, and their sections. */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/i2c.h"
#include "hw-api/host/run/shelf/shelf.h"
#include "qtest/machine/i2c/i2c-internal.h"

#define NOBODY 0xff /* QEMU's saved_address of a free bus */

/* ------------------------------------------------------------------------ buses */

HwI2cBus *ob_i2c_bus_named(const ObHost *host, const char *name)
{
    for (guint i = 0; i < host->i2c_buses->len; i++) {
        HwI2cBus *bus = host->i2c_buses->pdata[i];

        if (!name || !strcmp(bus->controller->instance->id, name)) {
            return bus;
        }
    }
    return NULL;
}

HwI2cBus *ob_i2c_bus_of(const ObDevice *target)
{
    for (guint i = 0; i < target->host->i2c_buses->len; i++) {
        HwI2cBus *bus = target->host->i2c_buses->pdata[i];

        if (g_ptr_array_find(bus->targets, target, NULL)) {
            return bus;
        }
    }
    return NULL;
}

ObDevice *ob_i2c_bus_target(const HwI2cBus *bus, uint32_t address)
{
    for (guint i = 0; i < bus->targets->len; i++) {
        ObDevice *target = bus->targets->pdata[i];

        if (target->instance->i2c_address == address) {
            return target;
        }
    }
    return NULL;
}

/* ---------------------------------------------------------------------- section */

typedef struct BusState {
    HwDevice dev;
    HwI2cBus *bus;
    uint8_t saved_address;
} BusState;

static void bus_pre_save(HwDevice *dev)
{
    BusState *s = HW_DEVICE(BusState, dev);
    const ObDevice *current = s->bus->current;

    s->saved_address = current ? (uint8_t)current->instance->i2c_address : NOBODY;
}

/* An address without a target leaves the bus free. */
static void bus_loaded(HwDevice *dev)
{
    BusState *s = HW_DEVICE(BusState, dev);

    s->bus->current = ob_i2c_bus_target(s->bus, s->saved_address);
}

/* clang-format off */
static const HwState bus_state = {
    .name = "i2c_bus", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(BusState, saved_address)),
    .pre_save = bus_pre_save,
};

static const HwClass bus_class = {
    .table = {
        .abi = HW_ABI(HwDeviceClass), .name = "i2c-bus",
        .instance_size = sizeof(BusState), .state = &bus_state, .loaded = bus_loaded,
    },
};
/* clang-format on */

/* QEMU's PCs have a bus of their own, the first. */
static bool section_add(HwI2cBus *bus, HwError *error)
{
    bus->section = hw_instance_new(&bus->host->base.api, &bus_class, NULL, NULL);
    if (!bus->section) {
        return hw_error_set(error, "%s: out of memory", bus->controller->instance->id);
    }
    HW_DEVICE(BusState, bus->section->dev)->bus = bus;
    if (!ob_host_add_part(bus->host, bus->section, error)) {
        return false;
    }
    if (bus->section->number == 0 && bus->host->machine->has_smbus) {
        bus->section->number = 1;
    }
    return true;
}

/* ---------------------------------------------------------------------- service */

static HwI2cBus *i2c_bus_new(HwDevice *dev, HwError *error)
{
    ObHost *host = ob_host_of(dev);
    HwI2cBus *bus = hw_shelf_take(hw_instance_of(dev)->shelf, &ob_i2c_service);

    if (bus) {
        return bus; /* with its targets */
    }
    if (ob_i2c_bus_named(host, dev->id)) {
        hw_error_set(error, "%s: has an I2C bus already, expected one", dev->id);
        return NULL;
    }
    bus = g_new0(HwI2cBus, 1);
    bus->host = host;
    bus->controller = ob_device_of(dev);
    bus->targets = g_ptr_array_new();
    g_ptr_array_add(host->i2c_buses, bus);
    if (!section_add(bus, error)) {
        ob_i2c_service.bus_free(bus);
        return NULL;
    }
    return bus;
}

static void bus_end(void *opaque)
{
    HwI2cBus *bus = opaque;

    g_ptr_array_remove(bus->host->i2c_buses, bus);
    if (bus->section) {
        ob_host_remove_part(bus->host, bus->section);
    }
    g_ptr_array_free(bus->targets, TRUE);
    g_free(bus);
}

static void i2c_bus_free(HwI2cBus *bus)
{
    if (bus && !hw_shelf_put(bus->controller->instance->shelf, &ob_i2c_service, bus, bus_end)) {
        bus_end(bus);
    }
}

static void i2c_stop(HwI2cBus *bus)
{
    ObDevice *target = bus->current;

    bus->current = NULL;
    if (target) {
        hw_i2c_stop(target->instance);
    }
}

/* A repeated start may go to another target: the old one's transfer is over then. */
static bool i2c_start(HwI2cBus *bus, uint8_t address, bool is_read)
{
    ObDevice *target = ob_i2c_bus_target(bus, address);

    if (bus->current && bus->current != target) {
        i2c_stop(bus);
    }
    bus->current = target;
    if (target && !hw_i2c_start(target->instance, is_read)) {
        i2c_stop(bus);
    }
    return bus->current != NULL;
}

static bool i2c_write(HwI2cBus *bus, uint8_t byte)
{
    return bus->current && hw_i2c_write(bus->current->instance, byte);
}

static uint8_t i2c_read(HwI2cBus *bus)
{
    return bus->current ? hw_i2c_read(bus->current->instance) : 0xff;
}

const HwI2c ob_i2c_service = {
    .abi = HW_ABI(HwI2c),
    .bus_new = i2c_bus_new,
    .bus_free = i2c_bus_free,
    .start = i2c_start,
    .write = i2c_write,
    .read = i2c_read,
    .stop = i2c_stop,
};
