/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options for the process. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"

/* async-teardown frees a guest's memory in a process of its own; this one is quick. */
bool ob_option_run_with(ObOptions *options, const char *argument, HwError *error)
{
    static const char *const keys[] = { "exit-with-parent", "async-teardown", NULL };
    ObKeyval *keyval = ob_option_keyval(options, argument, NULL, error);
    bool ignored;
    bool *const places[] = { &options->exit_with_parent, &ignored };
    HW_ERROR(reason, 512);

    if (!keyval || !ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    for (int i = 0; keys[i]; i++) {
        const char *value = ob_keyval_get(keyval, keys[i]);

        if (value && !ob_boolean_parse(value, places[i], &reason)) {
            return hw_error_set(error, "%s: %s", keys[i], reason.text);
        }
    }
    return true;
}
