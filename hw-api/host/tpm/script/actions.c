/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The actions of a rule. */
#include "hw-api/host/tpm/script/line.h"

#include "hw-api/device/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DELAY_MAX_S 86400

static bool line_take_source(HwTpmLine *line, const char *action, HwTpmSource source)
{
    if (line->has_source) {
        return hw_error_set(line->error, "%s: a second answer, expected one", action);
    }
    line->has_source = true;
    line->rule->source = source;
    return true;
}

static bool line_take_delay(HwTpmLine *line, const char *action, int64_t delay)
{
    if (line->has_delay) {
        return hw_error_set(line->error, "%s: a second wait, expected one", action);
    }
    line->has_delay = true;
    line->rule->late.delay = delay;
    return true;
}

static bool action_pass(HwTpmLine *line)
{
    return line_take_source(line, "pass", HW_TPM_FROM_TPM);
}

static bool action_fail(HwTpmLine *line)
{
    return line_take_source(line, "fail", HW_TPM_FROM_NOBODY);
}

static bool action_error(HwTpmLine *line)
{
    return line_take_source(line, "error", HW_TPM_FROM_CODE) &&
           hw_tpm_line_number(line, "error", UINT32_MAX, &line->rule->code);
}

static bool action_answer(HwTpmLine *line)
{
    return line_take_source(line, "answer", HW_TPM_FROM_RULE) &&
           hw_tpm_line_bytes(line, "answer", &line->rule->answer, &line->rule->answer_size);
}

static bool delay_read(const char *word, int64_t *delay)
{
    static const struct {
        const char *unit;
        int64_t ns;
    } units[] = { { "ns", 1 }, { "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 } };
    char *end;
    long long value;

    if (!word || word[0] < '0' || word[0] > '9') {
        return false;
    }
    errno = 0;
    value = strtoll(word, &end, 10);
    for (size_t i = 0; !errno && i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(end, units[i].unit) == 0 &&
            value <= DELAY_MAX_S * INT64_C(1000000000) / units[i].ns) {
            *delay = value * units[i].ns;
            return true;
        }
    }
    return false;
}

static bool action_delay(HwTpmLine *line)
{
    const char *word = hw_tpm_line_word(line);
    int64_t delay;

    if (!delay_read(word, &delay)) {
        return hw_error_set(line->error,
                            "delay: invalid time '%.40s': expected a number with ns, us, ms or "
                            "s, at most %us",
                            word ? word : "", DELAY_MAX_S);
    }
    return line_take_delay(line, "delay", delay);
}

static bool action_hang(HwTpmLine *line)
{
    return line_take_delay(line, "hang", HW_TPM_NEVER);
}

static bool action_deaf(HwTpmLine *line)
{
    line->rule->late.deaf = true;
    return true;
}

static HwTpmEdit *line_edit(HwTpmLine *line, const char *action, HwTpmEditKind kind)
{
    HwTpmRule *rule = line->rule;

    if (rule->edit_count == HW_TPM_RULE_EDITS) {
        hw_error_set(line->error, "%s: too many changes of the answer, expected at most %u", action,
                     HW_TPM_RULE_EDITS);
        return NULL;
    }
    rule->edits[rule->edit_count] = (HwTpmEdit) { .kind = kind };
    return &rule->edits[rule->edit_count++];
}

static bool action_cut(HwTpmLine *line)
{
    HwTpmEdit *edit = line_edit(line, "cut", HW_TPM_CUT);

    return edit && hw_tpm_line_number(line, "cut", HW_TPM_ANSWER_MAX, &edit->at);
}

static bool action_pad(HwTpmLine *line)
{
    HwTpmEdit *edit = line_edit(line, "pad", HW_TPM_PAD);

    return edit && hw_tpm_line_number(line, "pad", HW_TPM_ANSWER_MAX, &edit->at);
}

static bool action_flip(HwTpmLine *line)
{
    HwTpmEdit *edit = line_edit(line, "flip", HW_TPM_FLIP);
    uint32_t mask = 0;

    if (!edit || !hw_tpm_line_number(line, "flip", HW_TPM_ANSWER_MAX - 1, &edit->at) ||
        !hw_tpm_line_number(line, "flip", UINT8_MAX, &mask)) {
        return false;
    }
    edit->mask = (uint8_t)mask;
    return true;
}

static bool action_put(HwTpmLine *line)
{
    HwTpmEdit *edit = line_edit(line, "put", HW_TPM_PUT);

    return edit && hw_tpm_line_number(line, "put", HW_TPM_ANSWER_MAX - 1, &edit->at) &&
           hw_tpm_line_bytes(line, "put", &edit->bytes, &edit->size);
}

static const struct {
    const char *name;
    bool (*read)(HwTpmLine *line);
} actions[] = {
    { "pass", action_pass }, { "answer", action_answer }, { "error", action_error },
    { "fail", action_fail }, { "delay", action_delay },   { "hang", action_hang },
    { "deaf", action_deaf }, { "cut", action_cut },       { "pad", action_pad },
    { "flip", action_flip }, { "put", action_put },
};

bool hw_tpm_line_action(HwTpmLine *line, const char *word)
{
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (strcmp(actions[i].name, word) == 0) {
            return actions[i].read(line);
        }
    }
    return hw_error_set(line->error,
                        "unknown action '%.40s': expected pass, answer, error, fail, delay, "
                        "hang, deaf, cut, pad, flip or put",
                        word);
}
