/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of a script: its words, and the rule that they make. */
#ifndef HW_HOST_TPM_LINE_H
#define HW_HOST_TPM_LINE_H

#include "hw-api/host/tpm/script/rules.h"

typedef struct HwTpmLine {
    char *rest; /* the words that were not read yet */
    HwTpmRule *rule;
    bool has_source;
    bool has_delay;
    HwError *error;
} HwTpmLine;

/* The next word; NULL at the end. */
char *hw_tpm_line_word(HwTpmLine *line);

/* Reads a decimal or hexadecimal number of at most `max`; `word` may be NULL. */
bool hw_tpm_number_read(const char *word, uint32_t max, uint32_t *number);

/* Reads the next word as a number or as bytes.  False with a sentence that begins with `action`.
 * The caller frees *bytes in both cases. */
bool hw_tpm_line_number(HwTpmLine *line, const char *action, uint32_t max, uint32_t *number);
bool hw_tpm_line_bytes(HwTpmLine *line, const char *action, uint8_t **bytes, uint32_t *size);

/* Reads the action `word` with its arguments into the rule. */
bool hw_tpm_line_action(HwTpmLine *line, const char *word);

#endif
