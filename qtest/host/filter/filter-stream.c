/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter-mirror copies frames to a byte stream, filter-redirector moves them there.  The redirector also
 * takes frames from a stream, and sends them on behind itself.
 */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/net.h"
#include "qtest/host/chardev/chardev.h"
#include "qtest/host/filter/filter-internal.h"
#include "qtest/host/io/frames.h"

typedef struct Wires {
    ObFilter *filter;
    ObChardevStream *in; /* NULL: none */
    ObChardevStream *out;
    ObFrames frames; /* from `in` */
} Wires;

/* ----------------------------------------------------------------------- frames in */

static void frame_pass(void *opaque, const uint8_t *frame, size_t size)
{
    const Wires *wires = opaque;
    const char *queue = ob_filter_text(wires->filter, "queue");

    if (strcmp(queue, "rx") != 0) {
        ob_netdev_pass(wires->filter->host, wires->filter, OB_NET_TO_DEVICE, frame, size);
    }
    if (strcmp(queue, "tx") != 0) {
        ob_netdev_pass(wires->filter->host, wires->filter, OB_NET_FROM_DEVICE, frame, size);
    }
}

static void wires_input(void *opaque, const char *bytes, size_t count)
{
    Wires *wires = opaque;
    g_autofree char *who = g_strdup_printf("filter '%s'",
                                           ob_keyval_get(wires->filter->values, "id"));

    ob_frames_read(&wires->frames, bytes, count, who, frame_pass, wires);
}

static void wires_opened(void *opaque)
{
    ob_frames_restart(&((Wires *)opaque)->frames);
}

/* ---------------------------------------------------------------------- frames out */

/* A peer that does not read loses frames: the network goes on. */
static void frame_send(const Wires *wires, const uint8_t *frame, size_t size)
{
    uint8_t bytes[OB_FRAME_HEAD + HW_NET_FRAME_MAX];

    if (size <= HW_NET_FRAME_MAX && ob_chardev_front_has_room(wires->out)) {
        ob_frame_head(bytes, (uint32_t)size);
        memcpy(bytes + OB_FRAME_HEAD, frame, size);
        ob_chardev_front_send(wires->out, (const char *)bytes, OB_FRAME_HEAD + size);
    }
}

static bool mirror_frame(void *opaque, ObNetDirection direction, const uint8_t *frame, size_t size,
                         int64_t now)
{
    frame_send(((ObFilter *)opaque)->own, frame, size);
    (void)direction;
    (void)now;
    return false;
}

static bool redirector_frame(void *opaque, ObNetDirection direction, const uint8_t *frame,
                             size_t size, int64_t now)
{
    const Wires *wires = ((ObFilter *)opaque)->own;

    (void)direction;
    (void)now;
    if (wires->out) {
        frame_send(wires, frame, size);
    }
    return wires->out != NULL;
}

/* ----------------------------------------------------------------------- life cycle */

static const ObChardevFront front = { .opened = wires_opened, .input = wires_input };

/* Takes the stream that the property names, if it names one. */
static bool stream_take(Wires *wires, const char *property, ObChardevStream **stream,
                        HwError *error)
{
    const char *id = ob_filter_text(wires->filter, property);
    HW_ERROR(reason, 512);

    if (!id || !*id) {
        return true;
    }
    *stream = ob_chardev_find(wires->filter->host, id);
    if (!*stream) {
        return hw_error_set(error, "Device '%s' not found", id);
    }
    if (!ob_chardev_front_take(*stream, ob_keyval_get(wires->filter->values, "id"), &front, wires,
                               &reason)) {
        *stream = NULL;
        return hw_error_set(error, "chardev '%s': %s", id, reason.text);
    }
    return true;
}

static bool wires_open(ObFilter *filter, HwError *error)
{
    Wires *wires = filter->own = g_new0(Wires, 1);

    wires->filter = filter;
    ob_frames_init(&wires->frames, HW_NET_FRAME_MAX);
    return stream_take(wires, "outdev", &wires->out, error) &&
           stream_take(wires, "indev", &wires->in, error);
}

/* Sentences are QEMU's. */
static bool redirector_open(ObFilter *filter, HwError *error)
{
    const char *in = ob_filter_text(filter, "indev");
    const char *out = ob_filter_text(filter, "outdev");

    if (!in && !out) {
        return hw_error_set(error, "filter redirector needs 'indev' or 'outdev' at least one "
                                   "property set");
    }
    if (g_strcmp0(in, out) == 0) {
        return hw_error_set(error, "'indev' and 'outdev' could not be same for filter redirector");
    }
    return wires_open(filter, error);
}

static void wires_close(ObFilter *filter)
{
    Wires *wires = filter->own;

    if (wires->in) {
        ob_chardev_front_release(wires->in);
    }
    if (wires->out) {
        ob_chardev_front_release(wires->out);
    }
    ob_frames_clear(&wires->frames);
    g_free(wires);
}

const ObFilterType ob_filter_mirror = {
    .name = "filter-mirror",
    .open = wires_open,
    .close = wires_close,
    .frame = mirror_frame,
};

const ObFilterType ob_filter_redirector = {
    .name = "filter-redirector",
    .open = redirector_open,
    .close = wires_close,
    .frame = redirector_frame,
};
