/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The qtest protocol over a real socket: peers that connect, disconnect, and don't read replies. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qtest/host/qtest/server.h"
#include "qtest/tests/lib/gadget.h"

#define LIMIT (10 * G_TIME_SPAN_SECOND) /* for an expected event; never reached */

static ObLoop *loop;
static ObQtestServer *server;
static ObSocketAddress address;
static char *directory;
static char reply[4 * 1024 * 1024];

static void set_up(GadgetHost *f, gconstpointer data)
{
    char *text;

    gadget_set_up(f, data);
    directory = g_dir_make_tmp("test-qtest-server-XXXXXX", NULL);
    text = g_strdup_printf("unix:%s/q,server=on,wait=off", directory);
    loop = ob_loop_new();
    g_assert_true(ob_socket_parse(&address, text, &f->error));
    server = ob_qtest_server_open(loop, f->host, &address, NULL, &f->error);
    g_assert_nonnull(server);
    g_free(text);
}

static void tear_down(GadgetHost *f, gconstpointer data)
{
    ob_qtest_server_close(server);
    ob_loop_free(loop);
    g_assert_cmpint(g_rmdir(directory), ==, 0); /* the socket file is gone */
    g_free(directory);
    gadget_tear_down(f, data);
}

static int peer_new(GadgetHost *f)
{
    int fd = ob_socket_connect(&address, 1000, &f->error);

    g_assert_cmpint(fd, >=, 0);
    return fd;
}

static void peer_send(int fd, const char *text)
{
    g_assert_cmpint(send(fd, text, strlen(text), MSG_NOSIGNAL), ==, strlen(text));
}

/* Runs the loop until `size` bytes of replies have come. */
static void peer_receive(int fd, size_t size)
{
    int64_t deadline = g_get_monotonic_time() + LIMIT;
    size_t got = 0;

    while (got < size) {
        ssize_t count = recv(fd, reply + got, sizeof(reply) - got, MSG_DONTWAIT);

        g_assert_cmpint(count, !=, 0);
        got += count > 0 ? count : 0;
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        ob_loop_iterate(loop, count > 0 ? 0 : G_TIME_SPAN_MILLISECOND * 1000);
    }
    g_assert_cmpuint(got, ==, size);
    reply[got] = '\0';
}

static void peer_exchange(int fd, const char *lines, const char *expected)
{
    peer_send(fd, lines);
    peer_receive(fd, strlen(expected));
    g_assert_cmpstr(reply, ==, expected);
}

static void loop_settle(void)
{
    while (ob_loop_iterate(loop, 0)) {
        ;
    }
}

static void test_next_peer(GadgetHost *f, gconstpointer data)
{
    int fd = peer_new(f);

    (void)data;
    peer_exchange(fd, "irq_intercept_in ioapic\n", "OK\n");
    peer_send(fd, "readl 0");
    loop_settle();
    close(fd);
    fd = peer_new(f);
    peer_exchange(fd, "set_irq_in ioapic unnamed-gpio-in 3 1\n", "OK\n");
    close(fd);
}

static void test_large_read(GadgetHost *f, gconstpointer data)
{
    int fd = peer_new(f);

    (void)data;
    writel(f, 0x1ffffc, 0x78563412);
    peer_send(fd, "read 0x100000 0x100000\nendianness\n");
    peer_receive(fd, 5 + 2 * 0x100000 + 1 + 10);
    g_assert_cmpstr(reply + 5 + 2 * 0x100000 - 8, ==, "12345678\nOK little\n");
    close(fd);
}

/* A peer that asks and never reads does not block the host, nor use up its memory. */
static void test_silent_peer(GadgetHost *f, gconstpointer data)
{
    static const char line[] = "read 0x100000 0x400000\n";
    int fd = peer_new(f);
    size_t sent = 0;

    (void)data;
    for (int i = 0; i < 100000; i++) {
        ssize_t count = send(fd, line, sizeof(line) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);

        sent += count > 0 ? count : 0;
        if (count < 0 && !ob_loop_iterate(loop, 0)) {
            break;
        }
    }
    g_assert_cmpuint(sent, <, 4 * 1024 * 1024);
    close(fd);
    loop_settle();
    fd = peer_new(f);
    peer_exchange(fd, "endianness\n", "OK little\n");
    close(fd);
}

/* The peer behaves like `printf 'endianness\n' | nc -N`. */
static void test_half_close(GadgetHost *f, gconstpointer data)
{
    int fd = peer_new(f);

    (void)data;
    peer_send(fd, "read 0x100000 0x100000\nendianness\n");
    shutdown(fd, SHUT_WR);
    peer_receive(fd, 5 + 2 * 0x100000 + 1 + 10);
    loop_settle();
    g_assert_cmpint(recv(fd, reply, 1, MSG_DONTWAIT), ==, 0);
    close(fd);
}

static void test_irq_between_commands(GadgetHost *f, gconstpointer data)
{
    int fd = peer_new(f);

    (void)data;
    peer_exchange(fd, "irq_intercept_in ioapic\n", "OK\n");
    ob_host_irq_set(f->host, 9, true);
    peer_receive(fd, strlen("IRQ raise 9\n"));
    g_assert_cmpstr(reply, ==, "IRQ raise 9\n");
    close(fd);
}

#define ADD(path, function) g_test_add(path, GadgetHost, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/qtest-server/next-peer-finds-no-trace-of-the-last", test_next_peer);
    ADD("/qtest-server/large-read-then-next-reply", test_large_read);
    ADD("/qtest-server/peer-that-never-reads-is-paused", test_silent_peer);
    ADD("/qtest-server/half-close-gets-all-answers", test_half_close);
    ADD("/qtest-server/irq-between-commands", test_irq_between_commands);
    return g_test_run();
}
