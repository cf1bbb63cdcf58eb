/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/gadget.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/event-loop.h"
#include "qtest/machine/board.h"
#include "qtest/tests/lib/device-options.h"

/* CTRL drives the gadget's interrupt line; tests control its other effects. */
typedef struct Gadget {
    HwDevice dev;
    uint64_t addr;
    uint64_t ram_addr;
    uint32_t regs[2];
    uint32_t line;
    bool broken;
} Gadget;

GString *gadget_happened;

void gadget_note(HwDevice *dev, const char *what)
{
    g_string_append_printf(gadget_happened, "%s%s:%s", gadget_happened->len ? " " : "", dev->id,
                           what);
}

static void gadget_fired(HwDevice *dev, void *opaque)
{
    (void)opaque;
    gadget_note(dev, "fired");
}

void gadget_note_word(HwDevice *dev, void *word)
{
    gadget_note(dev, word);
}

/* Leaves a pending timer and a posted call behind, also on failure. */
static bool gadget_realize(HwDevice *dev, HwError *error)
{
    Gadget *s = HW_DEVICE(Gadget, dev);
    const HwClock *clock = hw_clock(dev);

    clock->timer_set(clock->timer_new(dev, gadget_fired, NULL), 100);
    hw_event_loop(dev)->post(dev, gadget_note_word, (void *)"posted");
    gadget_note(dev, "realize");
    return s->broken ? hw_error_set(error, "%s: broken: on, expected off", dev->id) : true;
}

static void gadget_unrealize(HwDevice *dev)
{
    hw_event_loop(dev)->post(dev, gadget_note_word, (void *)"late");
    gadget_note(dev, "unrealize");
}

static void gadget_reset(HwDevice *dev)
{
    gadget_note(dev, "reset");
}

static void gadget_quiesce(HwDevice *dev)
{
    hw_event_loop(dev)->post(dev, gadget_note_word, (void *)"last");
    gadget_note(dev, "quiesce");
}

static void gadget_update(HwDevice *dev)
{
    Gadget *s = HW_DEVICE(Gadget, dev);

    hw_irq_set(dev, s->line, s->regs[0] & 1);
}

static const HwRegister gadget_registers[] = {
    { .name = "CTRL", .offset = GADGET_CTRL, .rw = 0xff },
    { .name = "ID", .offset = GADGET_ID, .reset = 0x1d },
};

/* clang-format off */
static const HwRegion gadget_regions[] = {
    [GADGET_MMIO] = { .name = "mmio", .kind = HW_REGION_REGISTERS, .size = 0x1000,
               .base = HW_MEMBER(Gadget, addr, uint64_t), .words = offsetof(Gadget, regs),
               .word_count = 2, .registers = HW_TABLE(gadget_registers) },
    [GADGET_RAM] = { .name = "buffer", .kind = HW_REGION_RAM, .size = 0x1000,
              .base = HW_MEMBER(Gadget, ram_addr, uint64_t), .ram_block = "gadget-ram" },
};
/* clang-format on */

static const HwProperty gadget_properties[] = {
    HW_PROP_ADDRESS("addr", Gadget, addr, HW_ADDRESS_AUTO, "of the registers"),
    HW_PROP_ADDRESS("ram-addr", Gadget, ram_addr, HW_ADDRESS_AUTO, "of the buffer"),
    HW_PROP_U32("line", Gadget, line, GADGET_IRQ, "interrupt line"),
    HW_PROP_BOOL("broken", Gadget, broken, false, "realize fails"),
};

/* clang-format off */
#define GADGET(name_, ...)                                                          \
    { .table = { .abi = HW_ABI(HwDeviceClass), .name = name_,                       \
                 .instance_size = sizeof(Gadget), .regions = HW_TABLE(gadget_regions), \
                 .properties = HW_TABLE(gadget_properties), .realize = gadget_realize, \
                 .unrealize = gadget_unrealize, .reset = gadget_reset,              \
                 .update = gadget_update, .quiesce = gadget_quiesce, __VA_ARGS__ } }
/* clang-format on */

HwClass gadget_class = GADGET("gadget");
static HwClass solo_class = GADGET("solo", .at_most_one = "SOLO");
static HwClass other_solo_class = GADGET("other-solo", .at_most_one = "SOLO");

static uint64_t ports_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)dev;
    (void)size;
    return 0x50 + offset;
}

static void ports_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)offset;
    (void)value;
    (void)size;
    gadget_note(dev, "write");
}

/* clang-format off */
static const HwRegion ports_regions[] = {
    { .name = "ports", .kind = HW_REGION_MMIO, .space = HW_SPACE_IO, .size = 8,
      .base = HW_MEMBER(Gadget, addr, uint64_t), .read = ports_read, .write = ports_write,
      .access_max = 1 },
};

static HwClass ports_class = {
    .table = { .abi = HW_ABI(HwDeviceClass), .name = "ports", .instance_size = sizeof(Gadget),
               .regions = HW_TABLE(ports_regions), .properties = HW_TABLE(gadget_properties) },
};

/* pc's window has room for three such regions, which are aligned to 4 MiB. */
static const HwRegion large_regions[] = {
    { .name = "large", .kind = HW_REGION_RAM, .size = 3 * MIB,
      .base = HW_MEMBER(Gadget, addr, uint64_t) },
};

static HwClass large_class = {
    .table = { .abi = HW_ABI(HwDeviceClass), .name = "large", .instance_size = sizeof(Gadget),
               .regions = HW_TABLE(large_regions), .properties = HW_TABLE(gadget_properties) },
};
/* clang-format on */

/* ------------------------------------------------------------------ fixture */

static void log_line(void *opaque, const char *device, uint32_t level, const char *text)
{
    GadgetHost *f = opaque;

    g_string_append_printf(f->log, "%s %u %s\n", device, level, text);
}

static void irq_changed(void *opaque, uint32_t line, bool level)
{
    GadgetHost *f = opaque;

    g_string_append_printf(f->irqs, "%u=%d ", line, level);
}

static void woken(void *opaque)
{
    GadgetHost *f = opaque;

    g_mutex_lock(&f->wake_lock);
    f->wakes++;
    g_cond_signal(&f->wake_changed);
    g_mutex_unlock(&f->wake_lock);
}

static void fixture_start(GadgetHost *f, const char *machine, bool threaded)
{
    HwClass *classes[] = { &gadget_class, &solo_class, &other_solo_class, &ports_class,
                           &large_class };
    const ObHostConfig config = {
        .architecture = machine && !strcmp(machine, "virt") ? "aarch64" : "x86_64",
        .machine = machine,
        .threaded = threaded,
        .wake = woken,
        .log = log_line,
        .opaque = f,
    };

    gadget_happened = g_string_new(NULL);
    f->log = g_string_new(NULL);
    f->irqs = g_string_new(NULL);
    f->error = (HwError) { f->text, sizeof(f->text), 0 };
    f->host = ob_host_new(&config, &f->error);
    g_assert_nonnull(f->host);
    ob_host_observe_irqs(f->host, irq_changed, f);
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        classes[i]->original = &classes[i]->table;
        g_assert_true(ob_host_add_class(f->host, classes[i], &f->error));
    }
}

void gadget_set_up(GadgetHost *f, gconstpointer machine)
{
    fixture_start(f, machine, false);
}

void gadget_set_up_threaded(GadgetHost *f, gconstpointer machine)
{
    fixture_start(f, machine, true);
}

void gadget_poll_woken(GadgetHost *f)
{
    int64_t deadline = g_get_monotonic_time() + 10 * G_TIME_SPAN_SECOND;

    g_mutex_lock(&f->wake_lock);
    while (f->wakes == 0) {
        g_assert_true(g_cond_wait_until(&f->wake_changed, &f->wake_lock, deadline));
    }
    f->wakes = 0;
    g_mutex_unlock(&f->wake_lock);
    ob_host_poll(f->host);
}

void gadget_tear_down(GadgetHost *f, gconstpointer data)
{
    (void)data;
    ob_host_free(f->host);
    g_string_free(f->log, TRUE);
    g_string_free(f->irqs, TRUE);
    g_string_free(gadget_happened, TRUE);
}

HwInstance *device_try(GadgetHost *f, const char *name, const char *options)
{
    return device_with_options(f->host, name, options, &f->error);
}

HwInstance *device_add(GadgetHost *f, const char *name, const char *options)
{
    HwInstance *instance = device_try(f, name, options);

    if (!instance) {
        g_error("%s", f->text);
    }
    return instance;
}

void device_refused(GadgetHost *f, const char *name, const char *options, const char *sentence)
{
    g_assert_null(device_try(f, name, options));
    g_assert_cmpstr(f->text, ==, sentence);
}

uint32_t readl(GadgetHost *f, uint64_t address)
{
    return (uint32_t)ob_host_load(f->host, HW_SPACE_MEMORY, address, 4);
}

void writel(GadgetHost *f, uint64_t address, uint32_t value)
{
    ob_host_store(f->host, HW_SPACE_MEMORY, address, value, 4);
}

uint64_t address_of(const HwInstance *instance, uint32_t region)
{
    return instance->regions[region].address;
}
