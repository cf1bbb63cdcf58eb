/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters of system calls, by libseccomp, which is loaded by the first process part that needs it. */
#ifndef HW_HOST_CHILD_SECCOMP_H
#define HW_HOST_CHILD_SECCOMP_H

#include "hw-api/hw-api.h"

/* A rule holds if (argument & mask) is `value`; without a mask it holds always. */
typedef struct HwSeccompRule {
    int call;
    uint32_t action;
    uint32_t argument;
    uint64_t mask;
    uint64_t value;
} HwSeccompRule;

/* Returns an empty filter, which takes `action` for calls without a rule; NULL with a sentence. */
void *hw_seccomp_new(uint32_t action, HwError *error);
void hw_seccomp_free(void *filter); /* NULL is allowed */

bool hw_seccomp_add(void *filter, const HwSeccompRule *rules, size_t count);

/* Confines this thread for good, or all threads of the process; sets no_new_privs, too. */
bool hw_seccomp_enter(void *filter, bool all_threads);

#endif
