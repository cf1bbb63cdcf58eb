/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One device on real KVM and one on the modelled kernel, and whether they are the same. */
#ifndef OB_GUEST_BOTH_SIDES_H
#define OB_GUEST_BOTH_SIDES_H

#include <stdio.h>

#include "hw-api/host/vcpu/model.h"
#include "qtest/guest/device-side.h"
#include "qtest/guest/kvm.h"

#define BOTH_REGISTERS_MAX 1024         /* what the device has at most */

typedef struct Both {
    HwKvmMachine machine;
    HwVcpuModel *model;
    DeviceSide kvm, modelled;
    uint64_t before[BOTH_REGISTERS_MAX];    /* KVM's, by index */
} Both;

/* In a function that says whether all is well: if it isn't, prints why and says so. */
#define CHECK(condition, ...)           \
    do {                                \
        if (!(condition)) {             \
            printf("# " __VA_ARGS__);   \
            putchar('\n');              \
            return false;               \
        }                               \
    } while (0)

/* A vCPU and a model that are as new, without devices.  both_down() follows in any case. */
bool both_new(Both *both, const HwRegsFile *file);
void both_down(Both *both);

/* A device each, with these options. */
bool both_up(Both *both, const char *options);

/* By index in KVM's list; the register's id, which the model's has there too once the lists
 * were compared. */
uint32_t both_count(Both *both);
uint64_t both_select(Both *both, uint32_t index);

/* Whether the CPU state has the selected register. */
bool both_is_known(Both *both);

/* False if they answer the command otherwise. */
bool both_command(Both *both, uint32_t command);

/* The registers, live ones apart, in list, CPU state, flags and kernel. */
bool both_are_same(Both *both);
bool both_kernels_are_same(Both *both);

/* KVM's registers, live ones apart. */
void both_keep(Both *both);
bool both_is_as_kept(Both *both);

#endif
