/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host's vCPUs behind hw.vcpu-registers: real KVM (kvm.h) or a modelled kernel.  The host has
 * at most one HwVcpus, in its HwHostBase.
 */
#ifndef HW_HOST_VCPU_VCPUS_H
#define HW_HOST_VCPU_VCPUS_H

#include "hw-api/ext/vcpu-registers.h"

/* The calls are those of HwVcpuRegisters, for a vCPU below `count` and a value of the id's size. */
typedef struct HwVcpus {
    uint32_t count;
    int (*list)(struct HwVcpus *vcpus, uint32_t vcpu, uint64_t *ids, uint32_t *count);
    int (*get)(struct HwVcpus *vcpus, uint32_t vcpu, uint64_t id, void *value);
    int (*set)(struct HwVcpus *vcpus, uint32_t vcpu, uint64_t id, const void *value);
    bool (*has_run)(struct HwVcpus *vcpus);
} HwVcpus;

/* hw.vcpu-registers/1, which a host's query() returns if its HwHostBase has `vcpus`. */
const HwVcpuRegisters *hw_vcpu_registers_service(void);

#endif
