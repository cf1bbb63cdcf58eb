/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/client/scripted-peer.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qtest/client/process/unix-socket.h"

struct ScriptedPeer {
    const char *script;
    ObClient *client;
    GThread *thread;
    GString *requests; /* the thread's, until it has ended */
    char *path;
    char *failure;
    int listener;
};

/* ------------------------------------------------------------------------ thread */

static bool request_take(ScriptedPeer *peer, FILE *requests)
{
    g_autofree char *line = NULL;
    size_t room = 0;
    bool came = getline(&line, &room, requests) > 0;

    if (came) {
        g_string_append_printf(peer->requests, "> %s", line);
    }
    return came;
}

static void *peer_serve(void *opaque)
{
    ScriptedPeer *peer = opaque;
    int fd = accept(peer->listener, NULL, NULL);
    FILE *requests = fdopen(fd, "r");

    for (const char *line = peer->script, *next; *line; line = next) {
        next = strchr(line, '\n') + 1;
        if (line[0] == '<') {
            send(fd, line + 2, (size_t)(next - line - 2), MSG_NOSIGNAL);
        } else {
            request_take(peer, requests);
        }
    }
    while (request_take(peer, requests)) {}
    fclose(requests);
    return NULL;
}

/* -------------------------------------------------------------------------- test */

static void failure_keep(ObClient *c, const char *report, void *opaque)
{
    ScriptedPeer *peer = opaque;
    g_autoptr(GString) text = g_string_new_len(report, (gssize)strcspn(report, "\n"));

    (void)c;
    g_string_replace(text, peer->path, "PEER", 0);
    g_assert_null(peer->failure);
    peer->failure = g_strdup(text->str);
}

ScriptedPeer *scripted_peer_new(const char *script, uint32_t timeout_ms)
{
    HW_ERROR(error, 1024);
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    ScriptedPeer *peer = g_new0(ScriptedPeer, 1);

    peer->script = script;
    peer->requests = g_string_new(NULL);
    peer->path = g_build_filename(directory, "qtest", NULL);
    peer->listener = ob_unix_listen(peer->path);
    peer->client = ob_client_connect(peer->path, timeout_ms, &error);
    g_unlink(peer->path);
    g_rmdir(directory);
    g_assert_cmpstr(error.text, ==, "");
    ob_client_on_failure(peer->client, failure_keep, peer);
    peer->thread = g_thread_new("peer", peer_serve, peer);
    return peer;
}

ObClient *scripted_peer_client(ScriptedPeer *peer)
{
    return peer->client;
}

const char *scripted_peer_failure(const ScriptedPeer *peer)
{
    return peer->failure;
}

char *scripted_peer_end(ScriptedPeer *peer)
{
    g_autofree char *failure = g_strdup(peer->failure);
    char *requests;

    ob_client_quit(peer->client);
    g_assert_cmpstr(peer->failure, ==, failure);
    g_thread_join(peer->thread);
    close(peer->listener);
    requests = g_string_free(peer->requests, FALSE);
    g_free(peer->path);
    g_free(peer->failure);
    g_free(peer);
    return requests;
}
