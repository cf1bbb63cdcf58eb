/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares each codec with the scalar codec, and the scalar codec with GLib and printf. */
#include "qtest/host/qtest/codec.h"

#include <glib.h>
#include <string.h>

#define LARGEST 300

static uint8_t bytes[LARGEST];

static const ObCodec *codec_or_skip(gconstpointer data)
{
    const ObCodec *codec = data;

    if (!codec->supported()) {
        g_test_skip("this processor does not have the codec's instructions");
        return NULL;
    }
    return codec;
}

static void bytes_fill(void)
{
    for (size_t i = 0; i < LARGEST; i++) {
        bytes[i] = g_test_rand_int();
    }
}

static void test_hex_encode(gconstpointer data)
{
    const ObCodec *codec = codec_or_skip(data);
    char text[2 * LARGEST + 1];
    char expected[2 * LARGEST + 1] = "";

    for (size_t size = 0; codec && size < LARGEST; size++) {
        memset(text, 0, sizeof(text));
        codec->hex_encode(text, bytes, size);
        g_assert_cmpstr(text, ==, expected);
        g_snprintf(expected + 2 * size, 3, "%02x", bytes[size]);
    }
}

static void test_hex_decode(gconstpointer data)
{
    const ObCodec *codec = codec_or_skip(data);
    char text[2 * LARGEST];
    uint8_t decoded[LARGEST + 1];

    for (size_t size = 0; codec && size <= LARGEST; size++) {
        ob_codec_scalar.hex_encode(text, bytes, size);
        for (size_t i = 0; i < 2 * size; i += 3) {
            text[i] = g_ascii_toupper(text[i]);
        }
        decoded[size] = 0xaa;
        g_assert_cmpuint(codec->hex_decode(decoded, text, size), ==, size);
        g_assert_cmpmem(decoded, size, bytes, size);
        g_assert_cmpuint(decoded[size], ==, 0xaa);
    }
}

/* Tests each wrong character at each place of a vector. */
static void test_hex_malformed(gconstpointer data)
{
    const ObCodec *codec = codec_or_skip(data);
    char text[64];
    uint8_t decoded[32];

    for (int c = 0; codec && c < 256; c++) {
        for (size_t place = 0; place < sizeof(text); place++) {
            size_t expected = g_ascii_isxdigit(c) ? sizeof(decoded) : place / 2;

            memset(text, '5', sizeof(text));
            text[place] = c;
            g_assert_cmpuint(codec->hex_decode(decoded, text, sizeof(decoded)), ==, expected);
        }
    }
}

static void test_base64_encode(gconstpointer data)
{
    const ObCodec *codec = codec_or_skip(data);
    char text[4 * LARGEST / 3 + 1];

    for (size_t size = 0; codec && size <= LARGEST; size += 3) {
        char *expected = g_base64_encode(bytes, size);

        memset(text, 0, sizeof(text));
        codec->base64_encode(text, bytes, size / 3);
        g_assert_cmpstr(text, ==, expected);
        g_free(expected);
    }
}

static void test_base64_decode(gconstpointer data)
{
    const ObCodec *codec = codec_or_skip(data);
    uint8_t decoded[LARGEST + 1];

    for (size_t size = 0; codec && size <= LARGEST; size += 3) {
        char *text = g_base64_encode(bytes, size);

        decoded[size] = 0xaa;
        g_assert_cmpuint(codec->base64_decode(decoded, text, size / 3), ==, size / 3);
        g_assert_cmpmem(decoded, size, bytes, size);
        g_assert_cmpuint(decoded[size], ==, 0xaa);
        g_free(text);
    }
}

/* Tests every digit, in the vectors' part and in the scalar part. */
static void test_base64_digits(gconstpointer data)
{
    const ObCodec *codec = codec_or_skip(data);
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t decoded[48];
    char text[64];

    if (codec) {
        g_assert_cmpuint(codec->base64_decode(decoded, digits, 16), ==, 16);
        codec->base64_encode(text, decoded, 16);
        g_assert_cmpmem(text, 64, digits, 64);
    }
}

static void test_base64_malformed(gconstpointer data)
{
    const ObCodec *codec = codec_or_skip(data);
    char text[64];
    uint8_t decoded[48];

    for (int c = 0; codec && c < 256; c++) {
        bool is_digit = g_ascii_isalnum(c) || c == '+' || c == '/';

        for (size_t place = 0; place < sizeof(text); place++) {
            memset(text, 'Q', sizeof(text));
            text[place] = c;
            g_assert_cmpuint(codec->base64_decode(decoded, text, 16), ==,
                             is_digit ? 16 : place / 4);
        }
    }
}

static void test_base64_padding(void)
{
    char text[4 * LARGEST / 3 + 5];

    for (size_t size = 0; size < LARGEST; size++) {
        char *expected = g_base64_encode(bytes, size);
        size_t length = ob_base64_encode(text, bytes, size);

        g_assert_cmpmem(text, length, expected, strlen(expected));
        g_free(expected);
    }
}

static void test_base64_last(void)
{
    uint8_t last[3];

    g_assert_cmpuint(ob_base64_decode_last(last, "QUJD"), ==, 3);
    g_assert_cmpmem(last, 3, "ABC", 3);
    g_assert_cmpuint(ob_base64_decode_last(last, "QUI="), ==, 2);
    g_assert_cmpuint(ob_base64_decode_last(last, "QQ=="), ==, 1);
}

static void test_base64_last_malformed(void)
{
    static const char *const malformed[] = {
        "====", "Q===", "QU=I", "=UJD", "QQ=Q", "Q!==", "QR==", "QUJ=",
    };
    uint8_t last[3];

    for (size_t i = 0; i < G_N_ELEMENTS(malformed); i++) {
        g_assert_cmpuint(ob_base64_decode_last(last, malformed[i]), ==, 0);
    }
}

static const struct {
    const char *path;
    void (*test)(gconstpointer data);
} tests[] = {
    { "hex/encode/as-printf", test_hex_encode },
    { "hex/decode/returns-what-was-encoded", test_hex_decode },
    { "hex/decode/stops-at-each-wrong-character", test_hex_malformed },
    { "base64/encode/as-glib", test_base64_encode },
    { "base64/decode/returns-what-glib-encoded", test_base64_decode },
    { "base64/decode/every-digit", test_base64_digits },
    { "base64/decode/stops-at-each-wrong-character", test_base64_malformed },
};

int main(int argc, char **argv)
{
    const ObCodec *codec;

    g_test_init(&argc, &argv, NULL);
    bytes_fill();
    for (uint32_t i = 0; (codec = ob_codec_at(i)); i++) {
        for (size_t t = 0; t < G_N_ELEMENTS(tests); t++) {
            char *path = g_strdup_printf("/codec/%s/%s", codec->name, tests[t].path);

            g_test_add_data_func(path, codec, tests[t].test);
            g_free(path);
        }
    }
    g_test_add_func("/codec/base64/pads-as-glib", test_base64_padding);
    g_test_add_func("/codec/base64/last-quad", test_base64_last);
    g_test_add_func("/codec/base64/last-quad-malformed", test_base64_last_malformed);
    return g_test_run();
}
