/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device names what it has drawn, and a viewer gets just that: of our program's -vnc, and through
 * the bridge of a stock QEMU's.
 */
#include <string.h>

#include "qtest/tests/display/screen-pair.h"
#include "qtest/tests/display/vnc-viewer.h"

#define PIXELS UINT64_C(0xd0000000)
#define LINE   UINT64_C(0xd0010000)
#define SIDE   64
#define DRAWN  0x00123456u

typedef struct Told {
    ObScratch *scratch;
    ObClient *c;
    VncViewer viewer;
} Told;

static uint32_t pixel_of(const Told *f, uint32_t y)
{
    const uint8_t *pixel = f->viewer.client->frameBuffer + (size_t)y * SIDE * 4;

    return (uint32_t)pixel[0] << 16 | (uint32_t)pixel[1] << 8 | pixel[2];
}

static void wait_for(Told *f, uint32_t y)
{
    while (pixel_of(f, y) != DRAWN) {
        g_assert_cmpint(WaitForMessage(f->viewer.client, 20000000), >, 0);
        g_assert_true(HandleRFBServerMessage(f->viewer.client));
    }
}

static void draw(Told *f, uint32_t y)
{
    ob_client_writel(f->c, PIXELS + (uint64_t)y * SIDE * 4, DRAWN);
}

static void set_up(Told *f, gconstpointer data)
{
    g_autofree char *socket = NULL, *options = NULL;

    (void)data;
    f->scratch = ob_scratch_new();
    socket = g_build_filename(ob_scratch_path(f->scratch), "vnc", NULL);
    options = g_strdup_printf("-device com.acme.painter -vnc unix:%s", socket);
    f->c = screen_machine_start(options);
    draw(f, 0);
    g_assert_true(vnc_viewer_open(&f->viewer, socket, "raw"));
    g_assert_cmpint(f->viewer.client->width, ==, SIDE);
    wait_for(f, 0);
}

static void tear_down(Told *f, gconstpointer data)
{
    (void)data;
    vnc_viewer_close(&f->viewer);
    ob_client_quit(f->c);
    ob_scratch_free(f->scratch);
}

static void test_only_what_is_named(Told *f, gconstpointer data)
{
    (void)data;
    draw(f, 1);
    wait_for(f, 1); /* nothing was named so far: all counts */
    ob_client_writel(f->c, LINE, 20);
    draw(f, 40);
    draw(f, 20);
    ob_client_writel(f->c, LINE, 20);
    wait_for(f, 20);
    g_assert_cmphex(pixel_of(f, 40), ==, 0);
    ob_client_writel(f->c, LINE, 40);
    wait_for(f, 40);
}

/* It does not count, and the next one does. */
static void test_line_beyond_the_screen(Told *f, gconstpointer data)
{
    (void)data;
    ob_client_writel(f->c, LINE, 0xffffffff);
    ob_client_writel(f->c, LINE, SIDE);
    draw(f, 63);
    ob_client_writel(f->c, LINE, 63);
    wait_for(f, 63);
}

#define TEST(path, function) g_test_add(path, Told, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("/told-changes/viewer/gets-only-what-is-named", test_only_what_is_named);
    TEST("/told-changes/line/beyond-the-screen", test_line_beyond_the_screen);
    return g_test_run();
}
