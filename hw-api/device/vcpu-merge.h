/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a destination does with each register of an incoming list, by id: the order of
 * the lists and what else is in them don't matter.  Each register of either side gets a
 * step, so nothing is dropped or made up.
 *
 * Linked into each plugin and host.  hw_vcpu_merge(), _sort() and _explain() are for any
 * thread; the others call the service, under the device lock.
 */
#ifndef HW_DEVICE_VCPU_MERGE_H
#define HW_DEVICE_VCPU_MERGE_H

#include "hw-api/device/vcpu-policy.h"
#include "hw-api/ext/vcpu-registers.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum HwVcpuStepKind {
    HW_VCPU_STEP_SET,           /* both have it: the incoming value is set, if it differs */
    HW_VCPU_STEP_KEEP,          /* both have it, the values differ, a rule keeps this host's */
    HW_VCPU_STEP_MISSING,       /* not incoming: this host's value stays */
    HW_VCPU_STEP_TOLERATED,     /* this host lacks it, a rule lets it go */
    HW_VCPU_STEP_UNKNOWN,       /* this host lacks it: refused */
    HW_VCPU_STEP_OTHER_SIZE,    /* this host has it with another size: refused */
} HwVcpuStepKind;

typedef struct HwVcpuStep {
    uint64_t id;
    uint64_t incoming;          /* 0 if MISSING */
    uint64_t own;               /* 0 if this host lacks it */
    uint32_t kind;              /* HwVcpuStepKind */
    int32_t answer;             /* of the kernel to the set: 0 or a negative errno */
} HwVcpuStep;

/* Sorts by id.  False with a sentence if an id is there twice. */
bool hw_vcpu_sort(HwVcpuEntry *list, uint32_t count, HwError *error);

/* The entry of a sorted list, NULL if there is none. */
const HwVcpuEntry *hw_vcpu_find(const HwVcpuEntry *list, uint32_t count, uint64_t id);

/* Compares two sorted lists.  `steps` has room for both together; returns their number,
 * ascending by id.  answer is 0 in each. */
uint32_t hw_vcpu_merge(const HwVcpuPolicy *policy, const HwVcpuEntry *incoming,
                       uint32_t incoming_count, const HwVcpuEntry *own, uint32_t own_count,
                       HwVcpuStep *steps);

static inline bool hw_vcpu_step_is_refused(const HwVcpuStep *step)
{
    return step->kind >= HW_VCPU_STEP_UNKNOWN || step->answer != 0;
}

/*
 * A sentence about a step: the register's name and id, both values, what becomes of it,
 * and where it is refused what would make it pass.  Returns `text`.
 */
const char *hw_vcpu_explain(const HwVcpuStep *step, char *text, uint32_t capacity);
#define HW_VCPU_EXPLAIN_SIZE 400

/* ---------------------------------------------------------- a vCPU's registers */

typedef struct HwVcpuPort {
    const HwVcpuRegisters *service;
    HwDevice *dev;
    uint32_t vcpu;
} HwVcpuPort;

/* Registers of 4 and 8 bytes; -EINVAL for others.  See hw.vcpu-registers/1. */
int hw_vcpu_read(const HwVcpuPort *port, uint64_t id, uint64_t *value);
int hw_vcpu_write(const HwVcpuPort *port, uint64_t id, uint64_t value);

/* Not those that belong to the CPU itself: X0, PC, V0, Z0 ... */
bool hw_vcpu_id_is_listed(uint64_t id);

/*
 * The ids of the vCPU's list, sorted, with a value of zero; `list` has room for `room`.
 * The number of listed ones, or -1 with a sentence: also for a list that never stays the
 * same between count and read, an id that is twice in it, and sizes other than 4 and 8.
 */
int32_t hw_vcpu_list_ids(const HwVcpuPort *port, HwVcpuEntry *list, uint32_t room,
                         HwError *error);

/* The values of a list.  False with a sentence that names the register. */
bool hw_vcpu_read_values(const HwVcpuPort *port, HwVcpuEntry *list, uint32_t count,
                         HwError *error);

/*
 * On the source, before the guest runs: sets what the policy pins and clears, and checks
 * that what it hides may be.  `list` is the vCPU's, sorted, with its values, which follow.
 * False with a sentence, and the vCPU is as before.  The level of a mitigation stays the
 * kernel's: a pin of it is for what is sent.
 */
bool hw_vcpu_enforce(const HwVcpuPort *port, const HwVcpuPolicy *policy, HwVcpuEntry *list,
                     uint32_t count, HwError *error);

/* What a destination is told of the entry. */
uint64_t hw_vcpu_sent_value(const HwVcpuPolicy *policy, const HwVcpuEntry *entry);

/*
 * Sets what the steps say.  If the kernel refuses any, the others are tried too, their
 * answers stored, and then all are set back to the steps' `own`: false, with a sentence
 * about the first refused step and the number of the others.  Steps that are refused
 * already fail it before anything is set.
 */
bool hw_vcpu_apply(const HwVcpuPort *port, HwVcpuStep *steps, uint32_t count, HwError *error);

#ifdef __cplusplus
}
#endif

#endif
