/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plugin in several versions, for tests of a reload.  A flask drips on a timer; a cork is a latch.
 * Each version defines one macro: what its author has changed.
 */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/hw-api.h"

#ifndef PLUGIN_NAME
#define PLUGIN_NAME "flask"
#endif
#ifndef CLASS_NAME
#define CLASS_NAME "com.acme.flask"
#endif
#ifndef ID_VALUE
#define ID_VALUE 0xf1a5c
#endif
#ifndef REGION_SIZE
#define REGION_SIZE 0x1000
#endif
#ifndef REGION_NAME
#define REGION_NAME "registers"
#endif
#ifndef REGION_KIND
#define REGION_KIND HW_REGION_RAM
#endif
#ifndef REGION_WRITE
#define REGION_WRITE NULL
#endif
#ifndef BLOCK_NAME
#define BLOCK_NAME "flask"
#endif
#ifndef LABEL_NAME
#define LABEL_NAME "label"
#endif
#ifndef LEVEL_TYPE
#define LEVEL_TYPE uint32_t
#endif
#ifndef LEVEL_NAME
#define LEVEL_NAME "level"
#endif
#ifndef HIGHEST_LINE
#define HIGHEST_LINE 0
#endif
#ifndef STATE_NAME
#define STATE_NAME "flask"
#endif
#ifndef STATE_VERSION
#define STATE_VERSION 2
#endif
#ifndef STATE_MINIMUM
#define STATE_MINIMUM 1
#endif
#ifndef SUBSECTION_NAME
#define SUBSECTION_NAME "flask/notes"
#endif
#ifndef NOTES
#define NOTES 8
#endif
#ifndef FILE_NAME
#define FILE_NAME "etc/flask"
#endif
#ifndef FILE_FLAGS
#define FILE_FLAGS HW_FW_CFG_GUEST_WRITABLE
#endif
#ifndef GROUP
#define GROUP NULL
#endif
#ifndef ABI
#define ABI HW_ABI(HwDeviceClass)
#endif
#ifndef STEP
#define STEP 1
#endif

enum { ID, CTRL, STATUS, DROPS, WORDS_OF_1, EXTRA = WORDS_OF_1, WORDS_OF_2 };
#ifdef REGISTER_ADDED
#define WORDS WORDS_OF_2
#elif defined(REGISTER_GONE)
#define WORDS DROPS
#else
#define WORDS WORDS_OF_1
#endif

#define CTRL_RUNS   HW_BIT(0)
#define STATUS_FULL HW_BIT(0)

typedef struct Flask {
    HwDevice dev;
#ifdef MEMBERS_MOVED
    uint64_t padding[100];
#endif
    uint32_t regs[WORDS_OF_2];
    uint64_t deadline;
    LEVEL_TYPE level;
    uint32_t noted; /* bytes of `notes` */
    uint8_t notes[NOTES];
    uint8_t file[8];
    uint32_t aroma; /* since version 3 */
    uint8_t mood;   /* no stream has it */
    uint32_t taste; /* a property of later versions */
    HwTimer *timer;
    uint64_t base;
    uint64_t memory;
    uint32_t line;
    uint32_t period;
    const char *label;
} Flask;

/* ------------------------------------------------------------------------ drips */

static void timer_restore(HwDevice *dev)
{
    const Flask *s = HW_DEVICE(Flask, dev);

    if (s->deadline) {
        hw_clock(dev)->timer_set(s->timer, (int64_t)s->deadline);
    } else {
        hw_clock(dev)->timer_cancel(s->timer);
    }
}

static void drip_begin(HwDevice *dev)
{
    Flask *s = HW_DEVICE(Flask, dev);

    s->deadline = s->regs[CTRL] & CTRL_RUNS
                      ? (uint64_t)hw_clock(dev)->now(dev) + s->period * UINT64_C(1000)
                      : 0;
    timer_restore(dev);
}

static void drip(HwDevice *dev, void *opaque)
{
    Flask *s = HW_DEVICE(Flask, dev);

    (void)opaque;
    s->level = (LEVEL_TYPE)(s->level + STEP);
#ifndef REGISTER_GONE
    s->regs[DROPS] = (uint32_t)s->level;
#endif
    s->regs[STATUS] |= STATUS_FULL;
    s->mood ^= 1;
    s->notes[s->noted % 8] = (uint8_t)s->level;
    s->noted = s->noted < 8 ? s->noted + 1 : 8;
    drip_begin(dev);
}

static void ctrl_written(HwDevice *dev, uint32_t value)
{
    (void)value;
    drip_begin(dev);
}

/* A guest sees what no stream has. */
static uint32_t id_read(HwDevice *dev, uint32_t stored)
{
    return stored | (uint32_t)HW_DEVICE(Flask, dev)->mood << 31;
}

static void memory_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)dev;
    (void)offset;
    (void)value;
    (void)size;
}

/* ------------------------------------------------------------------------- life */

static bool realize(HwDevice *dev, HwError *error)
{
#ifdef REALIZE_FAILS
    return hw_error_set(error, "%s: the flask is broken", dev->id);
#else
#ifdef REALIZE_ONCE
    static bool is_used;

    if (is_used) {
        return hw_error_set(error, "%s: the flask is empty", dev->id);
    }
    is_used = true;
#endif
    HW_DEVICE(Flask, dev)->timer = hw_clock(dev)->timer_new(dev, drip, NULL);
    return HW_DEVICE(Flask, dev)->timer || hw_error_set(error, "%s: out of memory", dev->id);
#endif
}

static void unrealize(HwDevice *dev)
{
#ifdef TIMER_LEFT
    (void)dev;
#else
    hw_clock(dev)->timer_free(HW_DEVICE(Flask, dev)->timer);
#endif
}

/* To be called for a power cycle, and never by a reload. */
static void reset(HwDevice *dev)
{
    Flask *s = HW_DEVICE(Flask, dev);

    s->deadline = 0;
    s->level = 0;
    s->noted = 0;
    s->mood = 0;
    memset(s->file, 0, sizeof(s->file));
    timer_restore(dev);
}

static void update(HwDevice *dev)
{
    hw_irq_set(dev, HW_DEVICE(Flask, dev)->line, HW_DEVICE(Flask, dev)->regs[STATUS] & STATUS_FULL);
}

static bool post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    (void)version;
#ifdef POST_LOAD_FAILS
    return hw_error_set(error, "%s: the wine is sour", dev->id);
#else
    return HW_DEVICE(Flask, dev)->noted <= 8 || hw_error_set(error, "%s: too many notes", dev->id);
#endif
}

static bool live_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    (void)version;
    (void)error;
    timer_restore(dev);
    return true;
}

static bool notes_needed(HwDevice *dev)
{
    return HW_DEVICE(Flask, dev)->noted > 0;
}

/* ----------------------------------------------------------------------- tables */

/* clang-format off */
static const HwRegister registers[] = {
    { "ID", 4 * ID, .reset = ID_VALUE, .read = id_read },
    { "CTRL", 4 * CTRL, .rw = CTRL_RUNS, .written = ctrl_written },
    { "STATUS", 4 * STATUS, .w1c = STATUS_FULL },
#ifndef REGISTER_GONE
    { "DROPS", 4 * DROPS },
#endif
#ifdef REGISTER_ADDED
    { "EXTRA", 4 * EXTRA, .rw = 0xff, .reset = 0x55 },
#endif
};

#ifndef STATE_GONE
static const HwState state = {
    .name = STATE_NAME, .version = STATE_VERSION, .minimum_version = STATE_MINIMUM,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED(Flask, deadline), HW_SAVED_AS(LEVEL_NAME, Flask, level, 0),
        { "regs", HW_STATE_UINT, offsetof(Flask, regs), 4, WORDS, 2, 0, NULL, 0, 0, 0 },
        HW_SAVED(Flask, file),
#ifdef MEMBER_SINCE
        HW_SAVED_SINCE(Flask, aroma, 3),
#endif
    ),
    .subsections = HW_ROWS(HwState,
        { .name = SUBSECTION_NAME, .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField, HW_SAVED_BYTES("notes", Flask, noted, notes)),
          .needed = notes_needed }),
    .post_load = post_load,
};
#endif

static const HwState live = {
    .name = "flask-live", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Flask, mood)),
    .post_load = live_post_load,
};

static const HwDeviceClass flask_class = {
    .abi = ABI, .name = CLASS_NAME, .description = "drips",
    .instance_size = sizeof(Flask), .at_most_one = GROUP, .services = HW_NAMES(HW_CLOCK),
    .regions = HW_ROWS(HwRegion,
        { REGION_NAME, HW_REGION_REGISTERS, .size = REGION_SIZE, .base = offsetof(Flask, base),
          .words = offsetof(Flask, regs), .word_count = WORDS,
          .registers = HW_TABLE(registers) },
#ifndef REGION_GONE
        { "memory", REGION_KIND, .size = 0x2000, .base = offsetof(Flask, memory),
          .write = REGION_WRITE, .ram_block = BLOCK_NAME },
#endif
#ifdef REGION_NEW
        { "more", HW_REGION_RAM, .space = HW_SPACE_NONE, .size = 0x1000 },
#endif
    ),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_ADDRESS("addr", Flask, base, HW_ADDRESS_AUTO, "address of the registers"),
        HW_PROP_ADDRESS("memory", Flask, memory, HW_ADDRESS_AUTO, "address of the memory"),
#ifdef LINE_IS_BOOL
        { .name = "line", .type = HW_PROPERTY_BOOL, .offset = offsetof(Flask, taste),
          .description = "interrupt line" },
#else
        { .name = "line", .type = HW_PROPERTY_U32, .offset = offsetof(Flask, line),
          .default_value = 2, .maximum = HIGHEST_LINE, .description = "interrupt line" },
#endif
        HW_PROP_U32("period", Flask, period, 1000, "us between two drops"),
        HW_PROP_STRING(LABEL_NAME, Flask, label, NULL, "what is in it"),
#ifdef PROPERTY_ADDED
        HW_PROP_U32("taste", Flask, taste, 7, "how it tastes"),
#endif
    ),
#ifndef FILE_GONE
    .fw_cfg_files = HW_ROWS(HwFwCfgFile,
        HW_FW_CFG_FILE(FILE_NAME, Flask, file, FILE_FLAGS)),
#endif
#ifndef STATE_GONE
    .state = &state,
#endif
    .live = &live,
    .realize = realize, .unrealize = unrealize, .reset = reset, .update = update,
};

/* ------------------------------------------------------------------------- cork */

typedef struct Cork {
    HwDevice dev;
    uint32_t regs[1];
    uint64_t base;
} Cork;

static const HwRegister cork_registers[] = { { "LATCH", 0, .rw = UINT32_MAX } };

static void cork_update(HwDevice *dev)
{
    hw_irq_set(dev, 6, HW_DEVICE(Cork, dev)->regs[0] & 1);
}

static const HwState cork_state = {
    .name = "cork", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Cork, regs)),
};

static const HwDeviceClass cork_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "com.acme.cork", .description = "latch",
    .instance_size = sizeof(Cork),
    .regions = HW_ROWS(HwRegion,
        { "latch", HW_REGION_REGISTERS, .size = 0x1000, .base = offsetof(Cork, base),
          .words = offsetof(Cork, regs), .word_count = 1,
          .registers = HW_TABLE(cork_registers) }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_ADDRESS("addr", Cork, base, HW_ADDRESS_AUTO, "address of the latch")),
    .state = &cork_state, .update = cork_update,
};

HW_EXPORT extern const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = HW_ABI(HwPlugin), .name = PLUGIN_NAME, .version = "1", .licence = "GPL-2.0-or-later",
    .description = "glass", .classes = HW_ROWS(HwDeviceClassRef, &cork_class, &flask_class),
};
/* clang-format on */
