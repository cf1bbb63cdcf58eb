/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.display/1 - screens.  A device says where its pixels are, and the host shows them: as a
 * picture (QMP's screendump), in a window, or not at all.  A draft: it may change or go.
 *
 *     s->screen = hw_display(dev)->open(dev, NULL, error);
 *     ...
 *     hw_display(dev)->show(s->screen,
 *                           &(HwSurface) { .format = HW_PIXELS_XRGB8888, .width = 640,
 *                                          .height = 480, .stride = 640 * 4, .region = 1 },
 *                           &why);
 *
 * A surface is a rectangle of pixels in one of the device's own regions, or in guest memory.
 * Whoever may store there changes the picture.  The host takes the whole surface each time it
 * looks, so a device need not tell what it drew.  A device that draws by itself may: `changed`.
 *
 * A surface is not state: a device shows it again in `loaded`.
 */
#ifndef HW_EXT_DRAFT_DISPLAY_H
#define HW_EXT_DRAFT_DISPLAY_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_DISPLAY           "hw.display/1"

#define HW_SURFACE_MAX       16384u /* pixels in a line, and lines */
#define HW_SURFACE_BYTES_MAX (UINT64_C(1) << 30)

/* HwSurface.region: `offset` is an address as hw.guest-memory has them. */
#define HW_SURFACE_GUEST_MEMORY UINT32_MAX

/* A format's code is DRM's: four characters, the first one in the lowest byte. */
#define HW_PIXELS(a, b, c, d) \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

/*
 * Names go from a pixel's highest bit to its lowest, and pixels are little-endian.  So
 * XRGB8888 has the bytes blue, green, red and unused.  A is shown as X.
 */
#define HW_PIXELS_RGB565      HW_PIXELS('R', 'G', '1', '6')
#define HW_PIXELS_XRGB1555    HW_PIXELS('X', 'R', '1', '5')
#define HW_PIXELS_RGB888      HW_PIXELS('R', 'G', '2', '4')
#define HW_PIXELS_BGR888      HW_PIXELS('B', 'G', '2', '4')
#define HW_PIXELS_XRGB8888    HW_PIXELS('X', 'R', '2', '4')
#define HW_PIXELS_ARGB8888    HW_PIXELS('A', 'R', '2', '4')
#define HW_PIXELS_XBGR8888    HW_PIXELS('X', 'B', '2', '4')
#define HW_PIXELS_ABGR8888    HW_PIXELS('A', 'B', '2', '4')
#define HW_PIXELS_RGBX8888    HW_PIXELS('R', 'X', '2', '4')
#define HW_PIXELS_BGRX8888    HW_PIXELS('B', 'X', '2', '4')
#define HW_PIXELS_XRGB2101010 HW_PIXELS('X', 'R', '3', '0')

/* The struct has no HwAbi: the service's version tells its size. */
typedef struct HwSurface {
    uint32_t format; /* HW_PIXELS_... */
    uint32_t width;  /* 1 to HW_SURFACE_MAX */
    uint32_t height; /* likewise */
    uint32_t stride; /* bytes from a line's start to the next; at least a line's */
    uint32_t region; /* number of a RAM or ROM_DEVICE region of the class, or
                      * HW_SURFACE_GUEST_MEMORY */
    uint32_t reserved;
    uint64_t offset; /* the first line's, in the region or in guest memory */
} HwSurface;

/* Owned by the host, on loan from open() to close(). */
typedef struct HwScreen HwScreen;

typedef struct HwDisplay {
    HwAbi abi;

    /*
     * Makes a screen, which is dark.  The host calls `refresh` when it is about to look: the
     * device may then draw, or show another surface.  `refresh` may be NULL; `update` does not
     * follow it.  A device's screens have the numbers 0, 1 ... in order.  Returns NULL and sets
     * `error` if out of memory.  [device lock & realize]
     */
    HwScreen *(*open)(HwDevice *dev, void (*refresh)(HwDevice *dev), HwError *error);

    /* NULL is allowed.  [device lock & unrealize] */
    void (*close)(HwScreen *screen);

    /*
     * Shows these pixels from now on; NULL: none, the screen is dark.  Copies the struct, and not
     * the pixels.  Returns false, sets `error` and changes nothing unless all lines lie in the
     * region, or in RAM.  Guests choose most sizes, so a device shall expect that.  When the
     * host looks and finds no RAM there any more, the picture stays as it was.
     * [device lock & realized]
     */
    bool (*show)(HwScreen *screen, const HwSurface *surface, HwError *error);

    /*
     * Names pixels of the surface that the device has drawn, as columns and lines.  From the first
     * call on the host takes only what is named, until a surface is shown again.  A device whose
     * pixels a guest can store never calls it.  The part beyond the surface does not count.
     * [device lock & realized]
     */
    void (*changed)(HwScreen *screen, uint32_t x, uint32_t y, uint32_t width, uint32_t height);
} HwDisplay;

/* NULL on a host without screens.  [device lock & alive] */
static inline const HwDisplay *hw_display(HwDevice *dev)
{
    return (const HwDisplay *)dev->host->query(dev->host, HW_DISPLAY);
}

#ifdef __cplusplus
}
#endif

#endif
