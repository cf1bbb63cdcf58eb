/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters of a network in our program: t and u are the test's ends of two networks, joined by a hub. */
#include <string.h>
#include <unistd.h>

#include "qtest/client/client.h"
#include "qtest/client/process/scratch.h"
#include "qtest/client/process/unix-socket.h"
#include "qtest/tests/net/net-machine.h"
#include "qtest/text/json.h"

#define SIZE       60u /* frames have it */
#define TIMEOUT_US (30 * G_USEC_PER_SEC)
#define NETWORKS                                                                     \
    "-M q35 -nodefaults -netdev test,id=t -netdev hubport,id=p,hubid=0,netdev=t "    \
    "-netdev test,id=u -netdev hubport,id=q,hubid=0,netdev=u -chardev ringbuf,id=c " \
    "-chardev ringbuf,id=d "

typedef struct Filtered {
    ObClient *c;
    uint8_t frame[SIZE];
} Filtered;

static void start(Filtered *f, const char *objects)
{
    g_autofree char *arguments = g_strconcat(NETWORKS, objects, NULL);
    const ObStart s = { .program = g_getenv("OB_PROGRAM"), .arguments = arguments };
    HW_ERROR(error, 4096);

    f->c = ob_client_start(&s, &error);
    g_assert_cmpstr(error.text, ==, "");
    for (uint32_t i = 0; i < SIZE; i++) {
        f->frame[i] = (uint8_t)(i * 7);
    }
}

static void tear_down(Filtered *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->c);
}

static void set_up_nothing(Filtered *f, gconstpointer data)
{
    (void)f;
    (void)data;
}

static void send_frame(Filtered *f, const char *from)
{
    g_assert_true(ob_client_net_send(f->c, from, f->frame, SIZE));
}

static bool arrives(Filtered *f, const char *at)
{
    size_t size;
    g_autofree uint8_t *frame = ob_client_net_receive(f->c, at, &size);

    if (frame) {
        g_assert_cmpmem(frame, size, f->frame, SIZE);
    }
    return frame != NULL;
}

/* True if a ring has one frame behind its length, false if it has nothing. */
static bool ring_has(Filtered *f, const char *ring)
{
    json_t *answer = ob_client_qmp(f->c, "ringbuf-read",
                                   json_pack("{s:o, s:i, s:s}", "device", ob_json_text(ring),
                                             "size", 10000, "format", "base64"),
                                   NULL);
    gsize size;
    g_autofree guchar *bytes = g_base64_decode(json_string_value(answer), &size);

    json_decref(answer);
    if (size) {
        g_assert_cmpuint(size, ==, 4 + SIZE);
        g_assert_cmpmem(bytes, 4, "\0\0\0\x3c", 4);
        g_assert_cmpmem(bytes + 4, SIZE, f->frame, SIZE);
    }
    return size != 0;
}

/* -------------------------------------------------------------------------- by table */

typedef struct Row {
    const char *name;
    const char *objects;
    const char *from;
    bool arrives; /* at the other end */
    bool c, d;    /* the rings that get it */
} Row;

#define MIRROR     "-object filter-mirror,netdev=t,id=m,outdev=c"
#define REDIRECTOR "-object filter-redirector,netdev=t,id=r,outdev=d"

static const Row rows[] = {
    { "mirror/copies", MIRROR, "t", true, true, false },
    { "mirror/of-both-directions", MIRROR, "u", true, true, false },
    { "mirror/of-tx", MIRROR ",queue=tx", "t", true, true, false },
    { "mirror/of-tx-not-from-the-device", MIRROR ",queue=tx", "u", true, false, false },
    { "mirror/of-rx", MIRROR ",queue=rx", "u", true, true, false },
    { "mirror/of-rx-not-to-the-device", MIRROR ",queue=rx", "t", true, false, false },
    { "mirror/switched-off", MIRROR ",status=off", "t", true, false, false },
    { "redirector/moves", REDIRECTOR, "t", false, false, true },
    { "redirector/of-the-other-direction-passes", REDIRECTOR ",queue=rx", "t", true, false, false },
    { "redirector/without-outdev-passes",
      "-chardev null,id=n -object filter-redirector,netdev=t,id=r,indev=n", "t", true, false,
      false },
    { "order/first-takes-to-the-device", REDIRECTOR " " MIRROR, "t", false, false, true },
    { "order/last-takes-from-the-device", REDIRECTOR " " MIRROR, "u", false, true, true },
    { "order/head", REDIRECTOR " " MIRROR ",position=head", "t", false, true, true },
    { "order/before-another", REDIRECTOR " " MIRROR ",position=id=r,insert=before", "t", false,
      true, true },
    { "order/behind-another", MIRROR ",position=head " REDIRECTOR ",position=id=m", "t", false,
      true, true },
};

static void test_row(Filtered *f, gconstpointer data)
{
    const Row *row = data;
    const char *to = strcmp(row->from, "t") == 0 ? "u" : "t";

    start(f, row->objects);
    send_frame(f, row->from);
    g_assert_true(arrives(f, to) == row->arrives);
    g_assert_true(ring_has(f, "c") == row->c);
    g_assert_true(ring_has(f, "d") == row->d);
}

/* ------------------------------------------------------------------------ redirector */

/* Frames of a stream go on behind the filter; a filter before it does not see them. */
static void test_input(Filtered *f, gconstpointer data)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "s", NULL);
    g_autofree char *objects = g_strdup_printf(
        "-chardev socket,id=s,path=%s,server=on,wait=off "
        "-object filter-mirror,netdev=t,id=a,outdev=c "
        "-object filter-redirector,netdev=t,id=r,queue=tx,indev=s "
        "-object filter-mirror,netdev=t,id=b,outdev=d",
        path);
    int64_t end = g_get_monotonic_time() + TIMEOUT_US;
    int peer;

    (void)data;
    start(f, objects);
    peer = ob_unix_connect(path, 0);
    g_assert_cmpint(write(peer, "\0\0\0\x3c", 4), ==, 4);
    g_assert_cmpint(write(peer, f->frame, SIZE), ==, SIZE);
    while (!arrives(f, "u")) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
    g_assert_false(ring_has(f, "c"));
    g_assert_true(ring_has(f, "d"));
    close(peer);
    ob_scratch_free(scratch);
}

/* ---------------------------------------------------------------------------- buffer */

static void test_buffer(Filtered *f, gconstpointer data)
{
    (void)data;
    start(f, "-object filter-buffer,netdev=t,id=b,interval=1000 " MIRROR);
    send_frame(f, "t");
    ob_client_clock_step(f->c, 999 * 1000);
    g_assert_false(arrives(f, "u"));
    ob_client_clock_step(f->c, 1000);
    g_assert_true(arrives(f, "u"));
    g_assert_true(ring_has(f, "c"));
    send_frame(f, "u");
    g_assert_true(ring_has(f, "c"));
    g_assert_false(arrives(f, "t"));
    ob_client_clock_step(f->c, 1000 * 1000);
    g_assert_true(arrives(f, "t"));
}

static void remove_by(Filtered *f, const char *command, const char *id)
{
    json_decref(ob_client_qmp(f->c, command, json_pack("{s:o}", "id", ob_json_text(id)), NULL));
}

/* It lets the frames go on. */
static void test_buffer_ends(Filtered *f, gconstpointer data)
{
    (void)data;
    start(f, "-object filter-buffer,netdev=t,id=b,interval=1000 " MIRROR);
    send_frame(f, "t");
    remove_by(f, "object-del", "b");
    g_assert_true(arrives(f, "u"));
    g_assert_true(ring_has(f, "c"));
    send_frame(f, "t");
    g_assert_true(arrives(f, "u"));
}

/* ----------------------------------------------------------------------------- change */

static void change(Filtered *f, const char *id, const char *property, json_t *value)
{
    g_autofree char *path = g_strconcat("/objects/", id, NULL);

    json_decref(ob_client_qmp(f->c, "qom-set",
                              json_pack("{s:o, s:o, s:o}", "path", ob_json_text(path), "property",
                                        ob_json_text(property), "value", value),
                              NULL));
}

static void test_status_changes(Filtered *f, gconstpointer data)
{
    (void)data;
    start(f, MIRROR " " REDIRECTOR ",status=off");
    change(f, "m", "status", ob_json_text("off"));
    send_frame(f, "t");
    g_assert_true(arrives(f, "u"));
    g_assert_false(ring_has(f, "c"));
    change(f, "m", "status", ob_json_text("on"));
    change(f, "r", "status", ob_json_text("on"));
    send_frame(f, "t");
    g_assert_false(arrives(f, "u"));
    g_assert_true(ring_has(f, "c"));
    g_assert_true(ring_has(f, "d"));
}

static void test_queue_changes(Filtered *f, gconstpointer data)
{
    (void)data;
    start(f, MIRROR);
    change(f, "m", "queue", ob_json_text("rx"));
    send_frame(f, "t");
    g_assert_true(arrives(f, "u"));
    g_assert_false(ring_has(f, "c"));
    send_frame(f, "u");
    g_assert_true(arrives(f, "t"));
    g_assert_true(ring_has(f, "c"));
}

/* Off lets the frames go on; on begins a whole interval. */
static void test_buffer_changes(Filtered *f, gconstpointer data)
{
    (void)data;
    start(f, "-object filter-buffer,netdev=t,id=b,interval=1000");
    send_frame(f, "t");
    change(f, "b", "status", ob_json_text("off"));
    g_assert_true(arrives(f, "u"));
    send_frame(f, "t");
    g_assert_true(arrives(f, "u"));
    ob_client_clock_step(f->c, 600 * 1000);
    change(f, "b", "interval", json_integer(500));
    change(f, "b", "status", ob_json_text("on"));
    send_frame(f, "t");
    ob_client_clock_step(f->c, 499 * 1000);
    g_assert_false(arrives(f, "u"));
    ob_client_clock_step(f->c, 1000);
    g_assert_true(arrives(f, "u"));
}

/* The object that has changed goes like any other. */
static void test_changed_ends(Filtered *f, gconstpointer data)
{
    (void)data;
    start(f, "");
    json_decref(ob_client_qmp(f->c, "object-add",
                              json_pack("{s:s, s:s, s:s, s:s}", "qom-type", "filter-mirror", "id",
                                        "m", "netdev", "t", "outdev", "c"),
                              NULL));
    for (int i = 0; i < 3; i++) {
        change(f, "m", "status", ob_json_text("off"));
    }
    remove_by(f, "object-del", "m");
    send_frame(f, "t");
    g_assert_true(arrives(f, "u"));
}

/* ------------------------------------------------------------------------- networks go */

static json_t *buffer_of(const char *netdev)
{
    return json_pack("{s:s, s:s, s:o, s:i}", "qom-type", "filter-buffer", "id", "b", "netdev",
                     ob_json_text(netdev), "interval", 1000);
}

static void test_network_goes(Filtered *f, gconstpointer data)
{
    (void)data;
    start(f, "-netdev test,id=v");
    json_decref(ob_client_qmp(f->c, "object-add", buffer_of("v"), NULL));
    remove_by(f, "netdev_del", "v");
    net_qmp_refused(f->c, "object-del", json_pack("{s:s}", "id", "b"), "object 'b' not found");
    json_decref(ob_client_qmp(f->c, "object-add", buffer_of("t"), NULL));
    ob_client_clock_step(f->c, 2000 * 1000);
}

/* --------------------------------------------------------------------------- refused */

static const struct {
    const char *name;
    const char *arguments; /* JSON, for object-add */
    const char *sentence;
} refused[] = {
    { "network-unknown", "'qom-type': 'filter-mirror', 'netdev': 'x', 'outdev': 'c'",
      "filter-mirror: netdev 'x' does not exist" },
    { "mirror-without-outdev", "'qom-type': 'filter-mirror', 'netdev': 't'",
      "filter-mirror: outdev= is missing" },
    { "chardev-unknown", "'qom-type': 'filter-mirror', 'netdev': 't', 'outdev': 'x'",
      "Device 'x' not found" },
    { "chardev-in-use", "'qom-type': 'filter-mirror', 'netdev': 't', 'outdev': 'c'",
      "chardev 'c': is in use" },
    { "chardev-of-the-test", "'qom-type': 'filter-mirror', 'netdev': 't', 'outdev': 'e'",
      "chardev 'e': the type test is for devices alone" },
    { "redirector-without-stream", "'qom-type': 'filter-redirector', 'netdev': 't'",
      "filter redirector needs 'indev' or 'outdev' at least one property set" },
    { "redirector-into-itself",
      "'qom-type': 'filter-redirector', 'netdev': 't', 'indev': 'd', 'outdev': 'd'",
      "'indev' and 'outdev' could not be same for filter redirector" },
    { "buffer-without-interval", "'qom-type': 'filter-buffer', 'netdev': 't'",
      "filter-buffer: interval= is missing" },
    { "buffer-of-no-interval", "'qom-type': 'filter-buffer', 'netdev': 't', 'interval': 0",
      "Property 'filter-buffer.interval' requires a positive value" },
    { "position-unknown",
      "'qom-type': 'filter-buffer', 'netdev': 't', 'interval': 1, 'position': 'foot'",
      "Parameter 'position' expects 'head', 'tail' or 'id=<id>'" },
    { "position-behind-no-filter",
      "'qom-type': 'filter-buffer', 'netdev': 't', 'interval': 1, 'position': 'id=z'",
      "filter 'z' not found" },
    { "queue-unknown", "'qom-type': 'filter-buffer', 'netdev': 't', 'interval': 1, 'queue': 'up'",
      "filter-buffer: queue: invalid value 'up': expected one of: all rx tx" },
};

static void test_refused(Filtered *f, gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);
    g_autofree char *text = g_strdup_printf("{'id': 'x', %s}", refused[row].arguments);

    start(f, MIRROR " -chardev test,id=e");
    net_qmp_refused(f->c, "object-add", ob_json_load(text, strlen(text), 0, NULL),
                    refused[row].sentence);
    send_frame(f, "t");
    g_assert_true(arrives(f, "u"));
}

static const struct {
    const char *property;
    const char *value;
    const char *sentence;
} wrong_changes[] = {
    { "status", "maybe", "Invalid value for netfilter status, should be 'on' or 'off'" },
    { "queue", "up", "Parameter 'queue' does not accept value 'up'" },
    { "interval", "x", "Parameter 'interval' expects uint32_t" },
    { "interval", "0", "Property 'filter-buffer.interval' requires a positive value" },
    { "netdev", "u", "Insufficient permission to perform this operation" },
};

static void test_wrong_changes(Filtered *f, gconstpointer data)
{
    (void)data;
    start(f, "-object filter-buffer,netdev=t,id=b,interval=1000");
    for (size_t i = 0; i < G_N_ELEMENTS(wrong_changes); i++) {
        net_qmp_refused(f->c, "qom-set",
                        json_pack("{s:s, s:o, s:o}", "path", "/objects/b", "property",
                                  ob_json_text(wrong_changes[i].property), "value",
                                  ob_json_text(wrong_changes[i].value)),
                        wrong_changes[i].sentence);
    }
    send_frame(f, "t");
    g_assert_false(arrives(f, "u"));
    ob_client_clock_step(f->c, 1000 * 1000);
    g_assert_true(arrives(f, "u"));
}

#define TEST(path, data, function) \
    g_test_add("/filters/" path, Filtered, data, set_up_nothing, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/filters/", rows[i].name, NULL);

        g_test_add(path, Filtered, &rows[i], set_up_nothing, test_row, tear_down);
    }
    TEST("redirector/input-goes-on-behind-it", NULL, test_input);
    TEST("buffer/frames-wait-for-the-interval", NULL, test_buffer);
    TEST("buffer/frames-go-on-at-its-end", NULL, test_buffer_ends);
    TEST("change/status", NULL, test_status_changes);
    TEST("change/queue", NULL, test_queue_changes);
    TEST("change/status-and-interval-of-a-buffer", NULL, test_buffer_changes);
    TEST("change/wrong-values-are-refused", NULL, test_wrong_changes);
    TEST("change/changed-filter-goes", NULL, test_changed_ends);
    TEST("go-with-their-network", NULL, test_network_goes);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path = g_strconcat("/filters/refused/", refused[i].name, NULL);

        g_test_add(path, Filtered, GUINT_TO_POINTER(i), set_up_nothing, test_refused, tear_down);
    }
    return g_test_run();
}
