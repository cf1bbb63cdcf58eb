/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What -h, -version, -device help and the like print. */
#ifndef OB_HELP_H
#define OB_HELP_H

#include "qtest/host/run/system.h"

/* Prints what the options ask for (options->show) on standard output.  `system`
 * has its host where ob_help_needs_host() says so.  False with a sentence. */
bool ob_help_show(const ObSystem *system, const ObOptions *options, HwError *error);
bool ob_help_needs_host(const ObOptions *options);

#endif
