/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtual clock, without a host around it. */
#include <glib.h>

#include "qtest/machine/core/clock.h"
#include "qtest/tests/lib/bare-device.h"

#define TIMERS 4

/* A test's clock and timers; each timer's callback appends its letter and the time to the log. */
typedef struct Fixture {
    BareDevice device;
    ObClock clock;
    GString *fired;
    HwTimer *timers[TIMERS];
    void (*action)(struct Fixture *f, char letter); /* another effect of a callback */
} Fixture;

static Fixture *current;

static void timer_fired(HwDevice *dev, void *opaque)
{
    char letter = (char)GPOINTER_TO_INT(opaque);
    Fixture *f = current;

    g_assert_true(dev == &f->device.dev);
    g_string_append_printf(f->fired, "%c%d ", letter, (int)f->clock.now);
    if (f->action) {
        f->action(f, letter);
    }
}

static void fixture_set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    current = f;
    bare_device_init(&f->device, NULL, f);
    ob_clock_init(&f->clock);
    f->fired = g_string_new(NULL);
    for (int i = 0; i < TIMERS; i++) {
        f->timers[i] = ob_clock_timer_new(&f->clock, &f->device.dev, timer_fired,
                                          GINT_TO_POINTER('a' + i));
    }
}

static void fixture_tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_clock_clear(&f->clock);
    g_string_free(f->fired, TRUE);
}

static void test_starts_at_zero(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpint(f->clock.now, ==, 0);
    g_assert_cmpint(ob_clock_next(&f->clock), ==, -1);
}

static void test_never_moves_back(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_clock_set(&f->clock, 100);
    ob_clock_set(&f->clock, 50);
    g_assert_cmpint(f->clock.now, ==, 100);
}

static void test_fires_in_order_of_deadline(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_clock_timer_set(f->timers[0], 30);
    ob_clock_timer_set(f->timers[1], 10);
    ob_clock_timer_set(f->timers[2], 20);
    ob_clock_set(&f->clock, 25);
    g_assert_cmpstr(f->fired->str, ==, "b10 c20 ");
    g_assert_cmpint(f->clock.now, ==, 25);
    g_assert_cmpint(ob_clock_next(&f->clock), ==, 30);
}

static void test_equal_deadlines_fire_as_set(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_clock_timer_set(f->timers[2], 10);
    ob_clock_timer_set(f->timers[0], 10);
    ob_clock_timer_set(f->timers[1], 10);
    ob_clock_set(&f->clock, 10);
    g_assert_cmpstr(f->fired->str, ==, "c10 a10 b10 ");
}

static void test_fires_once(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_clock_timer_set(f->timers[0], 10);
    ob_clock_set(&f->clock, 10);
    ob_clock_set(&f->clock, 100);
    g_assert_cmpstr(f->fired->str, ==, "a10 ");
}

static void test_setting_replaces_the_deadline(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_clock_timer_set(f->timers[0], 10);
    ob_clock_timer_set(f->timers[0], 20);
    ob_clock_set(&f->clock, 30);
    g_assert_cmpstr(f->fired->str, ==, "a20 ");
}

static void test_cancelled_does_not_fire(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_clock_timer_set(f->timers[0], 10);
    ob_clock_timer_cancel(f->timers[0]);
    ob_clock_timer_cancel(f->timers[0]);
    g_assert_cmpint(ob_clock_next(&f->clock), ==, -1);
    ob_clock_set(&f->clock, 30);
    g_assert_cmpstr(f->fired->str, ==, "");
}

static void test_passed_deadline_waits_for_the_next_run(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_clock_set(&f->clock, 50);
    ob_clock_timer_set(f->timers[0], 20);
    g_assert_cmpstr(f->fired->str, ==, "");
    g_assert_cmpint(ob_clock_next(&f->clock), ==, 50);
    g_assert_true(ob_clock_run_due(&f->clock));
    g_assert_cmpstr(f->fired->str, ==, "a50 ");
    g_assert_false(ob_clock_run_due(&f->clock));
}

static void set_ten_later(Fixture *f, char letter)
{
    ob_clock_timer_set(f->timers[letter - 'a'], f->clock.now + 10);
}

static void test_callback_sets_itself(Fixture *f, gconstpointer data)
{
    (void)data;
    f->action = set_ten_later;
    ob_clock_timer_set(f->timers[0], 10);
    ob_clock_set(&f->clock, 35);
    g_assert_cmpstr(f->fired->str, ==, "a10 a20 a30 ");
    g_assert_cmpint(ob_clock_next(&f->clock), ==, 40);
}

static void set_again_at_once(Fixture *f, char letter)
{
    ob_clock_timer_set(f->timers[letter - 'a'], f->clock.now);
}

static void test_endless_timer_does_not_hold_the_loop(Fixture *f, gconstpointer data)
{
    (void)data;
    f->action = set_again_at_once;
    ob_clock_timer_set(f->timers[0], 10);
    ob_clock_set(&f->clock, 20);
    g_assert_cmpstr(f->fired->str, ==, "a10 ");
    g_assert_true(ob_clock_run_due(&f->clock));
    g_assert_cmpstr(f->fired->str, ==, "a10 a20 ");
}

static void cancel_b(Fixture *f, char letter)
{
    if (letter == 'a') {
        ob_clock_timer_cancel(f->timers[1]);
    }
}

static void test_callback_cancels_another_of_the_same_deadline(Fixture *f, gconstpointer data)
{
    (void)data;
    f->action = cancel_b;
    ob_clock_timer_set(f->timers[0], 10);
    ob_clock_timer_set(f->timers[1], 10);
    ob_clock_timer_set(f->timers[2], 10);
    ob_clock_set(&f->clock, 10);
    g_assert_cmpstr(f->fired->str, ==, "a10 c10 ");
}

static void free_all(Fixture *f, char letter)
{
    (void)letter;
    for (int i = 0; i < TIMERS; i++) {
        ob_clock_timer_free(f->timers[i]);
        f->timers[i] = NULL;
    }
}

static void test_callback_frees_itself_and_others(Fixture *f, gconstpointer data)
{
    (void)data;
    f->action = free_all;
    ob_clock_timer_set(f->timers[0], 10);
    ob_clock_timer_set(f->timers[1], 10);
    ob_clock_timer_set(f->timers[2], 20);
    ob_clock_set(&f->clock, 30);
    g_assert_cmpstr(f->fired->str, ==, "a10 ");
    g_assert_cmpint(ob_clock_next(&f->clock), ==, -1);
}

static void test_release_frees_one_device_alone(Fixture *f, gconstpointer data)
{
    HwDevice other = { 0 };

    (void)data;
    ob_clock_timer_set(ob_clock_timer_new(&f->clock, &other, timer_fired, NULL), 10);
    ob_clock_timer_new(&f->clock, &other, timer_fired, NULL);
    ob_clock_timer_set(f->timers[0], 10);
    ob_clock_release(&f->clock, &other);
    ob_clock_set(&f->clock, 10);
    g_assert_cmpstr(f->fired->str, ==, "a10 ");
}

#define TEST(path, function) \
    g_test_add(path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("/clock/starts-at-zero", test_starts_at_zero);
    TEST("/clock/never-moves-back", test_never_moves_back);
    TEST("/clock/fires-in-order-of-deadline", test_fires_in_order_of_deadline);
    TEST("/clock/equal-deadlines-fire-as-set", test_equal_deadlines_fire_as_set);
    TEST("/clock/fires-once", test_fires_once);
    TEST("/clock/setting-replaces-the-deadline", test_setting_replaces_the_deadline);
    TEST("/clock/cancelled-does-not-fire", test_cancelled_does_not_fire);
    TEST("/clock/passed-deadline-waits-for-the-next-run",
         test_passed_deadline_waits_for_the_next_run);
    TEST("/clock/callback/sets-itself", test_callback_sets_itself);
    TEST("/clock/callback/endless-timer-does-not-hold-the-loop",
         test_endless_timer_does_not_hold_the_loop);
    TEST("/clock/callback/cancels-another-of-the-same-deadline",
         test_callback_cancels_another_of_the_same_deadline);
    TEST("/clock/callback/frees-itself-and-others", test_callback_frees_itself_and_others);
    TEST("/clock/release/frees-one-device-alone", test_release_frees_one_device_alone);
    return g_test_run();
}
