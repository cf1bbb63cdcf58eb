/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/device/i2c.h"

#include "hw-api/device/error.h"
#include "hw-api/host/run/i2c.h"

#define ADDRESS "address" /* QEMU's property of each target; 0: the user gave none */

/* NULL: the device is not realized, and no target. */
static HwInstance *target_of(QemuObject *object)
{
    const BridgeDevice *device = bridge_device_of(object);

    return device && device->mapped ? device->instance : NULL;
}

static int target_send(QemuObject *object, uint8_t byte)
{
    HwInstance *target = target_of(object);

    return target && hw_i2c_write(target, byte) ? 0 : -1;
}

static uint8_t target_receive(QemuObject *object)
{
    HwInstance *target = target_of(object);

    return target ? hw_i2c_read(target) : 0xff;
}

static int target_event(QemuObject *object, int event)
{
    HwInstance *target = target_of(object);

    switch (event) {
    case QEMU_I2C_START_READ:
    case QEMU_I2C_START_WRITE:
        return target && hw_i2c_start(target, event == QEMU_I2C_START_READ) ? 0 : -1;
    case QEMU_I2C_FINISH:
        if (target) {
            hw_i2c_stop(target);
        }
        return 0;
    default:
        return 0;
    }
}

void bridge_i2c_class_init(QemuObjectClass *cls)
{
    qemu_i2c_class_hook(cls, &(QemuI2cHooks) { target_send, target_receive, target_event });
}

bool bridge_i2c_open(BridgeDevice *device, HwError *error)
{
    HwInstance *target = device->instance;
    uint64_t address;

    if (!bridge_type_is_i2c(device->type)) {
        return true;
    }
    address = object_property_get_uint(device->object, ADDRESS, NULL);
    if (address == 0) {
        address = hw_i2c_target(target)->address;
        object_property_set_uint(device->object, ADDRESS, address, NULL);
    }
    if (address < HW_I2C_ADDRESS_MIN || address > HW_I2C_ADDRESS_MAX) {
        return hw_error_set(error, "%s: address: 0x%02x is out of range, expected 0x%02x to 0x%x",
                            target->id, (unsigned)address, HW_I2C_ADDRESS_MIN, HW_I2C_ADDRESS_MAX);
    }
    target->i2c_address = (uint32_t)address;
    target->dev->reserved[0] = device->object; /* for the description of its state */
    return true;
}
