/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filter-buffer: frames wait for the end of an interval of the machine's clock. */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/filter/filter-internal.h"
#include "qtest/machine/core/clock.h"

#define MICROSECOND INT64_C(1000)
#define KEPT_MAX    10000u /* frames, as QEMU; further ones are lost */

typedef struct Kept {
    ObNetDirection direction;
    GBytes *frame;
} Kept;

typedef struct Buffer {
    ObFilter *filter;
    HwTimer *timer;
    int64_t interval; /* ns */
    GArray *kept;     /* Kept */
} Buffer;

static void timer_start(Buffer *buffer)
{
    ob_clock_timer_set(buffer->timer, ob_host_clock_now(buffer->filter->host) + buffer->interval);
}

/* Frames that come meanwhile wait for the next interval. */
static void buffer_flush(Buffer *buffer)
{
    g_autoptr(GArray) kept = g_steal_pointer(&buffer->kept);

    buffer->kept = g_array_new(FALSE, FALSE, sizeof(Kept));
    for (guint i = 0; i < kept->len; i++) {
        const Kept *one = &g_array_index(kept, Kept, i);
        gsize size;
        const uint8_t *frame = g_bytes_get_data(one->frame, &size);

        ob_netdev_pass(buffer->filter->host, buffer->filter, one->direction, frame, size);
        g_bytes_unref(one->frame);
    }
}

static void interval_over(HwDevice *dev, void *opaque)
{
    Buffer *buffer = opaque;

    (void)dev;
    buffer_flush(buffer);
    timer_start(buffer);
}

static bool buffer_frame(void *opaque, ObNetDirection direction, const uint8_t *frame, size_t size,
                         int64_t now)
{
    Buffer *buffer = ((ObFilter *)opaque)->own;
    const Kept one = { direction, g_bytes_new(frame, size) };

    (void)now;
    if (buffer->kept->len < KEPT_MAX) {
        g_array_append_val(buffer->kept, one);
    } else {
        g_bytes_unref(one.frame);
    }
    return true;
}

static int64_t interval_of(const ObFilter *filter)
{
    return (int64_t)ob_object_number(filter->object, filter->values, "interval") * MICROSECOND;
}

/* QEMU's order: off lets the frames go on, on begins an interval; a new one counts from the next on. */
static void buffer_changed(ObFilter *filter, const char *name)
{
    Buffer *buffer = filter->own;

    buffer->interval = interval_of(filter);
    if (strcmp(name, "status") != 0) {
        return;
    }
    if (ob_filter_is_on(filter)) {
        timer_start(buffer);
    } else {
        ob_clock_timer_cancel(buffer->timer);
        buffer_flush(buffer);
    }
}

static bool buffer_open(ObFilter *filter, HwError *error)
{
    uint64_t interval = ob_object_number(filter->object, filter->values, "interval");
    Buffer *buffer;

    if (!interval || interval > UINT32_MAX) {
        return hw_error_set(error, "Property 'filter-buffer.interval' requires a positive value");
    }
    buffer = filter->own = g_new0(Buffer, 1);
    buffer->filter = filter;
    buffer->interval = interval_of(filter);
    buffer->kept = g_array_new(FALSE, FALSE, sizeof(Kept));
    buffer->timer = ob_net_timer_new(filter->host, interval_over, buffer);
    timer_start(buffer);
    return true;
}

/* The frames go on, the same as in QEMU. */
static void buffer_close(ObFilter *filter)
{
    Buffer *buffer = filter->own;

    buffer_flush(buffer);
    g_array_free(buffer->kept, TRUE);
    ob_clock_timer_free(buffer->timer);
    g_free(buffer);
}

const ObFilterType ob_filter_buffer = {
    .name = "filter-buffer",
    .open = buffer_open,
    .close = buffer_close,
    .frame = buffer_frame,
    .changed = buffer_changed,
};
