/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pci-idio-16: the ACCES I/O PCI-IDIO-16, a card with 16 outputs and 16 isolated inputs.  The
 * registers are those that Linux's driver gpio-pci-idio-16 uses.  They are bytes, and reads act.
 */
#include "devices/devices.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/draft/gpio.h"
#include "hw-api/ext/draft/pci.h"

#include <stdio.h>
#include <stdlib.h>

enum { OUT_LOW, IN_LOW, IRQ_CONTROL, FILTER_CONTROL, OUT_HIGH, IN_HIGH, IRQ_STATUS, REGISTERS = 8 };

#define STATUS_LOW       HW_BIT(0) /* an input of 0 to 7 has changed */
#define STATUS_HIGH      HW_BIT(1)
#define STATUS_INTERRUPT HW_BIT(2)
#define LINES            16u

typedef struct Idio {
    HwDevice dev;
    uint16_t outputs;
    uint16_t inputs;
    uint8_t enabled; /* a change of an input interrupts */
    uint8_t filter;  /* inputs are filtered: nothing that a program sees */
    uint8_t status;
    uint32_t first_inputs; /* the properties before realize */
    uint32_t reset_outputs;
} Idio;

static uint64_t idio_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    Idio *s = HW_DEVICE(Idio, dev);

    (void)size;
    switch (offset) {
    case OUT_LOW:
        return s->outputs & 0xff;
    case IN_LOW:
        return s->inputs & 0xff;
    case IRQ_CONTROL:
        s->enabled = 1;
        return 0;
    case FILTER_CONTROL:
        s->filter = 1;
        return 0;
    case OUT_HIGH:
        return s->outputs >> 8;
    case IN_HIGH:
        return s->inputs >> 8;
    case IRQ_STATUS:
        return s->status;
    }
    return 0;
}

static void idio_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    Idio *s = HW_DEVICE(Idio, dev);

    (void)size;
    switch (offset) {
    case OUT_LOW:
        s->outputs = (uint16_t)((s->outputs & 0xff00) | value);
        break;
    case IN_LOW:
        s->status = 0;
        break;
    case IRQ_CONTROL:
        s->enabled = 0;
        break;
    case FILTER_CONTROL:
        s->filter = 0;
        break;
    case OUT_HIGH:
        s->outputs = (uint16_t)((s->outputs & 0xff) | value << 8);
        break;
    }
}

static void idio_inputs_set(Idio *s, uint16_t levels)
{
    uint16_t changed = s->inputs ^ levels;

    s->inputs = levels;
    if (s->enabled && changed) {
        s->status |= STATUS_INTERRUPT | (changed & 0xff ? STATUS_LOW : 0) |
                     (changed >> 8 ? STATUS_HIGH : 0);
    }
}

static void idio_input(HwDevice *dev, uint32_t number, bool level)
{
    Idio *s = HW_DEVICE(Idio, dev);

    idio_inputs_set(s, (uint16_t)((s->inputs & ~HW_BIT(number)) | (uint32_t)level << number));
}

static void idio_update(HwDevice *dev)
{
    Idio *s = HW_DEVICE(Idio, dev);
    const HwGpio *gpio = hw_gpio(dev);

    for (uint32_t i = 0; i < LINES; i++) {
        gpio->set(dev, i, s->outputs >> i & 1);
    }
    hw_irq_set(dev, 0, s->status & STATUS_INTERRUPT);
}

/* The inputs are other devices' levels: a reset leaves them. */
static void idio_reset(HwDevice *dev)
{
    Idio *s = HW_DEVICE(Idio, dev);

    s->outputs = (uint16_t)s->reset_outputs;
    s->enabled = s->filter = s->status = 0;
}

/* ---------------------------------------------------------------------- properties */

static void idio_inputs_get(HwDevice *dev, char *text, uint32_t capacity)
{
    snprintf(text, capacity, "%u", HW_DEVICE(Idio, dev)->inputs);
}

static bool idio_inputs_write(HwDevice *dev, const char *text, HwError *error)
{
    (void)error;
    idio_inputs_set(HW_DEVICE(Idio, dev), (uint16_t)strtoul(text, NULL, 10));
    return true;
}

static void idio_outputs_get(HwDevice *dev, char *text, uint32_t capacity)
{
    snprintf(text, capacity, "%u", HW_DEVICE(Idio, dev)->outputs);
}

static bool idio_realize(HwDevice *dev, HwError *error)
{
    Idio *s = HW_DEVICE(Idio, dev);

    (void)error;
    s->inputs = (uint16_t)s->first_inputs;
    return true;
}

/* clang-format off */
static const HwGpioLines idio_lines = {
    .inputs = "in", .input_count = LINES, .input = idio_input,
    .outputs = "out", .output_count = LINES,
};

static const HwPciFunction idio_pci = {
    .vendor = 0x494f, .device = 0x0dc8, .class_code = 0x118000, /* data acquisition, other */
    .interrupt_pin = HW_PCI_INTA,
    .bars = HW_ROWS(HwPciBar, { .number = 2, .flags = HW_PCI_BAR_IO }),
};

static const HwState idio_state = {
    .name = "pci-idio-16", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Idio, outputs), HW_SAVED(Idio, inputs),
                      HW_SAVED(Idio, enabled), HW_SAVED(Idio, filter), HW_SAVED(Idio, status)),
};

const HwDeviceClass idio_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "pci-idio-16",
    .description = "ACCES I/O PCI-IDIO-16: 16 outputs and 16 inputs",
    .instance_size = sizeof(Idio),
    .regions = HW_ROWS(HwRegion,
        { .name = "registers", .kind = HW_REGION_MMIO, .space = HW_SPACE_BAR, .bar = 2,
          .size = REGISTERS, .read = idio_read, .write = idio_write,
          .access_min = 1, .access_max = 1 }),
    .properties = HW_ROWS(HwProperty,
        { .name = "inputs", .type = HW_PROPERTY_U32, .offset = HW_MEMBER(Idio, first_inputs, uint32_t),
          .maximum = 0xffff, .description = "levels of the inputs, a bit each",
          .get = idio_inputs_get, .set = idio_inputs_write },
        { .name = "outputs", .type = HW_PROPERTY_U32,
          .offset = HW_MEMBER(Idio, reset_outputs, uint32_t), .maximum = 0xffff,
          .description = "levels of the outputs after a reset; later their present levels",
          .get = idio_outputs_get }),
    .state = &idio_state,
    .pci = &idio_pci,
    .gpio = &idio_lines,
    .realize = idio_realize,
    .reset = idio_reset,
    .update = idio_update,
};
/* clang-format on */
