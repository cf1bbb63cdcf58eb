/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest's program tries of arm-sysreg-sync on real KVM; in TAP, in this order. */
#ifndef OB_GUEST_TRY_DEVICE_H
#define OB_GUEST_TRY_DEVICE_H

#include "hw-api/host/vcpu/regs-file.h"

#define TRY_DEVICE_TESTS(TEST)              \
    TEST(lists_what_the_kernel_lists)       \
    TEST(kernel_to_state)                   \
    TEST(state_to_kernel_as_recorded)       \
    TEST(state_to_kernel_by_reading_back)   \
    TEST(load_sets_what_the_model_sets)     \
    TEST(load_refused_midway_changes_nothing) \
    TEST(load_refused_after_a_run_changes_nothing) \
    TEST(load_rolled_back_changes_nothing)  \
    TEST(saved_on_kvm_loads_on_the_model)   \
    TEST(saved_on_the_model_loads_on_kvm)   \
    TEST(pin_sticks_in_the_kernel)          \
    TEST(pin_refused_is_taken_back)

/* Prints TAP, with comments about what went wrong.  `file` is this kernel's. */
void try_device(const HwRegsFile *file);

#endif
