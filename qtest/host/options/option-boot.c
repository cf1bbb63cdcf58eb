/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options for the facts that firmware gets. */
#include "qtest/host/options/option-table.h"

#include <string.h>

#include "hw-api/device/error.h"

bool ob_option_uuid(ObOptions *options, const char *argument, HwError *error)
{
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    uint32_t digit = 0;

    memset(options->boot.uuid, 0, sizeof(options->boot.uuid));
    for (uint32_t i = 0; i < sizeof(form); i++) {
        if (form[i] == 'x' ? !g_ascii_isxdigit(argument[i]) : argument[i] != form[i]) {
            return hw_error_set(error, "invalid value '%s': expected %s", argument, form);
        }
        if (form[i] == 'x') {
            options->boot.uuid[digit / 2] |= (uint8_t)(g_ascii_xdigit_value(argument[i])
                                                       << (digit % 2 ? 0 : 4));
            digit++;
        }
    }
    options->uuid = argument;
    return true;
}

bool ob_option_nographic(ObOptions *options, const char *argument, HwError *error)
{
    (void)argument;
    (void)error;
    options->boot.no_graphics = true;
    options->nographic = true;
    return true;
}

bool ob_option_no_defaults(ObOptions *options, const char *argument, HwError *error)
{
    (void)argument;
    (void)error;
    options->no_defaults = true;
    return true;
}

bool ob_option_no_floppy_check(ObOptions *options, const char *argument, HwError *error)
{
    (void)argument;
    (void)error;
    options->boot.no_floppy_check = true;
    return true;
}

/* --------------------------------------------------------------------- boot */

/* QEMU's letters for devices; each may be given once. */
static bool order_check(const char *key, const char *order, HwError *error)
{
    for (const char *c = order; *c; c++) {
        if (*c < 'a' || *c > 'p') {
            return hw_error_set(error, "%s: invalid value '%c': expected a to p", key, *c);
        }
        if (memchr(order, *c, (size_t)(c - order))) {
            return hw_error_set(error, "%s: boot device '%c' is given twice, expected once", key,
                                *c);
        }
    }
    return true;
}

static bool boot_order(ObOptions *options, const char *value, HwError *error)
{
    options->boot.order = value;
    return order_check("order", value, error);
}

static bool boot_once(ObOptions *options, const char *value, HwError *error)
{
    options->boot.once = value;
    return order_check("once", value, error);
}

static bool boot_menu(ObOptions *options, const char *value, HwError *error)
{
    return ob_boolean_parse(value, &options->boot.menu, error);
}

static bool boot_splash(ObOptions *options, const char *value, HwError *error)
{
    (void)error;
    options->boot_splash = value;
    return true;
}

static bool boot_splash_time(ObOptions *options, const char *value, HwError *error)
{
    int64_t time;

    if (!ob_integer_parse("splash-time", value, 0, UINT16_MAX, &time, error)) {
        return false;
    }
    options->boot.has_splash_time = true;
    options->boot.splash_time = (uint16_t)time;
    return true;
}

static bool boot_reboot_timeout(ObOptions *options, const char *value, HwError *error)
{
    int64_t timeout;

    if (!ob_integer_parse("reboot-timeout", value, -1, UINT16_MAX, &timeout, error)) {
        return false;
    }
    options->boot.has_reboot_timeout = true;
    options->boot.reboot_timeout = (int32_t)timeout;
    return true;
}

/* Only concerns devices with a boot index; this host has none. */
static bool boot_strict(ObOptions *options, const char *value, HwError *error)
{
    bool strict;

    (void)options;
    return ob_boolean_parse(value, &strict, error);
}

static const struct {
    const char *name;
    bool (*set)(ObOptions *options, const char *value, HwError *error);
} boot_keys[] = {
    { "order", boot_order },
    { "once", boot_once },
    { "menu", boot_menu },
    { "splash", boot_splash },
    { "splash-time", boot_splash_time },
    { "reboot-timeout", boot_reboot_timeout },
    { "strict", boot_strict },
};

bool ob_option_boot(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "order", error);
    const char *keys[G_N_ELEMENTS(boot_keys) + 1] = { NULL };

    for (size_t i = 0; i < G_N_ELEMENTS(boot_keys); i++) {
        keys[i] = boot_keys[i].name;
    }
    if (!keyval || !ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(boot_keys); i++) {
        const char *value = ob_keyval_get(keyval, keys[i]);

        if (value && !boot_keys[i].set(options, value, error)) {
            return false;
        }
    }
    return true;
}

/* ------------------------------------------------------------------- fw_cfg */

bool ob_option_fw_cfg(ObOptions *options, const char *argument, HwError *error)
{
    static const char *const keys[] = { "name", "file", "string", "gen_id", NULL };
    ObKeyval *keyval = ob_option_keyval(options, argument, "name", error);
    const char *name, *file, *string, *generator;

    if (!keyval || !ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    name = ob_keyval_get(keyval, "name");
    file = ob_keyval_get(keyval, "file");
    string = ob_keyval_get(keyval, "string");
    generator = ob_keyval_get(keyval, "gen_id");
    if (!name || !*name) {
        return hw_error_set(error, "name= is missing");
    }
    /* An empty string counts as absent, the same as in QEMU. */
    if (!!(file && *file) + !!(string && *string) + !!(generator && *generator) != 1) {
        return hw_error_set(error, "%s: expected one of file=, string= and gen_id=, not empty",
                            name);
    }
    g_ptr_array_add(options->fw_cfg_files, keyval);
    return true;
}
