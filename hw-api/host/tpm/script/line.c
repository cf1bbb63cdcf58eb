/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/script/line.h"

#include "hw-api/device/error.h"
#include "hw-api/host/run/no-memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SPACE " \t\r"

char *hw_tpm_line_word(HwTpmLine *line)
{
    char *word = line->rest + strspn(line->rest, SPACE);
    size_t length = strcspn(word, SPACE);

    line->rest = word + length + (word[length] != '\0');
    word[length] = '\0';
    return length ? word : NULL;
}

bool hw_tpm_number_read(const char *word, uint32_t max, uint32_t *number)
{
    char *end;
    unsigned long value;

    if (!word || word[0] < '0' || word[0] > '9') {
        return false;
    }
    errno = 0;
    value = strtoul(word, &end, 0);
    *number = (uint32_t)value;
    return !*end && !errno && value <= max;
}

bool hw_tpm_line_number(HwTpmLine *line, const char *action, uint32_t max, uint32_t *number)
{
    const char *word = hw_tpm_line_word(line);

    return hw_tpm_number_read(word, max, number) ||
           hw_error_set(line->error, "%s: invalid number '%.40s': expected 0 to %u", action,
                        word ? word : "", max);
}

static int digit_value(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = digit ? strchr(digits, digit | 0x20) : NULL;

    return found ? (int)(found - digits) : -1;
}

/* Whole bytes in hexadecimal digits. */
bool hw_tpm_line_bytes(HwTpmLine *line, const char *action, uint8_t **bytes, uint32_t *size)
{
    const char *word = hw_tpm_line_word(line);
    size_t length = word ? strlen(word) : 0;
    uint8_t *read = malloc(length / 2 + 1);

    if (!read) {
        hw_no_memory();
    }
    *bytes = read;
    *size = (uint32_t)(length / 2);
    for (size_t i = 0; i + 1 < length; i += 2) {
        int high = digit_value(word[i]), low = digit_value(word[i + 1]);

        if (high < 0 || low < 0) {
            return hw_error_set(line->error, "%s: not hexadecimal: '%.40s'", action, word + i);
        }
        read[i / 2] = (uint8_t)(high << 4 | low);
    }
    return (length > 0 && length % 2 == 0 && length / 2 <= HW_TPM_ANSWER_MAX) ||
           hw_error_set(line->error,
                        "%s: %zu hexadecimal digits, expected pairs of them for 1 to "
                        "%u bytes",
                        action, length, HW_TPM_ANSWER_MAX);
}
