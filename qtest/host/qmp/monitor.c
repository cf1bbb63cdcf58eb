/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qmp/monitor.h"

#include "hw-api/device/error.h"
#include "qtest/host/chardev/chardev.h"
#include "qtest/host/io/endpoint.h"
#include "qtest/host/qmp/hmp.h"
#include "qtest/host/qmp/line-editor.h"
#include "qtest/host/qmp/qmp.h"

typedef struct Monitor {
    ObEndpoint *endpoint;
    ObMuxUser
        *place; /* its own on a shared stream, which has the endpoint; NULL: it has the endpoint */
    ObQmp *qmp; /* NULL: */
    ObHmp *hmp;
    bool waits;
} Monitor;

static void monitor_opened(void *opaque)
{
    Monitor *monitor = opaque;

    if (monitor->hmp) {
        ob_hmp_open(monitor->hmp);
    } else {
        ob_qmp_open(monitor->qmp);
    }
}

static void monitor_input(void *opaque, const char *bytes, size_t count)
{
    Monitor *monitor = opaque;

    if (monitor->hmp) {
        ob_hmp_input(monitor->hmp, bytes, count);
    } else {
        ob_qmp_input(monitor->qmp, bytes, count);
    }
}

static void monitor_drained(void *opaque)
{
    Monitor *monitor = opaque;

    if (monitor->hmp) {
        ob_hmp_resume(monitor->hmp);
    } else {
        ob_qmp_resume(monitor->qmp);
    }
}

static void monitor_closed(void *opaque)
{
    Monitor *monitor = opaque;

    if (monitor->qmp) {
        ob_qmp_close(monitor->qmp);
    }
}

static void monitor_focus(void *opaque, bool has_it)
{
    Monitor *monitor = opaque;

    if (monitor->hmp) {
        ob_hmp_focus(monitor->hmp, has_it);
    }
}

static const ObEndpointHandler monitor_handler = {
    .opened = monitor_opened,
    .input = monitor_input,
    .drained = monitor_drained,
    .closed = monitor_closed,
};

/* A monitor for people greets when they come to it; QMP's events go out at once. */
#define MUX_HANDLER(for_people)                                                       \
    {                                                                                 \
        .waits = (for_people), .opened = monitor_opened, .input = monitor_input,      \
        .drained = monitor_drained, .closed = monitor_closed, .focus = monitor_focus, \
    }
static const ObMuxHandler people_handler = MUX_HANDLER(true);
static const ObMuxHandler qmp_handler = MUX_HANDLER(false);

static bool monitor_send(void *opaque, const char *bytes, size_t count)
{
    Monitor *monitor = opaque;

    return monitor->place ? ob_mux_send(monitor->place, bytes, count)
                          : ob_endpoint_send(monitor->endpoint, bytes, count);
}

static int monitor_take_fd(void *opaque)
{
    Monitor *monitor = opaque;

    return ob_endpoint_take_fd(monitor->endpoint);
}

static void monitor_hold(void *opaque, bool held)
{
    Monitor *monitor = opaque;

    if (monitor->place) {
        ob_mux_hold(monitor->place, held);
    } else {
        ob_endpoint_hold(monitor->endpoint, held);
    }
}

/* QEMU's words, which programs look for. */
static void pty_announce(const ObEndpoint *endpoint, const ObMonitor *wanted)
{
    const char *name = ob_endpoint_pty(endpoint);

    if (name) {
        printf("char device redirected to %s (label %s)\n", name,
               wanted->chardev ? wanted->chardev : wanted->label);
        fflush(stdout);
    }
}

static void session_new(Monitor *monitor, ObSystem *system, const ObMonitor *wanted)
{
    if (wanted->human) {
        monitor->hmp = ob_hmp_new(system, monitor_send, monitor);
        if (wanted->address.kind == OB_SOCKET_STDIO && ob_line_editor_exists()) {
            ob_hmp_edit(monitor->hmp);
        }
        return;
    }
    monitor->qmp = ob_qmp_new(system, monitor_send, monitor);
    ob_qmp_set_pretty(monitor->qmp, wanted->pretty);
    ob_qmp_set_fd_source(monitor->qmp, monitor_take_fd);
    ob_qmp_set_hold(monitor->qmp, monitor_hold);
}

/* NULL: the monitor does not share its stream. */
static ObMux *mux_of(const ObSystem *system, const ObMonitor *wanted)
{
    const ObChardevStream *stream = wanted->chardev ? ob_chardev_find(system->host, wanted->chardev)
                                                    : NULL;

    return stream ? ob_chardev_mux(stream) : NULL;
}

static bool monitor_open(ObSystem *system, const ObMonitor *wanted, HwError *error)
{
    const ObSocketAddress *address = &wanted->address;
    ObMux *mux = mux_of(system, wanted);
    Monitor *monitor = g_new0(Monitor, 1);
    HW_ERROR(reason, 512);

    monitor->waits = address->server && !address->no_wait;
    session_new(monitor, system, wanted);
    g_ptr_array_add(system->monitors, monitor);
    if (mux) {
        monitor->endpoint = ob_mux_endpoint(mux);
        monitor->place = ob_mux_claim(mux, wanted->human ? &people_handler : &qmp_handler, monitor);
        ob_endpoint_accept_fds(monitor->endpoint);
        return true;
    }
    monitor->endpoint = ob_endpoint_open(system->loop, address, &monitor_handler, monitor, &reason);
    if (!monitor->endpoint) {
        return hw_error_set(error, "%s: %s", wanted->option, reason.text);
    }
    ob_endpoint_accept_fds(monitor->endpoint);
    pty_announce(monitor->endpoint, wanted);
    return true;
}

bool ob_monitors_open(ObSystem *system, HwError *error)
{
    const GPtrArray *wanted = system->options->monitors;

    for (guint i = 0; i < wanted->len; i++) {
        if (!monitor_open(system, wanted->pdata[i], error)) {
            return false;
        }
    }
    return true;
}

void ob_monitors_wait(ObSystem *system)
{
    for (guint i = 0; i < system->monitors->len; i++) {
        Monitor *monitor = system->monitors->pdata[i];

        if (monitor->waits) {
            ob_endpoint_wait(monitor->endpoint);
        }
    }
}

void ob_monitors_close(ObSystem *system)
{
    for (guint i = 0; i < system->monitors->len; i++) {
        Monitor *monitor = system->monitors->pdata[i];

        if (monitor->place) {
            ob_mux_leave(monitor->place);
        } else {
            ob_endpoint_close(monitor->endpoint);
        }
        ob_qmp_free(monitor->qmp);
        ob_hmp_free(monitor->hmp);
        g_free(monitor);
    }
    g_ptr_array_set_size(system->monitors, 0);
}
