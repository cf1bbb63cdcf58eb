/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/text/show.h"

#include <string.h>

static bool is_plain(char c, bool lines)
{
    return (c >= ' ' && c <= '~') || (lines && (c == '\n' || c == '\t'));
}

/* The number of bytes of the character at `text`; 0 if a terminal may not get it.  Formatting
 * characters count as such: some of them turn the direction of the text around. */
static size_t printable(const char *text, bool lines)
{
    gunichar c;

    if (is_plain(*text, lines)) {
        return 1;
    }
    c = g_utf8_get_char_validated(text, -1);
    return c < 0x80 || c == (gunichar)-1 || c == (gunichar)-2 || !g_unichar_isprint(c)
               ? 0
               : (size_t)(g_utf8_next_char(text) - text);
}

char *ob_text_show(const char *text, bool lines)
{
    GString *shown = g_string_new(NULL);

    while (*text) {
        size_t size = printable(text, lines);

        if (size) {
            g_string_append_len(shown, text, (gssize)size);
            text += size;
        } else {
            g_string_append_printf(shown, "\\x%02x", (unsigned char)*text++);
        }
    }
    return g_string_free(shown, FALSE);
}

int ob_text_vfprintf(FILE *file, const char *format, va_list args)
{
    g_autofree char *text = g_strdup_vprintf(format, args);
    g_autofree char *shown = ob_text_show(text, true);

    return fputs(shown, file) < 0 ? -1 : (int)strlen(shown);
}

int ob_text_fprintf(FILE *file, const char *format, ...)
{
    va_list args;
    int result;

    va_start(args, format);
    result = ob_text_vfprintf(file, format, args);
    va_end(args);
    return result;
}

int ob_text_printf(const char *format, ...)
{
    va_list args;
    int result;

    va_start(args, format);
    result = ob_text_vfprintf(stdout, format, args);
    va_end(args);
    return result;
}
