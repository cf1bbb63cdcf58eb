/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/picture/picture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"

#define LINE_ALIGN  4u
#define PIXEL       3u
#define DARK_WIDTH  640u
#define DARK_HEIGHT 480u

bool ob_picture_make(ObPicture *picture, uint32_t width, uint32_t height, HwError *error)
{
    *picture = (ObPicture) { .width = width, .height = height };
    if (width < 1 || width > HW_SURFACE_MAX || height < 1 || height > HW_SURFACE_MAX) {
        return hw_error_set(error,
                            "picture: invalid size %" PRIu32 "x%" PRIu32 ": expected 1x1 to %ux%u",
                            width, height, HW_SURFACE_MAX, HW_SURFACE_MAX);
    }
    picture->stride = (width * PIXEL + LINE_ALIGN - 1) / LINE_ALIGN * LINE_ALIGN;
    picture->rgb = calloc(height, picture->stride);
    return picture->rgb || hw_error_set(error, "picture: out of memory");
}

void ob_picture_clear(ObPicture *picture)
{
    free(picture->rgb);
    *picture = (ObPicture) { 0 };
}

bool ob_picture_of_screen(ObPicture *picture, HwScreen *screen, HwError *error)
{
    HwImage image;

    return hw_screen_look(screen, &image)
               ? ob_picture_of_image(picture, &image, error)
               : ob_picture_make(picture, DARK_WIDTH, DARK_HEIGHT, error);
}

/* ------------------------------------------------------------------------- files */

static bool ppm_write(const ObPicture *picture, FILE *stream)
{
    bool done = fprintf(stream, "P6\n%" PRIu32 " %" PRIu32 "\n255\n", picture->width,
                        picture->height) > 0;

    for (uint32_t y = 0; done && y < picture->height; y++) {
        done = fwrite(ob_picture_line(picture, y), PIXEL, picture->width, stream) == picture->width;
    }
    return done;
}

bool ob_picture_write(const ObPicture *picture, const char *path, ObPictureFormat format,
                      HwError *error)
{
    FILE *stream = fopen(path, "wb");
    bool done;

    if (!stream) {
        return hw_error_set(error, "cannot open '%s': %s", path, strerror(errno));
    }
    if (format == OB_PICTURE_PNG) {
        done = ob_png_write(picture, stream, path, error);
    } else {
        done = ppm_write(picture, stream) ||
               hw_error_set(error, "cannot write '%s': %s", path, strerror(errno));
    }
    if (fclose(stream) && done) {
        return hw_error_set(error, "cannot write '%s': %s", path, strerror(errno));
    }
    return done;
}

/* QEMU pads each line of a PPM to a multiple of 4 bytes (seen in 7.2, 10.0, 11.1), which PPM does
 * not.  The length of the file tells. */
static size_t ppm_line(const ObPicture *picture, FILE *stream)
{
    long start = ftell(stream), end;

    fseek(stream, 0, SEEK_END);
    end = ftell(stream);
    fseek(stream, start, SEEK_SET);
    return (uint64_t)(end - start) == (uint64_t)picture->stride * picture->height
               ? picture->stride
               : (size_t)picture->width * PIXEL;
}

static bool ppm_read(ObPicture *picture, FILE *stream, const char *path, HwError *error)
{
    size_t line;
    uint32_t width, height;
    bool done = true;

    if (fscanf(stream, "P6 %5" SCNu32 " %5" SCNu32 " 255", &width, &height) != 2 ||
        fgetc(stream) != '\n') {
        return hw_error_set(error, "%s: invalid picture: expected PNG, or PPM of type P6", path);
    }
    if (!ob_picture_make(picture, width, height, error)) {
        return false;
    }
    line = ppm_line(picture, stream);
    for (uint32_t y = 0; done && y < height; y++) {
        done = fread(ob_picture_line(picture, y), 1, line, stream) == line;
    }
    return done || hw_error_set(error, "%s: the picture ends too early", path);
}

bool ob_picture_read(ObPicture *picture, const char *path, HwError *error)
{
    FILE *stream = fopen(path, "rb");
    bool is_ppm, done;

    *picture = (ObPicture) { 0 };
    if (!stream) {
        return hw_error_set(error, "cannot open '%s': %s", path, strerror(errno));
    }
    is_ppm = fgetc(stream) == 'P';
    rewind(stream);
    done = (is_ppm ? ppm_read(picture, stream, path, error)
                   : ob_png_read(picture, stream, path, error));
    fclose(stream);
    if (!done) {
        ob_picture_clear(picture);
    }
    return done;
}

/* -------------------------------------------------------------------- comparison */

static bool is_masked(const ObPicture *mask, uint32_t x, uint32_t y)
{
    static const uint8_t black[PIXEL];

    return mask && memcmp(ob_picture_line(mask, y) + (size_t)x * PIXEL, black, PIXEL) == 0;
}

static bool pixels_differ(const uint8_t *a, const uint8_t *b, uint32_t tolerance)
{
    uint32_t most = 0;

    for (uint32_t i = 0; i < PIXEL; i++) {
        uint32_t distance = (uint32_t)abs(a[i] - b[i]);

        most = distance > most ? distance : most;
    }
    return most > tolerance;
}

static bool size_is(const char *name, const ObPicture *picture, const ObPicture *expected,
                    HwError *error)
{
    return (picture->width == expected->width && picture->height == expected->height) ||
           hw_error_set(error,
                        "%s has %" PRIu32 "x%" PRIu32 " pixels, expected %" PRIu32 "x%" PRIu32,
                        name, picture->width, picture->height, expected->width, expected->height);
}

bool ob_picture_compare(const ObPicture *expected, const ObPicture *seen, const ObPicture *mask,
                        uint32_t tolerance, ObPicture *differing, uint64_t *count, HwError *error)
{
    *count = 0;
    if (!size_is("the screen", seen, expected, error) ||
        (mask && !size_is("the mask", mask, expected, error)) ||
        !ob_picture_make(differing, expected->width, expected->height, error)) {
        return false;
    }
    for (uint32_t y = 0; y < expected->height; y++) {
        for (uint32_t x = 0; x < expected->width; x++) {
            size_t at = (size_t)x * PIXEL;

            if (!is_masked(mask, x, y) && pixels_differ(ob_picture_line(expected, y) + at,
                                                        ob_picture_line(seen, y) + at, tolerance)) {
                memset(ob_picture_line(differing, y) + at, 0xff, PIXEL);
                ++*count;
            }
        }
    }
    return true;
}
