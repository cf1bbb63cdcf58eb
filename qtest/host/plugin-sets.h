/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugins of a program: those of -plugin-set, or the default set. */
#ifndef OB_PLUGIN_SETS_H
#define OB_PLUGIN_SETS_H

#include "qtest/host/run/system.h"

/*
 * Loads each -plugin-set.  Without the option, the default set waits until somebody asks for one of
 * its devices or for a list of devices.  A machine without them starts sooner.  In a sandbox the
 * plugin is loaded now: the sandbox may forbid the child in which a plugin is tried.
 *
 * Returns false and sets `error` if a plugin of an option is refused.
 */
bool ob_plugin_sets_load(ObSystem *system, HwError *error);

#endif
