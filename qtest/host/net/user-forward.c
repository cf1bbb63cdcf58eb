/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hostfwd and guestfwd. */
#include <errno.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/io/endpoint.h"
#include "qtest/host/io/log.h"
#include "qtest/host/net/user-internal.h"

#define AHEAD_MAX (1u << 20) /* bytes that the guest has not yet room for */

/* A program behind a port that the guest sees.  libslirp keeps the connection itself, so it
 * travels in a migration stream. */
typedef struct UserPeer {
    UserNet *net;
    ObEndpoint *endpoint;
    struct in_addr guest;
    uint16_t port;
    GByteArray *ahead;
} UserPeer;

static void peer_pass(UserPeer *peer)
{
    const UserNet *net = peer->net;
    size_t room = peer->ahead->len ? net->library->can_receive(net->slirp, peer->guest, peer->port)
                                   : 0;
    guint size = (guint)MIN(room, peer->ahead->len);

    if (size) {
        net->library->receive(net->slirp, peer->guest, peer->port, peer->ahead->data, (int)size);
        g_byte_array_remove_range(peer->ahead, 0, size);
    }
}

static void peer_input(void *opaque, const char *bytes, size_t count)
{
    UserPeer *peer = opaque;

    if (peer->ahead->len + count > AHEAD_MAX) {
        ob_report_warning("netdev '%s': guestfwd: the peer sent more than %u bytes ahead of the "
                          "guest: some are lost",
                          ob_netdev_id(peer->net->netdev), AHEAD_MAX);
        return;
    }
    g_byte_array_append(peer->ahead, (const guint8 *)bytes, (guint)count);
    peer->net->due = true;
}

static const ObEndpointHandler handler = { .input = peer_input };

static ssize_t guest_sends(const void *bytes, size_t size, void *opaque)
{
    ob_endpoint_send(((UserPeer *)opaque)->endpoint, bytes, size);
    return (ssize_t)size;
}

static void peer_free(void *opaque)
{
    UserPeer *peer = opaque;

    ob_endpoint_close(peer->endpoint);
    g_byte_array_unref(peer->ahead);
    g_free(peer);
}

void ob_user_peers_pass(UserNet *net)
{
    for (guint i = 0; i < net->peers->len; i++) {
        peer_pass(net->peers->pdata[i]);
    }
}

void ob_user_peers_free(UserNet *net)
{
    g_ptr_array_set_free_func(net->peers, peer_free);
    g_ptr_array_free(net->peers, TRUE);
}

/* Returns false if libslirp refuses the port, or with `error` set if there is no such peer. */
static bool peer_add(UserNet *net, const ObForward *f, HwError *error)
{
    UserPeer *peer = g_new0(UserPeer, 1);
    ObSocketAddress address;

    g_ptr_array_add(net->peers, peer);
    peer->net = net;
    peer->guest = f->guest;
    peer->port = f->guest_port;
    peer->ahead = g_byte_array_new();
    if (!ob_socket_parse(&address, f->address, error)) {
        return false;
    }
    peer->endpoint = ob_endpoint_open(net->loop, &address, &handler, peer, error);
    return peer->endpoint && net->library->add_forward(net->slirp, guest_sends, peer, &peer->guest,
                                                       f->guest_port) == 0;
}

static bool guest_forward_add(UserNet *net, const ObForward *f, HwError *error)
{
    struct in_addr guest = f->guest;

    if (f->address) {
        return peer_add(net, f, error);
    }
    return (f->command ? net->library->add_command(net->slirp, f->command, &guest, f->guest_port)
                       : net->library->add_unix(net->slirp, f->path, &guest, f->guest_port)) == 0;
}

static bool guest_forwards_add(UserNet *net, const ObUserOptions *options, HwError *error)
{
    for (guint i = 0; i < options->guest_forwards->len; i++) {
        const ObForward *f = &g_array_index(options->guest_forwards, ObForward, i);
        HW_ERROR(reason, 256);

        if (!guest_forward_add(net, f, &reason)) {
            return hw_error_set(error, "guestfwd: '%s': %s", f->text,
                                *reason.text ? reason.text
                                             : "expected a free port of an address in net= that "
                                               "is neither the gateway nor DNS");
        }
    }
    return true;
}

static bool host_forwards_add(const UserNet *net, const ObUserOptions *options, HwError *error)
{
    for (guint i = 0; i < options->host_forwards->len; i++) {
        const ObForward *f = &g_array_index(options->host_forwards, ObForward, i);

        if (net->library->add_hostfwd(net->slirp, f->is_udp, f->host, f->host_port, f->guest,
                                      f->guest_port) < 0) {
            return hw_error_set(error, "hostfwd: '%s': %s", f->text, strerror(errno));
        }
    }
    return true;
}

bool ob_user_forwards_add(UserNet *net, const ObUserOptions *options, HwError *error)
{
    return host_forwards_add(net, options, error) && guest_forwards_add(net, options, error);
}
