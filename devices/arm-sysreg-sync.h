/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of arm-sysreg-sync share. */
#ifndef ARM_SYSREG_SYNC_H
#define ARM_SYSREG_SYNC_H

#include "devices/arm-sysreg-regs.h"
#include "devices/arm-sysreg-state.h"
#include "hw-api/device/vcpu-merge.h"

#define ARM_SYSREG_MAX      1024        /* registers; kernels have about 200 */
#define ARM_SYSREG_BYTES    16          /* in the section: id, value */
#define ARM_SYSREG_NOT_TOLD 0xff

typedef struct ArmSysregList {
    uint32_t count;
    HwVcpuEntry entries[ARM_SYSREG_MAX];    /* ascending by id */
    int16_t place[ARM_SYSREG_MAX];          /* in the CPU state, or -1 */
    uint8_t stuck[ARM_SYSREG_MAX];          /* the entry's value is in the CPU state */

    /* The level of a mitigation that the guest came with, which the kernel takes but does
     * not keep; or ARM_SYSREG_NOT_TOLD. */
    uint8_t told[ARM_SYSREG_MAX];
} ArmSysregList;

/* How to know what of the list stuck in the CPU state. */
enum {
    ARM_SYSREG_RECORDED,        /* it was noted when it was put there */
    ARM_SYSREG_READ_BACK,       /* it is put there once more, and looked at */
};

typedef struct ArmSysregSync {
    HwDevice dev;
    uint32_t regs[ARM_SYSREG_WINDOW / 4];
    uint64_t base;
    HwVcpuPort port;

    uint32_t vcpu;
    uint32_t form;              /* one of the two below */
    const char *rules[5];       /* by HwVcpuAction, as the user gave them */
    const char *psci_version;
    bool clear_unknown;
    HwVcpuPolicy policy;

    ArmSysregList list;
    ArmCpuState state;
    uint32_t failed;            /* index of the register that failed last */

    uint32_t section_vcpu;
    uint32_t section_length;    /* of the list in a stream; the bytes follow it */
    uint8_t section[ARM_SYSREG_MAX * ARM_SYSREG_BYTES];
} ArmSysregSync;

/* ---------------------------------------------------------- arm-sysreg-list.c */

/* Makes the list anew from the kernel's.  False with a sentence. */
bool arm_sysreg_list_make(ArmSysregSync *s, HwError *error);

/* Index of the register, -1 if there is none. */
int32_t arm_sysreg_index(const ArmSysregSync *s, uint64_t id);

/* The steps of both directions: 0 or a negative errno, and then s->failed.  All are tried
 * before the first error is answered. */
int arm_sysreg_list_from_kernel(ArmSysregSync *s);
int arm_sysreg_list_to_kernel(ArmSysregSync *s, bool with_counts);
void arm_sysreg_list_to_state(ArmSysregSync *s);

/* Takes over only what stuck in the CPU state when the list was last put into it. */
void arm_sysreg_state_to_list(ArmSysregSync *s);

/* A value from elsewhere; it isn't in the CPU state then. */
void arm_sysreg_list_set(ArmSysregSync *s, uint32_t index, uint64_t value);

bool arm_sysreg_is_count(uint64_t id);

/* -------------------------------------------------------- arm-sysreg-policy.c */

/* Reads the properties.  False with a sentence. */
bool arm_sysreg_policy_read(ArmSysregSync *s, HwError *error);

/* Whether the register stays out of a migration: where the guest loses nothing. */
bool arm_sysreg_is_hidden(const ArmSysregSync *s, uint32_t index);

/* ------------------------------------------------------- arm-sysreg-migrate.c */

extern const HwState arm_sysreg_state;

/* The class's hooks. */
void arm_sysreg_loaded(HwDevice *dev);
void arm_sysreg_load_undone(HwDevice *dev);

#endif
