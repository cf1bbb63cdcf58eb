/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rebuilt plugin takes over its devices. */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/reload/reload.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/core/reload.h"

/* ------------------------------------------------------------- a device's moves */

static void reload_quiesce(void *opaque)
{
    ob_host_quiesce(opaque);
}

/* Calls into the old code end here.  A machine's description is written again by the new code. */
static void device_leaves(void *opaque, HwInstance *instance)
{
    ObHost *host = opaque;
    ObDevice *device = instance->owner;

    hw_deferred_close(device->deferred);
    host->wires->device_shelved(device);
}

static void lines_move(ObIrqs *irqs, const HwDevice *old, const HwDevice *dev)
{
    for (uint32_t i = 0; i < irqs->count; i++) {
        if (irqs->lines[i].driver == old) {
            irqs->lines[i].driver = dev;
        }
    }
}

static void device_moved(void *opaque, HwInstance *instance, HwDevice *old)
{
    ObHost *host = opaque;
    ObDevice *device = instance->owner;

    host->changes++;
    hw_deferred_free(device->deferred);
    device->deferred = hw_deferred_new(host->executor, instance->dev);
    ob_clock_release(&host->clock, old);
    lines_move(&host->irqs, old, instance->dev);
    host->wires->device_moved(device);
}

/* ------------------------------------------------------------------ the plugin */

/* The loaded set of this name; NULL: the only one.  Returns its index; -1 with a sentence. */
static int set_find(const ObHost *host, const char *name, HwError *error)
{
    ob_classes_complete(host);
    for (guint i = 0; name && i < host->sets->len; i++) {
        if (!strcmp(hw_plugin_set_plugin(host->sets->pdata[i])->name, name)) {
            return (int)i;
        }
    }
    if (name) {
        hw_error_set(error, "plugin '%s' is not loaded", name);
    } else if (host->sets->len == 1) {
        return 0;
    } else {
        hw_error_set(error, "%u plugins are loaded, expected the name of one of them",
                     host->sets->len);
    }
    return -1;
}

static bool set_has(const HwPluginSet *set, const HwClass *cls)
{
    return hw_plugin_set_find(set, cls->table.name) == cls;
}

/* The devices that have code of the plugin. */
static GPtrArray *devices_of(const ObHost *host, const HwPluginSet *set)
{
    GPtrArray *instances = g_ptr_array_new();
    HwInstance *instance;

    for (uint32_t i = 0; (instance = ob_host_device_at(host, i)); i++) {
        if (set_has(set, instance->cls)) {
            g_ptr_array_add(instances, instance);
        }
    }
    return instances;
}

/* The other sets keep their names of classes for themselves. */
static HwPluginSet *set_load(ObHost *host, int index, const char *path, HwError *error)
{
    g_autoptr(GPtrArray) others = g_ptr_array_new();
    const HwPluginSet *old = host->sets->pdata[index];
    const char *name = hw_plugin_set_plugin(old)->name;
    HwPluginSet *set;

    for (guint i = 0; i < host->sets->len; i++) {
        if (i != (guint)index) {
            g_ptr_array_add(others, host->sets->pdata[i]);
        }
    }
    set = hw_plugin_set_load_copy(path ? path : hw_plugin_set_path(old), &host->base.api,
                                  (HwPluginSet *const *)others->pdata, others->len, error);
    if (set && strcmp(hw_plugin_set_plugin(set)->name, name) != 0) {
        hw_error_set(error, "%s: the plugin is '%s', expected '%s'", hw_plugin_set_path(set),
                     hw_plugin_set_plugin(set)->name, name);
        g_clear_pointer(&set, hw_plugin_set_free);
    }
    return set;
}

/* The new classes come where the old ones were. */
static void classes_exchange(ObHost *host, const HwPluginSet *old, const HwPluginSet *set)
{
    guint at = host->classes->len;

    for (guint i = host->classes->len; i-- > 0;) {
        if (set_has(old, host->classes->pdata[i])) {
            g_ptr_array_remove_index(host->classes, i);
            at = i;
        }
    }
    for (uint32_t i = 0; i < hw_plugin_set_class_count(set); i++) {
        g_ptr_array_insert(host->classes, (gint)(at + i), (gpointer)hw_plugin_set_class(set, i));
    }
}

/* True if the new classes have names of their own. */
static bool classes_fit(const ObHost *host, const HwPluginSet *old, const HwPluginSet *set,
                        HwError *error)
{
    for (uint32_t i = 0; i < hw_plugin_set_class_count(set); i++) {
        const char *name = hw_plugin_set_class(set, i)->table.name;
        const HwClass *other = ob_host_find_class(host, name);

        if (other && !set_has(old, other)) {
            return hw_error_set(error, "%s: device class '%s' already exists",
                                hw_plugin_set_path(set), name);
        }
    }
    return true;
}

static bool set_exchange(ObHost *host, int index, HwPluginSet *set, HwReloadResult *result,
                         HwError *error)
{
    HwPluginSet *old = host->sets->pdata[index];
    const HwReloadHost reload = { host, reload_quiesce, device_leaves, device_moved };
    g_autoptr(GPtrArray) instances = devices_of(host, old);

    if (!classes_fit(host, old, set, error) ||
        !hw_reload(&reload, (HwInstance *const *)instances->pdata, instances->len, set, result,
                   error)) {
        return false;
    }
    classes_exchange(host, old, set);
    host->sets->pdata[index] = set;
    hw_plugin_set_free(old);
    return true;
}

bool ob_host_reload_plugin(ObHost *host, const char *name, const char *path, HwReloadResult *result,
                           HwError *error)
{
    int index = set_find(host, name, error);
    HwPluginSet *set = index < 0 ? NULL : set_load(host, index, path, error);
    bool good;

    *result = (HwReloadResult) { 0 };
    if (!set) {
        return false;
    }
    if (host->saves) {
        hw_plugin_set_free(set);
        return hw_error_set(error, "a migration is under way, expected none during a reload");
    }
    ob_host_remove_left(host);
    good = set_exchange(host, index, set, result, error);
    if (result->is_lost) {
        ob_host_remove_device(host, result->lost);
    }
    if (!good) {
        hw_plugin_set_free(set);
    }
    host->wires->devices_changed(host);
    return good;
}
