/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The time in vmclock's page, as the host knows it (Linux's vmclock-abi.h). */
#include <string.h>

#include "devices/vmclock-page.h"
#include "devices/vmclock-regs.h"
#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

#define SECOND       1000000000
#define TWO_TO_64    18446744073709551616.0
#define TOLERANCE_NS 1000 /* the page may differ so far from the host's clock, beside read errors */

const HwName vmclock_times[] = { "none", "host" };

/* ------------------------------------------------------------------------- life */

static bool sample_read(const VmClockTime *time, HwDevice *dev, HwGuestTimeSample *sample,
                        HwError *error)
{
    if (!time->service->read(dev, sample, error)) {
        return false;
    }
    if (time->tai_offset) {
        sample->tai_offset = (int32_t)time->tai_offset;
    }
    return true;
}

static bool service_find(VmClockTime *time, HwDevice *dev, HwError *error)
{
    HW_ERROR(reason, 200);

    time->service = hw_guest_time(dev);
    if (time->service && sample_read(time, dev, &time->told, &reason)) {
        return true;
    }
    return hw_error_set(error, "%s: time: invalid value 'host': expected none: %s", dev->id,
                        time->service ? reason.text
                                      : "this host does not run the guest's processors");
}

bool vmclock_time_realize(VmClockTime *time, HwDevice *dev, uint32_t choice,
                          void (*tick)(HwDevice *dev, void *opaque), void (*jumped)(HwDevice *dev),
                          HwError *error)
{
    if (choice == 1 && !service_find(time, dev, error)) {
        return false;
    }
    time->clock = hw_clock(dev);
    time->timer = time->clock->timer_new(dev, tick, NULL);
    if (!time->timer) {
        return hw_error_set(error, "%s: no memory for a timer", dev->id);
    }
    if (time->service) {
        time->service->watch(dev, jumped);
    }
    return true;
}

void vmclock_time_unrealize(VmClockTime *time, HwDevice *dev)
{
    if (time->service) {
        time->service->watch(dev, NULL);
    }
    time->clock->timer_free(time->timer);
}

void vmclock_time_go_on(const VmClockTime *time)
{
    if (time->due) {
        time->clock->timer_set(time->timer, (int64_t)time->due);
    }
}

static void tick_after(VmClockTime *time, HwDevice *dev, uint32_t ns)
{
    time->due = (uint64_t)time->clock->now(dev) + ns;
    vmclock_time_go_on(time);
}

void vmclock_time_start(VmClockTime *time, HwDevice *dev)
{
    tick_after(time, dev, 1);
}

void vmclock_time_again(VmClockTime *time, HwDevice *dev)
{
    time->due = 0;
    if (time->service) {
        tick_after(time, dev, SECOND);
    }
}

/* ---------------------------------------------------------------------- the page */

static uint64_t flags_of(const HwGuestTimeSample *told)
{
    return (told->tai_offset ? VMCLOCK_FLAG_TAI_OFFSET : 0) |
           (told->period_ns ? VMCLOCK_FLAG_PERIOD_MAXERROR : 0) |
           (told->estimated_error != HW_GUEST_TIME_UNKNOWN ? VMCLOCK_FLAG_TIME_ESTERROR : 0) |
           (told->maximum_error != HW_GUEST_TIME_UNKNOWN ? VMCLOCK_FLAG_TIME_MAXERROR : 0);
}

static uint8_t status_of(const HwGuestTimeSample *told)
{
    static const uint8_t statuses[] = {
        [HW_GUEST_TIME_NOT_TOLD] = VMCLOCK_STATUS_UNKNOWN,
        [HW_GUEST_TIME_SYNCHRONIZED] = VMCLOCK_STATUS_SYNCHRONIZED,
        [HW_GUEST_TIME_FREE_RUNNING] = VMCLOCK_STATUS_FREE_RUNNING,
    };

    if (!told->period_ns) {
        return VMCLOCK_STATUS_INITIALIZING;
    }
    return told->status < sizeof(statuses) ? statuses[told->status] : VMCLOCK_STATUS_UNKNOWN;
}

static uint8_t leap_of(const HwGuestTimeSample *told)
{
    static const uint8_t leaps[] = {
        [HW_GUEST_LEAP_NONE] = 0, [HW_GUEST_LEAP_INSERT] = 1,   [HW_GUEST_LEAP_DELETE] = 2,
        [HW_GUEST_LEAP_NOW] = 3,  [HW_GUEST_LEAP_INSERTED] = 4, [HW_GUEST_LEAP_DELETED] = 5,
    };

    return told->leap < sizeof(leaps) ? leaps[told->leap] : 0;
}

/* The unit is 2^-64 s, shifted as far as the number has room.  Else few bits would be left of a
 * period of less than a nanosecond. */
static void period_store(uint8_t *page, const HwGuestTimeSample *told)
{
    uint8_t shift = 0;
    double period = 0;

    if (told->period_ticks) {
        period = (double)told->period_ns / (double)told->period_ticks / SECOND * TWO_TO_64;
        for (; period < TWO_TO_64 / 4 && shift < 64; shift++) {
            period *= 2;
        }
    }
    page[VMCLOCK_PERIOD_SHIFT] = shift;
    hw_store_le(page + VMCLOCK_PERIOD, (uint64_t)period, 8);
    hw_store_le(page + VMCLOCK_PERIOD_MAXERROR,
                (uint64_t)(period * (double)told->period_error / SECOND), 8);
}

/* ns / 10^9 in units of 2^-64, by a long division of two digits. */
static uint64_t fraction_of(uint32_t ns)
{
    uint64_t high = ((uint64_t)ns << 32) / SECOND;
    uint64_t rest = ((uint64_t)ns << 32) % SECOND;

    return high << 32 | (rest << 32) / SECOND;
}

static uint64_t error_of(uint64_t error, uint64_t read_error)
{
    return error == HW_GUEST_TIME_UNKNOWN ? 0 : error + read_error;
}

static void sample_store(uint8_t *page, const HwGuestTimeSample *told)
{
    page[VMCLOCK_COUNTER_ID] = told->counter == HW_GUEST_COUNTER_X86_TSC ? VMCLOCK_COUNTER_TSC
                                                                         : VMCLOCK_COUNTER_VCNT;
    page[VMCLOCK_CLOCK_STATUS] = status_of(told);
    page[VMCLOCK_LEAP_INDICATOR] = leap_of(told);
    /* The page has the way from TAI to UTC. */
    hw_store_le(page + VMCLOCK_TAI_OFFSET, (uint16_t)-told->tai_offset, 2);
    hw_store_le(page + VMCLOCK_COUNTER_VALUE, told->value, 8);
    period_store(page, told);
    hw_store_le(page + VMCLOCK_TIME_SEC, (uint64_t)told->seconds, 8);
    hw_store_le(page + VMCLOCK_TIME_FRAC_SEC, fraction_of(told->nanoseconds), 8);
    hw_store_le(page + VMCLOCK_TIME_ESTERROR, error_of(told->estimated_error, told->read_error), 8);
    hw_store_le(page + VMCLOCK_TIME_MAXERROR, error_of(told->maximum_error, told->read_error), 8);
}

/* A guest that came with another host's time must not go on with it. */
static void no_time_store(uint8_t *page)
{
    bool had_time = hw_load_le(page + VMCLOCK_MAGIC, 4) == VMCLOCK_MAGIC_VALUE &&
                    (page[VMCLOCK_COUNTER_ID] != VMCLOCK_COUNTER_INVALID ||
                     page[VMCLOCK_CLOCK_STATUS] == VMCLOCK_STATUS_UNRELIABLE);

    memset(page + VMCLOCK_TIME_FIRST, 0, VMCLOCK_GENERATION_COUNTER - VMCLOCK_TIME_FIRST);
    page[VMCLOCK_COUNTER_ID] = VMCLOCK_COUNTER_INVALID;
    page[VMCLOCK_CLOCK_STATUS] = had_time ? VMCLOCK_STATUS_UNRELIABLE : VMCLOCK_STATUS_UNKNOWN;
}

uint64_t vmclock_time_store(uint8_t *page, const VmClockTime *time)
{
    if (!time->service) {
        no_time_store(page);
        return 0;
    }
    sample_store(page, &time->told);
    return flags_of(&time->told);
}

/* ---------------------------------------------------------------------- changes */

void vmclock_time_read(VmClockTime *time, HwDevice *dev)
{
    HW_ERROR(reason, 200);

    if (time->service) {
        sample_read(time, dev, &time->told, &reason);
    }
}

/* Nanoseconds from the page's time to `now`, as the guest's counter tells. */
static double elapsed(const HwGuestTimeSample *told, const HwGuestTimeSample *now)
{
    return told->period_ticks ? (double)(int64_t)(now->value - told->value) *
                                    (double)told->period_ns / (double)told->period_ticks
                              : 0;
}

static bool time_differs(const HwGuestTimeSample *told, const HwGuestTimeSample *now)
{
    double passed = (double)(now->seconds - told->seconds) * SECOND + (double)now->nanoseconds -
                    (double)told->nanoseconds;
    double difference = passed - elapsed(told, now);
    double tolerance = (double)(told->read_error + now->read_error) + TOLERANCE_NS;

    return difference > tolerance || -difference > tolerance;
}

/* The page's bound grows as the guest's counter goes on.  It is told anew if it is wrong, or twice
 * as large as needed. */
static bool error_differs(const HwGuestTimeSample *told, const HwGuestTimeSample *now)
{
    double bound = (double)told->maximum_error +
                   elapsed(told, now) * (double)told->period_error / SECOND;

    return told->maximum_error != HW_GUEST_TIME_UNKNOWN &&
           ((double)now->maximum_error > bound || (double)now->maximum_error * 2 < bound);
}

bool vmclock_time_differs(const VmClockTime *time, HwDevice *dev)
{
    const HwGuestTimeSample *told = &time->told;
    HwGuestTimeSample now;
    HW_ERROR(reason, 200);

    return time->service && sample_read(time, dev, &now, &reason) &&
           (now.status != told->status || now.leap != told->leap ||
            now.tai_offset != told->tai_offset || !now.period_ns != !told->period_ns ||
            now.period_error * 2 < told->period_error || time_differs(told, &now) ||
            error_differs(told, &now));
}
