/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's counter as QEMU tells it, without a QEMU, with clocks that the test moves. */
#include <dlfcn.h>
#include <glib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

#include "plugins/qemu-bridge/service/services.h"
#include "qtest/tests/bridge/service/fake-device.h"

#define MS  1000000
#define DAY INT64_C(1700000000000000123) /* the time of day at the steady clock's 0, in ns */

/* ----------------------------------------------------------------------- the fake */

static FakeDevice fake;
static const char *exported; /* names of symbols, between spaces */
static bool emulated;
static int counts_instructions;
static int cpus;
static bool runs;
static int64_t now;           /* the steady clock, in ns */
static const int64_t *delays; /* each reading of the counter takes one; 0: the last one again */
static int64_t backwards;     /* the counter was set back by so many ticks */
static int64_t per_ns;        /* ticks */
static struct timex told;
static int told_state;
static int watches;
static void (*changed)(void *opaque, bool running, int state);

static int64_t delayed(void)
{
    int64_t delay = *delays;

    delays += delays[1] != 0;
    return delay;
}

/* Half of the time goes by before the counter is read, and half after it. */
static int64_t ticks(void)
{
    int64_t delay = delayed();
    int64_t value;

    now += delay / 2;
    value = now * per_ns - backwards;
    now += delay - delay / 2;
    return value;
}

int64_t qemu_clock_get_ns(int clock)
{
    g_assert_cmpint(clock, ==, QEMU_CLOCK_VIRTUAL);
    return ticks();
}

static unsigned period_of(void *cpu)
{
    g_assert_true(cpu == &cpus);
    return 16;
}

void *qemu_get_cpu(int index)
{
    return index < cpus ? &cpus : NULL;
}

bool runstate_is_running(void)
{
    return runs;
}

QemuStateHandler *qemu_add_vm_change_state_handler(void (*its)(void *opaque, bool running,
                                                               int state),
                                                   void *opaque)
{
    g_assert_null(opaque);
    changed = its;
    watches++;
    return NULL;
}

void *__wrap_dlsym(void *handle, const char *name);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_adjtimex(struct timex *its);

void *__wrap_dlsym(void *handle, const char *name)
{
    static const struct {
        const char *name;
        void *address;
    } symbols[] = { { "gt_cntfrq_period_ns", (void *)period_of },
                    { "use_icount", &counts_instructions },
                    { "tcg_allowed", &emulated },
                    { "cpu_get_tsc", (void *)ticks },
                    { "cpus_get_elapsed_ticks", (void *)ticks } };
    g_auto(GStrv) names = g_strsplit(exported, " ", -1);

    g_assert_true(handle == RTLD_DEFAULT);
    for (size_t i = 0; i < G_N_ELEMENTS(symbols); i++) {
        if (strcmp(symbols[i].name, name) == 0) {
            return g_strv_contains((const char *const *)names, name) ? symbols[i].address : NULL;
        }
    }
    g_assert_not_reached();
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
    int64_t value = clock == CLOCK_MONOTONIC ? now : now + DAY;

    g_assert_true(clock == CLOCK_MONOTONIC || clock == CLOCK_REALTIME);
    *time = (struct timespec) { value / 1000000000, value % 1000000000 };
    return 0;
}

int __wrap_adjtimex(struct timex *its)
{
    g_assert_cmpuint(its->modes, ==, 0);
    *its = told;
    return told_state;
}

/* -------------------------------------------------------------------------- tests */

#define TCG "tcg_allowed use_icount "
#define ARM TCG "gt_cntfrq_period_ns"
#define X86 TCG "cpu_get_tsc cpus_get_elapsed_ticks"

static const int64_t steps[] = { 10, 0 };

static void begin(const char *symbols)
{
    exported = symbols;
    emulated = runs = true;
    cpus = 1;
    per_ns = 3;
    told_state = -1;
    delays = steps;
    fake_device_begin(&fake);
}

/* QEMU is looked at once, so each test has its own process. */
static bool is_child(void)
{
    if (!g_test_subprocess()) {
        g_test_trap_subprocess(NULL, 0, 0);
        g_test_trap_assert_passed();
    }
    return g_test_subprocess();
}

static HwGuestTimeSample sample(void)
{
    HwGuestTimeSample its;
    HW_ERROR(error, 256);

    g_assert_true(bridge_guest_time.read(&fake.bare.dev, &its, &error));
    return its;
}

typedef struct Refusal {
    const char *path;
    const char *symbols;
    bool emulated;
    int counts_instructions, cpus;
    const char *sentence;
} Refusal;

#define ALONE   "QEMU tells the guest's counter under TCG alone"
#define ICOUNT  "with -icount the guest's counter does not follow the time"
#define UNKNOWN "this QEMU does not tell the guest's counter"

static const Refusal refusals[] = {
    { "no-word-of-tcg", "use_icount gt_cntfrq_period_ns", true, 0, 1, ALONE },
    { "kvm", ARM, false, 0, 1, ALONE },
    { "no-word-of-icount", "tcg_allowed gt_cntfrq_period_ns", true, 0, 1, ICOUNT },
    { "icount", ARM, true, 1, 1, ICOUNT },
    { "icount-in-another-mode", X86, true, 2, 1, ICOUNT },
    { "no-counter", TCG, true, 0, 1, UNKNOWN },
    { "no-cpu", ARM, true, 0, 0, UNKNOWN },
    { "ticks-of-no-tsc", TCG "cpus_get_elapsed_ticks", true, 0, 1, UNKNOWN },
    { "tsc-without-ticks", TCG "cpu_get_tsc", true, 0, 1, UNKNOWN },
};

static void test_refusal(gconstpointer data)
{
    const Refusal *row = data;
    HwGuestTimeSample its;

    if (is_child()) {
        begin(row->symbols);
        emulated = row->emulated;
        counts_instructions = row->counts_instructions;
        cpus = row->cpus;
        EXPECT_FAILURE(bridge_guest_time.read(&fake.bare.dev, &its, &error), row->sentence);
    }
}

static void jumped(HwDevice *dev)
{
    (void)dev;
}

/* The shortest of eight readings counts: the first one among equals. */
static void test_arm(void)
{
    static const struct {
        int64_t delays[10];
        int64_t at, width;
    } rows[] = {
        { { 50, 40, 30, 30, 20, 60, 70, 8, 5 }, 300, 8 },
        { { 50, 40, 30, 8, 20, 8, 70, 80, 5 }, 120, 8 },
        { { 6, 40, 30, 20, 20, 60, 70, 80, 5 }, 0, 6 },
    };

    if (!is_child()) {
        return;
    }
    begin(ARM);
    per_ns = 1;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        int64_t middle = rows[i].at + rows[i].width / 2;
        HwGuestTimeSample its;

        now = 0;
        delays = rows[i].delays;
        its = sample();
        g_assert_cmpuint(its.counter, ==, HW_GUEST_COUNTER_ARM_VIRTUAL);
        g_assert_cmpuint(its.value, ==, middle / 16);
        g_assert_cmpint(its.seconds, ==, 1700000000);
        g_assert_cmpuint(its.nanoseconds, ==, 123 + middle);
        g_assert_cmpuint(its.read_error, ==, rows[i].width);
        g_assert_cmpuint(its.period_ns, ==, 16);
        g_assert_cmpuint(its.period_ticks, ==, 1);
        g_assert_cmpuint(its.period_error, ==, 500000); /* the system does not tell its drift */
    }
    g_assert_cmpint(watches, ==, 0);
    bridge_guest_time.watch(&fake.bare.dev, jumped);
    g_assert_true(fake.device.resumed == jumped);
}

static void expect_period(const HwGuestTimeSample *its, uint64_t ns, uint64_t period_ticks,
                          uint64_t error)
{
    g_assert_cmpuint(its->counter, ==, HW_GUEST_COUNTER_X86_TSC);
    g_assert_cmpuint(its->period_ns, ==, ns);
    g_assert_cmpuint(its->period_ticks, ==, period_ticks);
    g_assert_cmpuint(its->period_error, ==, error + 500000);
}

/* The first read waits until two readings are a millisecond apart. */
static void test_first_period(gconstpointer data)
{
    static const struct {
        int64_t delays[2];
        uint64_t ns, error;
    } rows[] = {
        { { 100000, 0 }, 1600000, 125000000 }, /* 8 readings take 0.8 ms */
        { { 125000, 0 }, 1000000, 250000000 },
        { { 124999, 0 }, 1999984, 125000000 },
    };
    size_t i = GPOINTER_TO_SIZE(data);
    HwGuestTimeSample its;

    if (is_child()) {
        begin(X86);
        delays = rows[i].delays;
        its = sample();
        expect_period(&its, rows[i].ns, 3 * rows[i].ns, rows[i].error);
        g_assert_cmpuint(its.value, ==, 3 * (rows[i].ns + (uint64_t)rows[i].delays[0] / 2));
        g_assert_cmpint(watches, ==, 1);
    }
}

/* A longer measurement replaces a shorter one if its error is smaller. */
static void test_better_period(void)
{
    static const int64_t slow[] = { 100000, 0 }, slower[] = { 1000000, 0 }, fast[] = { 20000, 0 };
    HwGuestTimeSample its;

    if (!is_child()) {
        return;
    }
    begin(X86);
    delays = slow;
    sample();
    now = 100 * MS;
    per_ns = 2;
    its = sample(); /* 200 ms in 100 ms from 150 us on */
    expect_period(&its, 100 * MS, 200 * MS - 50000, 2000000);
    now = 300 * MS;
    delays = slower; /* 1.1 ms in 300 ms is a larger error */
    its = sample();
    expect_period(&its, 100 * MS, 200 * MS - 50000, 2000000);

    now = 1000 * MS;
    delays = slow;
    backwards = now * per_ns; /* the counter is not later than at the first time */
    its = sample();
    expect_period(&its, 100 * MS, 200 * MS - 50000, 2000000);
    now = 1000 * MS;
    backwards = (now + 50000) * per_ns - 150000; /* it stands still */
    its = sample();
    expect_period(&its, 100 * MS, 200 * MS - 50000, 2000000);
    now = 1000 * MS;
    backwards--;
    its = sample();
    expect_period(&its, 1000 * MS, 1, 200000);
    now = 1000 * MS;
    backwards -= 9; /* an equal error changes nothing */
    its = sample();
    expect_period(&its, 1000 * MS, 1, 200000);
    now = 2000 * MS;
    delays = fast; /* its middle is earlier */
    its = sample();
    expect_period(&its, 2000 * MS - 40000, 2000 * MS - 79990, 60001);
    g_assert_cmpint(watches, ==, 1);
}

/* The counter stands still with the machine: nothing is measured across a stop. */
static void test_stop(void)
{
    HwGuestTimeSample its;
    uint64_t error;

    if (!is_child()) {
        return;
    }
    begin(X86);
    runs = false;
    its = sample();
    expect_period(&its, 0, 0, 0);
    runs = true;
    now = 7 * MS;
    its = sample();
    error = its.period_error - 500000;
    expect_period(&its, its.period_ns, 3 * its.period_ns, error);
    now = 900 * MS;
    changed(NULL, false, 0);
    its = sample();
    expect_period(&its, its.period_ns, its.period_ticks, error);
    now = 1900 * MS;
    its = sample();
    expect_period(&its, 1000 * MS, UINT64_C(3000) * MS, 20);
}

typedef struct Told {
    int state, status;
    long esterror, maxerror, tolerance;
    int tai;
    uint32_t is, leap;
    uint64_t estimated, maximum, drift;
} Told;

#define NO_ERRORS HW_GUEST_TIME_UNKNOWN, HW_GUEST_TIME_UNKNOWN

/* clang-format off */
static const Told rows[] = {
    { -1, STA_INS, 5, 6, 1 << 16, 37, HW_GUEST_TIME_NOT_TOLD, 0, NO_ERRORS, 500000 },
    { TIME_OK, 0, 5, 6, 300 << 16, 37, HW_GUEST_TIME_SYNCHRONIZED, 0, 5000, 6000, 300000 },
    { TIME_OK, STA_UNSYNC, 5, 6, 1 << 16, 37, HW_GUEST_TIME_FREE_RUNNING, 0, NO_ERRORS, 1000 },
    { TIME_ERROR, STA_UNSYNC, 0, 0, 0, 0, HW_GUEST_TIME_FREE_RUNNING, 0, NO_ERRORS, 500000 },
    { TIME_INS, STA_INS, 0, 0, 0, 0, HW_GUEST_TIME_SYNCHRONIZED, HW_GUEST_LEAP_INSERT, 0, 0, 500000 },
    { TIME_DEL, STA_DEL, 0, 0, 0, 0, HW_GUEST_TIME_SYNCHRONIZED, HW_GUEST_LEAP_DELETE, 0, 0, 500000 },
    { TIME_OOP, STA_INS, 0, 0, 0, 0, HW_GUEST_TIME_SYNCHRONIZED, HW_GUEST_LEAP_NOW, 0, 0, 500000 },
    { TIME_WAIT, STA_INS, 0, 0, 0, 0, HW_GUEST_TIME_SYNCHRONIZED, HW_GUEST_LEAP_INSERTED, 0, 0, 500000 },
    { TIME_WAIT, STA_DEL, 0, 0, 0, 0, HW_GUEST_TIME_SYNCHRONIZED, HW_GUEST_LEAP_DELETED, 0, 0, 500000 },
};
/* clang-format on */

static void test_host_clock(void)
{
    if (!is_child()) {
        return;
    }
    begin(ARM);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Told *row = &rows[i];
        HwGuestTimeSample its;

        g_test_message("row %zu", i);
        told_state = row->state;
        told = (struct timex) { .status = row->status,
                                .esterror = row->esterror,
                                .maxerror = row->maxerror,
                                .tolerance = row->tolerance,
                                .tai = row->tai };
        its = sample();
        g_assert_cmpuint(its.status, ==, row->is);
        g_assert_cmpuint(its.leap, ==, row->leap);
        g_assert_cmpuint(its.estimated_error, ==, row->estimated);
        g_assert_cmpuint(its.maximum_error, ==, row->maximum);
        g_assert_cmpuint(its.period_error, ==, row->drift);
        g_assert_cmpint(its.tai_offset, ==, row->state < 0 ? 0 : row->tai);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/bridge-guest-time/refuses/", refusals[i].path, NULL);

        g_test_add_data_func(path, &refusals[i], test_refusal);
    }
    g_test_add_func("/bridge-guest-time/arm", test_arm);
    g_test_add_data_func("/bridge-guest-time/first-period", GSIZE_TO_POINTER(0), test_first_period);
    g_test_add_data_func("/bridge-guest-time/first-period-of-a-millisecond", GSIZE_TO_POINTER(1),
                         test_first_period);
    g_test_add_data_func("/bridge-guest-time/first-period-of-less", GSIZE_TO_POINTER(2),
                         test_first_period);
    g_test_add_func("/bridge-guest-time/better-period", test_better_period);
    g_test_add_func("/bridge-guest-time/stop", test_stop);
    g_test_add_func("/bridge-guest-time/host-clock", test_host_clock);
    return g_test_run();
}
