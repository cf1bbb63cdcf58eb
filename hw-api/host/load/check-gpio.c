/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks a class's lines. */
#include "hw-api/host/load/check-parts.h"

#include <string.h>

#include "hw-api/ext/draft/gpio.h"

static bool lines_check(const HwCheck *c, const HwPlace *outer, const char *kind, const char *name,
                        uint32_t count)
{
    HwPlace place = { outer, name ? kind : NULL, name ? name : kind, 0 };

    if (count > HW_GPIO_MAX || (count > 0) != (name != NULL)) {
        return hw_refuse(&place, c->error, "number is %u, expected %s%u", count,
                         name ? "1 to " : "", name ? HW_GPIO_MAX : 0);
    }
    return !name || hw_check_name(c, &place, name);
}

bool hw_check_gpio(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table)
{
    const HwGpioLines *lines = table->gpio;
    HwPlace place = { cls, NULL, "GPIO", 0 };

    if (!lines) {
        return true;
    }
    if (!lines_check(c, &place, "inputs", lines->inputs, lines->input_count) ||
        !lines_check(c, &place, "outputs", lines->outputs, lines->output_count)) {
        return false;
    }
    if (lines->inputs && lines->outputs && strcmp(lines->inputs, lines->outputs) == 0) {
        return hw_refuse(&place, c->error, "inputs and outputs are named %s, expected two names",
                         lines->inputs);
    }
    return !lines->inputs || lines->input ||
           hw_refuse(&place, c->error, "has no input hook, expected one for its inputs");
}
