/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads plugin files for a host: first as data, without running any of their
 * code, then as loaded code.  Depends on the C library alone.
 */
#ifndef HW_HOST_PLUGIN_SET_H
#define HW_HOST_PLUGIN_SET_H

#include <string.h>

#include "hw-api/hw-api.h"

/*
 * A device class in the host's version of the structs; every table has the host's stride.
 * An older plugin's missing members are zero; a newer plugin's extra members are dropped.
 */
typedef struct HwClass {
    HwDeviceClass table;
    const HwDeviceClass *original;    /* the plugin's own: dev->cls points to it */
    const struct HwPciKind *pci_kind; /* a host's own class of bridges; NULL for all others */
} HwClass;

/* True if `group` is this class's group, of which a machine has at most one device
 * (HwDeviceClass.at_most_one).  False if `group` is NULL. */
static inline bool hw_class_is_in_group(const HwClass *cls, const char *group)
{
    return group && cls->table.at_most_one && strcmp(cls->table.at_most_one, group) == 0;
}

typedef struct HwPluginSet HwPluginSet;

/*
 * Reads the file at `path` without running its code, only to show and check it.  Its
 * functions can't be called.  Returns NULL, with a sentence that starts with the path, if
 *   - the file is missing, unreadable or truncated
 *   - it is not an ELF shared object of this machine, or does not have `hw_plugin`
 *   - it has another ABI major version, or an invalid table
 */
HwPluginSet *hw_plugin_set_inspect(const char *path, HwError *error);

/*
 * Inspects the file, refuses it if `host` lacks a service that the plugin requires, then
 * loads it.  The loaded file is the inspected file, which stays open.  `loaded` are the
 * plugins loaded so far; none of them may have a class of the same name.  Returns NULL with
 * a sentence on failure.  Then no code of the plugin has run, with two exceptions: the
 * dynamic linker refused the file, or the plugin's code changed its tables.
 */
HwPluginSet *hw_plugin_set_load(const char *path, const HwHost *host, HwPluginSet *const *loaded,
                                uint32_t loaded_count, HwError *error);

/* The same from a private copy in memory: for a set that is being worked on.  Its file may be
 * overwritten in place, and loaded again while this content of it is in use. */
HwPluginSet *hw_plugin_set_load_copy(const char *path, const HwHost *host,
                                     HwPluginSet *const *loaded, uint32_t loaded_count,
                                     HwError *error);

/* Unloads the plugin, and frees the results of the functions below.  No instance may be left.
 * NULL is allowed. */
void hw_plugin_set_free(HwPluginSet *set);

const char *hw_plugin_set_path(const HwPluginSet *set);
const HwPlugin *hw_plugin_set_plugin(const HwPluginSet *set); /* normalised, like HwClass.table */
uint32_t hw_plugin_set_class_count(const HwPluginSet *set);
const HwClass *hw_plugin_set_class(const HwPluginSet *set, uint32_t index);  /* < count */
const HwClass *hw_plugin_set_find(const HwPluginSet *set, const char *name); /* or NULL */

#endif
