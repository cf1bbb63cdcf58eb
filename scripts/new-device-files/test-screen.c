/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device in a host that has no CPU: the test is the guest.  OB_PLUGIN is the plugin's path.
 * OB_HOST is the host's program, by default outboard-system-x86_64.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <qtest/client/client.h>
#include <string.h>

#define BASE   0xfd000000
#define CTRL   (BASE + 0x4)
#define STATUS (BASE + 0x8)
#define WIDTH  (BASE + 0xc)
#define HEIGHT (BASE + 0x10)
#define PIXELS (BASE + 0x1000)

#define ON     1u
#define FAILED 1u

static ObClient *host_start(void)
{
    const char *program = g_getenv("OB_HOST");
    g_autofree char *arguments = g_strdup_printf(
        "-machine pc -plugin-set '%s' -device %name%,id=screen,addr=0x%x", g_getenv("OB_PLUGIN"),
        BASE);
    ObStart start = { .program = program ? program : "outboard-system-x86_64",
                      .arguments = arguments };
    HW_ERROR(error, 1024);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

/* The picture as PPM: a head, then red, green and blue of each pixel. */
static void assert_shows(ObClient *c, const char *head, const uint8_t *colours, size_t size)
{
    g_autofree char *directory = g_dir_make_tmp("picture-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "picture.ppm", NULL);
    g_autofree char *text = NULL;
    gsize length;

    json_decref(ob_client_qmp(c, "screendump",
                              json_pack("{s:s, s:s}", "filename", path, "device", "screen"), NULL));
    g_assert_true(g_file_get_contents(path, &text, &length, NULL));
    g_assert_true(g_str_has_prefix(text, head));
    g_assert_cmpmem(text + strlen(head), size, colours, size);
    g_unlink(path);
    g_rmdir(directory);
}

static void picture_make(ObClient *c)
{
    ob_client_writel(c, WIDTH, 4);
    ob_client_writel(c, HEIGHT, 1);
    ob_client_writel(c, PIXELS, 0xff0000);
    ob_client_writel(c, PIXELS + 4, 0x123456);
    ob_client_writel(c, CTRL, ON);
}

static void test_shows_its_pixels(void)
{
    static const uint8_t colours[] = { 0xff, 0, 0, 0x12, 0x34, 0x56, 0, 0, 0, 0, 0, 0 };
    ObClient *c = host_start();

    picture_make(c);
    assert_shows(c, "P6\n4 1\n255\n", colours, sizeof(colours));
    ob_client_quit(c);
}

static void test_keeps_the_picture_for_a_wrong_size(void)
{
    static const uint8_t colours[] = { 0xff, 0, 0, 0x12, 0x34, 0x56, 0, 0, 0, 0, 0, 0 };
    ObClient *c = host_start();

    picture_make(c);
    ob_client_writel(c, HEIGHT, 0xffffffff);
    g_assert_cmphex(ob_client_readl(c, STATUS), ==, FAILED);
    assert_shows(c, "P6\n4 1\n255\n", colours, sizeof(colours));
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/beacon/picture/shows-its-pixels", test_shows_its_pixels);
    g_test_add_func("/beacon/picture/stays-for-a-wrong-size",
                    test_keeps_the_picture_for_a_wrong_size);
    return g_test_run();
}
