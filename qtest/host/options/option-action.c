/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -action: the effect of the guest's shutdown, reset, panic and hang. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"

#include <string.h>

const char *const ob_panic_actions[] = {
    [OB_PANIC_SHUTDOWN] = "shutdown",
    [OB_PANIC_PAUSE] = "pause",
    [OB_PANIC_EXIT_FAILURE] = "exit-failure",
    [OB_PANIC_NONE] = "none",
    NULL,
};

const char *const ob_watchdog_actions[] = {
    [OB_WATCHDOG_RESET] = "reset",       [OB_WATCHDOG_SHUTDOWN] = "shutdown",
    [OB_WATCHDOG_POWEROFF] = "poweroff", [OB_WATCHDOG_INJECT_NMI] = "inject-nmi",
    [OB_WATCHDOG_PAUSE] = "pause",       [OB_WATCHDOG_DEBUG] = "debug",
    [OB_WATCHDOG_NONE] = "none",         NULL,
};
static const char *const shutdown_actions[] = { "poweroff", "pause", NULL };
static const char *const reboot_actions[] = { "reset", "shutdown", NULL };

int ob_action_find(const char *key, const char *const *names, const char *value, HwError *error)
{
    g_autofree char *list = g_strjoinv(" ", (char **)names);

    for (int i = 0; names[i]; i++) {
        if (strcmp(names[i], value) == 0) {
            return i;
        }
    }
    hw_error_set(error, "%s: invalid value '%s': expected one of: %s", key, value, list);
    return -1;
}

static void shutdown_set(ObActions *actions, int value)
{
    actions->shutdown_pauses = value == 1;
}

static void reboot_set(ObActions *actions, int value)
{
    actions->reboot_shuts_down = value == 1;
}

static void panic_set(ObActions *actions, int value)
{
    actions->panic = (ObPanicAction)value;
}

static void watchdog_set(ObActions *actions, int value)
{
    actions->watchdog = (ObWatchdogAction)value;
}

static const struct {
    const char *key;
    const char *const *names;
    void (*set)(ObActions *actions, int value);
} kinds[] = {
    { "shutdown", shutdown_actions, shutdown_set },
    { "reboot", reboot_actions, reboot_set },
    { "panic", ob_panic_actions, panic_set },
    { "watchdog", ob_watchdog_actions, watchdog_set },
};

bool ob_actions_set(ObActions *actions, const char *key, const char *value, HwError *error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        int index;

        if (strcmp(kinds[i].key, key) != 0) {
            continue;
        }
        index = ob_action_find(key, kinds[i].names, value, error);
        if (index >= 0) {
            kinds[i].set(actions, index);
        }
        return index >= 0;
    }
    return true;
}

bool ob_option_action(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, NULL, error);
    const char *keys[G_N_ELEMENTS(kinds) + 1] = { NULL };

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        keys[i] = kinds[i].key;
    }
    if (!keyval || !ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    for (uint32_t i = 0; i < keyval->count; i++) {
        const ObOption *option = &keyval->options[i];

        if (!ob_actions_set(&options->actions, option->key, option->value, error)) {
            return false;
        }
    }
    return true;
}

bool ob_option_watchdog_action(ObOptions *options, const char *argument, HwError *error)
{
    return ob_actions_set(&options->actions, "watchdog", argument, error);
}

bool ob_option_no_shutdown(ObOptions *options, const char *argument, HwError *error)
{
    (void)argument;
    (void)error;
    options->actions.shutdown_pauses = true;
    return true;
}

bool ob_option_no_reboot(ObOptions *options, const char *argument, HwError *error)
{
    (void)argument;
    (void)error;
    options->actions.reboot_shuts_down = true;
    return true;
}
