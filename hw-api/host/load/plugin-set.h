/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads plugin files for a host: first as data, without running any of their
 * code, then as loaded code.  Depends on the C library and libelf.
 *
 * One thread uses these at a time, as libelf is not thread-safe.
 */
#ifndef HW_HOST_PLUGIN_SET_H
#define HW_HOST_PLUGIN_SET_H

#include <string.h>

#include "hw-api/hw-api.h"

/*
 * A device class as the host sees it: copied into the host's own idea of the
 * structs (an older plugin's missing members are zero, a newer plugin's extra
 * members are gone), every table with the host's stride.
 */
typedef struct HwClass {
    HwDeviceClass table;
    const HwDeviceClass *original;  /* what dev->cls shows the model */
} HwClass;

/* Whether a machine has at most one of this class's group (HwDeviceClass.at_most_one), and
 * that is `group`.  NULL: never. */
static inline bool hw_class_is_in_group(const HwClass *cls, const char *group)
{
    return group && cls->table.at_most_one && strcmp(cls->table.at_most_one, group) == 0;
}

typedef struct HwPluginSet HwPluginSet;

/*
 * Reads the file at `path` without running its code.  Its functions can't be
 * called: for showing and checking only.  NULL with a sentence that starts with
 * the path where the file is missing, unreadable, no ELF shared object of this
 * machine, truncated, without `hw_plugin`, of another ABI major, or where a table
 * in it makes no sense.
 */
HwPluginSet *hw_plugin_set_inspect(const char *path, HwError *error);

/*
 * Inspects the file, refuses it where `host` lacks a service that the set or a
 * class requires, then loads it: the very file that was inspected, which stays
 * open.  `loaded` are the sets loaded so far, of which none may offer a class of
 * the same name.  NULL with a sentence, and nothing of the plugin has run unless
 * the dynamic linker itself refused it or its tables changed as it ran.
 */
HwPluginSet *hw_plugin_set_load(const char *path, const HwHost *host,
                                HwPluginSet *const *loaded, uint32_t loaded_count,
                                HwError *error);

/* Unloads; no instance may be left, and what the functions below gave is gone.
 * NULL is allowed. */
void hw_plugin_set_free(HwPluginSet *set);

const char *hw_plugin_set_path(const HwPluginSet *set);
const HwPlugin *hw_plugin_set_plugin(const HwPluginSet *set);   /* normalised, as HwClass.table */
uint32_t hw_plugin_set_class_count(const HwPluginSet *set);
const HwClass *hw_plugin_set_class(const HwPluginSet *set, uint32_t index);     /* < count */
const HwClass *hw_plugin_set_find(const HwPluginSet *set, const char *name);    /* or NULL */

#endif
