/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the bridge gets into QEMU.  With -plugin it comes after the machine is made and before
 * the -device options.  With LD_PRELOAD it comes early enough for -device help.
 */
#include "plugins/qemu-bridge/bridge.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/load/default-plugin.h"
#include "hw-api/host/run/crash/crash.h"
#include "plugins/qemu-bridge/arguments.h"
#include "plugins/qemu-bridge/qemu/log.h"
#include "plugins/qemu-bridge/qemu/running.h"
#include "plugins/qemu-bridge/qemu/symbols.h"
#include "plugins/qemu-bridge/reload.h"
#include "plugins/qemu-bridge/service/services.h"

#define SENTENCE 1024

/* A type of this name marks a QEMU that has a bridge, from any file. */
#define MARK "outboard-qemu-bridge"

static bool preloaded; /* LD_PRELOAD brought the bridge, and no -plugin came since */

/* QEMU's loader reads it after the constructor has run. */
HW_EXPORT int qemu_plugin_version = 1;
HW_EXPORT int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

/* ------------------------------------------------------------ start and end */

/* QEMU exits without unrealizing devices, and a TPM has state to save. */
static void bridge_end(QemuNotifier *notifier, void *data)
{
    (void)notifier;
    (void)data;
    bridge.is_ending = true;
    for (BridgeDevice *device = bridge.devices; device; device = device->next) {
        bridge_device_end(device);
    }
    bridge_tpm_end();
    bridge_coverage_end();
    bridge_record_end();
}

static bool emulator_is_known(HwError *error)
{
    const char *first;
    size_t missing = qemu_symbols_missing(&first);

    if (missing > 0) {
        return hw_error_set(error,
                            "this emulator doesn't export what devices need: %s and %zu "
                            "more symbols are missing, expected a build with modules",
                            first, missing - 1);
    }
    return qemu_running_learn(error);
}

/* The bridge's own file is found by dladdr(), from any address in it. */
static char *default_set(void)
{
    Dl_info info;

    return hw_default_plugin(dladdr(&qemu_plugin_version, &info) ? info.dli_fname : "");
}

static QemuNotifier exit_notifier = { .notify = bridge_end };

static bool bridge_start(const BridgeArguments *arguments, HwError *error)
{
    char *path;

    if (!emulator_is_known(error)) {
        return false;
    }
    if (object_class_by_name(MARK)) {
        return hw_error_set(error, "QEMU already has a bridge, expected one");
    }
    path = arguments->set ? strdup(arguments->set) : default_set();
    if (!path) {
        return hw_error_set(error, "out of memory");
    }
    bridge_acpi_init();
    hw_crash_report("outboard", NULL);
    bridge.host = &bridge_host.api;
    bridge.set = hw_plugin_set_load(path, bridge.host, NULL, 0, error);
    free(path);
    if (!bridge.set) {
        return false;
    }
    if (!bridge_register_types(error)) {
        return false;
    }
    type_register_static(&(QemuTypeInfo) { .name = MARK, .parent = "object", .abstract = true });
    qemu_add_exit_notifier(&exit_notifier);
    bridge_reload_offer();
    return true;
}

/* -plugin after LD_PRELOAD: the plugin (`set`) can't change any more. */
static bool bridge_resume(const BridgeArguments *arguments, HwError *error)
{
    if (arguments->set) {
        return hw_error_set(error, "set: the bridge was preloaded with '%s', expected no other",
                            hw_plugin_set_path(bridge.set));
    }
    return true;
}

/* For report=on: without a plugin. */
static bool report(HwError *error)
{
    if (!emulator_is_known(error) || !qemu_running_try(error)) {
        return false;
    }
    qemu_running_report();
    exit(0);
}

static bool add_libtpms(const BridgeArguments *arguments, HwError *error)
{
    const HwTpmOption all[] = {
        { "state", arguments->libtpms_state },
        { "auto-shutdown", arguments->libtpms_auto_shutdown },
        { "trust", arguments->libtpms_trust },
        { "script", arguments->libtpms_script },
    };
    HwTpmOption given[sizeof(all) / sizeof(all[0])];
    uint32_t count = 0;

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (all[i].value) {
            given[count++] = all[i];
        }
    }
    return bridge_tpm_add(arguments->libtpms, given, count, error);
}

static bool install(int argc, char **argv, HwError *error)
{
    BridgeArguments arguments;

    if (!bridge_arguments_parse(&arguments, argc, argv, error)) {
        return false;
    }
    if (arguments.report) {
        return report(error);
    }
    if (!(preloaded ? bridge_resume(&arguments, error) : bridge_start(&arguments, error)) ||
        !qemu_running_try(error)) {
        return false;
    }
    preloaded = false;
    if ((arguments.trace && !bridge_trace_set(arguments.trace, error)) ||
        (arguments.coverage && !bridge_coverage_set(arguments.coverage, error)) ||
        (arguments.record && !bridge_record_begin(arguments.record, error))) {
        return false;
    }
    return !arguments.libtpms || add_libtpms(&arguments, error);
}

/* QEMU holds its big lock, and has made no device of the command line yet. */
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
    HW_ERROR(error, SENTENCE);

    (void)id;
    (void)info;
    if (!install(argc, argv, &error)) {
        (error_report ? bridge_report : bridge_report_early)(error.text);
        return 1;
    }
    return 0;
}

/* --------------------------------------------------------------- LD_PRELOAD */

static void preload_register(void)
{
    HW_ERROR(error, SENTENCE);

    preloaded = bridge_start(&(BridgeArguments) { 0 }, &error);
    if (!preloaded) {
        bridge_report_early(error.text);
    }
}

__attribute__((constructor)) static void bridge_loaded(void)
{
    const char *first;

    if (!qmp_query_version || !qapi_free_VersionInfo) {
        return;
    }
    qemu_plugin_version = qemu_running_plugin_api();
    /* With LD_PRELOAD main() has not run yet and will make QEMU's types; with -plugin they are
     * made. */
    if (qemu_symbols_missing(&first) == 0) {
        qemu_running_when_types_are_made(preload_register);
    }
}
