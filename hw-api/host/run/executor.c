/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/executor.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "hw-api/host/run/no-memory.h"

/* A piece of work, a call, or a piece of work that has become a call. */
typedef struct Call {
    HwQueue *queue;
    uint64_t sequence;          /* by which poll() knows the calls that were due at its start */
    void (*work)(void *opaque); /* NULL: no work before `function` */
    void (*function)(void *opaque);
    void *opaque;
} Call;

/* First in, first out.  Grows to the largest number of waiting calls and does not shrink, so
 * the usual submit and poll allocate nothing. */
typedef struct Ring {
    Call *calls;
    uint32_t capacity; /* 0 or a power of two */
    uint32_t head;
    uint32_t count;
} Ring;

struct HwExecutor {
    void (*wake)(void *opaque);
    void *wake_opaque;
    pthread_mutex_t lock;   /* guards all members below, and the queues */
    pthread_cond_t changed; /* a call became due, or a poster has left */
    Ring due;
    uint64_t sequence;
    atomic_bool woken; /* woken and not yet polled; read without the lock too */
};

struct HwQueue {
    HwExecutor *executor;
    Ring pending;        /* work that no thread has begun; threaded only */
    uint32_t unfinished; /* work and calls, waiting or running */
    bool has_worker;
    bool closing;
    pthread_t worker;
    pthread_cond_t begin;
    atomic_uint posters; /* threads inside hw_queue_post() */
};

static Call *ring_at(const Ring *ring, uint32_t index)
{
    return &ring->calls[(ring->head + index) & (ring->capacity - 1)];
}

static void ring_grow(Ring *ring)
{
    uint32_t capacity = ring->capacity ? ring->capacity * 2 : 8;
    Call *calls = malloc(capacity * sizeof(*calls));

    if (!calls) {
        hw_no_memory(); /* a lost completion would hang the guest without a trace */
    }
    for (uint32_t i = 0; i < ring->count; i++) {
        calls[i] = *ring_at(ring, i);
    }
    free(ring->calls);
    ring->calls = calls;
    ring->capacity = capacity;
    ring->head = 0;
}

static void ring_push(Ring *ring, const Call *call)
{
    if (ring->count == ring->capacity) {
        ring_grow(ring);
    }
    ring->count++;
    *ring_at(ring, ring->count - 1) = *call;
}

static Call ring_pop(Ring *ring)
{
    Call call = *ring_at(ring, 0);

    ring->head++;
    ring->count--;
    return call;
}

static void ring_remove_queue(Ring *ring, const HwQueue *queue)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < ring->count; i++) {
        Call call = *ring_at(ring, i);

        if (call.queue != queue) {
            *ring_at(ring, kept++) = call;
        }
    }
    ring->count = kept;
}

static void ring_free(Ring *ring)
{
    free(ring->calls);
}

/* Called with the lock held.  True: call executor_wake() after you release the lock. */
static bool executor_add_due(HwExecutor *e, Call call)
{
    bool wake = e->wake && !e->woken;

    call.sequence = ++e->sequence;
    ring_push(&e->due, &call);
    e->woken = true;
    if (e->wake) {
        pthread_cond_broadcast(&e->changed);
    }
    return wake;
}

static void executor_wake(HwExecutor *e, bool wanted)
{
    if (wanted) {
        e->wake(e->wake_opaque);
    }
}

HwExecutor *hw_executor_new(void (*wake)(void *opaque), void *opaque)
{
    HwExecutor *e = calloc(1, sizeof(*e));

    if (!e) {
        hw_no_memory();
    }
    e->wake = wake;
    e->wake_opaque = opaque;
    pthread_mutex_init(&e->lock, NULL);
    pthread_cond_init(&e->changed, NULL);
    return e;
}

bool hw_executor_is_threaded(const HwExecutor *e)
{
    return e->wake != NULL;
}

void hw_executor_free(HwExecutor *e)
{
    if (!e) {
        return;
    }
    ring_free(&e->due);
    pthread_cond_destroy(&e->changed);
    pthread_mutex_destroy(&e->lock);
    free(e);
}

/* Runs the work of a call that poll() took, and then the call itself.  If the work has posted
 * calls, they come first.  Called with the lock held, and releases it meanwhile. */
static void executor_run_call(HwExecutor *e, const Call *call)
{
    uint64_t before = e->sequence;

    if (call->work) {
        pthread_mutex_unlock(&e->lock);
        call->work(call->opaque);
        pthread_mutex_lock(&e->lock);
    }
    if (call->work && call->function && e->sequence != before) {
        Call later = *call;
        bool wake;

        later.work = NULL;
        wake = executor_add_due(e, later);
        pthread_mutex_unlock(&e->lock);
        executor_wake(e, wake);
    } else {
        /* A running call does not count: it may drain its own queue. */
        call->queue->unfinished--;
        pthread_mutex_unlock(&e->lock);
        if (call->function) {
            call->function(call->opaque);
        }
    }
    pthread_mutex_lock(&e->lock);
}

static bool executor_poll(HwExecutor *e)
{
    bool any = false;
    uint64_t last;

    pthread_mutex_lock(&e->lock);
    e->woken = false;
    last = e->sequence;
    while (e->due.count > 0 && ring_at(&e->due, 0)->sequence <= last) {
        Call call = ring_pop(&e->due);

        executor_run_call(e, &call);
        any = true;
    }
    pthread_mutex_unlock(&e->lock);
    return any;
}

/* Hosts call this after each command of a client, so it must be cheap when idle. */
bool hw_executor_poll(HwExecutor *e)
{
    return atomic_load_explicit(&e->woken, memory_order_acquire) && executor_poll(e);
}

HwQueue *hw_queue_new(HwExecutor *executor)
{
    HwQueue *queue = calloc(1, sizeof(*queue));

    if (!queue) {
        hw_no_memory();
    }
    queue->executor = executor;
    pthread_cond_init(&queue->begin, NULL);
    return queue;
}

void hw_queue_free(HwQueue *queue)
{
    HwExecutor *e;

    if (!queue) {
        return;
    }
    e = queue->executor;
    pthread_mutex_lock(&e->lock);
    queue->closing = true;
    queue->pending.count = 0;
    pthread_cond_signal(&queue->begin);
    pthread_mutex_unlock(&e->lock);
    if (queue->has_worker) {
        pthread_join(queue->worker, NULL);
    }

    pthread_mutex_lock(&e->lock);
    while (atomic_load(&queue->posters) > 0) {
        pthread_cond_wait(&e->changed, &e->lock);
    }
    ring_remove_queue(&e->due, queue);
    pthread_mutex_unlock(&e->lock);
    pthread_cond_destroy(&queue->begin);
    ring_free(&queue->pending);
    free(queue);
}

void hw_queue_post(HwQueue *queue, void (*function)(void *opaque), void *opaque)
{
    HwExecutor *e = queue->executor;
    bool wake = false;

    atomic_fetch_add(&queue->posters, 1);
    pthread_mutex_lock(&e->lock);
    if (!queue->closing) {
        queue->unfinished++;
        wake = executor_add_due(e,
                                (Call) { .queue = queue, .function = function, .opaque = opaque });
    }
    pthread_mutex_unlock(&e->lock);
    executor_wake(e, wake);

    /* hw_queue_free() waits for this function, so the executor still exists. */
    pthread_mutex_lock(&e->lock);
    if (atomic_fetch_sub(&queue->posters, 1) == 1 && queue->closing) {
        pthread_cond_broadcast(&e->changed);
    }
    pthread_mutex_unlock(&e->lock);
}

static void *queue_worker(void *opaque)
{
    HwQueue *queue = opaque;
    HwExecutor *e = queue->executor;

    pthread_mutex_lock(&e->lock);
    while (!queue->closing) {
        Call call;
        bool wake = false;

        if (queue->pending.count == 0) {
            pthread_cond_wait(&queue->begin, &e->lock);
            continue;
        }
        call = ring_pop(&queue->pending);
        pthread_mutex_unlock(&e->lock);
        call.work(call.opaque);
        pthread_mutex_lock(&e->lock);
        call.work = NULL;
        if (call.function && !queue->closing) {
            wake = executor_add_due(e, call);
        } else {
            queue->unfinished--;
            pthread_cond_broadcast(&e->changed);
        }
        pthread_mutex_unlock(&e->lock);
        executor_wake(e, wake);
        pthread_mutex_lock(&e->lock);
    }
    pthread_mutex_unlock(&e->lock);
    return NULL;
}

/* Called with the lock held.  Blocks signals: the host's own threads handle them. */
static bool queue_start_worker(HwQueue *queue)
{
    sigset_t all;
    sigset_t before;

    if (!queue->has_worker) {
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        queue->has_worker = pthread_create(&queue->worker, NULL, queue_worker, queue) == 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    return queue->has_worker;
}

void hw_queue_run(HwQueue *queue, void (*work)(void *opaque), void (*done)(void *opaque),
                  void *opaque)
{
    HwExecutor *e = queue->executor;
    Call call = { .queue = queue, .work = work, .function = done, .opaque = opaque };
    bool wake = false;

    pthread_mutex_lock(&e->lock);
    queue->unfinished++;
    if (e->wake && queue_start_worker(queue)) {
        ring_push(&queue->pending, &call);
        pthread_cond_signal(&queue->begin);
    } else {
        /* Stepped; or the system has no thread left: then run the work in poll(). */
        wake = executor_add_due(e, call);
    }
    pthread_mutex_unlock(&e->lock);
    executor_wake(e, wake);
}

void hw_queue_forget(HwQueue *queue)
{
    if (queue->unfinished > 0) {
        ring_remove_queue(&queue->executor->due, queue);
        queue->unfinished = 0;
    }
}

void hw_queue_drain(HwQueue *queue)
{
    HwExecutor *e = queue->executor;

    pthread_mutex_lock(&e->lock);
    while (queue->unfinished > 0) {
        if (e->due.count == 0) {
            pthread_cond_wait(&e->changed, &e->lock);
            continue;
        }
        pthread_mutex_unlock(&e->lock);
        /* Not the quick poll: an outer poll may have taken the due calls. */
        executor_poll(e);
        pthread_mutex_lock(&e->lock);
    }
    pthread_mutex_unlock(&e->lock);
}
