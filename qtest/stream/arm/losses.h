/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The features of a vCPU that a guest has on one side alone, by its ID registers. */
#ifndef OB_ARM_LOSSES_H
#define OB_ARM_LOSSES_H

#include <glib.h>

#include "qtest/stream/arm/rewrite.h"

/* Adds the names of the features that a changed value of an ID register takes from the guest, each
 * once: "SVE", "pointer authentication". */
void ob_losses_add(GPtrArray *losses, const ObChange *change);

#endif
