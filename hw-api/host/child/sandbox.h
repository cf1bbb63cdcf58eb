/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes system calls away from a host that has started: those that no host needs, and groups by
 * choice.  All threads of the process, and their children, are confined for good, and get no new
 * privileges from programs.
 */
#ifndef HW_HOST_CHILD_SANDBOX_H
#define HW_HOST_CHILD_SANDBOX_H

#include "hw-api/hw-api.h"

/* Choices of denied calls.  A denied call kills the process; one of `resources` fails. */
typedef struct HwSandbox {
    bool obsolete;   /* calls that no program uses any more */
    bool privileges; /* to change users and groups */
    bool programs;   /* to start programs */
    bool children;   /* to make processes, also copies of this one; child.h then makes none */
    bool resources;  /* to change priorities and processors */
} HwSandbox;

/* False with a sentence. */
bool hw_sandbox_enter(const HwSandbox *sandbox, HwError *error);

#endif
