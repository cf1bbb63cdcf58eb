/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The output of -h, -version, -device help and similar options. */
#ifndef OB_HELP_H
#define OB_HELP_H

#include "qtest/host/run/system.h"

/* Prints the information of options->show on standard output.  `system` has its host if
 * ob_help_needs_host() returns true.  Returns false and sets `error` on failure. */
bool ob_help_show(const ObSystem *system, const ObOptions *options, HwError *error);
bool ob_help_needs_host(const ObOptions *options);

#endif
