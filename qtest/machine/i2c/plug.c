/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A target's place: -device X,bus=,address=, by QEMU's rules. */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/i2c.h"
#include "hw-api/host/run/property-value.h"
#include "qtest/machine/i2c/i2c-internal.h"

bool ob_i2c_is_option(const HwClass *cls, const char *key)
{
    return cls->table.i2c && (!strcmp(key, "bus") || !strcmp(key, "address"));
}

static const char *option_find(const ObOption *options, uint32_t count, const char *key)
{
    const char *value = NULL;

    for (uint32_t i = 0; i < count; i++) {
        if (!strcmp(options[i].key, key)) {
            value = options[i].value;
        }
    }
    return value;
}

static bool address_parse(const HwInstance *target, const char *text, uint32_t *address,
                          HwError *error)
{
    uint64_t number = hw_i2c_target(target)->address;

    if (text && (!hw_property_parse_number(text, &number) || number < HW_I2C_ADDRESS_MIN ||
                 number > HW_I2C_ADDRESS_MAX)) {
        return hw_error_set(error, "%s: address: invalid value '%.40s': expected 0x%02x to 0x%x",
                            target->id, text, HW_I2C_ADDRESS_MIN, HW_I2C_ADDRESS_MAX);
    }
    *address = (uint32_t)number;
    return true;
}

bool ob_i2c_target_comes(ObDevice *device, const ObOption *options, uint32_t count, HwError *error)
{
    HwInstance *target = device->instance;
    const char *name = option_find(options, count, "bus");
    HwI2cBus *bus = ob_i2c_bus_named(device->host, name);
    const ObDevice *other;

    if (!bus && name) {
        return hw_error_set(error, "Bus '%.80s' not found", name);
    }
    if (!bus) {
        return hw_error_set(error, "No 'i2c-bus' bus found for device '%s'",
                            target->cls->table.name);
    }
    if (!address_parse(target, option_find(options, count, "address"), &target->i2c_address,
                       error)) {
        return false;
    }
    other = ob_i2c_bus_target(bus, target->i2c_address);
    if (other) {
        return hw_error_set(error, "%s: address: 0x%02x on bus '%s' is in use by '%s'", target->id,
                            target->i2c_address, bus->controller->instance->id,
                            other->instance->id);
    }
    g_ptr_array_add(bus->targets, device);
    return true;
}

void ob_i2c_target_leaves(ObDevice *device)
{
    HwI2cBus *bus = ob_i2c_bus_of(device);

    if (bus) {
        g_ptr_array_remove(bus->targets, device);
        bus->current = bus->current == device ? NULL : bus->current;
    }
}

ObDevice *ob_i2c_target_below(const ObDevice *controller)
{
    const HwI2cBus *bus = ob_i2c_bus_named(controller->host, controller->instance->id);

    return bus && bus->targets->len ? bus->targets->pdata[0] : NULL;
}
