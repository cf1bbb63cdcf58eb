/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/byte-outcomes.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct Outcomes {
    GByteArray *stream;
    OutcomeFunction *outcome;
    void *opaque;
    char *unchanged;
} Outcomes;

/* The end of a quotation that begins at `at`; NULL: none does. */
static const char *quotation_end(const char *sentence, const char *at)
{
    bool begins = *at == '\'' && at > sentence && at[-1] == ' ';

    return begins ? strchr(at + 1, '\'') : NULL;
}

static char *sentence_kind(const char *sentence)
{
    GString *kind = g_string_new(NULL);

    for (const char *at = sentence; *at; at++) {
        bool is_first = at == sentence || !g_ascii_isxdigit(at[-1]);
        const char *end = quotation_end(sentence, at);

        if (end) {
            g_string_append(kind, "'#'");
            at = end;
        } else if (!g_ascii_isdigit(*at)) {
            g_string_append_c(kind, *at);
        } else if (is_first) {
            g_string_append_c(kind, '#');
        }
    }
    return g_string_free(kind, FALSE);
}

static bool has_line(char **lines, const char *line)
{
    return g_strv_contains((const char *const *)lines, line);
}

static void names_append(GString *kind, const char *what, char **lines, char **others)
{
    for (char **line = lines; *line; line++) {
        if (!has_line(others, *line)) {
            g_string_append_printf(kind, "%s%s %.*s", kind->len ? ", " : "", what,
                                   (int)strcspn(*line, ":"), *line);
        }
    }
}

static char *outcome_of(const Outcomes *o)
{
    g_autofree char *text = o->outcome(o->stream, o->opaque);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1), before = g_strsplit(o->unchanged, "\n", -1);
    GString *kind;

    if (!g_str_has_prefix(text, OUTCOME_READ)) {
        return sentence_kind(text);
    }
    kind = g_string_new(NULL);
    names_append(kind, "has", lines, before);
    names_append(kind, "lacks", before, lines);
    return g_string_free(kind->len ? kind : g_string_append_c(kind, '='), FALSE);
}

/* The outcomes of all values of a byte, each once: "0: SENTENCE; +1 -1: =". */
static char *byte_line(const Outcomes *o, guint at)
{
    static const char *const names[] = { "0", "ff", "+1", "-1" };
    uint8_t old = o->stream->data[at];
    const uint8_t values[] = { 0, 0xff, (uint8_t)(old + 1), (uint8_t)(old - 1) };
    char *kinds[G_N_ELEMENTS(values)];
    GString *line = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        o->stream->data[at] = values[i];
        kinds[i] = outcome_of(o);
    }
    o->stream->data[at] = old;
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        if (!kinds[i]) {
            continue;
        }
        g_string_append_printf(line, "\n  %s", names[i]);
        for (gsize j = i + 1; j < G_N_ELEMENTS(values); j++) {
            if (g_strcmp0(kinds[i], kinds[j]) == 0) {
                g_string_append_printf(line, " %s", names[j]);
                g_clear_pointer(&kinds[j], g_free);
            }
        }
        g_string_append_printf(line, ": %s", kinds[i]);
        g_free(kinds[i]);
    }
    return g_string_free(line, FALSE);
}

char *byte_outcomes(GByteArray *stream, guint first, guint end, OutcomeFunction *outcome,
                    void *opaque)
{
    Outcomes o = { stream, outcome, opaque, outcome(stream, opaque) };
    GString *text = g_string_new(NULL);
    g_autofree char *running = NULL;
    guint start = first;

    for (guint at = first; at <= end; at++) {
        g_autofree char *line = at < end ? byte_line(&o, at) : NULL;

        if (g_strcmp0(line, running) != 0) {
            if (running) {
                g_string_append_printf(text, "bytes %u to %u:%s\n", start, at - 1, running);
            }
            start = at;
            g_free(running);
            running = g_steal_pointer(&line);
        }
    }
    g_free(o.unchanged);
    return g_string_free(text, FALSE);
}
