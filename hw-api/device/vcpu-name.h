/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Converts ids of vCPU registers to the architecture's names (Arm ARM, D17 and G8), and back.
 * Linked into each plugin and host.
 */
#ifndef HW_DEVICE_VCPU_NAME_H
#define HW_DEVICE_VCPU_NAME_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_VCPU_NAME_SIZE 40

/*
 * Writes the name of any id: "SCTLR_EL1", "PSCI_VERSION", "CCSIDR_EL1[2]".  A register without a
 * name here gets the architecture's generic form, "S3_0_C0_C4_6"; other ids get "0x...".  AArch32
 * names end with "(NS)" or "(S)".  Returns `name`.  Any thread.
 */
const char *hw_vcpu_name(uint64_t id, char name[HW_VCPU_NAME_SIZE]);

/* Reads the id of an arm64 register from its name, its form S3_0_C0_C4_6, or the id itself in
 * hexadecimal with 0x.  False if `text` is not a register.  Any thread. */
bool hw_vcpu_id_parse(const char *text, uint64_t *id);

/* ----------------------------------------- between vcpu-name.c and its table */

typedef struct HwVcpuNameRow {
    uint32_t key; /* 15:0 of an arm64 id, 19:0 of an AArch32 one; ascending */
    const char *name;
} HwVcpuNameRow;

typedef struct HwVcpuNameTable {
    const HwVcpuNameRow *rows;
    uint32_t count;
} HwVcpuNameTable;

extern const HwVcpuNameTable hw_vcpu_sysreg_names;
extern const HwVcpuNameTable hw_vcpu_aarch32_names;

#ifdef __cplusplus
}
#endif

#endif
