/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/arm/register-class.h"

#include <stddef.h>
#include <string.h>

#include "hw-api/device/vcpu-id.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* reset_val() of Linux, arch/arm64/kvm/sys_regs.c. */
#define RESET_CANARY UINT64_C(0x1de7ec7edbadc0de)

/* Fields of an AArch64 register's id that a row compares. */
#define OP0  (3u << 14)
#define OP1  (7u << 11)
#define CRN  (15u << 7)
#define CRM  (15u << 3)
#define OP2  7u
#define EACH (OP0 | OP1 | CRN | CRM | OP2)

/* The same fields of the id of a 32-bit AArch32 register; bit 29 is the security state. */
#define A32_CP   (15u << 16)
#define A32_CRN  (15u << 11)
#define A32_CRM  (15u << 7)
#define A32_OPC1 (15u << 3)
#define A32_OPC2 7u
#define A32_EACH (A32_CP | A32_CRN | A32_CRM | A32_OPC1 | A32_OPC2)
/* clang-format off */
#define A32(cp, crn, crm, opc1, opc2) \
    ((cp) << 16 | (crn) << 11 | (crm) << 7 | (opc1) << 3 | (opc2))
/* clang-format on */

typedef struct Class {
    uint32_t mask;
    uint32_t bits;
} Class;

/* The constants among AArch64's registers (Arm ARM, D17). */
static const Class aarch64[] = {
    { OP0 | OP1 | CRN, HW_VCPU_SYSREG_BITS(3, 0, 0, 0, 0) },       /* MIDR, ID_* */
    { OP0 | OP1 | CRN, HW_VCPU_SYSREG_BITS(3, 1, 0, 0, 0) },       /* CCSIDR, CLIDR, AIDR */
    { OP0 | OP1 | CRN | CRM, HW_VCPU_SYSREG_BITS(3, 3, 0, 0, 0) }, /* CTR, DCZID */
    { EACH & ~1u, HW_VCPU_SYSREG_BITS(3, 3, 9, 12, 6) },           /* PMCEID0, PMCEID1 */
    { EACH, HW_VCPU_SYSREG_BITS(3, 0, 9, 14, 6) },                 /* PMMIR_EL1 */
    { EACH & ~OP1, HW_VCPU_SYSREG_BITS(3, 0, 12, 0, 2) },          /* RMR_EL1, _EL2, _EL3 */
    { EACH, HW_VCPU_SYSREG_BITS(2, 0, 1, 0, 0) },                  /* MDRAR_EL1 */
    { EACH, HW_VCPU_SYSREG_BITS(2, 0, 7, 14, 6) },                 /* DBGAUTHSTATUS_EL1 */
};

/* The constants among AArch32's registers (Arm ARM, G8).  QEMU has DBGDEVID at c7, c0, 2. */
static const Class aarch32[] = {
    { A32_CP | A32_CRN | A32_OPC1, A32(15u, 0u, 0u, 0u, 0u) }, /* MIDR, ID_*, CTR */
    { A32_CP | A32_CRN | A32_OPC1, A32(15u, 0u, 0u, 1u, 0u) }, /* CCSIDR, CLIDR, AIDR */
    { A32_EACH & ~1u, A32(15u, 9u, 12u, 0u, 6u) },             /* PMCEID0, PMCEID1 */
    { A32_EACH & ~1u, A32(15u, 9u, 14u, 0u, 4u) },             /* PMCEID2, PMCEID3 */
    { A32_EACH, A32(15u, 12u, 0u, 0u, 2u) },                   /* RMR */
    { A32_EACH, A32(14u, 0u, 0u, 0u, 0u) },                    /* DBGDIDR */
    { A32_EACH, A32(14u, 1u, 0u, 0u, 0u) },                    /* DBGDRAR */
    { A32_EACH, A32(14u, 2u, 0u, 0u, 0u) },                    /* DBGDSAR */
    { A32_CP | A32_CRN | 8u << 7, A32(14u, 7u, 0u, 0u, 0u) },  /* DBGDEVID* */
    { A32_EACH, A32(14u, 7u, 14u, 0u, 6u) },                   /* DBGAUTHSTATUS */
};

static bool class_has(const Class *classes, size_t count, uint32_t bits)
{
    for (size_t i = 0; i < count; i++) {
        if ((bits & classes[i].mask) == classes[i].bits) {
            return true;
        }
    }
    return false;
}

bool ob_register_is_constant(uint64_t id)
{
    if (HW_VCPU_ID_ARCH(id) == HW_VCPU_ID_ARM) {
        return HW_VCPU_ID_SIZE(id) == HW_VCPU_ID_U32 &&
               class_has(aarch32, COUNT(aarch32), (uint32_t)id);
    }
    return HW_VCPU_KIND(id) == HW_VCPU_KIND_DEMUX ||
           (HW_VCPU_KIND(id) == HW_VCPU_KIND_SYSREG &&
            class_has(aarch64, COUNT(aarch64), (uint32_t)id & EACH));
}

#define PAUTH "pointer authentication"

/* Registers that come with a feature of the vCPU: KVM has them only if QEMU asked for it. */
static const struct {
    Class bits;
    const char *name;
} groups[] = {
    { { OP0 | OP1 | CRN | CRM, HW_VCPU_SYSREG_BITS(3, 0, 2, 1, 0) }, PAUTH },
    { { OP0 | OP1 | CRN | CRM, HW_VCPU_SYSREG_BITS(3, 0, 2, 2, 0) }, PAUTH },
    { { OP0 | OP1 | CRN | CRM, HW_VCPU_SYSREG_BITS(3, 0, 2, 3, 0) }, PAUTH },
    { { OP0 | OP1 | CRN | CRM, HW_VCPU_SYSREG_BITS(3, 0, 9, 14, 0) }, "PMU" },
    { { OP0 | OP1 | CRN | CRM, HW_VCPU_SYSREG_BITS(3, 3, 9, 12, 0) }, "PMU" },
    { { OP0 | OP1 | CRN | CRM, HW_VCPU_SYSREG_BITS(3, 3, 9, 13, 0) }, "PMU" },
    { { OP0 | OP1 | CRN | CRM, HW_VCPU_SYSREG_BITS(3, 3, 9, 14, 0) }, "PMU" },
    { { OP0 | OP1 | CRN | 8u << 3, HW_VCPU_SYSREG_BITS(3, 3, 14, 8, 0) }, "PMU" },
    { { EACH & ~OP1, HW_VCPU_SYSREG_BITS(3, 0, 1, 2, 0) }, "SVE" },
    { { EACH, HW_VCPU_SYSREG_BITS(3, 0, 0, 4, 4) }, "SVE" },
    { { EACH & ~(OP1 | 3u), HW_VCPU_SYSREG_BITS(3, 0, 1, 2, 4) }, "SME" },
    { { EACH, HW_VCPU_SYSREG_BITS(3, 0, 0, 4, 5) }, "SME" },
    { { EACH, HW_VCPU_SYSREG_BITS(3, 1, 0, 0, 6) }, "SME" },
    { { EACH, HW_VCPU_SYSREG_BITS(3, 3, 4, 2, 2) }, "SME" },
    { { EACH, HW_VCPU_SYSREG_BITS(3, 3, 13, 0, 5) }, "SME" },
};

const char *ob_register_group(uint64_t id)
{
    if (HW_VCPU_ID_ARCH(id) != HW_VCPU_ID_ARM64 || HW_VCPU_KIND(id) != HW_VCPU_KIND_SYSREG) {
        return NULL;
    }
    for (size_t i = 0; i < COUNT(groups); i++) {
        if (class_has(&groups[i].bits, 1, (uint32_t)id & EACH)) {
            return groups[i].name;
        }
    }
    return NULL;
}

static const char *system_heading(uint64_t id)
{
    static const char *const levels[] = {
        [4] = "EL2", [5] = "EL2", [6] = "EL3", [7] = "EL1 Secure"
    };
    unsigned level = (unsigned)id >> 11 & 7;

    if (class_has(&(Class) { OP0, HW_VCPU_SYSREG_BITS(2, 0, 0, 0, 0) }, 1, (uint32_t)id & EACH)) {
        return "debugging";
    }
    return level < COUNT(levels) && levels[level] ? levels[level] : "EL1 and EL0";
}

const char *ob_register_heading(uint64_t id)
{
    const char *group = ob_register_group(id);

    if (group) {
        return group;
    }
    if (HW_VCPU_ID_ARCH(id) == HW_VCPU_ID_ARM) {
        return "AArch32";
    }
    if (ob_register_is_firmware(id)) {
        return "firmware";
    }
    return ob_register_is_constant(id) ? "ID registers" : system_heading(id);
}

bool ob_register_is_key(uint64_t id)
{
    const char *group = ob_register_group(id);

    return group && strcmp(group, PAUTH) == 0;
}

bool ob_register_is_firmware(uint64_t id)
{
    return HW_VCPU_ID_ARCH(id) == HW_VCPU_ID_ARM64 &&
           (HW_VCPU_KIND(id) == HW_VCPU_KIND_FIRMWARE ||
            HW_VCPU_KIND(id) == HW_VCPU_KIND_FIRMWARE_BITMAP);
}

bool ob_register_is_unused(uint64_t id, uint64_t value)
{
    return !ob_register_is_firmware(id) && (value == 0 || value == RESET_CANARY);
}
