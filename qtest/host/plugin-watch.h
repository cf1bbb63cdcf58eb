/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -plugin-set FILE,watch=on: reloads a plugin when its file is written or replaced. */
#ifndef OB_PLUGIN_WATCH_H
#define OB_PLUGIN_WATCH_H

#include "qtest/host/run/system.h"

typedef struct ObPluginWatch ObPluginWatch;

/* Loads the plugin from a private copy, and watches the file from here on.  Each later file is
 * reloaded or refused, with a line in the log.  Returns NULL and sets `error` on failure.  The system must
 * have its loop and outlive the watch. */
ObPluginWatch *ob_plugin_watch_new(ObSystem *system, const char *path, HwError *error);
void ob_plugin_watch_free(ObPluginWatch *watch);

#endif
