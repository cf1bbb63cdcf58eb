/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

#define MULTIFD_MAGIC 0x11223344u
#define WRITE_MS      200
#define POLL_BYTES    (4u << 20) /* the longest way without a look at the other descriptors */
#define HELLO_MS      200        /* time for a second connection to say what it is */

static bool G_GNUC_PRINTF(3, 4) fail(ObRelay *relay, bool is_trouble, const char *format, ...)
{
    va_list arguments;

    if (!relay->problem[0]) {
        va_start(arguments, format);
        g_vsnprintf(relay->problem, sizeof(relay->problem), format, arguments);
        va_end(arguments);
        relay->is_trouble = is_trouble;
    }
    return false;
}

/* ------------------------------------------------------------------- opening */

/* Signals that end the program are read like bytes, so that the socket is removed. */
static int signals_open(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

bool ob_relay_open(ObRelay *relay, const char *listen, const char *connect, HwError *error)
{
    relay->source = relay->destination = -1;
    relay->listener.fd = -1;
    relay->connect = connect;
    relay->signals = signals_open();
    if (relay->signals < 0) {
        return hw_error_set(error, "signals can't be read: %s", g_strerror(errno));
    }
    return ob_relay_address_check(listen, error) && ob_relay_address_check(connect, error) &&
           ob_relay_listen(&relay->listener, listen, error);
}

static void fd_close(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

void ob_relay_close(ObRelay *relay)
{
    ob_relay_listener_close(&relay->listener);
    fd_close(&relay->source);
    fd_close(&relay->destination);
    fd_close(&relay->signals);
}

static void block_set(int fd, bool blocks)
{
    int flags = fcntl(fd, F_GETFL);

    fcntl(fd, F_SETFL, blocks ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

/* A unix socket is ready for poll() only when three quarters of its buffer are free, which halves
 * the speed.  So writes block, but not for long. */
static void destination_tune(ObRelay *relay)
{
    const struct timeval wait = { .tv_usec = WRITE_MS * 1000 };
    bool waits = !relay->destination_is_mute &&
                 setsockopt(relay->destination, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) == 0;

    setsockopt(relay->destination, SOL_SOCKET, SO_SNDBUF, &(int) { 1 << 20 }, sizeof(int));
    block_set(relay->destination, waits);
}

static bool destination_open(ObRelay *relay)
{
    HW_ERROR(error, 400);
    struct stat file;

    relay->destination = ob_relay_connect(relay->connect, &error);
    if (relay->destination < 0) {
        return fail(relay, true, "%s", error.text);
    }
    relay->destination_is_mute = fstat(relay->destination, &file) == 0 && !S_ISSOCK(file.st_mode);
    destination_tune(relay);
    return true;
}

/* ------------------------------------------------------------ other connections */

/* A migration has more connections only with capabilities that a relay of one channel can't serve.
 * The destination would wait for them. */
static bool connection_refuse(ObRelay *relay)
{
    HW_ERROR(error, 400);
    int fd = ob_relay_accept(&relay->listener, &error);
    struct pollfd hello = { .fd = fd, .events = POLLIN };
    uint8_t magic[4] = { 0 };
    bool is_multifd = fd >= 0 && poll(&hello, 1, HELLO_MS) > 0 &&
                      recv(fd, magic, sizeof(magic), MSG_PEEK | MSG_DONTWAIT) == sizeof(magic) &&
                      hw_load_be32(magic) == MULTIFD_MAGIC;

    fd_close(&fd);
    return fail(relay, false,
                is_multifd ? "the source has capability 'multifd' on, expected off: a relay passes "
                             "one connection on"
                           : "the source made a second connection: capability 'multifd' or "
                             "'postcopy-preempt' is on, expected off");
}

/* -------------------------------------------------------------- the way back */

static bool back_is_pending(const ObRelay *relay)
{
    return relay->back_at < relay->back_size;
}

/* A source that is gone needs no answers; its end shows in its stream. */
static void back_send(ObRelay *relay)
{
    ssize_t count;

    do {
        count = write(relay->source, relay->back + relay->back_at,
                      relay->back_size - relay->back_at);
    } while (count < 0 && errno == EINTR);
    if (count < 0 && errno != EAGAIN) {
        relay->back_at = relay->back_size;
    }
    relay->back_at += count > 0 ? (size_t)count : 0;
}

static bool destination_end(ObRelay *relay)
{
    relay->destination_ended = true;
    return relay->complete ||
           fail(relay, false,
                "the destination closed the connection after %" PRIu64 " bytes: it has refused the "
                "stream, or ended; its log says why",
                relay->sent);
}

static bool back_receive(ObRelay *relay)
{
    ssize_t count = recv(relay->destination, relay->back, sizeof(relay->back), MSG_DONTWAIT);

    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return true;
    }
    if (count <= 0) {
        return destination_end(relay);
    }
    ob_vm_return_path_feed(&relay->path, relay->back, (size_t)count);
    relay->back_at = 0;
    relay->back_size = (size_t)count;
    back_send(relay);
    return true;
}

/* -------------------------------------------------------------------- waiting */

enum { AT_SIGNALS, AT_LISTENER, AT_SOURCE, AT_DESTINATION, AT_COUNT };

static bool signal_end(ObRelay *relay)
{
    struct signalfd_siginfo info = { 0 };

    if (read(relay->signals, &info, sizeof(info)) < 0) {
        info.ssi_signo = SIGTERM;
    }
    return fail(relay, true, "ended by signal %s", strsignal((int)info.ssi_signo));
}

static bool stalled(ObRelay *relay)
{
    return fail(
        relay, true, "no byte moved for %d s, %s; see --timeout", relay->timeout / 1000,
        relay->complete ? "after the whole stream went to the destination"
        : relay->received == relay->sent
            ? "and the stream has not ended"
            : "and the source's description of its devices, at the stream's end, is missing: "
              "it waits, or runs with -machine suppress-vmdesc=on");
}

static struct pollfd watch(int fd, short events)
{
    return (struct pollfd) { .fd = events ? fd : -1, .events = events };
}

/* Waits until the source or the destination is ready for `events`, and answers go back meanwhile. */
static bool ready_wait(ObRelay *relay, short source, short destination)
{
    bool hears = !relay->destination_ended && !relay->destination_is_mute &&
                 !back_is_pending(relay);
    struct pollfd fds[AT_COUNT] = {
        [AT_SIGNALS] = watch(relay->signals, POLLIN),
        [AT_LISTENER] = watch(relay->listener.fd,
                              relay->listener.connected || relay->complete ? 0 : POLLIN),
        [AT_SOURCE] = watch(relay->source, source | (back_is_pending(relay) ? POLLOUT : 0)),
        [AT_DESTINATION] = watch(relay->destination, destination | (hears ? POLLIN : 0)),
    };
    int count = poll(fds, AT_COUNT, relay->timeout);

    if (count <= 0) {
        return count < 0 ? errno == EINTR : stalled(relay);
    }
    if (fds[AT_SIGNALS].revents) {
        return signal_end(relay);
    }
    if (fds[AT_LISTENER].revents) {
        return connection_refuse(relay);
    }
    if (back_is_pending(relay) && fds[AT_SOURCE].revents) {
        back_send(relay);
    }
    return !hears || !(fds[AT_DESTINATION].revents & ~POLLOUT) || back_receive(relay);
}

bool ob_relay_await_source(ObRelay *relay)
{
    struct pollfd fds[] = { { .fd = relay->signals, .events = POLLIN },
                            { .fd = relay->listener.fd, .events = POLLIN } };
    HW_ERROR(error, 400);

    while (poll(fds, 2, -1) < 0 && errno == EINTR) {}
    if (fds[0].revents) {
        return signal_end(relay);
    }
    relay->source = ob_relay_accept(&relay->listener, &error);
    if (relay->source < 0) {
        return fail(relay, true, "%s", error.text);
    }
    block_set(relay->source, false);
    return true;
}

/* --------------------------------------------------------------------- bytes */

static bool is_over(const ObRelay *relay)
{
    return relay->destination_ended || (relay->source_ended && relay->destination_is_mute) ||
           (relay->source_ended && relay->path.shut && !back_is_pending(relay));
}

static ssize_t source_read(ObRelay *relay, uint8_t *bytes, size_t size)
{
    ssize_t count = read(relay->source, bytes, size);

    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return -1;
    }
    relay->source_ended = count <= 0;
    if (relay->received == 0 && count >= 4 && hw_load_be32(bytes) == MULTIFD_MAGIC) {
        fail(relay, false, "the source has capability 'multifd' on, expected off");
        return -1;
    }
    relay->received += count > 0 ? (uint64_t)count : 0;
    return MAX(count, 0);
}

ssize_t ob_relay_read(ObRelay *relay, uint8_t *bytes, size_t size)
{
    while (!relay->problem[0] && !is_over(relay)) {
        bool has_time = relay->received - relay->polled < POLL_BYTES && !relay->source_ended;
        ssize_t count = has_time ? source_read(relay, bytes, size) : -1;

        if (count >= 0) {
            return count;
        }
        relay->polled = relay->received;
        if (!relay->problem[0] && !ready_wait(relay, relay->source_ended ? 0 : POLLIN, 0)) {
            return -1;
        }
    }
    return -1;
}

bool ob_relay_write(ObRelay *relay, const uint8_t *bytes, size_t size)
{
    if (relay->destination < 0 && !destination_open(relay)) {
        return false;
    }
    while (size) {
        ssize_t count = relay->destination_ended ? 0 : write(relay->destination, bytes, size);

        if (count < 0 && errno == EAGAIN) {
            if (!ready_wait(relay, 0, POLLOUT)) {
                return false;
            }
        } else if (count <= 0 && errno != EINTR) {
            return destination_end(relay);
        } else if (count > 0) {
            bytes += count;
            size -= (size_t)count;
            relay->sent += (uint64_t)count;
        }
    }
    return true;
}

void ob_relay_write_end(ObRelay *relay)
{
    if (relay->destination_is_mute) {
        fd_close(&relay->destination);
    } else if (relay->destination >= 0) {
        shutdown(relay->destination, SHUT_WR);
    }
}

/* A message that is half sent can't be followed by another.  The end of the connection tells the
 * source, too. */
void ob_relay_refuse(ObRelay *relay)
{
    if (relay->returns && !relay->path.shut && !back_is_pending(relay) && relay->source >= 0) {
        ob_vm_return_path_refuse(relay->back);
        relay->back_at = 0;
        relay->back_size = OB_VM_RETURN_SHUT_SIZE;
        back_send(relay);
    }
}
