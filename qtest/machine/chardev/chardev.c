/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The byte streams of a machine. */
#include "qtest/machine/chardev/chardev.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/machine/chardev/chardev-internal.h"

static void stream_free(gpointer data)
{
    ObChardevStream *stream = data;

    if (stream->shares) {
        g_ptr_array_unref(stream->shares);
    }
    if (stream->port) {
        stream->port->stream = NULL;
    }
    stream->driver->free(stream->link);
    g_byte_array_unref(stream->kept);
    g_free(stream->owner);
    g_free(stream->id);
    g_free(stream);
}

/* The devices are gone. */
void ob_chardev_free(ObHost *host)
{
    g_clear_pointer(&host->chardevs, g_ptr_array_unref);
}

ObChardevStream *ob_chardev_at(const ObHost *host, uint32_t index)
{
    return host->chardevs && index < host->chardevs->len ? host->chardevs->pdata[index] : NULL;
}

ObChardevStream *ob_chardev_find(const ObHost *host, const char *id)
{
    ObChardevStream *stream;
    uint32_t i = 0;

    while ((stream = ob_chardev_at(host, i++)) && strcmp(stream->id, id) != 0) {}
    return stream;
}

static ObChardevStream *stream_new(const char *id, const ObChardevDriver *driver, void *link)
{
    ObChardevStream *stream = g_new0(ObChardevStream, 1);

    stream->id = g_strdup(id);
    stream->driver = driver;
    stream->link = link;
    stream->kept = g_byte_array_new();
    return stream;
}

ObChardevStream *ob_chardev_add(ObHost *host, const char *id, const ObChardevDriver *driver,
                                void *link, HwError *error)
{
    ObChardevStream *stream;

    if (ob_chardev_find(host, id)) {
        hw_error_set(error, "chardev '%s' already exists", id);
        return NULL;
    }
    if (!host->chardevs) {
        host->chardevs = g_ptr_array_new_with_free_func(stream_free);
    }
    stream = stream_new(id, driver, link);
    g_ptr_array_add(host->chardevs, stream);
    return stream;
}

static ObChardevStream *share_add(ObChardevStream *stream)
{
    ObChardevStream *share;

    if (!stream->driver->share || stream->owner) {
        return NULL;
    }
    share = stream_new(stream->id, stream->driver, NULL);
    share->link = stream->driver->share(stream->link, share);
    if (!share->link) {
        g_byte_array_unref(share->kept);
        g_free(share->id);
        g_free(share);
        return NULL;
    }
    if (!stream->shares) {
        stream->shares = g_ptr_array_new_with_free_func(stream_free);
    }
    g_ptr_array_add(stream->shares, share);
    return share;
}

ObChardevStream *ob_chardev_place(ObChardevStream *stream)
{
    if (!stream->port && !stream->owner) {
        return stream;
    }
    for (guint i = 0; stream->shares && i < stream->shares->len; i++) {
        ObChardevStream *share = stream->shares->pdata[i];

        if (!share->port) {
            return share;
        }
    }
    return share_add(stream);
}

void ob_chardev_remove(ObHost *host, ObChardevStream *stream)
{
    g_ptr_array_remove(host->chardevs, stream);
}

const ObChardevDriver *ob_chardev_driver(const ObChardevStream *stream)
{
    return stream->driver;
}

void *ob_chardev_link(const ObChardevStream *stream)
{
    return stream->link;
}

const char *ob_chardev_id(const ObChardevStream *stream)
{
    return stream->id;
}

bool ob_chardev_has_device(const ObChardevStream *stream)
{
    for (guint i = 0; stream->shares && i < stream->shares->len; i++) {
        if (((const ObChardevStream *)stream->shares->pdata[i])->port) {
            return true;
        }
    }
    return stream->port;
}

bool ob_chardev_is_used(const ObChardevStream *stream)
{
    return ob_chardev_has_device(stream) || stream->owner;
}

void ob_chardev_set_owner(ObChardevStream *stream, const char *owner)
{
    g_free(stream->owner);
    stream->owner = g_strdup(owner);
}

size_t ob_chardev_kept(const ObChardevStream *stream)
{
    return stream->kept->len;
}

bool ob_chardev_deliver(ObChardevStream *stream, const uint8_t *bytes, size_t size)
{
    if (!stream->port) {
        return true;
    }
    g_byte_array_append(stream->kept, bytes, (guint)size);
    ob_chardev_port_serve(stream->port);
    stream->waits = stream->kept->len != 0;
    return !stream->waits;
}

void ob_chardev_event(ObChardevStream *stream, uint32_t event)
{
    if (event != HW_CHARDEV_BREAK) {
        stream->has_peer = event == HW_CHARDEV_OPENED;
    }
    if (stream->port) {
        hw_chardev_side_note(&stream->port->side, event);
        if (event == HW_CHARDEV_CLOSED) {
            hw_chardev_side_note_writable(&stream->port->side);
        }
        ob_chardev_port_serve(stream->port);
    }
}

void ob_chardev_writable(ObChardevStream *stream)
{
    if (stream->port) {
        hw_chardev_side_note_writable(&stream->port->side);
        ob_chardev_port_serve(stream->port);
    }
}

static void stream_resume(const ObHost *host, const ObChardevStream *stream)
{
    HwChardevPort *port = stream->port;

    if (port && port->held && ob_host_runs(host)) {
        port->held = false;
        ob_chardev_port_serve(port);
    }
    for (guint i = 0; stream->shares && i < stream->shares->len; i++) {
        stream_resume(host, stream->shares->pdata[i]);
    }
}

void ob_chardev_resume(ObHost *host)
{
    for (guint i = 0; host->chardevs && i < host->chardevs->len; i++) {
        stream_resume(host, host->chardevs->pdata[i]);
    }
}
