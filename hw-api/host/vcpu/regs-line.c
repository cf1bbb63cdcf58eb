/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/vcpu/regs-line.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-id.h"

#define WORDS_MAX 20 /* more than any line has */

/* ------------------------------------------------------------------ numbers */

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Accepts only 1 to 16 lower-case hexadecimal digits. */
static bool hex_parse(const char *text, uint64_t *value)
{
    size_t length = strlen(text);

    *value = 0;
    for (size_t i = 0; i < length; i++) {
        int digit = digit_value(text[i]);

        if (digit < 0) {
            return false;
        }
        *value = *value << 4 | (uint64_t)digit;
    }
    return length >= 1 && length <= 16;
}

/* The text has the most significant digit first, the value has the host's byte order. */
static bool value_parse(const char *text, uint32_t size, uint8_t *value)
{
    const uint16_t one = 1;
    bool little = *(const uint8_t *)&one == 1;

    if (strlen(text) != 2 * (size_t)size) {
        return false;
    }
    for (uint32_t i = 0; i < size; i++) {
        int high = digit_value(text[2 * i]);
        int low = digit_value(text[2 * i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }
        value[little ? size - 1 - i : i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool decimal_parse(const char *text, uint32_t *value)
{
    unsigned long number;
    char *end;

    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    number = strtoul(text, &end, 10);
    *value = (uint32_t)number;
    return !*end && number <= UINT32_MAX;
}

/* Reads 0 or a negative errno. */
static bool answer_parse(const char *text, int *answer)
{
    const uint32_t errno_max = 4095;
    uint32_t number;

    if (!decimal_parse(text + (text[0] == '-'), &number) || number > errno_max ||
        (number > 0 && text[0] != '-')) {
        return false;
    }
    *answer = -(int)number;
    return true;
}

/* Checks the size in the id: the rest of the program relies on it. */
static bool id_parse(const char *text, uint64_t *id, HwError *error)
{
    if (strlen(text) != 16 || !hex_parse(text, id)) {
        return hw_error_set(error, "invalid register id '%.40s': expected 16 hexadecimal digits",
                            text);
    }
    if (HW_VCPU_REGISTER_SIZE(*id) > HW_REGS_VALUE_MAX) {
        return hw_error_set(error, "id %s has a size of %" PRIu32 " bytes, expected up to %d", text,
                            HW_VCPU_REGISTER_SIZE(*id), HW_REGS_VALUE_MAX);
    }
    return true;
}

/* ---------------------------------------------------------------- registers */

/* ID SIZE VALUE GET SET_SAME SET_FLIPPED READ_BACK */
static bool row_parse(char **words, uint32_t count, HwRegsLine *line, HwError *error)
{
    HwRegsRow *row = &line->row;
    int *const answers[] = { &row->get, &row->set_same, &row->set_flipped };
    uint32_t size;

    line->kind = HW_REGS_LINE_ROW;
    if (count != 7) {
        return hw_error_set(error,
                            "%" PRIu32 " words, expected 7: id size value get set_same "
                            "set_flipped readback",
                            count);
    }
    if (!id_parse(words[0], &row->id, error)) {
        return false;
    }
    row->size = HW_VCPU_REGISTER_SIZE(row->id);
    if (!decimal_parse(words[1], &size) || size != row->size) {
        return hw_error_set(error, "size '%.40s' does not fit id %s, expected %" PRIu32, words[1],
                            words[0], row->size);
    }
    for (uint32_t i = 0; i < 3; i++) {
        if (!answer_parse(words[3 + i], answers[i])) {
            return hw_error_set(error, "invalid answer '%.40s': expected 0 or a negative errno",
                                words[3 + i]);
        }
    }
    row->value = line->values;
    row->read_back = line->values + row->size;
    for (uint32_t i = 0; i < 2; i++) {
        if (!value_parse(words[i ? 6 : 2], row->size, line->values + i * row->size)) {
            return hw_error_set(error,
                                "%s: invalid value '%.40s': expected %" PRIu32
                                " hexadecimal digits",
                                words[0], words[i ? 6 : 2], 2 * row->size);
        }
    }
    return true;
}

/* Reads a value and an answer: "10001(0)". */
static bool result_parse(char *text, uint64_t *value, int *answer)
{
    char *open = strchr(text, '(');
    char *close = open ? strchr(open, ')') : NULL;

    if (!close || close[1]) {
        return false;
    }
    *open = *close = '\0';
    return hex_parse(text, value) && answer_parse(open + 1, answer);
}

/* fw ID default VALUE(ANSWER) write VALUE -> ANSWER read VALUE(ANSWER) */
static bool attempt_parse(char **words, uint32_t count, HwRegsLine *line, HwError *error)
{
    HwRegsAttempt *attempt = &line->attempt;
    int get_after;

    line->kind = HW_REGS_LINE_ATTEMPT;
    if (count != 10 || strcmp(words[2], "default") || strcmp(words[4], "write") ||
        strcmp(words[6], "->") || strcmp(words[8], "read")) {
        return hw_error_set(error, "invalid line, expected: fw ID default VALUE(ANSWER) write "
                                   "VALUE -> ANSWER read VALUE(ANSWER)");
    }
    if (!id_parse(words[1], &attempt->id, error)) {
        return false;
    }
    if (!result_parse(words[3], &attempt->before, &attempt->get) ||
        !hex_parse(words[5], &attempt->written) || !answer_parse(words[7], &attempt->set) ||
        !result_parse(words[9], &attempt->after, &get_after)) {
        return hw_error_set(error,
                            "the attempt at %s has an invalid value or answer, expected "
                            "numbers",
                            words[1]);
    }
    return true;
}

/* fields ID MASK... */
static bool fields_parse(char **words, uint32_t count, HwRegsLine *line, HwError *error)
{
    HwRegsFields *fields = &line->fields;
    uint32_t expected;
    uint64_t mask;

    line->kind = HW_REGS_LINE_FIELDS;
    *fields = (HwRegsFields) { 0 };
    if (!id_parse(count > 1 ? words[1] : "", &fields->id, error)) {
        return false;
    }
    expected = 2 * HW_VCPU_REGISTER_SIZE(fields->id);
    if (expected > HW_REGS_FIELDS || count != 2 + expected) {
        return hw_error_set(error,
                            "%" PRIu32 " masks of %s, expected one for each of its 8 or "
                            "16 fields",
                            count - 2, words[1]);
    }
    for (uint32_t i = 0; i < HW_REGS_FIELDS; i++) {
        const char *word = i < expected ? words[1 + expected - i] : "0001";

        if (!hex_parse(word, &mask) || mask > UINT16_MAX) {
            return hw_error_set(error, "invalid mask '%.40s': expected 16 bits", word);
        }
        fields->accepted[i] = (uint16_t)mask;
    }
    return true;
}

/* busy ID */
static bool busy_parse(char **words, uint32_t count, HwRegsLine *line, HwError *error)
{
    line->kind = HW_REGS_LINE_BUSY;
    if (count != 2) {
        return hw_error_set(error, "%" PRIu32 " words, expected 2: busy ID", count);
    }
    return id_parse(words[1], &line->fields.id, error);
}

/* -------------------------------------------------------------------- lines */

static bool comment_parse(const char *text, HwRegsLine *line, HwError *error)
{
    char number[12];

    text += strspn(text, "# ");
    line->text = text;
    if (strncmp(text, "Linux", 5) == 0) {
        line->kind = HW_REGS_LINE_KERNEL;
    } else if (strncmp(text, "n=", 2) == 0) {
        line->kind = HW_REGS_LINE_COUNT;
        number[0] = '\0';
        strncat(number, text + 2,
                strcspn(text + 2, " ") < sizeof(number) - 1 ? strcspn(text + 2, " ")
                                                            : sizeof(number) - 1);
        if (!decimal_parse(number, &line->number)) {
            return hw_error_set(error, "invalid value '%.40s': expected a number of registers",
                                text);
        }
    }
    return true;
}

bool hw_regs_line_parse(char *text, HwRegsLine *line, HwError *error)
{
    char *words[WORDS_MAX];
    uint32_t count = 0;
    char *rest = text;

    line->kind = HW_REGS_LINE_NOTHING;
    if (text[0] == '#') {
        return comment_parse(text, line, error);
    }
    while (count < WORDS_MAX && (words[count] = strtok_r(rest, " \t\r", &rest))) {
        count++;
    }
    if (count == 0 || strncmp(words[0], "cap_", 4) == 0 || strcmp(words[0], "unknown") == 0) {
        return true;
    }
    return strcmp(words[0], "fw") == 0       ? attempt_parse(words, count, line, error)
           : strcmp(words[0], "fields") == 0 ? fields_parse(words, count, line, error)
           : strcmp(words[0], "busy") == 0   ? busy_parse(words, count, line, error)
                                             : row_parse(words, count, line, error);
}
