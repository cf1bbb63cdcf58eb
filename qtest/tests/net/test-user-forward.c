/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A peer behind guestfwd of -netdev user that does its worst. */
#include <sys/socket.h>
#include <unistd.h>

#include "qtest/tests/net/net-program.h"

#define AHEAD_MAX (1u << 20) /* bytes that the program keeps for the guest */

static void send_all(int fd, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        gssize sent = send(fd, bytes, size, MSG_NOSIGNAL);

        g_assert_cmpint(sent, >, 0);
        bytes += sent;
        size -= (size_t)sent;
    }
}

/* No guest takes the bytes. */
static void test_flood(void)
{
    g_autofree uint8_t *flood = g_malloc0(AHEAD_MAX + 1);
    uint16_t port;
    int listener = net_listen(&port);
    g_autofree char *arguments = g_strdup_printf(
        "-netdev user,id=u,guestfwd=tcp:10.0.2.100:80-tcp:127.0.0.1:%u", port);
    GSubprocess *program = net_program_start(arguments, NULL);
    int peer = accept(listener, NULL, NULL);

    g_assert_cmpint(peer, >=, 0);
    send_all(peer, flood, AHEAD_MAX + 1);
    g_assert_true(net_program_says(program,
                                   "warning: netdev 'u': guestfwd: the peer sent more than 1048576 "
                                   "bytes ahead of the guest: some are lost"));
    net_program_end(program);
    close(peer);
    close(listener);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/user-forward/a-peer-can-not-flood", test_flood);
    return g_test_run();
}
