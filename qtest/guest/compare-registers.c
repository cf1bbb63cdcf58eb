/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes many values to each register of real KVM and of the kernel modelled from /linux.regs,
 * before the vCPU has run and after.  Each write with different results is printed on a line:
 *     ID RULE VALUE: kvm RESULT VALUE-READ, model RESULT VALUE-READ
 * The last line has the number of writes.  The output of try-device.h comes first.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/vcpu-id.h"
#include "hw-api/host/vcpu/model.h"
#include "qtest/guest/device-side.h"
#include "qtest/guest/kvm.h"
#include "qtest/guest/try-device.h"

#define VALUES_MAX 256

typedef struct Both {
    HwVcpus *kvm, *model;
    const HwVcpuModel *rules;
    bool ran;
    uint32_t sets, differences;
} Both;

typedef struct Answer {
    int set, get;
    uint64_t value; /* the low 64 bits */
} Answer;

static Answer register_set(HwVcpus *vcpus, uint64_t id, uint64_t value)
{
    uint8_t bytes[HW_REGS_VALUE_MAX] = { 0 };
    Answer answer = { 0 };

    memcpy(bytes, &value, sizeof(value));
    answer.set = vcpus->set(vcpus, 0, id, bytes);
    memset(bytes, 0, sizeof(bytes));
    answer.get = vcpus->get(vcpus, 0, id, bytes);
    memcpy(&answer.value, bytes, sizeof(answer.value));
    return answer;
}

static uint64_t register_get(HwVcpus *vcpus, uint64_t id)
{
    uint8_t bytes[HW_REGS_VALUE_MAX] = { 0 };
    uint64_t value;

    vcpus->get(vcpus, 0, id, bytes);
    memcpy(&value, bytes, sizeof(value));
    return value;
}

/* Makes the values: each bit inverted, each field one more and one less, and the extremes. */
static uint32_t values_make(uint64_t initial, uint64_t *values)
{
    static const uint64_t others[] = {
        0,    1,       2,       3,       4,       5,       0x10,       0x11,       0x12,
        0x13, 0x10000, 0x10001, 0x10002, 0x10003, 0x20000, UINT32_MAX, UINT64_MAX,
    };
    uint32_t count = 0;

    for (uint32_t bit = 0; bit < 64; bit++) {
        values[count++] = initial ^ UINT64_C(1) << bit;
    }
    for (uint32_t shift = 0; shift < 64; shift += 4) {
        values[count++] = initial + (UINT64_C(1) << shift);
        values[count++] = initial - (UINT64_C(1) << shift);
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        values[count++] = others[i];
    }
    values[count++] = initial;
    return count;
}

static void compare_set(Both *both, uint64_t id, uint64_t value)
{
    Answer kvm = register_set(both->kvm, id, value);
    Answer model = register_set(both->model, id, value);

    both->sets++;
    /* After the vCPU has run a value can be wrong for two reasons, and either errno is right. */
    if (both->ran && kvm.set && model.set) {
        kvm.set = model.set;
    }
    if (kvm.set != model.set || kvm.get != model.get ||
        (kvm.value != model.value && !register_is_live(id))) {
        both->differences++;
        printf("%016" PRIx64 " %s %" PRIx64 ": kvm %d %" PRIx64 ", model %d %" PRIx64 "\n", id,
               hw_vcpu_model_rule(both->rules, id), value, kvm.set, kvm.value, model.set,
               model.value);
    }
}

static void compare_register(Both *both, uint64_t id)
{
    uint64_t initial = register_get(both->kvm, id);
    uint64_t values[VALUES_MAX];
    uint32_t count = values_make(initial, values);
    bool word = HW_VCPU_REGISTER_SIZE(id) == 4;

    for (uint32_t i = 0; i < count; i++) {
        compare_set(both, id, word ? (uint32_t)values[i] : values[i]);
        register_set(both->kvm, id, initial);
        register_set(both->model, id, initial);
    }
}

static void compare_all(Both *both)
{
    static uint64_t ids[4096];
    uint32_t count = 4096;

    if (both->kvm->list(both->kvm, 0, ids, &count) != 0) {
        puts("KVM's list of registers can't be read");
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        /* The core registers are not system registers: a migrated list does not have them. */
        if (HW_VCPU_KIND(ids[i]) != HW_VCPU_KIND_CORE) {
            compare_register(both, ids[i]);
        }
    }
}

/* Compares a vCPU that has never run, then a vCPU that has run. */
static int compare(HwKvmMachine *machine, HwVcpuModel *model, HwError *error)
{
    Both both = { &machine->registers.vcpus, hw_vcpu_model_vcpus(model), model, false, 0, 0 };

    compare_all(&both);
    if (!hw_kvm_machine_run(machine, error)) {
        return 1;
    }
    hw_vcpu_model_set_has_run(model, true);
    both.ran = true;
    compare_all(&both);
    printf("%u sets, %u differ\n", both.sets, both.differences);
    return 0;
}

int main(void)
{
    HwKvmMachine machine;
    HW_ERROR(error, 512);
    HwRegsFile *file = hw_regs_load("/linux.regs", &error);
    HwVcpuModel *model = file ? hw_vcpu_model_new(file, 1) : NULL;
    int status = 1;

    if (model) {
        try_device(file);
    }
    if (model && hw_kvm_machine_open(&machine, &error)) {
        status = compare(&machine, model, &error);
        hw_kvm_machine_close(&machine);
    }
    if (status) {
        puts(error.text);
    }
    hw_vcpu_model_free(model);
    hw_regs_free(file);
    return status;
}
