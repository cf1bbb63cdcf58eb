/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/core/clock.h"

#include "hw-api/host/run/instance.h"
#include "hw-api/host/run/no-memory.h"
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

HwTimer *ob_clock_timer_needed(ObClock *clock, HwDevice *dev,
                               void (*fired)(HwDevice *dev, void *opaque), void *opaque)
{
    HwTimer *timer = ob_clock_timer_new(clock, dev, fired, opaque);

    if (!timer) {
        hw_no_memory();
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

/* --------------------------------------------------------------- copy of it */

enum { WAITING, DUE, RESTING, QUEUES };

typedef struct KeptTimer {
    HwTimer *timer;
    int64_t deadline;
    uint32_t queue;
} KeptTimer;

struct ObClockKept {
    int64_t now;
    GArray *timers; /* KeptTimer, by queue and in its order */
};

static GQueue *queue_at(const ObClock *clock, uint32_t index)
{
    const GQueue *const queues[QUEUES] = { &clock->waiting, &clock->due, &clock->resting };

    return (GQueue *)queues[index];
}

ObClockKept *ob_clock_keep(const ObClock *clock)
{
    ObClockKept *kept = g_new0(ObClockKept, 1);

    kept->now = clock->now;
    kept->timers = g_array_new(FALSE, FALSE, sizeof(KeptTimer));
    for (uint32_t i = 0; i < QUEUES; i++) {
        for (const GList *link = queue_at(clock, i)->head; link; link = link->next) {
            const KeptTimer timer = { timer_of(link), timer_of(link)->deadline, i };

            g_array_append_val(kept->timers, timer);
        }
    }
    return kept;
}

/* True if each timer is in the place where it was. */
static bool clock_is_kept(const ObClock *clock, const ObClockKept *kept)
{
    const KeptTimer *timer = (const KeptTimer *)(void *)kept->timers->data;
    const KeptTimer *end = timer + kept->timers->len;

    for (uint32_t i = 0; i < QUEUES; i++) {
        for (const GList *link = queue_at(clock, i)->head; link; link = link->next, timer++) {
            if (timer == end || timer->timer != link->data || timer->queue != i ||
                timer->deadline != timer->timer->deadline) {
                return false;
            }
        }
    }
    return timer == end;
}

/* A pointer that no queue holds may be that of a freed timer. */
static bool clock_has(const ObClock *clock, const HwTimer *timer)
{
    bool found = false;

    for (uint32_t i = 0; i < QUEUES && !found; i++) {
        found = g_queue_find(queue_at(clock, i), timer) != NULL;
    }
    return found;
}

static bool clock_has_all(const ObClock *clock, const ObClockKept *kept)
{
    for (guint i = 0; i < kept->timers->len; i++) {
        if (!clock_has(clock, g_array_index(kept->timers, KeptTimer, i).timer)) {
            return false;
        }
    }
    return true;
}

static void timers_put_back(ObClock *clock, const ObClockKept *kept)
{
    GQueue made_since = G_QUEUE_INIT;

    for (uint32_t i = 0; i < QUEUES; i++) {
        HwTimer *timer;

        while ((timer = timer_of(queue_at(clock, i)->head))) {
            timer_move(timer, &made_since, NULL);
        }
    }
    for (guint i = 0; i < kept->timers->len; i++) {
        const KeptTimer *timer = &g_array_index(kept->timers, KeptTimer, i);

        timer->timer->deadline = timer->deadline;
        timer_move(timer->timer, queue_at(clock, timer->queue), NULL);
    }
    queue_free_timers(&made_since, NULL);
}

bool ob_clock_put_back(ObClock *clock, const ObClockKept *kept)
{
    if (!clock_is_kept(clock, kept)) {
        if (!clock_has_all(clock, kept)) {
            return false;
        }
        timers_put_back(clock, kept);
    }
    clock->now = kept->now;
    return true;
}

void ob_clock_kept_free(ObClockKept *kept)
{
    g_array_free(kept->timers, TRUE);
    g_free(kept);
}
