/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/arm/losses.h"

#include "hw-api/device/vcpu-id.h"

#define ID(crm, op2) HW_VCPU_SYSREG(3, 0, 0, crm, op2)
#define WHOLE        64u

/* Fields of ID registers whose larger value is more for the guest (Arm ARM, D17.2). */
/* clang-format off */
static const struct {
    uint64_t id;
    unsigned shift, width;
    const char *name;
} fields[] = {
    { ID(4, 0), 28, 4, "RAS" },
    { ID(4, 0), 32, 4, "SVE" },
    { ID(4, 4), 0, WHOLE, "SVE" },
    { ID(4, 0), 40, 4, "MPAM" },
    { ID(4, 0), 44, 4, "activity monitors" },
    { ID(4, 0), 48, 4, "data-independent timing" },
    { ID(4, 1), 0, 4, "branch target identification" },
    { ID(4, 1), 4, 4, "SSBS" },
    { ID(4, 1), 8, 4, "memory tagging" },
    { ID(4, 1), 24, 4, "SME" },
    { ID(4, 5), 0, WHOLE, "SME" },
    { ID(5, 0), 8, 4, "PMU" },
    { ID(5, 0), 32, 4, "statistical profiling" },
    { ID(6, 0), 4, 4, "AES instructions" },
    { ID(6, 0), 8, 4, "SHA1 instructions" },
    { ID(6, 0), 12, 4, "SHA2 instructions" },
    { ID(6, 0), 16, 4, "CRC32 instructions" },
    { ID(6, 0), 20, 4, "atomic instructions" },
    { ID(6, 0), 28, 4, "RDM instructions" },
    { ID(6, 0), 32, 4, "SHA3 instructions" },
    { ID(6, 0), 36, 4, "SM3 instructions" },
    { ID(6, 0), 40, 4, "SM4 instructions" },
    { ID(6, 0), 44, 4, "dot-product instructions" },
    { ID(6, 0), 48, 4, "FHM instructions" },
    { ID(6, 0), 52, 4, "flag instructions" },
    { ID(6, 0), 60, 4, "random numbers" },
    { ID(6, 1), 0, 4, "DC CVAP" },
    { ID(6, 1), 4, 4, "pointer authentication" },
    { ID(6, 1), 8, 4, "pointer authentication" },
    { ID(6, 1), 12, 4, "JavaScript conversions" },
    { ID(6, 1), 16, 4, "complex numbers" },
    { ID(6, 1), 20, 4, "LRCPC instructions" },
    { ID(6, 1), 24, 4, "pointer authentication" },
    { ID(6, 1), 28, 4, "pointer authentication" },
    { ID(6, 1), 32, 4, "FRINTTS instructions" },
    { ID(6, 1), 36, 4, "SB instruction" },
    { ID(6, 1), 44, 4, "BFloat16" },
    { ID(6, 1), 52, 4, "int8 matrices" },
    { ID(6, 2), 0, 4, "WFxT instructions" },
    { ID(6, 2), 8, 4, "pointer authentication" },
    { ID(6, 2), 12, 4, "pointer authentication" },
    { ID(6, 2), 16, 4, "memory copy instructions" },
    { ID(7, 0), 60, 4, "enhanced counters" },
};
/* clang-format on */

static uint64_t field_of(uint64_t value, unsigned shift, unsigned width)
{
    return value >> shift & (width == WHOLE ? UINT64_MAX : (UINT64_C(1) << width) - 1);
}

/* A register as a whole tells of a feature alone if it becomes 0. */
static bool is_less(uint64_t before, uint64_t after, unsigned width)
{
    return width == WHOLE ? before && !after : after < before;
}

void ob_losses_add(GPtrArray *losses, const ObChange *change)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        uint64_t before = field_of(change->before, fields[i].shift, fields[i].width);
        uint64_t after = field_of(change->after, fields[i].shift, fields[i].width);

        if (change->id == fields[i].id && change->kind == OB_CHANGE_VALUE &&
            is_less(before, after, fields[i].width) &&
            !g_ptr_array_find_with_equal_func(losses, fields[i].name, g_str_equal, NULL)) {
            g_ptr_array_add(losses, g_strdup(fields[i].name));
        }
    }
}
