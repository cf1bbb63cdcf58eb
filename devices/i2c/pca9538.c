/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCA9538: eight digital lines on I2C.  Specified in pca9538.rst. */
#include "devices/devices.h"
#include "hw-api/ext/draft/gpio.h"
#include "hw-api/ext/draft/i2c.h"

enum { INPUT, OUTPUT, POLARITY, CONFIGURATION, REGISTERS };

enum { PINS = 8 };

typedef struct Pca9538 {
    HwDevice dev;
    uint32_t regs[REGISTERS]; /* INPUT: unused */
    uint8_t driven;           /* the levels of the lines from outside, a bit each */
    uint8_t cursor[HW_I2C_CURSOR_BYTES];
} Pca9538;

/* A pin is an output where CONFIGURATION has 0.  Then it has the level that the chip drives. */
static uint32_t pca9538_input_read(HwDevice *dev, uint32_t stored)
{
    const Pca9538 *s = HW_DEVICE(Pca9538, dev);
    uint32_t inputs = s->regs[CONFIGURATION];

    (void)stored;
    return ((s->driven & inputs) | (s->regs[OUTPUT] & ~inputs & 0xff)) ^ s->regs[POLARITY];
}

static void pca9538_driven(HwDevice *dev, uint32_t number, bool level)
{
    Pca9538 *s = HW_DEVICE(Pca9538, dev);

    s->driven = (uint8_t)((s->driven & ~HW_BIT(number)) | (level ? HW_BIT(number) : 0));
}

static void pca9538_update(HwDevice *dev)
{
    const Pca9538 *s = HW_DEVICE(Pca9538, dev);
    uint32_t levels = s->regs[OUTPUT] & ~s->regs[CONFIGURATION];

    for (uint32_t i = 0; i < PINS; i++) {
        hw_gpio(dev)->set(dev, i, levels & HW_BIT(i));
    }
}

/* clang-format off */
static const HwRegister pca9538_registers[] = {
    { "INPUT", 4 * INPUT, .read = pca9538_input_read },
    { "OUTPUT", 4 * OUTPUT, .reset = 0xff, .rw = 0xff },
    { "POLARITY", 4 * POLARITY, .rw = 0xff },
    { "CONFIGURATION", 4 * CONFIGURATION, .reset = 0xff, .rw = 0xff },
};

static const HwI2cTarget pca9538_target = {
    .address = 0x70, .register_bytes = 1, .cursor = offsetof(Pca9538, cursor),
};

static const HwGpioLines pca9538_lines = {
    .inputs = "in", .input_count = PINS, .input = pca9538_driven,
    .outputs = "out", .output_count = PINS,
};

static const HwState pca9538_state = {
    .name = "pca9538", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED(Pca9538, regs), HW_SAVED(Pca9538, driven), HW_SAVED(Pca9538, cursor)),
};

const HwDeviceClass pca9538_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "pca9538",
    .description = "eight digital lines on I2C",
    .instance_size = sizeof(Pca9538), .i2c = &pca9538_target, .gpio = &pca9538_lines,
    .regions = HW_ROWS(HwRegion,
        { "registers", HW_REGION_REGISTERS, HW_SPACE_NONE, .size = 4 * REGISTERS,
          .words = offsetof(Pca9538, regs), .word_count = REGISTERS,
          .registers = HW_TABLE(pca9538_registers), .flags = HW_REGION_ONES }),
    .state = &pca9538_state, .update = pca9538_update,
};
/* clang-format on */
