/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Uses arm-sysreg-sync on real KVM and on the modelled kernel in the same way.  Compares the
 * devices' windows and the kernels' registers afterwards.
 */
#include "qtest/guest/try-device.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/vcpu-id.h"
#include "qtest/guest/both-sides.h"

#define SCTLR_EL1 HW_VCPU_SYSREG(3, 0, 1, 0, 0)
#define MIDR_EL1  HW_VCPU_SYSREG(3, 0, 0, 0, 0)

/* ---------------------------------------------------------------------- syncs */

/* Changes registers in both kernels, not through the devices; a refused value changes nothing. */
static void both_scramble(Both *both, uint64_t mask)
{
    for (uint32_t i = 0; i < both_count(both); i++) {
        uint64_t id = both_select(both, i);
        uint64_t value = side_kernel(&both->kvm, id) ^ mask;

        if (both_is_known(both) && !register_is_live(id)) {
            side_kernel_set(&both->kvm, id, value);
            side_kernel_set(&both->modelled, id, value);
        }
    }
}

static bool lists_what_the_kernel_lists(Both *both)
{
    uint64_t ids[BOTH_REGISTERS_MAX];
    uint32_t room = BOTH_REGISTERS_MAX, listed = 0;

    CHECK(both_up(both, ""), "the device can't be made");
    CHECK(both->kvm.host.vcpus->list(both->kvm.host.vcpus, 0, ids, &room) == 0,
          "KVM's list of registers can't be read");
    for (uint32_t i = 0; i < room; i++) {
        listed += HW_VCPU_KIND(ids[i]) != HW_VCPU_KIND_CORE;
    }
    CHECK(both_count(both) == listed && listed > 150,
          "%" PRIu32 " registers, the kernel has %" PRIu32, both_count(both), listed);
    CHECK(side_readl(&both->modelled, ARM_SYSREG_COUNT) == listed,
          "the model lists %" PRIu32 " registers, expected %" PRIu32,
          side_readl(&both->modelled, ARM_SYSREG_COUNT), listed);
    for (uint32_t i = 0; i < listed; i++) {
        uint64_t id = both_select(both, i);

        CHECK(side_read(&both->modelled, ARM_SYSREG_REG_ID) == id,
              "the model does not have 0x%" PRIx64, id);
    }
    return both_are_same(both);
}

static const uint64_t masks[] = { 1, UINT64_C(0x00f0000000f0000e), UINT64_MAX };
#define MASKS (sizeof(masks) / sizeof(masks[0]))

static bool kernel_to_state(Both *both)
{
    CHECK(both_up(both, ""), "the device can't be made");
    for (size_t i = 0; i < MASKS; i++) {
        both_scramble(both, masks[i]);
        both_keep(both);
        CHECK(both_command(both, ARM_SYSREG_FROM_KERNEL), "kernel -> list -> CPU state");
        CHECK(both_are_same(both), "mask 0x%" PRIx64, masks[i]);
        CHECK(both_command(both, ARM_SYSREG_TO_KERNEL), "CPU state -> list -> kernel");
        CHECK(both_is_as_kept(both), "the values written back differ from the kernel's");
    }
    return true;
}

/* Changes each register of the CPU state, and compares the effects in list and kernel. */
static bool state_to_kernel(Both *both, const char *options)
{
    CHECK(both_up(both, options), "the device can't be made");
    for (size_t m = 0; m < MASKS; m++) {
        CHECK(both_command(both, ARM_SYSREG_FROM_KERNEL), "kernel -> list -> CPU state");
        for (uint32_t i = 0; i < both_count(both); i++) {
            uint64_t id = both_select(both, i);
            uint64_t value = side_read(&both->modelled, ARM_SYSREG_STATE) ^ masks[m];

            if (!register_is_live(id)) {
                CHECK(side_write(&both->kvm, ARM_SYSREG_WRITE_STATE, value) ==
                          side_write(&both->modelled, ARM_SYSREG_WRITE_STATE, value),
                      "writes of 0x%" PRIx64 " have different effects", id);
            }
        }
        CHECK(both_command(both, ARM_SYSREG_TO_KERNEL), "CPU state -> list -> kernel");
        CHECK(both_are_same(both), "mask 0x%" PRIx64, masks[m]);
    }
    CHECK(side_kernel(&both->kvm, SCTLR_EL1) != 0xc50078, "SCTLR_EL1 has never changed");
    return true;
}

static bool state_to_kernel_as_recorded(Both *both)
{
    return state_to_kernel(both, "form=recorded");
}

static bool state_to_kernel_by_reading_back(Both *both)
{
    return state_to_kernel(both, "form=read-back");
}

/* ----------------------------------------------------------------- migrations */

/* Makes both devices and a section of KVM's.  The section has other values than the kernel in
 * every register of the CPU state that can change, and in two firmware registers. */
static bool section_make(Both *both)
{
    uint8_t *psci, *std;

    CHECK(both_up(both, "") && side_save(&both->kvm), "the save failed: %s", both->kvm.text);
    for (uint32_t i = 0; i < both_count(both); i++) {
        uint64_t id = both_select(both, i);
        uint64_t own = side_kernel(&both->kvm, id);
        uint8_t *value = side_section_value(&both->kvm, id);

        CHECK(value, "0x%" PRIx64 " is not saved", id);
        if (both_is_known(both) && !register_is_live(id) &&
            side_kernel_set(&both->kvm, id, own ^ 1) == 0) {
            value[7] ^= side_kernel(&both->kvm, id) != own;
            side_kernel_set(&both->kvm, id, own);
        }
    }
    psci = side_section_value(&both->kvm, HW_VCPU_PSCI_VERSION);
    std = side_section_value(&both->kvm, HW_VCPU_STD_BMAP);
    CHECK(psci && std, "the kernel does not have PSCI_VERSION or STD_BMAP");
    hw_store_be32(psci, 0);
    hw_store_be32(psci + 4, HW_PSCI_VERSION(0, 2));
    hw_store_be32(std + 4, 0);
    both_keep(both);
    return true;
}

static bool load_sets_what_the_model_sets(Both *both)
{
    CHECK(section_make(both), "the section can't be made");
    CHECK(side_load(&both->kvm, &both->kvm), "KVM: %s", both->kvm.text);
    CHECK(side_load(&both->modelled, &both->kvm), "model: %s", both->modelled.text);
    CHECK(!strcmp(both->kvm.log, both->modelled.log), "KVM logs:\n%s\nthe model logs:\n%s",
          both->kvm.log, both->modelled.log);
    CHECK(side_kernel(&both->kvm, HW_VCPU_PSCI_VERSION) == HW_PSCI_VERSION(0, 2),
          "PSCI_VERSION is not loaded");
    CHECK(side_kernel(&both->kvm, SCTLR_EL1) == 0xc50079, "SCTLR_EL1 is not loaded");
    return both_are_same(both);
}

/* Expects that both refuse the section with the same sentence, and that KVM is unchanged. */
static bool load_is_refused(Both *both, const char *name)
{
    CHECK(!side_load(&both->kvm, &both->kvm), "KVM accepts the section");
    CHECK(!side_load(&both->modelled, &both->kvm), "the model accepts the section");
    CHECK(!strcmp(both->kvm.text, both->modelled.text), "KVM: %s; model: %s", both->kvm.text,
          both->modelled.text);
    CHECK(strstr(both->kvm.text, name), "%s", both->kvm.text);
    return both_is_as_kept(both);
}

/* The debug registers come before MIDR_EL1 in the list, all other registers after it. */
static bool load_refused_midway_changes_nothing(Both *both)
{
    CHECK(section_make(both), "the section can't be made");
    side_section_value(&both->kvm, MIDR_EL1)[7] ^= 1;
    return load_is_refused(both, "arm-sysreg-sync: MIDR_EL1 (0x603000000013c000): ") &&
           both_are_same(both);
}

static bool load_refused_after_a_run_changes_nothing(Both *both)
{
    HW_ERROR(error, 200);

    CHECK(hw_kvm_machine_run(&both->machine, &error), "%s", error.text);
    hw_vcpu_model_set_has_run(both->model, true);
    CHECK(section_make(both), "the section can't be made");
    return load_is_refused(both, "STD_BMAP (0x6030000000160000): incoming 0x0, here 0x1: the "
                                 "kernel answers EBUSY");
}

static bool load_rolled_back_changes_nothing(Both *both)
{
    HwStateLoad *load;
    bool good;

    CHECK(section_make(both), "the section can't be made");
    load = hw_state_load_prepare(both->kvm.instance, 1, both->kvm.section, both->kvm.section_size,
                                 &both->kvm.error);
    good = load && hw_state_load_commit(load, &both->kvm.error) &&
           side_kernel(&both->kvm, SCTLR_EL1) == 0xc50079;
    if (good) {
        hw_state_load_rollback(load);
    }
    hw_state_load_free(load);
    CHECK(good, "the load failed: %s", both->kvm.text);
    return both_is_as_kept(both) && both_are_same(both);
}

static bool moves(Both *both, DeviceSide *from, DeviceSide *to)
{
    CHECK(both_up(both, ""), "the device can't be made");
    for (uint32_t i = 0; i < both_count(both); i++) {
        uint64_t id = both_select(both, i);

        if (both_is_known(both) && !register_is_live(id)) {
            side_kernel_set(from, id, side_kernel(from, id) ^ 1);
        }
    }
    CHECK(side_save(from) && side_load(to, from), "%s%s", from->text, to->text);
    CHECK(both_kernels_are_same(both), "the kernels' registers differ after the move");
    CHECK(side_kernel(to, SCTLR_EL1) == 0xc50079, "SCTLR_EL1 was not moved");
    return true;
}

static bool saved_on_kvm_loads_on_the_model(Both *both)
{
    return moves(both, &both->kvm, &both->modelled);
}

static bool saved_on_the_model_loads_on_kvm(Both *both)
{
    return moves(both, &both->modelled, &both->kvm);
}

/* ------------------------------------------------------------------- policies */

static bool pin_sticks_in_the_kernel(Both *both)
{
    CHECK(both_up(both, "psci-version=0.2 pin=STD_BMAP=0"), "the device can't be made");
    CHECK(side_kernel(&both->kvm, HW_VCPU_PSCI_VERSION) == HW_PSCI_VERSION(0, 2), "PSCI");
    CHECK(side_kernel(&both->kvm, HW_VCPU_STD_BMAP) == 0, "STD_BMAP");
    return both_are_same(both);
}

static bool pin_refused_is_taken_back(Both *both)
{
    static const char options[] = "psci-version=0.2 pin=STD_BMAP=0:VENDOR_HYP_BMAP=4";

    CHECK(!side_up(&both->kvm, &both->machine.registers.vcpus, options), "KVM accepts the pin");
    CHECK(!side_up(&both->modelled, hw_vcpu_model_vcpus(both->model), options),
          "the model accepts the pin");
    CHECK(!strcmp(both->kvm.text, both->modelled.text), "KVM: %s; model: %s", both->kvm.text,
          both->modelled.text);
    CHECK(side_kernel(&both->kvm, HW_VCPU_PSCI_VERSION) == HW_PSCI_VERSION(1, 1), "PSCI");
    CHECK(side_kernel(&both->kvm, HW_VCPU_STD_BMAP) == 1, "STD_BMAP");
    return true;
}

/* ------------------------------------------------------------------------ all */

#define ROW(name) { #name, name },

static const struct {
    const char *name;
    bool (*run)(Both *both);
} tests[] = { TRY_DEVICE_TESTS(ROW) };

static bool test_run(const HwRegsFile *file, bool (*run)(Both *both))
{
    static Both both;
    bool good = both_new(&both, file) && run(&both);

    both_down(&both);
    return good;
}

void try_device(const HwRegsFile *file)
{
    const size_t count = sizeof(tests) / sizeof(tests[0]);

    printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        bool good = test_run(file, tests[i].run);

        printf("%s %zu %s\n", good ? "ok" : "not ok", i + 1, tests[i].name);
    }
}
