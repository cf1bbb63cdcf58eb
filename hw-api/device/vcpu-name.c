/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/device/vcpu-name.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/vcpu-id.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Registers with a number in the name; op2's low bits and CRm hold the number. */
typedef struct Series {
    uint32_t first;  /* encoding of number 0 */
    uint32_t last;   /* encoding of the largest number */
    uint32_t stride; /* between encodings */
    const char *before;
    const char *after;
} Series;

/* clang-format off */
#define DBG(op2, name) \
    { HW_VCPU_SYSREG_BITS(2, 0, 0, 0, op2), HW_VCPU_SYSREG_BITS(2, 0, 0, 15, op2), 8, name, "_EL1" }

static const Series series[] = {
    DBG(4, "DBGBVR"),
    DBG(5, "DBGBCR"),
    DBG(6, "DBGWVR"),
    DBG(7, "DBGWCR"),
    { HW_VCPU_SYSREG_BITS(3, 3, 14, 8, 0), HW_VCPU_SYSREG_BITS(3, 3, 14, 11, 6), 1,
      "PMEVCNTR", "_EL0" },
    { HW_VCPU_SYSREG_BITS(3, 3, 14, 12, 0), HW_VCPU_SYSREG_BITS(3, 3, 14, 15, 6), 1,
      "PMEVTYPER", "_EL0" },
};

static const char *const firmware_names[] = {
    "PSCI_VERSION", "WORKAROUND_1", "WORKAROUND_2", "WORKAROUND_3",
};
static const char *const bitmap_names[] = {
    "STD_BMAP", "STD_HYP_BMAP", "VENDOR_HYP_BMAP", "VENDOR_HYP_BMAP_2",
};
/* clang-format on */

/* ------------------------------------------------------------------- naming */

static const char *table_find(const HwVcpuNameTable *table, uint32_t key)
{
    uint32_t low = 0;
    uint32_t high = table->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (table->rows[middle].key == key) {
            return table->rows[middle].name;
        }
        if (table->rows[middle].key < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* KVM swaps the ids of these two registers (vcpu-id.h); the name is the register's. */
static uint32_t timer_swap(uint32_t bits)
{
    const uint32_t cval = (uint16_t)HW_VCPU_TIMER_CVAL;
    const uint32_t count = (uint16_t)HW_VCPU_TIMER_CNT;

    return bits == cval ? count : bits == count ? cval : bits;
}

static void sysreg_name(uint32_t bits, char *name)
{
    const char *known = table_find(&hw_vcpu_sysreg_names, timer_swap(bits));

    if (known) {
        snprintf(name, HW_VCPU_NAME_SIZE, "%s", known);
        return;
    }
    for (size_t i = 0; i < COUNT(series); i++) {
        const Series *s = &series[i];

        if (bits >= s->first && bits <= s->last && (bits - s->first) % s->stride == 0) {
            snprintf(name, HW_VCPU_NAME_SIZE, "%s%" PRIu32 "%s", s->before,
                     (bits - s->first) / s->stride, s->after);
            return;
        }
    }
    snprintf(name, HW_VCPU_NAME_SIZE, "S%u_%u_C%u_C%u_%u", bits >> 14, bits >> 11 & 7,
             bits >> 7 & 15, bits >> 3 & 15, bits & 7);
}

/* `place` is an offset in the kernel's struct kvm_regs, in units of 32 bits. */
static bool core_name(uint32_t place, char *name)
{
    static const char *const others[] = {
        [0x3e / 2] = "SP_EL0",   [0x40 / 2] = "PC",       [0x42 / 2] = "PSTATE",
        [0x44 / 2] = "SP_EL1",   [0x46 / 2] = "ELR_EL1",  [0x48 / 2] = "SPSR_EL1",
        [0x4a / 2] = "SPSR_abt", [0x4c / 2] = "SPSR_und", [0x4e / 2] = "SPSR_irq",
        [0x50 / 2] = "SPSR_fiq", [0x54 / 2] = NULL,
    };

    if (place < 0x3e && place % 2 == 0) {
        snprintf(name, HW_VCPU_NAME_SIZE, "X%u", place / 2);
    } else if (place < 0x54 && place % 2 == 0 && others[place / 2]) {
        snprintf(name, HW_VCPU_NAME_SIZE, "%s", others[place / 2]);
    } else if (place >= 0x54 && place < 0xd4 && place % 4 == 0) {
        snprintf(name, HW_VCPU_NAME_SIZE, "V%u", (place - 0x54) / 4);
    } else if (place == 0xd4 || place == 0xd5) {
        snprintf(name, HW_VCPU_NAME_SIZE, "%s", place == 0xd4 ? "FPSR" : "FPCR");
    } else {
        return false;
    }
    return true;
}

static void pseudo_name(const char *const *names, size_t count, const char *form, uint32_t index,
                        char *name)
{
    if (index < count) {
        snprintf(name, HW_VCPU_NAME_SIZE, "%s", names[index]);
    } else {
        snprintf(name, HW_VCPU_NAME_SIZE, form, index);
    }
}

static bool arm64_name(uint64_t id, char *name)
{
    uint32_t bits = (uint16_t)id;

    switch (HW_VCPU_KIND(id)) {
    case HW_VCPU_KIND_CORE:
        return core_name(bits, name);
    case HW_VCPU_KIND_DEMUX:
        snprintf(name, HW_VCPU_NAME_SIZE, "CCSIDR_EL1[%u]", bits & 0xff);
        return bits < 0x100;
    case HW_VCPU_KIND_SYSREG:
        sysreg_name(bits, name);
        return true;
    case HW_VCPU_KIND_FIRMWARE:
        pseudo_name(firmware_names, COUNT(firmware_names), "FW_REG_%" PRIu32, bits, name);
        return true;
    case HW_VCPU_KIND_SVE:
        snprintf(name, HW_VCPU_NAME_SIZE, "SVE_0x%x", bits);
        return true;
    case HW_VCPU_KIND_FIRMWARE_BITMAP:
        pseudo_name(bitmap_names, COUNT(bitmap_names), "FW_FEAT_BMAP_%" PRIu32, bits, name);
        return true;
    default:
        return false;
    }
}

/* Bit 29 selects the non-secure bank; a 64-bit register is encoded by CRm and opc1 only. */
static bool aarch32_name(uint64_t id, char *name)
{
    const char *bank = id & (UINT64_C(1) << 29) ? "NS" : "S";
    uint32_t key = id & 0xfffff;
    bool wide = HW_VCPU_ID_SIZE(id) == HW_VCPU_ID_U64;
    const char *known = wide ? NULL : table_find(&hw_vcpu_aarch32_names, key);

    if (known) {
        snprintf(name, HW_VCPU_NAME_SIZE, "%s(%s)", known, bank);
    } else if (wide) {
        snprintf(name, HW_VCPU_NAME_SIZE, "p%u,%u,c%u(%s)", key >> 16, key >> 3 & 15, key >> 7 & 15,
                 bank);
    } else {
        snprintf(name, HW_VCPU_NAME_SIZE, "p%u,%u,c%u,c%u,%u(%s)", key >> 16, key >> 3 & 15,
                 key >> 11 & 15, key >> 7 & 15, key & 7, bank);
    }
    return true;
}

const char *hw_vcpu_name(uint64_t id, char name[HW_VCPU_NAME_SIZE])
{
    const bool plain = (id & UINT64_C(0x000fffffd0000000)) == 0;
    bool named = false;

    if (plain && HW_VCPU_ID_ARCH(id) == HW_VCPU_ID_ARM64) {
        named = arm64_name(id, name);
    } else if (plain && HW_VCPU_ID_ARCH(id) == HW_VCPU_ID_ARM) {
        named = aarch32_name(id, name);
    }
    if (!named) {
        snprintf(name, HW_VCPU_NAME_SIZE, "0x%016" PRIx64, id);
    }
    return name;
}

/* ------------------------------------------------------------------ reading */

/* Reads the decimal number between the texts `before` and `after`. */
static bool number_between(const char *text, const char *before, const char *after, uint32_t limit,
                           uint32_t *number)
{
    size_t length = strlen(before);
    unsigned long value;
    char *end;

    if (strncmp(text, before, length) != 0 || text[length] < '0' || text[length] > '9') {
        return false;
    }
    value = strtoul(text + length, &end, 10);
    *number = (uint32_t)value;
    return value < limit && strcmp(end, after) == 0;
}

static bool sysreg_parse(const char *text, uint32_t *bits)
{
    unsigned int op0, op1, crn, crm, op2;
    int end = 0;
    uint32_t number;

    for (uint32_t i = 0; i < hw_vcpu_sysreg_names.count; i++) {
        if (strcmp(hw_vcpu_sysreg_names.rows[i].name, text) == 0) {
            *bits = timer_swap(hw_vcpu_sysreg_names.rows[i].key);
            return true;
        }
    }
    for (size_t i = 0; i < COUNT(series); i++) {
        const Series *s = &series[i];
        uint32_t count = (s->last - s->first) / s->stride + 1;

        if (number_between(text, s->before, s->after, count, &number)) {
            *bits = s->first + number * s->stride;
            return true;
        }
    }
    if (sscanf(text, "S%1u_%1u_C%2u_C%2u_%1u%n", &op0, &op1, &crn, &crm, &op2, &end) != 5 ||
        text[end] || op0 > 3 || op1 > 7 || crn > 15 || crm > 15 || op2 > 7) {
        return false;
    }
    *bits = HW_VCPU_SYSREG_BITS(op0, op1, crn, crm, op2);
    return true;
}

static bool pseudo_parse(const char *text, const char *const *names, size_t count,
                         const char *before, uint32_t *index)
{
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(names[i], text) == 0) {
            *index = i;
            return true;
        }
    }
    return number_between(text, before, "", 0x10000, index);
}

bool hw_vcpu_id_parse(const char *text, uint64_t *id)
{
    uint32_t bits;
    char *end;

    if (strncmp(text, "0x", 2) == 0 && strlen(text) <= 18 && text[2]) {
        *id = strtoull(text, &end, 16);
        return !*end;
    }
    if (pseudo_parse(text, firmware_names, COUNT(firmware_names), "FW_REG_", &bits)) {
        *id = HW_VCPU_FIRMWARE(bits);
    } else if (pseudo_parse(text, bitmap_names, COUNT(bitmap_names), "FW_FEAT_BMAP_", &bits)) {
        *id = HW_VCPU_FIRMWARE_BITMAP(bits);
    } else if (number_between(text, "CCSIDR_EL1[", "]", 0x100, &bits)) {
        *id = HW_VCPU_ID_ARM64 | HW_VCPU_ID_U32 | (uint64_t)HW_VCPU_KIND_DEMUX << 16 | bits;
    } else if (sysreg_parse(text, &bits)) {
        *id = HW_VCPU_ID(HW_VCPU_KIND_SYSREG, bits);
    } else {
        return false;
    }
    return true;
}
