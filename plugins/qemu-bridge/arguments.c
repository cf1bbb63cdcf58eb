/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/arguments.h"

#include <string.h>

#include "hw-api/device/error.h"

#define LONGEST 64

static bool store_set(BridgeArguments *arguments, const char *value, HwError *error)
{
    if (!value[0]) {
        return hw_error_set(error, "set: invalid value '': expected a plugin's file name");
    }
    arguments->set = value;
    return true;
}

static bool store_trace(BridgeArguments *arguments, const char *value, HwError *error)
{
    if (!value[0]) {
        return hw_error_set(error, "trace: invalid value '': expected a pattern for events, "
                                   "such as '*'");
    }
    arguments->trace = value;
    return true;
}

static bool store_report(BridgeArguments *arguments, const char *value, HwError *error)
{
    if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0) {
        return hw_error_set(error, "report: invalid value '%s': expected on or off", value);
    }
    arguments->report = strcmp(value, "on") == 0;
    return true;
}

static bool store_libtpms(BridgeArguments *arguments, const char *value, HwError *error)
{
    if (!value[0]) {
        return hw_error_set(error, "libtpms: invalid value '': expected an id for tpmdev=");
    }
    arguments->libtpms = value;
    return true;
}

static bool store_libtpms_state(BridgeArguments *arguments, const char *value, HwError *error)
{
    if (!value[0]) {
        return hw_error_set(error, "libtpms-state: invalid value '': expected a file name");
    }
    arguments->libtpms_state = value;
    return true;
}

static bool store_libtpms_auto_shutdown(BridgeArguments *arguments, const char *value,
                                        HwError *error)
{
    if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0) {
        return hw_error_set(error, "libtpms-auto-shutdown: invalid value '%s': expected on or off",
                            value);
    }
    arguments->libtpms_auto_shutdown = value;
    return true;
}

static bool store_libtpms_trust(BridgeArguments *arguments, const char *value, HwError *error)
{
    if (strcmp(value, "files") != 0 && strcmp(value, "all") != 0 && strcmp(value, "none") != 0) {
        return hw_error_set(error, "libtpms-trust: invalid value '%s': expected files, all or none",
                            value);
    }
    arguments->libtpms_trust = value;
    return true;
}

static bool store_coverage(BridgeArguments *arguments, const char *value, HwError *error)
{
    arguments->coverage = value;
    return *value || hw_error_set(error, "coverage: invalid value '': expected a file name");
}

static bool store_record(BridgeArguments *arguments, const char *value, HwError *error)
{
    arguments->record = value;
    return *value || hw_error_set(error, "record: invalid value '': expected a file name");
}

static bool store_libtpms_script(BridgeArguments *arguments, const char *value, HwError *error)
{
    if (!*value) {
        return hw_error_set(error, "libtpms-script: invalid value '': expected a file name");
    }
    arguments->libtpms_script = value;
    return true;
}

static const struct {
    const char *name;
    bool (*store)(BridgeArguments *arguments, const char *value, HwError *error);
} known[] = {
    { "set", store_set },
    { "trace", store_trace },
    { "coverage", store_coverage },
    { "record", store_record },
    { "libtpms", store_libtpms },
    { "libtpms-state", store_libtpms_state },
    { "libtpms-auto-shutdown", store_libtpms_auto_shutdown },
    { "libtpms-trust", store_libtpms_trust },
    { "libtpms-script", store_libtpms_script },
    { "report", store_report },
};

#define KNOWN (sizeof(known) / sizeof(known[0]))

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance between the first LONGEST bytes of each. */
static size_t distance(const char *a, size_t a_length, const char *b)
{
    size_t row[LONGEST + 1];
    size_t b_length = least(strlen(b), LONGEST);

    for (size_t j = 0; j <= b_length; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t above = row[j];

            row[j] = least(least(above, row[j - 1]) + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_length];
}

static const char *nearest(const char *name, size_t length)
{
    size_t best = 0;

    for (size_t i = 1; i < KNOWN; i++) {
        if (distance(name, length, known[i].name) < distance(name, length, known[best].name)) {
            best = i;
        }
    }
    return known[best].name;
}

static bool word_parse(BridgeArguments *arguments, const char *word, uint32_t *seen, HwError *error)
{
    size_t length = strcspn(word, "=");

    for (size_t i = 0; i < KNOWN; i++) {
        if (strlen(known[i].name) != length || strncmp(known[i].name, word, length) != 0) {
            continue;
        }
        if (*seen & (1u << i)) {
            return hw_error_set(error, "%s: given twice, expected once", known[i].name);
        }
        *seen |= 1u << i;
        return known[i].store(arguments, word[length] ? word + length + 1 : "", error);
    }
    return hw_error_set(error, "unknown argument '%.*s', the nearest is '%s'", (int)length, word,
                        nearest(word, length));
}

bool bridge_arguments_parse(BridgeArguments *arguments, int count, char *const *words,
                            HwError *error)
{
    uint32_t seen = 0;
    const char *orphan;

    *arguments = (BridgeArguments) { 0 };
    for (int i = 0; i < count; i++) {
        if (!word_parse(arguments, words[i], &seen, error)) {
            return false;
        }
    }
    orphan = arguments->libtpms                 ? NULL
             : arguments->libtpms_state         ? "libtpms-state"
             : arguments->libtpms_auto_shutdown ? "libtpms-auto-shutdown"
             : arguments->libtpms_trust         ? "libtpms-trust"
             : arguments->libtpms_script        ? "libtpms-script"
                                                : NULL;
    return !orphan ||
           hw_error_set(error, "%s: libtpms is missing, expected libtpms=ID too", orphan);
}
