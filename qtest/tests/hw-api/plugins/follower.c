/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device whose hooks and callbacks change its state and do no more: the host is to follow. */
#include "qtest/tests/lib/follower.h"

#include "hw-api/device/error.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/event-loop.h"
#include "hw-api/ext/fw-cfg.h"

typedef struct Follower {
    HwDevice dev;
    uint32_t regs[FOLLOWER_WORDS]; /* COUNT alone is stored here, without: */
    uint32_t worked;               /* the count of work on a thread */
    uint32_t count_saved;
    uint32_t refuses;
    uint32_t seen;
    uint32_t checked;
    uint32_t loaded;
    uint32_t undone;
    uint64_t base;
    uint32_t line;
    uint32_t level;
    bool quiesces; /* that counts */
    bool has_file;
    uint8_t file[4];
    HwTimer *timer;
} Follower;

static void count(HwDevice *dev)
{
    HW_DEVICE(Follower, dev)->regs[FOLLOWER_COUNT / 4]++;
}

static uint32_t total(const Follower *s)
{
    return s->regs[FOLLOWER_COUNT / 4] + __atomic_load_n(&s->worked, __ATOMIC_ACQUIRE);
}

static void total_set(Follower *s, uint32_t value)
{
    s->regs[FOLLOWER_COUNT / 4] = value;
    __atomic_store_n(&s->worked, 0, __ATOMIC_RELEASE);
}

static void follower_update(HwDevice *dev)
{
    Follower *s = HW_DEVICE(Follower, dev);

    s->seen = total(s);
    hw_irq_set(dev, s->line, s->seen & 1);
}

/* ---------------------------------------------------------------- callbacks */

static void call_made(HwDevice *dev, void *opaque)
{
    (void)opaque;
    count(dev);
}

static void work(void *opaque)
{
    (void)opaque;
}

static void work_counts(void *opaque)
{
    __atomic_fetch_add((uint32_t *)opaque, 1, __ATOMIC_ACQ_REL);
}

static void command_written(HwDevice *dev, uint32_t value)
{
    Follower *s = HW_DEVICE(Follower, dev);

    count(dev);
    switch (value) {
    case FOLLOWER_TIMER:
        hw_clock(dev)->timer_set(s->timer, hw_clock(dev)->now(dev) + 1000);
        break;
    case FOLLOWER_POST:
        hw_event_loop(dev)->post(dev, call_made, NULL);
        break;
    case FOLLOWER_RUN:
        hw_event_loop(dev)->run(dev, work, call_made, NULL);
        break;
    case FOLLOWER_RUN_ALONE:
        hw_event_loop(dev)->run(dev, work_counts, NULL, &s->worked);
        break;
    case FOLLOWER_REFUSE:
        s->refuses = 1;
        break;
    }
}

static void page_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)offset;
    (void)value;
    (void)size;
    count(dev);
}

static uint64_t mmio_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)offset;
    (void)size;
    count(dev);
    return 0;
}

static void file_written(HwDevice *dev, uint32_t offset, uint32_t length)
{
    (void)offset;
    (void)length;
    count(dev);
}

static void level_get(HwDevice *dev, char *text, uint32_t capacity)
{
    (void)dev;
    (void)capacity;
    text[0] = '0';
    text[1] = '\0';
}

static bool level_set(HwDevice *dev, const char *text, HwError *error)
{
    (void)text;
    (void)error;
    count(dev);
    return true;
}

/* --------------------------------------------------------------------- life */

static bool follower_realize(HwDevice *dev, HwError *error)
{
    Follower *s = HW_DEVICE(Follower, dev);

    s->timer = hw_clock(dev)->timer_new(dev, call_made, NULL);
    return s->timer || hw_error_set(error, "%s: no memory for a timer", dev->id);
}

static void follower_unrealize(HwDevice *dev)
{
    hw_clock(dev)->timer_free(HW_DEVICE(Follower, dev)->timer);
}

static void follower_reset(HwDevice *dev)
{
    Follower *s = HW_DEVICE(Follower, dev);

    s->refuses = 0;
    total_set(s, FOLLOWER_RESET);
}

static void follower_quiesce(HwDevice *dev)
{
    if (HW_DEVICE(Follower, dev)->quiesces) {
        count(dev);
    }
}

static void follower_pre_save(HwDevice *dev)
{
    Follower *s = HW_DEVICE(Follower, dev);

    s->count_saved = total(s);
}

static bool follower_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    Follower *s = HW_DEVICE(Follower, dev);

    (void)version;
    s->checked++;
    return !s->refuses || hw_error_set(error, "%s: asked to refuse", dev->id);
}

static void follower_loaded(HwDevice *dev)
{
    Follower *s = HW_DEVICE(Follower, dev);

    s->loaded++;
    total_set(s, s->count_saved);
}

static void follower_load_undone(HwDevice *dev)
{
    HW_DEVICE(Follower, dev)->undone++;
    count(dev);
}

static uint32_t count_read(HwDevice *dev, uint32_t stored)
{
    (void)stored;
    return total(HW_DEVICE(Follower, dev));
}

#define MEMBER_READ(member)                                       \
    static uint32_t member##_read(HwDevice *dev, uint32_t stored) \
    {                                                             \
        (void)stored;                                             \
        return HW_DEVICE(Follower, dev)->member;                  \
    }
/* clang-format off */
MEMBER_READ(seen)
MEMBER_READ(checked)
MEMBER_READ(loaded)
MEMBER_READ(undone)
/* clang-format on */

static const HwRegister follower_registers[] = {
    { "COUNT", FOLLOWER_COUNT, .read = count_read },
    { "SEEN", FOLLOWER_SEEN, .read = seen_read },
    { "COMMAND", FOLLOWER_COMMAND, .write_only = 0xff, .written = command_written },
    { "CHECKED", FOLLOWER_CHECKED, .read = checked_read },
    { "LOADED", FOLLOWER_LOADED, .read = loaded_read },
    { "UNDONE", FOLLOWER_UNDONE, .read = undone_read },
};

/* clang-format off */
static const HwState follower_state = {
    .name = "follower",
    .fields = HW_ROWS(HwStateField, HW_SAVED(Follower, count_saved),
                      HW_SAVED(Follower, refuses)),
    .pre_save = follower_pre_save,
    .post_load = follower_post_load,
};

static const HwDeviceClass follower_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "follower",
    .instance_size = sizeof(Follower),
    .services = HW_NAMES(HW_CLOCK, HW_EVENT_LOOP),
    .regions = HW_ROWS(HwRegion,
        { "page", HW_REGION_ROM_DEVICE, .size = 0x1000, .base = offsetof(Follower, base),
          .words = offsetof(Follower, regs), .word_count = FOLLOWER_WORDS,
          .registers = HW_TABLE(follower_registers), .write = page_write },
        { "mmio", HW_REGION_MMIO, .size = 0x1000, .offset = FOLLOWER_MMIO,
          .base = offsetof(Follower, base), .read = mmio_read, .write = page_write }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_ADDRESS("addr", Follower, base, HW_ADDRESS_AUTO, "of the page"),
        HW_PROP_U32("line", Follower, line, 7, "interrupt line"),
        HW_PROP_BOOL("quiesces", Follower, quiesces, false, "quiesce counts"),
        HW_PROP_BOOL("has-file", Follower, has_file, false, "has " FOLLOWER_FILE),
        { .name = "level", .type = HW_PROPERTY_U32,
          .offset = HW_MEMBER(Follower, level, uint32_t), .description = "counts when set",
          .get = level_get, .set = level_set }),
    .fw_cfg_files = HW_ROWS(HwFwCfgFile,
        { FOLLOWER_FILE, offsetof(Follower, file), 4, HW_FW_CFG_GUEST_WRITABLE,
          .enabled = offsetof(Follower, has_file), .selected = count, .written = file_written }),
    .state = &follower_state,
    .realize = follower_realize,
    .unrealize = follower_unrealize,
    .reset = follower_reset,
    .update = follower_update,
    .quiesce = follower_quiesce,
    .loaded = follower_loaded,
    .load_undone = follower_load_undone,
};
/* clang-format on */

HW_EXPORT extern const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = HW_ABI(HwPlugin),
    .name = "follower",
    .version = "1",
    .licence = "GPL-2.0-or-later",
    .classes = HW_ROWS(HwDeviceClassRef, &follower_class),
};
