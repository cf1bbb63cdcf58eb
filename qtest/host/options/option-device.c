/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options for devices and for the sockets that control the machine. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/suggest.h"

#include <string.h>

bool ob_option_chardev(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "backend", error);
    const char *backend = keyval ? ob_keyval_get(keyval, "backend") : NULL;
    const char *id = keyval ? ob_keyval_get(keyval, "id") : NULL;
    g_autofree ObChardev *chardev = g_new0(ObChardev, 1);

    if (!keyval) {
        return false;
    }
    if (ob_keyval_asks_help(keyval, "backend")) {
        return ob_option_show(options, OB_SHOW_CHARDEVS, NULL);
    }
    if (!backend || strcmp(backend, "socket") != 0) {
        return hw_error_set(error, "unknown backend '%s', expected socket", backend ? backend : "");
    }
    if (!id) {
        return hw_error_set(error, "id= is missing");
    }
    if (!ob_id_check(id, error)) {
        return false;
    }
    if (ob_options_chardev(options, id)) {
        return hw_error_set(error, "id '%s' is in use by another -chardev", id);
    }
    ob_keyval_take(keyval, "backend");
    ob_keyval_take(keyval, "id");
    for (uint32_t i = 0; i < keyval->count; i++) {
        if (!ob_socket_set(&chardev->address, keyval->options[i].key, keyval->options[i].value,
                           error)) {
            return false;
        }
    }
    if (!ob_socket_check(&chardev->address, error)) {
        return false;
    }
    chardev->id = id;
    g_ptr_array_add(options->chardevs, g_steal_pointer(&chardev));
    return true;
}

bool ob_option_tpmdev(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "type", error);
    const char *id = keyval ? ob_keyval_get(keyval, "id") : NULL;

    if (!keyval) {
        return false;
    }
    if (ob_keyval_asks_help(keyval, "type")) {
        return ob_option_show(options, OB_SHOW_TPMDEVS, NULL);
    }
    if (!ob_keyval_get(keyval, "type")) {
        return hw_error_set(error, "type= is missing, see -tpmdev help");
    }
    if (!id) {
        return hw_error_set(error, "id= is missing");
    }
    if (!ob_id_check(id, error)) {
        return false;
    }
    if (ob_options_tpmdev(options, id)) {
        return hw_error_set(error, "id '%s' is in use by another -tpmdev", id);
    }
    g_ptr_array_add(options->tpmdevs, keyval);
    return true;
}

bool ob_option_vcpus(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "model", error);

    if (!keyval) {
        return false;
    }
    if (ob_keyval_asks_help(keyval, "model")) {
        return ob_option_show(options, OB_SHOW_VCPUS, NULL);
    }
    if (strcmp(options->architecture, "aarch64") != 0) {
        return hw_error_set(error,
                            "architecture '%s' has none of these registers, expected "
                            "outboard-system-aarch64",
                            options->architecture);
    }
    if (options->vcpus) {
        return hw_error_set(error, "given twice, expected one kernel");
    }
    options->vcpus = keyval;
    return true;
}

bool ob_option_device(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "driver", error);
    const char *driver = keyval ? ob_keyval_get(keyval, "driver") : NULL;
    const char *id = keyval ? ob_keyval_get(keyval, "id") : NULL;

    if (!keyval) {
        return false;
    }
    if (!driver || !*driver) {
        return hw_error_set(error, "driver= is missing, see -device help");
    }
    if (strcmp(driver, "help") == 0 || strcmp(driver, "?") == 0) {
        return ob_option_show(options, OB_SHOW_DEVICES, NULL);
    }
    if (ob_keyval_asks_help(keyval, "driver")) {
        return ob_option_show(options, OB_SHOW_DEVICE, driver);
    }
    if (id && !ob_id_check(id, error)) {
        return false;
    }
    g_ptr_array_add(options->devices, keyval);
    return true;
}

bool ob_option_qtest(ObOptions *options, const char *argument, HwError *error)
{
    if (options->has_qtest) {
        return hw_error_set(error, "given twice, expected one address");
    }
    options->has_qtest = true;
    return ob_socket_parse(&options->qtest, argument, error);
}

bool ob_option_qtest_log(ObOptions *options, const char *argument, HwError *error)
{
    /* libqtest asks for /dev/null; a log there would cost a fifth of the speed. */
    bool nowhere = strcmp(argument, "none") == 0 || strcmp(argument, "/dev/null") == 0;

    (void)error;
    options->qtest_log = nowhere ? NULL : argument;
    return true;
}

static ObMonitor *monitor_add(ObOptions *options, const char *option)
{
    ObMonitor *monitor = g_new0(ObMonitor, 1);

    monitor->option = option;
    g_ptr_array_add(options->monitors, monitor);
    return monitor;
}

bool ob_option_qmp(ObOptions *options, const char *argument, HwError *error)
{
    if (strcmp(argument, "none") == 0) {
        return true;
    }
    return ob_socket_parse(&monitor_add(options, "-qmp")->address, argument, error);
}

bool ob_option_monitor(ObOptions *options, const char *argument, HwError *error)
{
    static const char *const keys[] = { "chardev", "mode", "pretty", NULL };
    ObKeyval *keyval = ob_option_keyval(options, argument, "chardev", error);
    const char *mode;
    const char *chardev;

    if (!keyval || !ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    mode = ob_keyval_get(keyval, "mode");
    if (!mode || strcmp(mode, "control") != 0) {
        return hw_error_set(error, "mode: invalid value '%s': expected control",
                            mode ? mode : "readline");
    }
    chardev = ob_keyval_get(keyval, "chardev");
    if (!chardev) {
        return hw_error_set(error, "chardev= is missing");
    }
    monitor_add(options, "-mon")->chardev = chardev;
    return true;
}
