/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures of screens: from a surface, to and from files, and two of them compared. */
#ifndef OB_PICTURE_H
#define OB_PICTURE_H

#include "hw-api/host/run/screen.h"

typedef struct ObPicture {
    uint32_t width;
    uint32_t height;
    uint32_t stride; /* bytes from line to line, a multiple of 4 */
    uint8_t *rgb;    /* a pixel has the bytes red, green, blue */
} ObPicture;

typedef enum ObPictureFormat {
    OB_PICTURE_PPM,
    OB_PICTURE_PNG,
} ObPictureFormat;

static inline uint8_t *ob_picture_line(const ObPicture *picture, uint32_t y)
{
    return picture->rgb + (size_t)picture->stride * y;
}

/* A black picture.  Functions that make a picture return false and set `error` on failure. */
bool ob_picture_make(ObPicture *picture, uint32_t width, uint32_t height, HwError *error);
void ob_picture_clear(ObPicture *picture); /* a picture of zeros is allowed */

/* pixels.c */
bool ob_picture_of_image(ObPicture *picture, const HwImage *image, HwError *error);

/* The screen's picture of this moment.  A dark screen is black and has 640x480 pixels, QEMU's size for it. */
bool ob_picture_of_screen(ObPicture *picture, HwScreen *screen, HwError *error);

/* Writes a new file, or over an old one. */
bool ob_picture_write(const ObPicture *picture, const char *path, ObPictureFormat format,
                      HwError *error);

/* Reads PPM (P6, 255) or PNG, by the file's first bytes. */
bool ob_picture_read(ObPicture *picture, const char *path, HwError *error);

/*
 * Counts the pixels that differ: in some colour by more than `tolerance`, and not black in
 * `mask`, which may be NULL.  `differing`, of zeros, becomes a black picture where these are white.
 * All pictures have one size.
 */
bool ob_picture_compare(const ObPicture *expected, const ObPicture *seen, const ObPicture *mask,
                        uint32_t tolerance, ObPicture *differing, uint64_t *count, HwError *error);

/* png.c: for picture.c. */
bool ob_png_write(const ObPicture *picture, void *stream, const char *path, HwError *error);
bool ob_png_read(ObPicture *picture, void *stream, const char *path, HwError *error);

#endif
