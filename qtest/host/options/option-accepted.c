/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that change nothing for a machine without a CPU.  QEMU's keys and values are accepted. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"

#include <string.h>

#define ON_OFF " on off yes no true false "

typedef struct Choice {
    const char *key;
    const char *values; /* with spaces between and around them */
} Choice;

static bool choice_check(const Choice *choice, const char *value, HwError *error)
{
    g_autofree char *word = g_strdup_printf(" %s ", value);

    return (!strchr(value, ' ') && strstr(choice->values, word)) ||
           hw_error_set(error, "%s: invalid value '%s': expected one of:%.*s", choice->key, value,
                        (int)strlen(choice->values) - 1, choice->values);
}

/* `choices` ends with a row of zeros. */
static bool choices_check(ObOptions *options, const char *argument, const Choice *choices,
                          HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, NULL, error);
    g_autoptr(GPtrArray) keys = g_ptr_array_new();

    for (const Choice *choice = choices; choice->key; choice++) {
        g_ptr_array_add(keys, (char *)choice->key);
    }
    g_ptr_array_add(keys, NULL);
    if (!keyval || !ob_keyval_check(keyval, (const char *const *)keys->pdata, error)) {
        return false;
    }
    for (const Choice *choice = choices; choice->key; choice++) {
        for (uint32_t i = 0; i < keyval->count; i++) {
            if (strcmp(keyval->options[i].key, choice->key) == 0 &&
                !choice_check(choice, keyval->options[i].value, error)) {
                return false;
            }
        }
    }
    return true;
}

bool ob_option_message(ObOptions *options, const char *argument, HwError *error)
{
    static const Choice choices[] = { { "timestamp", ON_OFF }, { "guest-name", ON_OFF }, { 0 } };

    return choices_check(options, argument, choices, error);
}

bool ob_option_overcommit(ObOptions *options, const char *argument, HwError *error)
{
    static const Choice choices[] = {
        { "mem-lock", " on off on-fault yes no true false " },
        { "cpu-pm", ON_OFF },
        { 0 },
    };

    return choices_check(options, argument, choices, error);
}

/* QEMU's deprecated and unstable input and output: none is hidden or refused here. */
bool ob_option_compat(ObOptions *options, const char *argument, HwError *error)
{
    static const Choice choices[] = {
        { "deprecated-input", " accept " },
        { "deprecated-output", " accept " },
        { "unstable-input", " accept " },
        { "unstable-output", " accept " },
        { 0 },
    };

    return choices_check(options, argument, choices, error);
}

/* libvirt always gives one, also to a guest without sound. */
bool ob_option_audiodev(ObOptions *options, const char *argument, HwError *error)
{
    const ObKeyval *keyval = ob_option_keyval_or_json(options, argument, "driver", error);
    const char *driver = keyval ? ob_keyval_get(keyval, "driver") : NULL;
    const char *id;

    if (!keyval) {
        return false;
    }
    if (!driver || strcmp(driver, "none") != 0) {
        return hw_error_set(
            error, "driver: invalid value '%s': expected none, as the machine has no sound",
            driver ? driver : "");
    }
    return ob_option_id(keyval, &id, error);
}
