/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/chardev/chardev-internal.h"

#include <stdio.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/machine/chardev/test-chardev.h"

static void stream_opened(void *opaque)
{
    EndpointStream *s = opaque;

    s->slow = false;
    if (s->front) {
        s->front->opened(s->front_opaque);
    }
    ob_chardev_event(s->stream, HW_CHARDEV_OPENED);
}

/* A shared stream has keys for other users among its input: a device that is a little late must not
 * stop them.  QEMU keeps as many bytes. */
static void stream_hold(EndpointStream *s)
{
    if (!s->mux) {
        ob_endpoint_hold(s->endpoint, true);
    } else if (ob_chardev_kept(s->stream) >= 32) {
        ob_mux_hold(s->place, true);
    }
}

static void stream_input(void *opaque, const char *bytes, size_t count)
{
    EndpointStream *s = opaque;

    if (s->front) {
        s->front->input(s->front_opaque, bytes, count);
    } else if (!ob_chardev_deliver(s->stream, (const uint8_t *)bytes, count)) {
        stream_hold(s);
    }
}

static void stream_drained(void *opaque)
{
    EndpointStream *s = opaque;

    s->slow = false;
    ob_chardev_writable(s->stream);
}

static void stream_closed(void *opaque)
{
    EndpointStream *s = opaque;

    s->slow = false;
    ob_chardev_event(s->stream, HW_CHARDEV_CLOSED);
}

static void stream_broke(void *opaque)
{
    ob_chardev_event(((EndpointStream *)opaque)->stream, HW_CHARDEV_BREAK);
}

static const ObEndpointHandler handler = {
    .opened = stream_opened,
    .input = stream_input,
    .drained = stream_drained,
    .closed = stream_closed,
    .broke = stream_broke,
};

static const ObMuxHandler mux_handler = {
    .opened = stream_opened,
    .input = stream_input,
    .drained = stream_drained,
    .closed = stream_closed,
    .broke = stream_broke,
};

/* ------------------------------------------------------------------------- the driver */

/* QEMU's words, which programs look for.  A command answers with the name: standard output may be a
 * monitor's. */
static void pty_announce(const EndpointStream *s)
{
    const char *name = ob_endpoint_pty(s->endpoint);

    if (name && !s->values) {
        printf("char device redirected to %s (label %s)\n", name, s->chardev->id);
        fflush(stdout);
    }
}

/* The peer may have come before. */
static bool mux_take(EndpointStream *s, HwError *error)
{
    if (s->place) {
        ob_mux_take_focus(s->place);
        return true;
    }
    s->place = ob_mux_join(s->mux, &mux_handler, s, error);
    if (s->place && ob_endpoint_has_peer(s->endpoint)) {
        stream_opened(s);
    }
    return s->place;
}

static bool stream_start(void *link, HwError *error)
{
    EndpointStream *s = link;

    if (s->chardev->user) {
        return hw_error_set(error, "in use by %s", s->chardev->user);
    }
    if (s->mux) {
        return mux_take(s, error);
    }
    if (s->endpoint) {
        return true;
    }
    s->endpoint = ob_endpoint_open(s->loop, &s->chardev->address, &handler, s, error);
    if (!s->endpoint) {
        return false;
    }
    pty_announce(s);
    return true;
}

static bool stream_send(const EndpointStream *s, const char *bytes, size_t count)
{
    return s->mux ? ob_mux_send(s->place, bytes, count)
                  : ob_endpoint_send(s->endpoint, bytes, count);
}

/* The endpoint takes all bytes of a call, and says when it has enough of them. */
static uint32_t stream_write(void *link, const uint8_t *bytes, uint32_t size)
{
    EndpointStream *s = link;

    if (s->slow) {
        return 0;
    }
    s->slow = !stream_send(s, (const char *)bytes, size);
    return size;
}

/* The logfile has it all the same. */
static void stream_lose(void *link, const uint8_t *bytes, uint32_t size)
{
    stream_send(link, (const char *)bytes, size);
}

static void stream_room(void *link)
{
    const EndpointStream *s = link;

    if (s->mux) {
        ob_mux_hold(s->place, false);
    } else {
        ob_endpoint_hold(s->endpoint, false);
    }
}

static void stream_free(void *link)
{
    EndpointStream *s = link;

    if (s->mux && !s->is_share) {
        ob_mux_free(s->mux);
    } else if (!s->mux) {
        ob_endpoint_close(s->endpoint);
    }
    ob_keyval_free(s->values);
    g_free(s);
}

/* Each device on a shared stream has a place of its own there. */
static void *stream_share(void *link, ObChardevStream *stream)
{
    const EndpointStream *s = link;
    EndpointStream *share = s->mux ? g_new0(EndpointStream, 1) : NULL;

    if (share) {
        share->stream = stream;
        share->loop = s->loop;
        share->chardev = s->chardev;
        share->endpoint = s->endpoint;
        share->mux = s->mux;
        share->is_share = true;
    }
    return share;
}

static const ObChardevDriver driver = {
    .type = "endpoint",
    .start = stream_start,
    .write = stream_write,
    .lose = stream_lose,
    .room = stream_room,
    .free = stream_free,
    .share = stream_share,
};

/* Adds the stream; takes `s`.  A ring opens at once: commands reach its bytes. */
static bool stream_add(EndpointStream *s, ObHost *host, HwError *error)
{
    s->stream = ob_chardev_add(host, s->chardev->id, &driver, s, error);
    if (!s->stream) {
        stream_free(s);
        return false;
    }
    if (s->chardev->address.kind == OB_SOCKET_RING && !s->mux) {
        ob_chardev_event(s->stream, HW_CHARDEV_OPENED);
        return stream_start(s, error);
    }
    return true;
}

/* Monitors come first, as in QEMU, then the machine's own ports, then devices. */
static bool mux_open(EndpointStream *s, const ObMuxKeys *keys, HwError *error)
{
    ObMuxKeys own = *keys;

    own.signals = !s->chardev->no_signals;
    s->mux = ob_mux_new(s->loop, &s->chardev->address, &own, error);
    if (!s->mux) {
        return false;
    }
    s->endpoint = ob_mux_endpoint(s->mux);
    for (uint32_t i = 0; i < s->chardev->monitors; i++) {
        if (!ob_mux_reserve(s->mux, error)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < s->chardev->ports; i++) {
        if (!ob_mux_join(s->mux, NULL, NULL, error)) {
            return false;
        }
    }
    pty_announce(s);
    return true;
}

bool ob_chardev_new(ObLoop *loop, ObHost *host, const ObChardev *chardev, const ObMuxKeys *keys,
                    HwError *error)
{
    EndpointStream *s;

    if (strcmp(chardev->backend, OB_TEST_CHARDEV) == 0) {
        return ob_test_chardev_add(host, chardev->id, error);
    }
    s = g_new0(EndpointStream, 1);
    s->loop = loop;
    s->chardev = chardev;
    if (chardev->mux && !mux_open(s, keys, error)) {
        stream_free(s);
        return false;
    }
    return stream_add(s, host, error);
}

ObMux *ob_chardev_mux(const ObChardevStream *stream)
{
    const EndpointStream *s = ob_chardev_endpoint(stream);

    return s ? s->mux : NULL;
}

EndpointStream *ob_chardev_endpoint(const ObChardevStream *stream)
{
    return ob_chardev_driver(stream) == &driver ? ob_chardev_link(stream) : NULL;
}

ObRing *ob_chardev_ring(const ObChardevStream *stream)
{
    const EndpointStream *s = ob_chardev_endpoint(stream);

    return s && s->endpoint ? ob_endpoint_ring(s->endpoint) : NULL;
}

/* ----------------------------------------------------------------------- by a front */

bool ob_chardev_front_take(ObChardevStream *stream, const char *owner, const ObChardevFront *front,
                           void *opaque, HwError *error)
{
    EndpointStream *s = ob_chardev_endpoint(stream);

    if (!s || ob_chardev_is_used(stream)) {
        return hw_error_set(error, s ? "is in use" : "the type test is for devices alone");
    }
    if (!stream_start(s, error)) {
        return false;
    }
    s->front = front;
    s->front_opaque = opaque;
    ob_chardev_set_owner(stream, owner);
    return true;
}

void ob_chardev_front_release(ObChardevStream *stream)
{
    ob_chardev_endpoint(stream)->front = NULL;
    ob_chardev_set_owner(stream, NULL);
}

bool ob_chardev_front_has_room(const ObChardevStream *stream)
{
    return !ob_chardev_endpoint(stream)->slow;
}

void ob_chardev_front_send(ObChardevStream *stream, const char *bytes, size_t count)
{
    EndpointStream *s = ob_chardev_endpoint(stream);

    s->slow = !stream_send(s, bytes, count);
}

/* ------------------------------------------------------------------------ by command */

static bool settings_read(EndpointStream *s, ObKeyval *values, HwError *error)
{
    s->values = values;
    s->chardev = &s->own;
    if (!ob_options_read_chardev(&s->own, values, error)) {
        return false;
    }
    if (s->own.address.kind == OB_SOCKET_STDIO || strcmp(s->own.backend, OB_TEST_CHARDEV) == 0) {
        return hw_error_set(error, "the type %s is for -chardev alone", s->own.backend);
    }
    return true;
}

bool ob_chardev_create(ObLoop *loop, ObHost *host, ObKeyval *values, HwError *error)
{
    EndpointStream *s = g_new0(EndpointStream, 1);

    s->loop = loop;
    if (!settings_read(s, values, error) || !stream_start(s, error)) {
        stream_free(s);
        return false;
    }
    return stream_add(s, host, error);
}

/* The other end is another one, and bytes for the device still wait. */
static void endpoint_replace(EndpointStream *s, ObEndpoint *endpoint)
{
    bool had_peer = s->endpoint &&
                    (ob_endpoint_has_peer(s->endpoint) || ob_endpoint_ring(s->endpoint));

    ob_endpoint_close(s->endpoint);
    s->endpoint = endpoint;
    ob_endpoint_hold(endpoint, ob_chardev_kept(s->stream) != 0);
    if (had_peer) {
        stream_closed(s);
    }
    if (s->chardev->address.kind == OB_SOCKET_RING) {
        stream_opened(s);
    }
}

bool ob_chardev_change(ObChardevStream *stream, ObKeyval *values, HwError *error)
{
    EndpointStream *s = ob_chardev_endpoint(stream);
    EndpointStream next = { .loop = s ? s->loop : NULL };
    ObEndpoint *endpoint = NULL;

    if (!s) {
        hw_error_set(error, "chardev '%s' is the test's own", ob_chardev_id(stream));
    } else if (settings_read(&next, values, error)) {
        endpoint = ob_endpoint_open(s->loop, &next.own.address, &handler, s, error);
    }
    if (!endpoint) {
        ob_keyval_free(values);
        return false;
    }
    ob_keyval_free(s->values);
    s->values = values;
    s->own = next.own;
    s->chardev = &s->own;
    endpoint_replace(s, endpoint);
    return true;
}

bool ob_chardev_has_option(const ObChardevStream *stream)
{
    const EndpointStream *s = ob_chardev_endpoint(stream);

    return s && (s->mux ? ob_mux_is_used(s->mux) : s->chardev->user != NULL);
}

const char *ob_chardev_pty(const ObChardevStream *stream)
{
    const EndpointStream *s = ob_chardev_endpoint(stream);

    return s && s->endpoint ? ob_endpoint_pty(s->endpoint) : NULL;
}

void ob_chardevs_wait(ObHost *host, const ObOptions *options)
{
    for (guint i = 0; i < options->chardevs->len; i++) {
        const ObChardev *chardev = options->chardevs->pdata[i];
        const ObChardevStream *stream = ob_chardev_find(host, chardev->id);
        const EndpointStream *s = ob_chardev_endpoint(stream);

        if (s && s->endpoint && chardev->address.server && !chardev->address.no_wait) {
            ob_endpoint_wait(s->endpoint);
        }
    }
}
