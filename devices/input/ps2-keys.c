/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scan codes of set 2 by Linux's key codes (<linux/input-event-codes.h>): "Keyboard Scan Code
 * Specification", Microsoft, 2000, and the codes that Linux's driver atkbd takes for them.
 */
#include <string.h>

#include "devices/input/altera-ps2.h"

#define EXTENDED  0xe0u
#define EXTENDED1 0xe1u
#define UP        0xf0u
#define KEYS      227

#define E(code)   (0xe000 | (code))

/* clang-format off */
static const uint16_t set2[KEYS] = {
    /* Esc, 1 to 0, minus, equal, backspace */
    [1] = 0x76, 0x16, 0x1e, 0x26, 0x25, 0x2e, 0x36, 0x3d, 0x3e, 0x46, 0x45, 0x4e, 0x55, 0x66,
    /* tab, Q to P, brackets, enter */
    [15] = 0x0d, 0x15, 0x1d, 0x24, 0x2d, 0x2c, 0x35, 0x3c, 0x43, 0x44, 0x4d, 0x54, 0x5b, 0x5a,
    /* left Ctrl, A to L, semicolon, apostrophe, grave accent */
    [29] = 0x14, 0x1c, 0x1b, 0x23, 0x2b, 0x34, 0x33, 0x3b, 0x42, 0x4b, 0x4c, 0x52, 0x0e,
    /* left Shift, backslash, Z to slash, right Shift */
    [42] = 0x12, 0x5d, 0x1a, 0x22, 0x21, 0x2a, 0x32, 0x31, 0x3a, 0x41, 0x49, 0x4a, 0x59,
    /* keypad's asterisk, left Alt, space, Caps Lock */
    [55] = 0x7c, 0x11, 0x29, 0x58,
    /* F1 to F10, Num Lock, Scroll Lock */
    [59] = 0x05, 0x06, 0x04, 0x0c, 0x03, 0x0b, 0x83, 0x0a, 0x01, 0x09, 0x77, 0x7e,
    /* keypad: 7 8 9 minus 4 5 6 plus 1 2 3 0 dot */
    [71] = 0x6c, 0x75, 0x7d, 0x7b, 0x6b, 0x73, 0x74, 0x79, 0x69, 0x72, 0x7a, 0x70, 0x71,
    /* Zenkaku, the key beside left Shift, F11, F12 */
    [85] = 0x5f, 0x61, 0x78, 0x07,
    /* Ro, Katakana, Hiragana, Henkan, both kana, Muhenkan, keypad's comma in Japan */
    [89] = 0x51, 0x63, 0x62, 0x64, 0x13, 0x67, 0x27,
    /* keypad's enter, right Ctrl, keypad's slash, Print Screen, right Alt */
    [96] = E(0x5a), E(0x14), E(0x4a), E(0x7c), E(0x11),
    /* home up page-up left right end down page-down insert delete */
    [102] = E(0x6c), E(0x75), E(0x7d), E(0x6b), E(0x74), E(0x69), E(0x72), E(0x7a), E(0x70), E(0x71),
    /* mute, volume down and up, power, keypad's equal */
    [113] = E(0x23), E(0x21), E(0x32), E(0x37), 0x0f,
    [121] = 0x6d, /* keypad's comma */
    [124] = 0x6a, /* yen */
    /* both Meta, compose, stop */
    [125] = E(0x1f), E(0x27), E(0x2f), E(0x28),
    /* calculator, sleep, wake */
    [140] = E(0x2b), [142] = E(0x3f), E(0x5e),
    /* mail, bookmarks, computer, back, forward */
    [155] = E(0x48), E(0x18), E(0x40), E(0x38), E(0x30),
    /* next, play, previous, stop */
    [163] = E(0x4d), E(0x34), E(0x15), E(0x3b),
    [172] = E(0x3a), E(0x20), /* home page, refresh */
    [183] = 0x2f, 0x37, 0x3f, /* F13 to F15 */
    [217] = E(0x10),          /* search */
    [226] = E(0x50),          /* media */
};
/* clang-format on */

typedef struct Codes {
    uint32_t key;
    bool down;
    uint32_t count;
    uint8_t bytes[PS2_KEY_BYTES];
} Codes;

/* Keys with more than a code.  Print Screen has a shift around it, and Pause is never up. */
static const Codes special[] = {
    { 99, true, 4, { EXTENDED, 0x12, EXTENDED, 0x7c } },
    { 99, false, 6, { EXTENDED, UP, 0x7c, EXTENDED, UP, 0x12 } },
    { 119, true, 8, { EXTENDED1, 0x14, 0x77, EXTENDED1, UP, 0x14, UP, 0x77 } },
    { 119, false, 0, { 0 } },
};

static uint32_t plain_codes(uint16_t code, bool down, uint8_t *bytes)
{
    uint32_t count = 0;

    if (code > UINT8_MAX) {
        bytes[count++] = EXTENDED;
    }
    if (!down) {
        bytes[count++] = UP;
    }
    bytes[count++] = (uint8_t)code;
    return count;
}

uint32_t ps2_key_codes(uint32_t key, bool down, uint8_t bytes[PS2_KEY_BYTES])
{
    for (uint32_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
        if (special[i].key == key && special[i].down == down) {
            memcpy(bytes, special[i].bytes, special[i].count);
            return special[i].count;
        }
    }
    return key < KEYS && set2[key] ? plain_codes(set2[key], down, bytes) : 0;
}
