/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads a file in a child process first, in which its initialisers may fail.
 *
 * This costs a fork, and initialisers run twice; so only files are tried that inspection can't
 * prove harmless.  A host that can't make a child refuses the file.
 */
#ifndef HW_HOST_TRIAL_H
#define HW_HOST_TRIAL_H

#include "hw-api/host/image/place.h"

#define HW_TRIAL_MILLISECONDS 10000

/*
 * Loads and unloads the file `name` of dlopen() in a child; true if the child survives.
 * A file that the linker refuses there counts as good, as the linker refuses it here too.
 * False with a sentence that says that the file has `what`, and how the child ended.
 */
bool hw_trial_load(const char *name, const char *what, int milliseconds, const HwPlace *place,
                   HwError *error);

#endif
