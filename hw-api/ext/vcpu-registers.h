/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.vcpu-registers/1 - the registers of the virtual CPUs by their KVM ids.  The functions
 * correspond to the kernel's KVM_GET_REG_LIST, KVM_GET_ONE_REG and KVM_SET_ONE_REG (Linux,
 * Documentation/virt/kvm/api.rst).  The provider is real KVM, an emulator's CPU or a
 * modelled kernel.
 *
 * Calls return 0 or a negative errno of the kernel:
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

/* The size of a register's value: bits 55:52 of its id are the binary logarithm. */
#define HW_VCPU_REGISTER_SIZE(id) (UINT32_C(1) << (((id) >> 52) & 15))

typedef struct HwVcpuRegisters {
    HwAbi abi;

    /* At least 1.  [device lock & alive] */
    uint32_t (*vcpu_count)(HwDevice *dev);

    /*
     * The ids of the vCPU's registers, in any order.  `count`: the room at `ids`; set to the
     * number of ids.  If that is larger than the room, returns -E2BIG and stores no ids.
     * The number may be different at the next call.  [device lock & alive]
     */
    int (*list)(HwDevice *dev, uint32_t vcpu, uint64_t *ids, uint32_t *count);

    /*
     * One value, in the host's byte order.  `size` must be HW_VCPU_REGISTER_SIZE(id), else
     * -EINVAL.  A failed set changes nothing.  A successful set may store another value
     * (bits that do not exist, a register that ignores the value): read the register back.
     * [device lock & alive]
     */
    int (*get)(HwDevice *dev, uint32_t vcpu, uint64_t id, void *value, uint32_t size);
    /* [device lock & alive] */
    int (*set)(HwDevice *dev, uint32_t vcpu, uint64_t id, const void *value, uint32_t size);

    /* True if any vCPU of the machine has run: some registers are fixed then.
     * [device lock & alive] */
    bool (*has_run)(HwDevice *dev);
} HwVcpuRegisters;

/* NULL where the host lacks the service and the class does not require it.
 * [device lock & alive] */
static inline const HwVcpuRegisters *hw_vcpu_registers(HwDevice *dev)
{
    return (const HwVcpuRegisters *)dev->host->query(dev->host, HW_VCPU_REGISTERS);
}

#ifdef __cplusplus
}
#endif

#endif
