/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --dump-plugin: describes a plugin, without running its code. */
#ifndef OB_DUMP_PLUGIN_H
#define OB_DUMP_PLUGIN_H

#include <stdio.h>

#include "hw-api/host/load/plugin-set.h"

/*
 * Writes name, version, licence and services of the plugin, and the properties, regions,
 * registers and state schema of each device.  The form is text for people, or one JSON
 * object.  In JSON an integer above INT64_MAX is a string, "0x...".  Returns false and sets
 * `error` if the file is refused or `out` can't be written.
 */
bool ob_dump_plugin(const char *path, bool json, FILE *out, HwError *error);

/* ------------------------- shared by dump-plugin.c and dump-plugin-json.c */

typedef struct ObPluginWords {
    const char *region_kinds[5];   /* by HwRegionKind */
    const char *spaces[3];         /* by HwSpace */
    const char *property_types[7]; /* by HwPropertyType */
} ObPluginWords;
extern const ObPluginWords ob_plugin_words;

/* The property whose value is at `offset` in the instance; NULL if there is none. */
const HwProperty *ob_plugin_property_at(const HwDeviceClass *cls, uint32_t offset);

bool ob_dump_plugin_json(const HwPlugin *plugin, const char *path, FILE *out);

#endif
