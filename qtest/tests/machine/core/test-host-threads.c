/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.event-loop/1 in a host with threads. */
#include "hw-api/ext/event-loop.h"
#include "qtest/tests/lib/gadget.h"

#define POSTS 1000

/* Work that takes some time, and reports how far it is. */
typedef struct Work {
    GMutex lock;
    GCond changed;
    bool begun;
    bool ended; /* not under the lock: a reader must wait for the work first */
} Work;

static void work_slowly(void *opaque)
{
    Work *work = opaque;

    g_mutex_lock(&work->lock);
    work->begun = true;
    g_cond_signal(&work->changed);
    g_mutex_unlock(&work->lock);
    g_usleep(2000);
    work->ended = true;
}

static void work_done(HwDevice *dev, void *opaque)
{
    Work *work = opaque;

    gadget_note(dev, work->ended ? "done" : "early");
}

static void work_wait_begun(Work *work)
{
    int64_t deadline = g_get_monotonic_time() + 10 * G_TIME_SPAN_SECOND;

    g_mutex_lock(&work->lock);
    while (!work->begun) {
        g_assert_true(g_cond_wait_until(&work->changed, &work->lock, deadline));
    }
    g_mutex_unlock(&work->lock);
}

static void test_run_completes_after_the_work(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = device_add(f, "gadget", "id=g")->dev;
    Work work = { .begun = false };

    (void)data;
    ob_host_poll(f->host);
    g_string_truncate(gadget_happened, 0);
    hw_event_loop(dev)->run(dev, work_slowly, work_done, &work);
    while (gadget_happened->len == 0) {
        gadget_poll_woken(f);
    }
    g_assert_cmpstr(gadget_happened->str, ==, "g:done");
}

static bool ended_at_unrealize;

static void unrealize_after_work(HwDevice *dev)
{
    const Work *work = dev->reserved[0];

    ended_at_unrealize = work->ended;
}

static void test_removal_waits_for_the_work_under_way(GadgetHost *f, gconstpointer data)
{
    Work work = { .begun = false };
    HwClass cls = gadget_class;
    HwInstance *instance;

    (void)data;
    cls.table.name = "worker";
    cls.table.unrealize = unrealize_after_work;
    cls.original = &cls.table;
    g_assert_true(ob_host_add_class(f->host, &cls, &f->error));
    instance = device_add(f, "worker", "id=w");
    instance->dev->reserved[0] = &work;
    hw_event_loop(instance->dev)->run(instance->dev, work_slowly, work_done, &work);
    work_wait_begun(&work);
    ob_host_remove_device(f->host, instance);
    g_assert_true(ended_at_unrealize);
    ob_host_poll(f->host);
    g_assert_cmpstr(gadget_happened->str, ==, "w:realize w:reset");
}

static void test_quiesce_waits_for_work(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = device_add(f, "gadget", "id=g")->dev;
    Work work = { .begun = false };

    (void)data;
    g_string_truncate(gadget_happened, 0);
    hw_event_loop(dev)->run(dev, work_slowly, work_done, &work);
    ob_host_quiesce(f->host);
    g_assert_cmpstr(gadget_happened->str, ==, "g:posted g:done g:quiesce g:last");
}

static void post_counted(HwDevice *dev, void *opaque)
{
    (void)dev;
    ++*(int *)opaque;
}

typedef struct Poster {
    HwDevice *dev;
    int *count;
} Poster;

static gpointer poster_main(gpointer opaque)
{
    Poster *poster = opaque;

    for (int i = 0; i < POSTS; i++) {
        hw_event_loop(poster->dev)->post(poster->dev, post_counted, poster->count);
    }
    return NULL;
}

static void test_posts_of_other_threads_arrive(GadgetHost *f, gconstpointer data)
{
    int count = 0;
    Poster poster = { device_add(f, "gadget", "id=g")->dev, &count };
    GThread *threads[2];

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
        threads[i] = g_thread_new("poster", poster_main, &poster);
    }
    while (count < POSTS * (int)G_N_ELEMENTS(threads)) {
        gadget_poll_woken(f);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
        g_thread_join(threads[i]);
    }
    g_assert_cmpint(count, ==, POSTS * (int)G_N_ELEMENTS(threads));
}

#define THREADED(path, function) \
    g_test_add(path, GadgetHost, NULL, gadget_set_up_threaded, function, gadget_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    THREADED("/threads/run/completes-after-the-work", test_run_completes_after_the_work);
    THREADED("/threads/remove/waits-for-the-work-under-way",
             test_removal_waits_for_the_work_under_way);
    THREADED("/threads/quiesce/waits-for-work", test_quiesce_waits_for_work);
    THREADED("/threads/post/of-other-threads-arrives", test_posts_of_other_threads_arrive);
    return g_test_run();
}
