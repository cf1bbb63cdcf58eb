/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules of a script, one line each:
 *
 *     COMMAND [FIRST[-[LAST]]] ACTION...     # a comment
 *
 * The first rule that fits a command decides.  backends.rst has the actions.
 */
#ifndef HW_HOST_TPM_RULES_H
#define HW_HOST_TPM_RULES_H

#include "hw-api/host/tpm/script/wait.h"

#define HW_TPM_RULE_EDITS 4
#define HW_TPM_ANSWER_MAX 4096 /* bytes */

typedef enum HwTpmSource {
    HW_TPM_FROM_TPM, /* the TPM below executes the command */
    HW_TPM_FROM_RULE,
    HW_TPM_FROM_CODE,
    HW_TPM_FROM_NOBODY,
} HwTpmSource;

typedef enum HwTpmEditKind {
    HW_TPM_CUT, /* the answer ends after `at` bytes */
    HW_TPM_PAD, /* `at` zero bytes follow */
    HW_TPM_FLIP,
    HW_TPM_PUT,
} HwTpmEditKind;

/* A change of an answer. */
typedef struct HwTpmEdit {
    HwTpmEditKind kind;
    uint32_t at;
    uint8_t mask;   /* HW_TPM_FLIP */
    uint8_t *bytes; /* HW_TPM_PUT; the rule owns them */
    uint32_t size;
} HwTpmEdit;

typedef struct HwTpmRule {
    bool any; /* each command; else `command` */
    uint32_t command;
    uint32_t first; /* counted from 1 among the commands that the rule names */
    uint32_t last;
    HwTpmSource source;
    uint32_t code;   /* HW_TPM_FROM_CODE */
    uint8_t *answer; /* HW_TPM_FROM_RULE; the rule owns it */
    uint32_t answer_size;
    HwTpmLate late;
    HwTpmEdit edits[HW_TPM_RULE_EDITS];
    uint32_t edit_count;
} HwTpmRule;

typedef struct HwTpmRules {
    HwTpmRule *rules;
    uint32_t count;
} HwTpmRules;

/* Reads a file.  `alone`: there is no TPM below, so each rule must say the answer.  False with a
 * sentence that names file and line; *rules is empty then. */
bool hw_tpm_rules_read(HwTpmRules *rules, const char *path, bool alone, HwError *error);

void hw_tpm_rules_free(HwTpmRules *rules);

#endif
