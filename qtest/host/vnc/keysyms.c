/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keysyms of <X11/keysymdef.h>, and key codes of <linux/input-event-codes.h>. */
#include "qtest/host/vnc/keysyms.h"

#include <stddef.h>

#define ASCII_FIRST 0x20u
#define ASCII_LAST  0x7eu

/* clang-format off */
static const uint8_t ascii[ASCII_LAST - ASCII_FIRST + 1] = {
    57, 2, 40, 4, 5, 6, 8, 40, 10, 11, 9, 13, 51, 12, 52, 53,
    11, 2, 3, 4, 5, 6, 7, 8, 9, 10, 39, 39, 51, 13, 52, 53,
    3, 30, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38, 50, 49, 24,
    25, 16, 19, 31, 20, 22, 47, 17, 45, 21, 44, 26, 43, 27, 7, 12,
    41, 30, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38, 50, 49, 24,
    25, 16, 19, 31, 20, 22, 47, 17, 45, 21, 44, 26, 43, 27, 41,
};

/* Keysyms in a row, and the keys in a row from `code` on. */
static const struct {
    uint32_t first, last;
    uint16_t code;
} rows[] = {
    { 0xff08, 0xff09, 14 },  /* BackSpace, Tab */
    { 0xff0d, 0xff0d, 28 },  /* Return */
    { 0xff13, 0xff13, 119 }, /* Pause */
    { 0xff14, 0xff14, 70 },  /* Scroll_Lock */
    { 0xff15, 0xff15, 99 },  /* Sys_Req */
    { 0xff1b, 0xff1b, 1 },   /* Escape */
    { 0xff50, 0xff50, 102 }, /* Home */
    { 0xff51, 0xff51, 105 }, /* Left */
    { 0xff52, 0xff52, 103 }, /* Up */
    { 0xff53, 0xff53, 106 }, /* Right */
    { 0xff54, 0xff54, 108 }, /* Down */
    { 0xff55, 0xff55, 104 }, /* Page_Up */
    { 0xff56, 0xff56, 109 }, /* Page_Down */
    { 0xff57, 0xff57, 107 }, /* End */
    { 0xff61, 0xff61, 99 },  /* Print */
    { 0xff63, 0xff63, 110 }, /* Insert */
    { 0xff67, 0xff67, 127 }, /* Menu */
    { 0xff7f, 0xff7f, 69 },  /* Num_Lock */
    { 0xff8d, 0xff8d, 96 },  /* KP_Enter */
    { 0xff95, 0xff95, 71 },  /* KP_Home */
    { 0xff96, 0xff96, 75 },  /* KP_Left */
    { 0xff97, 0xff97, 72 },  /* KP_Up */
    { 0xff98, 0xff98, 77 },  /* KP_Right */
    { 0xff99, 0xff99, 80 },  /* KP_Down */
    { 0xff9a, 0xff9a, 73 },  /* KP_Page_Up */
    { 0xff9b, 0xff9b, 81 },  /* KP_Page_Down */
    { 0xff9c, 0xff9c, 79 },  /* KP_End */
    { 0xff9d, 0xff9d, 76 },  /* KP_Begin */
    { 0xff9e, 0xff9f, 82 },  /* KP_Insert, KP_Delete */
    { 0xffaa, 0xffaa, 55 },  /* KP_Multiply */
    { 0xffab, 0xffab, 78 },  /* KP_Add */
    { 0xffad, 0xffad, 74 },  /* KP_Subtract */
    { 0xffae, 0xffae, 83 },  /* KP_Decimal */
    { 0xffaf, 0xffaf, 98 },  /* KP_Divide */
    { 0xffb0, 0xffb0, 82 },  /* KP_0 */
    { 0xffb1, 0xffb3, 79 },  /* KP_1 to KP_3 */
    { 0xffb4, 0xffb6, 75 },  /* KP_4 to KP_6 */
    { 0xffb7, 0xffb9, 71 },  /* KP_7 to KP_9 */
    { 0xffbe, 0xffc7, 59 },  /* F1 to F10 */
    { 0xffc8, 0xffc9, 87 },  /* F11, F12 */
    { 0xffe1, 0xffe1, 42 },  /* Shift_L */
    { 0xffe2, 0xffe2, 54 },  /* Shift_R */
    { 0xffe3, 0xffe3, 29 },  /* Control_L */
    { 0xffe4, 0xffe4, 97 },  /* Control_R */
    { 0xffe5, 0xffe5, 58 },  /* Caps_Lock */
    { 0xffe9, 0xffe9, 56 },  /* Alt_L */
    { 0xffea, 0xffea, 100 }, /* Alt_R */
    { 0xffeb, 0xffec, 125 }, /* Super_L, Super_R */
    { 0xffff, 0xffff, 111 }, /* Delete */
    { 0xfe03, 0xfe03, 100 }, /* ISO_Level3_Shift */
    { 0xfe20, 0xfe20, 15 },  /* ISO_Left_Tab */
};
/* clang-format on */

uint16_t ob_vnc_key(uint32_t keysym)
{
    if (keysym >= ASCII_FIRST && keysym <= ASCII_LAST) {
        return ascii[keysym - ASCII_FIRST];
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (keysym >= rows[i].first && keysym <= rows[i].last) {
            return (uint16_t)(rows[i].code + (keysym - rows[i].first));
        }
    }
    return 0;
}
