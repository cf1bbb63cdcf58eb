/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/input/input.h"

#include <string.h>

#include <glib.h>

#include "hw-api/host/run/shelf/shelf.h"
#include "qtest/machine/core/host-internal.h"

#define MILLISECOND INT64_C(1000000)
#define POINTING    (HW_BIT(HW_INPUT_RELATIVE) | HW_BIT(HW_INPUT_ABSOLUTE))

struct HwInputSource {
    HwInputSide side;
    uint32_t number;
};

/* A key, or a pause of some milliseconds. */
typedef struct Waiting {
    bool is_pause;
    uint32_t milliseconds;
    HwInputEvent key;
} Waiting;

struct ObInput {
    GPtrArray *sources; /* HwInputSource; the first one gets the events */
    GQueue queue;       /* Waiting; empty, or a pause ahead */
    HwTimer *timer;     /* ends the pause */
    uint32_t numbers;   /* given to sources */
};

/* --------------------------------------------------------------------- sources */

static ObInput *input_of(ObHost *host)
{
    if (!host->input) {
        host->input = g_new0(ObInput, 1);
        host->input->sources = g_ptr_array_new();
        g_queue_init(&host->input->queue);
    }
    return host->input;
}

static HwInputSource *source_for(const ObHost *host, uint32_t kind)
{
    for (guint i = 0; host->input && i < host->input->sources->len; i++) {
        HwInputSource *source = host->input->sources->pdata[i];

        if (hw_input_side_takes(&source->side, kind)) {
            return source;
        }
    }
    return NULL;
}

bool ob_input_takes(const ObHost *host, uint32_t kind)
{
    return source_for(host, kind) != NULL;
}

bool ob_input_taker_at(const ObHost *host, uint32_t index, ObInputTaker *taker)
{
    const HwInputSource *source;

    if (!host->input || index >= host->input->sources->len) {
        return false;
    }
    source = host->input->sources->pdata[index];
    *taker = (ObInputTaker) { .name = source->side.client.name,
                              .number = source->number,
                              .kinds = source->side.client.kinds };
    return true;
}

bool ob_input_prefer_pointer(ObHost *host, uint32_t number)
{
    for (guint i = 0; host->input && i < host->input->sources->len; i++) {
        HwInputSource *source = host->input->sources->pdata[i];

        if (source->number == number && source->side.client.kinds & POINTING) {
            g_ptr_array_remove_index(host->input->sources, i);
            g_ptr_array_insert(host->input->sources, 0, source);
            return true;
        }
    }
    return false;
}

/* ---------------------------------------------------------------------- events */

void ob_input_send(ObHost *host, const HwInputEvent *event)
{
    HwInputSource *source = ob_host_runs(host) ? source_for(host, event->kind) : NULL;

    if (source) {
        hw_input_side_add(&source->side, event);
    }
}

/* The device that takes buttons has the wheel too. */
void ob_input_send_button(ObHost *host, const HwInputButtonName *button, bool down)
{
    HwInputSource *source = ob_host_runs(host) ? source_for(host, HW_INPUT_BUTTON) : NULL;

    if (source) {
        hw_input_side_button(&source->side, button, down);
    }
}

void ob_input_sync(ObHost *host)
{
    for (guint i = 0; host->input && i < host->input->sources->len; i++) {
        hw_input_side_send(&((HwInputSource *)host->input->sources->pdata[i])->side);
    }
}

/* ----------------------------------------------------------------------- pauses */

static void timer_start(ObHost *host, uint32_t milliseconds)
{
    ob_clock_timer_set(host->input->timer, host->clock.now + milliseconds * MILLISECOND);
}

static void waiting_send(ObHost *host, const Waiting *waiting)
{
    ob_input_send(host, &waiting->key);
    ob_input_sync(host);
}

static void pause_ended(HwDevice *unused, void *opaque)
{
    ObHost *host = opaque;
    GQueue *queue = &host->input->queue;
    const Waiting *next;

    (void)unused;
    g_free(g_queue_pop_head(queue));
    while ((next = g_queue_peek_head(queue)) && !next->is_pause) {
        waiting_send(host, next);
        g_free(g_queue_pop_head(queue));
    }
    if (next) {
        timer_start(host, next->milliseconds);
    }
}

static void waiting_add(ObInput *input, const Waiting *waiting)
{
    if (g_queue_get_length(&input->queue) < OB_INPUT_QUEUE_MAX) {
        g_queue_push_tail(&input->queue, g_memdup2(waiting, sizeof(*waiting)));
    }
}

void ob_input_key(ObHost *host, uint16_t code, bool down)
{
    const Waiting waiting = { .key = { HW_INPUT_KEY, code, down } };
    ObInput *input = input_of(host);

    if (g_queue_is_empty(&input->queue)) {
        waiting_send(host, &waiting);
    } else {
        waiting_add(input, &waiting);
    }
}

void ob_input_pause(ObHost *host, uint32_t milliseconds)
{
    const Waiting waiting = { .is_pause = true, .milliseconds = milliseconds };
    ObInput *input = input_of(host);
    bool starts = g_queue_is_empty(&input->queue);

    if (!ob_host_runs(host)) {
        return;
    }
    if (!input->timer) {
        input->timer = ob_clock_timer_needed(&host->clock, NULL, pause_ended, host);
    }
    waiting_add(input, &waiting);
    if (starts) {
        timer_start(host, milliseconds);
    }
}

/* ------------------------------------------------------------------ the service */

static HwInputSource *source_new(HwDevice *dev, const HwInputClient *client, HwError *error)
{
    ObInput *input = input_of(ob_host_of(dev));
    HwInputSource *source = g_new0(HwInputSource, 1);

    if (!hw_input_side_init(&source->side, dev, client, error)) {
        g_free(source);
        return NULL;
    }
    source->number = ++input->numbers;
    g_ptr_array_insert(input->sources, 0, source);
    return source;
}

static void source_end(void *opaque)
{
    HwInputSource *source = opaque;

    g_ptr_array_remove(ob_host_of(source->side.dev)->input->sources, source);
    g_free(source);
}

static HwInputSource *input_open(HwDevice *dev, const HwInputClient *client, HwError *error)
{
    HwInputSource *source = hw_shelf_take(hw_instance_of(dev)->shelf, &ob_input_service);

    if (source && !hw_input_side_adopt(&source->side, dev, client, error)) {
        hw_shelf_put(hw_instance_of(dev)->shelf, &ob_input_service, source, source_end);
        return NULL;
    }
    return source ? source : source_new(dev, client, error);
}

static void input_close(HwInputSource *source)
{
    if (source && !hw_shelf_put(hw_instance_of(source->side.dev)->shelf, &ob_input_service, source,
                                source_end)) {
        source_end(source);
    }
}

void ob_input_free(ObHost *host)
{
    ObInput *input = host->input;

    if (input) {
        if (input->timer) {
            ob_clock_timer_free(input->timer);
        }
        g_queue_clear_full(&input->queue, g_free);
        g_ptr_array_unref(input->sources);
        g_clear_pointer(&host->input, g_free);
    }
}

const HwInput ob_input_service = {
    .abi = HW_ABI(HwInput),
    .open = input_open,
    .close = input_close,
};
