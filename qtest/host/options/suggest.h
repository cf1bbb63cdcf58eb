/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the known name nearest to an unknown name, for "did you mean". */
#ifndef OB_SUGGEST_H
#define OB_SUGGEST_H

#include <stdint.h>

typedef struct ObSuggestion {
    const char *word; /* the user's word */
    const char *best; /* the nearest so far; NULL: none is near enough */
    uint32_t distance;
    char text[96];
} ObSuggestion;

/* Keeps `word`, which must outlive the suggestion. */
void ob_suggestion_start(ObSuggestion *suggestion, const char *word);

/* Considers a known name, which must outlive the suggestion too. */
void ob_suggestion_offer(ObSuggestion *suggestion, const char *name);

/* Returns the end of a message, which the suggestion owns: ", did you mean 'tpm-crb'?", or
 * "" if no name is near. */
const char *ob_suggestion_text(ObSuggestion *suggestion);

/* The number of letters to insert, delete, replace or swap with their neighbour in order to
 * turn one word into the other. */
uint32_t ob_edit_distance(const char *a, const char *b);

#endif
