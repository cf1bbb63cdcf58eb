/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/guest/page-server.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD      "HTTP/1.0 200 OK\r\n\r\n"
#define TIMEOUT_S 100

struct PageServer {
    GByteArray *bytes;
    GSocketListener *listener;
    char *port;
    char *line;
    GThread *thread;
};

static gpointer page_serve(gpointer data)
{
    PageServer *server = data;
    GSocketConnection *peer = g_socket_listener_accept(server->listener, NULL, NULL, NULL);
    char request[256];

    if (peer) {
        g_socket_set_timeout(g_socket_connection_get_socket(peer), TIMEOUT_S);
        g_input_stream_read(g_io_stream_get_input_stream(G_IO_STREAM(peer)), request,
                            sizeof(request), NULL, NULL);
        g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(peer)),
                                  server->bytes->data, server->bytes->len, NULL, NULL, NULL);
        g_io_stream_close(G_IO_STREAM(peer), NULL, NULL);
        g_object_unref(peer);
    }
    return NULL;
}

static void page_make(PageServer *server, uint32_t bytes)
{
    uint32_t sum = 0;
    guint head = (guint)strlen(HEAD);

    server->bytes = g_byte_array_new();
    g_byte_array_append(server->bytes, (const guint8 *)HEAD, head);
    g_byte_array_set_size(server->bytes, head + bytes);
    for (uint32_t i = 0; i < bytes; i++) {
        uint8_t byte = (uint8_t)(i * 7 + (i >> 8));

        server->bytes->data[head + i] = byte;
        sum = sum * 31 + byte;
    }
    server->line = g_strdup_printf("page HTTP/1.0 200 OK, %u bytes, sum %u\n", bytes, sum);
}

PageServer *page_server_start(uint32_t bytes)
{
    g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
    g_autoptr(GSocketAddress) any = g_inet_socket_address_new(loopback, 0);
    g_autoptr(GSocketAddress) address = NULL;
    PageServer *server = g_new0(PageServer, 1);

    page_make(server, bytes);
    server->listener = g_socket_listener_new();
    g_assert_true(g_socket_listener_add_address(server->listener, any, G_SOCKET_TYPE_STREAM,
                                                G_SOCKET_PROTOCOL_TCP, NULL, &address, NULL));
    server->port = g_strdup_printf("%u",
                                   g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address)));
    server->thread = g_thread_new("page", page_serve, server);
    return server;
}

void page_server_end(PageServer *server)
{
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketConnection)
        last = g_socket_client_connect_to_host(client, "127.0.0.1", (guint16)atoi(server->port),
                                               NULL, NULL);

    if (last) {
        g_io_stream_close(G_IO_STREAM(last), NULL, NULL);
    }
    g_thread_join(server->thread);
    g_object_unref(server->listener);
    g_byte_array_unref(server->bytes);
    g_free(server->port);
    g_free(server->line);
    g_free(server);
}

const char *page_server_port(const PageServer *server)
{
    return server->port;
}

const char *page_server_line(const PageServer *server)
{
    return server->line;
}
