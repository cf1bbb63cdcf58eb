/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands about byte streams: what they keep, log and tell of themselves. */
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "hw-api/device/error.h"
#include "qtest/host/io/loop.h"
#include "qtest/host/qmp/hmp.h"
#include "qtest/tests/host/qmp-peer.h"

#define PORT "-device", "ns16550a-isa,id=u,chardev=c,iobase=0x3e8,irq-line=5"

static void hmp(Qmp *f, const char *line, const char *expected)
{
    g_autofree char *text = ob_hmp_execute(&f->system, line);

    g_assert_cmpstr(text, ==, expected);
}

/* The serial port sends it. */
static void send_text(Qmp *f, const char *text)
{
    for (; *text; text++) {
        g_autofree char *line = g_strdup_printf("o /b 0x3e8 %d", *text);

        hmp(f, line, "");
    }
}

/* ------------------------------------------------------------------------ ringbuf */

static void set_up_ring(Qmp *f, gconstpointer data)
{
    (void)data;
    qmp_set_up_with(f, (const char *[]) { "-chardev", "ringbuf,id=c,size=8", "-chardev",
                                          "null,id=n", PORT, NULL });
    negotiate(f);
}

static void test_output(Qmp *f, gconstpointer data)
{
    (void)data;
    send_text(f, "hello");
    say(f, EXECUTE("ringbuf-read", "\"device\": \"c\", \"size\": 3"));
    hear(f, "{\"return\": \"hel\"}");
    say(f, EXECUTE("ringbuf-read", "\"device\": \"c\", \"size\": 3"));
    hear(f, "{\"return\": \"lo\"}");
    say(f, EXECUTE("ringbuf-read", "\"device\": \"c\", \"size\": 3"));
    hear(f, "{\"return\": \"\"}");
}

static void test_oldest_is_lost(Qmp *f, gconstpointer data)
{
    (void)data;
    send_text(f, "hello ");
    say(f, EXECUTE("ringbuf-write", "\"device\": \"c\", \"data\": \"world\""));
    hear(f, "{\"return\": {}}");
    say(f, EXECUTE("ringbuf-read", "\"device\": \"c\", \"size\": 100"));
    hear(f, "{\"return\": \"lo world\"}");
}

static void test_base64(Qmp *f, gconstpointer data)
{
    (void)data;
    say(f, EXECUTE("ringbuf-write",
                   "\"device\": \"c\", \"data\": \"AAECgA==\", \"format\": \"base64\""));
    hear(f, "{\"return\": {}}");
    say(f, EXECUTE("ringbuf-read", "\"device\": \"c\", \"size\": 8, \"format\": \"base64\""));
    hear(f, "{\"return\": \"AAECgA==\"}");
}

/* In the words of QEMU 7.2 and 11.1. */
static void test_by_hmp(Qmp *f, gconstpointer data)
{
    (void)data;
    hmp(f, "ringbuf_write c hello", "");
    hmp(f, "ringbuf_read c 20", "hello\r\n");
    say(f, EXECUTE("ringbuf-write",
                   "\"device\": \"c\", \"data\": \"AgGA/1w=\", \"format\": \"base64\""));
    hear(f, "{\"return\": {}}");
    hmp(f, "ringbuf_read c 20", "\\u0002\\u0001\xef\xbf\xbd\xef\xbf\xbd\\\\\r\n");
    hmp(f, "ringbuf_read z 20", "Error: Device 'z' not found\r\n");
}

static const struct {
    const char *name;
    const char *command;
    const char *desc;
} refused[] = {
    { "read-of-nothing", EXECUTE("ringbuf-read", "\"device\": \"c\", \"size\": 0"),
      "size must be greater than zero" },
    { "read-of-another-type", EXECUTE("ringbuf-read", "\"device\": \"n\", \"size\": 1"),
      "n is not a ringbuf device" },
    { "read-of-no-chardev", EXECUTE("ringbuf-read", "\"device\": \"z\", \"size\": 1"),
      "Device 'z' not found" },
    { "write-to-another-type", EXECUTE("ringbuf-write", "\"device\": \"n\", \"data\": \"x\""),
      "n is not a ringbuf device" },
    { "write-of-no-base64",
      EXECUTE("ringbuf-write", "\"device\": \"c\", \"data\": \"%\", \"format\": \"base64\""),
      "Base64 data contains invalid characters" },
    { "format-unknown",
      EXECUTE("ringbuf-write", "\"device\": \"c\", \"data\": \"x\", \"format\": \"hex\""),
      "Parameter 'format' does not accept value 'hex'" },
};

static void test_refused(Qmp *f, gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);

    say(f, refused[row].command);
    hear_error(f, "GenericError", refused[row].desc);
    lives(f);
}

/* ------------------------------------------------------------------------ logfile */

typedef struct Logged {
    const char *type; /* with options */
    const char *kept; /* in the file from before */
    const char *content;
} Logged;

static const Logged logged[] = {
    { "null", "old", "new" },
    { "null,logappend=on", "old", "oldnew" },
    { "ringbuf", "", "new" },
    { "socket,host=127.0.0.1,port=0,server=on,wait=off", "", "new" },
};

static void test_log(gconstpointer opaque)
{
    const Logged *row = opaque;
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "log", NULL);
    g_autofree char *option = g_strdup_printf("%s,id=c,logfile=%s", row->type, path);
    g_autofree char *content = NULL;
    Qmp f = { 0 };

    g_assert_true(g_file_set_contents(path, row->kept, -1, NULL));
    qmp_set_up_with(&f, (const char *[]) { "-chardev", option, PORT, NULL });
    send_text(&f, "new");
    qmp_tear_down(&f, NULL);
    g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
    g_assert_cmpstr(content, ==, row->content);
    g_unlink(path);
    g_rmdir(directory);
}

/* --------------------------------------------------------------- the list of chardevs */

static const struct {
    const char *type;
    const char *name;
} names[] = {
    { "null", "null" },
    { "ringbuf", "ringbuf" },
    { "test", "test" },
    { "socket,path=/nonexistent/s,server=on", "disconnected:unix:/nonexistent/s,server=on" },
    { "socket,host=localhost,port=5", "disconnected:tcp:localhost:5" },
    { "file,path=/nonexistent/f", "file" },
    { "pty", "pty" },
};

/* A device need not use the stream. */
static void test_name(gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);
    g_autofree char *option = g_strdup_printf("%s,id=c", names[row].type);
    g_autofree char *answer = g_strdup_printf(
        "{\"return\": [{\"label\": \"c\", \"filename\": \"%s\", \"frontend-open\": false}]}",
        names[row].name);
    g_autofree char *info = g_strdup_printf("c: filename=%s\r\n", names[row].name);
    Qmp f = { 0 };

    qmp_set_up_with(&f, (const char *[]) { "-chardev", option, NULL });
    negotiate(&f);
    say(&f, "{\"execute\": \"query-chardev\"}");
    hear(&f, answer);
    hmp(&f, "info chardev", info);
    qmp_tear_down(&f, NULL);
}

static void test_used(Qmp *f, gconstpointer data)
{
    (void)data;
    say(f, "{\"execute\": \"query-chardev\"}");
    hear(f, "{\"return\": [{\"label\": \"c\", \"filename\": \"ringbuf\", \"frontend-open\": true}, "
            "{\"label\": \"n\", \"filename\": \"null\", \"frontend-open\": false}]}");
}

#define RING_TEST(path, data, function) \
    g_test_add("/chardevs/" path, Qmp, data, set_up_ring, function, qmp_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    RING_TEST("ringbuf/keeps-the-output", NULL, test_output);
    RING_TEST("ringbuf/loses-the-oldest", NULL, test_oldest_is_lost);
    RING_TEST("ringbuf/base64", NULL, test_base64);
    RING_TEST("ringbuf/by-hmp", NULL, test_by_hmp);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path = g_strconcat("/chardevs/ringbuf/refused/", refused[i].name, NULL);

        g_test_add(path, Qmp, GUINT_TO_POINTER(i), set_up_ring, test_refused, qmp_tear_down);
    }
    for (guint i = 0; i < G_N_ELEMENTS(logged); i++) {
        g_autofree char *path = g_strdup_printf("/chardevs/logfile/%u", i);

        g_test_add_data_func(path, &logged[i], test_log);
    }
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_auto(GStrv) words = g_strsplit(names[i].type, ",", 0);
        g_autofree char *path = g_strdup_printf("/chardevs/name/%s-%u", words[0], i);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_name);
    }
    RING_TEST("name/of-a-stream-in-use", NULL, test_used);
    return g_test_run();
}
