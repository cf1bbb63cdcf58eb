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

#endif
