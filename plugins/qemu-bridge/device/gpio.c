/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's lines as QEMU's named GPIOs. */
#include "hw-api/host/run/gpio.h"

#include <stdlib.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/device/device.h"

static void input_changed(void *opaque, int number, int level)
{
    const BridgeDevice *device = opaque;

    hw_gpio_input(device->instance, (uint32_t)number, level != 0);
}

static void output_changed(HwInstance *instance, uint32_t number, bool level)
{
    const BridgeDevice *device = instance->owner;

    hw_recorder_output(instance, number, level);
    bridge_line_check(device, number);
    qemu_set_irq(device->outputs[number], level);
}

/* QEMU removes the lines when it frees the object, and stores the outputs' targets here until
 * then. */
bool bridge_gpio_attach(BridgeDevice *device, HwError *error)
{
    const HwGpioLines *lines = hw_gpio_lines(device->instance);

    if (!lines) {
        return true;
    }
    device->outputs = calloc(lines->output_count + 1, sizeof(*device->outputs));
    if (!device->outputs) {
        return hw_error_set(error, "%s: out of memory", device->instance->id);
    }
    if (lines->inputs) {
        qdev_init_gpio_in_named_with_opaque(device->object, input_changed, device, lines->inputs,
                                            (int)lines->input_count);
    }
    if (lines->outputs) {
        bridge_lines_withdraw(device);
        qdev_init_gpio_out_named(device->object, device->outputs, lines->outputs,
                                 (int)lines->output_count);
    }
    device->instance->output_changed = output_changed;
    return bridge_lines_connect(device, error);
}
