/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/gpio.h"

#include <string.h>

#include "hw-api/host/run/running.h"
#include "hw-api/host/run/intake/watch.h"

/* The level is in the device's state alone: a load, a property or realize may change it there. */
void hw_gpio_input(HwInstance *instance, uint32_t number, bool level)
{
    const HwGpioLines *lines = hw_gpio_lines(instance);

    if (lines && instance->phase == HW_PHASE_REALIZED && number < lines->input_count) {
        hw_watch_begin(instance->watch,
                       &(HwIntake) { .kind = HW_INTAKE_LINE, .values = { number, level } });
        HW_RUN_HOOK(instance, "input", lines->input(instance->dev, number, level));
        hw_instance_update(instance);
        hw_watch_end(instance->watch, 0);
    }
}

bool hw_gpio_number_parse(const char *text, size_t length, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        *number = *number * 10 + (uint64_t)(text[i] - '0');
    }
    return length >= 1 && length <= 10;
}

size_t hw_gpio_target_parse(const char *text, uint64_t *number)
{
    const char *colon = strrchr(text, ':');

    return colon && hw_gpio_number_parse(colon + 1, strlen(colon + 1), number)
               ? (size_t)(colon - text)
               : 0;
}

bool hw_gpio_output(const HwInstance *instance, uint32_t number)
{
    return number < HW_GPIO_MAX && (instance->outputs >> number & 1);
}

/* Returns false if the level is the same. */
static bool output_store(HwInstance *instance, uint32_t number, bool level)
{
    uint64_t bit = UINT64_C(1) << number;

    if (((instance->outputs & bit) != 0) == level) {
        return false;
    }
    instance->outputs ^= bit;
    return true;
}

static void gpio_set(HwDevice *dev, uint32_t output, bool level)
{
    HwInstance *instance = hw_instance_of(dev);
    const HwGpioLines *lines = hw_gpio_lines(instance);

    if (lines && output < lines->output_count && output_store(instance, output, level) &&
        instance->output_changed) {
        instance->output_changed(instance, output, level);
    }
}

const HwGpio hw_gpio_service = {
    .abi = HW_ABI(HwGpio),
    .set = gpio_set,
};
