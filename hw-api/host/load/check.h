/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks a plugin's tables, so that hosts can follow them without checks of their own. */
#ifndef HW_HOST_CHECK_H
#define HW_HOST_CHECK_H

#include "hw-api/host/image/image.h"

/*
 * Checks normalised tables, and that their hooks are functions of `image` or imported by
 * it; NULL: hooks are not checked.  Returns false with one sentence on failure.  The sentence
 * begins with `file`, and names the entry, the value and the expected value.
 */
bool hw_plugin_check(const HwPlugin *plugin, const HwImage *image, const HwPlace *file,
                     HwError *error);

/* The part of hw_plugin_check() that a load can change: the addresses of imported hooks. */
bool hw_plugin_check_hooks(const HwPlugin *plugin, const HwImage *image, const HwPlace *file,
                           HwError *error);

#endif
