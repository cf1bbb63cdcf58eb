/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qtest/server.h"

#include "qtest/host/io/endpoint.h"

#include <glib.h>

struct ObQtestServer {
    ObEndpoint *endpoint;
    ObQtestSession *session;
};

static void server_opened(void *opaque)
{
    ObQtestServer *s = opaque;

    ob_qtest_session_open(s->session);
}

static void server_input(void *opaque, const char *bytes, size_t count)
{
    ObQtestServer *s = opaque;

    ob_qtest_session_input(s->session, bytes, count);
}

static void server_drained(void *opaque)
{
    ObQtestServer *s = opaque;

    ob_qtest_session_resume(s->session);
}

static void server_closed(void *opaque)
{
    ObQtestServer *s = opaque;

    ob_qtest_session_close(s->session);
}

/* clang-format off */
static const ObEndpointHandler server_handler = {
    server_opened, server_input, server_drained, server_closed,
};
/* clang-format on */

static bool server_output(void *opaque, const char *bytes, size_t count)
{
    ObQtestServer *s = opaque;

    return ob_endpoint_send(s->endpoint, bytes, count);
}

ObQtestServer *ob_qtest_server_open(ObLoop *loop, ObHost *host, const ObSocketAddress *address,
                                    FILE *log, HwError *error)
{
    ObQtestServer *s = g_new0(ObQtestServer, 1);

    s->endpoint = ob_endpoint_open(loop, address, &server_handler, s, error);
    if (!s->endpoint) {
        g_free(s);
        return NULL;
    }
    s->session = ob_qtest_session_new(host, server_output, s);
    ob_qtest_session_set_log(s->session, log);
    return s;
}

void ob_qtest_server_close(ObQtestServer *server)
{
    if (server) {
        ob_qtest_session_free(server->session);
        ob_endpoint_close(server->endpoint);
        g_free(server);
    }
}

void ob_qtest_server_wait(ObQtestServer *server)
{
    ob_endpoint_wait(server->endpoint);
}
