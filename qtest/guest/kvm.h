/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of real KVM's vCPUs, on an arm64 Linux host, and a machine of one vCPU
 * for what needs nothing else: to look at what this kernel has.
 */
#ifndef OB_GUEST_KVM_H
#define OB_GUEST_KVM_H

#include "hw-api/host/vcpu/vcpus.h"

/* vCPUs that someone else made and runs. */
typedef struct HwKvmVcpus {
    HwVcpus vcpus;
    const int *fds;             /* one a vCPU; the caller's, and open as long as this is used */
    bool ran;                   /* set by who runs them: KVM does not tell */
} HwKvmVcpus;

/* Registers of `count` vCPUs, at least 1, none of which has run. */
void hw_kvm_vcpus_init(HwKvmVcpus *kvm, const int *fds, uint32_t count);

typedef struct HwKvmMachine {
    HwKvmVcpus registers;       /* refers to `vcpu` below: not to be copied */
    int kvm, vm, vcpu, gic;     /* file descriptors; gic -1: there is none yet */
    void *run;                  /* the vCPU's struct kvm_run */
    uint32_t run_size;
} HwKvmMachine;

/*
 * Opens /dev/kvm and makes a vCPU of the host's own kind, with PSCI 0.2 or later: what
 * QEMU's -cpu host is without options.  False with a sentence, and nothing to close.
 */
bool hw_kvm_machine_open(HwKvmMachine *machine, HwError *error);

/*
 * Enters the vCPU and leaves it before its first instruction: for KVM it has run.  It gets a
 * GICv3 for that, as in any VM: newer kernels settle the ID registers when a vCPU runs first,
 * and without an interrupt controller of theirs they take the GIC out of them.
 */
bool hw_kvm_machine_run(HwKvmMachine *machine, HwError *error);

void hw_kvm_machine_close(HwKvmMachine *machine);

#endif
