/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A modelled kernel: the registers of a .regs file, with KVM's rules for writing them (Linux,
 * arch/arm64/kvm: sys_regs.c, hypercalls.c, psci.c).  Each register has one of these rules:
 *
 *   any        stores each value
 *   ignored    accepts each value and stores none
 *   constant   accepts only its own value
 *   fields     userspace may change some fields, as in most ID registers: each 4-bit field
 *              accepts the values in the file.  A file without lines "fields" has results for
 *              bit 0 only; then the model assumes that no field of an ID register may be above
 *              the host's
 *   psci       0.2 and each 1.x that the kernel knows; only 0.1 if it does not have PSCI 0.2
 *   level      WORKAROUND_1, _3 and later: up to the host's level; stores nothing
 *   level-2    WORKAROUND_2, which has levels of its own; stores nothing
 *   bitmap     bits that the kernel supports; fixed once a vCPU has run
 *
 * A register with a line "busy" in the file is also fixed after a vCPU has run.
 *
 * Firmware registers that are newer than the known registers follow the rule of their kind.
 * Firmware registers belong to the VM and are the same in each vCPU.  Errors are the kernel's: see
 * hw-api/ext/vcpu-registers.h.
 */
#ifndef HW_HOST_VCPU_MODEL_H
#define HW_HOST_VCPU_MODEL_H

#include "hw-api/host/vcpu/regs-file.h"
#include "hw-api/host/vcpu/vcpus.h"

typedef struct HwVcpuModel HwVcpuModel;

/* The model copies `file`.  NULL if memory runs out or vcpus is 0. */
HwVcpuModel *hw_vcpu_model_new(const HwRegsFile *file, uint32_t vcpus);
void hw_vcpu_model_free(HwVcpuModel *model); /* NULL is allowed */

/* The vCPUs that a host offers to devices; they live as long as the model. */
HwVcpus *hw_vcpu_model_vcpus(HwVcpuModel *model);

/*
 * Sets which pseudo firmware registers the kernel has; a class has all registers of lower classes.
 *   0  none                                  3  WORKAROUND_3 (5.17)
 *   1  PSCI_VERSION (4.17), up to 1.0        4  STD, STD_HYP, VENDOR_HYP bitmaps (5.19)
 *   2  WORKAROUND_1 and _2 (5.3)             5  VENDOR_HYP_BMAP_2 (6.15), PSCI up to 1.3
 * Classes 3 and 4 know PSCI up to 1.1 (5.18).  A register that the file has keeps its value and
 * rule.  A missing register is added, with level 0 or all bits.  False above 5, or if memory runs
 * out.
 */
#define HW_VCPU_MODEL_CLASSES 6
bool hw_vcpu_model_set_class(HwVcpuModel *model, uint32_t kernel_class);

/*
 * Sets a firmware register's limit in the kernel: the newest PSCI version, the host's level or the
 * supported bits.  The register's value becomes that kernel's starting value.  False if the model
 * does not have the register.
 */
bool hw_vcpu_model_limit(HwVcpuModel *model, uint64_t id, uint64_t limit);

/* Adds a register of 4 or 8 bytes that stores each value, or accepts only `value` if `constant`.
 * False if it already exists, has another size, or memory runs out. */
bool hw_vcpu_model_add(HwVcpuModel *model, uint64_t id, uint64_t value, bool constant);
bool hw_vcpu_model_remove(HwVcpuModel *model, uint64_t id); /* false: does not exist */

/* Sets if a vCPU has run. */
void hw_vcpu_model_set_has_run(HwVcpuModel *model, bool has_run);

/* Sets a register without its rule, like the guest or the machine does. */
bool hw_vcpu_model_poke(HwVcpuModel *model, uint32_t vcpu, uint64_t id, uint64_t value);

/*
 * Makes one of the changes above from a host's option:
 *   class=K0 ... K5
 *   limit=NAME=VALUE[:NAME=VALUE]    the kernel's limits
 *   with=NAME=VALUE[:...]            more registers
 *   without=NAME[:...]
 *   has-run=on|off
 * False with a sentence; then free the model, which may be half changed.
 */
bool hw_vcpu_model_configure(HwVcpuModel *model, const char *key, const char *value,
                             HwError *error);

/* The name of the register's rule, such as "bitmap"; NULL: the model does not have the register. */
const char *hw_vcpu_model_rule(const HwVcpuModel *model, uint64_t id);

/* The file's kernel, and the class that was set; -1: no class was set. */
const char *hw_vcpu_model_kernel(const HwVcpuModel *model);
int hw_vcpu_model_class(const HwVcpuModel *model);

#endif
