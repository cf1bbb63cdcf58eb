/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A difference: the fewest steps that show it, as a script. */
#ifndef OB_LAB_LOCKSTEP_REPORT_H
#define OB_LAB_LOCKSTEP_REPORT_H

#include "qtest/lab/tool/lockstep/pair.h"

/* Tells the difference, minimises the steps that led to it, and prints them as a script.  `steps` is
 * changed. */
void lab_difference_report(LabPair *pair, ObLabStep *steps, const LabDifference *difference);

#endif
