/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a plugin's tables make sense, so that hosts can follow them blindly. */
#ifndef HW_HOST_CHECK_H
#define HW_HOST_CHECK_H

#include "hw-api/host/load/place.h"

/* Instances larger than this are refused, in bytes. */
#define HW_INSTANCE_MAX (64u << 20)

/*
 * Checks normalised tables.  False with one sentence that names the entry, the
 * value and what was expected, headed by `file`.
 */
bool hw_plugin_check(const HwPlugin *plugin, const HwPlace *file, HwError *error);

#endif
