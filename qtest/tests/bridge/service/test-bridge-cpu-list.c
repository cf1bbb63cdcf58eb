/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers of a CPU that has QEMU's symbols and a list, without a QEMU. */
#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/qemu-bridge/qemu/layout.h"
#include "plugins/qemu-bridge/service/services.h"

#define LONG(number) (UINT64_C(0x6030000000130000) + (number)) /* 8 bytes */
#define WORD(number) (UINT64_C(0x4020000000110000) + (number)) /* 4 bytes */
#define WIDE(number) (UINT64_C(0x6040000000100000) + (number)) /* 16 bytes */

/* ----------------------------------------------------------------------- the fake */

Bridge bridge;
const QemuLayout *qemu_layout;

typedef struct FakeList {
    uint64_t *ids, *values;
    int32_t count;
} FakeList;

typedef struct FakeCpu {
    uint64_t before[3];
    FakeList list; /* right before its copy for the stream */
    uint64_t copy;
    uint64_t registers[4];
} FakeCpu;

typedef struct FakeField {
    const char *name;
    uint64_t between;
    size_t offset;
    int flags;
} FakeField;

static const FakeField fields[] = {
    { "other", 0, 8, 1 },
    { "cpreg_vmstate_indexes", 0, offsetof(FakeCpu, copy), 1 },
    { NULL, 0, 0, 0 },
};

static const FakeField no_fields[] = { { "other", 0, 8, 1 }, { "end", 0, 8, 0x40 } };

static const QemuLayout layout = {
    .description.fields = 8,
    .field = { .size = sizeof(FakeField),
               .offset = offsetof(FakeField, offset),
               .flags = offsetof(FakeField, flags),
               .end_flag = 0x40 },
};

HW_EXPORT extern const void *vmstate_arm_cpu[2];
HW_EXPORT extern bool tcg_allowed;
HW_EXPORT void write_cpustate_to_list(FakeCpu *cpu, bool kvm_sync);
HW_EXPORT bool write_list_to_cpustate(FakeCpu *cpu);

const void *vmstate_arm_cpu[2] = { NULL, fields };
bool tcg_allowed = true;

static uint64_t all_ids[] = { WORD(1), LONG(1), LONG(2), WIDE(1) };
static uint64_t all_values[4];
static FakeCpu cpus[2];
static int cpu_count = 2;

void *qemu_get_cpu(int index)
{
    return index < cpu_count ? &cpus[index] : NULL;
}

static uint64_t *register_of(FakeCpu *cpu, uint64_t id)
{
    for (size_t i = 0; i < G_N_ELEMENTS(all_ids); i++) {
        if (all_ids[i] == id) {
            return &cpu->registers[i];
        }
    }
    g_assert_not_reached();
}

void write_cpustate_to_list(FakeCpu *cpu, bool kvm_sync)
{
    g_assert_false(kvm_sync);
    g_assert_cmpint(cpu->list.count, ==, 1);
    cpu->list.values[0] = *register_of(cpu, cpu->list.ids[0]);
}

/* LONG(1) takes its low half, and LONG(2) nothing. */
bool write_list_to_cpustate(FakeCpu *cpu)
{
    uint64_t id = cpu->list.ids[0], value = cpu->list.values[0];

    if (id == LONG(1)) {
        value &= UINT32_MAX;
    }
    if (id != LONG(2)) {
        *register_of(cpu, id) = value;
    }
    return *register_of(cpu, id) == cpu->list.values[0];
}

static void cpus_make(void)
{
    qemu_layout = &layout;
    for (int i = 0; i < 2; i++) {
        cpus[i].list = (FakeList) { all_ids, all_values, G_N_ELEMENTS(all_ids) };
    }
}

/* ----------------------------------------------------------------------- no list */

typedef struct Unsound {
    const char *path;
    void (*make)(void);
} Unsound;

static void no_cpu(void)
{
    cpu_count = 0;
}

static void no_emulation(void)
{
    tcg_allowed = false;
}

static void no_field(void)
{
    vmstate_arm_cpu[1] = no_fields;
}

static void no_ids(void)
{
    cpus[0].list.ids = NULL;
}

static void no_values(void)
{
    cpus[0].list.values = NULL;
}

static void no_count(void)
{
    cpus[0].list.count = 0;
}

static void negative_count(void)
{
    cpus[0].list.count = -1;
}

static void long_list(void)
{
    static uint64_t ids[4097];

    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        ids[i] = i;
    }
    cpus[0].list = (FakeList) { ids, ids, G_N_ELEMENTS(ids) };
}

static void equal_ids(void)
{
    all_ids[3] = all_ids[2];
}

static void falling_ids(void)
{
    all_ids[0] = LONG(1);
    all_ids[1] = WORD(1);
}

static const Unsound unsound[] = {
    { "no-cpu", no_cpu },           { "no-emulation", no_emulation }, { "no-field", no_field },
    { "no-ids", no_ids },           { "no-values", no_values },       { "no-count", no_count },
    { "negative", negative_count }, { "too-long", long_list },        { "equal-ids", equal_ids },
    { "falling-ids", falling_ids },
};

/* The bridge looks once, when there is a CPU: each has its own process. */
static void test_unsound(gconstpointer data)
{
    const Unsound *row = data;

    if (g_test_subprocess()) {
        cpus_make();
        row->make();
        g_assert_null(bridge_vcpu_registers());
        cpus_make();
        cpu_count = 2;
        tcg_allowed = true;
        vmstate_arm_cpu[1] = fields;
        g_assert_true(!bridge_vcpu_registers() == (row->make != no_cpu));
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
}

static void longest(void)
{
    static uint64_t ids[4096];

    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        ids[i] = i;
    }
    cpus[0].list = (FakeList) { ids, ids, G_N_ELEMENTS(ids) };
}

static void test_longest(void)
{
    if (g_test_subprocess()) {
        cpus_make();
        longest();
        g_assert_nonnull(bridge_vcpu_registers());
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
}

/* -------------------------------------------------------------------- the service */

static const HwVcpuRegisters *service(void)
{
    const HwVcpuRegisters *registers;

    cpus_make();
    registers = bridge_vcpu_registers();
    g_assert_nonnull(registers);
    return registers;
}

static void test_list(void)
{
    const HwVcpuRegisters *registers = service();
    uint64_t ids[5] = { 0 };
    uint32_t count = 3;

    g_assert_cmpuint(registers->vcpu_count(NULL), ==, 2);
    g_assert_cmpint(registers->list(NULL, 0, ids, &count), ==, -E2BIG);
    g_assert_cmpuint(count, ==, 4);
    g_assert_cmphex(ids[0], ==, 0);
    g_assert_cmpint(registers->list(NULL, 1, ids, &count), ==, 0);
    g_assert_cmpmem(ids, 4 * sizeof(ids[0]), all_ids, sizeof(all_ids));
    g_assert_cmphex(ids[4], ==, 0);
    g_assert_cmpint(registers->list(NULL, 2, ids, &count), ==, -ENOENT);
}

/* The list is the CPU's own again. */
static void assert_whole(void)
{
    for (int i = 0; i < 2; i++) {
        g_assert_true(cpus[i].list.ids == all_ids && cpus[i].list.values == all_values);
        g_assert_cmpint(cpus[i].list.count, ==, 4);
    }
}

static void test_get(void)
{
    const HwVcpuRegisters *registers = service();
    uint32_t word[2] = { 0, 7 };
    uint64_t value[2] = { 0, 7 };

    cpus[1].registers[0] = UINT64_C(0x1122334455667788);
    cpus[1].registers[1] = UINT64_C(0x8877665544332211);
    g_assert_cmpint(registers->get(NULL, 1, WORD(1), word, 4), ==, 0);
    g_assert_cmphex(word[0], ==, 0x55667788);
    g_assert_cmphex(word[1], ==, 7);
    g_assert_cmpint(registers->get(NULL, 1, LONG(1), value, 8), ==, 0);
    g_assert_cmphex(value[0], ==, UINT64_C(0x8877665544332211));
    g_assert_cmphex(value[1], ==, 7);
    g_assert_cmpint(registers->get(NULL, 0, LONG(1), value, 8), ==, 0);
    g_assert_cmphex(value[0], ==, 0);
    g_assert_cmpint(registers->get(NULL, 2, LONG(1), value, 8), ==, -ENOENT);
    g_assert_cmpint(registers->get(NULL, 1, LONG(3), value, 8), ==, -ENOENT);
    g_assert_cmpint(registers->get(NULL, 1, LONG(1), value, 4), ==, -EINVAL);
    g_assert_cmpint(registers->get(NULL, 1, WIDE(1), value, 16), ==, -EINVAL);
    assert_whole();
}

static void test_set(void)
{
    const HwVcpuRegisters *registers = service();
    const uint32_t word = 0x89abcdef;
    const uint64_t low = 0x12345678, value = UINT64_C(0x123456789abcdef0), same = 5;

    cpus[1].registers[2] = 5;
    g_assert_cmpint(registers->set(NULL, 1, WORD(1), &word, 4), ==, 0);
    g_assert_cmphex(cpus[1].registers[0], ==, 0x89abcdef);
    g_assert_cmphex(cpus[0].registers[0], ==, 0);
    g_assert_cmpint(registers->set(NULL, 1, LONG(1), &low, 8), ==, 0);
    g_assert_cmpint(registers->set(NULL, 1, LONG(1), &value, 8), ==, 0); /* a part */
    g_assert_cmphex(cpus[1].registers[1], ==, 0x9abcdef0);
    g_assert_cmpint(registers->set(NULL, 1, LONG(2), &value, 8), ==, -EINVAL);
    g_assert_cmpint(registers->set(NULL, 1, LONG(2), &same, 8), ==, 0); /* has it */
    g_assert_cmpint(registers->set(NULL, 2, LONG(1), &value, 8), ==, -ENOENT);
    g_assert_cmpint(registers->set(NULL, 1, LONG(3), &value, 8), ==, -ENOENT);
    g_assert_cmpint(registers->set(NULL, 1, LONG(1), &value, 4), ==, -EINVAL);
    g_assert_cmphex(cpus[1].registers[1], ==, 0x9abcdef0);
    assert_whole();
}

static void test_has_run(void)
{
    const HwVcpuRegisters *registers = service();

    g_assert_false(registers->has_run(NULL));
    bridge.has_run = true;
    g_assert_true(registers->has_run(NULL));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(unsound); i++) {
        g_autofree char *path = g_strconcat("/bridge-cpu-list/not-known/", unsound[i].path, NULL);

        g_test_add_data_func(path, &unsound[i], test_unsound);
    }
    g_test_add_func("/bridge-cpu-list/longest-list-is-known", test_longest);
    g_test_add_func("/bridge-cpu-list/list", test_list);
    g_test_add_func("/bridge-cpu-list/get", test_get);
    g_test_add_func("/bridge-cpu-list/set", test_set);
    g_test_add_func("/bridge-cpu-list/has-run", test_has_run);
    return g_test_run();
}
