/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.chardev/1 in process: the contract between a device's port and its stream. */
#include <string.h>

#include "hw-api/ext/draft/chardev.h"
#include "qtest/client/client.h"
#include "qtest/machine/chardev/test-chardev.h"
#include "qtest/tests/lib/gadget.h"

/* A device that takes as many bytes as the test allows. */
typedef struct Probe {
    HwDevice dev;
    const char *chardev;
    HwChardevPort *port;
    uint32_t room;
    char got[256];
    uint32_t count;
    bool asks;    /* calls ready() from inside of receive() */
    bool answers; /* sends each byte back */
} Probe;

static const HwChardev *chardev_of(Probe *s)
{
    return hw_chardev(&s->dev);
}

static uint32_t probe_can_receive(HwDevice *dev)
{
    return HW_DEVICE(Probe, dev)->room;
}

static void probe_receive(HwDevice *dev, const uint8_t *bytes, uint32_t size)
{
    Probe *s = HW_DEVICE(Probe, dev);

    g_assert_cmpuint(size, <=, s->room);
    s->room -= size;
    for (uint32_t i = 0; i < size; i++) {
        s->got[s->count++ % sizeof(s->got)] = (char)bytes[i];
    }
    if (s->asks) {
        s->room = 1;
        chardev_of(s)->ready(s->port);
    }
    if (s->answers) {
        chardev_of(s)->write(s->port, bytes, size);
    }
}

static void probe_writable(HwDevice *dev)
{
    gadget_note(dev, "writable");
}

static void probe_event(HwDevice *dev, uint32_t event)
{
    static const char *const names[] = { "none", "opened", "closed", "break" };

    gadget_note(dev, names[event]);
}

static const HwChardevClient client = {
    .abi = HW_ABI(HwChardevClient),
    .can_receive = probe_can_receive,
    .receive = probe_receive,
    .writable = probe_writable,
    .event = probe_event,
};

static bool probe_realize(HwDevice *dev, HwError *error)
{
    Probe *s = HW_DEVICE(Probe, dev);

    s->port = hw_chardev(dev)->open(dev, s->chardev, &client, error);
    return s->port != NULL;
}

static void probe_unrealize(HwDevice *dev)
{
    hw_chardev(dev)->close(HW_DEVICE(Probe, dev)->port);
}

static const HwProperty probe_properties[] = {
    HW_PROP_STRING("chardev", Probe, chardev, NULL, NULL),
};

static HwClass probe_class = {
    .table = { .abi = HW_ABI(HwDeviceClass),
               .name = "probe",
               .instance_size = sizeof(Probe),
               .properties = HW_TABLE(probe_properties),
               .realize = probe_realize,
               .unrealize = probe_unrealize },
};

/* A device that can't receive. */
static bool deaf_realize(HwDevice *dev, HwError *error)
{
    static const HwChardevClient without = { .abi = HW_ABI(HwChardevClient),
                                             .can_receive = probe_can_receive };

    return hw_chardev(dev)->open(dev, HW_DEVICE(Probe, dev)->chardev, &without, error) != NULL;
}

static HwClass deaf_class = {
    .table = { .abi = HW_ABI(HwDeviceClass),
               .name = "deaf",
               .instance_size = sizeof(Probe),
               .properties = HW_TABLE(probe_properties),
               .realize = deaf_realize },
};

/* A stream that answers each write from inside of it, or whose peer leaves there. */
typedef struct Echo {
    ObChardevStream *stream;
    bool leaves;
    bool fails;
    uint32_t rooms;
} Echo;

static bool echo_start(void *link, HwError *error)
{
    if (((Echo *)link)->fails) {
        g_strlcpy(error->text, "no door", error->capacity);
        return false;
    }
    return true;
}

static uint32_t echo_write(void *link, const uint8_t *bytes, uint32_t size)
{
    Echo *echo = link;

    if (echo->leaves) {
        ob_chardev_event(echo->stream, HW_CHARDEV_CLOSED);
        return 0;
    }
    ob_chardev_deliver(echo->stream, bytes, size);
    return size;
}

static void echo_room(void *link)
{
    ((Echo *)link)->rooms++;
}

static void echo_free(void *link)
{
    (void)link;
}

static const ObChardevDriver echo_driver = {
    .type = "echo", .start = echo_start, .write = echo_write, .room = echo_room, .free = echo_free
};

/* -------------------------------------------------------------------------- fixture */

typedef struct Port {
    GadgetHost host;
    ObClient *c;
    Probe *probe;
    Echo echo;
} Port;

static Probe *probe_add(Port *f, const char *options)
{
    return HW_DEVICE(Probe, device_add(&f->host, "probe", options)->dev);
}

static void settle(Port *f)
{
    while (ob_host_poll(f->host.host)) {}
}

static void set_up(Port *f, gconstpointer data)
{
    HW_ERROR(error, 256);

    gadget_set_up(&f->host, data);
    probe_class.original = &probe_class.table;
    g_assert_true(ob_host_add_class(f->host.host, &probe_class, &error));
    deaf_class.original = &deaf_class.table;
    g_assert_true(ob_host_add_class(f->host.host, &deaf_class, &error));
    f->c = ob_client_in_process(f->host.host);
    g_assert_nonnull(ob_test_chardev_add(f->host.host, "t", &error));
    f->echo.stream = ob_chardev_add(f->host.host, "e", &echo_driver, &f->echo, &error);
    f->probe = probe_add(f, "chardev=t,id=p");
    settle(f);
}

static void tear_down(Port *f, gconstpointer data)
{
    ob_client_free(f->c);
    gadget_tear_down(&f->host, data);
}

static void happened(const char *words)
{
    g_assert_cmpstr(gadget_happened->str, ==, words);
    g_string_truncate(gadget_happened, 0);
}

static void to_device(Port *f, const char *text)
{
    g_assert_true(ob_client_chardev_send(f->c, "t", text, strlen(text)));
}

static void got(Probe *probe, const char *text)
{
    g_assert_cmpmem(probe->got, probe->count, text, strlen(text));
    probe->count = 0;
}

static size_t taken_by_test(Port *f)
{
    size_t size;

    g_free(ob_client_chardev_receive(f->c, "t", &size));
    return size;
}

/* ---------------------------------------------------------------------------- tests */

static void test_opened(Port *f, gconstpointer data)
{
    (void)data;
    happened("p:opened");
    g_assert_true(chardev_of(f->probe)->has_peer(f->probe->port));
    g_assert_true(ob_client_chardev_event(f->c, "t", "break"));
    g_assert_true(ob_client_chardev_event(f->c, "t", "closed"));
    g_assert_true(ob_client_chardev_event(f->c, "t", "opened"));
    g_assert_false(ob_client_chardev_event(f->c, "t", "ajar"));
    happened("p:break p:closed p:opened");
}

static void test_both_ways(Port *f, gconstpointer data)
{
    g_autofree uint8_t *bytes = NULL;
    size_t size;

    (void)data;
    f->probe->room = 99;
    to_device(f, "hello");
    got(f->probe, "hello");
    g_assert_cmpuint(chardev_of(f->probe)->write(f->probe->port, "abc", 3), ==, 3);
    g_assert_cmpuint(chardev_of(f->probe)->write(f->probe->port, "", 0), ==, 0);
    bytes = ob_client_chardev_receive(f->c, "t", &size);
    g_assert_cmpmem(bytes, size, "abc", 3);
    g_assert_cmpuint(taken_by_test(f), ==, 0);
}

static void test_no_room(Port *f, gconstpointer data)
{
    (void)data;
    f->probe->room = 2;
    to_device(f, "abcd");
    got(f->probe, "ab");
    f->probe->room = 1;
    chardev_of(f->probe)->ready(f->probe->port);
    got(f->probe, ""); /* never from inside of ready() */
    settle(f);
    got(f->probe, "c");
    f->probe->room = 99;
    to_device(f, "e"); /* behind the one that waits */
    got(f->probe, "de");
}

static void test_limit(Port *f, gconstpointer data)
{
    g_autofree char *flood = g_malloc0(OB_TEST_CHARDEV_KEPT_MAX);

    (void)data;
    g_assert_true(ob_client_chardev_send(f->c, "t", flood, OB_TEST_CHARDEV_KEPT_MAX));
    g_assert_false(ob_client_chardev_send(f->c, "t", flood, 1));
}

/* The loop gets its turn between. */
static void test_asks_in_receive(Port *f, gconstpointer data)
{
    g_autofree char *many = g_strnfill(200, 'x');

    (void)data;
    f->probe->room = 1;
    f->probe->asks = true;
    to_device(f, many);
    g_assert_cmpuint(f->probe->count, <, 200);
    settle(f);
    g_assert_cmpuint(f->probe->count, ==, 200);
}

static void test_slow_peer(Port *f, gconstpointer data)
{
    g_autofree char *flood = g_malloc0(OB_TEST_CHARDEV_SENT_MAX + 1);
    const HwChardev *chardev = chardev_of(f->probe);

    (void)data;
    happened("p:opened");
    g_assert_cmpuint(chardev->write(f->probe->port, flood, OB_TEST_CHARDEV_SENT_MAX + 1), ==,
                     OB_TEST_CHARDEV_SENT_MAX);
    g_assert_cmpuint(chardev->write(f->probe->port, flood, 1), ==, 0);
    settle(f);
    happened("");
    g_assert_cmpuint(taken_by_test(f), ==, OB_TEST_CHARDEV_SENT_MAX);
    happened("p:writable");
    g_assert_cmpuint(taken_by_test(f), ==, 0);
    happened("");
}

/* A peer that stalls and dies does not block the device for ever. */
static void test_slow_peer_dies(Port *f, gconstpointer data)
{
    g_autofree char *flood = g_malloc0(OB_TEST_CHARDEV_SENT_MAX + 1);
    const HwChardev *chardev = chardev_of(f->probe);

    (void)data;
    happened("p:opened");
    chardev->write(f->probe->port, flood, OB_TEST_CHARDEV_SENT_MAX + 1);
    g_assert_true(ob_client_chardev_event(f->c, "t", "closed"));
    happened("p:closed p:writable");
    g_assert_cmpuint(chardev->write(f->probe->port, flood, 77), ==, 77); /* lost */
    g_assert_false(chardev->has_peer(f->probe->port));
}

static void test_answers(Port *f, gconstpointer data)
{
    Probe *probe = probe_add(f, "chardev=e,id=q");

    (void)data;
    ob_chardev_event(f->echo.stream, HW_CHARDEV_OPENED);
    probe->room = 5;
    probe->answers = true;
    chardev_of(probe)->write(probe->port, "z", 1);
    g_assert_cmpuint(probe->count, ==, 0); /* never from inside of write() */
    settle(f);
    got(probe, "zzzzz");
    g_assert_cmpuint(f->echo.rooms, ==, 0);
    probe->answers = false;
    probe->room = 1;
    chardev_of(probe)->ready(probe->port);
    settle(f);
    got(probe, "z");
    g_assert_cmpuint(f->echo.rooms, ==, 1);
}

static void test_peer_leaves_in_write(Port *f, gconstpointer data)
{
    Probe *probe = probe_add(f, "chardev=e,id=q");

    (void)data;
    ob_chardev_event(f->echo.stream, HW_CHARDEV_OPENED);
    f->echo.leaves = true;
    g_string_truncate(gadget_happened, 0);
    g_assert_cmpuint(chardev_of(probe)->write(probe->port, "abc", 3), ==, 3);
    happened("");
    settle(f);
    happened("q:closed");
}

static bool runs(void *opaque)
{
    return *(bool *)opaque;
}

static void test_stopped(Port *f, gconstpointer data)
{
    bool running = false;

    (void)data;
    happened("p:opened");
    f->probe->room = 9;
    ob_host_follow(f->host.host, runs, &running);
    to_device(f, "abc");
    g_assert_true(ob_client_chardev_event(f->c, "t", "break"));
    chardev_of(f->probe)->ready(f->probe->port);
    settle(f);
    ob_chardev_resume(f->host.host);
    got(f->probe, "");
    happened("");
    running = true;
    ob_chardev_resume(f->host.host);
    got(f->probe, "abc");
    happened("p:break");
}

static void test_refused(Port *f, gconstpointer data)
{
    HW_ERROR(error, 256);

    (void)data;
    device_refused(&f->host, "probe", "chardev=x,id=q", "q: chardev 'x' does not exist");
    device_refused(&f->host, "probe", "chardev=t,id=q", "q: chardev 't' is in use by 'p'");
    device_refused(&f->host, "deaf", "id=q",
                   "q: its HwChardevClient does not have can_receive and receive");
    f->echo.fails = true;
    device_refused(&f->host, "probe", "chardev=e,id=q", "q: chardev 'e': no door");
    f->echo.fails = false;
    probe_add(f, "chardev=e,id=q");
    g_assert_null(ob_test_chardev_add(f->host.host, "t", &error));
    g_assert_cmpstr(error.text, ==, "chardev 't' already exists");
    g_assert_false(ob_test_chardev_send(f->host.host, "e", "", 0, &error));
    g_assert_cmpstr(error.text, ==, "chardev 'e' has the type echo, expected test");
    g_assert_false(ob_test_chardev_send(f->host.host, "x", "", 0, &error));
    g_assert_cmpstr(error.text, ==, "chardev 'x' does not exist");
}

static void test_without_stream(Port *f, gconstpointer data)
{
    Probe *probe = probe_add(f, "id=q");

    (void)data;
    g_assert_false(chardev_of(probe)->has_peer(probe->port));
    g_assert_cmpuint(chardev_of(probe)->write(probe->port, "abc", 3), ==, 3);
    chardev_of(probe)->ready(probe->port);
}

static void test_device_goes(Port *f, gconstpointer data)
{
    Probe *probe;

    (void)data;
    to_device(f, "abc");
    chardev_of(f->probe)->ready(f->probe->port);
    ob_host_remove_device(f->host.host, ob_host_find_device(f->host.host, "p"));
    settle(f);
    to_device(f, "lost");
    g_string_truncate(gadget_happened, 0);
    probe = probe_add(f, "chardev=t,id=q"); /* the stream is free again, and its peer is there */
    probe->room = 9;
    settle(f);
    happened("q:opened");
    to_device(f, "new");
    got(probe, "new");
}

#define TEST(path, function) \
    g_test_add("/chardev/port/" path, Port, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("events/reach-the-device", test_opened);
    TEST("bytes/both-ways-with-the-clock-stopped", test_both_ways);
    TEST("bytes/lost-without-a-stream", test_without_stream);
    TEST("back-pressure/bytes-wait-for-ready", test_no_room);
    TEST("back-pressure/a-test-can-not-flood", test_limit);
    TEST("back-pressure/ready-from-inside-of-receive", test_asks_in_receive);
    TEST("back-pressure/writable-after-a-slow-peer", test_slow_peer);
    TEST("back-pressure/writable-after-a-slow-peer-died", test_slow_peer_dies);
    TEST("answers/never-from-inside-of-write", test_answers);
    TEST("peer/leaves-from-inside-of-write", test_peer_leaves_in_write);
    TEST("stopped/bytes-and-events-wait-until-the-machine-runs", test_stopped);
    TEST("refused/by-name", test_refused);
    TEST("device/goes-with-bytes-kept", test_device_goes);
    return g_test_run();
}
