/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests the table of the CPU state, which only the device uses; prints TAP. */
#include <stdio.h>
#include <string.h>

#include "devices/arm-sysreg-state.h"
#include "hw-api/device/vcpu-name.h"

static bool ids_ascend(void)
{
    for (uint32_t i = 1; i < arm_cpu_register_count; i++) {
        if (arm_cpu_registers[i].id <= arm_cpu_registers[i - 1].id) {
            printf("# %s comes too late\n", arm_cpu_registers[i].name);
            return false;
        }
    }
    return arm_cpu_register_count > 100;
}

/* The table's names agree with the names in messages, which were written independently. */
static bool names_are_of_the_ids(void)
{
    char name[HW_VCPU_NAME_SIZE];

    for (uint32_t i = 0; i < arm_cpu_register_count; i++) {
        const ArmCpuRegister *r = &arm_cpu_registers[i];

        if (strcmp(hw_vcpu_name(r->id, name), r->name) != 0) {
            printf("# %s has the id of %s\n", r->name, name);
            return false;
        }
    }
    return true;
}

static bool each_is_found(void)
{
    for (uint32_t i = 0; i < arm_cpu_register_count; i++) {
        if (arm_cpu_register_find(arm_cpu_registers[i].id) != (int32_t)i) {
            printf("# %s is not found\n", arm_cpu_registers[i].name);
            return false;
        }
    }
    return arm_cpu_register_find(0) < 0 && arm_cpu_register_find(UINT64_MAX) < 0;
}

static const struct {
    const char *name;
    bool (*holds)(void);
} tests[] = {
    { "/arm-sysreg-state/ids-ascend", ids_ascend },
    { "/arm-sysreg-state/names-are-of-the-ids", names_are_of_the_ids },
    { "/arm-sysreg-state/each-is-found", each_is_found },
};

int main(void)
{
    const size_t count = sizeof(tests) / sizeof(tests[0]);
    bool good = true;

    printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        bool holds = tests[i].holds();

        printf("%s %zu %s\n", holds ? "ok" : "not ok", i + 1, tests[i].name);
        good = good && holds;
    }
    return good ? 0 : 1;
}
