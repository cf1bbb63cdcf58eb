/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fewest and plainest steps that still break the same rule. */
#ifndef OB_LAB_MINIMISE_H
#define OB_LAB_MINIMISE_H

#include "qtest/lab/steps.h"

/* True if the steps break the rule.  Called very often; must have one answer for the same steps. */
typedef bool ObLabBreaks(void *opaque, const ObLabStep *steps, size_t count);

/* The given steps must break the rule.  Changes them, and returns their number.  One list of steps
 * has one result.  `tries`, if not NULL, gets the number of calls. */
size_t ob_lab_minimise(ObLabStep *steps, size_t count, ObLabBreaks *breaks, void *opaque,
                       uint32_t *tries);

#endif
