/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qtest/parse.h"

#include <string.h>

uint32_t ob_words_split(ObWord line, ObWord *words, uint32_t capacity)
{
    uint32_t count = 0;

    while (count < capacity - 1) {
        const char *space = line.length ? memchr(line.text, ' ', line.length) : NULL;
        size_t length;

        if (!space) {
            break;
        }
        length = space - line.text;
        words[count++] = (ObWord) { line.text, length };
        line.text += length + 1;
        line.length -= length + 1;
    }
    words[count++] = line;
    return count;
}

bool ob_word_is(ObWord word, const char *text)
{
    return strlen(text) == word.length && memcmp(word.text, text, word.length) == 0;
}

const char *ob_word_show(ObWord word, char text[OB_WORD_SHOWN])
{
    size_t shown = word.length < 40 ? word.length : 40;

    for (size_t i = 0; i < shown; i++) {
        text[i] = word.text[i] >= ' ' && word.text[i] <= '~' ? word.text[i] : '?';
    }
    strcpy(text + shown, shown < word.length ? "..." : "");
    return text;
}

static uint32_t digit_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : 16;
}

static ObNumber parse_digits(const char *text, const char *end, uint32_t base, uint64_t *value)
{
    uint64_t most = UINT64_MAX / base;
    uint64_t sum = 0;
    bool too_large = false;

    if (text == end) {
        return OB_NUMBER_MALFORMED;
    }
    for (; text < end; text++) {
        uint32_t digit = digit_value(*text);

        if (digit >= base) {
            return OB_NUMBER_MALFORMED;
        }
        too_large |= sum > most || sum * base > UINT64_MAX - digit;
        sum = sum * base + digit;
    }
    *value = sum;
    return too_large ? OB_NUMBER_TOO_LARGE : OB_NUMBER_OK;
}

ObNumber ob_word_number(ObWord word, uint64_t *value)
{
    const char *text = word.text;
    const char *end = text + word.length;
    bool negative = text < end && *text == '-';
    uint32_t base = 10;
    ObNumber result;

    if (text < end && (*text == '-' || *text == '+')) {
        text++;
    }
    if (end - text > 2 && text[0] == '0' && (text[1] | 0x20) == 'x') {
        base = 16;
        text += 2;
    } else if (end - text > 1 && text[0] == '0') {
        base = 8;
        text++;
    }
    result = parse_digits(text, end, base, value);
    if (result == OB_NUMBER_OK && negative) {
        *value = -*value;
    }
    return result;
}
