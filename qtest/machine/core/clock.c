/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/core/clock.h"

#include "hw-api/host/run/instance.h"
#include "hw-api/host/run/running.h"

struct HwTimer {
    GList link;
    GQueue *queue; /* the clock's queue that holds the link */
    ObClock *clock;
    HwDevice *dev;
    void (*fired)(HwDevice *dev, void *opaque);
    void *opaque;
    int64_t deadline;
};

static HwTimer *timer_of(const GList *link)
{
    return link ? link->data : NULL;
}

void ob_clock_init(ObClock *clock)
{
    *clock = (ObClock) { .now = 0 };
}

static void queue_free_timers(GQueue *queue, const HwDevice *dev)
{
    for (GList *link = queue->head, *next; link; link = next) {
        HwTimer *timer = timer_of(link);

        next = link->next;
        if (!dev || timer->dev == dev) {
            ob_clock_timer_free(timer);
        }
    }
}

void ob_clock_release(ObClock *clock, const HwDevice *dev)
{
    queue_free_timers(&clock->waiting, dev);
    queue_free_timers(&clock->due, dev);
    queue_free_timers(&clock->firing, dev);
    queue_free_timers(&clock->resting, dev);
}

void ob_clock_clear(ObClock *clock)
{
    ob_clock_release(clock, NULL);
}

/* ------------------------------------------------------------------- timers */

/* Moves the timer to the place before `before`, or to the end if `before` is NULL. */
static void timer_move(HwTimer *timer, GQueue *queue, GList *before)
{
    g_queue_unlink(timer->queue, &timer->link);
    timer->queue = queue;
    g_queue_insert_before_link(queue, before, &timer->link);
}

HwTimer *ob_clock_timer_new(ObClock *clock, HwDevice *dev,
                            void (*fired)(HwDevice *dev, void *opaque), void *opaque)
{
    HwTimer *timer = g_try_new0(HwTimer, 1);

    if (timer) {
        timer->link.data = timer;
        timer->clock = clock;
        timer->dev = dev;
        timer->fired = fired;
        timer->opaque = opaque;
        timer->queue = &clock->resting;
        g_queue_push_tail_link(timer->queue, &timer->link);
    }
    return timer;
}

void ob_clock_timer_set(HwTimer *timer, int64_t deadline)
{
    ObClock *clock = timer->clock;
    GList *before;

    ob_clock_timer_cancel(timer);
    timer->deadline = deadline;
    if (deadline <= clock->now) {
        timer_move(timer, &clock->due, NULL);
        return;
    }
    before = clock->waiting.head;
    while (before && timer_of(before)->deadline <= deadline) {
        before = before->next;
    }
    timer_move(timer, &clock->waiting, before);
}

void ob_clock_timer_cancel(HwTimer *timer)
{
    timer_move(timer, &timer->clock->resting, NULL);
}

void ob_clock_timer_free(HwTimer *timer)
{
    if (timer) {
        g_queue_unlink(timer->queue, &timer->link);
        g_free(timer);
    }
}

/* --------------------------------------------------------------------- time */

int64_t ob_clock_next(const ObClock *clock)
{
    if (!g_queue_is_empty((GQueue *)&clock->due)) {
        return clock->now;
    }
    return clock->waiting.head ? timer_of(clock->waiting.head)->deadline : -1;
}

bool ob_clock_run_due(ObClock *clock)
{
    HwDevice *dev;
    HwTimer *timer;
    bool any = false;

    while ((timer = timer_of(clock->due.head))) {
        timer_move(timer, &clock->firing, NULL);
    }
    while ((timer = timer_of(clock->firing.head))) {
        ob_clock_timer_cancel(timer); /* before the call, which may free the timer */
        dev = timer->dev;
        if (dev) {
            HW_RUN_HOOK(hw_instance_of(dev), "fired", timer->fired(dev, timer->opaque));
            hw_device_update(dev);
        } else {
            timer->fired(NULL, timer->opaque);
        }
        any = true;
    }
    return any;
}

void ob_clock_set(ObClock *clock, int64_t now)
{
    HwTimer *timer;

    ob_clock_run_due(clock);
    while ((timer = timer_of(clock->waiting.head)) && timer->deadline <= now) {
        clock->now = timer->deadline;
        while ((timer = timer_of(clock->waiting.head)) && timer->deadline <= clock->now) {
            timer_move(timer, &clock->due, NULL);
        }
        ob_clock_run_due(clock);
    }
    clock->now = MAX(clock->now, now);
}

void ob_clock_jump(ObClock *clock, int64_t now)
{
    GQueue set = G_QUEUE_INIT;
    HwTimer *timer;

    clock->now = now;
    while ((timer = timer_of(clock->due.head)) || (timer = timer_of(clock->waiting.head))) {
        timer_move(timer, &set, NULL);
    }
    while ((timer = timer_of(set.head))) {
        ob_clock_timer_set(timer, timer->deadline);
    }
}
