/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/parts/ich9-tco.h"

#include "hw-api/device/error.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/guest-state.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/acpi-pm.h"
#include "qtest/machine/pci/pci.h"

enum {
    PORTS = 0x20,
    FIRST_PORT = 0x60, /* from the start of power management's ports */
    GCS = 0x3410,      /* from the start of the chipset's registers */
    RELOAD = 0,        /* words */
    STATUS,
    CONTROL,
    MESSAGES,
    TIMER,
    WORDS = 8,
    DATA_IN = 2, /* bytes in RELOAD, */
    DATA_OUT = 3,
    TIMER_VALUE = 2, /* and in TIMER */
    TICKS = 0x3ff,
};

#define CONTROL_LOCK   HW_BIT(12)
#define CONTROL_HALT   HW_BIT(11)
#define CONTROL_BITS   0xfffffeffu
#define STATUS_SOFT    HW_BIT(1) /* the guest wrote DATA_IN, */
#define STATUS_INT     HW_BIT(2) /* DATA_OUT */
#define STATUS_TIMEOUT HW_BIT(3)
#define STATUS_SECOND  HW_BIT(17)
#define STATUS_BOOT    HW_BIT(18)
#define STATUS_ALL     (STATUS_TIMEOUT | STATUS_SECOND | STATUS_BOOT)
#define GCS_NO_REBOOT  HW_BIT(5)
#define TICK           UINT64_C(600000000) /* ns */
#define NEVER          UINT64_MAX

typedef struct Tco {
    HwDevice dev;
    uint32_t words[WORDS];
    uint32_t gcs;
    uint64_t deadline;
    uint32_t timeouts;
    uint32_t locked; /* CONTROL_LOCK, or 0 */
    bool no_reboot;  /* a strap of the board */
    bool asleep;     /* it runs, and the timer is not set */
    HwTimer *timer;
} Tco;

/* --------------------------------------------------------------------- timer */

static bool may_reset(const Tco *s)
{
    return !s->no_reboot && !(s->gcs & GCS_NO_REBOOT);
}

/* Without anything left to tell, the timer sleeps: a guest's clock may jump over many timeouts. */
static bool is_watched(const Tco *s)
{
    return may_reset(s) || (s->words[STATUS] & STATUS_ALL) != STATUS_ALL;
}

static void timer_restore(HwDevice *dev)
{
    Tco *s = HW_DEVICE(Tco, dev);

    s->asleep = s->deadline != NEVER && !is_watched(s);
    if (s->deadline == NEVER || s->asleep) {
        hw_clock(dev)->timer_cancel(s->timer);
    } else {
        hw_clock(dev)->timer_set(s->timer, (int64_t)s->deadline);
    }
}

static uint64_t period(const Tco *s)
{
    return s->words[CONTROL] & CONTROL_HALT ? 0 : (s->words[TIMER] >> 16 & TICKS) * TICK;
}

static uint64_t now(Tco *s)
{
    return (uint64_t)hw_clock(&s->dev)->now(&s->dev);
}

static void timer_start(Tco *s)
{
    s->deadline = period(s) ? now(s) + period(s) : NEVER;
    timer_restore(&s->dev);
}

/* The timeouts that passed while the timer slept. */
static void catch_up(Tco *s)
{
    uint64_t passed;

    if (!s->asleep || s->deadline > now(s)) {
        return;
    }
    if (!period(s)) {
        timer_start(s);
        return;
    }
    passed = (now(s) - s->deadline) / period(s) + 1;
    s->timeouts = (uint32_t)((s->timeouts + passed) % 2);
    s->deadline += passed * period(s);
}

/* The second of two timeouts in a row resets the machine, unless that is switched off. */
static void expired(HwDevice *dev, void *opaque)
{
    Tco *s = HW_DEVICE(Tco, dev);

    (void)opaque;
    s->words[STATUS] |= STATUS_TIMEOUT;
    s->deadline = NEVER;
    if (++s->timeouts == 2) {
        s->timeouts = 0;
        s->words[STATUS] |= STATUS_SECOND | STATUS_BOOT;
        if (may_reset(s)) {
            hw_guest_state(dev)->tell(dev, HW_GUEST_HANGS);
            return;
        }
    }
    timer_start(s);
}

/* ----------------------------------------------------------------- registers */

/* The ticks that are left. */
static uint32_t reload_read(HwDevice *dev, uint32_t stored)
{
    Tco *s = HW_DEVICE(Tco, dev);

    catch_up(s);
    if (s->deadline == NEVER) {
        return stored;
    }
    return (stored & ~(uint32_t)TICKS) |
           (s->deadline > now(s) ? (uint32_t)((s->deadline - now(s)) / TICK) : 0);
}

static void reload_written(Tco *s, uint32_t first, uint32_t last)
{
    if (first < DATA_IN) {
        s->timeouts = 0;
        if (period(s)) {
            timer_start(s);
        }
    }
    s->words[STATUS] |= (first <= DATA_IN && last >= DATA_IN ? STATUS_SOFT : 0) |
                        (last >= DATA_OUT ? STATUS_INT : 0);
}

static void tco_written(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    Tco *s = HW_DEVICE(Tco, dev);
    uint32_t first = offset & 3;

    (void)value;
    catch_up(s);
    if (offset / 4 == RELOAD) {
        reload_written(s, first, first + size - 1);
    } else if (offset / 4 == CONTROL && first < 2) {
        timer_start(s);
    }
    timer_restore(dev);
}

/* The lock stays until a reset. */
static void control_written(HwDevice *dev, uint32_t value)
{
    Tco *s = HW_DEVICE(Tco, dev);

    (void)value;
    s->locked |= s->words[CONTROL] & CONTROL_LOCK;
    s->words[CONTROL] |= s->locked;
}

static const HwRegister tco_registers[] = {
    { "TCO_RLD", 4 * RELOAD, .rw = UINT32_MAX, .read = reload_read,
      .fields = HW_FIELDS({ "ticks", 0, 10 }, { "dataIn", 16, 8 }, { "dataOut", 24, 8 }) },
    { "TCO_STS", 4 * STATUS, .w1c = UINT32_MAX,
      .fields = HW_FIELDS({ "softSmi", 1, 1 }, { "softInt", 2, 1 }, { "timeout", 3, 1 },
                          { "second", 17, 1 }, { "boot", 18, 1 }) },
    { "TCO_CNT", 4 * CONTROL, .reset = 0x00080000, .rw = CONTROL_BITS, .written = control_written,
      .fields = HW_FIELDS({ "halt", 11, 1 }, { "lock", 12, 1 }) },
    { "TCO_MESSAGE", 4 * MESSAGES, .rw = 0x00ffffff },
    { "TCO_TMR", 4 * TIMER, .reset = 0x00040003, .rw = 0xffff00ff,
      .fields = HW_FIELDS({ "softIrq", 0, 8 }, { "ticks", 16, 10 }) },
};

static void gcs_written(HwDevice *dev, uint32_t value)
{
    (void)value;
    catch_up(HW_DEVICE(Tco, dev));
    timer_restore(dev);
}

static const HwRegister gcs_registers[] = {
    { "GCS", 0, .reset = GCS_NO_REBOOT, .rw = UINT32_MAX, .written = gcs_written,
      .fields = HW_FIELDS({ "noReboot", 5, 1 }) },
};

/* --------------------------------------------------------------------- state */

static bool is_at_reset(const Tco *s)
{
    return s->deadline == NEVER && !s->timeouts && !s->words[RELOAD] && !s->words[STATUS] &&
           s->words[CONTROL] == tco_registers[CONTROL].reset && !s->words[MESSAGES] &&
           s->words[TIMER] == tco_registers[TIMER].reset && s->gcs == GCS_NO_REBOOT;
}

/* QEMU keeps these registers in the section of its chipset, and would refuse this section. */
static bool tco_needed(HwDevice *dev)
{
    const ObHost *host = ob_host_of(dev);

    return !is_at_reset(HW_DEVICE(Tco, dev)) &&
           !host->wires->foreign_has(host->foreign, "/ICH9LPC");
}

/* Mask off what no timeout could make: the count's end would never be reached. */
static bool tco_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    (void)version;
    (void)error;
    HW_DEVICE(Tco, dev)->timeouts &= 1;
    return true;
}

static const HwState tco_state = {
    .name = "outboard-ich9-tco",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Tco, words), HW_SAVED(Tco, gcs),
                      HW_SAVED(Tco, deadline), HW_SAVED(Tco, timeouts), HW_SAVED(Tco, locked)),
    .post_load = tco_post_load,
    .needed = tco_needed,
};

/* ---------------------------------------------------------------------- life */

static bool tco_realize(HwDevice *dev, HwError *error)
{
    Tco *s = HW_DEVICE(Tco, dev);

    s->deadline = NEVER;
    s->timer = hw_clock(dev)->timer_new(dev, expired, NULL);
    return s->timer || hw_error_set(error, "machine: no memory for the watchdog");
}

static void tco_unrealize(HwDevice *dev)
{
    hw_clock(dev)->timer_free(HW_DEVICE(Tco, dev)->timer);
}

static void tco_reset(HwDevice *dev)
{
    Tco *s = HW_DEVICE(Tco, dev);

    s->deadline = NEVER;
    s->timeouts = 0;
    s->locked = 0;
    timer_restore(dev);
}

enum { TCO_REGION, GCS_REGION };

static const HwClass tco_class = {
    .table = {
        .abi = HW_ABI(HwDeviceClass),
        .name = "ich9-tco",
        .description = "watchdog of ICH9",
        .instance_size = sizeof(Tco),
        .flags = HW_CLASS_FLAT,
        .services = HW_NAMES(HW_CLOCK, HW_GUEST_STATE),
        .regions = HW_ROWS(HwRegion,
                           { "tco", HW_REGION_REGISTERS, .space = HW_SPACE_IO, .size = PORTS,
                             .offset = OB_PM_PORTS + FIRST_PORT, .words = offsetof(Tco, words),
                             .word_count = WORDS, .registers = HW_TABLE(tco_registers),
                             .write = tco_written },
                           { "gcs", HW_REGION_REGISTERS, .space = HW_SPACE_MEMORY, .size = 4,
                             .offset = 0xfed1c000 + GCS, .words = offsetof(Tco, gcs),
                             .word_count = 1, .registers = HW_TABLE(gcs_registers) }),
        .state = &tco_state,
        .realize = tco_realize,
        .unrealize = tco_unrealize,
        .reset = tco_reset,
        .loaded = timer_restore,
        .load_undone = timer_restore,
    },
    .original = &tco_class.table,
};

bool ob_tco_create(ObHost *host, const ObHostConfig *config, HwError *error)
{
    if (!host->pci || !ob_pci_board(host->pci)->has_lpc) {
        return true;
    }
    host->tco = hw_instance_new(&host->base.api, &tco_class, NULL, NULL);
    if (!host->tco) {
        return hw_error_set(error, "machine: no memory for the watchdog");
    }
    HW_DEVICE(Tco, host->tco->dev)->no_reboot = config->no_reboot.is_given ? config->no_reboot.is_on
                                                                           : host->version < 800;
    if (!ob_host_add_part(host, host->tco, error)) {
        return false;
    }
    ob_tco_placed(host, 0, 0);
    return true;
}

void ob_tco_placed(ObHost *host, uint16_t ports, uint32_t chipset)
{
    if (host->tco) {
        ob_host_place_region(host, &host->tco->regions[TCO_REGION],
                             (ports ? ports : OB_PM_PORTS) + FIRST_PORT);
        ob_host_place_region(host, &host->tco->regions[GCS_REGION],
                             chipset ? (uint64_t)chipset + GCS : OB_NOWHERE);
    }
}
