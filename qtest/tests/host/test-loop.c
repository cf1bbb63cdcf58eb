/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/io/loop.h"

#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define MS    INT64_C(1000000)
#define LIMIT (10000 * MS) /* time limit for an expected event; never reached */

typedef struct Fixture {
    ObLoop *loop;
    int pipe[2];
    ObWatch *watch;
    ObWatch *other;
    ObTimer *timer;
    ObIdle *idle;
    uint32_t calls;
    uint32_t wanted;
    char order[8];
} Fixture;

static void fixture_set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->loop = ob_loop_new();
    g_assert_cmpint(pipe(f->pipe), ==, 0);
}

static void fixture_tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_loop_free(f->loop);
    close(f->pipe[0]);
    close(f->pipe[1]);
}

static void pipe_fill(Fixture *f)
{
    g_assert_cmpint(write(f->pipe[1], "x", 1), ==, 1);
}

static void count_ready(void *opaque, uint32_t events)
{
    Fixture *f = opaque;

    (void)events;
    f->calls++;
}

static void count_due(void *opaque)
{
    Fixture *f = opaque;

    f->calls++;
}

static void test_readable(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_watch_new(f->loop, f->pipe[0], EPOLLIN, count_ready, f);
    g_assert_false(ob_loop_iterate(f->loop, 0));
    g_assert_cmpuint(f->calls, ==, 0);
    pipe_fill(f);
    g_assert_true(ob_loop_iterate(f->loop, LIMIT));
    g_assert_cmpuint(f->calls, ==, 1);
}

static void test_change(Fixture *f, gconstpointer data)
{
    ObWatch *watch = ob_watch_new(f->loop, f->pipe[0], EPOLLIN, count_ready, f);

    (void)data;
    pipe_fill(f);
    ob_watch_change(watch, 0);
    g_assert_false(ob_loop_iterate(f->loop, 0));
    ob_watch_change(watch, EPOLLIN);
    g_assert_true(ob_loop_iterate(f->loop, LIMIT));
    g_assert_cmpuint(f->calls, ==, 1);
}

static void remove_self(void *opaque, uint32_t events)
{
    Fixture *f = opaque;

    (void)events;
    f->calls++;
    ob_watch_free(f->watch);
}

static void test_removes_itself(Fixture *f, gconstpointer data)
{
    (void)data;
    f->watch = ob_watch_new(f->loop, f->pipe[0], EPOLLIN, remove_self, f);
    pipe_fill(f);
    g_assert_true(ob_loop_iterate(f->loop, LIMIT));
    g_assert_false(ob_loop_iterate(f->loop, 0));
    g_assert_cmpuint(f->calls, ==, 1);
}

static void remove_both(void *opaque, uint32_t events)
{
    Fixture *f = opaque;

    (void)events;
    f->calls++;
    ob_watch_free(f->watch);
    ob_watch_free(f->other);
}

/* Both are ready in the same wait, and the first that is called removes the other. */
static void test_removes_other(Fixture *f, gconstpointer data)
{
    (void)data;
    f->watch = ob_watch_new(f->loop, f->pipe[0], EPOLLIN, remove_both, f);
    f->other = ob_watch_new(f->loop, f->pipe[1], EPOLLOUT, remove_both, f);
    pipe_fill(f);
    g_assert_true(ob_loop_iterate(f->loop, LIMIT));
    g_assert_cmpuint(f->calls, ==, 1);
}

static void iterate_inside(void *opaque, uint32_t events)
{
    Fixture *f = opaque;

    (void)events;
    f->calls++;
    ob_watch_free(f->watch);
    ob_loop_iterate(f->loop, 0);
}

static void test_nested(Fixture *f, gconstpointer data)
{
    (void)data;
    f->watch = ob_watch_new(f->loop, f->pipe[0], EPOLLIN, iterate_inside, f);
    ob_watch_new(f->loop, f->pipe[1], EPOLLOUT, count_ready, f);
    pipe_fill(f);
    g_assert_true(ob_loop_iterate(f->loop, LIMIT));
    g_assert_cmpuint(f->calls, ==, 3);
}

/* epoll refuses regular files, and standard input may be one. */
static void test_regular_file(Fixture *f, gconstpointer data)
{
    char *path = NULL;
    int fd = g_file_open_tmp("test-loop-XXXXXX", &path, NULL);

    (void)data;
    g_assert_cmpint(fd, >=, 0);
    f->watch = ob_watch_new(f->loop, fd, EPOLLIN, remove_self, f);
    g_assert_true(ob_loop_iterate(f->loop, LIMIT));
    g_assert_false(ob_loop_iterate(f->loop, 0));
    g_assert_cmpuint(f->calls, ==, 1);
    close(fd);
    g_unlink(path);
    g_free(path);
}

static void test_timer(Fixture *f, gconstpointer data)
{
    ObTimer *timer = ob_timer_new(f->loop, count_due, f);
    int64_t begin = g_get_monotonic_time();

    (void)data;
    ob_timer_start(timer, 3 * MS);
    while (!f->calls) {
        ob_loop_iterate(f->loop, LIMIT);
    }
    g_assert_cmpint(g_get_monotonic_time() - begin, >=, 3000);
    g_assert_false(ob_loop_iterate(f->loop, 0));
    g_assert_cmpuint(f->calls, ==, 1);
}

static void test_timer_stop(Fixture *f, gconstpointer data)
{
    ObTimer *timer = ob_timer_new(f->loop, count_due, f);

    (void)data;
    ob_timer_start(timer, 0);
    ob_timer_stop(timer);
    g_assert_false(ob_loop_iterate(f->loop, MS));
    g_assert_cmpuint(f->calls, ==, 0);
}

static void restart_timer(void *opaque)
{
    Fixture *f = opaque;

    if (++f->calls == f->wanted) {
        ob_timer_free(f->timer);
        ob_loop_quit(f->loop);
    } else {
        ob_timer_start(f->timer, 0);
    }
}

static void test_timer_restarts_itself(Fixture *f, gconstpointer data)
{
    (void)data;
    f->wanted = 3;
    f->timer = ob_timer_new(f->loop, restart_timer, f);
    ob_timer_start(f->timer, 0);
    ob_loop_run(f->loop);
    g_assert_cmpuint(f->calls, ==, 3);
}

static void note_a(void *opaque)
{
    g_strlcat(((Fixture *)opaque)->order, "a", 8);
}

static void note_b(void *opaque)
{
    g_strlcat(((Fixture *)opaque)->order, "b", 8);
}

static void test_timer_order(Fixture *f, gconstpointer data)
{
    ObTimer *late = ob_timer_new(f->loop, note_b, f);
    ObTimer *early = ob_timer_new(f->loop, note_a, f);

    (void)data;
    ob_timer_start(late, 2 * MS);
    ob_timer_start(early, MS);
    while (strlen(f->order) < 2) {
        ob_loop_iterate(f->loop, LIMIT);
    }
    g_assert_cmpstr(f->order, ==, "ab");
}

static bool idle_three_times(void *opaque)
{
    Fixture *f = opaque;

    return ++f->calls < 3;
}

static void test_idle(Fixture *f, gconstpointer data)
{
    (void)data;
    f->idle = ob_idle_new(f->loop, idle_three_times, f);
    ob_loop_iterate(f->loop, LIMIT);
    ob_loop_iterate(f->loop, LIMIT);
    g_assert_cmpuint(f->calls, ==, 2);
    ob_idle_free(f->idle);
    ob_loop_iterate(f->loop, 0);
    g_assert_cmpuint(f->calls, ==, 2);
}

static void *wake_later(void *opaque)
{
    Fixture *f = opaque;

    ob_loop_wake(f->loop);
    return NULL;
}

static void test_wake(Fixture *f, gconstpointer data)
{
    pthread_t thread;

    (void)data;
    pthread_create(&thread, NULL, wake_later, f);
    g_assert_true(ob_loop_iterate(f->loop, LIMIT));
    pthread_join(thread, NULL);
    g_assert_false(ob_loop_iterate(f->loop, 0));
}

static void test_quit_before_run(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_loop_quit(f->loop);
    ob_loop_run(f->loop);
    g_assert_true(ob_loop_quitting(f->loop));
}

#define ADD(path, function) \
    g_test_add(path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/loop/watch/calls-when-readable", test_readable);
    ADD("/loop/watch/change-pauses-and-resumes", test_change);
    ADD("/loop/watch/removes-itself", test_removes_itself);
    ADD("/loop/watch/removes-another-that-is-ready", test_removes_other);
    ADD("/loop/watch/iterates-inside-a-callback", test_nested);
    ADD("/loop/watch/regular-file-is-always-ready", test_regular_file);
    ADD("/loop/timer/is-due-after-its-delay", test_timer);
    ADD("/loop/timer/stopped-is-not-called", test_timer_stop);
    ADD("/loop/timer/restarts-and-frees-itself", test_timer_restarts_itself);
    ADD("/loop/timer/earliest-first", test_timer_order);
    ADD("/loop/idle/called-before-each-wait-without-waiting-while-busy", test_idle);
    ADD("/loop/wake/ends-a-wait-from-another-thread", test_wake);
    ADD("/loop/quit/before-run-is-not-lost", test_quit_before_run);
    return g_test_run();
}
