/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of sockets, as -qtest and -chardev have them. */
#include "qtest/tests/host/socket-parsed.h"

static HW_ERROR(error, 256);

static void test_parse_unix(void)
{
    ObSocketAddress address = socket_parsed("unix:/tmp/x y.sock");

    g_assert_cmpint(address.kind, ==, OB_SOCKET_UNIX);
    g_assert_cmpstr(address.path, ==, "/tmp/x y.sock");
    g_assert_false(address.server);
    g_assert_false(address.no_wait);
}

static void test_parse_server(void)
{
    ObSocketAddress address = socket_parsed("unix:q,server=on,wait=off");

    g_assert_true(address.server);
    g_assert_true(address.no_wait);
    address = socket_parsed("unix:q,server,nowait");
    g_assert_true(address.server);
    g_assert_true(address.no_wait);
}

static void test_parse_tcp(void)
{
    ObSocketAddress address = socket_parsed("tcp:localhost:4444,server=on");

    g_assert_cmpint(address.kind, ==, OB_SOCKET_TCP);
    g_assert_cmpstr(address.host, ==, "localhost");
    g_assert_cmpuint(address.port, ==, 4444);
    socket_parsed("tcp::1,reconnect=5");
    socket_parsed("tcp:[::1]:65535");
    socket_parsed("tcp:127.9.9.9:1");
}

static void test_parse_stdio(void)
{
    g_assert_cmpint(socket_parsed("stdio").kind, ==, OB_SOCKET_STDIO);
    g_assert_cmpint(socket_parsed("null").kind, ==, OB_SOCKET_NULL);
    g_assert_cmpint(socket_parsed("pty").kind, ==, OB_SOCKET_PTY);
    g_assert_cmpint(socket_parsed("file:x").kind, ==, OB_SOCKET_FILE);
}

static void test_parse_path_by_name(void)
{
    g_assert_cmpstr(socket_parsed("unix:path=/run/q,server=on").path, ==, "/run/q");
}

static void test_chardev_options(void)
{
    ObSocketAddress address = { 0 };

    g_assert_true(ob_socket_set(&address, "host", "127.0.0.1", &error));
    g_assert_true(ob_socket_set(&address, "port", "99", &error));
    g_assert_true(ob_socket_set(&address, "server", NULL, &error));
    g_assert_true(ob_socket_set(&address, "wait", "off", &error));
    g_assert_true(ob_socket_check(&address, &error));
    g_assert_true(address.server && address.no_wait && address.port == 99);
}

typedef struct Refusal {
    const char *name;
    const char *text;
    const char *sentence;
} Refusal;

#define BYTES_10 "0123456789"
#define BYTES_107                                                                             \
    BYTES_10 BYTES_10 BYTES_10 BYTES_10 BYTES_10 BYTES_10 BYTES_10 BYTES_10 BYTES_10 BYTES_10 \
        "0123456"

/* clang-format off */
static const Refusal refusals[] = {
    { "empty", "", "socket: invalid address '': expected unix:PATH, tcp:HOST:PORT, "
      "telnet:HOST:PORT, file:PATH, pipe:PATH, stdio, pty or null" },
    { "kind-of-qemu", "udp:1", "udp is not offered: datagrams are lost, and a stream is not" },
    { "empty-pipe", "pipe:", "socket: path is empty" },
    { "unknown-kind", "udq:1", "socket: invalid address 'udq:1': expected unix:PATH, "
      "tcp:HOST:PORT, telnet:HOST:PORT, file:PATH, pipe:PATH, stdio, pty or null" },
    { "empty-path-by-name", "unix:path=", "socket: path is empty" },
    { "empty-file", "file:", "socket: path is empty" },
    { "bad-reconnect-ms", "tcp::1,reconnect-ms=x", "socket: reconnect-ms is 'x', "
      "expected 0 to 86400000" },
    { "fd-without-number", "unix:q,fd=x", "socket: more than one of path, fd, and host or port "
      "given, expected one" },
    { "null-with-option", "null,wait=off", "socket: null takes no option: 'wait=off'" },
    { "empty-path", "unix:", "socket: path is empty" },
    { "path-too-long", "unix:"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "socket: path is too long: 120 bytes, expected up to 107" },
    { "no-port", "tcp:localhost", "socket: port is missing: 'tcp:localhost', "
      "expected tcp:HOST:PORT" },
    { "bad-port", "tcp:localhost:70000", "socket: port is '70000', expected 0 to 65535" },
    { "port-0-of-a-client", "tcp:localhost:0", "socket: port 0 is for a server, "
      "expected 1 to 65535" },
    { "host-not-loopback", "tcp:0.0.0.0:1,server=on", "socket: host '0.0.0.0' is not a "
      "loopback address, expected localhost, 127.0.0.1 or ::1" },
    { "unknown-option", "unix:q,colour=red", "socket: unknown option 'colour', expected path, "
      "abstract, fd, host, port, server, wait, reconnect or reconnect-ms" },
    { "long-abstract-path", "unix:" BYTES_107 ",abstract=on",
      "socket: path is too long: 107 bytes, expected up to 106" },
    { "bad-switch", "unix:q,server=maybe", "socket: server is 'maybe', expected on or off" },
    { "bad-reconnect", "unix:q,reconnect=-1", "socket: reconnect is '-1', "
      "expected 0 to 86400" },
    { "path-and-port", "unix:q,port=1", "socket: more than one of path, fd, and host or "
      "port given, expected one" },
    { "reconnecting-server", "unix:q,server=on,reconnect=1", "socket: reconnect is for a "
      "client, not with server=on" },
    { "stdio-with-option", "stdio,server=on", "socket: stdio takes no option: 'server=on'" },
};
/* clang-format on */

static void test_refusal(gconstpointer data)
{
    const Refusal *refusal = data;
    ObSocketAddress address;

    g_assert_false(ob_socket_parse(&address, refusal->text, &error));
    g_assert_cmpstr(error.text, ==, refusal->sentence);
}

static void test_no_address(void)
{
    ObSocketAddress address = { 0 };

    g_assert_false(ob_socket_check(&address, &error));
    g_assert_cmpstr(error.text, ==, "socket: neither path nor port given");
}

static void refusals_add(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        char *path = g_strdup_printf("/socket/refuses/%s", refusals[i].name);

        g_test_add_data_func(path, &refusals[i], test_refusal);
        g_free(path);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/socket/parse/unix", test_parse_unix);
    g_test_add_func("/socket/parse/server", test_parse_server);
    g_test_add_func("/socket/parse/tcp", test_parse_tcp);
    g_test_add_func("/socket/parse/stdio", test_parse_stdio);
    g_test_add_func("/socket/parse/path-by-name", test_parse_path_by_name);
    g_test_add_func("/socket/parse/chardev-options", test_chardev_options);
    g_test_add_func("/socket/refuses/no-address", test_no_address);
    refusals_add();
    return g_test_run();
}
