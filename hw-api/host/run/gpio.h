/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of devices (hw-api/ext/draft/gpio.h), for any host.  Under the device lock. */
#ifndef HW_HOST_GPIO_H
#define HW_HOST_GPIO_H

#include "hw-api/ext/draft/gpio.h"
#include "hw-api/host/run/instance.h"

/* The service hw.gpio/1.  It keeps the outputs' levels in the instance, and tells the instance's
 * observer of changes. */
extern const HwGpio hw_gpio_service;

/* NULL: no lines. */
static inline const HwGpioLines *hw_gpio_lines(const HwInstance *instance)
{
    return instance->cls->table.gpio;
}

/* Drives an input of a realized device, though the level may be the same.  Does nothing if the class
 * does not have the number. */
void hw_gpio_input(HwInstance *instance, uint32_t number, bool level);

/* The number in a text of one to ten digits, so that none overflows.  False: there is another
 * character. */
bool hw_gpio_number_parse(const char *text, size_t length, uint64_t *number);

/* Parses "ID:NUMBER", which names an input.  Returns the id's length; 0: malformed. */
size_t hw_gpio_target_parse(const char *text, uint64_t *number);

bool hw_gpio_output(const HwInstance *instance, uint32_t number);

#endif
