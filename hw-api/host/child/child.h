/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a job in a child process, in which it may crash or hang.
 *
 * The child is a fork, not another program: it has the same libraries at the same addresses, so
 * code does the same in both.  The host's other threads do not exist in the child.  The C library
 * makes fork() safe for dlopen() and malloc(); a job that waits for another lock runs into the
 * deadline.
 *
 * A host that confines itself may be killed for a fork: QEMU is with -sandbox on,spawn=deny.  That
 * sandbox sets a seccomp filter and no_new_privs.  With both set, no child is made.
 */
#ifndef HW_HOST_CHILD_H
#define HW_HOST_CHILD_H

#include "hw-api/hw-api.h"

/* A host that has confined itself says that its sandbox allows children. */
void hw_child_allow(void);

/* Runs in the child.  False with a sentence of less than HW_CHILD_SENTENCE bytes.  `answer` is the
 * descriptor that carries the result to the parent; only a job that confines itself needs it. */
typedef bool HwChildJob(void *data, int answer, HwError *error);

#define HW_CHILD_SENTENCE 512

typedef enum HwChildEnd {
    HW_CHILD_GOOD,
    HW_CHILD_REFUSED,    /* the job returned false: its sentence */
    HW_CHILD_FAILED,     /* "was killed by signal 11 (Segmentation fault)", "took more than 5 ms" */
    HW_CHILD_IMPOSSIBLE, /* there was no child: the reason */
} HwChildEnd;

/* Runs job(data) in a child and waits for its end.  Any end but a good one stores text in `error`.
 * The child has no standard streams, handlers of deadly signals or core file. */
HwChildEnd hw_child_run(HwChildJob *job, void *data, int milliseconds, HwError *error);

#endif
