/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A peer of the qtest socket that says nothing, or does not stop, ends the client in time. */
#include <glib/gstdio.h>
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

static void keep_report(ObClient *c, const char *report, void *opaque)
{
    (void)c;
    g_assert_null(*(char **)opaque);
    *(char **)opaque = g_strdup(report);
}

static void test_peer(gconstpointer opaque)
{
    Peer peer = *(const Peer *)opaque;
    HW_ERROR(error, 1024);
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "qtest", NULL);
    g_autofree char *expected = g_strdup_printf("%s %s", path, peer.report), *report = NULL;
    GThread *thread;
    ObClient *c;

    peer.listener = ob_unix_listen(path);
    thread = g_thread_new("peer", peer_serve, &peer);
    c = ob_client_connect(path, peer.timeout_ms, &error);
    g_unlink(path);
    g_rmdir(directory);
    g_assert_cmpstr(error.text, ==, "");
    ob_client_on_failure(c, keep_report, &report);
    ob_client_readl(c, 0x200000);
    ob_client_free(c);
    g_thread_join(thread);
    close(peer.listener);
    g_assert_nonnull(report);
    if (!g_str_has_prefix(report, expected)) {
        g_assert_cmpstr(report, ==, expected);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(peers); i++) {
        g_autofree char *path = g_strconcat("/client-peers/", peers[i].path, NULL);

        g_test_add_data_func(path, &peers[i], test_peer);
    }
    return g_test_run();
}
