/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/plugin-sets.h"

#include <stdlib.h>

#include "hw-api/device/error.h"
#include "hw-api/host/load/default-plugin.h"
#include "qtest/host/io/log.h"
#include "qtest/host/plugin-watch.h"

static bool set_load(ObSystem *system, const ObPluginOption *option, HwError *error)
{
    ObPluginWatch *watch;

    if (!option->is_watched) {
        return ob_host_load_plugins(system->host, option->path, error);
    }
    watch = ob_plugin_watch_new(system, option->path, error);
    if (!watch) {
        return false;
    }
    if (!system->plugin_watches) {
        system->plugin_watches = g_ptr_array_new_with_free_func(
            (GDestroyNotify)ob_plugin_watch_free);
    }
    g_ptr_array_add(system->plugin_watches, watch);
    return true;
}

/* The program is useful without its default plugin, but not without a plugin from an option. */
static void default_set_load(void *opaque)
{
    ObSystem *system = opaque;
    char *path = hw_default_plugin(HW_OWN_PROGRAM);
    HW_ERROR(reason, 512);

    if (!path || !ob_host_load_plugins(system->host, path, &reason)) {
        ob_report_warning("no devices: %s", path ? reason.text : "out of memory");
    }
    free(path);
}

bool ob_plugin_sets_load(ObSystem *system, HwError *error)
{
    const GArray *sets = system->options->plugin_sets;
    HW_ERROR(reason, 512);

    for (guint i = 0; i < sets->len; i++) {
        if (!set_load(system, &g_array_index(sets, ObPluginOption, i), &reason)) {
            return hw_error_set(error, "-plugin-set: %s", reason.text);
        }
    }
    if (sets->len == 0 && system->options->sandbox.on) {
        default_set_load(system);
    } else if (sets->len == 0) {
        ob_host_set_plugin_source(system->host, default_set_load, system);
    }
    return true;
}
