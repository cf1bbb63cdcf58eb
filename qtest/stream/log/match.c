/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "qtest/stream/log/patterns.h"

/* A sentence's text for a '*' that ends a pattern reaches to the end of the sentence. */
#define TEXT_MAX 200u

static void found_set(char **found, unsigned index, const char *from, size_t size)
{
    if (index < OB_LOG_WILDCARDS) {
        g_free(found[index]);
        found[index] = g_strndup(from, MIN(size, TEXT_MAX));
        g_strstrip(found[index]);
    }
}

static const char *part_find(const char *line, const char *part, size_t size)
{
    return size ? memmem(line, strlen(line), part, size) : line;
}

/* Each part between two '*' is looked for behind the part before, so a line is read once. */
static bool pattern_matches(const char *pattern, const char *line, char **found)
{
    const char *from = NULL; /* the text of the wildcard before this part begins here */
    unsigned count = 0;

    while (true) {
        size_t size = strcspn(pattern, "*");
        const char *at = from && !size ? from + strlen(from) : part_find(line, pattern, size);

        if (!at) {
            return false;
        }
        if (from) {
            found_set(found, count++, from, (size_t)(at - from));
        }
        if (!pattern[size]) {
            return true;
        }
        from = line = at + size;
        pattern += size + 1;
    }
}

static void found_clear(char **found)
{
    for (unsigned i = 0; i < OB_LOG_WILDCARDS; i++) {
        g_clear_pointer(&found[i], g_free);
    }
}

const ObLogPattern *ob_log_pattern_find(const char *line, char **found)
{
    static const ObLogPattern *const tables[] = { ob_log_load_patterns, ob_log_source_patterns };

    memset(found, 0, OB_LOG_WILDCARDS * sizeof(*found));
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        for (const ObLogPattern *pattern = tables[i]; pattern->text; pattern++) {
            if (pattern_matches(pattern->text, line, found)) {
                return pattern;
            }
            found_clear(found);
        }
    }
    return NULL;
}

char *ob_log_pattern_expand(const char *text, char *const *found)
{
    GString *whole = g_string_new(NULL);

    for (; *text; text++) {
        unsigned index = text[0] == '{' && text[1] >= '1' && text[2] == '}'
                             ? (unsigned)(text[1] - '1')
                             : OB_LOG_WILDCARDS;

        if (index < OB_LOG_WILDCARDS) {
            g_string_append(whole, found[index] ? found[index] : "?");
            text += 2;
        } else {
            g_string_append_c(whole, *text);
        }
    }
    return g_string_free(whole, FALSE);
}
