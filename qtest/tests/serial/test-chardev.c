/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -chardev of our program behind a serial port: each kind of stream, and peers that do their worst. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "devices/serial/ns16550a-regs.h"
#include "qtest/client/client.h"
#include "qtest/client/process/scratch.h"
#include "qtest/client/process/unix-socket.h"

#define PORTS      0x3e8
#define DEVICE     " -device ns16550a-isa,chardev=c,id=u"
#define TIMEOUT_US (30 * G_USEC_PER_SEC)

typedef struct Line {
    ObClient *c;
    ObScratch *scratch;
    char *path;
} Line;

static void set_up(Line *f, gconstpointer data)
{
    (void)data;
    f->scratch = ob_scratch_new();
    f->path = g_build_filename(ob_scratch_path(f->scratch), "line", NULL);
}

static void tear_down(Line *f, gconstpointer data)
{
    (void)data;
    if (f->c) {
        ob_client_quit(f->c);
    }
    g_free(f->path);
    ob_scratch_free(f->scratch);
}

/* PATH in the options is the stream's.  Returns false with the program's sentence. */
static bool try(Line *f, const char *options, HwError *error)
{
    g_auto(GStrv) parts = g_strsplit(options, "PATH", -1);
    g_autofree char *with_path = g_strjoinv(f->path, parts);
    g_autofree char *arguments = g_strconcat("-M q35 -nodefaults ", with_path, NULL);
    const ObStart s = { .program = g_getenv("OB_PROGRAM"), .arguments = arguments };

    f->c = ob_client_start(&s, error);
    return f->c != NULL;
}

static void start(Line *f, const char *options)
{
    HW_ERROR(error, 4096);

    if (!try(f, options, &error)) {
        g_error("%s", error.text);
    }
}

static uint8_t rd(Line *f, uint32_t number)
{
    return ob_client_inb(f->c, (uint16_t)(PORTS + number));
}

static void wr(Line *f, uint32_t number, uint8_t value)
{
    ob_client_outb(f->c, (uint16_t)(PORTS + number), value);
}

static void rd_until(Line *f, uint32_t number, uint8_t mask, uint8_t value)
{
    int64_t end = g_get_monotonic_time() + TIMEOUT_US;

    while ((rd(f, number) & mask) != value) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
}

static void say(Line *f, const char *text)
{
    for (; *text; text++) {
        wr(f, UART_DATA, (uint8_t)*text);
    }
}

static void hear(Line *f, const char *text)
{
    for (; *text; text++) {
        rd_until(f, UART_LSR, UART_LSR_READY, UART_LSR_READY);
        g_assert_cmphex(rd(f, UART_DATA), ==, (uint8_t)*text);
    }
}

static void peer_expect(int peer, const char *text)
{
    char got[64] = "";
    size_t size = 0;

    while (size < strlen(text)) {
        ssize_t count = read(peer, got + size, strlen(text) - size);

        g_assert_cmpint(count, >, 0);
        size += (size_t)count;
    }
    g_assert_cmpstr(got, ==, text);
}

static void peer_say(int peer, const char *text)
{
    g_assert_cmpint(write(peer, text, strlen(text)), ==, (ssize_t)strlen(text));
}

static int peer_connect(Line *f)
{
    int peer = ob_unix_connect(f->path, 0);

    g_assert_cmpint(peer, >=, 0);
    rd_until(f, UART_MSR, UART_MSR_DCD, UART_MSR_DCD);
    return peer;
}

/* -------------------------------------------------------------------------- sockets */

#define SERVER "-chardev socket,id=c,path=PATH,server=on,wait=off" DEVICE ",carrier=on"

/* The carrier follows the peer. */
static void test_peers_come_and_go(Line *f, gconstpointer data)
{
    (void)data;
    start(f, SERVER);
    say(f, "lost");
    for (int i = 0; i < 3; i++) {
        int peer;

        g_assert_cmphex(rd(f, UART_MSR) & UART_MSR_DCD, ==, 0);
        peer = peer_connect(f);
        say(f, "hello");
        peer_expect(peer, "hello");
        peer_say(peer, "bye");
        hear(f, "bye");
        close(peer);
        rd_until(f, UART_MSR, UART_MSR_DCD, 0);
    }
}

/* Bytes of a peer that has gone are read to their end. */
static void test_last_words(Line *f, gconstpointer data)
{
    int peer;

    (void)data;
    start(f, SERVER);
    peer = peer_connect(f);
    peer_say(peer, "last words");
    close(peer);
    hear(f, "last words");
    rd_until(f, UART_MSR, UART_MSR_DCD, 0);
}

/* A peer that floods is not read any more, and blocks only itself. */
static void test_flood(Line *f, gconstpointer data)
{
    static char flood[4096];
    uint32_t sent = 0;
    ssize_t count;
    int peer;

    (void)data;
    memset(flood, 'x', sizeof(flood));
    start(f, SERVER);
    peer = peer_connect(f);
    fcntl(peer, F_SETFL, O_NONBLOCK);
    for (int tries = 0; tries < 100; tries++) { /* the program may take some in between */
        while ((count = send(peer, flood, sizeof(flood), MSG_NOSIGNAL)) > 0) {
            sent += (uint32_t)count;
        }
        rd(f, UART_SCR);
    }
    g_assert_cmpuint(sent, <, 16 * 1024 * 1024);
    for (uint32_t i = 0; i < 5000; i++) {
        hear(f, "x");
    }
    close(peer);
}

/* A driver that does not look whether there is room loses its byte. */
static void test_full(Line *f, gconstpointer data)
{
    g_autofree char *text = NULL;

    (void)data;
    start(f, "-chardev test,id=c" DEVICE " -d guest_errors -D PATH");
    while (rd(f, UART_LSR) & UART_LSR_EMPTY) {
        wr(f, UART_DATA, 'x');
    }
    wr(f, UART_DATA, 'z');
    ob_client_quit(f->c);
    f->c = NULL;
    g_assert_true(g_file_get_contents(f->path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "u: byte 0x7a is lost: the transmitter is full\n");
}

/* The transmitter is full when the peer takes no more, and goes on when it does.  No byte is lost. */
static void test_slow(Line *f, gconstpointer data)
{
    uint32_t sent = 0, got = 0;

    (void)data;
    start(f, "-chardev test,id=c" DEVICE);
    while (rd(f, UART_LSR) & UART_LSR_EMPTY) {
        wr(f, UART_DATA, (uint8_t)sent++);
        g_assert_cmpuint(sent, <, 10000);
    }
    g_assert_cmphex(rd(f, UART_LSR) & UART_LSR_IDLE, ==, 0);
    while (got < sent) {
        size_t size;
        g_autofree uint8_t *bytes = ob_client_chardev_receive(f->c, "c", &size);

        g_assert_cmpuint(size, >, 0);
        for (size_t i = 0; i < size; i++) {
            g_assert_cmphex(bytes[i], ==, (uint8_t)got++);
        }
    }
    g_assert_cmphex(rd(f, UART_LSR) & UART_LSR_IDLE, !=, 0);
}

/* The same with all that the program and the system keep for a peer: some megabytes. */
static void test_stall(Line *f, gconstpointer data)
{
    uint32_t sent = 0;
    int peer;

    (void)data;
    start(f, SERVER);
    peer = peer_connect(f);
    wr(f, UART_FCR, UART_FCR_ENABLE);
    while (rd(f, UART_LSR) & UART_LSR_EMPTY) {
        wr(f, UART_DATA, (uint8_t)sent++);
        g_assert_cmpuint(sent, <, 16 * 1024 * 1024);
    }
    for (uint32_t i = 0; i < sent; i++) {
        uint8_t byte;

        g_assert_cmpint(read(peer, &byte, 1), ==, 1);
        g_assert_cmphex(byte, ==, (uint8_t)i);
    }
    rd_until(f, UART_LSR, UART_LSR_IDLE, UART_LSR_IDLE);
    close(peer);
}

/* A peer that has stalled dies: its bytes are lost, and the next peer gets new ones. */
static void test_stall_and_die(Line *f, gconstpointer data)
{
    int peer;

    (void)data;
    start(f, SERVER);
    peer = peer_connect(f);
    for (uint32_t sent = 0; rd(f, UART_LSR) & UART_LSR_EMPTY; sent++) {
        wr(f, UART_DATA, 'a');
        g_assert_cmpuint(sent, <, 16 * 1024 * 1024);
    }
    close(peer);
    rd_until(f, UART_LSR, UART_LSR_IDLE, UART_LSR_IDLE);
    rd_until(f, UART_MSR, UART_MSR_DCD, 0);
    peer = peer_connect(f);
    say(f, "new");
    peer_expect(peer, "new");
    close(peer);
}

static void test_stopped(Line *f, gconstpointer data)
{
    int peer;

    (void)data;
    start(f, SERVER);
    peer = peer_connect(f);
    json_decref(ob_client_qmp(f->c, "stop", NULL, NULL));
    peer_say(peer, "later");
    for (int i = 0; i < 100; i++) {
        g_assert_cmphex(rd(f, UART_LSR) & UART_LSR_READY, ==, 0);
    }
    json_decref(ob_client_qmp(f->c, "cont", NULL, NULL));
    hear(f, "later");
    close(peer);
}

/* --------------------------------------------------------------------- other streams */

static void test_file(Line *f, gconstpointer data)
{
    g_autofree char *content = NULL;

    (void)data;
    start(f, "-chardev file,id=c,path=PATH" DEVICE);
    rd_until(f, UART_LSR, UART_LSR_IDLE, UART_LSR_IDLE);
    for (int64_t end = g_get_monotonic_time() + TIMEOUT_US; !content || !*content;) {
        say(f, "x");
        g_clear_pointer(&content, g_free);
        g_assert_true(g_file_get_contents(f->path, &content, NULL, NULL));
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
    g_assert_cmpint(content[0], ==, 'x');
}

static void test_null(Line *f, gconstpointer data)
{
    (void)data;
    start(f, "-chardev null,id=c" DEVICE ",carrier=on");
    say(f, "nothing");
    g_assert_cmphex(rd(f, UART_LSR), ==, UART_LSR_EMPTY | UART_LSR_IDLE);
    g_assert_cmphex(rd(f, UART_MSR) & UART_MSR_DCD, ==, 0);
}

static void test_test(Line *f, gconstpointer data)
{
    g_autofree char *answer = NULL;
    g_autofree uint8_t *bytes = NULL;
    size_t size;

    (void)data;
    start(f, "-chardev test,id=c" DEVICE ",carrier=on");
    g_assert_true(ob_client_chardev_send(f->c, "c", "in", 2));
    hear(f, "in");
    say(f, "out");
    bytes = ob_client_chardev_receive(f->c, "c", &size);
    g_assert_cmpmem(bytes, size, "out", 3);
    g_assert_true(ob_client_chardev_event(f->c, "c", "break"));
    g_assert_cmphex(rd(f, UART_LSR), ==,
                    UART_LSR_READY | UART_LSR_BREAK | UART_LSR_EMPTY | UART_LSR_IDLE);
    g_assert_cmphex(rd(f, UART_DATA), ==, 0);
    g_assert_true(ob_client_chardev_event(f->c, "c", "closed"));
    g_assert_cmphex(rd(f, UART_MSR), ==, UART_MSR_CTS | UART_MSR_DSR | 8);
    g_assert_false(ob_client_chardev_event(f->c, "c", "ajar"));
    g_assert_false(ob_client_chardev_send(f->c, "x", "in", 2));
    answer = ob_client_qtest(f->c, "chardev_send c 0x1");
    g_assert_cmpstr(answer, ==,
                    "FAIL chardev_send: data: expected 0x and pairs of hexadecimal digits");
}

/* --------------------------------------------------------------------------- refused */

static const struct {
    const char *name, *options, *sentence;
} refusals[] = {
    { "unknown", "-device ns16550a-isa,chardev=x,id=u", "u: chardev 'x' does not exist" },
    { "of-another-device", "-chardev null,id=c" DEVICE " -device ns16550a-pci,chardev=c,id=v",
      "v: chardev 'c' is in use by 'u'" },
    { "of-a-monitor", "-chardev null,id=c -mon chardev=c,mode=control" DEVICE,
      "u: chardev 'c': in use by -mon" },
    { "stdio-of-a-monitor", "-monitor stdio -chardev stdio,id=c" DEVICE,
      "u: chardev 'c': in use by -monitor" },
    { "stdio-twice", "-chardev stdio,id=b -chardev stdio,id=c" DEVICE,
      "u: chardev 'c': in use by another -chardev stdio" },
    { "nobody-listens", "-chardev socket,id=c,path=PATH" DEVICE, "u: chardev 'c': " },
    { "logfile-in-no-directory", "-chardev null,id=c,logfile=/nonexistent/x" DEVICE,
      "u: chardev 'c': logfile: file:/nonexistent/x: can't write: No such file or directory" },
    { "ringbuf-of-a-monitor", "-chardev ringbuf,id=c -mon chardev=c,mode=control",
      "-mon: chardev 'c' has the type ringbuf, which is for devices alone" },
    { "test-of-a-monitor", "-chardev test,id=c -mon chardev=c,mode=control",
      "-mon: chardev 'c' has the type test, which is for devices alone" },
};

static void test_refused(Line *f, gconstpointer data)
{
    HW_ERROR(error, 4096);
    size_t i = GPOINTER_TO_SIZE(data);

    g_assert_false(try(f, refusals[i].options, &error));
    if (!strstr(error.text, refusals[i].sentence)) {
        g_error("'%s' is not in: %s", refusals[i].sentence, error.text);
    }
}

#define TEST(path, function) g_test_add("/chardev/" path, Line, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (g_getenv("OB_STALLS")) {
        TEST("socket/peer-stalls", test_stall);
        TEST("socket/peer-stalls-and-dies", test_stall_and_die);
        return g_test_run();
    }
    TEST("socket/peers-come-and-go", test_peers_come_and_go);
    TEST("socket/last-words-arrive", test_last_words);
    TEST("socket/flood-blocks-the-peer-alone", test_flood);
    TEST("socket/bytes-wait-while-stopped", test_stopped);
    TEST("file/has-the-output", test_file);
    TEST("null/takes-all", test_null);
    TEST("test/bytes-and-events", test_test);
    TEST("test/slow-peer", test_slow);
    TEST("test/slow-peer-loses-a-byte-too-many", test_full);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/chardev/refused/", refusals[i].name, NULL);

        g_test_add(path, Line, GSIZE_TO_POINTER(i), set_up, test_refused, tear_down);
    }
    return g_test_run();
}
