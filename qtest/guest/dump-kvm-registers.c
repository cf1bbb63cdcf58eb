/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints the registers that this kernel gives a vCPU, and the result of writing each of them.
 * dump-kvm-registers.rst describes the format, that of .regs files.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "qtest/guest/kvm.h"

/* op0 3, op1 7, CRn 15, CRm 15, op2 7: no architecture has it. */
#define UNKNOWN_REGISTER   UINT64_C(0x603000000013ffff)

#define VALUE_MAX          256 /* bytes; SVE's vectors are the largest registers */

#define FIELDS_MAX         16 /* 4-bit fields in a register that is tried by field */

#define COPROCESSOR_MASK   UINT64_C(0xffffffffffff0000)
#define FIRMWARE(n)        (UINT64_C(0x6030000000140000) + (n))
#define FIRMWARE_BITMAP(n) (UINT64_C(0x6030000000160000) + (n))

/* The firmware registers that exist today, and the ids of the next bitmaps. */
/* clang-format off */
static const uint64_t firmware_registers[] = {
    FIRMWARE(0), FIRMWARE(1), FIRMWARE(2), FIRMWARE(3), FIRMWARE_BITMAP(0), FIRMWARE_BITMAP(1),
    FIRMWARE_BITMAP(2), FIRMWARE_BITMAP(3), FIRMWARE_BITMAP(4),
};
/* clang-format on */

/* PSCI's versions, the levels of workarounds, bits of bitmaps, and other values. */
static const uint64_t firmware_values[] = {
    0, 1, 2, 3, 4, 0x10, 0x10000, 0x10001, 0x10002, 0x10003, 0x20000, UINT64_MAX,
};

static int reg_get(HwVcpus *vcpus, uint64_t id, uint8_t *value)
{
    memset(value, 0, VALUE_MAX);
    return vcpus->get(vcpus, 0, id, value);
}

static void print_value(const uint8_t *value, uint32_t size)
{
    for (uint32_t i = size; i > 0; i--) {
        printf("%02x", value[i - 1]);
    }
}

static void print_register(HwVcpus *vcpus, uint64_t id)
{
    uint32_t size = HW_VCPU_REGISTER_SIZE(id);
    uint8_t value[VALUE_MAX], back[VALUE_MAX];
    int got, same, flipped;

    if (size > VALUE_MAX) {
        printf("# %016" PRIx64 ": left out, %u bytes, expected at most %u\n", id, size, VALUE_MAX);
        return;
    }
    got = reg_get(vcpus, id, value);
    same = vcpus->set(vcpus, 0, id, value);
    printf("%016" PRIx64 " %u ", id, size);
    print_value(value, size);
    value[0] ^= 1;
    flipped = vcpus->set(vcpus, 0, id, value);
    value[0] ^= 1;
    reg_get(vcpus, id, back);
    vcpus->set(vcpus, 0, id, value);
    printf(" %d %d %d ", got, same, flipped);
    print_value(back, size);
    putchar('\n');
}

/* Bit N of the result is set if the kernel takes N in this 4-bit field; other fields are kept. */
static uint16_t field_accepted(HwVcpus *vcpus, uint64_t id, uint8_t *value, uint32_t field)
{
    uint32_t shift = 4 * (field % 2);
    uint8_t *byte = &value[field / 2];
    const uint8_t initial = *byte;
    uint16_t accepted = 0;

    for (uint32_t n = 0; n < 16; n++) {
        *byte = (uint8_t)((initial & ~(15u << shift)) | n << shift);
        accepted |= (uint16_t)((vcpus->set(vcpus, 0, id, value) == 0) << n);
        *byte = initial;
        vcpus->set(vcpus, 0, id, value);
    }
    return accepted;
}

/* Prints the line only for a register that takes some values and refuses others: its first line
 * describes the other registers completely. */
static void print_fields(HwVcpus *vcpus, uint64_t id)
{
    uint32_t fields = 2 * HW_VCPU_REGISTER_SIZE(id);
    uint16_t accepted[FIELDS_MAX];
    uint8_t value[VALUE_MAX];
    bool any = true, constant = true;

    if (fields > FIELDS_MAX || (id & COPROCESSOR_MASK) == FIRMWARE(0) ||
        (id & COPROCESSOR_MASK) == FIRMWARE_BITMAP(0) || reg_get(vcpus, id, value) != 0) {
        return;
    }
    for (uint32_t i = 0; i < fields; i++) {
        accepted[i] = field_accepted(vcpus, id, value, i);
        any = any && accepted[i] == UINT16_MAX;
        constant = constant && accepted[i] == 1u << (value[i / 2] >> 4 * (i % 2) & 15);
    }
    if (!any && !constant) {
        printf("fields %016" PRIx64, id);
        for (uint32_t i = fields; i > 0; i--) {
            printf(" %04x", accepted[i - 1]);
        }
        putchar('\n');
    }
}

static uint64_t number(const uint8_t *value)
{
    uint64_t n;

    memcpy(&n, value, sizeof(n));
    return n;
}

static void print_firmware_register(HwVcpus *vcpus, uint64_t id)
{
    uint8_t initial[VALUE_MAX], back[VALUE_MAX];
    int got = reg_get(vcpus, id, initial);

    for (size_t i = 0; i < sizeof(firmware_values) / sizeof(firmware_values[0]); i++) {
        int set = vcpus->set(vcpus, 0, id, &firmware_values[i]);
        int got_back = reg_get(vcpus, id, back);

        printf("fw %016" PRIx64 " default %" PRIx64 "(%d) write %" PRIx64 " -> %d read %" PRIx64
               "(%d)\n",
               id, number(initial), got, firmware_values[i], set, number(back), got_back);
        if (got == 0) {
            vcpus->set(vcpus, 0, id, initial);
        }
    }
}

static void print_kernel(void)
{
    char line[1024] = "Linux version unknown\n";
    FILE *version = fopen("/proc/version", "r");

    if (version) {
        if (!fgets(line, sizeof(line), version)) {
            perror("/proc/version");
        }
        fclose(version);
    }
    printf("# %s", line);
}

/* Returns the ids, which the caller frees, or NULL after a message on stderr. */
static uint64_t *registers_list(HwVcpus *vcpus, uint32_t *count)
{
    uint64_t *ids;
    int result;

    *count = 0;
    result = vcpus->list(vcpus, 0, NULL, count);
    ids = calloc(*count + 1, sizeof(*ids));
    if (ids && result == -E2BIG) {
        result = vcpus->list(vcpus, 0, ids, count);
    }
    if (!ids || result < 0) {
        fprintf(stderr, "dump-kvm-registers: the list of registers can't be read: %s\n",
                strerror(-result));
        free(ids);
        return NULL;
    }
    printf("# n=%u r=%d\n", *count, result);
    return ids;
}

/* Prints the registers that refuse another value once a vCPU has run. */
static void print_busy(HwKvmMachine *machine, const uint64_t *ids, uint32_t count)
{
    HwVcpus *vcpus = &machine->registers.vcpus;
    HW_ERROR(error, 256);
    uint8_t value[VALUE_MAX];

    if (!hw_kvm_machine_run(machine, &error)) {
        printf("# %s\n", error.text);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (HW_VCPU_REGISTER_SIZE(ids[i]) <= VALUE_MAX && reg_get(vcpus, ids[i], value) == 0) {
            value[0] ^= 1;
            if (vcpus->set(vcpus, 0, ids[i], value) == -EBUSY) {
                printf("busy %016" PRIx64 "\n", ids[i]);
            }
            value[0] ^= 1;
            vcpus->set(vcpus, 0, ids[i], value);
        }
    }
}

static void print_unknown(HwKvmMachine *machine)
{
    HwVcpus *vcpus = &machine->registers.vcpus;
    uint8_t value[VALUE_MAX];
    int got = reg_get(vcpus, UNKNOWN_REGISTER, value);

    printf("cap_ONE_REG %d\n", ioctl(machine->kvm, KVM_CHECK_EXTENSION, KVM_CAP_ONE_REG));
    printf("unknown reg get %d set %d\n", got, vcpus->set(vcpus, 0, UNKNOWN_REGISTER, value));
}

static bool print_registers(HwKvmMachine *machine)
{
    HwVcpus *vcpus = &machine->registers.vcpus;
    uint32_t count;
    uint64_t *ids = registers_list(vcpus, &count);

    if (!ids) {
        return false;
    }
    puts("# id size value get set_same set_flipped readback_after_flip");
    for (uint32_t i = 0; i < count; i++) {
        print_register(vcpus, ids[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        print_fields(vcpus, ids[i]);
    }
    for (size_t i = 0; i < sizeof(firmware_registers) / sizeof(firmware_registers[0]); i++) {
        print_firmware_register(vcpus, firmware_registers[i]);
    }
    print_busy(machine, ids, count);
    print_unknown(machine);
    free(ids);
    return true;
}

/* ------------------------------------------------------------------- switches */

/* A build for one purpose has other defaults: scripts/dump-kvm-registers --no-pmu --build FILE. */
#ifndef OB_KVM_LEFT_OUT
#define OB_KVM_LEFT_OUT 0u
#endif

static const struct {
    const char *option, *name;
    HwKvmFeature feature;
} switches[] = {
    { "--no-pmu", "pmu", HW_KVM_PMU },
    { "--no-sve", "sve", HW_KVM_SVE },
    { "--no-pauth", "pauth", HW_KVM_PAUTH },
    { "--no-writable-ids", "writable-ids", HW_KVM_WRITABLE_IDS },
};

/* Removes the feature from *wanted.  False for another word. */
static bool switch_parse(const char *word, unsigned *wanted)
{
    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
        if (strcmp(word, switches[i].option) == 0) {
            *wanted &= ~(unsigned)switches[i].feature;
            return true;
        }
    }
    return false;
}

/* "# features: pmu on, sve not offered, pauth left out, writable-ids on" */
static void print_features(const HwKvmMachine *machine)
{
    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
        unsigned feature = switches[i].feature;

        printf("%s %s %s", i ? "," : "# features:", switches[i].name,
               machine->on & feature        ? "on"
               : machine->offered & feature ? "left out"
                                            : "not offered");
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    unsigned wanted = HW_KVM_FEATURES & ~OB_KVM_LEFT_OUT;
    HwKvmMachine machine;
    HW_ERROR(error, 256);
    bool printed;

    for (int i = 1; i < argc; i++) {
        if (!switch_parse(argv[i], &wanted)) {
            fprintf(
                stderr,
                "dump-kvm-registers: unknown word '%s', expected --no-pmu, --no-sve, --no-pauth "
                "or --no-writable-ids\n",
                argv[i]);
            return 2;
        }
    }
    if (!hw_kvm_machine_open_with(&machine, wanted, &error)) {
        fprintf(stderr, "dump-kvm-registers: %s\n", error.text);
        return 1;
    }
    print_kernel();
    print_features(&machine);
    printed = print_registers(&machine);
    hw_kvm_machine_close(&machine);
    return printed ? 0 : 1;
}
