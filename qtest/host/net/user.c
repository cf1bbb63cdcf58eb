/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -netdev user.  libslirp's time is the machine's clock, so a test steps its timers.  Sockets of
 * the outside are polled by the loop.
 */
#include <poll.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/io/log.h"
#include "qtest/host/net/user-internal.h"
#include "qtest/machine/core/clock.h"

#define MS          INT64_C(1000000)
#define TIMEOUT_MAX 1000 /* libslirp lowers it to this without a timer of its own */

typedef struct UserTimer {
    HwTimer *timer;
    UserNet *net;
    SlirpTimerCb function;
    void *opaque;
} UserTimer;

/* ---------------------------------------------------------------- libslirp's calls */

static void net_changed(UserNet *net)
{
    net->due = true;
}

static ssize_t slirp_sends(const void *frame, size_t size, void *opaque)
{
    UserNet *net = opaque;

    if (net->netdev) {
        ob_netdev_deliver(net->netdev, frame, size);
    }
    return (ssize_t)size;
}

static void slirp_complains(const char *message, void *opaque)
{
    (void)opaque;
    ob_log_device(NULL, "netdev", HW_LOG_GUEST_ERROR, message);
}

static int64_t slirp_clock(void *opaque)
{
    return ob_host_clock_now(((UserNet *)opaque)->host);
}

static void slirp_timer_fired(HwDevice *dev, void *opaque)
{
    UserTimer *timer = opaque;

    (void)dev;
    net_changed(timer->net);
    timer->function(timer->opaque);
}

static void *slirp_timer_new(SlirpTimerCb function, void *function_opaque, void *opaque)
{
    UserTimer *timer = g_new0(UserTimer, 1);

    *timer = (UserTimer) { .net = opaque, .function = function, .opaque = function_opaque };
    timer->timer = ob_net_timer_new(timer->net->host, slirp_timer_fired, timer);
    return timer;
}

static void slirp_timer_free(void *timer, void *opaque)
{
    (void)opaque;
    ob_clock_timer_free(((UserTimer *)timer)->timer);
    g_free(timer);
}

static void slirp_timer_set(void *timer, int64_t milliseconds, void *opaque)
{
    (void)opaque;
    ob_clock_timer_set(((UserTimer *)timer)->timer, milliseconds * MS);
}

static void slirp_opens(int fd, void *opaque)
{
    (void)fd;
    net_changed(opaque);
}

/* The descriptor is closed next: its number may come again. */
static void slirp_closes(int fd, void *opaque)
{
    UserNet *net = opaque;

    g_hash_table_remove(net->watches, GINT_TO_POINTER(fd));
    net_changed(net);
}

static void slirp_notifies(void *opaque)
{
    net_changed(opaque);
}

static const SlirpCb callbacks = {
    .send_packet = slirp_sends,
    .guest_error = slirp_complains,
    .clock_get_ns = slirp_clock,
    .timer_new = slirp_timer_new,
    .timer_free = slirp_timer_free,
    .timer_mod = slirp_timer_set,
    .register_poll_fd = slirp_opens,
    .unregister_poll_fd = slirp_closes,
    .notify = slirp_notifies,
};

/* -------------------------------------------------------------------------- polling */

static const struct {
    int slirp;
    short poll;
} event_bits[] = {
    { SLIRP_POLL_IN, POLLIN },   { SLIRP_POLL_OUT, POLLOUT }, { SLIRP_POLL_PRI, POLLPRI },
    { SLIRP_POLL_ERR, POLLERR }, { SLIRP_POLL_HUP, POLLHUP },
};

static int polled_add(int fd, int events, void *opaque)
{
    UserNet *net = opaque;
    struct pollfd polled = { .fd = fd };

    for (size_t i = 0; i < G_N_ELEMENTS(event_bits); i++) {
        polled.events |= events & event_bits[i].slirp ? event_bits[i].poll : 0;
    }
    g_array_append_val(net->polled, polled);
    return (int)net->polled->len - 1;
}

static int polled_events(int index, void *opaque)
{
    const struct pollfd *polled = &g_array_index(((UserNet *)opaque)->polled, struct pollfd, index);
    int events = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(event_bits); i++) {
        events |= polled->revents & event_bits[i].poll ? event_bits[i].slirp : 0;
    }
    return events;
}

static void fill(UserNet *net)
{
    uint32_t timeout = TIMEOUT_MAX;

    g_array_set_size(net->polled, 0);
    net->library->fill(net->slirp, &timeout, polled_add, net);
    if (timeout < TIMEOUT_MAX) {
        ob_clock_timer_set(net->timer, ob_host_clock_now(net->host) + timeout * MS);
    } else {
        ob_clock_timer_cancel(net->timer);
    }
}

static void watch_ready(void *opaque, uint32_t events)
{
    (void)events;
    net_changed(opaque);
}

/* Watches what libslirp wants now, with its events: POLLIN and EPOLLIN are the same bits. */
static void watches_sync(UserNet *net)
{
    g_autoptr(GHashTable) old = net->watches;

    net->watches = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)ob_watch_free);
    for (guint i = 0; i < net->polled->len; i++) {
        const struct pollfd *polled = &g_array_index(net->polled, struct pollfd, i);
        uint32_t events = (uint32_t)polled->events & (EPOLLIN | EPOLLOUT | EPOLLPRI);
        ObWatch *watch = NULL;

        g_hash_table_steal_extended(old, GINT_TO_POINTER(polled->fd), NULL, (gpointer *)&watch);
        if (watch) {
            ob_watch_change(watch, events);
        } else {
            watch = ob_watch_new(net->loop, polled->fd, events, watch_ready, net);
        }
        g_hash_table_insert(net->watches, GINT_TO_POINTER(polled->fd), watch);
    }
}

/* libslirp is not entered twice: a device may answer from inside of its own hook. */
static void frame_input(UserNet *net, const uint8_t *frame, uint32_t size)
{
    net->inside++;
    net->library->input(net->slirp, frame, (int)size);
    net->inside--;
    net_changed(net);
}

static void waiting_input(UserNet *net)
{
    GBytes *frame;

    while (!net->inside && (frame = g_queue_pop_head(&net->waiting))) {
        gsize size;
        const uint8_t *bytes = g_bytes_get_data(frame, &size);

        frame_input(net, bytes, (uint32_t)size);
        g_bytes_unref(frame);
    }
}

static void pass(UserNet *net)
{
    net->due = false;
    net->inside++;
    fill(net);
    poll((struct pollfd *)(void *)net->polled->data, net->polled->len, 0);
    net->library->poll(net->slirp, 0, polled_events, net);
    ob_user_peers_pass(net);
    net->inside--;
    waiting_input(net);
    fill(net);
    watches_sync(net);
}

static bool user_idle(void *opaque)
{
    UserNet *net = opaque;

    if (net->due) {
        pass(net);
    }
    return net->due;
}

static void user_timeout(HwDevice *dev, void *opaque)
{
    (void)dev;
    pass(opaque);
}

/* ------------------------------------------------------------------------ the driver */

static bool user_send(void *link, const uint8_t *frame, uint32_t size)
{
    UserNet *net = link;

    if (net->inside) {
        if (net->waiting.length < OB_NET_KEPT_MAX) {
            g_queue_push_tail(&net->waiting, g_bytes_new(frame, size));
        }
    } else {
        frame_input(net, frame, size);
    }
    return true;
}

static char *user_describe(void *link)
{
    return g_strdup(((UserNet *)link)->describe);
}

static void user_free(void *link)
{
    UserNet *net = link;

    net->netdev = NULL;
    ob_idle_free(net->idle);
    if (net->slirp) {
        net->library->free(net->slirp);
    }
    ob_user_peers_free(net);
    ob_clock_timer_free(net->timer);
    g_hash_table_unref(net->watches);
    g_array_free(net->polled, TRUE);
    g_queue_clear_full(&net->waiting, (GDestroyNotify)g_bytes_unref);
    g_free(net->describe);
    g_free(net);
}

static const ObNetDriver driver = {
    .type = "user",
    .send = user_send,
    .describe = user_describe,
    .free = user_free,
    .state = &ob_user_state,
};

/* ----------------------------------------------------------------------------- start */

static UserNet *user_new(ObLoop *loop, ObHost *host, const ObSlirpLibrary *library)
{
    UserNet *net = g_new0(UserNet, 1);

    net->loop = loop;
    net->host = host;
    net->library = library;
    net->polled = g_array_new(FALSE, FALSE, sizeof(struct pollfd));
    net->watches = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)ob_watch_free);
    net->peers = g_ptr_array_new();
    net->timer = ob_net_timer_new(host, user_timeout, net);
    net->idle = ob_idle_new(loop, user_idle, net);
    net->due = true;
    return net;
}

static void user_describe_set(UserNet *net, const SlirpConfig *config)
{
    char text[INET_ADDRSTRLEN];

    net->describe = g_strdup_printf("net=%s,restrict=%s",
                                    inet_ntop(AF_INET, &config->vnetwork, text, sizeof(text)),
                                    config->restricted ? "on" : "off");
}

static bool user_start(UserNet *net, const ObUserOptions *options, const char *id, HwError *error)
{
    net->slirp = net->library->create(&options->config, &callbacks, net);
    if (!net->slirp) {
        return hw_error_set(error, "libslirp refuses these options");
    }
    user_describe_set(net, &options->config);
    if (!ob_user_forwards_add(net, options, error)) {
        return false;
    }
    net->netdev = ob_netdev_add(net->host, id, &driver, net, error);
    return net->netdev != NULL;
}

bool ob_user_net_add(ObLoop *loop, ObHost *host, const ObKeyval *values, HwError *error)
{
    ObUserOptions *options = ob_user_options_new(values, error);
    const ObSlirpLibrary *library = options ? ob_slirp_load(error) : NULL;
    UserNet *net = library ? user_new(loop, host, library) : NULL;
    bool started = net && user_start(net, options, ob_keyval_get(values, "id"), error);

    if (net && !started) {
        user_free(net);
    }
    ob_user_options_free(options);
    return started;
}
