/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversion from a surface's format, by pixman. */
#include <pixman.h>

#include "hw-api/device/error.h"
#include "hw-api/host/library/library.h"
#include "qtest/picture/picture.h"
#include "qtest/picture/pixels.h"

typedef struct Pixman {
    __typeof__(pixman_image_create_bits_no_clear) *create;
    __typeof__(pixman_image_composite32) *composite;
    __typeof__(pixman_image_unref) *unref;
} Pixman;

static Pixman pixman;

static const HwLibrarySymbol symbols[] = {
    { "pixman_image_create_bits_no_clear", offsetof(Pixman, create) },
    { "pixman_image_composite32", offsetof(Pixman, composite) },
    { "pixman_image_unref", offsetof(Pixman, unref) },
};

/* pixman's name for the bytes red, green, blue. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define RGB_BYTES PIXMAN_b8g8r8
#else
#define RGB_BYTES PIXMAN_r8g8b8
#endif

static bool pixman_load(HwError *error)
{
    static HwLibrary library = { .file = "libpixman-1.so.0",
                                 .package = "libpixman-1-0 (Debian) or pixman (Fedora)",
                                 .release = "pixman 0.42",
                                 .symbols = symbols,
                                 .count = sizeof(symbols) / sizeof(symbols[0]),
                                 .table = &pixman };

    return hw_library_load(&library, error);
}

static pixman_image_t *image_of(uint32_t format, uint32_t width, uint32_t height, uint8_t *pixels,
                                uint32_t stride)
{
    return pixman.create((pixman_format_code_t)format, (int)width, (int)height,
                         (uint32_t *)(void *)pixels, (int)stride);
}

/* Draws the lines of `image` from line `y` on.  False if pixman can't. */
static bool convert(const HwImage *image, uint32_t y, uint32_t format, uint32_t count,
                    uint8_t *pixels, uint32_t stride)
{
    pixman_image_t *from = image_of(image->pixman, image->width, image->height, image->pixels,
                                    image->stride);
    pixman_image_t *to = image_of(format, image->width, count, pixels, stride);
    bool made = from && to;

    if (made) {
        pixman.composite(PIXMAN_OP_SRC, from, NULL, to, 0, (int32_t)y, 0, 0, 0, 0,
                         (int32_t)image->width, (int32_t)count);
    }
    if (from) {
        pixman.unref(from);
    }
    if (to) {
        pixman.unref(to);
    }
    return made;
}

static bool refusal_set(const HwImage *image, HwError *error)
{
    return hw_error_set(error, "pixman refuses a surface of %ux%u pixels, %u bytes a line",
                        image->width, image->height, image->stride);
}

bool ob_pixels_are_xrgb(const HwImage *image)
{
    return image->pixman == PIXMAN_x8r8g8b8 || image->pixman == PIXMAN_a8r8g8b8;
}

bool ob_pixels_convert(const HwImage *image, uint32_t y, uint32_t count, uint32_t *xrgb,
                       HwError *error)
{
    return pixman_load(error) && (convert(image, y, PIXMAN_x8r8g8b8, count, (uint8_t *)xrgb,
                                          image->width * (uint32_t)sizeof(*xrgb)) ||
                                  refusal_set(image, error));
}

bool ob_picture_of_image(ObPicture *picture, const HwImage *image, HwError *error)
{
    *picture = (ObPicture) { 0 };
    if (!pixman_load(error) || !ob_picture_make(picture, image->width, image->height, error)) {
        return false;
    }
    if (!convert(image, 0, RGB_BYTES, picture->height, picture->rgb, picture->stride)) {
        ob_picture_clear(picture);
        return refusal_set(image, error);
    }
    return true;
}
