/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/options/suggest.h"

#include <stdio.h>
#include <string.h>

#define WORD_MAX 48 /* longer words get no suggestion */

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment, over three rows of its matrix. */
uint32_t ob_edit_distance(const char *a, const char *b)
{
    uint32_t rows[3][WORD_MAX + 1];
    uint32_t *before = rows[0], *above = rows[1], *row = rows[2];
    size_t a_length = strlen(a), b_length = strlen(b);

    if (a_length > WORD_MAX || b_length > WORD_MAX) {
        return UINT32_MAX;
    }
    for (uint32_t j = 0; j <= b_length; j++) {
        above[j] = j;
    }
    for (uint32_t i = 1; i <= a_length; i++) {
        row[0] = i;
        for (uint32_t j = 1; j <= b_length; j++) {
            row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
        uint32_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b_length];
}

/* A third of a long word may be wrong, and one letter of a short word. */
void ob_suggestion_start(ObSuggestion *suggestion, const char *word)
{
    uint32_t tolerated = (uint32_t)strlen(word) / 3;

    suggestion->word = word;
    suggestion->best = NULL;
    suggestion->distance = (tolerated ? tolerated : 1) + 1;
}

void ob_suggestion_offer(ObSuggestion *suggestion, const char *name)
{
    uint32_t distance = ob_edit_distance(suggestion->word, name);

    if (distance < suggestion->distance) {
        suggestion->best = name;
        suggestion->distance = distance;
    }
}

const char *ob_suggestion_text(ObSuggestion *suggestion)
{
    suggestion->text[0] = '\0';
    if (suggestion->best) {
        snprintf(suggestion->text, sizeof(suggestion->text), ", did you mean '%s'?",
                 suggestion->best);
    }
    return suggestion->text;
}
