/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "devices/display/edid.h"

#include <string.h>

#include "hw-api/device/bytes.h"

/* Places in the block (EDID 1.4, table 3.1). */
enum {
    HEADER = 0,
    MAKER = 8,
    PRODUCT = 10,
    YEAR = 17,
    VERSION = 18,
    REVISION = 19,
    INPUT = 20,
    WIDTH_CM = 21,
    HEIGHT_CM = 22,
    GAMMA = 23,
    FEATURES = 24,
    COLOURS = 25,
    ESTABLISHED = 35,
    STANDARD = 38,
    TIMING = 54,
    NAME = 72,
    UNUSED = 90,
    CHECKSUM = 127,
};

#define STANDARD_SIZE     16
#define DESCRIPTOR_SIZE   18
#define DESCRIPTOR_NAME   0xfc
#define DESCRIPTOR_UNUSED 0x10
#define NAME_SIZE         13

/* Blanking of a digital monitor: CVT 1.2, reduced blanking. */
#define H_BLANK 160u
#define H_FRONT 48u
#define H_SYNC  32u
#define V_BLANK 30u
#define V_FRONT 3u
#define V_SYNC  6u
#define RATE    60u /* Hz */

/* Pixels of a frame, blanking included: less is a pixel clock below 10 MHz, which readers of EDID take
 * for nonsense (edid-decode does). */
#define FRAME_MIN 170000u
#define DPI       100u

/* The primaries and the white point of sRGB, ten bits each. */
static const uint8_t srgb[10] = { 0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54 };

/* At least one: zero stands for no size. */
static uint32_t millimetres(uint32_t pixels)
{
    uint32_t mm = pixels * 254 / (DPI * 10);

    return mm ? mm : 1;
}

/* A small picture has more dark lines. */
static uint32_t dark_lines(uint32_t width, uint32_t height)
{
    uint32_t lines = FRAME_MIN / (width + H_BLANK) + 1;

    return lines > height + V_BLANK ? lines - height : V_BLANK;
}

/* A detailed timing (EDID 1.4, 3.10.2): digital, with separate synchronization. */
static void timing_make(uint8_t *t, uint32_t width, uint32_t height)
{
    uint32_t v_blank = dark_lines(width, height);
    uint32_t clock = (width + H_BLANK) * (height + v_blank) * RATE / 10000; /* unit: 10 kHz */
    uint32_t mm_x = millimetres(width), mm_y = millimetres(height);

    hw_store_le(t, clock < UINT16_MAX ? clock : UINT16_MAX, 2);
    t[2] = (uint8_t)width;
    t[3] = H_BLANK;
    t[4] = (uint8_t)(width >> 8 << 4);
    t[5] = (uint8_t)height;
    t[6] = (uint8_t)v_blank;
    t[7] = (uint8_t)(height >> 8 << 4 | v_blank >> 8);
    t[8] = H_FRONT;
    t[9] = H_SYNC;
    t[10] = V_FRONT << 4 | V_SYNC;
    t[12] = (uint8_t)mm_x;
    t[13] = (uint8_t)mm_y;
    t[14] = (uint8_t)(mm_x >> 8 << 4 | mm_y >> 8);
    t[17] = 0x18;
}

static void name_make(uint8_t *descriptor, const char *name)
{
    size_t length = strlen(name);

    descriptor[3] = DESCRIPTOR_NAME;
    memset(descriptor + 5, ' ', NAME_SIZE);
    memcpy(descriptor + 5, name, length);
    descriptor[5 + length] = '\n';
}

static void identity_make(uint8_t *edid)
{
    memcpy(edid + HEADER, "\0\xff\xff\xff\xff\xff\xff", 8);
    hw_store_be16(edid + MAKER, ('O' - '@') << 10 | ('U' - '@') << 5 | ('T' - '@'));
    hw_store_le(edid + PRODUCT, 1, 2);
    edid[YEAR] = 2026 - 1990;
    edid[VERSION] = 1;
    edid[REVISION] = 4;
}

static uint8_t centimetres(uint32_t pixels)
{
    uint32_t cm = millimetres(pixels) / 10;

    return (uint8_t)(cm < 1 ? 1 : (cm > UINT8_MAX ? UINT8_MAX : cm));
}

void edid_make(uint8_t edid[EDID_SIZE], uint32_t width, uint32_t height)
{
    uint8_t sum = 0;

    memset(edid, 0, EDID_SIZE);
    identity_make(edid);
    edid[INPUT] = 0xa0; /* digital, 8 bits a colour */
    edid[WIDTH_CM] = centimetres(width);
    edid[HEIGHT_CM] = centimetres(height);
    edid[GAMMA] = 220 - 100;
    edid[FEATURES] = 0x06; /* sRGB; the preferred timing is the native one */
    memcpy(edid + COLOURS, srgb, sizeof(srgb));
    edid[ESTABLISHED] = 0x21;     /* 640x480 and 800x600 at 60 Hz */
    edid[ESTABLISHED + 1] = 0x08; /* 1024x768 at 60 Hz */
    memset(edid + STANDARD, 1, STANDARD_SIZE);
    timing_make(edid + TIMING, width, height);
    name_make(edid + NAME, "Outboard");
    edid[UNUSED + 3] = edid[UNUSED + DESCRIPTOR_SIZE + 3] = DESCRIPTOR_UNUSED;
    for (uint32_t i = 0; i < CHECKSUM; i++) {
        sum = (uint8_t)(sum + edid[i]);
    }
    edid[CHECKSUM] = (uint8_t)-sum;
}
