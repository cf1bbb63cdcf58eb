/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.vcpu-registers/1 on aarch64 under TCG: the registers that QEMU's CPU lists for its
 * migration streams, with the same ids as KVM's.
 *
 * QEMU reads and writes all registers of a list in its CPU object at once.  To access one
 * register, a list of one register takes the place of the CPU's list for a moment.
 */
#include "plugins/qemu-bridge/service/services.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "plugins/qemu-bridge/qemu/layout.h"

#define LIST_MAX 4096 /* a larger count means that this is not a list */

/* A list in ARMCPU.  The list in use lies right before its copy for the stream, and the CPU's
 * VMStateDescription has the offset of the copy. */
typedef struct List {
    uint64_t *ids; /* ascending */
    uint64_t *values;
    int32_t count;
} List;

typedef void StateToList(void *cpu, bool kvm_sync);
typedef bool ListToState(void *cpu);

static struct {
    bool known; /* arm_find() was called: the rest is valid */
    StateToList *state_to_list;
    ListToState *list_to_state;
    size_t list; /* offset in ARMCPU; 0: none */
} arm;

/* ------------------------------------------------------------------- the layout */

static size_t field_offset(const uint8_t *description, const char *name)
{
    const QemuFieldLayout *layout = &qemu_layout->field;
    const uint8_t *field;

    memcpy(&field, description + qemu_layout->description.fields, sizeof(field));
    for (;; field += layout->size) {
        const char *its;
        int flags;
        size_t offset;

        memcpy(&its, field, sizeof(its)); /* the name comes first */
        memcpy(&flags, field + layout->flags, sizeof(flags));
        if (!its || (layout->end_flag && (uint32_t)flags == layout->end_flag)) {
            return 0;
        }
        if (strcmp(its, name) == 0) {
            memcpy(&offset, field + layout->offset, sizeof(offset));
            return offset;
        }
    }
}

static bool list_is_sound(const List *list)
{
    if (!list->ids || !list->values || list->count <= 0 || list->count > LIST_MAX) {
        return false;
    }
    for (int32_t i = 1; i < list->count; i++) {
        if (list->ids[i] <= list->ids[i - 1]) {
            return false;
        }
    }
    return true;
}

static List *list_of(void *cpu)
{
    return (List *)((uint8_t *)cpu + arm.list);
}

static bool is_emulated(void)
{
    const bool *allowed = dlsym(RTLD_DEFAULT, "tcg_allowed");

    return allowed && *allowed;
}

/* Returns the place of the list, or 0. */
static size_t arm_find(void)
{
    const uint8_t *description = dlsym(RTLD_DEFAULT, "vmstate_arm_cpu");
    void *cpu = qemu_get_cpu(0);
    size_t copy;

    arm.state_to_list = (StateToList *)dlsym(RTLD_DEFAULT, "write_cpustate_to_list");
    arm.list_to_state = (ListToState *)dlsym(RTLD_DEFAULT, "write_list_to_cpustate");
    if (!description || !arm.state_to_list || !arm.list_to_state || !cpu || !is_emulated()) {
        return 0;
    }
    copy = field_offset(description, "cpreg_vmstate_indexes");
    if (copy <= sizeof(List) || !list_is_sound((List *)((uint8_t *)cpu + copy - sizeof(List)))) {
        return 0;
    }
    return copy - sizeof(List);
}

/* ------------------------------------------------------------------- the service */

static uint32_t registers_vcpu_count(HwDevice *dev)
{
    uint32_t count = 0;

    (void)dev;
    while (qemu_get_cpu((int)count)) {
        count++;
    }
    return count;
}

static int registers_list(HwDevice *dev, uint32_t vcpu, uint64_t *ids, uint32_t *count)
{
    void *cpu = qemu_get_cpu((int)vcpu);
    uint32_t room = *count;
    const List *list;

    (void)dev;
    if (!cpu) {
        return -ENOENT;
    }
    list = list_of(cpu);
    *count = (uint32_t)list->count;
    if (room < *count) {
        return -E2BIG;
    }
    memcpy(ids, list->ids, *count * sizeof(*ids));
    return 0;
}

static bool list_has(const List *list, uint64_t id)
{
    for (int32_t i = 0; i < list->count; i++) {
        if (list->ids[i] == id) {
            return true;
        }
    }
    return false;
}

/* Replaces the CPU's list by a list of one register.  Returns 0 or a negative errno. */
static int one_begin(uint32_t vcpu, uint64_t *id, uint64_t *value, uint32_t size, void **cpu,
                     List *whole)
{
    *cpu = qemu_get_cpu((int)vcpu);
    if (!*cpu || !list_has(list_of(*cpu), *id)) {
        return -ENOENT;
    }
    if (size != HW_VCPU_REGISTER_SIZE(*id) || size > sizeof(*value)) {
        return -EINVAL;
    }
    *whole = *list_of(*cpu);
    *list_of(*cpu) = (List) { id, value, 1 };
    return 0;
}

/* Stores an integer of 4 or 8 bytes in the host's byte order. */
static void value_store(void *to, uint64_t value, uint32_t size)
{
    uint32_t word = (uint32_t)value;

    memcpy(to, size == sizeof(word) ? (const void *)&word : (const void *)&value, size);
}

static uint64_t value_load(const void *from, uint32_t size)
{
    uint64_t value;
    uint32_t word;

    if (size == sizeof(word)) {
        memcpy(&word, from, size);
        return word;
    }
    memcpy(&value, from, size);
    return value;
}

static int registers_get(HwDevice *dev, uint32_t vcpu, uint64_t id, void *value, uint32_t size)
{
    uint64_t number;
    List whole;
    void *cpu;
    int answer = one_begin(vcpu, &id, &number, size, &cpu, &whole);

    (void)dev;
    if (answer < 0) {
        return answer;
    }
    arm.state_to_list(cpu, false);
    *list_of(cpu) = whole;
    value_store(value, number, size);
    return 0;
}

/* QEMU says whether the register took the whole value.  The call succeeds if the register took
 * a part of it. */
static int registers_set(HwDevice *dev, uint32_t vcpu, uint64_t id, const void *value,
                         uint32_t size)
{
    uint64_t number;
    uint64_t before;
    bool stuck;
    List whole;
    void *cpu;
    int answer = one_begin(vcpu, &id, &number, size, &cpu, &whole);

    (void)dev;
    if (answer < 0) {
        return answer;
    }
    arm.state_to_list(cpu, false);
    before = number;
    number = value_load(value, size);
    stuck = arm.list_to_state(cpu);
    arm.state_to_list(cpu, false);
    *list_of(cpu) = whole;
    return !stuck && number == before ? -EINVAL : 0;
}

static bool registers_have_run(HwDevice *dev)
{
    (void)dev;
    return bridge.has_run;
}

static const HwVcpuRegisters registers = {
    .abi = HW_ABI(HwVcpuRegisters),
    .vcpu_count = registers_vcpu_count,
    .list = registers_list,
    .get = registers_get,
    .set = registers_set,
    .has_run = registers_have_run,
};

const HwVcpuRegisters *bridge_vcpu_registers(void)
{
    if (!arm.known && qemu_get_cpu(0)) {
        arm.known = true;
        arm.list = arm_find();
    }
    return arm.list ? &registers : NULL;
}
