/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of arm-sysreg-sync. */
#ifndef ARM_SYSREG_SYNC_H
#define ARM_SYSREG_SYNC_H

#include "devices/arm-sysreg-regs.h"
#include "devices/arm-sysreg-state.h"
#include "hw-api/device/vcpu-merge.h"

#define ARM_SYSREG_MAX      1024 /* registers; kernels have about 200 */
#define ARM_SYSREG_BYTES    16   /* in the section: id, value */
#define ARM_SYSREG_NOT_TOLD 0xff

typedef struct ArmSysregList {
    uint32_t count;
    HwVcpuEntry entries[ARM_SYSREG_MAX]; /* ascending by id */
    int16_t place[ARM_SYSREG_MAX];       /* in the CPU state, or -1 */
    uint8_t stuck[ARM_SYSREG_MAX];       /* the entry's value is in the CPU state */

    /* The level of a mitigation that came in with the guest; or ARM_SYSREG_NOT_TOLD.  The
     * kernel accepts the level but does not keep it. */
    uint8_t told[ARM_SYSREG_MAX];
} ArmSysregList;

/* How to know which values of the list stuck in the CPU state. */
enum {
    ARM_SYSREG_RECORDED,  /* remember success when the value is written there */
    ARM_SYSREG_READ_BACK, /* write the value there again, and read it back */
};

typedef struct ArmSysregSync {
    HwDevice dev;
    uint32_t regs[ARM_SYSREG_WINDOW / 4];
    uint64_t base;
    HwVcpuPort port;

    uint32_t vcpu;
    uint32_t form;        /* ARM_SYSREG_RECORDED or ARM_SYSREG_READ_BACK */
    const char *rules[5]; /* by HwVcpuAction, as the user gave them */
    const char *psci_version;
    bool clear_unknown;
    HwVcpuPolicy policy;

    ArmSysregList list;
    ArmCpuState state;
    uint32_t failed; /* index of the register that failed last */

    uint32_t section_vcpu;
    uint32_t section_length; /* bytes of the list in a stream; the bytes follow */
    uint8_t section[ARM_SYSREG_MAX * ARM_SYSREG_BYTES];
} ArmSysregSync;

/* ---------------------------------------------------------- arm-sysreg-list.c */

/* Makes the list anew from the kernel's.  Returns false with a sentence on failure. */
bool arm_sysreg_list_make(ArmSysregSync *s, HwError *error);

/* Index of the register, -1 if there is none. */
int32_t arm_sysreg_index(const ArmSysregSync *s, uint64_t id);

/* The steps of both directions.  They return 0, or a negative errno and set s->failed.  They try
 * all registers before they return the first error. */
int arm_sysreg_list_from_kernel(ArmSysregSync *s);
int arm_sysreg_list_to_kernel(ArmSysregSync *s, bool with_counts);
void arm_sysreg_list_to_state(ArmSysregSync *s);

/* Copies back only values that stuck when the list was last written to the CPU state. */
void arm_sysreg_state_to_list(ArmSysregSync *s);

/* Sets a value that isn't from the CPU state; so it doesn't count as stuck there. */
void arm_sysreg_list_set(ArmSysregSync *s, uint32_t index, uint64_t value);

bool arm_sysreg_is_count(uint64_t id);

/* Reads the properties.  Returns false with a sentence on failure. */
bool arm_sysreg_policy_read(ArmSysregSync *s, HwError *error);

/* True if the register stays out of a migration; then the guest loses nothing. */
bool arm_sysreg_is_hidden(const ArmSysregSync *s, uint32_t index);

/* ------------------------------------------------------- arm-sysreg-migrate.c */

extern const HwState arm_sysreg_state;

/* Hooks of the class. */
void arm_sysreg_loaded(HwDevice *dev);
void arm_sysreg_load_undone(HwDevice *dev);

#endif
