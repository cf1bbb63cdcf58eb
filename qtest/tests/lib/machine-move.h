/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moves a machine from one program to another, ours or a stock QEMU, through a file. */
#ifndef OB_TESTS_LIB_MACHINE_MOVE_H
#define OB_TESTS_LIB_MACHINE_MOVE_H

#include "qtest/client/client.h"

/* Starts a program with the test's arguments and `more`. */
typedef ObClient *MachineStart(void *opaque, const char *more);

/* Saves the machine and ends its client.  Returns the client of the program that has loaded it. */
ObClient *machine_move(ObClient *c, MachineStart *start, void *opaque);

/*
 * A machine that goes to and fro between our program, $OB_HOST_PROGRAM, and a stock QEMU,
 * $OB_PROGRAM, which gets $OB_ARGUMENTS, too.
 */
typedef struct MachineSide {
    const char *arguments;
    bool ours; /* the program that has the machine */
} MachineSide;

ObClient *machine_side_start(MachineSide *side);

/* Moves the machine to the other program. */
ObClient *machine_side_move(ObClient *c, MachineSide *side);

#endif
