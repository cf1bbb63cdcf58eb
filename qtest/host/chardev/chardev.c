/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/chardev/chardev.h"

#include <stdio.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/io/endpoint.h"
#include "qtest/machine/chardev/test-chardev.h"

typedef struct EndpointStream {
    ObChardevStream *stream;
    ObLoop *loop;
    const ObChardev *chardev;
    ObEndpoint *endpoint; /* NULL: no device has taken the stream */
    bool slow;            /* the peer has not taken all */
} EndpointStream;

static void stream_opened(void *opaque)
{
    EndpointStream *s = opaque;

    s->slow = false;
    ob_chardev_event(s->stream, HW_CHARDEV_OPENED);
}

static void stream_input(void *opaque, const char *bytes, size_t count)
{
    EndpointStream *s = opaque;

    if (!ob_chardev_deliver(s->stream, (const uint8_t *)bytes, count)) {
        ob_endpoint_hold(s->endpoint, true);
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

static const ObEndpointHandler handler = {
    .opened = stream_opened,
    .input = stream_input,
    .drained = stream_drained,
    .closed = stream_closed,
};

/* ------------------------------------------------------------------------- the driver */

/* QEMU's words, which programs look for. */
static void pty_announce(const EndpointStream *s)
{
    const char *name = ob_endpoint_pty(s->endpoint);

    if (name) {
        printf("char device redirected to %s (label %s)\n", name, s->chardev->id);
        fflush(stdout);
    }
}

static bool stream_start(void *link, HwError *error)
{
    EndpointStream *s = link;

    if (s->chardev->user) {
        return hw_error_set(error, "in use by %s", s->chardev->user);
    }
    s->endpoint = ob_endpoint_open(s->loop, &s->chardev->address, &handler, s, error);
    if (!s->endpoint) {
        return false;
    }
    pty_announce(s);
    return true;
}

/* The endpoint takes all bytes of a call, and says when it has enough of them. */
static uint32_t stream_write(void *link, const uint8_t *bytes, uint32_t size)
{
    EndpointStream *s = link;

    if (s->slow) {
        return 0;
    }
    s->slow = !ob_endpoint_send(s->endpoint, (const char *)bytes, size);
    return size;
}

static void stream_room(void *link)
{
    ob_endpoint_hold(((EndpointStream *)link)->endpoint, false);
}

static void stream_free(void *link)
{
    EndpointStream *s = link;

    ob_endpoint_close(s->endpoint);
    g_free(s);
}

static const ObChardevDriver driver = {
    .type = "endpoint",
    .start = stream_start,
    .write = stream_write,
    .room = stream_room,
    .free = stream_free,
};

bool ob_chardev_new(ObLoop *loop, ObHost *host, const ObChardev *chardev, HwError *error)
{
    EndpointStream *s;

    if (strcmp(chardev->backend, OB_TEST_CHARDEV) == 0) {
        return ob_test_chardev_add(host, chardev->id, error);
    }
    s = g_new0(EndpointStream, 1);
    s->loop = loop;
    s->chardev = chardev;
    s->stream = ob_chardev_add(host, chardev->id, &driver, s, error);
    if (!s->stream) {
        stream_free(s);
        return false;
    }
    return true;
}

void ob_chardevs_wait(ObHost *host, const ObOptions *options)
{
    for (guint i = 0; i < options->chardevs->len; i++) {
        const ObChardev *chardev = options->chardevs->pdata[i];
        const ObChardevStream *stream = ob_chardev_find(host, chardev->id);
        const EndpointStream *s = ob_chardev_driver(stream) == &driver ? ob_chardev_link(stream)
                                                                       : NULL;

        if (s && s->endpoint && chardev->address.server && !chardev->address.no_wait) {
            ob_endpoint_wait(s->endpoint);
        }
    }
}
