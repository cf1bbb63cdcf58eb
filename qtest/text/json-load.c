/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's additions to JSON, rewritten for jansson. */
#include <glib.h>
#include <stdbool.h>

#include "qtest/text/json.h"

#define DIGITS_SAFE 18 /* an integer of so many digits always fits */

/* A text that is being rewritten. */
typedef struct Rewriter {
    const char *at;
    const char *end;
    GString *to;
} Rewriter;

static bool is_word(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '+' || c == '.' || c == '_';
}

/* Copies up to the quote that ends the string; a string that does not end is copied, too. */
static void string_rewrite(Rewriter *r)
{
    char quote = *r->at++;

    g_string_append_c(r->to, '"');
    while (r->at < r->end && *r->at != quote) {
        if (*r->at == '\\' && r->at + 1 < r->end) {
            r->at++;
            g_string_append(r->to, *r->at == '\'' ? "" : "\\");
        } else if (*r->at == '"') {
            g_string_append_c(r->to, '\\');
        }
        g_string_append_c(r->to, *r->at++);
    }
    if (r->at < r->end) {
        g_string_append_c(r->to, '"');
        r->at++;
    }
}

static bool integer_fits(const char *word, size_t length)
{
    g_autofree char *text = g_strndup(word, length);

    return g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, NULL, NULL);
}

/* Copies a number or a keyword. */
static void word_rewrite(Rewriter *r)
{
    const char *word = r->at;
    bool digits = true;

    while (r->at < r->end && is_word(*r->at)) {
        digits &= g_ascii_isdigit(*r->at) || (*r->at == '-' && r->at == word);
        r->at++;
    }
    g_string_append_len(r->to, word, r->at - word);
    if (digits && r->at - word > DIGITS_SAFE && !integer_fits(word, (size_t)(r->at - word))) {
        g_string_append(r->to, ".0");
    }
}

static GString *text_rewrite(const char *text, size_t length)
{
    Rewriter r = { text, text + length, g_string_sized_new(length + 16) };

    while (r.at < r.end) {
        if (*r.at == '"' || *r.at == '\'') {
            string_rewrite(&r);
        } else if (is_word(*r.at)) {
            word_rewrite(&r);
        } else {
            g_string_append_c(r.to, *r.at++);
        }
    }
    return r.to;
}

json_t *ob_json_load(const char *text, size_t length, size_t flags, json_error_t *error)
{
    GString *plain = text_rewrite(text, length);
    json_t *value = json_loadb(plain->str, plain->len, flags, error);

    g_string_free(plain, TRUE);
    return value;
}
