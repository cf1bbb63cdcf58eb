/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A modelled kernel: the registers of a .regs file with the rules of KVM about setting
 * them (Linux, arch/arm64/kvm: sys_regs.c, hypercalls.c, psci.c), as far as the file and
 * those rules tell:
 *
 *   any        stores what is set
 *   ignored    takes any value and stores none
 *   constant   takes its own value alone
 *   fields     a register, of ID registers most, that the kernel lets userspace change in
 *              part: each 4-bit field takes the values that the file tells.  A file without
 *              lines "fields" tells of bit 0 alone, and the model assumes of ID registers
 *              that no field may be above the host's
 *   psci       0.2 and each 1.x that the kernel knows; 0.1 alone without PSCI 0.2
 *   level      WORKAROUND_1, _3 and later: up to the host's level; stores nothing
 *   level-2    WORKAROUND_2, which has levels of its own; stores nothing
 *   bitmap     bits that the kernel supports; fixed once a vCPU has run
 *
 * Of the others those are fixed too, then, that the file calls "busy".
 *
 * Firmware registers that come after the known ones follow the rule of their kind.  Those
 * of a whole VM are the same in each vCPU.  Errors are the kernel's: see
 * hw-api/ext/vcpu-registers.h.
 */
#ifndef HW_HOST_VCPU_MODEL_H
#define HW_HOST_VCPU_MODEL_H

#include "hw-api/host/vcpu/regs-file.h"
#include "hw-api/host/vcpu/vcpus.h"

typedef struct HwVcpuModel HwVcpuModel;

/* `file` is not kept.  NULL if memory runs out or vcpus is 0. */
HwVcpuModel *hw_vcpu_model_new(const HwRegsFile *file, uint32_t vcpus);
void hw_vcpu_model_free(HwVcpuModel *model);        /* NULL is allowed */

/* For a host to hand to devices; lives as long as the model. */
HwVcpus *hw_vcpu_model_vcpus(HwVcpuModel *model);

/*
 * Which pseudo firmware registers kernels have; a higher class has all of a lower one's.
 *   0  none                                  3  WORKAROUND_3 (5.17)
 *   1  PSCI_VERSION (4.17), up to 1.0        4  STD, STD_HYP, VENDOR_HYP bitmaps (5.19)
 *   2  WORKAROUND_1 and _2 (5.3)             5  VENDOR_HYP_BMAP_2 (6.15), PSCI up to 1.3
 * Classes 3 and 4 know PSCI up to 1.1 (5.18).  What the file has of a register stays; what it
 * lacks is added: level 0, all bits.  False above 5, or if memory runs out.
 */
#define HW_VCPU_MODEL_CLASSES 6
bool hw_vcpu_model_set_class(HwVcpuModel *model, uint32_t kernel_class);

/*
 * What the kernel knows of a firmware register: its newest PSCI version, the host's level,
 * the supported bits.  The register's value becomes what such a kernel starts with.  False
 * if the model has no such register.
 */
bool hw_vcpu_model_limit(HwVcpuModel *model, uint64_t id, uint64_t limit);

/* Another register, of 4 or 8 bytes, that stores what is set, or takes its value alone.
 * False if it is there already, has another size, or memory runs out. */
bool hw_vcpu_model_add(HwVcpuModel *model, uint64_t id, uint64_t value, bool constant);
bool hw_vcpu_model_remove(HwVcpuModel *model, uint64_t id);     /* false: there is none */

/* A vCPU runs, or has never run. */
void hw_vcpu_model_set_has_run(HwVcpuModel *model, bool has_run);

/* What a guest, or the machine, does to the register; sets without a rule. */
bool hw_vcpu_model_poke(HwVcpuModel *model, uint32_t vcpu, uint64_t id, uint64_t value);

/*
 * The above from text, as a host's options have it:
 *   class=K0 ... K5
 *   limit=NAME=VALUE[:NAME=VALUE]    what the kernel knows
 *   with=NAME=VALUE[:...]            further registers
 *   without=NAME[:...]
 *   has-run=on|off
 * False with a sentence; then the model is of no use any more.
 */
bool hw_vcpu_model_configure(HwVcpuModel *model, const char *key, const char *value,
                             HwError *error);

/* The name of the rule that a register follows, NULL if there is none: "bitmap". */
const char *hw_vcpu_model_rule(const HwVcpuModel *model, uint64_t id);

/* The kernel that the file is of, and the class that was set, -1: as the file is. */
const char *hw_vcpu_model_kernel(const HwVcpuModel *model);
int hw_vcpu_model_class(const HwVcpuModel *model);

#endif
