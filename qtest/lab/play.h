/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the steps on a target.  Under the device lock. */
#ifndef OB_LAB_PLAY_H
#define OB_LAB_PLAY_H

#include "qtest/lab/steps.h"
#include "qtest/lab/target.h"

/* The meaning of a STORE or LOAD in this target. */
typedef struct ObLabAccess {
    HwRegionState *region; /* NULL: none, such as RAM */
    uint64_t offset;       /* in the region */
    HwSpace space;
    uint64_t address;
    bool answers; /* false: a BAR that is switched off */
} ObLabAccess;

ObLabAccess ob_lab_access(const ObLabTarget *target, const ObLabStep *step);

/* The register that the access begins in; NULL: none. */
const HwRegister *ob_lab_register(const ObLabAccess *access);

/* The other meanings of a step's target; NULL: the target has none. */
const ObLabFile *ob_lab_file(const ObLabTarget *target, const ObLabStep *step);
HwInstance *ob_lab_function(const ObLabTarget *target, const ObLabStep *step);
HwInstance *ob_lab_input(const ObLabTarget *target, const ObLabStep *step, uint32_t *number);
uint64_t ob_lab_offset_in_file(const ObLabFile *file, const ObLabStep *step);
uint32_t ob_lab_config_offset(const ObLabStep *step, uint32_t *size);

/* Makes the step, then all work that it has left.  Returns the answer that a guest sees, 0 for steps
 * without one.  A MOVE does nothing here: see move.h. */
uint64_t ob_lab_play(ObLabTarget *target, const ObLabStep *step);

/* Its two parts. */
uint64_t ob_lab_play_alone(ObLabTarget *target, const ObLabStep *step);
void ob_lab_settle(ObLabTarget *target);

#endif
