/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of QEMU's QAPI: QKeyCode, in QEMU's order. */
#include "qtest/host/qmp/input/keys.h"

#include <string.h>

/* clang-format off */

/* Name, Linux's key code (<linux/input-event-codes.h>), and the number of "number": an XT scan code
 * with 0x80 for an extended key. */
#define KEYS(KEY)                                                                            \
    KEY("unmapped", 0, 0x00) KEY("shift", 42, 0x2a) KEY("shift_r", 54, 0x36)                 \
    KEY("alt", 56, 0x38) KEY("alt_r", 100, 0xb8) KEY("ctrl", 29, 0x1d)                       \
    KEY("ctrl_r", 97, 0x9d) KEY("menu", 139, 0x9e) KEY("esc", 1, 0x01) KEY("1", 2, 0x02)     \
    KEY("2", 3, 0x03) KEY("3", 4, 0x04) KEY("4", 5, 0x05) KEY("5", 6, 0x06)                  \
    KEY("6", 7, 0x07) KEY("7", 8, 0x08) KEY("8", 9, 0x09) KEY("9", 10, 0x0a)                 \
    KEY("0", 11, 0x0b) KEY("minus", 12, 0x0c) KEY("equal", 13, 0x0d)                         \
    KEY("backspace", 14, 0x0e) KEY("tab", 15, 0x0f) KEY("q", 16, 0x10) KEY("w", 17, 0x11)    \
    KEY("e", 18, 0x12) KEY("r", 19, 0x13) KEY("t", 20, 0x14) KEY("y", 21, 0x15)              \
    KEY("u", 22, 0x16) KEY("i", 23, 0x17) KEY("o", 24, 0x18) KEY("p", 25, 0x19)              \
    KEY("bracket_left", 26, 0x1a) KEY("bracket_right", 27, 0x1b) KEY("ret", 28, 0x1c)        \
    KEY("a", 30, 0x1e) KEY("s", 31, 0x1f) KEY("d", 32, 0x20) KEY("f", 33, 0x21)              \
    KEY("g", 34, 0x22) KEY("h", 35, 0x23) KEY("j", 36, 0x24) KEY("k", 37, 0x25)              \
    KEY("l", 38, 0x26) KEY("semicolon", 39, 0x27) KEY("apostrophe", 40, 0x28)                \
    KEY("grave_accent", 41, 0x29) KEY("backslash", 43, 0x2b) KEY("z", 44, 0x2c)              \
    KEY("x", 45, 0x2d) KEY("c", 46, 0x2e) KEY("v", 47, 0x2f) KEY("b", 48, 0x30)              \
    KEY("n", 49, 0x31) KEY("m", 50, 0x32) KEY("comma", 51, 0x33) KEY("dot", 52, 0x34)        \
    KEY("slash", 53, 0x35) KEY("asterisk", 55, 0x37) KEY("spc", 57, 0x39)                    \
    KEY("caps_lock", 58, 0x3a) KEY("f1", 59, 0x3b) KEY("f2", 60, 0x3c) KEY("f3", 61, 0x3d)   \
    KEY("f4", 62, 0x3e) KEY("f5", 63, 0x3f) KEY("f6", 64, 0x40) KEY("f7", 65, 0x41)          \
    KEY("f8", 66, 0x42) KEY("f9", 67, 0x43) KEY("f10", 68, 0x44) KEY("num_lock", 69, 0x45)   \
    KEY("scroll_lock", 70, 0x46) KEY("kp_divide", 98, 0xb5) KEY("kp_multiply", 55, 0x37)     \
    KEY("kp_subtract", 74, 0x4a) KEY("kp_add", 78, 0x4e) KEY("kp_enter", 96, 0x9c)           \
    KEY("kp_decimal", 83, 0x53) KEY("sysrq", 99, 0x54) KEY("kp_0", 82, 0x52)                 \
    KEY("kp_1", 79, 0x4f) KEY("kp_2", 80, 0x50) KEY("kp_3", 81, 0x51) KEY("kp_4", 75, 0x4b)  \
    KEY("kp_5", 76, 0x4c) KEY("kp_6", 77, 0x4d) KEY("kp_7", 71, 0x47) KEY("kp_8", 72, 0x48)  \
    KEY("kp_9", 73, 0x49) KEY("less", 86, 0x56) KEY("f11", 87, 0x57) KEY("f12", 88, 0x58)    \
    KEY("print", 99, 0x54) KEY("home", 102, 0xc7) KEY("pgup", 104, 0xc9)                     \
    KEY("pgdn", 109, 0xd1) KEY("end", 107, 0xcf) KEY("left", 105, 0xcb) KEY("up", 103, 0xc8) \
    KEY("down", 108, 0xd0) KEY("right", 106, 0xcd) KEY("insert", 110, 0xd2)                  \
    KEY("delete", 111, 0xd3) KEY("stop", 128, 0xe8) KEY("again", 129, 0x85)                  \
    KEY("props", 130, 0x86) KEY("undo", 131, 0x87) KEY("front", 132, 0x8c)                   \
    KEY("copy", 133, 0xf8) KEY("open", 134, 0x64) KEY("paste", 135, 0x65)                    \
    KEY("find", 136, 0xc1) KEY("cut", 137, 0xbc) KEY("lf", 101, 0x5b) KEY("help", 138, 0xf5) \
    KEY("meta_l", 125, 0xdb) KEY("meta_r", 126, 0xdc) KEY("compose", 127, 0xdd)              \
    KEY("pause", 119, 0xc6) KEY("ro", 89, 0x73) KEY("hiragana", 91, 0x77)                    \
    KEY("henkan", 92, 0x79) KEY("yen", 124, 0x7d) KEY("muhenkan", 94, 0x7b)                  \
    KEY("katakanahiragana", 93, 0x70) KEY("kp_comma", 121, 0x7e) KEY("kp_equals", 117, 0x59) \
    KEY("power", 116, 0xde) KEY("sleep", 142, 0xdf) KEY("wake", 143, 0xe3)                   \
    KEY("audionext", 163, 0x99) KEY("audioprev", 165, 0x90) KEY("audiostop", 166, 0xa4)      \
    KEY("audioplay", 164, 0xa2) KEY("audiomute", 113, 0xa0) KEY("volumeup", 115, 0xb0)       \
    KEY("volumedown", 114, 0xae) KEY("mediaselect", 226, 0xed) KEY("mail", 155, 0xec)        \
    KEY("calculator", 140, 0xa1) KEY("computer", 157, 0xeb) KEY("ac_home", 172, 0xb2)        \
    KEY("ac_back", 158, 0xea) KEY("ac_forward", 159, 0xe9) KEY("ac_refresh", 173, 0xe7)      \
    KEY("ac_bookmarks", 156, 0xe6) KEY("lang1", 122, 0x72) KEY("lang2", 123, 0x71)

#define NAME(name, code, number)   name,
#define CODE(name, code, number)   code,
#define NUMBER(name, code, number) number,

const char *const ob_key_names[] = { KEYS(NAME) NULL };
static const uint16_t codes[] = { KEYS(CODE) };
static const uint8_t numbers[] = { KEYS(NUMBER) };
/* clang-format on */

#define KEY_SYSRQ_EXTENDED 0xb7 /* a number that sysrq has too */

bool ob_key_by_name(const char *name, size_t length, uint16_t *code)
{
    for (size_t i = 0; ob_key_names[i]; i++) {
        if (strncmp(ob_key_names[i], name, length) == 0 && !ob_key_names[i][length]) {
            *code = codes[i];
            return true;
        }
    }
    return false;
}

uint16_t ob_key_by_number(int64_t number)
{
    if (number == KEY_SYSRQ_EXTENDED) {
        number = 0x54;
    }
    for (size_t i = 0; i < sizeof(numbers); i++) {
        if (numbers[i] == number) {
            return codes[i];
        }
    }
    return 0;
}
