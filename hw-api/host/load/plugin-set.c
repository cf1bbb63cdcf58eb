/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/load/plugin-set.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/host/load/check.h"
#include "hw-api/host/load/normalise.h"
#include "hw-api/host/load/trial.h"

struct HwPluginSet {
    char *path;
    HwImage *image;
    void *handle;    /* from dlopen; NULL: the file was only inspected */
    bool may_differ; /* the loaded tables may differ from the inspected ones */
    HwTables tables;
};

static HwPlace set_place(const HwPluginSet *set)
{
    return (HwPlace) { NULL, NULL, set->path, 0 };
}

static bool set_read_tables(HwPluginSet *set, HwError *error)
{
    HwPlace file = set_place(set);

    return hw_tables_read(&set->tables, set->image, &file, error) &&
           hw_plugin_check(&set->tables.plugin, set->image, &file, error);
}

/* The loaded object has what was inspected: only the addresses are new. */
static bool set_read_known_tables(HwPluginSet *set, HwError *error)
{
    HwPlace file = set_place(set);

    return hw_tables_read_known(&set->tables, set->image, &file, error) &&
           hw_plugin_check_hooks(&set->tables.plugin, set->image, &file, error);
}

static HwPluginSet *set_inspect(const char *path, bool copies, HwError *error)
{
    HwPlace file = { NULL, NULL, path, 0 };
    HwPluginSet *set = calloc(1, sizeof(*set));

    if (!set || !(set->path = strdup(path))) {
        hw_refuse(&file, error, "can't be read: %s", strerror(ENOMEM));
        free(set);
        return NULL;
    }
    set->image = copies ? hw_image_open_copy(path, HW_PLUGIN_SYMBOL, &file, error)
                        : hw_image_open(path, HW_PLUGIN_SYMBOL, &file, error);
    if (!set->image || !set_read_tables(set, error)) {
        hw_plugin_set_free(set);
        return NULL;
    }
    return set;
}

HwPluginSet *hw_plugin_set_inspect(const char *path, HwError *error)
{
    return set_inspect(path, false, error);
}

/* ------------------------------------------------- against host and other sets */

/* Checks the plugin's services.  A class's services are checked when it gets a device. */
static bool set_check_services(const HwPluginSet *set, const HwHost *host, HwError *error)
{
    const HwPlugin *plugin = &set->tables.plugin;
    HwPlace file = set_place(set);

    for (uint32_t i = 0; i < plugin->services.count; i++) {
        if (!host->query(host, plugin->services.entries[i])) {
            return hw_refuse(&file, error, "%s needs %s; host '%s' lacks it", plugin->name,
                             plugin->services.entries[i], host->name);
        }
    }
    return true;
}

static bool set_check_names(const HwPluginSet *set, const HwPluginSet *other, HwError *error)
{
    for (uint32_t i = 0; i < hw_plugin_set_class_count(set); i++) {
        const char *name = hw_plugin_set_class(set, i)->table.name;
        HwPlace file = set_place(set);

        if (hw_plugin_set_find(other, name)) {
            return hw_refuse(&file, error, "%s is a device of %s already, expected another name",
                             name, other->path);
        }
    }
    return true;
}

/* ------------------------------------------------------------------- loading */

/*
 * A name of the open file for dlopen, so that the loaded file is the inspected file.
 * The name has the process number, since debuggers read the symbols by this name.
 *
 * ld.so takes a name that it has seen for the same object, but descriptors are
 * reused.  So each load's name has its own slashes and dots: the bits of a counter.
 */
static void object_name(char *name, size_t capacity, int fd)
{
    static atomic_uint loads;
    char process[32] = "self";
    ssize_t length = readlink("/proc/self", process, sizeof(process) - 1);
    char unique[2 * 8 * sizeof(unsigned) + 1] = "";

    if (length > 0) {
        process[length] = '\0';
    }
    for (unsigned bits = atomic_fetch_add(&loads, 1); bits; bits >>= 1) {
        strcat(unique, bits & 1 ? "/." : "/");
    }
    snprintf(name, capacity, "/proc/%s/fd%s/%d", process, unique, fd);
}

static bool set_check_unchanged(const HwPluginSet *set, HwError *error)
{
    HwPlace file = set_place(set);

    return hw_image_is_unchanged(set->image) ||
           hw_refuse(&file, error, "changed since it was inspected, expected a file that stays");
}

static bool set_try_object(const HwPluginSet *set, const char *name, HwError *error)
{
    HwPlace file = set_place(set);
    const char *unproven = hw_image_unproven(set->image);

    return !unproven || hw_trial_load(name, unproven, HW_TRIAL_MILLISECONDS, &file, error);
}

static bool set_refuse_object(const HwPluginSet *set, const char *name, HwError *error)
{
    HwPlace file = set_place(set);
    const char *reason = dlerror();
    size_t length = strlen(name);

    if (!strncmp(reason, name, length) && !strncmp(reason + length, ": ", 2)) {
        reason += length + 2;
    }
    return hw_refuse(&file, error, "can't be loaded: %s", reason);
}

static bool object_is_loaded(const char *name)
{
    void *handle = dlopen(name, RTLD_LAZY | RTLD_NOLOAD);

    return handle && !dlclose(handle);
}

/* An initialiser may change the tables.  An object that was loaded before may have them from
 * another content of its file. */
static bool set_may_differ(const HwPluginSet *set, const char *name)
{
    return hw_image_unproven(set->image) || object_is_loaded(name);
}

static bool set_open_object(HwPluginSet *set, HwError *error)
{
    char name[160];

    object_name(name, sizeof(name), hw_image_fd(set->image));
    if (!set_try_object(set, name, error) || !set_check_unchanged(set, error)) {
        return false;
    }
    set->may_differ = set_may_differ(set, name);
    hw_tables_free(&set->tables);
    hw_image_forget(set->image);
    set->handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    return set->handle ? set_check_unchanged(set, error) : set_refuse_object(set, name, error);
}

/* Reads the tables again, now with functions that can be called. */
static bool set_adopt_object(HwPluginSet *set, HwError *error)
{
    HwPlace file = set_place(set);
    struct link_map *object = NULL;
    uint64_t size;

    if (dlinfo(set->handle, RTLD_DI_LINKMAP, &object)) {
        return hw_refuse(&file, error, "can't be loaded: %s", dlerror());
    }
    hw_image_loaded_at(set->image, object->l_addr);
    if (dlsym(set->handle, HW_PLUGIN_SYMBOL) != hw_image_symbol(set->image, &size)) {
        return hw_refuse(&file, error,
                         "is loaded already with other contents, "
                         "expected the same or another file");
    }
    return set->may_differ ? set_read_tables(set, error) : set_read_known_tables(set, error);
}

/* Owns `set` from here on, also on failure. */
static HwPluginSet *set_load(HwPluginSet *set, const HwHost *host, HwPluginSet *const *loaded,
                             uint32_t loaded_count, HwError *error)
{
    bool good = set && set_check_services(set, host, error);

    for (uint32_t i = 0; good && i < loaded_count; i++) {
        good = set_check_names(set, loaded[i], error);
    }
    if (!good || !set_open_object(set, error) || !set_adopt_object(set, error)) {
        hw_plugin_set_free(set);
        return NULL;
    }
    return set;
}

HwPluginSet *hw_plugin_set_load(const char *path, const HwHost *host, HwPluginSet *const *loaded,
                                uint32_t loaded_count, HwError *error)
{
    return set_load(set_inspect(path, false, error), host, loaded, loaded_count, error);
}

HwPluginSet *hw_plugin_set_load_copy(const char *path, const HwHost *host,
                                     HwPluginSet *const *loaded, uint32_t loaded_count,
                                     HwError *error)
{
    return set_load(set_inspect(path, true, error), host, loaded, loaded_count, error);
}

void hw_plugin_set_free(HwPluginSet *set)
{
    if (set) {
        hw_tables_free(&set->tables);
        if (set->handle) {
            dlclose(set->handle);
        }
        hw_image_close(set->image);
        free(set->path);
        free(set);
    }
}

/* ------------------------------------------------------------------- reading */

const char *hw_plugin_set_path(const HwPluginSet *set)
{
    return set->path;
}

const HwPlugin *hw_plugin_set_plugin(const HwPluginSet *set)
{
    return &set->tables.plugin;
}

uint32_t hw_plugin_set_class_count(const HwPluginSet *set)
{
    return set->tables.plugin.classes.count;
}

const HwClass *hw_plugin_set_class(const HwPluginSet *set, uint32_t index)
{
    return &set->tables.classes[index];
}

const HwClass *hw_plugin_set_find(const HwPluginSet *set, const char *name)
{
    for (uint32_t i = 0; i < hw_plugin_set_class_count(set); i++) {
        if (!strcmp(set->tables.classes[i].table.name, name)) {
            return &set->tables.classes[i];
        }
    }
    return NULL;
}
