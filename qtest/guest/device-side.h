/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs arm-sysreg-sync of the linked-in plugin on a vCPU's registers, in the smallest host that
 * can carry it.  For a program that runs in the guest, where the registers are.
 */
#ifndef OB_GUEST_DEVICE_SIDE_H
#define OB_GUEST_DEVICE_SIDE_H

#include "devices/arm-sysreg-regs.h"
#include "hw-api/host/run/host-base.h"
#include "hw-api/host/run/state.h"
#include "hw-api/host/vcpu/vcpus.h"

#define DEVICE_SECTION_MAX 32768

typedef struct DeviceSide {
    HwHostBase host;
    HwClass cls;
    HwInstance *instance;
    char text[600];
    HwError error;   /* writes to `text` */
    char log[16384]; /* lines "LEVEL TEXT\n", cut at the end of the array */
    uint8_t section[DEVICE_SECTION_MAX];
    size_t section_size;
} DeviceSide;

/* Makes the device.  `options` has properties, separated by blanks: "hide=A:B form=read-back", or
 * "".  False with the reason in side->text; side_down() must follow, also after a failure.
 * `vcpus` must outlive the side. */
bool side_up(DeviceSide *side, HwVcpus *vcpus, const char *options);
void side_down(DeviceSide *side);

/* Access the device's window. */
uint32_t side_readl(DeviceSide *side, uint32_t offset);
uint64_t side_read(DeviceSide *side, uint32_t offset); /* 64 bits */
void side_select(DeviceSide *side, uint32_t index);
uint32_t side_command(DeviceSide *side, uint32_t command); /* returns the status after it */
uint32_t side_write(DeviceSide *side, uint32_t command, uint64_t value);

/* True for registers that change with time: the timers' counts, and controls with status bits. */
bool register_is_live(uint64_t id);

/* Access the kernel's register, not through the device. */
uint64_t side_kernel(DeviceSide *side, uint64_t id);
int side_kernel_set(DeviceSide *side, uint64_t id, uint64_t value);

/* Saves into side->section. */
bool side_save(DeviceSide *side);

/* The register's value in the saved section; NULL: the section does not have it. */
uint8_t *side_section_value(DeviceSide *side, uint64_t id);

/* Loads the section that `from` saved; `from` may be `side`. */
bool side_load(DeviceSide *side, const DeviceSide *from);

#endif
