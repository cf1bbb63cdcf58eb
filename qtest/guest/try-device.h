/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trials of arm-sysreg-sync on real KVM, in the order in which TAP prints them. */
#ifndef OB_GUEST_TRY_DEVICE_H
#define OB_GUEST_TRY_DEVICE_H

#include "hw-api/host/vcpu/regs-file.h"

#define TRY_DEVICE_TESTS(TEST)                     \
    TEST(lists_what_the_kernel_lists)              \
    TEST(kernel_to_state)                          \
    TEST(state_to_kernel_as_recorded)              \
    TEST(state_to_kernel_by_reading_back)          \
    TEST(load_sets_what_the_model_sets)            \
    TEST(load_refused_midway_changes_nothing)      \
    TEST(load_refused_after_a_run_changes_nothing) \
    TEST(load_rolled_back_changes_nothing)         \
    TEST(saved_on_kvm_loads_on_the_model)          \
    TEST(saved_on_the_model_loads_on_kvm)          \
    TEST(pin_sticks_in_the_kernel)                 \
    TEST(pin_refused_is_taken_back)

/* Runs the trials and prints TAP, with comments about failures.  `file` is this kernel's. */
void try_device(const HwRegsFile *file);

#endif
