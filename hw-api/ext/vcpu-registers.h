/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.vcpu-registers/1 - the registers of the virtual CPUs by their KVM ids, as the
 * kernel's KVM_GET_REG_LIST, KVM_GET_ONE_REG and KVM_SET_ONE_REG have them (Linux,
 * Documentation/virt/kvm/api.rst).  Behind it stands real KVM, an emulator's CPU or a
 * modelled kernel.
 *
 * Calls answer 0 or a negative errno of the kernel's:
 *   -ENOENT  no such register (or vCPU)         -EINVAL  the value is not accepted
 *   -EBUSY   not once a vCPU has run            -EPERM   not in this state of the vCPU
 *   -E2BIG   the list is longer than the room   -EIO     the provider is gone
 */
#ifndef HW_EXT_VCPU_REGISTERS_H
#define HW_EXT_VCPU_REGISTERS_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_VCPU_REGISTERS "hw.vcpu-registers/1"

/* The bytes of a register's value: bits 55:52 of its id are their binary logarithm. */
#define HW_VCPU_REGISTER_SIZE(id) (UINT32_C(1) << (((id) >> 52) & 15))

typedef struct HwVcpuRegisters {
    HwAbi abi;

    /* At least 1.  From realize on, as all calls here. */
    uint32_t (*vcpu_count)(HwDevice *dev);

    /*
     * The ids that the vCPU has, in no order that could be relied on.  `count`: the room at
     * `ids`; set to the number of ids, also when that is larger: then -E2BIG and nothing is
     * stored.  The number may have changed at the next call.
     */
    int (*list)(HwDevice *dev, uint32_t vcpu, uint64_t *ids, uint32_t *count);

    /*
     * One value, in the host's byte order.  `size` must be HW_VCPU_REGISTER_SIZE(id), else
     * -EINVAL.  A failed set changes nothing; one that succeeds may store another value
     * (bits that do not exist, a register that ignores it): read it back to know.
     */
    int (*get)(HwDevice *dev, uint32_t vcpu, uint64_t id, void *value, uint32_t size);
    int (*set)(HwDevice *dev, uint32_t vcpu, uint64_t id, const void *value, uint32_t size);

    /* Whether any vCPU of the machine has run: from then on some registers are fixed. */
    bool (*has_run)(HwDevice *dev);
} HwVcpuRegisters;

static inline const HwVcpuRegisters *hw_vcpu_registers(HwDevice *dev)
{
    return (const HwVcpuRegisters *)dev->host->query(dev->host, HW_VCPU_REGISTERS);
}

#ifdef __cplusplus
}
#endif

#endif
