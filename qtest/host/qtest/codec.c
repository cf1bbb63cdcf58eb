/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qtest/codec.h"

#define XX 0xff

/* clang-format off */
static const char base64_digits[64] =
    { "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" };

/* By ASCII character; XX if it is not a digit. */
static const uint8_t base64_values[128] = {
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, 62, XX, XX, XX, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, XX, XX, XX, XX, XX, XX,
    XX,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, XX, XX, XX, XX, XX,
    XX, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, XX, XX, XX, XX, XX,
};
/* clang-format on */

static uint32_t base64_value(char digit)
{
    uint8_t index = (uint8_t)digit;

    return index < 128 ? base64_values[index] : XX;
}

static uint32_t hex_value(char digit)
{
    uint32_t number = (uint8_t)digit - '0';
    uint32_t letter = ((uint8_t)digit | 0x20) - 'a';

    if (number < 10) {
        return number;
    }
    return letter < 6 ? letter + 10 : XX;
}

static bool scalar_supported(void)
{
    return true;
}

static void scalar_hex_encode(char *text, const uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < count; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
}

static size_t scalar_hex_decode(uint8_t *bytes, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t high = hex_value(text[2 * i]);
        uint32_t low = hex_value(text[2 * i + 1]);

        if (high == XX || low == XX) {
            return i;
        }
        bytes[i] = high << 4 | low;
    }
    return count;
}

static void scalar_base64_encode(char *text, const uint8_t *bytes, size_t triples)
{
    for (; triples; triples--, bytes += 3, text += 4) {
        uint32_t bits = (uint32_t)bytes[0] << 16 | bytes[1] << 8 | bytes[2];

        text[0] = base64_digits[bits >> 18];
        text[1] = base64_digits[bits >> 12 & 63];
        text[2] = base64_digits[bits >> 6 & 63];
        text[3] = base64_digits[bits & 63];
    }
}

static size_t scalar_base64_decode(uint8_t *bytes, const char *text, size_t quads)
{
    for (size_t i = 0; i < quads; i++, bytes += 3, text += 4) {
        uint32_t a = base64_value(text[0]);
        uint32_t b = base64_value(text[1]);
        uint32_t c = base64_value(text[2]);
        uint32_t d = base64_value(text[3]);

        if ((a | b | c | d) > 63) {
            return i;
        }
        bytes[0] = a << 2 | b >> 4;
        bytes[1] = b << 4 | c >> 2;
        bytes[2] = c << 6 | d;
    }
    return quads;
}

/* clang-format off */
const ObCodec ob_codec_scalar = {
    "scalar", scalar_supported,
    scalar_hex_encode, scalar_hex_decode, scalar_base64_encode, scalar_base64_decode,
};
/* clang-format on */

static const ObCodec *const codecs[] = {
    &ob_codec_scalar,
#ifdef __x86_64__
    &ob_codec_ssse3,
#endif
};

#define CODEC_COUNT (sizeof(codecs) / sizeof(codecs[0]))

const ObCodec *ob_codec_at(uint32_t index)
{
    return index < CODEC_COUNT ? codecs[index] : NULL;
}

const ObCodec *ob_codec(void)
{
    const ObCodec *last = codecs[CODEC_COUNT - 1];

    return last->supported() ? last : &ob_codec_scalar;
}

size_t ob_base64_encode(char *text, const uint8_t *bytes, size_t count)
{
    size_t triples = count / 3;
    size_t rest = count % 3;
    uint8_t last[3] = { 0 };

    ob_codec()->base64_encode(text, bytes, triples);
    text += 4 * triples;
    if (!rest) {
        return 4 * triples;
    }
    for (size_t i = 0; i < rest; i++) {
        last[i] = bytes[3 * triples + i];
    }
    scalar_base64_encode(text, last, 1);
    text[3] = '=';
    if (rest == 1) {
        text[2] = '=';
    }
    return 4 * triples + 4;
}

size_t ob_base64_decode_last(uint8_t *bytes, const char *text)
{
    char whole[4] = { text[0], text[1], text[2], text[3] };
    uint8_t decoded[3];
    size_t count = 3;

    if (whole[3] == '=') {
        whole[3] = 'A';
        count = 2;
        if (whole[2] == '=') {
            whole[2] = 'A';
            count = 1;
        }
    }
    if (!scalar_base64_decode(decoded, whole, 1)) {
        return 0;
    }
    for (size_t i = count; i < 3; i++) {
        if (decoded[i]) {
            return 0;
        }
    }
    for (size_t i = 0; i < count; i++) {
        bytes[i] = decoded[i];
    }
    return count;
}
