/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GLib's main loop is not used: it makes three to four system calls more for each message.
 * They would halve the speed of a ping-pong over a socket.
 */
#include "qtest/host/io/loop.h"

#include <errno.h>
#include <glib.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_AT_ONCE 16

/* An item that a callback may remove while the loop iterates.  It is unlinked and freed
 * when the outermost iteration has ended. */
typedef struct Item Item;
struct Item {
    Item *next;
    bool dead;
};

struct ObWatch {
    Item item;
    ObLoop *loop;
    int fd;
    uint32_t events;
    bool always_ready; /* epoll refuses this kind of file */
    ObWatchFunction *ready;
    void *opaque;
};

struct ObTimer {
    Item item;
    ObLoop *loop;
    int64_t deadline; /* ns, CLOCK_MONOTONIC; -1: stopped */
    ObTimerFunction *due;
    void *opaque;
};

struct ObIdle {
    Item item;
    ObLoop *loop;
    ObIdleFunction *idle;
    void *opaque;
};

struct ObLoop {
    int epoll;
    int event; /* ob_loop_wake() writes to it */
    atomic_bool quit;
    uint32_t depth;          /* nested calls of ob_loop_iterate() */
    uint32_t running_timers; /* zero lets the loop skip the clock */
    uint32_t always_ready;   /* watches that epoll does not know */
    bool has_dead;
    Item *watches;
    Item *timers;
    Item *idles;
};

static int64_t host_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void items_sweep(Item **place)
{
    while (*place) {
        Item *item = *place;

        if (item->dead) {
            *place = item->next;
            g_free(item);
        } else {
            place = &item->next;
        }
    }
}

static void loop_sweep(ObLoop *loop)
{
    if (loop->has_dead && loop->depth == 0) {
        loop->has_dead = false;
        items_sweep(&loop->watches);
        items_sweep(&loop->timers);
        items_sweep(&loop->idles);
    }
}

static void item_add(Item **list, Item *item)
{
    item->next = *list;
    *list = item;
}

static void item_kill(ObLoop *loop, Item *item)
{
    item->dead = true;
    loop->has_dead = true;
    loop_sweep(loop);
}

ObLoop *ob_loop_new(void)
{
    ObLoop *loop = g_new0(ObLoop, 1);
    /* Edge-triggered, so that no code has to read the counter back to zero. */
    struct epoll_event wake = { .events = EPOLLIN | EPOLLET };

    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (loop->epoll < 0 || loop->event < 0 ||
        epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->event, &wake) < 0) {
        g_error("main loop: can't get a descriptor: %s", g_strerror(errno));
    }
    return loop;
}

static void items_free(Item *item)
{
    while (item) {
        Item *next = item->next;

        g_free(item);
        item = next;
    }
}

void ob_loop_free(ObLoop *loop)
{
    if (loop) {
        g_assert(loop->depth == 0);
        items_free(loop->watches);
        items_free(loop->timers);
        items_free(loop->idles);
        close(loop->event);
        close(loop->epoll);
        g_free(loop);
    }
}

ObWatch *ob_watch_new(ObLoop *loop, int fd, uint32_t events, ObWatchFunction *ready, void *opaque)
{
    ObWatch *watch = g_new0(ObWatch, 1);
    struct epoll_event event = { .events = events, .data.ptr = watch };

    watch->loop = loop;
    watch->fd = fd;
    watch->events = events;
    watch->ready = ready;
    watch->opaque = opaque;
    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
        if (errno != EPERM) {
            g_error("main loop: can't watch descriptor %d: %s", fd, g_strerror(errno));
        }
        watch->always_ready = true;
        loop->always_ready++;
    }
    item_add(&loop->watches, &watch->item);
    return watch;
}

void ob_watch_again(ObWatch *watch)
{
    struct epoll_event event = { .events = watch->events, .data.ptr = watch };

    if (!watch->always_ready) {
        epoll_ctl(watch->loop->epoll, EPOLL_CTL_MOD, watch->fd, &event);
    }
}

void ob_watch_change(ObWatch *watch, uint32_t events)
{
    if (watch->events != events) {
        watch->events = events;
        ob_watch_again(watch);
    }
}

void ob_watch_free(ObWatch *watch)
{
    if (!watch) {
        return;
    }
    if (watch->always_ready) {
        watch->loop->always_ready--;
    } else {
        epoll_ctl(watch->loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
    }
    item_kill(watch->loop, &watch->item);
}

ObTimer *ob_timer_new(ObLoop *loop, ObTimerFunction *due, void *opaque)
{
    ObTimer *timer = g_new0(ObTimer, 1);

    timer->loop = loop;
    timer->deadline = -1;
    timer->due = due;
    timer->opaque = opaque;
    item_add(&loop->timers, &timer->item);
    return timer;
}

void ob_timer_start(ObTimer *timer, int64_t delay)
{
    int64_t now = host_now();

    ob_timer_stop(timer);
    delay = MAX(delay, 0);
    timer->deadline = delay > INT64_MAX - now ? INT64_MAX : now + delay;
    timer->loop->running_timers++;
}

void ob_timer_stop(ObTimer *timer)
{
    if (timer->deadline >= 0) {
        timer->deadline = -1;
        timer->loop->running_timers--;
    }
}

void ob_timer_free(ObTimer *timer)
{
    if (timer) {
        ob_timer_stop(timer);
        item_kill(timer->loop, &timer->item);
    }
}

ObIdle *ob_idle_new(ObLoop *loop, ObIdleFunction *idle, void *opaque)
{
    ObIdle *hook = g_new0(ObIdle, 1);

    hook->loop = loop;
    hook->idle = idle;
    hook->opaque = opaque;
    item_add(&loop->idles, &hook->item);
    return hook;
}

void ob_idle_free(ObIdle *idle)
{
    if (idle) {
        item_kill(idle->loop, &idle->item);
    }
}

void ob_loop_wake(ObLoop *loop)
{
    int saved = errno;
    /* Fails only if 2^64 - 2 wakes were written; then a wake is pending. */
    int unused = eventfd_write(loop->event, 1);

    (void)unused;
    errno = saved;
}

void ob_loop_quit(ObLoop *loop)
{
    atomic_store(&loop->quit, true);
    ob_loop_wake(loop);
}

bool ob_loop_quitting(const ObLoop *loop)
{
    return atomic_load(&loop->quit);
}

/* The first timer to fall due; NULL if none runs. */
static ObTimer *timer_next(const ObLoop *loop)
{
    ObTimer *next = NULL;

    for (Item *item = loop->timers; item; item = item->next) {
        ObTimer *timer = (ObTimer *)item;

        if (timer->deadline >= 0 && (!next || timer->deadline < next->deadline)) {
            next = timer;
        }
    }
    return next;
}

static bool timers_run(ObLoop *loop)
{
    bool any = false;
    int64_t now;

    if (!loop->running_timers) {
        return false;
    }
    /* Timers that callbacks start fall due after this moment, so the loop ends. */
    now = host_now();
    for (ObTimer *timer = timer_next(loop); timer && timer->deadline <= now;
         timer = timer_next(loop)) {
        ob_timer_stop(timer);
        timer->due(timer->opaque);
        any = true;
    }
    return any;
}

static bool idles_run(ObLoop *loop)
{
    bool more = false;

    for (Item *item = loop->idles; item; item = item->next) {
        ObIdle *idle = (ObIdle *)item;

        if (!item->dead && idle->idle(idle->opaque)) {
            more = true;
        }
    }
    return more;
}

/* The time in milliseconds for epoll_wait(), rounded up: never before the deadline. */
static int wait_time(const ObLoop *loop, int64_t timeout)
{
    if (loop->running_timers) {
        int64_t until = MAX(timer_next(loop)->deadline - host_now(), 0);

        timeout = timeout < 0 ? until : MIN(timeout, until);
    }
    if (timeout < 0) {
        return -1;
    }
    return (int)MIN(timeout / 1000000 + (timeout % 1000000 != 0), G_MAXINT);
}

static bool always_ready_run(ObLoop *loop)
{
    bool any = false;

    for (Item *item = loop->watches; item; item = item->next) {
        ObWatch *watch = (ObWatch *)item;

        if (watch->always_ready && !item->dead && watch->events) {
            watch->ready(watch->opaque, watch->events);
            any = true;
        }
    }
    return any;
}

/* True if there is a watch that epoll does not know and that wants events. */
static bool always_ready_wanted(const ObLoop *loop)
{
    for (Item *item = loop->always_ready ? loop->watches : NULL; item; item = item->next) {
        ObWatch *watch = (ObWatch *)item;

        if (watch->always_ready && !item->dead && watch->events) {
            return true;
        }
    }
    return false;
}

bool ob_loop_iterate(ObLoop *loop, int64_t timeout)
{
    struct epoll_event events[EVENTS_AT_ONCE];
    bool any;
    int count;

    loop->depth++;
    if (idles_run(loop) || always_ready_wanted(loop)) {
        timeout = 0;
    }
    count = epoll_wait(loop->epoll, events, EVENTS_AT_ONCE, wait_time(loop, timeout));
    any = count > 0;
    for (int i = 0; i < count; i++) {
        ObWatch *watch = events[i].data.ptr;

        /* NULL is the wake.  An earlier callback may have removed this watch. */
        if (watch && !watch->item.dead) {
            watch->ready(watch->opaque, events[i].events);
        }
    }
    if (loop->always_ready) {
        any |= always_ready_run(loop);
    }
    any |= timers_run(loop);
    loop->depth--;
    loop_sweep(loop);
    return any;
}

void ob_loop_run(ObLoop *loop)
{
    while (!ob_loop_quitting(loop)) {
        ob_loop_iterate(loop, -1);
    }
}
