/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Byte streams that commands add, change and remove. */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices/serial/ns16550a-regs.h"
#include "hw-api/device/error.h"
#include "qtest/host/io/loop.h"
#include "qtest/host/qmp/hmp.h"
#include "qtest/tests/host/qmp-peer.h"

#define PORT    "ns16550a-isa,id=u,chardev=c,iobase=0x3e8,irq-line=5"
#define BACKEND "\"id\": \"c\", \"backend\": "
#define RING    BACKEND "{\"type\": \"ringbuf\", \"data\": {}}"

static int passed; /* the descriptor that comes with the next command; -1: none */

static int passed_take(void *opaque)
{
    int fd = passed;

    (void)opaque;
    passed = -1;
    return fd;
}

static void set_up(Qmp *f, gconstpointer data)
{
    (void)data;
    qmp_set_up_with(f, (const char *[]) { "-chardev", "null,id=m", "-mon", "chardev=m,mode=control",
                                          "-chardev", "test,id=t", NULL });
    ob_qmp_set_fd_source(f->session, passed_take);
    passed = -1;
    negotiate(f);
}

static void done(Qmp *f, const char *command)
{
    say(f, command);
    hear(f, "{\"return\": {}}");
}

static void hmp(Qmp *f, const char *line, const char *expected)
{
    g_autofree char *text = ob_hmp_execute(&f->system, line);

    g_assert_cmpstr(text, ==, expected);
}

/* The port of a serial device that has taken the stream. */
static void port_add(Qmp *f)
{
    hmp(f, "device_add " PORT, "");
}

static void ring_expect(Qmp *f, const char *text)
{
    g_autofree char *answer = g_strdup_printf("{\"return\": \"%s\"}", text);

    say(f, EXECUTE("ringbuf-read", "\"device\": \"c\", \"size\": 100"));
    hear(f, answer);
}

/* ------------------------------------------------------------------------ add, remove */

static void test_added(Qmp *f, gconstpointer data)
{
    (void)data;
    done(f, EXECUTE("chardev-add", RING));
    port_add(f);
    hmp(f, "o /b 0x3e8 0x41", "");
    ring_expect(f, "A");
    say(f, EXECUTE("chardev-remove", "\"id\": \"c\""));
    hear_error(f, "GenericError", "Chardev 'c' is busy");
    say(f, EXECUTE("device_del", "\"id\": \"u\""));
    forget(f);
    done(f, EXECUTE("chardev-remove", "\"id\": \"c\""));
    hmp(f, "info chardev", "m: filename=null\r\nt: filename=test\r\n");
}

static void test_pty(Qmp *f, gconstpointer data)
{
    json_t *answer;
    const char *name;
    int fd;

    (void)data;
    say(f, EXECUTE("chardev-add", BACKEND "{\"type\": \"pty\", \"data\": {}}"));
    answer = g_queue_pop_head(f->lines);
    name = json_string_value(json_object_get(json_object_get(answer, "return"), "pty"));
    g_assert_nonnull(name);
    fd = open(name, O_RDWR | O_NOCTTY);
    g_assert_cmpint(fd, >=, 0);
    close(fd);
    json_decref(answer);
}

/* A connected socket, which getfd has named. */
static void test_descriptor(Qmp *f, gconstpointer data)
{
    int ends[2];
    char got;

    (void)data;
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
    passed = ends[0];
    done(f, EXECUTE("getfd", "\"fdname\": \"line\""));
    done(f, EXECUTE("chardev-add",
                    BACKEND "{\"type\": \"socket\", \"data\": {\"server\": false, \"addr\": "
                            "{\"type\": \"fd\", \"data\": {\"str\": \"line\"}}}}"));
    port_add(f);
    while (ob_loop_iterate(f->system.loop, 0)) {}
    hmp(f, "o /b 0x3e8 0x41", "");
    g_assert_cmpint(read(ends[1], &got, 1), ==, 1);
    g_assert_cmpint(got, ==, 'A');
    close(ends[1]);
}

/* The command owns it until the stream does. */
static void test_descriptor_closed(Qmp *f, gconstpointer data)
{
    int file = open("/dev/null", O_RDWR);

    (void)data;
    passed = file;
    done(f, EXECUTE("getfd", "\"fdname\": \"line\""));
    say(f, EXECUTE("chardev-add",
                   BACKEND "{\"type\": \"socket\", \"data\": {\"server\": false, \"addr\": "
                           "{\"type\": \"fd\", \"data\": {\"str\": \"line\"}}}}"));
    forget(f);
    g_assert_cmpint(fcntl(file, F_GETFD), <, 0);
    hmp(f, "info chardev", "m: filename=null\r\nt: filename=test\r\n");
}

/* -------------------------------------------------------------------------- change */

static void test_changed(Qmp *f, gconstpointer data)
{
    (void)data;
    done(f, EXECUTE("chardev-add", BACKEND "{\"type\": \"null\", \"data\": {}}"));
    port_add(f);
    hmp(f, "o /b 0x3e8 0x41", "");
    done(f, EXECUTE("chardev-change", RING));
    hmp(f, "o /b 0x3e8 0x42", "");
    ring_expect(f, "B");
    done(f, EXECUTE("chardev-change", RING));
    hmp(f, "o /b 0x3e8 0x43", "");
    ring_expect(f, "C");
}

static void test_change_fails(Qmp *f, gconstpointer data)
{
    (void)data;
    done(f, EXECUTE("chardev-add", RING));
    port_add(f);
    say(f, EXECUTE("chardev-change",
                   BACKEND "{\"type\": \"file\", \"data\": {\"out\": \"/nonexistent/x\"}}"));
    hear_error(f, "GenericError", "file:/nonexistent/x: can't write: No such file or directory");
    hmp(f, "o /b 0x3e8 0x41", "");
    ring_expect(f, "A");
}

static void test_break(Qmp *f, gconstpointer data)
{
    (void)data;
    done(f, EXECUTE("chardev-add", RING));
    port_add(f);
    done(f, EXECUTE("chardev-send-break", "\"id\": \"c\""));
    hmp(f, "i /b 0x3ed", "portb[0x03ed] = 0x71\r\n");
    G_STATIC_ASSERT((UART_LSR_READY | UART_LSR_BREAK | UART_LSR_EMPTY | UART_LSR_IDLE) == 0x71);
}

/* -------------------------------------------------------------------------- by HMP */

static void test_pty_by_hmp(Qmp *f, gconstpointer data)
{
    static const char words[] = "char device redirected to /dev/pts/";
    g_autofree char *added = ob_hmp_execute(&f->system, "chardev-add pty,id=c");
    g_autofree char *changed = ob_hmp_execute(&f->system, "chardev-change c pty");

    (void)data;
    g_assert_true(g_str_has_prefix(added, words) && g_str_has_suffix(added, " (label c)\r\n"));
    g_assert_true(g_str_has_prefix(changed, words));
    g_assert_cmpstr(added, !=, changed);
}

static void test_by_hmp(Qmp *f, gconstpointer data)
{
    (void)data;
    hmp(f, "chardev-add null,id=c", "");
    hmp(f, "chardev-send-break c", "");
    hmp(f, "chardev-change c ringbuf,", "");
    hmp(f, "info chardev", "m: filename=null\r\nt: filename=test\r\nc: filename=ringbuf\r\n");
    hmp(f, "chardev-change c nul", "Error: unknown backend 'nul', did you mean 'null'?\r\n");
    hmp(f, "chardev-change z null", "Error: Chardev 'z' does not exist\r\n");
    hmp(f, "chardev-change m null", "Error: Chardev user does not support chardev hotswap\r\n");
    hmp(f, "chardev-change t null", "Error: chardev 't' is the test's own\r\n");
    hmp(f, "chardev-add null,id=c", "Error: chardev 'c' already exists\r\n");
    hmp(f, "chardev-add id=d", "Error: backend= is missing, see -chardev help\r\n");
    hmp(f, "chardev-add null,=x", "Error: a property has no name: 'x', expected NAME=VALUE\r\n");
    hmp(f, "chardev-remove c", "");
    hmp(f, "chardev-remove c", "Error: Chardev 'c' not found\r\n");
}

/* ------------------------------------------------------------------------ refused */

static const struct {
    const char *name;
    const char *command;
    const char *desc;
} refused[] = {
    { "id-in-use",
      EXECUTE("chardev-add", "\"id\": \"m\", \"backend\": {\"type\": \"null\", "
                             "\"data\": {}}"),
      "Chardev with id 'm' already exists" },
    { "type-unknown", EXECUTE("chardev-add", BACKEND "{\"type\": \"nul\", \"data\": {}}"),
      "Parameter 'type' does not accept value 'nul'" },
    { "without-data", EXECUTE("chardev-add", BACKEND "{\"type\": \"null\", \"data\": 1}"),
      "Parameter 'backend.data' is missing" },
    { "socket-without-address",
      EXECUTE("chardev-add", BACKEND "{\"type\": \"socket\", \"data\": {}}"),
      "Parameter 'backend.data.addr' is missing" },
    { "socket-without-data",
      EXECUTE("chardev-add", BACKEND "{\"type\": \"socket\", \"data\": {\"addr\": {\"type\": "
                                     "\"unix\"}}}"),
      "Parameter 'backend.data.addr.data' is missing" },
    { "member-unknown",
      EXECUTE("chardev-add", BACKEND "{\"type\": \"null\", \"data\": {\"fd\": 3}}"),
      "Parameter 'backend.data.fd' is unexpected" },
    { "member-of-the-address-unknown",
      EXECUTE("chardev-add", BACKEND "{\"type\": \"socket\", \"data\": {\"addr\": {\"type\": "
                                     "\"unix\", \"data\": {\"server\": true}}}}"),
      "Parameter 'backend.data.addr.data.server' is unexpected" },
    { "member-of-no-type",
      EXECUTE("chardev-add", BACKEND "{\"type\": \"file\", \"data\": {\"out\": null}}"),
      "path: invalid JSON value: expected text, an integer, true or false" },
    { "descriptor-by-number",
      EXECUTE("chardev-add", BACKEND "{\"type\": \"socket\", \"data\": {\"addr\": {\"type\": "
                                     "\"fd\", \"data\": {\"str\": 3}}}}"),
      "Failed to add chardev 'c': File descriptor named '' has not been found" },
    { "file-in-no-directory",
      EXECUTE("chardev-add",
              BACKEND "{\"type\": \"file\", \"data\": {\"out\": \"/nonexistent/x\"}}"),
      "Failed to add chardev 'c': file:/nonexistent/x: can't write: No such file or directory" },
    { "pipe-nowhere",
      EXECUTE("chardev-add",
              BACKEND "{\"type\": \"pipe\", \"data\": {\"device\": \"/nonexistent/x\"}}"),
      "Failed to add chardev 'c': pipe:/nonexistent/x: can't open: No such file or directory" },
    { "tn3270",
      EXECUTE("chardev-add", BACKEND "{\"type\": \"socket\", \"data\": {\"tn3270\": true, "
                                     "\"addr\": {\"type\": \"unix\", \"data\": {\"path\": "
                                     "\"/nonexistent/x\"}}}}"),
      "Failed to add chardev 'c': socket: tn3270 and websocket are not offered" },
    { "standard-input", EXECUTE("chardev-add", BACKEND "{\"type\": \"stdio\", \"data\": {}}"),
      "Failed to add chardev 'c': the type stdio is for -chardev alone" },
    { "removal-of-a-monitors", EXECUTE("chardev-remove", "\"id\": \"m\""), "Chardev 'm' is busy" },
    { "change-of-a-monitors",
      EXECUTE("chardev-change", "\"id\": \"m\", \"backend\": {\"type\": "
                                "\"null\", \"data\": {}}"),
      "Chardev user does not support chardev hotswap" },
    { "change-of-the-tests",
      EXECUTE("chardev-change", "\"id\": \"t\", \"backend\": {\"type\": "
                                "\"null\", \"data\": {}}"),
      "chardev 't' is the test's own" },
    { "change-of-none", EXECUTE("chardev-change", RING), "Chardev 'c' does not exist" },
    { "break-of-none", EXECUTE("chardev-send-break", "\"id\": \"c\""), "Chardev 'c' not found" },
};

static void test_refused(Qmp *f, gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);

    say(f, refused[row].command);
    hear_error(f, "GenericError", refused[row].desc);
    hmp(f, "info chardev", "m: filename=null\r\nt: filename=test\r\n");
}

#define TEST(path, data, function) g_test_add(path, Qmp, data, set_up, function, qmp_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("/chardev-add/serves-a-device-and-goes", NULL, test_added);
    TEST("/chardev-add/pty-is-named", NULL, test_pty);
    TEST("/chardev-add/descriptor-by-name", NULL, test_descriptor);
    TEST("/chardev-add/descriptor-of-no-socket-is-closed", NULL, test_descriptor_closed);
    TEST("/chardev-change/device-has-the-new-stream", NULL, test_changed);
    TEST("/chardev-change/that-fails-changes-nothing", NULL, test_change_fails);
    TEST("/chardev-send-break/reaches-the-device", NULL, test_break);
    TEST("/chardev-add/by-hmp", NULL, test_by_hmp);
    TEST("/chardev-add/pty-by-hmp", NULL, test_pty_by_hmp);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path = g_strconcat("/chardev-add/refused/", refused[i].name, NULL);

        TEST(path, GUINT_TO_POINTER(i), test_refused);
    }
    return g_test_run();
}
