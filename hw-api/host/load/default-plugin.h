/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The place of the plugin that a host loads if the user names none. */
#ifndef HW_HOST_LOAD_DEFAULT_PLUGIN_H
#define HW_HOST_LOAD_DEFAULT_PLUGIN_H

/* A program's own file, for hw_default_plugin(). */
#define HW_OWN_PROGRAM "/proc/self/exe"

/*
 * The path of outboard-devices.so.  `file` is the host's own program or module; a link counts as
 * its target.  The plugin lies beside it in the build's directory, and in libdir/outboard once
 * installed, whatever the prefix.  Without a readable plugin the answer is the first place.
 * The caller frees the path.  Without memory the process ends.
 */
char *hw_default_plugin(const char *file);

#endif
