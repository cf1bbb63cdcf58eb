/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/guest/both-sides.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/vcpu-name.h"

/* ---------------------------------------------------------------------- sides */

bool both_new(Both *both, const HwRegsFile *file)
{
    HW_ERROR(error, 200);

    memset(both, 0, sizeof(*both));
    both->machine = (HwKvmMachine) { .kvm = -1, .vm = -1, .vcpu = -1, .gic = -1 };
    both->model = hw_vcpu_model_new(file, 1);
    CHECK(both->model, "out of memory");
    CHECK(hw_kvm_machine_open(&both->machine, &error), "%s", error.text);
    return true;
}

void both_down(Both *both)
{
    side_down(&both->kvm);
    side_down(&both->modelled);
    hw_kvm_machine_close(&both->machine);
    hw_vcpu_model_free(both->model);
}

bool both_up(Both *both, const char *options)
{
    bool kvm = side_up(&both->kvm, &both->machine.registers.vcpus, options);
    bool modelled = side_up(&both->modelled, hw_vcpu_model_vcpus(both->model), options);

    CHECK(kvm, "KVM: %s", both->kvm.text);
    CHECK(modelled, "model: %s", both->modelled.text);
    return true;
}

uint32_t both_count(Both *both)
{
    return side_readl(&both->kvm, ARM_SYSREG_COUNT);
}

uint64_t both_select(Both *both, uint32_t index)
{
    side_select(&both->modelled, index);
    side_select(&both->kvm, index);
    return side_read(&both->kvm, ARM_SYSREG_REG_ID);
}

bool both_is_known(Both *both)
{
    return side_readl(&both->kvm, ARM_SYSREG_FLAGS) & ARM_SYSREG_FLAG_KNOWN;
}

/* ------------------------------------------------------------------ comparing */

static bool same(uint64_t id, const char *what, uint64_t kvm, uint64_t modelled)
{
    char name[HW_VCPU_NAME_SIZE];

    CHECK(kvm == modelled, "%s: %s 0x%" PRIx64 " with KVM, 0x%" PRIx64 " with the model",
          hw_vcpu_name(id, name), what, kvm, modelled);
    return true;
}

static bool same_in_window(Both *both, uint64_t id, const char *what, uint32_t offset)
{
    return same(id, what, side_read(&both->kvm, offset), side_read(&both->modelled, offset));
}

static bool same_in_kernel(Both *both, uint64_t id)
{
    return same(id, "kernel", side_kernel(&both->kvm, id), side_kernel(&both->modelled, id));
}

/* Compares the selected register in flags, list, CPU state and kernel. */
static bool same_throughout(Both *both, uint64_t id)
{
    return same(id, "flags", side_readl(&both->kvm, ARM_SYSREG_FLAGS),
                side_readl(&both->modelled, ARM_SYSREG_FLAGS)) &&
           same_in_window(both, id, "list", ARM_SYSREG_LIST) &&
           same_in_window(both, id, "state", ARM_SYSREG_STATE) && same_in_kernel(both, id);
}

static bool all_are(Both *both, bool (*is_same)(Both *both, uint64_t id))
{
    bool good = true;

    for (uint32_t i = 0; i < both_count(both); i++) {
        uint64_t id = both_select(both, i);

        good = (register_is_live(id) || is_same(both, id)) && good;
    }
    return good;
}

bool both_are_same(Both *both)
{
    return all_are(both, same_throughout);
}

bool both_kernels_are_same(Both *both)
{
    return all_are(both, same_in_kernel);
}

bool both_command(Both *both, uint32_t command)
{
    uint32_t kvm = side_command(&both->kvm, command);
    uint32_t modelled = side_command(&both->modelled, command);

    CHECK(kvm == modelled,
          "command %" PRIu32 " answers %" PRIu32 " with KVM, %" PRIu32 " with the model", command,
          kvm, modelled);
    return same(0, "FAILED", side_readl(&both->kvm, ARM_SYSREG_FAILED),
                side_readl(&both->modelled, ARM_SYSREG_FAILED));
}

void both_keep(Both *both)
{
    for (uint32_t i = 0; i < both_count(both); i++) {
        both->before[i] = side_kernel(&both->kvm, both_select(both, i));
    }
}

bool both_is_as_kept(Both *both)
{
    char name[HW_VCPU_NAME_SIZE];

    for (uint32_t i = 0; i < both_count(both); i++) {
        uint64_t id = both_select(both, i);
        uint64_t value = side_kernel(&both->kvm, id);

        CHECK(register_is_live(id) || value == both->before[i],
              "%s: was 0x%" PRIx64 ", is 0x%" PRIx64, hw_vcpu_name(id, name), both->before[i],
              value);
    }
    return true;
}
