/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device that dies in a hook, as a guest or a property asks. */
#include "qtest/tests/lib/mishaps.h"

#include <stdlib.h>

#include "hw-api/ext/clock.h"

typedef struct Mishap {
    HwDevice dev;
    uint32_t regs[MISHAP_WORDS];
    bool at_realize;
    HwTimer *timer;
} Mishap;

/* Volatile, so that the compiler leaves the faults in. */
static volatile int zero;
static volatile int seven = 7;

static int fall(volatile char *top)
{
    volatile char room[4096];

    room[0] = top ? top[0] : 0;
    return zero ? room[0] : fall(room) + room[0];
}

static void die(uint32_t kind)
{
    switch (kind) {
    case MISHAP_POINTER:
        *(volatile int *)(uintptr_t)(8 + zero) = 1;
        break;
    case MISHAP_DIVISION:
        zero = seven / zero;
        break;
    case MISHAP_ABORT:
        abort();
    case MISHAP_STACK:
        zero = fall(NULL);
        break;
    case MISHAP_ENDLESS:
        while (!zero) {}
        break;
    default:
        break;
    }
}

static void mishap_fired(HwDevice *dev, void *opaque)
{
    (void)opaque;
    die(HW_DEVICE(Mishap, dev)->regs[MISHAP_KIND / 4]);
}

static bool mishap_realize(HwDevice *dev, HwError *error)
{
    Mishap *s = HW_DEVICE(Mishap, dev);
    const HwClock *clock = dev->host->query(dev->host, HW_CLOCK);

    (void)error;
    s->timer = clock->timer_new(dev, mishap_fired, NULL);
    if (s->at_realize) {
        die(MISHAP_POINTER);
    }
    return true;
}

static void mishap_unrealize(HwDevice *dev)
{
    const HwClock *clock = dev->host->query(dev->host, HW_CLOCK);

    clock->timer_free(HW_DEVICE(Mishap, dev)->timer);
}

static void go_written(HwDevice *dev, uint32_t value)
{
    (void)value;
    die(HW_DEVICE(Mishap, dev)->regs[MISHAP_KIND / 4]);
}

static void later_written(HwDevice *dev, uint32_t value)
{
    const HwClock *clock = dev->host->query(dev->host, HW_CLOCK);

    clock->timer_set(HW_DEVICE(Mishap, dev)->timer, clock->now(dev) + value);
}

/* clang-format off */
static const HwRegister mishap_registers[] = {
    { "KIND", MISHAP_KIND, .rw = 0xff },
    { "GO", MISHAP_GO, .written = go_written },
    { "LATER", MISHAP_LATER, .written = later_written },
};

static const HwDeviceClass mishap_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "mishap", .instance_size = sizeof(Mishap),
    .services = HW_NAMES(HW_CLOCK),
    .realize = mishap_realize, .unrealize = mishap_unrealize,
    .properties = HW_ROWS(HwProperty,
        { .name = "at-realize", .type = HW_PROPERTY_BOOL, .offset = offsetof(Mishap, at_realize) }),
    .regions = HW_ROWS(HwRegion,
        { .name = "regs", .kind = HW_REGION_REGISTERS, .space = HW_SPACE_MEMORY,
          .offset = MISHAP_BASE, .size = 0x1000, .words = offsetof(Mishap, regs),
          .word_count = MISHAP_WORDS, .registers = HW_TABLE(mishap_registers) }),
};
/* clang-format on */

HW_EXPORT extern const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = HW_ABI(HwPlugin),
    .name = "mishaps",
    .version = "1",
    .licence = "GPL-2.0-or-later",
    .classes = HW_ROWS(HwDeviceClassRef, &mishap_class),
};
