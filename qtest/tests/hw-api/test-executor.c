/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/executor.h"

#include <glib.h>
#include <pthread.h>

/* The events so far, as letters, and the means to hold a worker. */
typedef struct Scene {
    HwExecutor *executor;
    HwQueue *queue;
    HwQueue *other;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    GString *story;
    bool held;
    unsigned wakes;
    unsigned calls;
    GThread *loop;
    bool off_loop; /* work ran on another thread */
} Scene;

typedef struct Step {
    Scene *scene;
    char letter;
} Step;

static void scene_tell(Scene *s, char letter)
{
    pthread_mutex_lock(&s->lock);
    g_string_append_c(s->story, letter);
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

static void scene_wake(void *opaque)
{
    Scene *s = opaque;

    pthread_mutex_lock(&s->lock);
    s->wakes++;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

static void scene_set_up(Scene *s, bool threaded)
{
    *s = (Scene) { .story = g_string_new(NULL), .loop = g_thread_self() };
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    s->executor = hw_executor_new(threaded ? scene_wake : NULL, s);
    s->queue = hw_queue_new(s->executor);
    s->other = hw_queue_new(s->executor);
}

static void scene_tear_down(Scene *s)
{
    hw_queue_free(s->queue);
    hw_queue_free(s->other);
    hw_executor_free(s->executor);
    g_string_free(s->story, TRUE);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->changed);
}

/* Waits for a wake-up that was not taken yet, for 5 s at most. */
static void scene_await_wake(Scene *s)
{
    struct timespec deadline;

    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 5;
    pthread_mutex_lock(&s->lock);
    while (s->wakes == 0) {
        g_assert_cmpint(pthread_cond_timedwait(&s->changed, &s->lock, &deadline), ==, 0);
    }
    s->wakes = 0;
    pthread_mutex_unlock(&s->lock);
}

static void scene_hold(Scene *s, bool held)
{
    pthread_mutex_lock(&s->lock);
    s->held = held;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

static void scene_await_story(Scene *s, const char *story)
{
    struct timespec deadline;

    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 5;
    pthread_mutex_lock(&s->lock);
    while (strcmp(s->story->str, story) != 0) {
        g_assert_cmpint(pthread_cond_timedwait(&s->changed, &s->lock, &deadline), ==, 0);
    }
    pthread_mutex_unlock(&s->lock);
}

static void step_call(void *opaque)
{
    Step *step = opaque;

    scene_tell(step->scene, step->letter);
}

static void step_work(void *opaque)
{
    Step *step = opaque;
    Scene *s = step->scene;

    scene_tell(s, g_ascii_toupper(step->letter));
    pthread_mutex_lock(&s->lock);
    s->off_loop |= g_thread_self() != s->loop;
    while (s->held) {
        pthread_cond_wait(&s->changed, &s->lock);
    }
    pthread_mutex_unlock(&s->lock);
}

static void step_post_again(void *opaque)
{
    Step *step = opaque;

    scene_tell(step->scene, step->letter);
    hw_queue_post(step->scene->queue, step_call, step);
}

static void step_work_and_post(void *opaque)
{
    Step *step = opaque;

    hw_queue_post(step->scene->queue, step_call, step);
}

static void done_d(void *opaque)
{
    Step *step = opaque;

    scene_tell(step->scene, 'd');
}

static void count_call(void *opaque)
{
    ((Scene *)opaque)->calls++;
}

static void test_post_is_not_called_at_once(void)
{
    Scene s;
    Step a = { &s, 'a' };

    scene_set_up(&s, false);
    hw_queue_post(s.queue, step_call, &a);
    g_assert_cmpstr(s.story->str, ==, "");
    g_assert_true(hw_executor_poll(s.executor));
    g_assert_cmpstr(s.story->str, ==, "a");
    g_assert_false(hw_executor_poll(s.executor));
    scene_tear_down(&s);
}

static void test_post_keeps_order(void)
{
    Scene s;
    Step steps[] = { { &s, 'a' }, { &s, 'b' }, { &s, 'c' } };

    scene_set_up(&s, false);
    hw_queue_post(s.queue, step_call, &steps[0]);
    hw_queue_post(s.other, step_call, &steps[1]);
    hw_queue_post(s.queue, step_call, &steps[2]);
    hw_executor_poll(s.executor);
    g_assert_cmpstr(s.story->str, ==, "abc");
    scene_tear_down(&s);
}

static void test_post_from_a_call_waits_for_the_next_poll(void)
{
    Scene s;
    Step a = { &s, 'a' };

    scene_set_up(&s, false);
    hw_queue_post(s.queue, step_post_again, &a);
    hw_executor_poll(s.executor);
    g_assert_cmpstr(s.story->str, ==, "a");
    hw_executor_poll(s.executor);
    g_assert_cmpstr(s.story->str, ==, "aa");
    scene_tear_down(&s);
}

static void test_stepped_runs_work_in_poll(void)
{
    Scene s;
    Step a = { &s, 'a' };
    Step b = { &s, 'b' };

    scene_set_up(&s, false);
    hw_queue_run(s.queue, step_work, step_call, &a);
    hw_queue_run(s.queue, step_work, NULL, &b);
    g_assert_cmpstr(s.story->str, ==, "");
    hw_executor_poll(s.executor);
    g_assert_cmpstr(s.story->str, ==, "AaB");
    g_assert_false(s.off_loop);
    scene_tear_down(&s);
}

static void test_done_comes_after_what_the_work_posted(gconstpointer threaded)
{
    Scene s;
    Step a = { &s, 'a' };

    scene_set_up(&s, threaded != NULL);
    hw_queue_run(s.queue, step_work_and_post, done_d, &a);
    hw_queue_drain(s.queue);
    g_assert_cmpstr(s.story->str, ==, "ad");
    scene_tear_down(&s);
}

static void test_threaded_wakes_and_completes(void)
{
    Scene s;
    Step a = { &s, 'a' };

    scene_set_up(&s, true);
    hw_queue_run(s.queue, step_work, step_call, &a);
    scene_await_wake(&s);
    g_assert_cmpstr(s.story->str, ==, "A");
    hw_executor_poll(s.executor);
    g_assert_cmpstr(s.story->str, ==, "Aa");
    g_assert_true(s.off_loop);
    scene_tear_down(&s);
}

static void test_threaded_queues_run_side_by_side(void)
{
    Scene s;
    Step a = { &s, 'a' };
    Step b = { &s, 'b' };

    scene_set_up(&s, true);
    s.held = true;
    hw_queue_run(s.queue, step_work, step_call, &a);
    scene_await_story(&s, "A");
    hw_queue_run(s.other, step_work, step_call, &b);
    scene_await_story(&s, "AB");
    scene_hold(&s, false);
    hw_queue_drain(s.queue);
    hw_queue_drain(s.other);
    scene_tear_down(&s);
}

static void test_threaded_queue_runs_one_at_a_time(void)
{
    Scene s;
    Step a = { &s, 'a' };
    Step b = { &s, 'b' };

    scene_set_up(&s, true);
    hw_queue_run(s.queue, step_work, NULL, &a);
    hw_queue_run(s.queue, step_work, NULL, &b);
    hw_queue_drain(s.queue);
    g_assert_cmpstr(s.story->str, ==, "AB");
    scene_tear_down(&s);
}

static gpointer poster_main(gpointer opaque)
{
    Scene *s = opaque;

    for (int i = 0; i < 2000; i++) {
        hw_queue_post(i & 1 ? s->queue : s->other, count_call, s);
    }
    return NULL;
}

/* Sleeps whenever no work is due, so the test would hang if a wake-up were lost between polls. */
static void test_no_wake_up_is_lost(void)
{
    Scene s;
    GThread *posters[3];

    scene_set_up(&s, true);
    for (int i = 0; i < 3; i++) {
        posters[i] = g_thread_new("poster", poster_main, &s);
    }
    while (s.calls < 3 * 2000) {
        scene_await_wake(&s);
        hw_executor_poll(s.executor);
    }
    for (int i = 0; i < 3; i++) {
        g_thread_join(posters[i]);
    }
    scene_tear_down(&s);
}

static void test_free_drops_calls_of_its_queue_alone(void)
{
    Scene s;
    Step a = { &s, 'a' };
    Step b = { &s, 'b' };

    scene_set_up(&s, false);
    hw_queue_post(s.queue, step_call, &a);
    hw_queue_post(s.other, step_call, &b);
    hw_queue_run(s.queue, step_work, step_call, &a);
    hw_queue_free(s.queue);
    s.queue = NULL;
    hw_executor_poll(s.executor);
    g_assert_cmpstr(s.story->str, ==, "b");
    scene_tear_down(&s);
}

static gpointer release_main(gpointer opaque)
{
    scene_tell(opaque, 'r');
    scene_hold(opaque, false);
    return NULL;
}

static void test_free_waits_for_the_work_under_way(void)
{
    Scene s;
    Step a = { &s, 'a' };
    Step b = { &s, 'b' };
    GThread *releaser;

    scene_set_up(&s, true);
    s.held = true;
    hw_queue_run(s.queue, step_work, step_call, &a);
    hw_queue_run(s.queue, step_work, step_call, &b);
    scene_await_story(&s, "A");
    releaser = g_thread_new("releaser", release_main, &s);
    hw_queue_free(s.queue);
    s.queue = NULL;
    g_assert_true(g_str_has_prefix(s.story->str, "Ar"));
    g_thread_join(releaser);
    hw_executor_poll(s.executor);
    g_assert_null(strpbrk(s.story->str, "ab")); /* nothing is completed */
    scene_tear_down(&s);
}

/* When the free begins, the poster is inside wake(), which hw_queue_post() calls. */
static void held_wake(void *opaque)
{
    Step step = { opaque, 'w' };

    if (g_thread_self() != ((Scene *)opaque)->loop) {
        step_work(&step);
    }
}

static gpointer post_one_main(gpointer opaque)
{
    Scene *s = opaque;

    hw_queue_post(s->queue, count_call, s);
    return NULL;
}

static void test_free_waits_for_a_post_under_way(void)
{
    Scene s;
    GThread *poster;
    GThread *releaser;

    scene_set_up(&s, true);
    hw_queue_free(s.queue);
    hw_queue_free(s.other);
    hw_executor_free(s.executor);
    s.executor = hw_executor_new(held_wake, &s);
    s.queue = hw_queue_new(s.executor);
    s.other = hw_queue_new(s.executor);
    s.held = true;
    poster = g_thread_new("poster", post_one_main, &s);
    scene_await_story(&s, "W");
    releaser = g_thread_new("releaser", release_main, &s);
    hw_queue_free(s.queue);
    s.queue = NULL;
    g_assert_cmpstr(s.story->str, ==, "Wr");
    hw_executor_poll(s.executor);
    g_assert_cmpuint(s.calls, ==, 0);
    g_thread_join(poster);
    g_thread_join(releaser);
    scene_tear_down(&s);
}

static void free_own_queue(void *opaque)
{
    Scene *s = opaque;

    hw_queue_free(s->queue);
    s->queue = NULL;
}

static void test_free_from_a_call_of_its_own(void)
{
    Scene s;
    Step a = { &s, 'a' };
    Step b = { &s, 'b' };

    scene_set_up(&s, false);
    hw_queue_post(s.queue, free_own_queue, &s);
    hw_queue_post(s.queue, step_call, &a);
    hw_queue_post(s.other, step_call, &b);
    hw_executor_poll(s.executor);
    g_assert_cmpstr(s.story->str, ==, "b");
    scene_tear_down(&s);
}

static void drain_own_queue(void *opaque)
{
    Step *step = opaque;

    hw_queue_drain(step->scene->queue);
    scene_tell(step->scene, step->letter);
}

static void test_drain_from_a_call_of_its_own(gconstpointer threaded)
{
    Scene s;
    Step a = { &s, 'a' };
    Step b = { &s, 'b' };

    scene_set_up(&s, threaded != NULL);
    hw_queue_post(s.queue, drain_own_queue, &a);
    hw_queue_run(s.queue, step_work, step_call, &b);
    hw_queue_drain(s.queue);
    g_assert_cmpstr(s.story->str, ==, "Bba");
    scene_tear_down(&s);
}

static void test_many_wait(void)
{
    Scene s;

    scene_set_up(&s, false);
    for (int i = 0; i < 1000; i++) {
        hw_queue_post(s.queue, count_call, &s);
    }
    hw_executor_poll(s.executor);
    g_assert_cmpuint(s.calls, ==, 1000);
    scene_tear_down(&s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/executor/post/is-not-called-at-once", test_post_is_not_called_at_once);
    g_test_add_func("/executor/post/keeps-order-across-queues", test_post_keeps_order);
    g_test_add_func("/executor/post/from-a-call-waits-for-the-next-poll",
                    test_post_from_a_call_waits_for_the_next_poll);
    g_test_add_func("/executor/post/any-number-can-wait", test_many_wait);
    g_test_add_func("/executor/post/no-wake-up-is-lost", test_no_wake_up_is_lost);
    g_test_add_func("/executor/stepped/runs-work-in-poll", test_stepped_runs_work_in_poll);
    g_test_add_data_func("/executor/stepped/done-comes-after-what-the-work-posted", NULL,
                         test_done_comes_after_what_the_work_posted);
    g_test_add_data_func("/executor/threaded/done-comes-after-what-the-work-posted", "",
                         test_done_comes_after_what_the_work_posted);
    g_test_add_func("/executor/threaded/wakes-and-completes", test_threaded_wakes_and_completes);
    g_test_add_func("/executor/threaded/queues-run-side-by-side",
                    test_threaded_queues_run_side_by_side);
    g_test_add_func("/executor/threaded/a-queue-runs-one-at-a-time",
                    test_threaded_queue_runs_one_at_a_time);
    g_test_add_func("/executor/free/drops-calls-of-its-queue-alone",
                    test_free_drops_calls_of_its_queue_alone);
    g_test_add_func("/executor/free/waits-for-the-work-under-way",
                    test_free_waits_for_the_work_under_way);
    g_test_add_func("/executor/free/waits-for-a-post-under-way",
                    test_free_waits_for_a_post_under_way);
    g_test_add_func("/executor/free/from-a-call-of-its-own", test_free_from_a_call_of_its_own);
    g_test_add_data_func("/executor/drain/stepped-from-a-call-of-its-own", NULL,
                         test_drain_from_a_call_of_its_own);
    g_test_add_data_func("/executor/drain/threaded-from-a-call-of-its-own", "",
                         test_drain_from_a_call_of_its_own);
    return g_test_run();
}
