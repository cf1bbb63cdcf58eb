/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A monitor's description: EDID 1.4, VESA Enhanced Extended Display Identification Data. */
#ifndef DEVICES_DISPLAY_EDID_H
#define DEVICES_DISPLAY_EDID_H

#include <stdint.h>

#define EDID_SIZE     128u
#define EDID_SIDE_MAX 4095u /* a timing has 12 bits for each side */

/* Fills one block.  The monitor prefers this mode at 60 Hz; both sides are 1 to EDID_SIDE_MAX. */
void edid_make(uint8_t edid[EDID_SIZE], uint32_t width, uint32_t height);

#endif
