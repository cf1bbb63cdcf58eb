/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PNG files, by libpng's simplified functions, which report errors without longjmp. */
#include <png.h>

#include "hw-api/device/error.h"
#include "hw-api/host/library/library.h"
#include "qtest/picture/picture.h"

typedef struct Png {
    __typeof__(png_image_write_to_stdio) *write;
    __typeof__(png_image_begin_read_from_stdio) *read_begin;
    __typeof__(png_image_finish_read) *read_finish;
    __typeof__(png_image_free) *release;
} Png;

static Png png;

static const HwLibrarySymbol symbols[] = {
    { "png_image_write_to_stdio", offsetof(Png, write) },
    { "png_image_begin_read_from_stdio", offsetof(Png, read_begin) },
    { "png_image_finish_read", offsetof(Png, read_finish) },
    { "png_image_free", offsetof(Png, release) },
};

static bool png_load(HwError *error)
{
    static HwLibrary library = { .file = "libpng16.so.16",
                                 .package = "libpng16-16 (Debian) or libpng (Fedora)",
                                 .release = "libpng 1.6",
                                 .symbols = symbols,
                                 .count = sizeof(symbols) / sizeof(symbols[0]),
                                 .table = &png };

    return hw_library_load(&library, error);
}

bool ob_png_write(const ObPicture *picture, void *stream, const char *path, HwError *error)
{
    png_image image = { .version = PNG_IMAGE_VERSION,
                        .width = picture->width,
                        .height = picture->height,
                        .format = PNG_FORMAT_RGB };

    return png_load(error) &&
           (png.write(&image, stream, 0, picture->rgb, (png_int_32)picture->stride, NULL) ||
            hw_error_set(error, "cannot write '%s': %s", path, image.message));
}

static bool pixels_read(ObPicture *picture, png_image *image, const char *path, HwError *error)
{
    image->format = PNG_FORMAT_RGB;
    return ob_picture_make(picture, image->width, image->height, error) &&
           (png.read_finish(image, NULL, picture->rgb, (png_int_32)picture->stride, NULL) ||
            hw_error_set(error, "cannot read '%s': %s", path, image->message));
}

bool ob_png_read(ObPicture *picture, void *stream, const char *path, HwError *error)
{
    png_image image = { .version = PNG_IMAGE_VERSION };
    bool done;

    if (!png_load(error)) {
        return false;
    }
    if (!png.read_begin(&image, stream)) {
        return hw_error_set(error, "cannot read '%s': %s", path, image.message);
    }
    done = pixels_read(picture, &image, path, error);
    png.release(&image);
    return done;
}
