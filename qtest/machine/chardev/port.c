/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The service hw.chardev/1: the ports of devices. */
#include "hw-api/device/error.h"
#include "hw-api/host/run/deferred.h"
#include "hw-api/host/run/shelf/shelf.h"
#include "qtest/machine/chardev/chardev-internal.h"

/* A device that makes room in each receive() must not hold up the loop. */
#define RUNS_AT_ONCE 64

/* -------------------------------------------------------------- towards the device */

static void serve_later(HwDevice *dev, void *opaque)
{
    HwChardevPort *port = opaque;

    (void)dev;
    port->posted = false;
    ob_chardev_port_serve(port);
}

static void port_post(HwChardevPort *port)
{
    if (!port->posted) {
        port->posted = true;
        hw_deferred_post(ob_device_of(port->side.dev)->deferred, serve_later, port);
    }
}

static bool can_call(HwChardevPort *port)
{
    if (port->inside || !hw_chardev_side_is_alive(&port->side)) {
        return false;
    }
    port->held |= !ob_host_runs(ob_host_of(port->side.dev));
    return !port->held;
}

static bool is_due(const HwChardevPort *port)
{
    return hw_chardev_side_is_due(&port->side) || (port->stream && port->stream->kept->len);
}

/* Returns false if the device has no room. */
static bool port_offer(HwChardevPort *port)
{
    GByteArray *kept = port->stream->kept;
    guint size = MIN(hw_chardev_side_room(&port->side), kept->len);
    g_autofree uint8_t *bytes = g_memdup2(kept->data, size);

    if (!size) {
        return false;
    }
    g_byte_array_remove_range(kept, 0, size);
    hw_chardev_side_receive(&port->side, bytes, size);
    return true;
}

/* Tells a driver that waits; it may deliver from inside of this. */
static void stream_tell_room(ObChardevStream *stream)
{
    if (stream && stream->waits && !stream->kept->len) {
        stream->waits = false;
        if (stream->driver->room) {
            stream->driver->room(stream->link);
        }
    }
}

void ob_chardev_port_serve(HwChardevPort *port)
{
    bool room = true;

    if (!is_due(port)) {
        return;
    }
    if (can_call(port)) {
        hw_chardev_side_tell(&port->side);
    } else if (!port->held) {
        port_post(port);
        return;
    }
    for (int i = 0; room && port->stream && port->stream->kept->len && can_call(port); i++) {
        if (i == RUNS_AT_ONCE) {
            port_post(port);
            return;
        }
        room = port_offer(port);
    }
    stream_tell_room(port->stream);
}

/* ---------------------------------------------------------------------- the service */

static bool stream_start(ObChardevStream *stream, const HwDevice *dev, HwError *error)
{
    HW_ERROR(reason, 512);

    if (stream->started || !stream->driver->start) {
        return true;
    }
    stream->started = stream->driver->start(stream->link, &reason);
    return stream->started ||
           hw_error_set(error, "%s: chardev '%s': %s", dev->id, stream->id, reason.text);
}

static bool stream_take(HwChardevPort *port, const char *id, HwError *error)
{
    const HwDevice *dev = port->side.dev;
    ObChardevStream *found = ob_chardev_find(ob_host_of(dev), id);
    ObChardevStream *stream;

    if (!found) {
        return hw_error_set(error, "%s: chardev '%s' does not exist", dev->id, id);
    }
    stream = ob_chardev_place(found);
    if (!stream) {
        return hw_error_set(error, "%s: chardev '%s' is in use by '%s'", dev->id, id,
                            found->port ? found->port->side.dev->id : found->owner);
    }
    if (!stream_start(stream, dev, error)) {
        return false;
    }
    stream->port = port;
    port->stream = stream;
    if (stream->has_peer) {
        hw_chardev_side_note(&port->side, HW_CHARDEV_OPENED);
        port_post(port);
    }
    return true;
}

/* The next class of the device has the port, its peer and its bytes. */
static bool port_adopt(HwChardevPort *port, HwDevice *dev, const HwChardevClient *client,
                       HwError *error)
{
    if (!hw_chardev_side_adopt(&port->side, dev, client, error)) {
        return false;
    }
    port->posted = false;
    if (is_due(port)) {
        port_post(port);
    }
    return true;
}

static HwChardevPort *port_new(HwDevice *dev, const char *id, const HwChardevClient *client,
                               HwError *error)
{
    HwChardevPort *port = g_new0(HwChardevPort, 1);

    if (!hw_chardev_side_init(&port->side, dev, client, error) ||
        (id && !stream_take(port, id, error))) {
        g_free(port);
        return NULL;
    }
    return port;
}

static void port_end(void *opaque)
{
    HwChardevPort *port = opaque;

    if (port->stream) {
        ObChardevStream *stream = port->stream;

        stream->port = NULL;
        g_byte_array_set_size(stream->kept, 0);
        stream_tell_room(stream);
    }
    g_free(port);
}

static HwChardevPort *chardev_open(HwDevice *dev, const char *id, const HwChardevClient *client,
                                   HwError *error)
{
    HwChardevPort *port = hw_shelf_take(hw_instance_of(dev)->shelf, &ob_chardev_service);

    if (port && !port_adopt(port, dev, client, error)) {
        hw_shelf_put(hw_instance_of(dev)->shelf, &ob_chardev_service, port, port_end);
        return NULL;
    }
    return port ? port : port_new(dev, id, client, error);
}

static void chardev_close(HwChardevPort *port)
{
    if (port &&
        !hw_shelf_put(hw_instance_of(port->side.dev)->shelf, &ob_chardev_service, port, port_end)) {
        port_end(port);
    }
}

static bool chardev_has_peer(HwChardevPort *port)
{
    return port->stream && port->stream->has_peer;
}

static uint32_t chardev_write(HwChardevPort *port, const void *bytes, uint32_t size)
{
    ObChardevStream *stream = port->stream;
    uint32_t taken;

    if (!stream || !size) {
        return size;
    }
    if (!stream->has_peer) {
        if (stream->driver->lose) {
            stream->driver->lose(stream->link, bytes, size);
        }
        return size;
    }
    port->inside++;
    taken = stream->driver->write(stream->link, bytes, size);
    port->inside--;
    if (!stream->has_peer) { /* it left in this write */
        taken = size;
    }
    port->side.waits |= taken < size;
    if (is_due(port)) {
        port_post(port);
    }
    return taken;
}

static void chardev_ready(HwChardevPort *port)
{
    if (port->stream && port->stream->kept->len) {
        port_post(port);
    }
}

const HwChardev ob_chardev_service = {
    .abi = HW_ABI(HwChardev),
    .open = chardev_open,
    .close = chardev_close,
    .has_peer = chardev_has_peer,
    .write = chardev_write,
    .ready = chardev_ready,
};
