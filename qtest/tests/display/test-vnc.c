/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -vnc, seen by viewers that nobody here wrote: libvncclient's, and vncsnapshot. */
#include <string.h>

#include "qtest/client/drivers/screen.h"
#include "qtest/tests/display/screen-pair.h"
#include "qtest/tests/display/vnc-viewer.h"

static json_t *query(VncMachine *m)
{
    json_t *answer = ob_client_qmp(m->c, "query-vnc", NULL, NULL);

    g_assert_nonnull(answer);
    return answer;
}

/* ----------------------------------------------------------------------- picture */

static void test_picture_is_the_screens(gconstpointer data)
{
    VncMachine m;
    VncViewer viewer = { 0 };

    vnc_machine_start(&m, "");
    vnc_machine_show(&m, 301, 203, 1);
    g_assert_true(vnc_viewer_open(&viewer, m.socket, data));
    vnc_viewer_expect(&viewer, m.c);
    vnc_viewer_close(&viewer);
    vnc_machine_end(&m);
}

/* A viewer's size is the screen's of the moment when it comes. */
static void test_size_is_right_at_once(void)
{
    VncMachine m;
    VncViewer viewer = { 0 };

    vnc_machine_start(&m, "");
    vnc_machine_show(&m, 333, 44, 9);
    g_assert_true(vnc_viewer_open(&viewer, m.socket, "raw"));
    g_assert_cmpint(viewer.client->width, ==, 333);
    g_assert_cmpint(viewer.client->height, ==, 44);
    vnc_viewer_close(&viewer);
    vnc_machine_end(&m);
}

static void test_picture_is_dark_at_first(void)
{
    VncMachine m;
    VncViewer viewer = { 0 };

    vnc_machine_start(&m, "");
    g_assert_true(vnc_viewer_open(&viewer, m.socket, "raw"));
    vnc_viewer_expect(&viewer, m.c);
    g_assert_cmpint(viewer.client->width, ==, 640);
    g_assert_cmpint(viewer.client->height, ==, 480);
    vnc_viewer_close(&viewer);
    vnc_machine_end(&m);
}

/* One pixel changes: the update is a tile of 64 by 16. */
static void test_change_is_sent_alone(void)
{
    VncMachine m;
    VncViewer viewer = { 0 };

    vnc_machine_start(&m, "");
    vnc_machine_show(&m, 320, 200, 2);
    g_assert_true(vnc_viewer_open(&viewer, m.socket, "raw"));
    vnc_viewer_expect(&viewer, m.c);
    vnc_viewer_forget(&viewer);
    ob_client_writel(m.c, VNC_PIXELS + 4 * (320 * 100 + 130), 0x00123456);
    vnc_viewer_expect(&viewer, m.c);
    g_assert_cmpuint(viewer.left, ==, 128);
    g_assert_cmpuint(viewer.right, ==, 192);
    g_assert_cmpuint(viewer.top, ==, 96);
    g_assert_cmpuint(viewer.bottom, ==, 112);
    vnc_viewer_close(&viewer);
    vnc_machine_end(&m);
}

static void test_size_is_followed(void)
{
    VncMachine m;
    VncViewer viewer = { 0 };

    vnc_machine_start(&m, "");
    g_assert_true(vnc_viewer_open(&viewer, m.socket, "raw"));
    for (uint32_t i = 0; i < 4; i++) {
        vnc_machine_show(&m, i % 2 ? 33 : 640, i % 2 ? 400 : 17, i);
        vnc_viewer_expect(&viewer, m.c);
    }
    vnc_viewer_close(&viewer);
    vnc_machine_end(&m);
}

static void test_device_may_leave(void)
{
    VncMachine m;
    VncViewer viewer = { 0 };

    vnc_machine_start(&m, "");
    vnc_machine_show(&m, 64, 64, 3);
    g_assert_true(vnc_viewer_open(&viewer, m.socket, "raw"));
    vnc_viewer_expect(&viewer, m.c);
    json_decref(ob_client_qmp(m.c, "device_del", json_pack("{s:s}", "id", "fb"), NULL));
    while (viewer.client->width != 640) {
        g_assert_true(HandleRFBServerMessage(viewer.client));
    }
    vnc_viewer_close(&viewer);
    vnc_machine_end(&m);
}

/* vncsnapshot is TightVNC's: another family of code.  It writes JPEG. */
static void test_vncsnapshot_takes_the_picture(void)
{
    ObPicture picture, seen, differing;
    uint64_t count;
    VncMachine m;
    json_t *status;
    g_autofree char *line = NULL, *ppm = NULL;
    int code;

    vnc_machine_start(&m, "");
    ob_client_quit(m.c);
    m.c = screen_machine_start("-device ramfb,id=fb -vnc 127.0.0.1:90,to=190");
    vnc_machine_show(&m, 256, 128, 4);
    ob_client_memset(m.c, VNC_PIXELS, 0x40, 256 * 128 * 4); /* JPEG keeps one colour */
    status = query(&m);
    ppm = g_build_filename(ob_scratch_path(m.scratch), "seen.ppm", NULL);
    line = g_strdup_printf("vncsnapshot -quiet -allowblank 127.0.0.1:%d %s.jpg >%s.log 2>&1 && "
                           "djpeg -outfile %s %s.jpg",
                           atoi(json_string_value(json_object_get(status, "service"))) - 5900, ppm,
                           ppm, ppm, ppm);
    code = system(line);
    g_assert_cmpint(code, ==, 0);
    g_assert_true(ob_picture_read(&seen, ppm, NULL));
    g_assert_true(ob_client_screen_take(m.c, NULL, 0, &picture));
    g_assert_true(ob_picture_compare(&picture, &seen, NULL, 2, &differing, &count, NULL));
    g_assert_cmpuint(count, ==, 0);
    ob_picture_clear(&picture);
    ob_picture_clear(&seen);
    ob_picture_clear(&differing);
    json_decref(status);
    vnc_machine_end(&m);
}

/* ---------------------------------------------------------------------- password */

typedef struct Entry {
    const char *name, *options, *set, *given;
    bool enters;
} Entry;

/* The cipher's key has no room for this bit: it is the key of no password at all. */
#define NO_PASSWORD "\x80"

static const Entry entries[] = {
    { "none-needed", "", NULL, NULL, true },
    { "right", ",password=on", "sesame", "sesame", true },
    { "wrong", ",password=on", "sesame", "sesamE", false },
    { "eight-bytes-count", ",password=on", "12345678x", "12345678y", true },
    { "not-set-yet", ",password=on", NULL, NO_PASSWORD, false },
    { "set-to-nothing", ",password=on", "", NO_PASSWORD, false },
    { "of-a-secret", ",password-secret=key -object secret,id=key,data=sesame", NULL, "sesame",
      true },
    { "of-a-secret-in-base64",
      ",password-secret=key -object secret,id=key,format=base64,data=c2VzYW1l", NULL, "sesame",
      true },
    { "wrong-for-a-secret", ",password-secret=key -object secret,id=key,data=sesame", NULL, "open",
      false },
};

static void test_entry(gconstpointer data)
{
    const Entry *entry = data;
    VncMachine m;
    VncViewer viewer = { .password = entry->given };
    bool entered;

    vnc_machine_start(&m, entry->options);
    if (entry->set) {
        json_t *answer = ob_client_qmp(m.c, "change-vnc-password",
                                       json_pack("{s:s}", "password", entry->set), NULL);

        g_assert_nonnull(answer);
        json_decref(answer);
    }
    entered = vnc_viewer_open(&viewer, m.socket, "raw");
    g_assert_cmpint(entered, ==, entry->enters);
    if (entered) {
        vnc_viewer_close(&viewer);
    }
    vnc_machine_end(&m);
}

/* ----------------------------------------------------------------------- queries */

static void test_query_tells_the_viewers(void)
{
    VncMachine m;
    VncViewer viewer = { 0 };
    json_t *answer;

    vnc_machine_start(&m, "");
    answer = query(&m);
    g_assert_cmpstr(json_string_value(json_object_get(answer, "service")), ==, m.socket);
    g_assert_cmpstr(json_string_value(json_object_get(answer, "family")), ==, "unix");
    g_assert_cmpuint(json_array_size(json_object_get(answer, "clients")), ==, 0);
    json_decref(answer);
    g_assert_true(vnc_viewer_open(&viewer, m.socket, "raw"));
    vnc_viewer_expect(&viewer, m.c);
    answer = query(&m);
    g_assert_cmpuint(json_array_size(json_object_get(answer, "clients")), ==, 1);
    json_decref(answer);
    vnc_viewer_close(&viewer);
    vnc_machine_end(&m);
}

static void event_expect(VncMachine *m, const char *name)
{
    json_t *event = ob_client_qmp_event(m->c, name, 20000);
    json_t *data = json_object_get(event, "data");
    json_t *server = json_object_get(data, "server"), *client = json_object_get(data, "client");

    g_assert_nonnull(event);
    g_assert_cmpstr(json_string_value(json_object_get(server, "service")), ==, m->socket);
    g_assert_cmpstr(json_string_value(json_object_get(server, "auth")), ==, "none");
    g_assert_cmpstr(json_string_value(json_object_get(client, "family")), ==, "unix");
    json_decref(event);
}

static void test_events_tell_of_viewers(void)
{
    VncMachine m;
    VncViewer viewer = { 0 };

    vnc_machine_start(&m, "");
    for (int i = 0; i < 3; i++) {
        g_assert_true(vnc_viewer_open(&viewer, m.socket, "raw"));
        event_expect(&m, "VNC_INITIALIZED");
        vnc_viewer_close(&viewer);
        event_expect(&m, "VNC_DISCONNECTED");
    }
    vnc_machine_end(&m);
}

static void test_display_option_is_the_same(void)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *options = g_strdup_printf("-display vnc=unix:%s/v,password=on",
                                               ob_scratch_path(scratch));
    ObClient *c = screen_machine_start(options);
    json_t *answer = ob_client_qmp(c, "query-vnc", NULL, NULL);

    g_assert_true(g_str_has_suffix(json_string_value(json_object_get(answer, "service")), "/v"));
    g_assert_cmpstr(json_string_value(json_object_get(answer, "auth")), ==, "vnc");
    json_decref(answer);
    ob_client_quit(c);
    ob_scratch_free(scratch);
}

static void test_query_without_a_server(void)
{
    ObClient *c = screen_machine_start("-vnc none");
    json_t *answer = ob_client_qmp(c, "query-vnc", NULL, NULL);
    json_t *error = NULL;

    g_assert_true(json_is_false(json_object_get(answer, "enabled")));
    json_decref(answer);
    g_assert_null(
        ob_client_qmp(c, "change-vnc-password", json_pack("{s:s}", "password", "x"), &error));
    g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==,
                    "Could not set password");
    json_decref(error);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    static const char *const encodings[] = { "raw", "hextile", "zlib", "zrle", "rre", "corre" };

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(encodings); i++) {
        g_autofree char *path = g_strdup_printf("/vnc/picture/by-%s", encodings[i]);

        g_test_add_data_func(path, encodings[i], test_picture_is_the_screens);
    }
    g_test_add_func("/vnc/picture/is-dark-at-first", test_picture_is_dark_at_first);
    g_test_add_func("/vnc/change/is-sent-alone", test_change_is_sent_alone);
    g_test_add_func("/vnc/size/is-right-at-once", test_size_is_right_at_once);
    g_test_add_func("/vnc/size/is-followed", test_size_is_followed);
    g_test_add_func("/vnc/device/may-leave", test_device_may_leave);
    g_test_add_func("/vnc/vncsnapshot/takes-the-picture", test_vncsnapshot_takes_the_picture);
    for (guint i = 0; i < G_N_ELEMENTS(entries); i++) {
        g_autofree char *path = g_strdup_printf("/vnc/password/%s", entries[i].name);

        g_test_add_data_func(path, &entries[i], test_entry);
    }
    g_test_add_func("/vnc/query/tells-the-viewers", test_query_tells_the_viewers);
    g_test_add_func("/vnc/events/tell-of-viewers", test_events_tell_of_viewers);
    g_test_add_func("/vnc/display-option/is-the-same", test_display_option_is_the_same);
    g_test_add_func("/vnc/query/without-a-server", test_query_without_a_server);
    return g_test_run();
}
