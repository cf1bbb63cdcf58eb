/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LM75: a thermometer on I2C.  Specified in lm75.rst. */
#include <stdio.h>
#include <stdlib.h>

#include "devices/devices.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/draft/i2c.h"

enum { TEMPERATURE, CONFIGURATION, HYSTERESIS, LIMIT, REGISTERS };

enum { LOWEST = -55, HIGHEST = 125 }; /* degrees Celsius: the chip's range */

typedef struct Lm75 {
    HwDevice dev;
    uint32_t regs[REGISTERS]; /* the low 16 bits; TEMPERATURE: unused */
    uint16_t halves;          /* the temperature in halves of a degree, two's complement */
    uint8_t cursor[HW_I2C_CURSOR_BYTES];
    const char *temperature; /* the user's text, only for realize */
} Lm75;

/* The register has nine bits: the sign, seven bits of degrees, and one of half a degree. */
static uint32_t lm75_temperature_read(HwDevice *dev, uint32_t stored)
{
    (void)stored;
    return (uint32_t)HW_DEVICE(Lm75, dev)->halves << 7 & 0xff80;
}

/* "25", "-12.5".  The C library's own function would want a locale's decimal point. */
static bool temperature_parse(const char *text, int *halves)
{
    int degrees;
    int tenths = 0;
    int end = 0;
    bool ok = sscanf(text, "%4d%n", &degrees, &end) == 1;

    if (ok && text[end] == '.') {
        ok = (text[end + 1] == '0' || text[end + 1] == '5') && !text[end + 2];
        tenths = ok ? text[end + 1] - '0' : 0;
    } else {
        ok = ok && !text[end];
    }
    if (ok) {
        *halves = 2 * degrees + (text[0] == '-' ? -tenths : tenths) / 5;
    }
    return ok && *halves >= 2 * LOWEST && *halves <= 2 * HIGHEST;
}

static bool temperature_take(Lm75 *s, const char *text, HwError *error)
{
    int halves;

    if (!temperature_parse(text, &halves)) {
        return hw_error_set(error,
                            "%s: temperature: invalid value '%.40s': expected degrees Celsius in "
                            "steps of 0.5, %d to %d",
                            s->dev.id, text, LOWEST, HIGHEST);
    }
    s->halves = (uint16_t)halves;
    return true;
}

static bool lm75_temperature_set(HwDevice *dev, const char *text, HwError *error)
{
    return temperature_take(HW_DEVICE(Lm75, dev), text, error);
}

static void lm75_temperature_get(HwDevice *dev, char *text, uint32_t capacity)
{
    int halves = (int16_t)HW_DEVICE(Lm75, dev)->halves;

    snprintf(text, capacity, "%s%d.%d", halves < 0 ? "-" : "", abs(halves) / 2,
             abs(halves) % 2 * 5);
}

static bool lm75_realize(HwDevice *dev, HwError *error)
{
    return temperature_take(HW_DEVICE(Lm75, dev), HW_DEVICE(Lm75, dev)->temperature, error);
}

/* clang-format off */
static const HwRegister lm75_registers[] = {
    { "TEMPERATURE", 4 * TEMPERATURE, .read = lm75_temperature_read },
    { "CONFIGURATION", 4 * CONFIGURATION, .rw = HW_MASK(12, 8),
      .fields = HW_FIELDS({ "shutdown", 8, 1 }, { "interrupt-mode", 9, 1 },
                          { "active-high", 10, 1 }, { "faults", 11, 2 }) },
    { "HYSTERESIS", 4 * HYSTERESIS, .reset = 75 << 8, .rw = HW_MASK(15, 7) },
    { "LIMIT", 4 * LIMIT, .reset = 80 << 8, .rw = HW_MASK(15, 7) },
};

static const HwI2cTarget lm75_target = {
    .address = 0x48, .register_bytes = 2, .cursor = offsetof(Lm75, cursor),
};

static const HwState lm75_state = {
    .name = "lm75", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED(Lm75, regs), HW_SAVED(Lm75, halves), HW_SAVED(Lm75, cursor)),
};

const HwDeviceClass lm75_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "lm75", .description = "thermometer on I2C",
    .instance_size = sizeof(Lm75), .i2c = &lm75_target,
    .regions = HW_ROWS(HwRegion,
        { "registers", HW_REGION_REGISTERS, HW_SPACE_NONE, .size = 4 * REGISTERS,
          .words = offsetof(Lm75, regs), .word_count = REGISTERS,
          .registers = HW_TABLE(lm75_registers), .flags = HW_REGION_ONES }),
    .properties = HW_ROWS(HwProperty,
        { .name = "temperature", .type = HW_PROPERTY_STRING,
          .offset = HW_MEMBER(Lm75, temperature, const char *), .default_string = "25",
          .description = "degrees Celsius, in steps of 0.5",
          .get = lm75_temperature_get, .set = lm75_temperature_set }),
    .state = &lm75_state, .realize = lm75_realize,
};
/* clang-format on */
