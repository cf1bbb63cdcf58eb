/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of this host's own commands: ids, and bytes in hexadecimal. */
#include "qtest/host/qtest/codec.h"
#include "qtest/host/qtest/internal.h"

#include <string.h>

char *ob_qtest_word_text(ObWord word)
{
    return g_strndup(word.text, word.length);
}

bool ob_qtest_word_bytes(ObQtestSession *s, ObWord word, const char *name, uint8_t *bytes,
                         size_t *count)
{
    *count = word.length >= 2 ? word.length / 2 - 1 : 0;
    if (word.length < 2 || word.length % 2 || memcmp(word.text, "0x", 2) != 0 ||
        ob_codec()->hex_decode(bytes, word.text + 2, *count) != *count) {
        ob_qtest_fail(s, name, "data: expected 0x and pairs of hexadecimal digits");
        return false;
    }
    return true;
}

void ob_qtest_reply_taken(ObQtestSession *s, const char *name, GBytes *bytes, const HwError *error)
{
    gsize size = bytes ? g_bytes_get_size(bytes) : 0;

    if (error->text[0]) {
        ob_qtest_fail(s, name, "%s", error->text);
    } else if (!size) {
        g_clear_pointer(&bytes, g_bytes_unref);
        ob_qtest_ok(s);
    } else {
        ob_qtest_reply_bytes(s, g_bytes_unref_to_data(bytes, &size), size);
    }
}
