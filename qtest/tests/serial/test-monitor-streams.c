/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A monitor that people reach by telnet or by a pipe.  The bytes hold for our program and for stock QEMUs:
 * OB_PROGRAM, with OB_ACCELERATOR, is either.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qtest/client/client.h"
#include "qtest/client/process/scratch.h"
#include "qtest/client/process/unix-socket.h"
#include "qtest/host/io/telnet.h"

#define SERVER   "-chardev socket,path=PATH,id=c,mux=on,server=on,wait=off,telnet=on -mon chardev=c"
#define PIPE     "-chardev pipe,path=PATH,id=c,mux=on -mon chardev=c"
#define IAC      "\xff"
#define WILL     IAC "\xfb"
#define DO       IAC "\xfd"
#define GREETING WILL "\x01" WILL "\x03" WILL "%" DO "%" /* % is the option 0 */
#define PROMPT   "(qemu) "

typedef struct Stream {
    ObScratch *scratch;
    ObClient *c;
    char *path;
    int in; /* the test's own end */
    int out;
} Stream;

static void set_up(Stream *f, gconstpointer data)
{
    (void)data;
    f->scratch = ob_scratch_new();
    f->path = g_build_filename(ob_scratch_path(f->scratch), "line", NULL);
    f->in = f->out = -1;
}

static void tear_down(Stream *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->c);
    if (f->out != f->in) {
        close(f->out);
    }
    close(f->in);
    g_free(f->path);
    ob_scratch_free(f->scratch);
}

static void start(Stream *f, const char *arguments)
{
    g_auto(GStrv) parts = g_strsplit(arguments, "PATH", -1);
    g_autofree char *with_path = g_strjoinv(f->path, parts);
    const ObStart how = { .program = g_getenv("OB_PROGRAM"),
                          .accelerator = g_getenv("OB_ACCELERATOR"),
                          .arguments = with_path };
    HW_ERROR(error, 4096);

    f->c = ob_client_start(&how, &error);
    g_assert_cmpstr(error.text, ==, "");
}

static void telnet_start(Stream *f, const char *arguments)
{
    start(f, arguments);
    f->in = f->out = ob_unix_connect(f->path, 0);
    g_assert_cmpint(f->in, >=, 0);
}

static int fifo_open(const Stream *f, const char *end)
{
    g_autofree char *name = g_strconcat(f->path, end, NULL);
    int fd;

    g_assert_cmpint(mkfifo(name, 0600), ==, 0);
    fd = open(name, O_RDWR | O_CLOEXEC);
    g_assert_cmpint(fd, >=, 0);
    return fd;
}

static void type(const Stream *f, const char *keys)
{
    g_assert_cmpint(write(f->out, keys, strlen(keys)), ==, (ssize_t)strlen(keys));
}

/* The bytes up to the end of `part`; a zero byte is shown by a percent sign. */
static char *hear_until(const Stream *f, const char *part)
{
    GString *heard = g_string_new(NULL);

    while (!g_str_has_suffix(heard->str, part)) {
        char byte;

        if (read(f->in, &byte, 1) != 1) {
            g_error("'%s' is not in: %s", part, heard->str);
        }
        g_string_append_c(heard, byte ? byte : '%');
    }
    return g_string_free(heard, FALSE);
}

static void hear_banner(const Stream *f, const char *greeting)
{
    g_autofree char *heard = hear_until(f, PROMPT);

    g_assert_true(g_str_has_prefix(heard, greeting));
    g_assert_true(g_str_has_prefix(heard + strlen(greeting), "QEMU "));
    g_assert_true(g_str_has_suffix(heard, "monitor - type 'help' for more information\r\n" PROMPT));
}

static void answers(const Stream *f)
{
    g_autofree char *heard = NULL;

    type(f, "\x01h");
    heard = hear_until(f, "sends C-a\n\r");
    g_assert_true(g_str_has_prefix(heard, "\n\rC-a h    print this help\n\r"));
}

/* ------------------------------------------------------------------------- telnet */

static void test_greeting(Stream *f, gconstpointer data)
{
    (void)data;
    telnet_start(f, SERVER);
    hear_banner(f, GREETING);
    answers(f);
}

/* The client's half of the negotiation, and a break. */
static void test_commands(Stream *f, gconstpointer data)
{
    (void)data;
    telnet_start(f, SERVER);
    hear_banner(f, GREETING);
    type(f, DO "\x01" DO "\x03" IAC "\xf3" WILL "\x1f");
    answers(f);
    type(f, IAC);
    type(f, "\xfd");
    type(f, "\x01");
    answers(f);
}

/* Each peer is asked again, and a command that the last one began is forgotten.  QEMU remembers it. */
static void test_next_peer(Stream *f, gconstpointer data)
{
    (void)data;
    telnet_start(f, SERVER);
    hear_banner(f, GREETING);
    type(f, IAC "\xfd");
    close(f->in);
    f->in = f->out = ob_unix_connect(f->path, 0);
    hear_banner(f, GREETING);
    answers(f);
}

static const struct {
    const char *name, *input, *data;
    uint32_t breaks;
} inputs[] = {
    { "data-alone", "abc", "abc", 0 },
    { "options",
      "a" WILL "\x01" DO "\x02"
      "b",
      "ab", 0 },
    { "doubled-byte", "a" IAC IAC "b", "a" IAC "b", 0 },
    { "doubled-byte-is-no-command",
      IAC IAC "\xfd"
              "b",
      IAC "\xfd"
          "b",
      0 },
    { "break",
      "a" IAC "\xf3"
      "b",
      "ab", 1 },
    { "nothing-to-do",
      "a" IAC "\xf1"
      "b",
      "ab", 0 },
    { "end-within-a-command", "a" IAC, "a", 0 },
    { "option-that-looks-like-a-command", WILL IAC "b", "b", 0 },
};

/* Once as a whole, once byte by byte. */
static void test_input(gconstpointer data)
{
    size_t row = GPOINTER_TO_SIZE(data);
    size_t count = strlen(inputs[row].input);
    ObTelnet whole = { 0 };
    ObTelnet pieces = { 0 };
    char to[64];
    GString *joined = g_string_new(NULL);
    uint32_t breaks;
    uint32_t sum = 0;
    size_t kept = ob_telnet_input(&whole, inputs[row].input, count, to, &breaks);

    g_assert_cmpmem(to, kept, inputs[row].data, strlen(inputs[row].data));
    g_assert_cmpuint(breaks, ==, inputs[row].breaks);
    for (size_t i = 0; i < count; i++) {
        kept = ob_telnet_input(&pieces, inputs[row].input + i, 1, to, &breaks);
        g_string_append_len(joined, to, (gssize)kept);
        sum += breaks;
    }
    g_assert_cmpstr(joined->str, ==, inputs[row].data);
    g_assert_cmpuint(sum, ==, inputs[row].breaks);
    g_string_free(joined, TRUE);
}

/* --------------------------------------------------------------------------- pipes */

static void test_two_fifos(Stream *f, gconstpointer data)
{
    (void)data;
    f->out = fifo_open(f, ".in");
    f->in = fifo_open(f, ".out");
    start(f, PIPE);
    hear_banner(f, "");
    answers(f);
}

/* A reader who goes is followed by the next one. */
static void test_next_reader(Stream *f, gconstpointer data)
{
    g_autofree char *name = g_strconcat(f->path, ".out", NULL);
    int first;

    (void)data;
    f->out = fifo_open(f, ".in");
    first = fifo_open(f, ".out");
    start(f, PIPE);
    f->in = open(name, O_RDWR | O_CLOEXEC);
    close(first);
    hear_banner(f, "");
    answers(f);
}

#define TEST(path, function) \
    g_test_add("/monitor-streams/" path, Stream, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("telnet/greeting", test_greeting);
    TEST("telnet/commands-are-no-input", test_commands);
    if (strcmp(g_getenv("OB_ACCELERATOR"), "qtest") == 0) {
        TEST("telnet/next-peer-is-greeted", test_next_peer);
    }
    TEST("pipe/two-fifos", test_two_fifos);
    TEST("pipe/readers-come-and-go", test_next_reader);
    for (size_t i = 0; i < G_N_ELEMENTS(inputs); i++) {
        g_autofree char *path = g_strconcat("/monitor-streams/telnet/input/", inputs[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_input);
    }
    return g_test_run();
}
