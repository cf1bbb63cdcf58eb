/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/io/endpoint.h"

#include "hw-api/device/error.h"
#include "qtest/host/io/file.h"
#include "qtest/host/io/log.h"
#include "qtest/host/io/peer.h"
#include "qtest/host/io/telnet.h"

#include <glib.h>
#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MILLISECOND     INT64_C(1000000)
#define RECONNECT_LIMIT 100 /* ms; longest time that an attempt may block the loop */

struct ObEndpoint {
    ObLoop *loop;
    ObSocketAddress address;
    const ObEndpointHandler *handler;
    void *opaque;

    int listener;      /* -1: none */
    ObSocketFile file; /* made by the listener */
    ObWatch *watch;    /* the listener's, while there is no peer */
    ObTimer *timer;    /* the call to `opened`, or the next attempt */
    int in;            /* peer before the call of `opened`; -1: none */
    int out;
    ObStream *stream;
    int peer; /* the stream's descriptor */
    ObPty pty;
    ObRing *ring; /* NULL: of another kind */
    int log;      /* has a copy of the output; -1: none */
    ObTelnet telnet;
    bool had_peer;
    bool accepts_fds;
    bool held;
};

static void endpoint_accept(void *opaque, uint32_t events);

static bool speaks_telnet(const ObEndpoint *s)
{
    return s->address.telnet && s->address.server;
}

static void input_pass(ObEndpoint *s, const char *bytes, size_t count)
{
    if (s->handler->input && count) {
        s->handler->input(s->opaque, bytes, count);
    }
}

/* Breaks come before the data around them, as in QEMU. */
static void peer_input(void *opaque, const char *bytes, size_t count)
{
    ObEndpoint *s = opaque;
    g_autofree char *data = speaks_telnet(s) ? g_malloc(count) : NULL;
    uint32_t breaks = 0;

    if (!data) {
        input_pass(s, bytes, count);
        return;
    }
    count = ob_telnet_input(&s->telnet, bytes, count, data, &breaks);
    while (breaks-- && s->handler->broke) {
        s->handler->broke(s->opaque);
    }
    input_pass(s, data, count);
}

static void peer_drained(void *opaque)
{
    ObEndpoint *s = opaque;

    if (s->handler->drained) {
        s->handler->drained(s->opaque);
    }
}

/* Waits for the next peer, or for the next attempt to connect. */
static void endpoint_await(ObEndpoint *s)
{
    if (s->listener >= 0) {
        s->watch = ob_watch_new(s->loop, s->listener, EPOLLIN, endpoint_accept, s);
    } else if (s->address.reconnect) {
        ob_timer_start(s->timer, s->address.reconnect * MILLISECOND);
    }
}

static void peer_closed(void *opaque)
{
    ObEndpoint *s = opaque;

    ob_stream_free(s->stream);
    s->stream = NULL;
    endpoint_await(s);
    if (s->handler->closed) {
        s->handler->closed(s->opaque);
    }
}

static const ObStreamHandler peer_handler = { peer_input, peer_drained, peer_closed };

static void endpoint_carry(ObEndpoint *s, int in, int out)
{
    s->stream = ob_stream_new(s->loop, in, out, &peer_handler, s);
    s->peer = in;
    if (s->accepts_fds) {
        ob_stream_accept_fds(s->stream);
    }
    ob_stream_hold(s->stream, s->held);
    s->had_peer = true;
    if (speaks_telnet(s)) {
        s->telnet = (ObTelnet) { 0 };
        ob_stream_send(s->stream, OB_TELNET_GREETING, OB_TELNET_GREETING_SIZE);
    }
    if (s->handler->opened) {
        s->handler->opened(s->opaque);
    }
}

static void endpoint_accept(void *opaque, uint32_t events)
{
    ObEndpoint *s = opaque;
    int fd = ob_socket_accept(s->listener);

    (void)events;
    if (fd >= 0) {
        ob_watch_free(s->watch);
        s->watch = NULL;
        endpoint_carry(s, fd, fd);
    }
}

static void endpoint_due(void *opaque)
{
    ObEndpoint *s = opaque;
    int in = s->in;
    int out = s->out;

    if (in < 0) {
        in = out = ob_socket_connect(&s->address, RECONNECT_LIMIT, NULL);
    }
    s->in = s->out = -1;
    if (in >= 0) {
        endpoint_carry(s, in, out);
    } else {
        endpoint_await(s);
    }
}

static bool endpoint_listen(ObEndpoint *s, HwError *error)
{
    s->listener = s->address.kind == OB_SOCKET_FD ? ob_socket_adopt(&s->address, error)
                                                  : ob_socket_listen(&s->address, error);
    if (s->listener < 0) {
        return false;
    }
    if (s->address.kind == OB_SOCKET_UNIX && !s->address.abstract) {
        ob_socket_file_note(&s->file, s->address.path);
    }
    endpoint_await(s);
    return true;
}

static bool endpoint_connect(ObEndpoint *s, HwError *error)
{
    if (s->address.reconnect) {
        ob_timer_start(s->timer, 0);
        return true;
    }
    s->in = s->out = s->address.kind == OB_SOCKET_FD ? ob_socket_adopt(&s->address, error)
                                                     : ob_socket_connect(&s->address, 0, error);
    if (s->in < 0) {
        return false;
    }
    ob_timer_start(s->timer, 0);
    return true;
}

/* A file has no input: nothing comes from this descriptor. */
static int silence_open(HwError *error)
{
    int fd = eventfd(0, EFD_CLOEXEC);

    if (fd < 0) {
        hw_error_set(error, "can't get a descriptor: %s", g_strerror(errno));
    }
    return fd;
}

static bool file_open(ObEndpoint *s, HwError *error)
{
    s->out = ob_output_open(s->address.path, s->address.append, error);
    s->in = s->out >= 0 ? silence_open(error) : -1;
    return s->in >= 0;
}

/* Takes descriptors that need no connection. */
static bool endpoint_take(ObEndpoint *s, int in, int out)
{
    s->in = in;
    s->out = out;
    ob_timer_start(s->timer, 0);
    return in >= 0 && out >= 0;
}

static bool endpoint_start(ObEndpoint *s, HwError *error)
{
    if (!ob_socket_check(&s->address, error)) {
        return false;
    }
    switch (s->address.kind) {
    case OB_SOCKET_NULL:
        return true;
    case OB_SOCKET_RING:
        s->ring = ob_ring_new(s->address.size);
        return true;
    case OB_SOCKET_STDIO:
        return endpoint_take(s, STDIN_FILENO, STDOUT_FILENO);
    case OB_SOCKET_FILE:
        return file_open(s, error) && endpoint_take(s, s->in, s->out);
    case OB_SOCKET_PIPE:
        return ob_pipe_open(s->address.path, &s->in, &s->out, error) &&
               endpoint_take(s, s->in, s->out);
    case OB_SOCKET_PTY:
        s->in = s->out = ob_pty_open(&s->pty, error);
        return endpoint_take(s, s->in, s->out);
    default:
        return s->address.server ? endpoint_listen(s, error) : endpoint_connect(s, error);
    }
}

/* --------------------------------------------------------------- a copy of the output */

static bool log_open(ObEndpoint *s, HwError *error)
{
    HW_ERROR(reason, 512);

    if (!s->address.log) {
        return true;
    }
    s->log = ob_output_open(s->address.log, s->address.log_append, &reason);
    return s->log >= 0 || hw_error_set(error, "logfile: %s", reason.text);
}

/* Output goes on when the disk is full. */
static void log_write(ObEndpoint *s, const char *bytes, size_t count)
{
    while (s->log >= 0 && count) {
        ssize_t written = write(s->log, bytes, count);

        if (written < 0 && errno != EINTR) {
            ob_report_warning("logfile '%s' ends: can't write: %s", s->address.log,
                              g_strerror(errno));
            close(s->log);
            s->log = -1;
        } else if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        }
    }
}

/* ------------------------------------------------------------------------- whole */

ObEndpoint *ob_endpoint_open(ObLoop *loop, const ObSocketAddress *address,
                             const ObEndpointHandler *handler, void *opaque, HwError *error)
{
    ObEndpoint *s = g_new0(ObEndpoint, 1);

    s->loop = loop;
    s->address = *address;
    s->handler = handler;
    s->opaque = opaque;
    s->listener = s->in = s->out = s->pty.slave = s->log = -1;
    s->timer = ob_timer_new(loop, endpoint_due, s);
    if (!log_open(s, error) || !endpoint_start(s, error)) {
        ob_endpoint_close(s);
        return NULL;
    }
    return s;
}

void ob_endpoint_close(ObEndpoint *endpoint)
{
    if (!endpoint) {
        return;
    }
    ob_stream_free(endpoint->stream);
    ob_watch_free(endpoint->watch);
    ob_timer_free(endpoint->timer);
    if (endpoint->in > STDERR_FILENO) {
        close(endpoint->in);
    }
    if (endpoint->out != endpoint->in && endpoint->out > STDERR_FILENO) {
        close(endpoint->out);
    }
    if (endpoint->pty.slave >= 0) {
        close(endpoint->pty.slave);
    }
    if (endpoint->log >= 0) {
        close(endpoint->log);
    }
    ob_ring_free(endpoint->ring);
    if (endpoint->listener >= 0) {
        ob_socket_file_remove(&endpoint->file, endpoint->address.path);
        close(endpoint->listener);
    }
    g_free(endpoint);
}

void ob_endpoint_wait(ObEndpoint *endpoint)
{
    while (!endpoint->had_peer && !ob_loop_quitting(endpoint->loop)) {
        ob_loop_iterate(endpoint->loop, -1);
    }
}

bool ob_endpoint_send(ObEndpoint *endpoint, const char *bytes, size_t count)
{
    log_write(endpoint, bytes, count);
    if (endpoint->ring) {
        ob_ring_put(endpoint->ring, bytes, count);
    }
    return endpoint->stream ? ob_stream_send(endpoint->stream, bytes, count) : true;
}

void ob_endpoint_hold(ObEndpoint *endpoint, bool held)
{
    endpoint->held = held;
    if (endpoint->stream) {
        ob_stream_hold(endpoint->stream, held);
    }
}

void ob_endpoint_accept_fds(ObEndpoint *endpoint)
{
    endpoint->accepts_fds = true;
}

int ob_endpoint_take_fd(ObEndpoint *endpoint)
{
    return endpoint->stream ? ob_stream_take_fd(endpoint->stream) : -1;
}

bool ob_endpoint_has_peer(const ObEndpoint *endpoint)
{
    return endpoint->stream != NULL;
}

bool ob_endpoint_describe_peer(const ObEndpoint *endpoint, char *text, size_t capacity)
{
    if (endpoint->stream && !ob_socket_describe_peer(endpoint->peer, text, capacity)) {
        *text = '\0';
    }
    return endpoint->stream != NULL;
}

const char *ob_endpoint_pty(const ObEndpoint *endpoint)
{
    return endpoint->pty.slave >= 0 ? endpoint->pty.name : NULL;
}

uint16_t ob_endpoint_port(const ObEndpoint *endpoint)
{
    return endpoint->listener >= 0 ? ob_socket_port(endpoint->listener) : 0;
}

ObRing *ob_endpoint_ring(const ObEndpoint *endpoint)
{
    return endpoint->ring;
}
