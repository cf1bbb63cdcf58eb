/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The formats of pixels that a surface can have (hw-api/ext/draft/display.h). */
#ifndef HW_HOST_PIXELS_H
#define HW_HOST_PIXELS_H

#include "hw-api/ext/draft/display.h"

typedef struct HwPixelFormat {
    uint32_t code;   /* HW_PIXELS_... */
    uint32_t pixman; /* pixman_format_code_t with the same bytes; 0: pixman has none */
    uint32_t bytes;  /* a pixel's */
} HwPixelFormat;

/* NULL: no format has this code, or this host's byte order has no pixman format for it. */
const HwPixelFormat *hw_pixel_format(uint32_t code);

/* Checks a surface by itself: format, size, stride. `bytes` gets its size in memory, from the
 * first pixel to the last. */
bool hw_surface_check(const HwSurface *surface, uint64_t *bytes, HwError *error);

/* The bytes of a line. */
static inline uint32_t hw_surface_line(const HwSurface *surface, const HwPixelFormat *format)
{
    return surface->width * format->bytes;
}

#endif
