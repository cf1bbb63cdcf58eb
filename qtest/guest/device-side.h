/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arm-sysreg-sync of the set that is linked in, on a vCPU's registers, in the smallest host
 * that can carry it: for a program that runs where the registers are.
 */
#ifndef OB_GUEST_DEVICE_SIDE_H
#define OB_GUEST_DEVICE_SIDE_H

#include "devices/arm-sysreg-regs.h"
#include "hw-api/host/run/state.h"
#include "hw-api/host/vcpu/vcpus.h"

#define DEVICE_SECTION_MAX 32768

typedef struct DeviceSide {
    HwVcpus *vcpus;
    HwHost host;
    HwClass cls;
    HwInstance *instance;
    char text[600];
    HwError error;              /* into `text` */
    char log[16384];            /* "LEVEL TEXT\n", as far as there is room */
    uint8_t section[DEVICE_SECTION_MAX];
    size_t section_size;
} DeviceSide;

/* With properties "hide=A:B form=read-back" between blanks, or "".  False with the reason in
 * side->text; side_down() follows in any case.  `vcpus` must outlive the side. */
bool side_up(DeviceSide *side, HwVcpus *vcpus, const char *options);
void side_down(DeviceSide *side);

/* The window. */
uint32_t side_readl(DeviceSide *side, uint32_t offset);
uint64_t side_read(DeviceSide *side, uint32_t offset);      /* 64 bits */
void side_select(DeviceSide *side, uint32_t index);
uint32_t side_command(DeviceSide *side, uint32_t command);  /* the status after it */
uint32_t side_write(DeviceSide *side, uint32_t command, uint64_t value);

/* What time makes of the timers: their counts, and the status bits in their controls. */
bool register_is_live(uint64_t id);

/* The kernel's register, past the device. */
uint64_t side_kernel(DeviceSide *side, uint64_t id);
int side_kernel_set(DeviceSide *side, uint64_t id, uint64_t value);

/* Saves into side->section. */
bool side_save(DeviceSide *side);

/* The register's value in a saved section; NULL: it is not there. */
uint8_t *side_section_value(DeviceSide *side, uint64_t id);

/* Loads a section that was saved by this side or another. */
bool side_load(DeviceSide *side, const DeviceSide *from);

#endif
