/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "devices/vmgenid-guid.h"

#include <string.h>

#include "devices/random.h"

/* The place in memory of the text's nth pair of digits. */
static const uint8_t places[GUID_SIZE] = {
    3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15,
};

static bool has_hyphen_before(unsigned pair)
{
    return pair == 4 || pair == 6 || pair == 8 || pair == 10;
}

static int digit_value(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);

    return c && at ? (int)(at - digits) : -1;
}

bool guid_parse(const char *text, uint8_t guid[GUID_SIZE])
{
    uint8_t parsed[GUID_SIZE];

    for (unsigned i = 0; i < GUID_SIZE; i++) {
        int high, low;

        if (has_hyphen_before(i) && *text++ != '-') {
            return false;
        }
        high = digit_value(text[0]);
        low = high < 0 ? -1 : digit_value(text[1]);
        if (low < 0) {
            return false;
        }
        parsed[places[i]] = (uint8_t)(high << 4 | low);
        text += 2;
    }
    if (*text) {
        return false;
    }
    memcpy(guid, parsed, GUID_SIZE);
    return true;
}

void guid_format(const uint8_t guid[GUID_SIZE], char text[GUID_TEXT])
{
    for (unsigned i = 0; i < GUID_SIZE; i++) {
        uint8_t byte = guid[places[i]];

        if (has_hyphen_before(i)) {
            *text++ = '-';
        }
        *text++ = "0123456789abcdef"[byte >> 4];
        *text++ = "0123456789abcdef"[byte & 15];
    }
    *text = '\0';
}

bool guid_random(uint8_t guid[GUID_SIZE])
{
    uint8_t bytes[GUID_SIZE];

    if (!random_fill(bytes, GUID_SIZE)) {
        return false;
    }
    bytes[7] = (bytes[7] & 0x0f) | 0x40; /* version 4: the third field's top */
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    memcpy(guid, bytes, GUID_SIZE);
    return true;
}
