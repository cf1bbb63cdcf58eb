/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the lines of a script. */
#include "hw-api/host/tpm/script/line.h"

#include "hw-api/device/error.h"
#include "hw-api/host/run/no-memory.h"
#include "hw-api/host/tpm/script/command-names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX_BYTES (1 << 20)
#define RULES_MAX      1000

/* "3", "3-5" or "3-". */
static bool range_read(char *word, HwTpmRule *rule, HwError *error)
{
    char *dash = strchr(word, '-');
    bool good;

    if (dash) {
        *dash = '\0';
    }
    good = hw_tpm_number_read(word, UINT32_MAX, &rule->first) && rule->first > 0;
    rule->last = rule->first;
    if (good && dash) {
        rule->last = UINT32_MAX;
        good = !dash[1] ||
               (hw_tpm_number_read(dash + 1, UINT32_MAX, &rule->last) && rule->last >= rule->first);
    }
    return good ||
           hw_error_set(error, "invalid range '%.40s': expected 3, 3-5 or 3-, from 1", word);
}

static bool line_command(HwTpmLine *line, const char *word)
{
    HwTpmRule *rule = line->rule;

    rule->any = strcmp(word, "any") == 0;
    return rule->any || hw_tpm_command_code(word, &rule->command) ||
           hw_error_set(line->error,
                        "unknown command '%.40s': expected any, a name such as "
                        "GetRandom, or a code such as 0x17b",
                        word);
}

static bool line_read(HwTpmLine *line, char *command, bool alone)
{
    HwTpmRule *rule = line->rule;
    char *word;

    *rule = (HwTpmRule) { .first = 1, .last = UINT32_MAX };
    if (!line_command(line, command)) {
        return false;
    }
    word = hw_tpm_line_word(line);
    if (word && word[0] >= '0' && word[0] <= '9') {
        if (!range_read(word, rule, line->error)) {
            return false;
        }
        word = hw_tpm_line_word(line);
    }
    if (!word) {
        return hw_error_set(line->error, "no action, expected one or more");
    }
    for (; word; word = hw_tpm_line_word(line)) {
        if (!hw_tpm_line_action(line, word)) {
            return false;
        }
    }
    if (rule->late.deaf && !rule->late.delay) {
        return hw_error_set(line->error, "deaf: no wait that a cancel could end, expected delay or "
                                         "hang");
    }
    return !alone || rule->source != HW_TPM_FROM_TPM || rule->late.delay == HW_TPM_NEVER ||
           hw_error_set(line->error, "no answer and no TPM that gives one, expected answer, error, "
                                     "fail or hang");
}

/* Reads the lines of `text`, which it changes. */
static bool text_read(HwTpmRules *rules, char *text, bool alone, uint32_t *number, HwError *error)
{
    char *next = text;

    for (*number = 1; next; ++*number) {
        char *end = strchr(next, '\n');
        HwTpmLine line = { .rest = next, .error = error };
        char *word;

        if (end) {
            *end = '\0';
        }
        line.rest[strcspn(line.rest, "#")] = '\0';
        next = end ? end + 1 : NULL;
        word = hw_tpm_line_word(&line);
        if (!word) {
            continue;
        }
        if (rules->count == RULES_MAX) {
            return hw_error_set(error, "too many rules, expected at most %u", RULES_MAX);
        }
        line.rule = &rules->rules[rules->count++];
        if (!line_read(&line, word, alone)) {
            return false;
        }
    }
    return true;
}

/* The file's text with a zero behind; NULL with a sentence. */
static char *file_text(const char *path, HwError *error)
{
    FILE *stream = fopen(path, "re");
    char *text = malloc(FILE_MAX_BYTES + 1);
    size_t size;

    if (!text) {
        hw_no_memory();
    }
    if (stream) {
        size = fread(text, 1, FILE_MAX_BYTES + 1, stream);
        if (!ferror(stream) && size <= FILE_MAX_BYTES && !memchr(text, 0, size)) {
            fclose(stream);
            text[size == FILE_MAX_BYTES + 1 ? size - 1 : size] = '\0';
            return text;
        }
        hw_error_set(error, "%s: can't be read: %s", path,
                     ferror(stream) ? strerror(errno) : "not a text of at most 1 MiB");
        fclose(stream);
    } else {
        hw_error_set(error, "%s: can't be read: %s", path, strerror(errno));
    }
    free(text);
    return NULL;
}

bool hw_tpm_rules_read(HwTpmRules *rules, const char *path, bool alone, HwError *error)
{
    HW_ERROR(reason, 256);
    char *text = file_text(path, error);
    uint32_t number;
    bool good;

    *rules = (HwTpmRules) { 0 };
    if (!text) {
        return false;
    }
    rules->rules = calloc(RULES_MAX, sizeof(*rules->rules));
    if (!rules->rules) {
        hw_no_memory();
    }
    good = text_read(rules, text, alone, &number, &reason);
    free(text);
    if (!good) {
        hw_tpm_rules_free(rules);
        return hw_error_set(error, "%s: line %u: %s", path, number, reason.text);
    }
    return true;
}

void hw_tpm_rules_free(HwTpmRules *rules)
{
    for (uint32_t i = 0; i < rules->count; i++) {
        for (uint32_t j = 0; j < rules->rules[i].edit_count; j++) {
            free(rules->rules[i].edits[j].bytes);
        }
        free(rules->rules[i].answer);
    }
    free(rules->rules);
    *rules = (HwTpmRules) { 0 };
}
