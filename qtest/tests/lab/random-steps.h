/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random use of a machine: accesses to the regions of its devices and parts, RAM, files in fw_cfg,
 * time, calls that are due, interrupt lines, resets.  One seed makes the same steps each time.
 */
#ifndef OB_TESTS_LAB_RANDOM_STEPS_H
#define OB_TESTS_LAB_RANDOM_STEPS_H

#include "qtest/machine/core/host.h"

/* Returns a sum over all values that the steps have read. */
uint64_t random_steps(ObHost *host, uint32_t seed, uint32_t count);

#endif
