/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device that has one of twenty faults: fault=N, or 0 for none; 21 has two.  Each fault shows only
 * after some steps in one mode.  Tests of the laboratory look for them.
 */
#include <stdlib.h>
#include <time.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/guest-memory.h"
#include "qtest/tests/lab/flawed.h"
#include "qtest/tests/lab/plain.h"

static bool has(const Flawed *s, Fault fault, uint32_t mode)
{
    return s->fault == fault && s->regs[MODE] == mode;
}

/* -------------------------------------------------------------------- the ring and the timer */

static uint32_t ring_length(Flawed *s)
{
    uint8_t bytes[4] = { 0 };

    hw_guest_memory(&s->dev)->read(&s->dev, s->regs[RING], bytes, sizeof(bytes));
    return (uint32_t)hw_load_le(bytes, 4) & 0xff;
}

static void timer_follow(Flawed *s)
{
    if (s->deadline) {
        hw_clock(&s->dev)->timer_set(s->timer, (int64_t)s->deadline);
    } else {
        hw_clock(&s->dev)->timer_cancel(s->timer);
    }
}

static void timer_start(Flawed *s)
{
    uint64_t period = s->regs[PERIOD] * UINT64_C(1000);

    if (!period && s->fault != ENDLESS_TIMER) {
        period = 1000;
    }
    s->deadline = (uint64_t)hw_clock(&s->dev)->now(&s->dev) + period;
    timer_follow(s);
}

static void fired(HwDevice *dev, void *opaque)
{
    Flawed *s = HW_DEVICE(Flawed, dev);

    (void)opaque;
    s->deadline = 0;
    s->regs[STATUS] |= STATUS_DONE;
    timer_follow(s);
    if (has(s, ENDLESS_TIMER, 4) && !s->regs[PERIOD]) {
        timer_start(s);
    }
}

/* ------------------------------------------------------------------------------- registers */

/* A small step beyond lies right behind the table, since a sanitizer sees only its surroundings. */
static uint32_t place_of(uint32_t index)
{
    return index < TABLE || index >= FAR ? index : TABLE;
}

static void data_written(HwDevice *dev, uint32_t value)
{
    Flawed *s = HW_DEVICE(Flawed, dev);
    volatile uint32_t *table = s->table;
    uint32_t index = s->regs[INDEX];

    if (index < TABLE || has(s, WRITE_BEYOND, 5)) {
        table[place_of(index)] = value;
    }
}

static uint32_t data_read(HwDevice *dev, uint32_t stored)
{
    Flawed *s = HW_DEVICE(Flawed, dev);
    const volatile uint32_t *table = s->table;
    uint32_t index = s->regs[INDEX];

    (void)stored;
    return index < TABLE || has(s, READ_BEYOND, 6) ? table[place_of(index)] : 0;
}

/* The compiler must not see through it. */
static void (*volatile give)(void *memory) = free;

static void scratch(const Flawed *s)
{
    void *bytes = malloc(40);

    if (!has(s, LEAK, 1) || !s->armed) {
        give(bytes);
    }
    if (has(s, DOUBLE_FREE, 2) && s->odd) {
        give(bytes);
    }
}

static void count_up(Flawed *s)
{
    static uint32_t hidden;
    struct timespec now;

    s->regs[COUNT] += s->fault == STALE_DMA ? s->length : ring_length(s);
    if (has(s, HIDDEN_STATE, 3)) {
        s->regs[COUNT] += ++hidden;
    }
    if (has(s, REAL_TIME, 7) && s->armed) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        s->regs[COUNT] = (uint32_t)now.tv_nsec;
    }
    if (has(s, BIT_WITHOUT_NAME, 6) && s->odd) {
        s->regs[MODE] |= HW_BIT(8);
    }
}

static void go(Flawed *s)
{
    volatile uint32_t n = 0;

    while (has(s, ENDLESS_LOOP, 7) && n != s->regs[INDEX]) {
        n += 2;
    }
    scratch(s);
    count_up(s);
    s->regs[STATUS] |= s->armed ? STATUS_DONE : STATUS_ERR;
    s->armed = 0;
    s->odd ^= 1;
}

/* Counts in the memory. */
static void note(Flawed *s)
{
    const HwGuestMemory *memory = hw_guest_memory(&s->dev);
    uint8_t *bytes = memory->region_pointer(&s->dev, REGION_RAM);

    bytes[0]++;
    if (!has(s, NOT_MARKED, 3)) {
        memory->region_dirty(&s->dev, REGION_RAM, 0, 1);
    }
}

static void line_set(Flawed *s)
{
    hw_irq_set(&s->dev, s->irq_line, s->regs[STATUS] & STATUS_DONE);
}

static void go_written(HwDevice *dev, uint32_t value)
{
    Flawed *s = HW_DEVICE(Flawed, dev);

    if (value & GO_GO) {
        go(s);
    }
    if ((value & GO_ARM) && s->regs[MODE]) {
        s->armed = 1;
    }
    if (value & GO_START) {
        timer_start(s);
    }
    if (value & GO_NOTE) {
        note(s);
    }
    line_set(s);
}

static void status_written(HwDevice *dev, uint32_t value)
{
    Flawed *s = HW_DEVICE(Flawed, dev);

    if (has(s, TWO_FAULTS, 3) && !s->odd) {
        abort();
    }
    if ((has(s, STUCK_BIT, 3) || has(s, TWO_FAULTS, 3)) && (value & STATUS_DONE) && s->odd) {
        s->regs[STATUS] |= STATUS_DONE;
    }
    line_set(s);
}

static void ring_written(HwDevice *dev, uint32_t value)
{
    (void)value;
    HW_DEVICE(Flawed, dev)->length = ring_length(HW_DEVICE(Flawed, dev));
}

static uint32_t count_read(HwDevice *dev, uint32_t stored)
{
    Flawed *s = HW_DEVICE(Flawed, dev);

    if (has(s, READ_COUNTS, 5)) {
        s->regs[COUNT]++;
    }
    if (has(s, READ_LOWERS, 2)) {
        hw_irq_set(dev, s->irq_line, false);
    }
    return stored;
}

static uint32_t now_read(HwDevice *dev, uint32_t stored)
{
    return HW_DEVICE(Flawed, dev)->fault == OLD_MEMORY ? (uint32_t)(hw_clock(dev)->now(dev) >> 20)
                                                       : stored;
}

/* -------------------------------------------------------------------------- its life */

static void flawed_update(HwDevice *dev)
{
    Flawed *s = HW_DEVICE(Flawed, dev);

    if (!has(s, MISSED_UPDATE, 1)) {
        line_set(s);
    }
}

static void flawed_reset(HwDevice *dev)
{
    Flawed *s = HW_DEVICE(Flawed, dev);

    s->armed = s->odd = 0;
    s->length = 0;
    s->deadline = 0;
    timer_follow(s);
    for (uint32_t i = 0; i < TABLE; i++) {
        s->table[i] = 0;
    }
}

static bool flawed_realize(HwDevice *dev, HwError *error)
{
    HW_DEVICE(Flawed, dev)->timer = hw_clock(dev)->timer_new(dev, fired, NULL);
    return HW_DEVICE(Flawed, dev)->timer || hw_error_set(error, "%s: out of memory", dev->id);
}

static void flawed_unrealize(HwDevice *dev)
{
    hw_clock(dev)->timer_free(HW_DEVICE(Flawed, dev)->timer);
}

static void flawed_pre_save(HwDevice *dev)
{
    Flawed *s = HW_DEVICE(Flawed, dev);

    s->saved = (uint8_t)(s->armed | s->odd << 1);
    if (has(s, CHANGED_BY_SAVE, 4) && s->odd) {
        s->regs[COUNT]++;
    }
}

static bool flawed_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    Flawed *s = HW_DEVICE(Flawed, dev);

    (void)version;
    s->armed = s->fault == LOST_STATE ? 0 : s->saved & 1;
    s->odd = s->saved >> 1 & 1;
    return !has(s, REFUSED_STATE, 7) || !(s->regs[STATUS] & STATUS_ERR) ||
           hw_error_set(error, "%s: an error in mode 7", dev->id);
}

static void flawed_loaded(HwDevice *dev)
{
    if (HW_DEVICE(Flawed, dev)->fault != LOST_DEADLINE) {
        timer_follow(HW_DEVICE(Flawed, dev));
    }
}

/* clang-format off */
static const HwRegister flawed_registers[] = {
    { "ID", 4 * ID, .reset = 0x44574c46 },
    { "MODE", 4 * MODE, .rw = 7, .fields = HW_FIELDS({ "mode", 0, 3 }) },
    { "INDEX", 4 * INDEX, .rw = 0xffff, .fields = HW_FIELDS({ "index", 0, 16 }) },
    { "DATA", 4 * DATA, .write_only = UINT32_MAX, .written = data_written, .read = data_read },
    { "STATUS", 4 * STATUS, .w1c = STATUS_DONE | STATUS_ERR, .written = status_written,
      .fields = HW_FIELDS({ "done", 0, 1 }, { "err", 1, 1 }) },
    { "GO", 4 * GO, .write_only = GO_GO | GO_ARM | GO_START | GO_NOTE, .written = go_written,
      .fields = HW_FIELDS({ "go", 0, 1 }, { "arm", 1, 1 }, { "start", 2, 1 }, { "note", 3, 1 }) },
    { "PERIOD", 4 * PERIOD, .rw = 0xffff },
    { "RING", 4 * RING, .rw = UINT32_MAX, .written = ring_written },
    { "COUNT", 4 * COUNT, .read = count_read },
};

static const HwRegister flawed_rom_registers[] = {
    { "NOW", 4 * NOW, .read = now_read },
};

static const HwState flawed_state = {
    .name = "flawed", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Flawed, regs), HW_SAVED(Flawed, rom),
        HW_SAVED(Flawed, deadline), HW_SAVED(Flawed, saved), HW_SAVED(Flawed, table)),
    .pre_save = flawed_pre_save, .post_load = flawed_post_load,
};

static const HwDeviceClass flawed_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "flawed", .description = "device with a fault",
    .instance_size = sizeof(Flawed), .flags = HW_CLASS_FLAT,
    .services = HW_NAMES(HW_CLOCK, HW_GUEST_MEMORY),
    .regions = HW_ROWS(HwRegion,
        { "mmio", HW_REGION_REGISTERS, .size = 0x1000, .base = offsetof(Flawed, base),
          .words = offsetof(Flawed, regs), .word_count = REGISTERS,
          .registers = HW_TABLE(flawed_registers) },
        { "ram", HW_REGION_RAM, .size = 0x1000, .base = offsetof(Flawed, base), .offset = 0x1000,
          .ram_block = "flawed-ram" },
        { "rom", HW_REGION_ROM_DEVICE, .size = 0x1000, .base = offsetof(Flawed, base),
          .offset = 0x2000, .words = offsetof(Flawed, rom), .word_count = ROM_REGISTERS,
          .registers = HW_TABLE(flawed_rom_registers), .ram_block = "flawed-rom" }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_ADDRESS("addr", Flawed, base, HW_ADDRESS_AUTO, "address of the registers"),
        HW_PROP_U32("irq-line", Flawed, irq_line, 5, "interrupt line that it drives"),
        HW_PROP_U32("fault", Flawed, fault, 0, "number of the fault, 0 to 21")),
    .state = &flawed_state, .realize = flawed_realize, .unrealize = flawed_unrealize,
    .reset = flawed_reset, .update = flawed_update, .loaded = flawed_loaded,
    .load_undone = flawed_loaded,
};
/* clang-format on */

static const HwDeviceClassRef classes[] = { &flawed_class, &plain_class, &bare_class };

HW_EXPORT extern const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = HW_ABI(HwPlugin),
    .name = "flawed",
    .version = "1.0.0",
    .licence = "GPL-2.0-or-later",
    .description = "a device with faults, for tests of the laboratory",
    .classes = HW_TABLE(classes),
};
