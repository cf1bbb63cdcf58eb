/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares a device on real KVM with a device on the modelled kernel. */
#ifndef OB_GUEST_BOTH_SIDES_H
#define OB_GUEST_BOTH_SIDES_H

#include <stdio.h>

#include "hw-api/host/vcpu/model.h"
#include "qtest/guest/device-side.h"
#include "qtest/guest/kvm.h"

#define BOTH_REGISTERS_MAX 1024 /* more than the device's limit */

typedef struct Both {
    HwKvmMachine machine;
    HwVcpuModel *model;
    DeviceSide kvm, modelled;
    uint64_t before[BOTH_REGISTERS_MAX]; /* KVM's values, by the index in its list */
} Both;

/* For functions that return true on success: prints the reason and returns false otherwise. */
#define CHECK(condition, ...)         \
    do {                              \
        if (!(condition)) {           \
            printf("# " __VA_ARGS__); \
            putchar('\n');            \
            return false;             \
        }                             \
    } while (0)

/* Makes a vCPU and a model that have never run, without devices.  both_down() must follow, also
 * after a failure. */
bool both_new(Both *both, const HwRegsFile *file);
void both_down(Both *both);

/* Adds a device with these options to both. */
bool both_up(Both *both, const char *options);

/* Selects a register on both sides by its index in KVM's list, and returns its id.  The model's
 * list must have been compared with KVM's. */
uint32_t both_count(Both *both);
uint64_t both_select(Both *both, uint32_t index);

/* True if the CPU state has the selected register. */
bool both_is_known(Both *both);

/* Runs a command on both.  False if the results differ. */
bool both_command(Both *both, uint32_t command);

/* Compare the registers, except live ones: in list, CPU state, flags and kernel, or in the
 * kernels only. */
bool both_are_same(Both *both);
bool both_kernels_are_same(Both *both);

/* Keeps KVM's registers, and compares them with the kept ones; live registers are left out. */
void both_keep(Both *both);
bool both_is_as_kept(Both *both);

#endif
