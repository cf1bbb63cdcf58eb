/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers as coverage: libFuzzer keeps an input that brings a register to a value of a new kind.
 * This works for devices that were compiled without instrumentation, too. */
#ifndef OB_LAB_COVER_H
#define OB_LAB_COVER_H

#include "qtest/lab/play.h"

#define OB_LAB_COUNTERS 2048u

/* 1: seen since libFuzzer has cleared it. */
extern uint8_t ob_lab_counters[OB_LAB_COUNTERS];

/* Counts what the registers show after this step. */
void ob_lab_cover(ObLabTarget *target, const ObLabStep *step);

#endif
