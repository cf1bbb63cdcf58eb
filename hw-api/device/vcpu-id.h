/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of an arm64 vCPU register's id: architecture 63:56, size 55:52, kind 27:16, and the
 * register in 15:0 (Linux, Documentation/virt/kvm/api.rst, KVM_SET_ONE_REG).
 */
#ifndef HW_DEVICE_VCPU_ID_H
#define HW_DEVICE_VCPU_ID_H

#include "hw-api/ext/vcpu-registers.h"

#define HW_VCPU_ID_ARM   UINT64_C(0x4000000000000000) /* AArch32: QEMU's own lists */
#define HW_VCPU_ID_ARM64 UINT64_C(0x6000000000000000)
/* clang-format off */
#define HW_VCPU_ID_ARCH(id) ((id) & UINT64_C(0xff00000000000000))
#define HW_VCPU_ID_U32      UINT64_C(0x0020000000000000)
#define HW_VCPU_ID_U64      UINT64_C(0x0030000000000000)
#define HW_VCPU_ID_SIZE(id) ((id) & UINT64_C(0x00f0000000000000))
/* clang-format on */

/* Kinds of arm64 registers. */
enum {
    HW_VCPU_KIND_CORE = 0x10,  /* X0, PC, PSTATE, V0 ... */
    HW_VCPU_KIND_DEMUX = 0x11, /* CCSIDR of each cache */
    HW_VCPU_KIND_SYSREG = 0x13,
    HW_VCPU_KIND_FIRMWARE = 0x14, /* pseudo registers: versions and mitigations */
    HW_VCPU_KIND_SVE = 0x15,
    HW_VCPU_KIND_FIRMWARE_BITMAP = 0x16, /* pseudo registers: a bit for each hypercall */
};
#define HW_VCPU_KIND(id) ((uint32_t)((id) >> 16) & 0xfff)

/* 15:0 of an AArch64 system register: the fields of MRS and MSR (Arm ARM, C5.1.2). */
#define HW_VCPU_SYSREG_BITS(op0, op1, crn, crm, op2) \
    ((uint32_t)((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2)))

/* clang-format off */
#define HW_VCPU_ID(kind, bits) \
    (HW_VCPU_ID_ARM64 | HW_VCPU_ID_U64 | (uint64_t)(kind) << 16 | (bits))
/* clang-format on */
#define HW_VCPU_SYSREG(op0, op1, crn, crm, op2) \
    HW_VCPU_ID(HW_VCPU_KIND_SYSREG, HW_VCPU_SYSREG_BITS(op0, op1, crn, crm, op2))
#define HW_VCPU_FIRMWARE(index)        HW_VCPU_ID(HW_VCPU_KIND_FIRMWARE, index)
#define HW_VCPU_FIRMWARE_BITMAP(index) HW_VCPU_ID(HW_VCPU_KIND_FIRMWARE_BITMAP, index)

/*
 * The timers' counts advance between two reads.  KVM swaps two ids: the id of the virtual timer's
 * count has the encoding of its compare value, and the reverse.  KVM's ABI has always had this.
 */
#define HW_VCPU_TIMER_CVAL HW_VCPU_SYSREG(3, 3, 14, 0, 2)
#define HW_VCPU_TIMER_CNT  HW_VCPU_SYSREG(3, 3, 14, 3, 2)
#define HW_VCPU_PTIMER_CNT HW_VCPU_SYSREG(3, 3, 14, 0, 1)

/* The pseudo firmware registers of kernels up to 6.15, by their index. */
#define HW_VCPU_PSCI_VERSION          HW_VCPU_FIRMWARE(0)
#define HW_VCPU_WORKAROUND_1          HW_VCPU_FIRMWARE(1)
#define HW_VCPU_WORKAROUND_2          HW_VCPU_FIRMWARE(2)
#define HW_VCPU_WORKAROUND_3          HW_VCPU_FIRMWARE(3)
#define HW_VCPU_STD_BMAP              HW_VCPU_FIRMWARE_BITMAP(0)
#define HW_VCPU_STD_HYP_BMAP          HW_VCPU_FIRMWARE_BITMAP(1)
#define HW_VCPU_VENDOR_HYP_BMAP       HW_VCPU_FIRMWARE_BITMAP(2)
#define HW_VCPU_VENDOR_HYP_BMAP_2     HW_VCPU_FIRMWARE_BITMAP(3)

#define HW_PSCI_VERSION(major, minor) ((uint64_t)(major) << 16 | (minor))

#endif
