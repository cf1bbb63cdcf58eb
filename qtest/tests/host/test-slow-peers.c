/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Peers that ask or get more than they read: they are served as soon as they read on, and no byte is lost. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "devices/serial/ns16550a-regs.h"
#include "hw-api/device/error.h"
#include "qtest/host/io/loop.h"
#include "qtest/host/io/socket.h"
#include "qtest/tests/host/qmp-peer.h"

#define STREAM   "-chardev socket,id=c,path=PATH,server=on,wait=off"
#define REQUESTS 300

typedef struct Peer {
    Qmp machine;
    char *directory;
    char *path;
    int fd;
} Peer;

/* PATH in the options is the peer's. */
static void peer_begin(Peer *p, const char *options)
{
    g_autoptr(GString) line = g_string_new(options);
    g_auto(GStrv) words = NULL;
    ObSocketAddress address;
    g_autofree char *text = NULL;

    p->directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    p->path = g_build_filename(p->directory, "line", NULL);
    text = g_strconcat("unix:", p->path, NULL);
    g_string_replace(line, "PATH", p->path, 0);
    words = g_strsplit(line->str, " ", -1);
    qmp_set_up_with(&p->machine, (const char *const *)words);
    g_assert_true(ob_socket_parse(&address, text, NULL));
    p->fd = ob_socket_connect(&address, 1000, NULL);
    g_assert_cmpint(p->fd, >=, 0);
}

static void peer_end(Peer *p)
{
    close(p->fd);
    qmp_tear_down(&p->machine, NULL);
    g_remove(p->path);
    g_rmdir(p->directory);
    g_free(p->path);
    g_free(p->directory);
}

static void settle(const Peer *p)
{
    while (ob_loop_iterate(p->machine.system.loop, 0)) {}
}

/* Reads until the program has no more. */
static void hear_all(const Peer *p, GString *heard)
{
    char bytes[65536];
    gssize count;

    settle(p);
    while ((count = recv(p->fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0) {
        g_string_append_len(heard, bytes, count);
        settle(p);
    }
}

/* ------------------------------------------------------------------- monitors */

static const struct {
    const char *name, *options;
    gboolean is_qmp;
} monitors[] = {
    { "qmp", "-qmp unix:PATH,server=on,wait=off", TRUE },
    { "people", "-monitor unix:PATH,server=on,wait=off", FALSE },
    { "qmp-on-a-shared-stream", STREAM ",mux=on -mon chardev=c,mode=control", TRUE },
    { "people-on-a-shared-stream", STREAM ",mux=on -mon chardev=c", FALSE },
};

static char *requests(gboolean is_qmp)
{
    GString *text = g_string_new(is_qmp ? "{\"execute\": \"qmp_capabilities\"}\n" : NULL);

    for (guint i = 0; i < REQUESTS; i++) {
        g_string_append_printf(text,
                               is_qmp ? "{\"execute\": \"query-commands\", \"id\": %u}\n"
                                      : "help\nprint %u\n",
                               i + !is_qmp);
    }
    return g_string_free(text, FALSE);
}

/* Each answer comes once, in order. */
static void expect_answers(const char *heard, gboolean is_qmp)
{
    const char *at = heard;

    for (guint i = 0; i < REQUESTS; i++) {
        g_autofree char *answer = is_qmp ? g_strdup_printf("\"id\": %u}\r\n", i)
                                         : g_strdup_printf("(qemu) %#x\r\n(qemu) ", i + 1);

        at = strstr(at, answer);
        if (!at) {
            g_error("no answer to request %u in %zu bytes", i, strlen(heard));
        }
        at += strlen(answer);
    }
    g_assert_true(is_qmp || g_str_has_suffix(heard, "\r\n(qemu) "));
}

static void test_monitor(gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);
    g_autofree char *text = requests(monitors[row].is_qmp);
    g_autoptr(GString) heard = g_string_new(NULL);
    Peer p = { 0 };

    peer_begin(&p, monitors[row].options);
    settle(&p);
    g_assert_cmpint(send(p.fd, text, strlen(text), MSG_DONTWAIT), ==, strlen(text));
    settle(&p);
    hear_all(&p, heard);
    expect_answers(heard->str, monitors[row].is_qmp);
    peer_end(&p);
}

/* ------------------------------------------------------------------------- ports */

static const char *const ports[] = {
    STREAM " -device ns16550a-isa,chardev=c,iobase=0x3f8,irq-line=4",
    STREAM ",mux=on -device ns16550a-isa,chardev=c,iobase=0x3f8,irq-line=4 -mon chardev=c",
};

static gboolean port_has_room(const Peer *p)
{
    return ob_host_load(p->machine.system.host, HW_SPACE_IO, 0x3f8 + UART_LSR, 1) & UART_LSR_EMPTY;
}

/* The guest waits while its transmitter is full. */
static void test_port(gconstpointer data)
{
    g_autoptr(GString) heard = g_string_new(NULL);
    size_t sent = 0;
    Peer p = { 0 };

    peer_begin(&p, data);
    settle(&p);
    while (port_has_room(&p)) {
        ob_host_store(p.machine.system.host, HW_SPACE_IO, 0x3f8, 'a' + sent++ % 26, 1);
    }
    hear_all(&p, heard);
    g_assert_true(port_has_room(&p));
    g_assert_cmpuint(heard->len, ==, sent);
    for (size_t i = 0; i < sent; i++) {
        g_assert_cmpint(heard->str[i], ==, 'a' + i % 26);
    }
    peer_end(&p);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(monitors); i++) {
        g_autofree char *path = g_strconcat("/slow-peers/monitor/", monitors[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_monitor);
    }
    g_test_add_data_func("/slow-peers/port/of-its-own", ports[0], test_port);
    g_test_add_data_func("/slow-peers/port/on-a-shared-stream", ports[1], test_port);
    return g_test_run();
}
