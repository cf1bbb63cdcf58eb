/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest of vmgenid-machine.h sleeps in S3, and wakes up. */
#ifndef OB_TESTS_VMGENID_VMGENID_SLEEP_H
#define OB_TESTS_VMGENID_VMGENID_SLEEP_H

#include "qtest/tests/vmgenid/vmgenid-machine.h"

#define GPE_STATUS 0x620 /* QEMU's firmware puts ICH9's register there */

/* Starts the tested program.  A stock QEMU's CPU halts at its reset vector, and does not disturb the
 * test when the machine runs. */
ObClient *sleeper_start(VmGenIdMachine *f, const char *arguments);

/* Puts ICH9's registers at the addresses that QEMU's firmware chooses.  In our machine they are
 * always there. */
void registers_place(ObClient *c);

void fall_asleep(ObClient *c); /* the machine runs from here on */
void wake_up(ObClient *c);

#endif
