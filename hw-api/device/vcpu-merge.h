/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Merges an incoming list of registers with the destination's, by id.  The lists' order and
 * their other entries don't matter.  Each register of either side gets a step, so no register is
 * dropped or invented.
 *
 * Linked into each plugin and host.  hw_vcpu_merge(), _sort() and _explain() may be called on any
 * thread.  The other functions call the service, under the device lock.
 */
#ifndef HW_DEVICE_VCPU_MERGE_H
#define HW_DEVICE_VCPU_MERGE_H

#include "hw-api/device/vcpu-policy.h"
#include "hw-api/ext/vcpu-registers.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum HwVcpuStepKind {
    HW_VCPU_STEP_SET,        /* both sides have it: the incoming value is set, if it differs */
    HW_VCPU_STEP_KEEP,       /* both sides have it: a rule keeps this host's other value */
    HW_VCPU_STEP_MISSING,    /* not incoming: this host's value stays */
    HW_VCPU_STEP_TOLERATED,  /* not on this host: a rule drops the incoming value */
    HW_VCPU_STEP_UNKNOWN,    /* not on this host: refused */
    HW_VCPU_STEP_OTHER_SIZE, /* this host's register has another size: refused */
} HwVcpuStepKind;

typedef struct HwVcpuStep {
    uint64_t id;
    uint64_t incoming; /* 0 if MISSING */
    uint64_t own;      /* 0 if this host does not have the register */
    uint32_t kind;     /* HwVcpuStepKind */
    int32_t answer;    /* the kernel's answer to the write: 0 or a negative errno */
} HwVcpuStep;

/* Sorts by id.  False with a sentence if the list has an id twice. */
bool hw_vcpu_sort(HwVcpuEntry *list, uint32_t count, HwError *error);

/* The entry of a sorted list; NULL: the list does not have the id. */
const HwVcpuEntry *hw_vcpu_find(const HwVcpuEntry *list, uint32_t count, uint64_t id);

/* Compares two sorted lists.  `steps` has room for both lists' entries together.  Returns the
 * number of steps, which ascend by id; each answer is 0. */
uint32_t hw_vcpu_merge(const HwVcpuPolicy *policy, const HwVcpuEntry *incoming,
                       uint32_t incoming_count, const HwVcpuEntry *own, uint32_t own_count,
                       HwVcpuStep *steps);

static inline bool hw_vcpu_step_is_refused(const HwVcpuStep *step)
{
    return step->kind >= HW_VCPU_STEP_UNKNOWN || step->answer != 0;
}

/*
 * Writes a sentence about a step: the register's name and id, both values and the effect.  For a
 * refused step, it also names the change that would make the step succeed.  Returns `text`.
 */
const char *hw_vcpu_explain(const HwVcpuStep *step, char *text, uint32_t capacity);
#define HW_VCPU_EXPLAIN_SIZE 400

/* ---------------------------------------------------------- a vCPU's registers */

typedef struct HwVcpuPort {
    const HwVcpuRegisters *service;
    HwDevice *dev;
    uint32_t vcpu;
} HwVcpuPort;

/* For registers of 4 and 8 bytes; -EINVAL for other sizes.  See hw.vcpu-registers/1. */
int hw_vcpu_read(const HwVcpuPort *port, uint64_t id, uint64_t *value);
int hw_vcpu_write(const HwVcpuPort *port, uint64_t id, uint64_t value);

/* False for core registers (X0, PC, V0, Z0 ...), which QEMU's list of registers leaves out. */
bool hw_vcpu_id_is_listed(uint64_t id);

/*
 * Stores the ids of the vCPU's list, sorted, with a value of zero; `list` has room for `room`.
 * Returns the number of listed registers, or -1 with a sentence.  A list is refused, too, if it
 * changes at each attempt between count and read, has an id twice, or a size other than 4 and 8.
 */
int32_t hw_vcpu_list_ids(const HwVcpuPort *port, HwVcpuEntry *list, uint32_t room, HwError *error);

/* Reads the values of a list.  False with a sentence that names the register. */
bool hw_vcpu_read_values(const HwVcpuPort *port, HwVcpuEntry *list, uint32_t count, HwError *error);

/*
 * For the source, before the guest runs.  Sets the registers that the policy pins and clears,
 * and checks that the hidden registers may be hidden.  `list` is the vCPU's, sorted, with its
 * values; it gets the new values.  False with a sentence, and the vCPU is as before.  The level
 * of a mitigation stays the kernel's: a pin of a level changes only the value that is sent.
 */
bool hw_vcpu_enforce(const HwVcpuPort *port, const HwVcpuPolicy *policy, HwVcpuEntry *list,
                     uint32_t count, HwError *error);

/* The value that is sent to a destination. */
uint64_t hw_vcpu_sent_value(const HwVcpuPolicy *policy, const HwVcpuEntry *entry);

/*
 * Carries out the steps.  If the kernel refuses one, the other steps are tried, too, and their
 * answers stored; then all registers are set back to the steps' `own`.  The result is false, with
 * a sentence about the first refused step and the number of the others.  Steps of a refused kind
 * make it fail before any register is set.
 */
bool hw_vcpu_apply(const HwVcpuPort *port, HwVcpuStep *steps, uint32_t count, HwError *error);

#ifdef __cplusplus
}
#endif

#endif
