/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -vnc with viewers that stall, flood, lie and die.  The machine and the other viewers go on. */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "qtest/tests/display/vnc-viewer.h"

#define PLACES 16

typedef struct Hostile {
    VncMachine m;
    VncViewer viewer;
    GArray *peers; /* int: sockets */
} Hostile;

static void set_up(Hostile *f, gconstpointer data)
{
    (void)data;
    vnc_machine_start(&f->m, "");
    vnc_machine_show(&f->m, 320, 200, 5);
    f->peers = g_array_new(FALSE, FALSE, sizeof(int));
}

static void tear_down(Hostile *f, gconstpointer data)
{
    (void)data;
    for (guint i = 0; i < f->peers->len; i++) {
        close(g_array_index(f->peers, int, i));
    }
    g_array_free(f->peers, TRUE);
    vnc_machine_end(&f->m);
}

static int peer_new(Hostile *f)
{
    struct sockaddr_un name = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(name.sun_path, f->m.socket, sizeof(name.sun_path));
    g_assert_cmpint(connect(fd, (struct sockaddr *)&name, sizeof(name)), ==, 0);
    g_array_append_val(f->peers, fd);
    return fd;
}

static void say(int fd, const void *bytes, size_t size)
{
    g_assert_cmpint(send(fd, bytes, size, MSG_NOSIGNAL), ==, (ssize_t)size);
}

static void hear(int fd, size_t size)
{
    char bytes[64];

    g_assert_cmpint(recv(fd, bytes, size, MSG_WAITALL), ==, (ssize_t)size);
}

/* The server closes, whatever it says before. */
static void end_expect(int fd)
{
    char bytes[4096];
    ssize_t count;

    while ((count = recv(fd, bytes, sizeof(bytes), 0)) > 0) {}
    g_assert_cmpint(count, <=, 0);
}

/* RFC 6143: versions, no security, shared, and the server's name. */
static int peer_enter(Hostile *f)
{
    int fd = peer_new(f);

    hear(fd, 12);
    say(fd, "RFB 003.008\n", 12);
    hear(fd, 2);
    say(fd, "\1", 1);
    hear(fd, 4);
    say(fd, "\1", 1);
    hear(fd, 24 + 8);
    return fd;
}

/* The machine answers, and a viewer that comes now sees what is there now. */
static void others_go_on(Hostile *f)
{
    VncViewer viewer = { 0 };

    /* libvncclient does not wait while the listener's queue is full. */
    while (!vnc_viewer_open(&viewer, f->m.socket, "raw")) {}
    vnc_viewer_expect(&viewer, f->m.c);
    ob_client_writel(f->m.c, VNC_PIXELS, 0x00abcdef);
    vnc_viewer_expect(&viewer, f->m.c);
    vnc_viewer_close(&viewer);
}

/* ------------------------------------------------------------------------- stall */

static const char ask_all[] = "\3\0\0\0\0\0\1\x40\0\xc8"; /* FramebufferUpdateRequest, 320x200 */
static const char encodings_raw[] = "\2\0\0\1\0\0\0\0";   /* SetEncodings: raw */

typedef struct Stall {
    const char *name;
    bool enters;
    const char *bytes;
    size_t size;
} Stall;

static const Stall stalls[] = {
    { "before-the-version", false, "", 0 },
    { "within-the-version", false, "RFB 003", 7 },
    { "after-the-version", false, "RFB 003.008\n", 12 },
    { "within-a-message", true, "\3\0\0", 3 },
    { "within-the-pixel-format", true, "\0\0\0\0\x20", 5 },
    { "within-the-encodings", true, "\2\0\xff\xff\0\0", 6 },
    { "within-the-cut-text", true, "\6\0\0\0\0\x0f\xff\xff!", 9 },
};

static void test_stall(Hostile *f, gconstpointer data)
{
    const Stall *stall = data;
    int fd = stall->enters ? peer_enter(f) : peer_new(f);

    say(fd, stall->bytes, stall->size);
    others_go_on(f);
}

/* It asks for more than the sockets hold, and takes nothing. */
static void test_answers_are_not_taken(Hostile *f, gconstpointer data)
{
    int fd = peer_enter(f);

    (void)data;
    say(fd, encodings_raw, 8);
    for (uint32_t i = 0; i < 200; i++) {
        say(fd, ask_all, 10);
    }
    others_go_on(f);
}

/* ------------------------------------------------------------------------- flood */

static void test_flood_of_messages(Hostile *f, gconstpointer data)
{
    g_autofree char *keys = g_malloc0(8 * 4096);
    int fd = peer_enter(f);

    (void)data;
    for (size_t i = 0; i < 8 * 4096; i += 8) {
        keys[i] = 4; /* KeyEvent */
        keys[i + 1] = i % 16 == 0;
        keys[i + 7] = 'a';
    }
    for (uint32_t i = 0; i < 64; i++) {
        say(fd, keys, 8 * 4096);
    }
    others_go_on(f);
}

/* The next one waits until somebody leaves. */
static void test_places_are_full(Hostile *f, gconstpointer data)
{
    int first = peer_enter(f);

    (void)data;
    for (uint32_t i = 1; i < PLACES; i++) {
        peer_enter(f);
    }
    ob_client_writel(f->m.c, VNC_PIXELS, 0);
    close(peer_new(f));
    g_array_set_size(f->peers, f->peers->len - 1);
    shutdown(first, SHUT_RDWR);
    others_go_on(f);
}

static void test_peers_come_and_go(Hostile *f, gconstpointer data)
{
    (void)data;
    for (uint32_t i = 0; i < 60; i++) {
        int fd = peer_new(f);

        if (i % 3) {
            say(fd, "RFB 003.008\n", i % 13);
        }
        close(fd);
        g_array_set_size(f->peers, f->peers->len - 1);
    }
    others_go_on(f);
}

/* --------------------------------------------------------------------------- lie */

typedef struct Lie {
    const char *name;
    bool enters;
    const char *bytes;
    size_t size;
} Lie;

static const Lie lies[] = {
    { "other-protocol", false, "SSH-2.0-OpenSSH_9\n", 18 },
    { "version-from-the-future", false, "RFB 999.999\n", 12 },
    { "version-without-numbers", false, "RFB xxx.yyy\n", 12 },
    { "security-type-that-is-none", false, "RFB 003.008\n\x63", 13 },
    { "websocket", false,
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Protocol: binary\r\nOrigin: http://evil\r\n\r\n",
      190 },
    { "tls", false, "\x16\3\1\2\0\1\0\1\xfc\3\3", 11 },
    { "message-that-is-none", true, "\xc8xxxxxxxx", 9 },
    { "pixel-of-0-bits", true, "\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0", 20 },
    { "pixel-of-255-bits", true, "\0\0\0\0\xff\xff\0\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0",
      20 },
    { "cut-text-of-2-gib", true, "\6\0\0\0\x7f\xff\xff\xff", 8 },
};

/* The server may close at the first bytes. */
static void test_lie(Hostile *f, gconstpointer data)
{
    const Lie *lie = data;
    int fd = lie->enters ? peer_enter(f) : peer_new(f);

    say(fd, lie->bytes, lie->size);
    shutdown(fd, SHUT_WR);
    end_expect(fd);
    others_go_on(f);
}

static const struct {
    const char *name, *bytes;
    size_t size;
} odd[] = {
    { "shift-beyond-the-pixel", "\0\0\0\0\x20\x18\0\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0",
      20 },
    { "palette-of-8-bits", "\0\0\0\0\x8\x8\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20 },
    { "region-beyond-the-screen", "\3\0\xff\0\xff\0\xff\xff\xff\xff", 10 },
    { "region-of-nothing", "\3\0\0\0\0\0\0\0\0\0", 10 },
    { "scale-of-255", "\x8\xff\0\0", 4 },
    { "scale-of-0", "\x8\0\0\0", 4 },
    { "desktop-size-of-65535", "\xfb\0\xff\xff\xff\xff\1\0\0\0\0\1\0\0\0\0\xff\xff\xff\xff\0\0\0\0",
      24 },
    { "file-transfer", "\x7\xb\0\0\0\0\0\0\0\0\0\4/etc", 16 },
    { "chat", "\xb\0\0\0\0\0\0\4chat", 12 },
    { "pointer-outside", "\5\xff\xff\xff\xff\xff", 6 },
};

/* The server may take such a message, or close. */
static void test_odd(Hostile *f, gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);
    int fd = peer_enter(f);

    say(fd, encodings_raw, 8);
    say(fd, odd[row].bytes, odd[row].size);
    send(fd, ask_all, 10, MSG_NOSIGNAL); /* the server may have closed */
    others_go_on(f);
}

#define TEST(path, function, data) g_test_add(path, Hostile, data, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(stalls); i++) {
        g_autofree char *path = g_strdup_printf("/vnc/stall/%s", stalls[i].name);

        TEST(path, test_stall, &stalls[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(lies); i++) {
        g_autofree char *path = g_strdup_printf("/vnc/lie/%s", lies[i].name);

        TEST(path, test_lie, &lies[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(odd); i++) {
        g_autofree char *path = g_strdup_printf("/vnc/odd/%s", odd[i].name);

        TEST(path, test_odd, GUINT_TO_POINTER(i));
    }
    TEST("/vnc/stall/answers-are-not-taken", test_answers_are_not_taken, NULL);
    TEST("/vnc/flood/of-messages", test_flood_of_messages, NULL);
    TEST("/vnc/flood/places-are-full", test_places_are_full, NULL);
    TEST("/vnc/flood/peers-come-and-go", test_peers_come_and_go, NULL);
    return g_test_run();
}
