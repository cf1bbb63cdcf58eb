/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stream that monitors and serial ports share.  The rows of keys hold for our program and for stock
 * QEMUs: OB_PROGRAM, with OB_ACCELERATOR, is either.
 */
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

#include "devices/serial/ns16550a-regs.h"
#include "qtest/client/client.h"
#include "qtest/client/process/scratch.h"
#include "qtest/client/process/unix-socket.h"

#define STREAM "-chardev socket,path=PATH,id=c,mux=on "
#define BANNER "QEMU monitor - type 'help' for more information\r\n"
#define PROMPT "(qemu) "
#define BYE    "QEMU: Terminated\n\r"
#define HELP_OF(key)                                                                       \
    key " h    print this help\n\r" key " x    exit emulator\n\r" key                      \
        " s    save disk data back to file (if -snapshot)\n\r" key                         \
        " t    toggle console timestamps\n\r" key " b    send break (magic sysrq)\n\r" key \
        " c    switch between console and monitor\n\r" key " " key "  sends " key "\n\r"
#define HELP "\n\r" HELP_OF("C-a")

/* -------------------------------------------------------------------------- keys */

/* All that the peer gets for its keys, whose last ones end the program. */
static const struct {
    const char *name, *arguments, *keys, *output;
} rows[] = {
    { "serial-mon/the-port-has-the-focus", "-M pc -serial mon:unix:PATH", "x\x01x", BYE },
    { "serial-mon/monitor-greets-at-the-switch", "-M pc -serial mon:unix:PATH",
      "\x01"
      "c\x01x",
      BANNER PROMPT BYE },
    { "serial-mon/there-and-back", "-M pc -serial mon:unix:PATH",
      "\x01"
      "c\x01"
      "c\x01"
      "c\x01x",
      BANNER PROMPT "\r\n" PROMPT BYE },
    { "serial-mon/machine-without-ports", "-M none -serial mon:unix:PATH",
      "\x01"
      "c\x01x",
      BANNER PROMPT "\r\n" PROMPT BYE },
    { "monitor-mon", "-M none -monitor mon:unix:PATH", "\x01x", BANNER PROMPT BYE },
    { "parallel-mon", "-M pc -parallel mon:unix:PATH",
      "\x01"
      "c\x01x",
      BANNER PROMPT BYE },
    { "debugcon-mon", "-M pc -debugcon mon:unix:PATH",
      "\x01"
      "c\x01x",
      BANNER PROMPT BYE },
    { "two-monitors-take-turns", "-M none " STREAM "-mon chardev=c -mon chardev=c",
      "\x01"
      "c\x01"
      "c\x01x",
      BANNER PROMPT "\r\n" BANNER PROMPT "\r\n" PROMPT BYE },
    { "port-and-monitor", "-M pc " STREAM "-mon chardev=c -serial chardev:c",
      "\x01"
      "c\x01x",
      BANNER PROMPT BYE },
    { "help", "-M pc -serial mon:unix:PATH", "\x01h\x01?\x01x", HELP HELP BYE },
    { "unknown-keys-do-nothing", "-M pc -serial mon:unix:PATH",
      "\x01q\x01s\x01"
      "b\x01x",
      BYE },
    { "doubled-escape-is-no-key", "-M pc -serial mon:unix:PATH",
      "\x01\x01"
      "c\x01x",
      BYE },
    { "other-escape", "-M pc -serial mon:unix:PATH -echr 2", "\x01x\x02h\x02x",
      "\n\r" HELP_OF("C-b") BYE },
    { "escape-that-is-no-control-character", "-M pc -serial mon:unix:PATH -echr 0x7e", "~h~x",
      "\n\rEscape-Char set to Ascii: 0x7e\n\r\n\r" HELP_OF("Escape-Char") BYE },
};

typedef struct Program {
    ObScratch *scratch;
    char *path;
    int listener;
    int peer;
    GPid pid;
} Program;

static void set_up(Program *f, gconstpointer data)
{
    (void)data;
    f->scratch = ob_scratch_new();
    f->path = g_build_filename(ob_scratch_path(f->scratch), "line", NULL);
    f->listener = ob_unix_listen(f->path);
    f->peer = -1;
    g_assert_cmpint(f->listener, >=, 0);
}

static void tear_down(Program *f, gconstpointer data)
{
    (void)data;
    if (f->peer >= 0) {
        close(f->peer);
    }
    close(f->listener);
    g_free(f->path);
    ob_scratch_free(f->scratch);
}

static void die_with_test(gpointer data)
{
    (void)data;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* The program connects to PATH. */
static void start(Program *f, const char *arguments)
{
    g_auto(GStrv) parts = g_strsplit(arguments, "PATH", -1);
    g_autofree char *with_path = g_strjoinv(f->path, parts);
    g_autofree char *line = g_strdup_printf("%s -accel %s -display none -nodefaults %s",
                                            g_getenv("OB_PROGRAM"), g_getenv("OB_ACCELERATOR"),
                                            with_path);
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    g_autoptr(GError) error = NULL;

    g_spawn_async(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                  die_with_test, NULL, &f->pid, &error);
    g_assert_no_error(error);
    f->peer = accept(f->listener, NULL, NULL);
    g_assert_cmpint(f->peer, >=, 0);
}

static void type(const Program *f, const char *keys)
{
    g_assert_cmpint(send(f->peer, keys, strlen(keys), MSG_NOSIGNAL), ==, (ssize_t)strlen(keys));
}

/* Reads on until the peer has got this.  The caller frees the text. */
static char *hear_until(const Program *f, const char *part)
{
    GString *heard = g_string_new(NULL);
    char byte;

    while (!strstr(heard->str, part)) {
        if (recv(f->peer, &byte, 1, 0) != 1) {
            g_error("'%s' is not in: %s", part, heard->str);
        }
        g_string_append_c(heard, byte);
    }
    return g_string_free(heard, FALSE);
}

/* All that comes until the program ends. */
static char *hear_all(const Program *f)
{
    GString *heard = g_string_new(NULL);
    char bytes[512];
    ssize_t count;
    int status;

    while ((count = recv(f->peer, bytes, sizeof(bytes), 0)) > 0) {
        g_string_append_len(heard, bytes, count);
    }
    g_assert_cmpint(waitpid(f->pid, &status, 0), ==, f->pid);
    g_assert_cmpint(status, ==, 0);
    return g_string_free(heard, FALSE);
}

/* Banners lose their version.  A QEMU whose monitor is not in focus greets twice: before the peer has
 * come, and then. */
static char *plain(const char *heard)
{
    g_autoptr(GRegex) version = g_regex_new("QEMU [0-9.]+( \\([^)]*\\))? monitor", 0, 0, NULL);
    g_autofree char *same = g_regex_replace_literal(version, heard, -1, 0, "QEMU monitor", 0, NULL);
    GString *text = g_string_new(same);

    while (g_string_replace(text, BANNER BANNER, BANNER, 0)) {}
    return g_string_free(text, FALSE);
}

static void test_keys(Program *f, gconstpointer data)
{
    size_t i = GPOINTER_TO_SIZE(data);
    g_autofree char *heard = NULL;
    g_autofree char *text = NULL;

    start(f, rows[i].arguments);
    type(f, rows[i].keys);
    heard = hear_all(f);
    text = plain(heard);
    g_assert_cmpstr(text, ==, rows[i].output);
}

/* ------------------------------------------------------------------------ by name */

/* QMP on a shared stream, too. */
static void test_names(Program *f, gconstpointer data)
{
    static const char *const parts[] = { "\"c\"",       "\"c-base\"",       "\"mux\"",
                                         "\"serial0\"", "\"serial0-base\"", "\"compat_monitor0\"",
                                         "\"null\"" };
    g_autofree char *heard = NULL;
    g_autofree char *rest = NULL;

    (void)data;
    start(f, "-M pc " STREAM "-mon chardev=c,mode=control -serial mon:null -monitor null");
    type(f, "{\"execute\": \"qmp_capabilities\"}\n{\"execute\": \"query-chardev\"}\n");
    heard = hear_until(f, "}]}");
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (!strstr(heard, parts[i])) {
            g_error("%s is not in: %s", parts[i], heard);
        }
    }
    type(f, "\x01x");
    rest = hear_all(f);
}

/* A time begins each line, from the next one on. */
static void test_times(Program *f, gconstpointer data)
{
    g_autofree char *heard = NULL;

    (void)data;
    start(f, "-M none " STREAM "-mon chardev=c");
    type(f, "\x01t\nhelp stop\n\x01t\x01x");
    heard = hear_all(f);
    g_assert_true(g_regex_match_simple("\n\\[00:0[0-9]:[0-9]{2}\\.[0-9]{3}\\] ", heard, 0, 0));
}

/* ------------------------------------------------------------------------ a device */

#define PORTS  0x3e8
#define DEVICE " -device ns16550a-isa,chardev=c,id=u"

typedef struct Line {
    ObClient *c;
    Program other; /* its listener is the stream's */
} Line;

static void line_set_up(Line *f, gconstpointer data)
{
    set_up(&f->other, data);
}

static void line_tear_down(Line *f, gconstpointer data)
{
    if (f->c) {
        ob_client_quit(f->c);
    }
    tear_down(&f->other, data);
}

static bool try(Line *f, const char *options, HwError *error)
{
    g_auto(GStrv) parts = g_strsplit(options, "PATH", -1);
    g_autofree char *with_path = g_strjoinv(f->other.path, parts);
    g_autofree char *arguments = g_strconcat("-M q35 -nodefaults ", with_path, NULL);
    const ObStart s = { .program = g_getenv("OB_PROGRAM"),
                        .accelerator = g_getenv("OB_ACCELERATOR"),
                        .arguments = arguments };

    f->c = ob_client_start(&s, error);
    return f->c;
}

static void line_start(Line *f, const char *options)
{
    HW_ERROR(error, 4096);

    if (!try(f, options, &error)) {
        g_error("%s", error.text);
    }
    f->other.peer = accept(f->other.listener, NULL, NULL);
    g_assert_cmpint(f->other.peer, >=, 0);
}

static uint8_t rd(Line *f, uint32_t number)
{
    return ob_client_inb(f->c, (uint16_t)(PORTS + number));
}

static void data_await(Line *f, char expected)
{
    while (!(rd(f, UART_LSR) & UART_LSR_READY)) {}
    g_assert_cmphex(rd(f, UART_DATA), ==, (uint8_t)expected);
}

static void peer_expect(const Line *f, const char *part)
{
    g_free(hear_until(&f->other, part));
}

static void test_device(Line *f, gconstpointer data)
{
    (void)data;
    line_start(f, STREAM "-mon chardev=c" DEVICE);
    type(&f->other, "a\x01\x01");
    data_await(f, 'a');
    data_await(f, 1);
    ob_client_outb(f->c, PORTS, 'A');
    peer_expect(f, "A");
    type(&f->other, "\x01"
                    "cinfo name\n\x01"
                    "cb");
    peer_expect(f, PROMPT PROMPT "\r\n");
    data_await(f, 'b');
    ob_client_outb(f->c, PORTS, 'B'); /* the focus is the input's alone */
    peer_expect(f, "B");
}

static uint8_t rd_at(Line *f, uint16_t ports, uint32_t number)
{
    return ob_client_inb(f->c, (uint16_t)(ports + number));
}

static void data_await_at(Line *f, uint16_t ports, char expected)
{
    while (!(rd_at(f, ports, UART_LSR) & UART_LSR_READY)) {}
    g_assert_cmphex(rd_at(f, ports, UART_DATA), ==, (uint8_t)expected);
}

/* QEMU's own devices in a stock QEMU. */
static void test_two_devices(Line *f, gconstpointer data)
{
    bool is_ours = strcmp(g_getenv("OB_ACCELERATOR"), "qtest") == 0;
    g_autofree char *options = g_strdup_printf(
        STREAM "-device %s,chardev=c,iobase=0x3e8 -device %s,chardev=c,iobase=0x2e8",
        is_ours ? "ns16550a-isa" : "isa-serial,irq=4",
        is_ours ? "ns16550a-isa" : "isa-serial,irq=3");

    (void)data;
    line_start(f, options);
    type(&f->other, "b");
    data_await_at(f, 0x2e8, 'b'); /* the last one has the focus */
    g_assert_false(rd_at(f, 0x3e8, UART_LSR) & UART_LSR_READY);
    type(&f->other, "\x01"
                    "ca");
    data_await_at(f, 0x3e8, 'a');
    g_assert_false(rd_at(f, 0x2e8, UART_LSR) & UART_LSR_READY);
    ob_client_outb(f->c, 0x3e8, 'A');
    ob_client_outb(f->c, 0x2e8, 'B');
    peer_expect(f, "AB");
}

/* The place of a device that goes is the next one's. */
static void test_two_plugged(Line *f, gconstpointer data)
{
    (void)data;
    line_start(f, STREAM DEVICE);
    for (int i = 0; i < 6; i++) {
        json_t *answer;

        answer = ob_client_qmp_raw(f->c,
                                   "{\"execute\": \"device_add\", \"arguments\": {\"driver\": "
                                   "\"ns16550a-isa\", \"chardev\": \"c\", \"iobase\": 744, "
                                   "\"id\": \"v\"}}");
        g_assert_nonnull(json_object_get(answer, "return"));
        json_decref(answer);
        type(&f->other, "y");
        data_await_at(f, 0x2e8, 'y');
        answer = ob_client_qmp_raw(f->c,
                                   "{\"execute\": \"chardev-remove\", \"arguments\": {\"id\": "
                                   "\"c\"}}");
        g_assert_nonnull(json_object_get(answer, "error"));
        json_decref(answer);
        answer = ob_client_qmp_raw(f->c, "{\"execute\": \"device_del\", \"arguments\": {\"id\": "
                                         "\"v\"}}");
        g_assert_nonnull(json_object_get(answer, "return"));
        json_decref(answer);
    }
    ob_client_outb(f->c, PORTS, 'A');
    peer_expect(f, "A");
}

static void test_swap(Line *f, gconstpointer data)
{
    json_t *answer;

    (void)data;
    line_start(f, STREAM);
    answer = ob_client_qmp_raw(f->c,
                               "{\"execute\": \"chardev-change\", \"arguments\": {\"id\": \"c\", "
                               "\"backend\": {\"type\": \"null\", \"data\": {}}}}");
    g_assert_cmpstr(json_string_value(json_object_get(json_object_get(answer, "error"), "desc")),
                    ==, "Chardev user does not support chardev hotswap");
    json_decref(answer);
}

static void test_break(Line *f, gconstpointer data)
{
    (void)data;
    line_start(f, STREAM "-mon chardev=c" DEVICE);
    type(&f->other, "\x01"
                    "b");
    while (!(rd(f, UART_LSR) & UART_LSR_BREAK)) {}
}

/* A device that reads nothing must not lock its user out of the monitor. */
static void test_stopped(Line *f, gconstpointer data)
{
    (void)data;
    line_start(f, STREAM "-mon chardev=c" DEVICE);
    type(&f->other, "\x01"
                    "cstop\n\x01"
                    "cnobody reads\x01"
                    "ccont\n\x01"
                    "c");
    peer_expect(f, PROMPT PROMPT "\r\n");
    peer_expect(f, PROMPT PROMPT "\r\n");
    data_await(f, 'n');
}

static void must(Line *f, const char *command)
{
    json_t *answer = ob_client_qmp_raw(f->c, command);

    g_assert_nonnull(json_object_get(answer, "return"));
    json_decref(answer);
}

/* A device that is plugged in has the focus; its place is kept for the next one. */
static void test_plug(Line *f, gconstpointer data)
{
    (void)data;
    line_start(f, STREAM "-mon chardev=c");
    peer_expect(f, PROMPT);
    for (int i = 0; i < 6; i++) {
        must(f, "{\"execute\": \"device_add\", \"arguments\": {\"driver\": \"ns16550a-isa\", "
                "\"chardev\": \"c\", \"iobase\": 1000, \"id\": \"u\"}}");
        type(&f->other, "y");
        data_await(f, 'y');
        must(f, "{\"execute\": \"device_del\", \"arguments\": {\"id\": \"u\"}}");
    }
}

/* ------------------------------------------------------------------------ refused */

static const struct {
    const char *name, *options, *sentence;
} refusals[] = {
    { "test", "-chardev test,id=c,mux=on", "-chardev: test: mux=on is for streams with a peer" },
    { "base-first", "-chardev null,id=c-base -chardev null,id=c,mux=on",
      "-chardev: id 'c-base' is in use by another -chardev" },
    { "base-last", "-chardev null,id=c,mux=on -chardev null,id=c-base",
      "-chardev: id 'c-base' is in use by another -chardev" },
    { "five-monitors", "-chardev null,id=c,mux=on -mon c -mon c -mon c -mon c -mon c",
      "-chardev: 'c' has 5 users, expected up to 4" },
    { "a-device-too-many", "-chardev null,id=c,mux=on -mon c -mon c -mon c -mon c" DEVICE,
      "u: chardev 'c': in use by 4 others, expected fewer" },
    { "two-devices-without-mux", "-chardev null,id=c" DEVICE " -device ns16550a-pci,chardev=c,id=v",
      "v: chardev 'c' is in use by 'u'" },
    { "a-second-device-too-many",
      "-chardev null,id=c,mux=on -mon c -mon c -mon c" DEVICE
      " -device ns16550a-pci,chardev=c,id=v",
      "v: chardev 'c': in use by 4 others, expected fewer" },
    { "no-boolean", "-chardev null,id=c,mux=both",
      "-chardev: mux: invalid value 'both': expected on or off" },
    { "stdio-of-two", "-serial mon:stdio -chardev stdio,id=c" DEVICE,
      "u: chardev 'c': in use by -serial" },
    { "port-of-an-unknown-chardev", "-serial chardev:x", "-serial: chardev 'x' is unknown" },
    { "name-of-a-port", "-chardev null,id=serial0 -serial mon:null",
      "-serial: id 'serial0' is in use by another -chardev" },
    { "address", "-serial mon:bogus:1", "-serial: socket: invalid address 'bogus:1'" },
    { "mon-twice", "-serial mon:mon:null", "-serial: socket: invalid address 'mon:null'" },
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

/* ------------------------------------------------------------------------- whole */

#define LINE_TEST(path, function) \
    g_test_add("/mux/" path, Line, NULL, line_set_up, function, line_tear_down)

static void own_tests_add(void)
{
    LINE_TEST("device/talks-beside-a-monitor", test_device);
    LINE_TEST("device/second-comes-and-goes", test_two_plugged);
    LINE_TEST("device/gets-a-break", test_break);
    LINE_TEST("is-not-changed", test_swap);
    LINE_TEST("device/stands-still-and-monitor-does-not", test_stopped);
    LINE_TEST("device/is-plugged-often", test_plug);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/mux/refused/", refusals[i].name, NULL);

        g_test_add(path, Line, GSIZE_TO_POINTER(i), line_set_up, test_refused, line_tear_down);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/mux/keys/", rows[i].name, NULL);

        g_test_add(path, Program, GSIZE_TO_POINTER(i), set_up, test_keys, tear_down);
    }
    g_test_add("/mux/names-of-qemu", Program, NULL, set_up, test_names, tear_down);
    g_test_add("/mux/lines-have-times", Program, NULL, set_up, test_times, tear_down);
    if (strcmp(g_getenv("OB_ACCELERATOR"), "qtest") == 0) {
        own_tests_add();
    }
    LINE_TEST("device/two-take-turns", test_two_devices);
    return g_test_run();
}
