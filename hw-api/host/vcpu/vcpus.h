/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands behind hw.vcpu-registers in a host: real KVM (kvm.h) or a modelled
 * kernel.  The host has one, or none, in its HwHostBase.
 */
#ifndef HW_HOST_VCPU_VCPUS_H
#define HW_HOST_VCPU_VCPUS_H

#include "hw-api/ext/vcpu-registers.h"

/* The calls are those of HwVcpuRegisters, for a vCPU below `count` and a value of the
 * size that the id has. */
typedef struct HwVcpus {
    uint32_t count;
    int (*list)(struct HwVcpus *vcpus, uint32_t vcpu, uint64_t *ids, uint32_t *count);
    int (*get)(struct HwVcpus *vcpus, uint32_t vcpu, uint64_t id, void *value);
    int (*set)(struct HwVcpus *vcpus, uint32_t vcpu, uint64_t id, const void *value);
    bool (*has_run)(struct HwVcpus *vcpus);
} HwVcpus;

/* hw.vcpu-registers/1, for a host to answer query() with while its HwHostBase has
 * `vcpus`. */
const HwVcpuRegisters *hw_vcpu_registers_service(void);

#endif
