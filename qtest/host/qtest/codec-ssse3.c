/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Works on sixteen characters at a time.  Wider vectors were not worth another copy: this
 * code is several times as fast as a socket already.
 */
#ifdef __x86_64__
#include "qtest/host/qtest/codec.h"

#include <immintrin.h>
#include <sys/platform/x86.h>

#define VECTOR static inline __attribute__((target("ssse3"), always_inline)) __m128i
#define SSSE3  __attribute__((target("ssse3")))

/* glibc has asked the processor already.  GCC's __builtin_cpu_supports() asks it again in each
 * process, and a virtual machine takes microseconds to answer CPUID. */
static bool ssse3_supported(void)
{
    return CPU_FEATURE_ACTIVE(SSSE3);
}

VECTOR load(const void *from)
{
    return _mm_loadu_si128((const __m128i *)from);
}

SSSE3 static inline void store(void *to, __m128i value)
{
    _mm_storeu_si128((__m128i *)to, value);
}

/* Sets all bits in each byte of `c` from `first` to `first + count - 1`. */
VECTOR in_range(__m128i c, char first, char count)
{
    __m128i from_first = _mm_sub_epi8(c, _mm_set1_epi8(first));

    return _mm_cmpeq_epi8(_mm_min_epu8(from_first, _mm_set1_epi8(count - 1)), from_first);
}

VECTOR where(__m128i mask, char value)
{
    return _mm_and_si128(mask, _mm_set1_epi8(value));
}

SSSE3 static inline bool all_set(__m128i mask)
{
    return _mm_movemask_epi8(mask) == 0xffff;
}

SSSE3 static void ssse3_hex_encode(char *text, const uint8_t *bytes, size_t count)
{
    const __m128i digits = load("0123456789abcdef");
    const __m128i nibble = _mm_set1_epi8(15);

    for (; count >= 16; count -= 16, bytes += 16, text += 32) {
        __m128i in = load(bytes);
        __m128i high = _mm_shuffle_epi8(digits, _mm_and_si128(_mm_srli_epi16(in, 4), nibble));
        __m128i low = _mm_shuffle_epi8(digits, _mm_and_si128(in, nibble));

        store(text, _mm_unpacklo_epi8(high, low));
        store(text + 16, _mm_unpackhi_epi8(high, low));
    }
    ob_codec_scalar.hex_encode(text, bytes, count);
}

/* Returns eight bytes as the low halves of eight words; clears `ok` if malformed. */
VECTOR hex_pairs(__m128i c, __m128i *ok)
{
    __m128i digit = in_range(c, '0', 10);
    __m128i letter = in_range(_mm_or_si128(c, _mm_set1_epi8(0x20)), 'a', 6);
    /* The low nibble of 'a' and of 'A' is 1. */
    __m128i value = _mm_add_epi8(_mm_and_si128(c, _mm_set1_epi8(15)), where(letter, 9));

    *ok = _mm_and_si128(*ok, _mm_or_si128(digit, letter));
    return _mm_maddubs_epi16(value, _mm_set1_epi16(0x0110));
}

SSSE3 static size_t ssse3_hex_decode(uint8_t *bytes, const char *text, size_t count)
{
    size_t done = 0;

    for (; count - done >= 16; done += 16) {
        __m128i ok = _mm_set1_epi8(-1);
        __m128i first = hex_pairs(load(text + 2 * done), &ok);
        __m128i second = hex_pairs(load(text + 2 * done + 16), &ok);

        if (!all_set(ok)) {
            break;
        }
        store(bytes + done, _mm_packus_epi16(first, second));
    }
    return done + ob_codec_scalar.hex_decode(bytes + done, text + 2 * done, count - done);
}

/* Splits twelve bytes into sixteen 6-bit numbers, in order. */
VECTOR base64_split(__m128i in)
{
    /* Each dword gets its triple as b1 b0 b2 b1, so that no number straddles two words that
     * are not its own. */
    __m128i triples = _mm_shuffle_epi8(in, _mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9,
                                                         11, 10));
    /* Multiplications replace shifts that differ by word. */
    __m128i even = _mm_mulhi_epu16(_mm_and_si128(triples, _mm_set1_epi32(0x0fc0fc00)),
                                   _mm_set1_epi32(0x04000040));
    __m128i odd = _mm_mullo_epi16(_mm_and_si128(triples, _mm_set1_epi32(0x003f03f0)),
                                  _mm_set1_epi32(0x01000010));

    return _mm_or_si128(even, odd);
}

VECTOR base64_digits(__m128i value)
{
    /* The numbers to add, by class: 0: a-z; 1..10: 0-9; 11: +; 12: /; 13: A-Z. */
    const __m128i offsets = _mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                                          '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                                          '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0);
    __m128i upper = _mm_cmpgt_epi8(_mm_set1_epi8(26), value);
    __m128i kind = _mm_or_si128(_mm_subs_epu8(value, _mm_set1_epi8(51)), where(upper, 13));

    return _mm_add_epi8(value, _mm_shuffle_epi8(offsets, kind));
}

SSSE3 static void ssse3_base64_encode(char *text, const uint8_t *bytes, size_t triples)
{
    /* Four triples, but a load takes sixteen bytes: two more triples must be there. */
    for (; triples >= 6; triples -= 4, bytes += 12, text += 16) {
        store(text, base64_digits(base64_split(load(bytes))));
    }
    ob_codec_scalar.base64_encode(text, bytes, triples);
}

/* Returns the values of sixteen digits; clears `ok` if malformed. */
VECTOR base64_values(__m128i c, bool *ok)
{
    __m128i upper = in_range(c, 'A', 26);
    __m128i lower = in_range(c, 'a', 26);
    __m128i digit = in_range(c, '0', 10);
    __m128i plus = _mm_cmpeq_epi8(c, _mm_set1_epi8('+'));
    __m128i slash = _mm_cmpeq_epi8(c, _mm_set1_epi8('/'));
    __m128i letters = _mm_or_si128(upper, lower);
    __m128i others = _mm_or_si128(digit, _mm_or_si128(plus, slash));
    __m128i offset = _mm_or_si128(where(upper, -'A'), where(lower, 26 - 'a'));

    offset = _mm_or_si128(offset, where(digit, 52 - '0'));
    offset = _mm_or_si128(offset, _mm_or_si128(where(plus, 62 - '+'), where(slash, 63 - '/')));
    *ok = all_set(_mm_or_si128(letters, others));
    return _mm_add_epi8(c, offset);
}

/* Joins sixteen 6-bit numbers into twelve bytes and four zeros. */
VECTOR base64_join(__m128i values)
{
    __m128i pairs = _mm_maddubs_epi16(values, _mm_set1_epi32(0x01400140));
    __m128i triples = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00011000));

    return _mm_shuffle_epi8(triples,
                            _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
}

SSSE3 static size_t ssse3_base64_decode(uint8_t *bytes, const char *text, size_t quads)
{
    size_t done = 0;

    /* Four quads, but a store writes sixteen bytes: two more quads must follow. */
    for (; quads - done >= 6; done += 4) {
        bool ok;
        __m128i values = base64_values(load(text + 4 * done), &ok);

        if (!ok) {
            break;
        }
        store(bytes + 3 * done, base64_join(values));
    }
    return done + ob_codec_scalar.base64_decode(bytes + 3 * done, text + 4 * done, quads - done);
}

/* clang-format off */
const ObCodec ob_codec_ssse3 = {
    "ssse3", ssse3_supported,
    ssse3_hex_encode, ssse3_hex_decode, ssse3_base64_encode, ssse3_base64_decode,
};
/* clang-format on */
#endif
