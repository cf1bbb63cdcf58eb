/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A peer of the qtest socket that says nothing, or does not stop, ends the client in time. */
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qtest/client/client.h"
#include "qtest/client/process/unix-socket.h"

typedef struct Peer {
    const char *path;
    const char *line; /* that it sends without an end; NULL: it sends nothing */
    gsize size;       /* that many letters A, if there is no line */
    uint32_t timeout_ms;
    bool closes;
    const char *report; /* begins so, behind the name */
    int listener;
} Peer;

#define ASKED " when asked: readl 0x200000: it was not started by this client\n"

static const Peer peers[] = {
    { "silent-one-costs-the-timeout", NULL, 0, 300, false, "has not answered in time" ASKED, -1 },
    { "line-without-an-end-is-bounded", NULL, 1 << 20, 0, false,
      "sent a line without an end, expected less than 16 MiB" ASKED, -1 },
    /* 16 MiB take much longer. */
    { "slow-line-costs-the-timeout", NULL, 1, 50, false, "has not answered in time" ASKED, -1 },
    { "interrupts-are-no-answer", "IRQ raise 1\n", 0, 300, false, "has not answered in time" ASKED,
      -1 },
    { "end-is-seen-at-once", NULL, 0, 0, true, "closed the connection" ASKED, -1 },
};

static void *peer_serve(void *opaque)
{
    const Peer *peer = opaque;
    int fd = accept(peer->listener, NULL, NULL);
    g_autofree char *text = peer->line ? g_strdup(peer->line) : g_strnfill(peer->size, 'A');
    char byte;

    if (peer->closes) {
        recv(fd, &byte, 1, 0);
        close(fd);
        return NULL;
    }
    while (*text && send(fd, text, strlen(text), MSG_NOSIGNAL) > 0) {}
    while (recv(fd, &byte, 1, 0) > 0) {}
    close(fd);
    return NULL;
}

/* It reads nothing, and stays until the client has gone. */
static void *peer_deaf(void *opaque)
{
    const Peer *peer = opaque;
    int fd = accept(peer->listener, NULL, NULL);
    struct pollfd gone = { .fd = fd, .events = POLLRDHUP };

    while (poll(&gone, 1, -1) < 0) {}
    close(fd);
    return NULL;
}

static void keep_report(ObClient *c, const char *report, void *opaque)
{
    (void)c;
    g_assert_null(*(char **)opaque);
    *(char **)opaque = g_strdup(report);
}

/* Does something with a peer, and expects its report. */
static void peer_test(Peer peer, void *(*serve)(void *), void (*use)(ObClient *c))
{
    HW_ERROR(error, 1024);
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "qtest", NULL);
    g_autofree char *expected = g_strdup_printf("%s %s", path, peer.report), *report = NULL;
    GThread *thread;
    ObClient *c;

    peer.listener = ob_unix_listen(path);
    thread = g_thread_new("peer", serve, &peer);
    c = ob_client_connect(path, peer.timeout_ms, &error);
    g_unlink(path);
    g_rmdir(directory);
    g_assert_cmpstr(error.text, ==, "");
    ob_client_on_failure(c, keep_report, &report);
    use(c);
    ob_client_free(c);
    g_thread_join(thread);
    close(peer.listener);
    g_assert_nonnull(report);
    if (!g_str_has_prefix(report, expected)) {
        g_assert_cmpstr(report, ==, expected);
    }
}

static void load(ObClient *c)
{
    ob_client_readl(c, 0x200000);
}

static void test_peer(gconstpointer opaque)
{
    peer_test(*(const Peer *)opaque, peer_serve, load);
}

/* More than the socket keeps. */
static void store_much(ObClient *c)
{
    static const uint8_t zeros[1 << 20];

    ob_client_memwrite(c, 0x200000, zeros, sizeof(zeros));
}

static void test_deaf_peer(void)
{
    peer_test((Peer) { .timeout_ms = 300,
                       .report = "has not answered in time when asked: b64write 0x200000 0x100000: "
                                 "it was not started by this client\n" },
              peer_deaf, store_much);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(peers); i++) {
        g_autofree char *path = g_strconcat("/client-peers/", peers[i].path, NULL);

        g_test_add_data_func(path, &peers[i], test_peer);
    }
    g_test_add_func("/client-peers/deaf-one-costs-the-timeout", test_deaf_peer);
    return g_test_run();
}
