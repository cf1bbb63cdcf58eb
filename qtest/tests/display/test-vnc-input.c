/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A viewer's keys and pointer reach our keyboard and mouse, in our program and by QEMU's own -vnc. */
#include "devices/input/altera-ps2-regs.h"
#include "qtest/tests/display/vnc-viewer.h"

#define KEYBOARD  UINT64_C(0xfe000000)
#define MOUSE     UINT64_C(0xfe001000)

#define WAIT_USEC 20000000

#define XK_SHIFT  0xffe1
#define XK_END    0xff57
#define XK_ODD    0x1008ff11 /* no key of a plain keyboard */

typedef struct Machine {
    ObClient *c;
    ObScratch *scratch;
    char *socket;
    VncViewer viewer;
} Machine;

static bool is_ours(void)
{
    return g_str_equal(g_getenv("OB_ACCELERATOR"), "qtest");
}

/* The first picture. */
static void picture_take(Machine *f)
{
    g_assert_cmpint(WaitForMessage(f->viewer.client, WAIT_USEC), >, 0);
    g_assert_true(HandleRFBServerMessage(f->viewer.client));
}

static void set_up(Machine *f, gconstpointer data)
{
    g_autofree char *arguments = NULL;
    ObStart start = { .program = g_getenv("OB_PROGRAM"),
                      .accelerator = g_getenv("OB_ACCELERATOR"),
                      .halts = !is_ours() };
    HW_ERROR(error, 4096);

    (void)data;
    f->scratch = ob_scratch_new();
    f->socket = g_build_filename(ob_scratch_path(f->scratch), "vnc", NULL);
    arguments = g_strdup_printf("-M q35 -nodefaults %s -device ramfb "
                                "-device altera-ps2-keyboard,addr=0x%x "
                                "-device altera-ps2-mouse,addr=0x%x -vnc unix:%s",
                                g_getenv("OB_ARGUMENTS"), (unsigned)KEYBOARD, (unsigned)MOUSE,
                                f->socket);
    start.arguments = arguments;
    f->c = ob_client_start(&start, &error);
    g_assert_cmpstr(error.text, ==, "");
    g_assert_true(vnc_viewer_open(&f->viewer, f->socket, "raw"));
    picture_take(f);
}

static void tear_down(Machine *f, gconstpointer data)
{
    (void)data;
    if (f->viewer.client) {
        vnc_viewer_close(&f->viewer);
    }
    ob_client_quit(f->c);
    g_free(f->socket);
    ob_scratch_free(f->scratch);
}

/* The viewer takes what comes: a server waits for a viewer that does not. */
static void messages_take(Machine *f, unsigned wait_usec)
{
    while (f->viewer.client && WaitForMessage(f->viewer.client, wait_usec) > 0) {
        g_assert_true(HandleRFBServerMessage(f->viewer.client));
    }
}

static uint32_t byte_await(Machine *f, uint64_t port)
{
    uint32_t value = ob_client_readl(f->c, port + PS2_DATA);

    while (!value && !ob_client_failed(f->c)) {
        messages_take(f, 1000);
        value = ob_client_readl(f->c, port + PS2_DATA);
    }
    return value & 0xff;
}

static void expect(Machine *f, uint64_t port, const uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        g_assert_cmphex(byte_await(f, port), ==, bytes[i]);
    }
}

#define EXPECT(f, port, ...)                               \
    expect((f), (port), (const uint8_t[]) { __VA_ARGS__ }, \
           (uint32_t)sizeof((uint8_t[]) { __VA_ARGS__ }))

static void key(Machine *f, uint32_t keysym, bool down)
{
    g_assert_true(SendKeyEvent(f->viewer.client, keysym, down));
}

static void pointer(Machine *f, int x, int y, int buttons)
{
    messages_take(f, 0);
    g_assert_true(SendPointerEvent(f->viewer.client, x, y, buttons));
}

static void test_keys(Machine *f, gconstpointer data)
{
    (void)data;
    key(f, XK_ODD, true);
    key(f, XK_SHIFT, true);
    key(f, 'A', true);
    key(f, 'A', false);
    key(f, XK_SHIFT, false);
    key(f, XK_END, true);
    key(f, XK_END, false);
    EXPECT(f, KEYBOARD, 0x12, 0x1c, 0xf0, 0x1c, 0xf0, 0x12, 0xe0, 0x69, 0xe0, 0xf0, 0x69);
}

static void mouse_enable(Machine *f)
{
    ob_client_writel(f->c, MOUSE + PS2_DATA, PS2_ENABLE);
    EXPECT(f, MOUSE, PS2_ACKNOWLEDGE);
}

/* The first place that a viewer tells moves nothing. */
static void test_pointer(Machine *f, gconstpointer data)
{
    (void)data;
    mouse_enable(f);
    pointer(f, 10, 10, 0);
    pointer(f, 15, 7, 1);
    EXPECT(f, MOUSE, 0x09, 5, 3);
    pointer(f, 15, 7, 4);
    EXPECT(f, MOUSE, 0x0a, 0, 0);
    pointer(f, 14, 7, 0);
    EXPECT(f, MOUSE, 0x18, 0xff, 0);
}

static void test_viewer_leaves(Machine *f, gconstpointer data)
{
    (void)data;
    key(f, 'b', true);
    EXPECT(f, KEYBOARD, 0x32);
    vnc_viewer_close(&f->viewer);
    f->viewer.client = NULL;
    EXPECT(f, KEYBOARD, 0xf0, 0x32);
}

/* Takes a packet of three bytes, and returns its first one. */
static uint32_t packet_first(Machine *f)
{
    uint32_t first = byte_await(f, MOUSE);

    byte_await(f, MOUSE);
    byte_await(f, MOUSE);
    return first;
}

/* Places between two others may be left out, buttons may not. */
static void test_many_moves(Machine *f, gconstpointer data)
{
    (void)data;
    mouse_enable(f);
    pointer(f, 0, 0, 0);
    for (int i = 1; i <= 200; i++) {
        pointer(f, i, 0, 0);
    }
    pointer(f, 0, 0, 2);
    while (!(packet_first(f) & 0x04)) {
        g_assert_false(ob_client_failed(f->c));
    }
}

#define TEST(path, function) \
    g_test_add("/vnc-input/" path, Machine, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("keys-of-a-keyboard", test_keys);
    TEST("pointer-moves-and-clicks", test_pointer);
    TEST("keys-of-a-viewer-that-leaves-go-up", test_viewer_leaves);
    TEST("many-moves-lose-no-click", test_many_moves);
    return g_test_run();
}
