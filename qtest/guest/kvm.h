/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of real KVM's vCPUs on an arm64 Linux host, and a machine of one vCPU, for
 * programs that only examine the kernel's registers.
 */
#ifndef OB_GUEST_KVM_H
#define OB_GUEST_KVM_H

#include "hw-api/host/vcpu/vcpus.h"

/* vCPUs that the caller made and runs. */
typedef struct HwKvmVcpus {
    HwVcpus vcpus;
    const int *fds; /* one a vCPU; the caller keeps them open */
    bool ran;       /* set by the caller that runs them: KVM does not tell */
} HwKvmVcpus;

/* Registers of `count` vCPUs, at least 1, none of which has run. */
void hw_kvm_vcpus_init(HwKvmVcpus *kvm, const int *fds, uint32_t count);

/* Features of a vCPU that QEMU's -cpu host turns on where the kernel offers them. */
typedef enum HwKvmFeature {
    HW_KVM_PMU = 1,
    HW_KVM_SVE = 2,
    HW_KVM_PAUTH = 4,
    HW_KVM_WRITABLE_IDS = 8, /* MIDR, REVIDR and AIDR, from Linux 6.15 on */
} HwKvmFeature;
#define HW_KVM_FEATURES 15u

typedef struct HwKvmMachine {
    HwKvmVcpus registers;   /* refers to `vcpu` below: do not copy it */
    int kvm, vm, vcpu, gic; /* file descriptors; gic is -1 until the first run */
    void *run;              /* the vCPU's struct kvm_run */
    uint32_t run_size;
    unsigned offered, on; /* HwKvmFeature */
} HwKvmMachine;

/*
 * Opens /dev/kvm and makes a vCPU of the host's own kind with PSCI 0.2 or later.  The vCPU gets the
 * wanted features that the kernel offers; with all of them it is that of QEMU's -cpu host.  False
 * with a sentence; then there is nothing to close.
 */
bool hw_kvm_machine_open_with(HwKvmMachine *machine, unsigned wanted, HwError *error);

/* Likewise, with none of the features. */
bool hw_kvm_machine_open(HwKvmMachine *machine, HwError *error);

/*
 * Enters the vCPU and leaves it before its first instruction: for KVM it has run.  The machine
 * gets a GICv3 first, as any VM has.  Newer kernels fix the ID registers at a vCPU's first run,
 * and remove the GIC from them if the machine has no in-kernel interrupt controller.
 */
bool hw_kvm_machine_run(HwKvmMachine *machine, HwError *error);

void hw_kvm_machine_close(HwKvmMachine *machine);

#endif
