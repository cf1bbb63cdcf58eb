/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.gpio/1 - digital lines of a device: inputs that others drive, and outputs that it drives.  A
 * draft: it may change or go.
 *
 *     static const HwGpioLines lamp_lines = {
 *         .inputs = "in", .input_count = 2, .input = lamp_input,
 *         .outputs = "out", .output_count = 8,
 *     };
 *     .gpio = &lamp_lines,
 *
 * A class with this table has lines.  A host without hw.gpio/1 refuses its devices before realize.
 * A line is low until somebody drives it.  Neither a reset nor a load changes a line by itself.  The
 * device keeps the levels of its inputs in its state, and `update` drives the outputs.
 *
 * The lines have the names of QEMU's GPIOs there, so that `set_irq_in` and `irq_intercept_out` of the
 * qtest protocol reach them in both hosts.  A user connects an output with an input of another
 * device, so `set` may enter that device's hooks.
 */
#ifndef HW_EXT_DRAFT_GPIO_H
#define HW_EXT_DRAFT_GPIO_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_GPIO     "hw.gpio/1"

#define HW_GPIO_MAX 64u /* inputs, and outputs, of a device */

/* The struct has no HwAbi: its class's minor version tells its size. */
struct HwGpioLines {
    const char *inputs;  /* the name of all inputs, which have numbers from 0 on; NULL: none */
    const char *outputs; /* likewise; another name */
    uint32_t input_count;
    uint32_t output_count;

    /* Somebody drives an input.  The level may be the one that it has: only the device knows, as a
     * load may have changed it.  `update` follows.  [device lock & realized] */
    void (*input)(HwDevice *dev, uint32_t number, bool level);
};

typedef struct HwGpio {
    HwAbi abi;

    /* Drives an output.  Calls that change nothing cost nothing.  Ignored for a number that the
     * class does not have.  [device lock & realized] */
    void (*set)(HwDevice *dev, uint32_t output, bool level);
} HwGpio;

/* NULL on a host without lines.  [device lock & alive] */
static inline const HwGpio *hw_gpio(HwDevice *dev)
{
    return (const HwGpio *)dev->host->query(dev->host, HW_GPIO);
}

#ifdef __cplusplus
}
#endif

#endif
