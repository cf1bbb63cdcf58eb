/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/pixels.h"

#include <inttypes.h>
#include <pixman.h>

#include "hw-api/device/error.h"

/* pixman's formats are in the host's byte order, and only those of whole bytes have a twin. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OF(little, big) PIXMAN_##little
#define LITTLE(little)  PIXMAN_##little
#else
#define OF(little, big) PIXMAN_##big
#define LITTLE(little)  0
#endif

/* clang-format off */
static const HwPixelFormat formats[] = {
    { HW_PIXELS_RGB565,      LITTLE(r5g6b5),          2 },
    { HW_PIXELS_XRGB1555,    LITTLE(x1r5g5b5),        2 },
    { HW_PIXELS_RGB888,      OF(r8g8b8, b8g8r8),      3 },
    { HW_PIXELS_BGR888,      OF(b8g8r8, r8g8b8),      3 },
    { HW_PIXELS_XRGB8888,    OF(x8r8g8b8, b8g8r8x8),  4 },
    { HW_PIXELS_ARGB8888,    OF(x8r8g8b8, b8g8r8x8),  4 },
    { HW_PIXELS_XBGR8888,    OF(x8b8g8r8, r8g8b8x8),  4 },
    { HW_PIXELS_ABGR8888,    OF(x8b8g8r8, r8g8b8x8),  4 },
    { HW_PIXELS_RGBX8888,    OF(r8g8b8x8, x8b8g8r8),  4 },
    { HW_PIXELS_BGRX8888,    OF(b8g8r8x8, x8r8g8b8),  4 },
    { HW_PIXELS_XRGB2101010, LITTLE(x2r10g10b10),     4 },
};
/* clang-format on */

const HwPixelFormat *hw_pixel_format(uint32_t code)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (formats[i].code == code && formats[i].pixman) {
            return &formats[i];
        }
    }
    return NULL;
}

static bool size_check(const char *name, uint32_t value, HwError *error)
{
    return (value > 0 && value <= HW_SURFACE_MAX) ||
           hw_error_set(error, "surface: invalid %s %" PRIu32 ": expected 1 to %u", name, value,
                        HW_SURFACE_MAX);
}

bool hw_surface_check(const HwSurface *surface, uint64_t *bytes, HwError *error)
{
    const HwPixelFormat *format = hw_pixel_format(surface->format);
    uint32_t line;

    if (!format) {
        return hw_error_set(error,
                            "surface: invalid format 0x%" PRIx32 ": expected a DRM format such "
                            "as XR24, 0x%" PRIx32,
                            surface->format, HW_PIXELS_XRGB8888);
    }
    if (!size_check("width", surface->width, error) ||
        !size_check("height", surface->height, error)) {
        return false;
    }
    line = hw_surface_line(surface, format);
    if (surface->stride < line) {
        return hw_error_set(error,
                            "surface: invalid stride %" PRIu32 ": expected at least %" PRIu32
                            ", the bytes of a line",
                            surface->stride, line);
    }
    *bytes = (uint64_t)surface->stride * (surface->height - 1) + line;
    return *bytes <= HW_SURFACE_BYTES_MAX ||
           hw_error_set(error, "surface: invalid size of %" PRIu64 " bytes: expected at most %u",
                        *bytes, (unsigned)HW_SURFACE_BYTES_MAX);
}
