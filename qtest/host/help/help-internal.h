/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of -help. */
#ifndef OB_HELP_INTERNAL_H
#define OB_HELP_INTERNAL_H

#include "qtest/host/options/options.h"

void ob_help_machines(const ObOptions *options);

/* Returns false and sets `error` if there is no such machine. */
bool ob_help_machine(const ObOptions *options, const char *name, HwError *error);

#endif
