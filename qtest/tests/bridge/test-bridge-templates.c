/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices of scripts/new-device --net and --display work in stock QEMU, on its own network and
 * console. */
#include <glib/gstdio.h>
#include <string.h>

#include "qtest/client/client.h"
#include "qtest/tests/lib/shell.h"
#include "qtest/text/json.h"

#define A          0xfe000000u
#define B          0xfe001000u
#define SCREEN     0xfd000000u
#define OUT        0x8000u
#define IN         0x9000u
#define SIZE       60u
#define TIMEOUT_US (30 * G_USEC_PER_SEC)

/* Registers of the templates. */
enum { CTRL = 4, STATUS = 8, SEND_AT = 0xc, SEND_SIZE = 0x10, RECEIVE_AT = 0x14, RECEIVED = 0x18 };
enum { WIDTH = 0xc, HEIGHT = 0x10, PIXELS = 0x1000 };

/* Writes and builds com.acme.door, and starts QEMU with it. */
static ObClient *start(ObScratch *scratch, const char *kind, const char *devices)
{
    g_autofree char *command = g_strdup_printf(
        "$OB_SOURCE/scripts/new-device %s com.acme.door own && make -C own", kind);
    g_autofree char *arguments = g_strdup_printf(
        "-M q35 -nodefaults -plugin file=%s,set=%s/own/door.so"
        " %s",
        g_getenv("OUTBOARD_BRIDGE"), ob_scratch_path(scratch), devices);
    const ObStart options = { .program = g_getenv("OB_PROGRAM"),
                              .accelerator = "tcg",
                              .arguments = arguments,
                              .halts = true };
    HW_ERROR(error, 4096);
    ObClient *c;

    shell_run(scratch, command);
    c = ob_client_start(&options, &error);
    g_assert_cmpstr(error.text, ==, "");
    return c;
}

/* One card sends to the other. */
static void test_net(void)
{
    ObScratch *scratch = ob_scratch_new();
    ObClient *c = start(scratch, "--net",
                        "-netdev hubport,id=a,hubid=0 -netdev hubport,id=b,hubid=0 "
                        "-device com.acme.door,netdev=a,addr=0xfe000000 "
                        "-device com.acme.door,netdev=b,addr=0xfe001000,irq-line=10");
    int64_t end = g_get_monotonic_time() + TIMEOUT_US;
    uint8_t frame[SIZE] = { 1, 2, 3, [SIZE - 1] = 9 }, got[SIZE];

    ob_client_memwrite(c, OUT, frame, SIZE);
    ob_client_writel(c, B + RECEIVE_AT, IN);
    ob_client_writel(c, A + SEND_AT, OUT);
    ob_client_writel(c, A + SEND_SIZE, SIZE);
    ob_client_writel(c, A + CTRL, 2);
    while (!ob_client_readl(c, B + STATUS)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
    g_assert_cmpuint(ob_client_readl(c, B + RECEIVED), ==, SIZE);
    ob_client_memread(c, IN, got, SIZE);
    g_assert_cmpmem(got, SIZE, frame, SIZE);
    ob_client_quit(c);
    ob_scratch_free(scratch);
}

static void test_display(void)
{
    static const char picture[] = "P6\n4 1\n255\n\xff\0\0\x12\x34\x56\0\0\0\0\0\0";
    ObScratch *scratch = ob_scratch_new();
    ObClient *c = start(scratch, "--display", "-device com.acme.door,addr=0xfd000000,id=screen");
    g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "picture.ppm", NULL);
    g_autofree char *text = NULL;
    gsize size;

    ob_client_writel(c, SCREEN + WIDTH, 4); /* QEMU fills lines up to 4 bytes */
    ob_client_writel(c, SCREEN + HEIGHT, 1);
    ob_client_writel(c, SCREEN + PIXELS, 0xff0000);
    ob_client_writel(c, SCREEN + PIXELS + 4, 0x123456);
    ob_client_writel(c, SCREEN + CTRL, 1);
    json_decref(
        ob_client_qmp(c, "screendump", json_pack("{s:o}", "filename", ob_json_text(path)), NULL));
    g_assert_true(g_file_get_contents(path, &text, &size, NULL));
    g_assert_cmpmem(text, size, picture, sizeof(picture) - 1);
    ob_client_quit(c);
    ob_scratch_free(scratch);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bridge-templates/net/one-card-sends-to-the-other", test_net);
    g_test_add_func("/bridge-templates/display/shows-its-pixels", test_display);
    return g_test_run();
}
