/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ib700: a watchdog at I/O ports, as Linux's ib700wdt drives it.  Specified in ib700.rst. */
#include "devices/devices.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/guest-state.h"

#define STOP_PORT   0x441u
#define START_PORT  0x443u
#define PORTS       2u /* two of each kind, which do the same */
#define LONGEST     30u
#define STEP        2u
#define NANOSECONDS UINT64_C(1000000000)
#define NEVER       UINT64_MAX /* in QEMU's streams, too */

typedef struct Ib700 {
    HwDevice dev;
    HwTimer *timer;
    uint64_t deadline;
} Ib700;

/* Like QEMU, a time before the clock's start, which only a stream can bring, has passed. */
static void timer_restore(HwDevice *dev)
{
    const Ib700 *s = HW_DEVICE(Ib700, dev);

    if (s->deadline == NEVER) {
        hw_clock(dev)->timer_cancel(s->timer);
    } else {
        hw_clock(dev)->timer_set(s->timer, (int64_t)s->deadline);
    }
}

static void deadline_set(HwDevice *dev, uint64_t deadline)
{
    HW_DEVICE(Ib700, dev)->deadline = deadline;
    timer_restore(dev);
}

static void expired(HwDevice *dev, void *opaque)
{
    (void)opaque;
    HW_DEVICE(Ib700, dev)->deadline = NEVER;
    hw_guest_state(dev)->tell(dev, HW_GUEST_HANGS);
}

/* Sixteen times, from 30 seconds down to none. */
static void start_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    uint64_t seconds = LONGEST - STEP * (value & 0xf);

    (void)offset;
    (void)size;
    deadline_set(dev, (uint64_t)hw_clock(dev)->now(dev) + seconds * NANOSECONDS);
}

static void stop_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)offset;
    (void)value;
    (void)size;
    deadline_set(dev, NEVER);
}

/* The ports can only be written. */
static uint64_t port_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)dev;
    (void)offset;
    (void)size;
    return UINT64_MAX;
}

static bool ib700_realize(HwDevice *dev, HwError *error)
{
    Ib700 *s = HW_DEVICE(Ib700, dev);

    s->deadline = NEVER;
    s->timer = hw_clock(dev)->timer_new(dev, expired, NULL);
    return s->timer || hw_error_set(error, "%s: out of memory", dev->id);
}

static void ib700_unrealize(HwDevice *dev)
{
    hw_clock(dev)->timer_free(HW_DEVICE(Ib700, dev)->timer);
}

static void ib700_reset(HwDevice *dev)
{
    deadline_set(dev, NEVER);
}

/* clang-format off */
static const HwState ib700_state = {
    .name = "ib700_wdt", .version = 0, .minimum_version = 0,
    .fields = HW_ROWS(HwStateField, HW_SAVED_AS("timer", Ib700, deadline, 0)),
};

const HwDeviceClass ib700_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "ib700",
    .description = "watchdog of iBASE 700 boards, at I/O ports",
    .instance_size = sizeof(Ib700),
    .at_most_one = "ib700",
    .services = HW_NAMES(HW_CLOCK, HW_GUEST_STATE),
    .regions = HW_ROWS(HwRegion,
        { "stop", HW_REGION_MMIO, HW_SPACE_IO, .size = PORTS, .offset = STOP_PORT,
          .read = port_read, .write = stop_write, .access_min = 1, .access_max = 1 },
        { "start", HW_REGION_MMIO, HW_SPACE_IO, .size = PORTS, .offset = START_PORT,
          .read = port_read, .write = start_write, .access_min = 1, .access_max = 1 }),
    .state = &ib700_state,
    .realize = ib700_realize,
    .unrealize = ib700_unrealize,
    .reset = ib700_reset,
    .loaded = timer_restore,
    .load_undone = timer_restore,
};
/* clang-format on */
