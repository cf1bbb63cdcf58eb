/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-api/host's deferred calls, over a stepped executor. */
#include "hw-api/host/run/deferred.h"

#include <glib.h>

#include "qtest/tests/lib/bare-device.h"

static char a[] = "a", b[] = "b", first[] = "first", later[] = "later", dot[] = ".";
static char finished[] = " done";

typedef struct Fixture {
    HwExecutor *executor;
    HwDeferred *deferred;
    BareDevice device;
    GString *log;
} Fixture;

static Fixture *fixture_new(void)
{
    Fixture *f = g_new0(Fixture, 1);

    f->executor = hw_executor_new(NULL, NULL);
    bare_device_init(&f->device, NULL, f);
    f->deferred = hw_deferred_new(f->executor, &f->device.dev);
    f->log = g_string_new(NULL);
    return f;
}

static void fixture_free(Fixture *f)
{
    hw_deferred_free(f->deferred);
    hw_executor_free(f->executor);
    g_string_free(f->log, TRUE);
    g_free(f);
}

static void note(HwDevice *dev, void *opaque)
{
    const Fixture *f = bare_device_owner(dev);

    g_string_append(f->log, opaque);
}

static void note_and_post(HwDevice *dev, void *opaque)
{
    const Fixture *f = bare_device_owner(dev);

    note(dev, opaque);
    hw_deferred_post(f->deferred, note, later);
    note(dev, dot);
}

static void work(void *opaque)
{
    const Fixture *f = opaque;

    g_string_append(f->log, "work");
}

static void done(HwDevice *dev, void *opaque)
{
    (void)opaque;
    note(dev, finished);
}

static void test_order(void)
{
    Fixture *f = fixture_new();

    hw_deferred_post(f->deferred, note, a);
    hw_deferred_post(f->deferred, note, b);
    g_assert_cmpstr(f->log->str, ==, "");
    hw_executor_poll(f->executor);
    g_assert_cmpstr(f->log->str, ==, "ab");
    fixture_free(f);
}

static void test_nested(void)
{
    Fixture *f = fixture_new();

    hw_deferred_post(f->deferred, note_and_post, first);
    while (hw_executor_poll(f->executor)) {}
    g_assert_cmpstr(f->log->str, ==, "first.later");
    fixture_free(f);
}

static void test_run(void)
{
    Fixture *f = fixture_new();

    hw_deferred_run(f->deferred, work, done, f);
    g_assert_cmpstr(f->log->str, ==, "");
    while (hw_executor_poll(f->executor)) {}
    g_assert_cmpstr(f->log->str, ==, "work done");
    fixture_free(f);
}

static void test_run_without_done(void)
{
    Fixture *f = fixture_new();

    hw_deferred_run(f->deferred, work, NULL, f);
    while (hw_executor_poll(f->executor)) {}
    g_assert_cmpstr(f->log->str, ==, "work");
    fixture_free(f);
}

/* Dropped calls are freed too; the run with AddressSanitizer checks this. */
static void test_dropped(void)
{
    Fixture *f = fixture_new();

    hw_deferred_post(f->deferred, note, a);
    hw_deferred_run(f->deferred, work, done, f);
    hw_deferred_free(f->deferred);
    f->deferred = NULL;
    hw_executor_poll(f->executor);
    g_assert_cmpstr(f->log->str, ==, "");
    fixture_free(f);
}

static void test_after_end(void)
{
    Fixture *f = fixture_new();

    hw_deferred_close(f->deferred);
    hw_deferred_post(f->deferred, note, a);
    hw_deferred_run(f->deferred, work, done, f);
    hw_deferred_drain(f->deferred);
    g_assert_false(hw_executor_poll(f->executor));
    fixture_free(f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/deferred/post/calls-are-made-later-and-in-order", test_order);
    g_test_add_func("/deferred/post/call-may-post-again", test_nested);
    g_test_add_func("/deferred/run/done-comes-after-the-work", test_run);
    g_test_add_func("/deferred/run/done-may-be-missing", test_run_without_done);
    g_test_add_func("/deferred/end/calls-not-made-are-dropped", test_dropped);
    g_test_add_func("/deferred/end/later-calls-are-dropped", test_after_end);
    return g_test_run();
}
