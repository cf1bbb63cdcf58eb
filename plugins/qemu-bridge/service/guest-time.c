/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.guest-time/1 under TCG.  Arm's virtual counter is QEMU's virtual clock in steps of a known
 * length.  x86's TSC is the counter of QEMU's own host: QEMU tells its value alone, so the bridge
 * measures the period while the machine runs.
 */
#include "plugins/qemu-bridge/service/services.h"

#include <dlfcn.h>
#include <sys/timex.h>
#include <time.h>

#include "hw-api/device/error.h"

#define SECOND      INT64_C(1000000000)
#define TRIES       8               /* readings of which the shortest counts */
#define BASE_MIN_NS (SECOND / 1000) /* the shortest measurement of a period */
#define DRIFT_MAX   UINT64_C(500)   /* ppm, if the system does not tell */

typedef int64_t Ticks(void);
typedef unsigned int PeriodOf(void *cpu);

static struct {
    bool looked;
    Ticks *ticks;        /* x86 */
    PeriodOf *period_of; /* Arm */
    const int *counts_instructions;
    const bool *emulated;
} qemu;

/* The counter and both clocks at one time; `width`: how long reading took. */
typedef struct Moment {
    uint64_t value;
    int64_t steady, day;
    int64_t width;
} Moment;

static struct {
    Moment base; /* value 0: none since the machine runs */
    uint64_t ns, ticks, error;
} measured;

/* ------------------------------------------------------------------------- QEMU */

/* The counter stands still with the machine, so a measurement ends at a stop. */
static void run_state_changed(void *opaque, bool running, int state)
{
    (void)opaque;
    (void)running;
    (void)state;
    measured.base.value = 0;
}

static void qemu_look(void)
{
    if (!qemu.looked) {
        qemu.looked = true;
        qemu.period_of = (PeriodOf *)dlsym(RTLD_DEFAULT, "gt_cntfrq_period_ns");
        qemu.counts_instructions = dlsym(RTLD_DEFAULT, "use_icount");
        qemu.emulated = dlsym(RTLD_DEFAULT, "tcg_allowed");
        if (dlsym(RTLD_DEFAULT, "cpu_get_tsc")) {
            qemu.ticks = (Ticks *)dlsym(RTLD_DEFAULT, "cpus_get_elapsed_ticks");
            qemu_add_vm_change_state_handler(run_state_changed, NULL);
        }
    }
}

static bool counter_is_known(HwError *error)
{
    qemu_look();
    if (!qemu.emulated || !*qemu.emulated) {
        return hw_error_set(error, "QEMU tells the guest's counter under TCG alone");
    }
    if (!qemu.counts_instructions || *qemu.counts_instructions) {
        return hw_error_set(error, "with -icount the guest's counter does not follow the time");
    }
    return (qemu_get_cpu(0) && (qemu.ticks || qemu.period_of)) ||
           hw_error_set(error, "this QEMU does not tell the guest's counter");
}

static uint64_t arm_period(void)
{
    return qemu.period_of(qemu_get_cpu(0));
}

static uint64_t counter_read(void)
{
    return qemu.ticks ? (uint64_t)qemu.ticks()
                      : (uint64_t)qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) / arm_period();
}

/* ------------------------------------------------------------------- one moment */

static int64_t clock_ns(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    return time.tv_sec * SECOND + time.tv_nsec;
}

static Moment moment_try(void)
{
    int64_t steady = clock_ns(CLOCK_MONOTONIC);
    int64_t day = clock_ns(CLOCK_REALTIME);
    uint64_t value = counter_read();
    int64_t day_width = clock_ns(CLOCK_REALTIME) - day;
    int64_t width = clock_ns(CLOCK_MONOTONIC) - steady;

    return (Moment) { value, steady + width / 2, day + day_width / 2, width };
}

static Moment moment_take(void)
{
    Moment best = moment_try();

    for (int i = 1; i < TRIES; i++) {
        Moment next = moment_try();

        if (next.width < best.width) {
            best = next;
        }
    }
    return best;
}

/* ------------------------------------------------------------------- the period */

static void period_take(const Moment *now)
{
    const Moment *base = &measured.base;
    int64_t span = now->steady - base->steady;
    uint64_t error;

    if (span < BASE_MIN_NS || now->value <= base->value) {
        return;
    }
    error = (uint64_t)((now->width + base->width) * SECOND / span);
    if (!measured.ns || error < measured.error) {
        measured.ns = (uint64_t)span;
        measured.ticks = now->value - base->value;
        measured.error = error;
    }
}

/* The longer a measurement takes, the less its two readings matter.  The first one is short, and
 * the machine waits for it: its guest then never sees a counter without a period. */
static void period_measure(Moment *now)
{
    if (!runstate_is_running()) {
        return;
    }
    if (!measured.base.value) {
        measured.base = *now;
    }
    while (!measured.ns && now->steady - measured.base.steady < BASE_MIN_NS) {
        *now = moment_take();
    }
    period_take(now);
}

static void period_fill(HwGuestTimeSample *sample)
{
    if (qemu.ticks) {
        sample->counter = HW_GUEST_COUNTER_X86_TSC;
        sample->period_ns = measured.ns;
        sample->period_ticks = measured.ticks;
        sample->period_error = measured.error;
    } else {
        sample->counter = HW_GUEST_COUNTER_ARM_VIRTUAL;
        sample->period_ns = arm_period();
        sample->period_ticks = 1;
    }
}

/* --------------------------------------------------------------- the host's clock */

static uint32_t leap_of(int state, int status)
{
    bool deletes = status & STA_DEL;

    if (state == TIME_OOP) {
        return HW_GUEST_LEAP_NOW;
    }
    if (state == TIME_WAIT) {
        return deletes ? HW_GUEST_LEAP_DELETED : HW_GUEST_LEAP_INSERTED;
    }
    return deletes ? HW_GUEST_LEAP_DELETE
                   : (status & STA_INS ? HW_GUEST_LEAP_INSERT : HW_GUEST_LEAP_NONE);
}

/* Linux's adjtimex(2): errors are in microseconds, and `tolerance` is in ppm with 16 more bits.
 * The clock that measures the period drifts as far. */
static void clock_fill(HwGuestTimeSample *sample)
{
    struct timex its = { 0 };
    int state = adjtimex(&its);
    bool follows = state >= 0 && !(its.status & STA_UNSYNC);
    uint64_t drift = state >= 0 && its.tolerance > 0 ? (uint64_t)its.tolerance >> 16 : DRIFT_MAX;

    sample->status = state < 0
                         ? HW_GUEST_TIME_NOT_TOLD
                         : (follows ? HW_GUEST_TIME_SYNCHRONIZED : HW_GUEST_TIME_FREE_RUNNING);
    sample->estimated_error = follows ? (uint64_t)its.esterror * 1000 : HW_GUEST_TIME_UNKNOWN;
    sample->maximum_error = follows ? (uint64_t)its.maxerror * 1000 : HW_GUEST_TIME_UNKNOWN;
    sample->period_error += drift * 1000;
    if (state >= 0) {
        sample->leap = leap_of(state, its.status);
        sample->tai_offset = its.tai;
    }
}

/* ------------------------------------------------------------------- the service */

static bool time_read(HwDevice *dev, HwGuestTimeSample *sample, HwError *error)
{
    Moment now;

    (void)dev;
    if (!counter_is_known(error)) {
        return false;
    }
    now = moment_take();
    if (qemu.ticks) {
        period_measure(&now);
    }
    *sample = (HwGuestTimeSample) { .value = now.value,
                                    .seconds = now.day / SECOND,
                                    .nanoseconds = (uint32_t)(now.day % SECOND),
                                    .read_error = (uint64_t)now.width };
    period_fill(sample);
    clock_fill(sample);
    return true;
}

static void time_watch(HwDevice *dev, void (*jumped)(HwDevice *dev))
{
    bridge_device_of_instance(dev)->resumed = jumped;
}

const HwGuestTime bridge_guest_time = {
    .abi = HW_ABI(HwGuestTime),
    .read = time_read,
    .watch = time_watch,
};
