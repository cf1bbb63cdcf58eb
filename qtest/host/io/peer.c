/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/io/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define INPUT_SIZE    (256 * 1024)
#define KEEP_CAPACITY (1024 * 1024) /* largest empty output buffer that is kept */

struct ObStream {
    ObLoop *loop;
    int in;
    int out;
    int out_flags; /* restored at the end; -1: a socket, not changed */
    bool in_socket;
    bool accepts_fds;
    int passed_fd; /* passed by the peer; -1: none */
    const ObStreamHandler *handler;
    void *opaque;
    ObWatch *watch_in; /* for both directions if in == out */
    ObWatch *watch_out;
    char *input;

    char *output; /* unsent bytes: output[start] to output[end] */
    size_t start;
    size_t end;
    size_t capacity;

    bool paused; /* too much unsent: no input until all is sent */
    bool held;   /* the owner wants no input */
    bool ended;  /* no more input */
    bool broken; /* output is lost */
    bool dead;
    uint32_t busy; /* callbacks under way */
};

static void stream_ready(void *opaque, uint32_t events);
static void stream_writable(void *opaque, uint32_t events);

size_t ob_stream_pending(const ObStream *stream)
{
    return stream->end - stream->start;
}

static bool is_socket(int fd)
{
    int type;
    socklen_t size = sizeof(type);

    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

/* A watch without events would still report a hang-up, for ever.  So a watch for a single
 * direction exists only while it is wanted. */
static void watch_want(ObStream *s, ObWatch **watch, int fd, uint32_t events,
                       ObWatchFunction *ready)
{
    if (events && !*watch) {
        *watch = ob_watch_new(s->loop, fd, events, ready, s);
    } else if (!events) {
        ob_watch_free(*watch);
        *watch = NULL;
    } else {
        ob_watch_change(*watch, events);
    }
}

static void stream_update(ObStream *s)
{
    uint32_t in = s->ended || s->paused || s->held ? 0 : EPOLLIN | EPOLLRDHUP;
    uint32_t out = ob_stream_pending(s) || s->paused ? EPOLLOUT : 0;

    if (s->dead) {
        return;
    }
    if (s->in == s->out && s->in_socket) {
        watch_want(s, &s->watch_in, s->in, in | out | EPOLLET, stream_ready);
    } else if (s->in == s->out) {
        watch_want(s, &s->watch_in, s->in, in | out, stream_ready);
    } else {
        watch_want(s, &s->watch_in, s->in, in, stream_ready);
        watch_want(s, &s->watch_out, s->out, out, stream_writable);
    }
}

ObStream *ob_stream_new(ObLoop *loop, int in, int out, const ObStreamHandler *handler, void *opaque)
{
    ObStream *s = g_new0(ObStream, 1);

    s->loop = loop;
    s->in = in;
    s->out = out;
    s->in_socket = is_socket(in);
    s->out_flags = -1;
    s->passed_fd = -1;
    s->handler = handler;
    s->opaque = opaque;
    s->input = g_malloc(INPUT_SIZE);
    if (!is_socket(out)) {
        s->out_flags = fcntl(out, F_GETFL);
        fcntl(out, F_SETFL, s->out_flags | O_NONBLOCK);
    }
    stream_update(s);
    return s;
}

static void stream_release(ObStream *s)
{
    g_free(s->input);
    g_free(s->output);
    g_free(s);
}

void ob_stream_free(ObStream *stream)
{
    if (!stream || stream->dead) {
        return;
    }
    stream->dead = true;
    ob_watch_free(stream->watch_in);
    ob_watch_free(stream->watch_out);
    if (stream->out_flags >= 0) {
        fcntl(stream->out, F_SETFL, stream->out_flags);
    }
    if (stream->passed_fd >= 0) {
        close(stream->passed_fd);
    }
    if (stream->in > STDERR_FILENO) {
        close(stream->in);
    }
    if (stream->out != stream->in && stream->out > STDERR_FILENO) {
        close(stream->out);
    }
    if (!stream->busy) {
        stream_release(stream);
    }
}

/* Ends a callback.  Returns false if it has freed the stream. */
static bool stream_leave(ObStream *s)
{
    s->busy--;
    if (!s->dead) {
        return true;
    }
    if (!s->busy) {
        stream_release(s);
    }
    return false;
}

/* Nobody is left to answer.  A peer on pipes may have closed only the one for output. */
static bool stream_is_gone(const ObStream *s)
{
    return s->broken && s->in_socket;
}

static void stream_break(ObStream *s)
{
    s->broken = true;
    s->start = s->end = 0;
    s->ended |= s->in_socket;
}

/* A socket then reports the end of input; a peer on pipes only loses output. */
static void stream_drop(ObStream *s)
{
    stream_break(s);
    if (s->in_socket) {
        shutdown(s->in, SHUT_RDWR);
    }
}

/* The number of bytes taken by the system; 0 if none at present or if broken. */
static size_t stream_write(ObStream *s, const char *bytes, size_t count)
{
    size_t sent = 0;

    while (sent < count) {
        ssize_t n = s->out_flags < 0
                        ? send(s->out, bytes + sent, count - sent, MSG_NOSIGNAL | MSG_DONTWAIT)
                        : write(s->out, bytes + sent, count - sent);

        if (n > 0) {
            sent += n;
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            break;
        } else {
            stream_break(s);
            break;
        }
    }
    return sent;
}

static void stream_keep(ObStream *s, const char *bytes, size_t count)
{
    size_t pending = ob_stream_pending(s);

    if (s->end + count > s->capacity && s->start) {
        memmove(s->output, s->output + s->start, pending);
        s->start = 0;
        s->end = pending;
    }
    if (s->end + count > s->capacity) {
        s->capacity = MAX(s->capacity * 2, pending + count);
        s->output = g_realloc(s->output, s->capacity);
    }
    memcpy(s->output + s->end, bytes, count);
    s->end += count;
}

bool ob_stream_send(ObStream *stream, const char *bytes, size_t count)
{
    size_t sent = 0;

    if (stream->broken || stream->dead) {
        return !stream_is_gone(stream);
    }
    if (!ob_stream_pending(stream)) {
        sent = stream_write(stream, bytes, count);
    }
    if (sent < count && !stream->broken) {
        if (ob_stream_pending(stream) + count - sent > OB_STREAM_LIMIT) {
            stream_drop(stream);
        } else {
            stream_keep(stream, bytes + sent, count - sent);
            stream->paused |= ob_stream_pending(stream) > OB_STREAM_HIGH;
        }
        stream_update(stream);
    }
    return !stream->paused && !stream_is_gone(stream);
}

/* Sends unsent bytes; calls `drained` when all of them are sent. */
static bool stream_flush(ObStream *s)
{
    bool was_paused = s->paused;
    size_t sent = stream_write(s, s->output + s->start, ob_stream_pending(s));

    if (!s->broken && sent < ob_stream_pending(s)) {
        s->start += sent;
        return true;
    }
    s->start = s->end = 0;
    s->paused = false;
    if (s->capacity > KEEP_CAPACITY) {
        g_free(s->output);
        s->output = NULL;
        s->capacity = 0;
    }
    if (was_paused && !stream_is_gone(s)) {
        s->busy++;
        s->handler->drained(s->opaque);
        return stream_leave(s);
    }
    return true;
}

void ob_stream_hold(ObStream *stream, bool held)
{
    stream->held = held;
    stream_update(stream);
}

/* ------------------------------------------------------ passed descriptors */

void ob_stream_accept_fds(ObStream *stream)
{
    stream->accepts_fds = stream->in_socket;
}

int ob_stream_take_fd(ObStream *stream)
{
    int fd = stream->passed_fd;

    stream->passed_fd = -1;
    return fd;
}

/* If the peer passes more than one descriptor at once, the last one counts. */
static void passed_keep(ObStream *s, struct msghdr *message)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        for (size_t at = 0; at + sizeof(int) <= c->cmsg_len - CMSG_LEN(0); at += sizeof(int)) {
            if (s->passed_fd >= 0) {
                close(s->passed_fd);
            }
            memcpy(&s->passed_fd, CMSG_DATA(c) + at, sizeof(int));
        }
    }
}

static ssize_t stream_receive(ObStream *s)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(16 * sizeof(int))];
    } control;
    struct iovec bytes = { s->input, INPUT_SIZE };
    struct msghdr message = {
        .msg_iov = &bytes,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof(control),
    };
    ssize_t n;

    if (!s->accepts_fds) {
        return recv(s->in, s->input, INPUT_SIZE, MSG_DONTWAIT);
    }
    n = recvmsg(s->in, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n >= 0) {
        passed_keep(s, &message);
    }
    return n;
}

/* ------------------------------------------------------------------- events */

static bool stream_read(ObStream *s, uint32_t events)
{
    ssize_t n = s->in_socket ? stream_receive(s) : read(s->in, s->input, INPUT_SIZE);

    if (n == INPUT_SIZE || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))) {
        /* There may be more input, or its end.  It is read in a later turn, so that others
         * get theirs. */
        ob_watch_again(s->watch_in);
    }
    if (n > 0) {
        s->busy++;
        s->handler->input(s->opaque, s->input, n);
        return stream_leave(s);
    }
    if (n == 0) {
        s->ended = true;
    } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        stream_break(s);
        s->ended = true;
    }
    return true;
}

/* After any event: closes the stream, or waits for the next event. */
static void stream_settle(ObStream *s)
{
    if (s->ended && !ob_stream_pending(s)) {
        ob_watch_free(s->watch_in);
        ob_watch_free(s->watch_out);
        s->watch_in = s->watch_out = NULL;
        s->busy++;
        s->handler->closed(s->opaque);
        stream_leave(s);
    } else {
        stream_update(s);
    }
}

static void stream_ready(void *opaque, uint32_t events)
{
    ObStream *s = opaque;

    bool waits = s->in == s->out && (ob_stream_pending(s) || s->paused);

    if (waits && (events & ~EPOLLIN) && !stream_flush(s)) {
        return;
    }
    if ((events & ~EPOLLOUT) && !s->paused && !s->held && !s->ended && !stream_read(s, events)) {
        return;
    }
    stream_settle(s);
}

static void stream_writable(void *opaque, uint32_t events)
{
    ObStream *s = opaque;

    (void)events;
    if (stream_flush(s)) {
        stream_settle(s);
    }
}
