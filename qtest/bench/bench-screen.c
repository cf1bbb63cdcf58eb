/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures a picture's way into a PNG file, beside pixman and libpng called directly with the same
 * pixels and libpng's own settings.
 *
 *   bench-screen [--json]
 */
#include <glib/gstdio.h>
#include <pixman.h>
#include <png.h>
#include <string.h>
#include <unistd.h>

#include "qtest/bench/figures.h"
#include "qtest/picture/picture.h"

enum { WIDTH = 1920, HEIGHT = 1080, ROUNDS = 7 };

/* A guest's desktop: areas of one colour, a slope, and text-like noise. */
static uint32_t pixel_at(uint32_t x, uint32_t y)
{
    if (y % 24 < 12 && x < 960) {
        return (x * 2654435761u ^ y * 40503u) & 0x10000 ? 0x00d0d0d0 : 0x00101010;
    }
    return y < 540 ? 0x00204060 : (x / 8) << 16 | (y / 5) << 8 | 0x40;
}

static uint32_t *pixels_make(void)
{
    uint32_t *pixels = g_new(uint32_t, WIDTH * HEIGHT);

    for (uint32_t i = 0; i < WIDTH * HEIGHT; i++) {
        pixels[i] = pixel_at(i % WIDTH, i / WIDTH);
    }
    return pixels;
}

static void ours_write(uint32_t *pixels, const char *path)
{
    const HwImage image = { .pixman = hw_pixel_format(HW_PIXELS_XRGB8888)->pixman,
                            .width = WIDTH,
                            .height = HEIGHT,
                            .stride = WIDTH * 4,
                            .pixels = (uint8_t *)pixels };
    ObPicture picture;

    g_assert_true(ob_picture_of_image(&picture, &image, NULL));
    g_assert_true(ob_picture_write(&picture, path, OB_PICTURE_PNG, NULL));
    ob_picture_clear(&picture);
}

static void lines_write(png_structp png, uint8_t *rgb)
{
    for (uint32_t y = 0; y < HEIGHT; y++) {
        png_write_row(png, rgb + (size_t)y * WIDTH * 3);
    }
}

static void direct_write(uint32_t *pixels, const char *path)
{
    g_autofree uint8_t *rgb = g_malloc((size_t)WIDTH * HEIGHT * 3);
    pixman_image_t *from = pixman_image_create_bits_no_clear(PIXMAN_x8r8g8b8, WIDTH, HEIGHT, pixels,
                                                             WIDTH * 4);
    pixman_image_t *to = pixman_image_create_bits_no_clear(PIXMAN_b8g8r8, WIDTH, HEIGHT,
                                                           (uint32_t *)(void *)rgb, WIDTH * 3);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    FILE *file = fopen(path, "wb");

    pixman_image_composite32(PIXMAN_OP_SRC, from, NULL, to, 0, 0, 0, 0, 0, 0, WIDTH, HEIGHT);
    png_init_io(png, file);
    png_set_IHDR(png, info, WIDTH, HEIGHT, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    lines_write(png, rgb);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    fclose(file);
    pixman_image_unref(from);
    pixman_image_unref(to);
}

static double milliseconds(void (*write)(uint32_t *pixels, const char *path), uint32_t *pixels,
                           const char *path)
{
    gint64 begin = g_get_monotonic_time();

    write(pixels, path);
    return 1000 * seconds_since(begin);
}

int main(int argc, char **argv)
{
    bool json = argc > 1 && !strcmp(argv[1], "--json");
    g_autofree uint32_t *pixels = pixels_make();
    g_autofree char *path = NULL;
    double ours[ROUNDS], direct[ROUNDS];

    close(g_file_open_tmp("outboard-XXXXXX.png", &path, NULL));
    for (int i = 0; i < ROUNDS; i++) {
        ours[i] = milliseconds(ours_write, pixels, path);
        direct[i] = milliseconds(direct_write, pixels, path);
    }
    g_unlink(path);
    figures_add("screendump of 1920x1080 to PNG", "ms", median(ours, ROUNDS),
                median(direct, ROUNDS), 1.2, false);
    figures_print(json);
    return 0;
}
