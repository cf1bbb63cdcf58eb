/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device that uses all that a recording has: registers, memory, DMA, a timer, a line, a file and a
 * property.  Compiled with LANTERN_FAULT=N it does one thing otherwise.
 */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/display.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/ext/guest-memory.h"
#include "qtest/tests/replay/lantern.h"

#ifndef LANTERN_FAULT
#define LANTERN_FAULT LANTERN_GOOD
#endif
#ifndef LANTERN_PLUGIN
#define LANTERN_PLUGIN "lantern"
#endif
#ifndef LANTERN_VERSION
#define LANTERN_VERSION "1.0"
#endif
#ifndef LANTERN_SIZE
#define LANTERN_SIZE 0x1000
#endif

#ifndef LANTERN_WICK_SIZE
#define LANTERN_WICK_SIZE 0x1000
#endif

#define HAS(fault_) (LANTERN_FAULT == (fault_))

typedef struct Lantern {
    HwDevice dev;
    uint32_t regs[LANTERN_REGISTERS];
    HwTimer *timer;
    uint8_t oil[8];
    uint32_t colour;
} Lantern;

/* Copies eight bytes, backwards. */
static void copy(Lantern *s)
{
    const HwGuestMemory *memory = hw_guest_memory(&s->dev);
    uint8_t from[8] = { 0 }, to[8];

    if (!HAS(LANTERN_READS_NOTHING)) {
        memory->read(&s->dev, s->regs[LANTERN_RING], from, sizeof(from));
    }
    for (uint32_t i = 0; i < 8; i++) {
        to[i] = from[7 - i];
    }
    if (HAS(LANTERN_STORES_OTHER_BYTES)) {
        to[2] ^= 1;
    }
    memory->write(&s->dev, s->regs[LANTERN_RING] + (HAS(LANTERN_STORES_ELSEWHERE) ? 16 : 8), to,
                  sizeof(to));
}

/* The wick is memory. */
static void burn(const Lantern *s)
{
    const HwGuestMemory *memory = hw_guest_memory((HwDevice *)&s->dev);
    uint8_t *wick = memory->region_pointer((HwDevice *)&s->dev, 1);

    wick[0x20] = (uint8_t)(wick[0] + (HAS(LANTERN_BURNS_MORE) ? 2 : 1));
    memory->region_dirty((HwDevice *)&s->dev, 1, 0x20, 1);
}

static void light(Lantern *s)
{
    const HwClock *clock = hw_clock(&s->dev);

    clock->timer_set(s->timer, clock->now(&s->dev) + (HAS(LANTERN_IS_LATE) ? 1001 : 1000));
}

static void go_written(HwDevice *dev, uint32_t value)
{
    Lantern *s = HW_DEVICE(Lantern, dev);

    if (value & LANTERN_COPY) {
        copy(s);
    }
    if (value & LANTERN_BURN) {
        burn(s);
    }
    if (value & LANTERN_LIGHT) {
        light(s);
    }
}

static void fired(HwDevice *dev, void *opaque)
{
    Lantern *s = HW_DEVICE(Lantern, dev);

    (void)opaque;
    s->regs[LANTERN_STATUS] |= LANTERN_LIT;
}

static uint32_t oil_read(HwDevice *dev, uint32_t stored)
{
    (void)stored;
    return (uint32_t)hw_load_le(HW_DEVICE(Lantern, dev)->oil, 4) + (HAS(LANTERN_ANSWERS) ? 16 : 0);
}

static void update(HwDevice *dev)
{
    const Lantern *s = HW_DEVICE(Lantern, dev);
    bool lit = s->regs[LANTERN_STATUS] & LANTERN_LIT;

    hw_irq_set(dev, 5, HAS(LANTERN_IS_QUIET) ? false : lit);
    if (HAS(LANTERN_IS_LOUD)) {
        hw_irq_set(dev, 6, lit);
    }
}

static bool realize(HwDevice *dev, HwError *error)
{
    Lantern *s = HW_DEVICE(Lantern, dev);

    if (HAS(LANTERN_ASKS)) {
        hw_display(dev);
    }
    s->timer = hw_clock(dev)->timer_new(dev, fired, NULL);
    return s->timer || hw_error_set(error, "%s: no timer", dev->id);
}

static void unrealize(HwDevice *dev)
{
    hw_clock(dev)->timer_free(HW_DEVICE(Lantern, dev)->timer);
}

static bool colour_set(HwDevice *dev, const char *text, HwError *error)
{
    HW_DEVICE(Lantern, dev)->regs[LANTERN_COLOUR] = (uint32_t)strlen(text);
    return HAS(LANTERN_REFUSES) ? hw_error_set(error, "%s: no colour", dev->id) : true;
}

static void colour_get(HwDevice *dev, char *text, uint32_t capacity)
{
    hw_error_set(&(HwError) { .text = text, .capacity = capacity }, "%u",
                 HW_DEVICE(Lantern, dev)->colour);
}

static const HwRegister registers[] = {
    { .name = "OIL", .offset = 4 * LANTERN_OIL, .read = oil_read },
    { .name = "STATUS",
      .offset = 4 * LANTERN_STATUS,
      .w1c = LANTERN_LIT,
      .fields = HW_FIELDS({ "lit", 0, 1 }) },
    { .name = "GO", .offset = 4 * LANTERN_GO, .write_only = 7, .written = go_written },
    { .name = "RING", .offset = 4 * LANTERN_RING, .rw = UINT32_MAX },
    { .name = "COLOUR", .offset = 4 * LANTERN_COLOUR },
};

static const HwState state = {
    .name = "lantern",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Lantern, regs)),
};

const HwDeviceClass lantern_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "lantern",
    .description = "a lantern",
    .instance_size = sizeof(Lantern),
    .flags = HW_CLASS_FLAT,
    .state = &state,
    .services = HW_NAMES(HW_GUEST_MEMORY, HW_CLOCK),
    .realize = realize,
    .unrealize = unrealize,
    .update = update,
    .regions = HW_ROWS(HwRegion,
                       { .name = "mmio",
                         .kind = HW_REGION_REGISTERS,
                         .size = LANTERN_SIZE,
                         .offset = LANTERN_BASE,
                         .words = offsetof(Lantern, regs),
                         .word_count = LANTERN_REGISTERS,
                         .registers = HW_TABLE(registers) },
                       { .name = "wick",
                         .kind = HW_REGION_RAM,
                         .size = LANTERN_WICK_SIZE,
                         .offset = LANTERN_WICK }),
    .properties = HW_ROWS(HwProperty, { .name = HAS(LANTERN_HAS_NO_COLOUR) ? "tint" : "colour",
                                        .type = HW_PROPERTY_U32,
                                        .offset = offsetof(Lantern, colour),
                                        .get = colour_get,
                                        .set = colour_set }),
    .fw_cfg_files = HW_ROWS(HwFwCfgFile,
                            HW_FW_CFG_FILE("etc/oil", Lantern, oil, HW_FW_CFG_GUEST_WRITABLE)),
};

HW_EXPORT extern const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = HW_ABI(HwPlugin),
    .name = LANTERN_PLUGIN,
    .version = LANTERN_VERSION,
    .licence = "GPL-2.0-or-later",
    .description = "a device to record",
    .classes = HW_ROWS(HwDeviceClassRef, &lantern_class),
};
