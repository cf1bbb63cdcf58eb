/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device classes of a host: of plugins, and of the program itself. */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/load/plugin-set.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/core/reload.h"

struct ObPluginSource {
    void (*load)(void *opaque); /* NULL: it has been asked */
    void *opaque;
};

void ob_classes_init(ObHost *host)
{
    host->sets = g_ptr_array_new();
    host->classes = g_ptr_array_new();
    host->source = g_new0(ObPluginSource, 1);
}

void ob_classes_clear(ObHost *host)
{
    g_ptr_array_free(host->classes, TRUE);
    g_ptr_array_set_free_func(host->sets, (GDestroyNotify)hw_plugin_set_free);
    g_ptr_array_free(host->sets, TRUE);
    g_free(host->source);
}

void ob_host_set_plugin_source(ObHost *host, void (*load)(void *opaque), void *opaque)
{
    *host->source = (ObPluginSource) { load, opaque };
}

/* Forgets the source first, since a source's plugin is compared with the classes. */
void ob_classes_complete(const ObHost *host)
{
    ObPluginSource source = *host->source;

    host->source->load = NULL;
    if (source.load) {
        source.load(source.opaque);
    }
}

const HwClass *ob_host_class_at(const ObHost *host, uint32_t index)
{
    if (index >= host->classes->len) {
        ob_classes_complete(host);
    }
    return index < host->classes->len ? g_ptr_array_index(host->classes, index) : NULL;
}

const HwClass *ob_host_find_class(const ObHost *host, const char *name)
{
    const HwClass *cls;

    for (uint32_t i = 0; (cls = ob_host_class_at(host, i)); i++) {
        if (!strcmp(cls->table.name, name)) {
            return cls;
        }
    }
    return NULL;
}

const HwPlugin *ob_host_plugin_of(const ObHost *host, const HwClass *cls)
{
    for (guint i = 0; i < host->sets->len; i++) {
        if (hw_plugin_set_find(host->sets->pdata[i], cls->table.name) == cls) {
            return hw_plugin_set_plugin(host->sets->pdata[i]);
        }
    }
    return NULL;
}

bool ob_host_add_class(ObHost *host, const HwClass *cls, HwError *error)
{
    if (ob_host_find_class(host, cls->table.name)) {
        return hw_error_set(error, "%s: a device class of this name already exists",
                            cls->table.name);
    }
    g_ptr_array_add(host->classes, (gpointer)cls);
    return true;
}

/* The loader compares the new plugin with the other plugins, but not with added classes. */
static bool set_is_new(const ObHost *host, const HwPluginSet *set, HwError *error)
{
    for (uint32_t i = 0; i < hw_plugin_set_class_count(set); i++) {
        const char *name = hw_plugin_set_class(set, i)->table.name;

        if (ob_host_find_class(host, name)) {
            return hw_error_set(error, "%s: device class '%s' already exists",
                                hw_plugin_set_path(set), name);
        }
    }
    return true;
}

/* Takes the plugin over, also on failure.  NULL: it could not be loaded. */
static bool set_add(ObHost *host, HwPluginSet *set, HwError *error)
{
    if (!set) {
        return false;
    }
    if (!set_is_new(host, set, error)) {
        hw_plugin_set_free(set);
        return false;
    }
    g_ptr_array_add(host->sets, set);
    for (uint32_t i = 0; i < hw_plugin_set_class_count(set); i++) {
        g_ptr_array_add(host->classes, (gpointer)hw_plugin_set_class(set, i));
    }
    return true;
}

bool ob_host_load_plugins(ObHost *host, const char *path, HwError *error)
{
    return set_add(host,
                   hw_plugin_set_load(path, &host->base.api,
                                      (HwPluginSet *const *)host->sets->pdata, host->sets->len,
                                      error),
                   error);
}

const char *ob_host_load_plugin_copy(ObHost *host, const char *path, HwError *error)
{
    HwPluginSet *set = hw_plugin_set_load_copy(path, &host->base.api,
                                               (HwPluginSet *const *)host->sets->pdata,
                                               host->sets->len, error);

    return set_add(host, set, error) ? hw_plugin_set_plugin(set)->name : NULL;
}
