/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a host takes the registers of its vCPUs from, behind hw.vcpu-registers/1:
 *
 *   model   a modelled kernel (model.h)
 *   kvm     file descriptors of real KVM's vCPUs (kvm.h)
 *   QEMU    the bridge's, over the emulator's CPU or its KVM
 *
 * Under the device lock.
 */
#ifndef HW_HOST_VCPU_H
#define HW_HOST_VCPU_H

#include "hw-api/ext/vcpu-registers.h"

/* As HwVcpuRegisters has them; `vcpus` is the provider's own. */
typedef struct HwVcpuOps {
    const char *type;           /* "model" */
    uint32_t (*vcpu_count)(void *vcpus);
    int (*list)(void *vcpus, uint32_t vcpu, uint64_t *ids, uint32_t *count);
    int (*get)(void *vcpus, uint32_t vcpu, uint64_t id, void *value, uint32_t size);
    int (*set)(void *vcpus, uint32_t vcpu, uint64_t id, const void *value, uint32_t size);
    bool (*has_run)(void *vcpus);
} HwVcpuOps;

typedef struct HwVcpuProvider {
    const HwVcpuOps *ops;
    void *vcpus;
} HwVcpuProvider;

/* The service, for the host to answer query() with where it has a provider. */
const HwVcpuRegisters *hw_vcpu_service(void);

/* To be implemented by the host: its provider, for a device of its; never NULL once the
 * service was handed out. */
const HwVcpuProvider *hw_vcpu_provider_of(HwDevice *dev);

#endif
