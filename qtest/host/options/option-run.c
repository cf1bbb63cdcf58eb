/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options for the process. */
#include "qtest/host/options/option-table.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/host/io/fd-set.h"

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

/* The values of a key, in the order of ObChoice. */
static bool choice_parse(const char *key, const char *value, bool children, ObChoice *choice,
                         HwError *error)
{
    if (value && !strcmp(value, "allow")) {
        *choice = OB_CHOICE_ALLOW;
    } else if (value && (!strcmp(value, "deny") || (children && !strcmp(value, "children")))) {
        *choice = OB_CHOICE_DENY;
    } else if (value) {
        return hw_error_set(error, "%s: invalid value '%s': expected allow%s deny", key, value,
                            children ? ", children or" : " or");
    }
    return true;
}

bool ob_option_sandbox(ObOptions *options, const char *argument, HwError *error)
{
    static const char *const keys[] = { "obsolete", "elevateprivileges",
                                        "spawn",    "resourcecontrol",
                                        "enable",   NULL };
    ObKeyval *keyval = ob_option_keyval(options, argument, "enable", error);
    ObSandbox *sandbox = &options->sandbox;
    ObChoice *const places[] = { &sandbox->obsolete, &sandbox->privileges, &sandbox->spawn,
                                 &sandbox->resources };
    const char *on;

    if (!keyval || !ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    on = ob_keyval_get(keyval, "enable");
    if (!on) {
        return hw_error_set(error, "on or off is missing");
    }
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        if (!choice_parse(keys[i], ob_keyval_get(keyval, keys[i]), i == 1, places[i], error)) {
            return false;
        }
    }
    return ob_boolean_parse(on, &sandbox->on, error);
}

bool ob_option_pid_file(ObOptions *options, const char *argument, HwError *error)
{
    options->pid_file = argument;
    return *argument || hw_error_set(error, "the path is empty, expected a file's path");
}

bool ob_option_preconfig(ObOptions *options, const char *argument, HwError *error)
{
    (void)argument;
    (void)error;
    options->preconfig = true;
    return true;
}

bool ob_option_daemonize(ObOptions *options, const char *argument, HwError *error)
{
    (void)argument;
    (void)error;
    options->daemonize = true;
    return true;
}

/* The fdset has a copy, so that the number stays the giver's. */
bool ob_option_add_fd(ObOptions *options, const char *argument, HwError *error)
{
    static const char *const keys[] = { "fd", "set", "opaque", NULL };
    ObKeyval *keyval = ob_option_keyval(options, argument, NULL, error);
    int64_t numbers[2];
    int copy;

    if (!keyval || !ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        const char *value = ob_keyval_get(keyval, keys[i]);

        if (!value) {
            return hw_error_set(error, "%s= is missing", keys[i]);
        }
        if (!ob_integer_parse(keys[i], value, 0, i ? INT64_MAX : INT_MAX, &numbers[i], error)) {
            return false;
        }
    }
    if (numbers[0] <= STDERR_FILENO) {
        return hw_error_set(error, "fd: %d is a standard stream, expected another descriptor",
                            (int)numbers[0]);
    }
    copy = fcntl((int)numbers[0], F_DUPFD_CLOEXEC, 0);
    if (copy < 0) {
        return hw_error_set(error, "fd: %d is not open", (int)numbers[0]);
    }
    ob_fd_set_add(numbers[1], copy, ob_keyval_get(keyval, "opaque"));
    return true;
}
