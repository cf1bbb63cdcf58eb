/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pixels of any format, by pixman. */
#ifndef OB_PIXELS_H
#define OB_PIXELS_H

#include "hw-api/host/run/pixels.h"
#include "hw-api/host/run/screen.h"

/* True if the image's pixels are 32-bit words 0x??RRGGBB of this host. */
bool ob_pixels_are_xrgb(const HwImage *image);

/* Writes `count` lines from line `y` on, without gaps, as such words.  Returns false and sets `error`
 * on failure. */
bool ob_pixels_convert(const HwImage *image, uint32_t y, uint32_t count, uint32_t *xrgb,
                       HwError *error);

#endif
