/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The time in vmclock's page, from a host that tells what a test wants: the device's own part. */
#include <glib.h>
#include <string.h>

#include "devices/vmclock-page.h"
#include "devices/vmclock-regs.h"
#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

/* ----------------------------------------------------------------------- the host */

static struct {
    HwGuestTimeSample sample;
    const char *reason; /* why the host knows no counter, or NULL */
    bool absent;        /* the host lacks the service */
    bool no_timers;
    int64_t deadline;
    void (*jumped)(HwDevice *dev);
    uint32_t timers;
} host;

static bool fake_read(HwDevice *dev, HwGuestTimeSample *sample, HwError *error)
{
    (void)dev;
    *sample = host.sample;
    return !host.reason || hw_error_set(error, "%s", host.reason);
}

static void fake_watch(HwDevice *dev, void (*jumped)(HwDevice *dev))
{
    (void)dev;
    host.jumped = jumped;
}

static int64_t fake_now(HwDevice *dev)
{
    (void)dev;
    return 1000;
}

static HwTimer *fake_timer_new(HwDevice *dev, void (*fired)(HwDevice *dev, void *opaque),
                               void *opaque)
{
    (void)dev;
    (void)fired;
    (void)opaque;
    host.timers += !host.no_timers;
    return host.no_timers ? NULL : (HwTimer *)(void *)&host;
}

static void fake_timer_set(HwTimer *timer, int64_t deadline)
{
    (void)timer;
    host.deadline = deadline;
}

static void fake_timer_free(HwTimer *timer)
{
    (void)timer;
    host.timers--;
}

static const HwGuestTime fake_time = { .abi = HW_ABI(HwGuestTime),
                                       .read = fake_read,
                                       .watch = fake_watch };
static const HwClock fake_clock = { .abi = HW_ABI(HwClock),
                                    .now = fake_now,
                                    .timer_new = fake_timer_new,
                                    .timer_set = fake_timer_set,
                                    .timer_free = fake_timer_free };

static const void *fake_query(const HwHost *its, const char *service)
{
    (void)its;
    if (strcmp(service, HW_GUEST_TIME) == 0) {
        return host.absent ? NULL : &fake_time;
    }
    return strcmp(service, HW_CLOCK) == 0 ? &fake_clock : NULL;
}

static const HwHost fake_host = { .abi = HW_ABI(HwHost), .name = "fake", .query = fake_query };
static HwDevice device = { .host = &fake_host, .id = "vmclock" };

static void tick(HwDevice *dev, void *opaque)
{
    (void)dev;
    (void)opaque;
}

static void jumped(HwDevice *dev)
{
    (void)dev;
}

/* A counter of 62.5 MHz, as Arm's under TCG, at half past a second. */
static void host_set_up(void)
{
    memset(&host, 0, sizeof(host));
    host.sample = (HwGuestTimeSample) {
        .counter = HW_GUEST_COUNTER_ARM_VIRTUAL,
        .status = HW_GUEST_TIME_SYNCHRONIZED,
        .value = 0x123456789abc,
        .seconds = 1795980712,
        .nanoseconds = 500000000,
        .period_ns = 16,
        .period_ticks = 1,
        .period_error = 500000,
        .estimated_error = 2000,
        .maximum_error = 70000,
        .read_error = 100,
        .tai_offset = 37,
    };
}

static VmClockTime realize(void)
{
    VmClockTime time = { 0 };
    HW_ERROR(error, 300);

    vmclock_time_realize(&time, &device, 1, tick, jumped, &error);
    g_assert_cmpstr(error.text, ==, "");
    return time;
}

static uint64_t number(const uint8_t *page, uint32_t offset, uint32_t size)
{
    return hw_load_le(page + offset, size);
}

/* ----------------------------------------------------------------------- the page */

/* The offsets are the header's. */
static void test_fields(void)
{
    uint8_t page[VMCLOCK_PAGE] = { 0 };
    const VmClockValues values = { 1, 2 };
    VmClockTime time;
    double period;

    host_set_up();
    time = realize();
    vmclock_page_store(page, &values, &time, true);
    g_assert_cmphex(page[0x0a], ==, 0);
    g_assert_cmphex(page[0x0b], ==, 0);
    g_assert_cmphex(number(page, 0x18, 8), ==, 0x371);
    g_assert_cmphex(page[0x22], ==, 2);
    g_assert_cmpint((int16_t)number(page, 0x24, 2), ==, -37);
    g_assert_cmphex(page[0x26], ==, 0);
    g_assert_cmphex(number(page, 0x28, 8), ==, 0x123456789abc);
    period = (double)number(page, 0x30, 8) / 18446744073709551616.0;
    for (uint8_t i = 0; i < page[0x27]; i++) {
        period /= 2;
    }
    g_assert_cmpfloat_with_epsilon(period * 1e9, 16.0, 1e-12);
    g_assert_cmphex(number(page, 0x30, 8), >=, UINT64_C(1) << 62);
    g_assert_cmphex(number(page, 0x38, 8), ==, 0);
    g_assert_cmpfloat_with_epsilon((double)number(page, 0x40, 8) / (double)number(page, 0x30, 8),
                                   500e-6, 1e-9);
    g_assert_cmpuint(number(page, 0x48, 8), ==, 1795980712);
    g_assert_cmphex(number(page, 0x50, 8), ==, UINT64_C(1) << 63);
    g_assert_cmpuint(number(page, 0x58, 8), ==, 2100);
    g_assert_cmpuint(number(page, 0x60, 8), ==, 70100);
    g_assert_cmphex(number(page, 0x68, 8), ==, 2);
    vmclock_time_unrealize(&time, &device);
}

/* A guest computes the time as Linux does, with the page alone. */
static void test_guest_computes_the_time(void)
{
    static const struct {
        uint64_t ns, ticks;
    } periods[] = { { 16, 1 }, { 1, 1 }, { 1000000000, 2999999999 }, { 1000000000, 24000000 } };

    for (size_t i = 0; i < G_N_ELEMENTS(periods); i++) {
        uint8_t page[VMCLOCK_PAGE] = { 0 };
        const VmClockValues values = { 1, 2 };
        VmClockTime time;
        uint64_t ticks, high;
        double seconds, fraction;

        host_set_up();
        host.sample.period_ns = periods[i].ns;
        host.sample.period_ticks = periods[i].ticks;
        time = realize();
        vmclock_page_store(page, &values, &time, true);
        /* 1000 seconds later; the products of 32 bits are exact enough in doubles */
        ticks = (uint64_t)(1e12 / (double)periods[i].ns * (double)periods[i].ticks);
        high = number(page, VMCLOCK_PERIOD, 8);
        seconds = (double)ticks * ((double)high / 18446744073709551616.0);
        for (uint8_t k = 0; k < page[VMCLOCK_PERIOD_SHIFT]; k++) {
            seconds /= 2;
        }
        fraction = (double)number(page, VMCLOCK_TIME_FRAC_SEC, 8) / 18446744073709551616.0;
        g_assert_cmpfloat_with_epsilon(seconds + fraction, 1000.5, 1e-8);
        vmclock_time_unrealize(&time, &device);
    }
}

typedef struct FieldCase {
    const char *path;
    uint32_t leap, status, tai_offset;
    bool errors, period;
    uint8_t wanted_leap, wanted_status;
    uint64_t wanted_flags;
} FieldCase;

static const FieldCase fields[] = {
    { "free-running-host-tells-no-error", HW_GUEST_LEAP_NONE, HW_GUEST_TIME_FREE_RUNNING, 0, false,
      true, 0, 3, 0x310 },
    { "host-without-a-status", HW_GUEST_LEAP_NONE, HW_GUEST_TIME_NOT_TOLD, 0, false, true, 0, 0,
      0x310 },
    { "status-of-a-later-host", HW_GUEST_LEAP_NONE, 77, 0, false, true, 0, 0, 0x310 },
    { "period-not-known-yet", HW_GUEST_LEAP_NONE, HW_GUEST_TIME_SYNCHRONIZED, 37, true, false, 0, 1,
      0x361 },
    { "leap-second-comes", HW_GUEST_LEAP_INSERT, HW_GUEST_TIME_SYNCHRONIZED, 37, true, true, 1, 2,
      0x371 },
    { "leap-second-is-left-out", HW_GUEST_LEAP_DELETE, HW_GUEST_TIME_SYNCHRONIZED, 37, true, true,
      2, 2, 0x371 },
    { "leap-second", HW_GUEST_LEAP_NOW, HW_GUEST_TIME_SYNCHRONIZED, 37, true, true, 3, 2, 0x371 },
    { "leap-second-was", HW_GUEST_LEAP_INSERTED, HW_GUEST_TIME_SYNCHRONIZED, 37, true, true, 4, 2,
      0x371 },
    { "leap-second-was-left-out", HW_GUEST_LEAP_DELETED, HW_GUEST_TIME_SYNCHRONIZED, 37, true, true,
      5, 2, 0x371 },
};

static void test_field(gconstpointer data)
{
    const FieldCase *c = data;
    uint8_t page[VMCLOCK_PAGE] = { 0 };
    const VmClockValues values = { 1, 2 };
    VmClockTime time;

    host_set_up();
    host.sample.leap = c->leap;
    host.sample.status = c->status;
    host.sample.tai_offset = (int32_t)c->tai_offset;
    if (!c->errors) {
        host.sample.estimated_error = HW_GUEST_TIME_UNKNOWN;
        host.sample.maximum_error = HW_GUEST_TIME_UNKNOWN;
    }
    if (!c->period) {
        host.sample.period_ns = host.sample.period_ticks = 0;
    }
    time = realize();
    vmclock_page_store(page, &values, &time, true);
    g_assert_cmphex(page[VMCLOCK_LEAP_INDICATOR], ==, c->wanted_leap);
    g_assert_cmphex(page[VMCLOCK_CLOCK_STATUS], ==, c->wanted_status);
    g_assert_cmphex(number(page, VMCLOCK_FLAGS, 8), ==, c->wanted_flags);
    g_assert_true((number(page, VMCLOCK_TIME_MAXERROR, 8) != 0) == c->errors);
    g_assert_true((number(page, VMCLOCK_PERIOD, 8) != 0) == c->period);
    vmclock_time_unrealize(&time, &device);
}

static void test_user_s_tai_offset(void)
{
    uint8_t page[VMCLOCK_PAGE] = { 0 };
    const VmClockValues values = { 1, 2 };
    VmClockTime time = { .tai_offset = 38 };
    HW_ERROR(error, 300);

    host_set_up();
    g_assert_true(vmclock_time_realize(&time, &device, 1, tick, jumped, &error));
    vmclock_page_store(page, &values, &time, true);
    g_assert_cmpint((int16_t)number(page, VMCLOCK_TAI_OFFSET, 2), ==, -38);
    g_assert_false(vmclock_time_differs(&time, &device));
    vmclock_time_unrealize(&time, &device);
}

/* A guest that has used another host's time is told not to. */
static void test_time_is_lost(void)
{
    static const uint8_t zeros[0x45];
    static const VmClockTime none;
    uint8_t page[VMCLOCK_PAGE] = { 0 };
    const VmClockValues values = { 1, 2 };
    VmClockTime time;

    host_set_up();
    vmclock_page_store(page, &values, &none, true);
    g_assert_cmphex(page[VMCLOCK_CLOCK_STATUS], ==, VMCLOCK_STATUS_UNKNOWN);
    time = realize();
    vmclock_page_store(page, &values, &time, true);
    for (int i = 0; i < 2; i++) {
        vmclock_page_store(page, &values, &none, true);
        g_assert_cmphex(page[VMCLOCK_CLOCK_STATUS], ==, VMCLOCK_STATUS_UNRELIABLE);
        g_assert_cmphex(page[VMCLOCK_COUNTER_ID], ==, VMCLOCK_COUNTER_INVALID);
        g_assert_cmphex(number(page, VMCLOCK_FLAGS, 8), ==, 0x300);
        g_assert_cmpmem(page + 0x23, sizeof(zeros), zeros, sizeof(zeros));
    }
    vmclock_page_store(page, &values, &time, true);
    g_assert_cmphex(page[VMCLOCK_CLOCK_STATUS], ==, VMCLOCK_STATUS_SYNCHRONIZED);
    vmclock_time_unrealize(&time, &device);
}

/* ------------------------------------------------------------------------- changes */

typedef struct Change {
    const char *path;
    int64_t ns;    /* passed since the page was written */
    int64_t ticks; /* each has 16 ns */
    int64_t maximum_error;
    uint32_t status, leap, tai_offset;
    uint64_t period_ns, period_error;
    bool wanted;
} Change;

#define SYNC HW_GUEST_TIME_SYNCHRONIZED

static const Change changes[] = {
    { "none", 0, 0, 70000, SYNC, 0, 37, 16, 500000, false },
    { "page-follows", 160000000, 10000000, 140000, SYNC, 0, 37, 16, 500000, false },
    { "clock-was-set", 160000000, 9000000, 140000, SYNC, 0, 37, 16, 500000, true },
    { "clock-was-set-back", 160000000, 11000000, 140000, SYNC, 0, 37, 16, 500000, true },
    { "microsecond", 160001000, 10000000, 140000, SYNC, 0, 37, 16, 500000, false },
    { "two-microseconds", 160002000, 10000000, 140000, SYNC, 0, 37, 16, 500000, true },
    { "error-is-larger", 160000000, 10000000, 151000, SYNC, 0, 37, 16, 500000, true },
    { "error-is-half", 160000000, 10000000, 74000, SYNC, 0, 37, 16, 500000, true },
    { "status", 0, 0, 70000, HW_GUEST_TIME_FREE_RUNNING, 0, 37, 16, 500000, true },
    { "leap", 0, 0, 70000, SYNC, HW_GUEST_LEAP_INSERT, 37, 16, 500000, true },
    { "tai-offset", 0, 0, 70000, SYNC, 0, 38, 16, 500000, true },
    { "period-is-lost", 0, 0, 70000, SYNC, 0, 37, 0, 500000, true },
    { "period-is-better-known", 0, 0, 70000, SYNC, 0, 37, 16, 249999, true },
    { "period-is-little-better-known", 0, 0, 70000, SYNC, 0, 37, 16, 250000, false },
};

static void test_change(gconstpointer data)
{
    const Change *c = data;
    VmClockTime time;
    int64_t ns;

    host_set_up();
    time = realize();
    ns = host.sample.nanoseconds + c->ns;
    host.sample.seconds += ns / 1000000000;
    host.sample.nanoseconds = (uint32_t)(ns % 1000000000);
    host.sample.value += (uint64_t)c->ticks;
    host.sample.maximum_error = (uint64_t)c->maximum_error;
    host.sample.status = c->status;
    host.sample.leap = c->leap;
    host.sample.tai_offset = (int32_t)c->tai_offset;
    host.sample.period_ns = c->period_ns;
    host.sample.period_error = c->period_error;
    g_assert_true(vmclock_time_differs(&time, &device) == c->wanted);
    vmclock_time_read(&time, &device);
    g_assert_false(vmclock_time_differs(&time, &device));
    vmclock_time_unrealize(&time, &device);
}

/* ---------------------------------------------------------------------------- life */

static void test_ticks(void)
{
    static const HwName names[] = { "none", "host" };
    VmClockTime time = { 0 };
    HW_ERROR(error, 300);

    host_set_up();
    for (uint32_t choice = 0; choice < 2; choice++) {
        g_assert_cmpstr(vmclock_times[choice], ==, names[choice]);
        host.deadline = 0;
        g_assert_true(vmclock_time_realize(&time, &device, choice, tick, jumped, &error));
        g_assert_true(host.jumped == (choice ? jumped : NULL));
        vmclock_time_start(&time, &device);
        g_assert_cmpint(host.deadline, ==, 1001);
        vmclock_time_again(&time, &device);
        g_assert_cmpint(host.deadline, ==, choice ? 1000001000 : 1001);
        vmclock_time_unrealize(&time, &device);
        g_assert_null(host.jumped);
        g_assert_cmpuint(host.timers, ==, 0);
    }
}

static void refused(const char *sentence)
{
    VmClockTime time = { 0 };
    HW_ERROR(error, 300);

    g_assert_false(vmclock_time_realize(&time, &device, 1, tick, jumped, &error));
    g_assert_cmpstr(error.text, ==, sentence);
    g_assert_null(host.jumped);
    g_assert_cmpuint(host.timers, ==, 0);
}

static void test_host_knows_no_counter(void)
{
    host_set_up();
    host.reason = "the counter is a secret";
    refused("vmclock: time: invalid value 'host': expected none: the counter is a secret");
}

static void test_host_lacks_the_service(void)
{
    host_set_up();
    host.absent = true;
    refused("vmclock: time: invalid value 'host': expected none: this host does not run the "
            "guest's processors");
}

static void test_no_memory(void)
{
    host_set_up();
    host.no_timers = true;
    refused("vmclock: no memory for a timer");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vmclock-time/page/fields", test_fields);
    g_test_add_func("/vmclock-time/page/guest-computes-the-time", test_guest_computes_the_time);
    g_test_add_func("/vmclock-time/page/user-s-tai-offset", test_user_s_tai_offset);
    g_test_add_func("/vmclock-time/page/time-is-lost", test_time_is_lost);
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autofree char *path = g_strconcat("/vmclock-time/page/", fields[i].path, NULL);

        g_test_add_data_func(path, &fields[i], test_field);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autofree char *path = g_strconcat("/vmclock-time/change/", changes[i].path, NULL);

        g_test_add_data_func(path, &changes[i], test_change);
    }
    g_test_add_func("/vmclock-time/life/ticks", test_ticks);
    g_test_add_func("/vmclock-time/refused/host-knows-no-counter", test_host_knows_no_counter);
    g_test_add_func("/vmclock-time/refused/host-lacks-the-service", test_host_lacks_the_service);
    g_test_add_func("/vmclock-time/refused/no-memory", test_no_memory);
    return g_test_run();
}
