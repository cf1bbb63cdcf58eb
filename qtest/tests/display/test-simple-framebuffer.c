/* SPDX-License-Identifier: GPL-2.0-or-later */
/* simple-framebuffer in our program and, through the bridge, in stock QEMU. */
#include <string.h>

#include "qtest/client/drivers/migration.h"
#include "qtest/client/drivers/screen.h"
#include "qtest/client/process/scratch.h"
#include "qtest/tests/display/screen-pair.h"

#define DEADLINE_MS 20000
#define PIXELS      UINT64_C(0xd0000000)
#define DEVICE      "-device simple-framebuffer,id=fb,addr=0xd0000000"
#define WIDTH       48u
#define HEIGHT      20u

typedef struct Format {
    const char *name;
    uint32_t bytes, red, green, blue; /* a channel's byte; RGB565 has none */
} Format;

static const Format formats[] = {
    { "x8r8g8b8", 4, 2, 1, 0 }, { "a8r8g8b8", 4, 2, 1, 0 }, { "x8b8g8r8", 4, 0, 1, 2 },
    { "a8b8g8r8", 4, 0, 1, 2 }, { "r5g6b5", 2, 0, 0, 0 },
};

/* The highest bits of each channel: 5, 6 and 5 of them. */
static void pixel_decode(const Format *format, const uint8_t *pixel, uint8_t rgb[3])
{
    uint32_t word = pixel[0] | (uint32_t)pixel[1] << 8;

    if (format->bytes == 2) {
        rgb[0] = (uint8_t)(word >> 11);
        rgb[1] = (uint8_t)(word >> 5 & 0x3f);
        rgb[2] = (uint8_t)(word & 0x1f);
    } else {
        rgb[0] = pixel[format->red] >> 3;
        rgb[1] = pixel[format->green] >> 2;
        rgb[2] = pixel[format->blue] >> 3;
    }
}

static void picture_expect(ObClient *c, const Format *format)
{
    uint8_t pixels[WIDTH * HEIGHT * 4];
    ObPicture picture;

    ob_client_memread(c, PIXELS, pixels, (size_t)WIDTH * HEIGHT * format->bytes);
    g_assert_true(ob_client_screen_take(c, NULL, 0, &picture));
    g_assert_cmpuint(picture.width, ==, WIDTH);
    g_assert_cmpuint(picture.height, ==, HEIGHT);
    for (uint32_t i = 0; i < WIDTH * HEIGHT; i++) {
        const uint8_t *seen = ob_picture_line(&picture, i / WIDTH) + (size_t)(i % WIDTH) * 3;
        uint8_t rgb[3];

        pixel_decode(format, pixels + (size_t)i * format->bytes, rgb);
        g_assert_cmpuint(seen[0] >> 3, ==, rgb[0]);
        g_assert_cmpuint(seen[1] >> 2, ==, rgb[1]);
        g_assert_cmpuint(seen[2] >> 3, ==, rgb[2]);
    }
    ob_picture_clear(&picture);
}

static ObClient *start(const Format *format)
{
    g_autofree char *options = g_strdup_printf(DEVICE ",width=48,height=20,format=%s",
                                               format->name);

    return screen_machine_start(options);
}

static void test_picture_is_the_memory(gconstpointer data)
{
    const Format *format = data;
    ObClient *c = start(format);

    screen_noise(c, PIXELS, (size_t)WIDTH * HEIGHT * format->bytes, 6);
    picture_expect(c, format);
    ob_client_quit(c);
}

static void test_reset_leaves_the_picture(void)
{
    ObClient *c = start(&formats[0]);

    screen_noise(c, PIXELS, (size_t)WIDTH * HEIGHT * 4, 7);
    json_decref(ob_client_qmp(c, "system_reset", NULL, NULL));
    picture_expect(c, &formats[0]);
    ob_client_quit(c);
}

/* ------------------------------------------------------------------------- moves */

/* The stream of a machine with noise, in this file. */
static void stream_make(const char *path)
{
    ObClient *c = start(&formats[0]);
    g_autofree char *uri = g_strdup_printf("exec:cat >%s", path);

    screen_noise(c, PIXELS, (size_t)WIDTH * HEIGHT * 4, 8);
    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    ob_migration_complete(c);
    ob_client_quit(c);
}

static void stream_load(ObClient *c, const char *path, const char *status, char **reason)
{
    g_autofree char *uri = g_strdup_printf("exec:cat %s", path), *seen = NULL;
    json_t *info;

    json_decref(ob_client_qmp(c, "migrate-incoming",
                              json_pack("{s:s, s:b}", "uri", uri, "exit-on-error", false), NULL));
    seen = ob_migration_await(c, status, DEADLINE_MS);
    g_assert_cmpstr(seen, ==, status);
    info = ob_client_qmp(c, "query-migrate", NULL, NULL);
    if (reason) {
        *reason = g_strdup(json_string_value(json_object_get(info, "error-desc")));
    }
    json_decref(info);
}

static void test_picture_moves(void)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "stream", NULL);
    ObClient *c;

    stream_make(path);
    c = screen_machine_start(DEVICE ",width=48,height=20 -incoming defer");
    stream_load(c, path, "completed", NULL);
    picture_expect(c, &formats[0]);
    ob_client_quit(c);
    ob_scratch_free(scratch);
}

static void test_other_shape_is_refused(void)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "stream", NULL);
    g_autofree char *reason = NULL;
    ObClient *c;

    stream_make(path);
    c = screen_machine_start(DEVICE ",width=48,height=21 -incoming defer");
    stream_load(c, path, "failed", &reason);
    g_assert_nonnull(
        strstr(reason, "the stream has 48x20 pixels of format 0, expected 48x21 and 0"));
    ob_client_quit(c);
    ob_scratch_free(scratch);
}

/* ---------------------------------------------------------------------- refusals */

static const struct {
    const char *name, *options, *sentence;
} refusals[] = {
    { "more-than-its-memory", ",width=4096,height=4096",
      "4096x4096 pixels need 67108864 bytes, expected at most 8388608" },
    { "width-of-zero", ",width=0", "16" },
    { "width-of-2-31", ",width=2147483648", "4096" },
    { "height-of-15", ",height=15", "16" },
    { "height-of-4097", ",height=4097", "4096" },
    { "unknown-format", ",format=r8g8b8", "r5g6b5" },
};

static void test_refusal(gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);
    g_autofree char *arguments = g_strdup_printf("-M q35 -m 16M -nodefaults %s " DEVICE "%s",
                                                 g_getenv("OB_ARGUMENTS"), refusals[row].options);
    const ObStart words = { .program = g_getenv("OB_PROGRAM"),
                            .accelerator = g_getenv("OB_ACCELERATOR"),
                            .arguments = arguments };
    HwError error = { (char[4096]) { "" }, 4096, 0 };

    g_assert_null(ob_client_start(&words, &error));
    g_assert_nonnull(strstr(error.text, refusals[row].sentence));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autofree char *path = g_strdup_printf("/simple-framebuffer/picture/of-%s",
                                                formats[i].name);

        g_test_add_data_func(path, &formats[i], test_picture_is_the_memory);
    }
    g_test_add_func("/simple-framebuffer/reset/leaves-the-picture", test_reset_leaves_the_picture);
    /* QEMU 7.2 ends when a load fails; the tests of moves in our program are enough. */
    if (g_str_equal(g_getenv("OB_ACCELERATOR"), "qtest") && !screen_moves()) {
        g_test_add_func("/simple-framebuffer/state/picture-moves", test_picture_moves);
        g_test_add_func("/simple-framebuffer/state/other-shape-is-refused",
                        test_other_shape_is_refused);
    }
    for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strdup_printf("/simple-framebuffer/refuses/%s", refusals[i].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_refusal);
    }
    return g_test_run();
}
