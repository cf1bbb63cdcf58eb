/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a plugin's tables make sense, so that hosts can follow them blindly. */
#ifndef HW_HOST_CHECK_H
#define HW_HOST_CHECK_H

#include "hw-api/host/load/image.h"

/*
 * Checks normalised tables, and that their hooks are functions of `image` or imported by
 * it; NULL: hooks may be anything.  False with one sentence that names the entry, the
 * value and what was expected, headed by `file`.
 */
bool hw_plugin_check(const HwPlugin *plugin, const HwImage *image, const HwPlace *file,
                     HwError *error);

#endif
