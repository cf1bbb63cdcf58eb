/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All names of vCPU registers, and texts that name none. */
#include <glib.h>
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-name.h"
#include "qtest/tests/lib/golden.h"

#define A32_ID(size, key) (HW_VCPU_ID_ARM | (size) | UINT64_C(0x20000000) | (key))

/* Ids of one kind, of 64 bits. */
typedef struct Kind {
    uint32_t kind;
    uint32_t last;       /* id of the kind */
    const char *generic; /* names that begin so aren't printed */
    bool is_parsed;
} Kind;

static const Kind kinds[] = {
    { HW_VCPU_KIND_CORE, 0xd7, "0x", false },
    { HW_VCPU_KIND_DEMUX, 3, "0x", false }, /* its ids have 32 bits */
    { HW_VCPU_KIND_SYSREG, 0xffff, "S", true },
    { HW_VCPU_KIND_FIRMWARE, 5, "0x", true },
    { HW_VCPU_KIND_FIRMWARE_BITMAP, 5, "0x", true },
    { HW_VCPU_KIND_SVE, 3, "0x", false },
};

/* A generic name is S3_0_C0_C4_6, which SCTLR_EL1 is not. */
static bool is_generic(const char *name, const char *generic)
{
    return g_str_has_prefix(name, generic) && (*generic != 'S' || g_ascii_isdigit(name[1]));
}

static void kind_print(GString *text, const Kind *k)
{
    for (uint32_t bits = 0; bits <= k->last; bits++) {
        uint64_t id = HW_VCPU_ID(k->kind, bits);
        uint64_t parsed = 0;
        char name[HW_VCPU_NAME_SIZE];

        if (!is_generic(hw_vcpu_name(id, name), k->generic)) {
            g_string_append_printf(text, "%016" PRIx64 " %s\n", id, name);
        }
        if (k->is_parsed) {
            g_assert_true(hw_vcpu_id_parse(name, &parsed));
            g_assert_cmphex(parsed, ==, id);
        }
    }
}

static void test_names_of_arm64(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        kind_print(text, &kinds[i]);
    }
    golden_expect("vcpu-names.txt", text->str);
}

static void test_names_of_aarch32(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    char name[HW_VCPU_NAME_SIZE];

    for (uint32_t key = 0; key <= 0xfffff; key++) {
        if (*hw_vcpu_name(A32_ID(HW_VCPU_ID_U32, key), name) != 'p') {
            g_string_append_printf(text, "%05x %s\n", key, name);
        }
    }
    golden_expect("vcpu-names-aarch32.txt", text->str);
}

static const struct {
    uint64_t id;
    const char *name;
} generic[] = {
    { HW_VCPU_SYSREG(3, 7, 15, 14, 6), "S3_7_C15_C14_6" },
    { HW_VCPU_SYSREG(2, 0, 0, 0, 1), "S2_0_C0_C0_1" },
    { A32_ID(HW_VCPU_ID_U32, 15 << 16 | 5 << 11 | 9 << 7 | 6 << 3 | 3), "p15,6,c5,c9,3(NS)" },
    { A32_ID(HW_VCPU_ID_U64, 14 << 16 | 9 << 7 | 6 << 3), "p14,6,c9(NS)" },
    { HW_VCPU_ID(HW_VCPU_KIND_DEMUX, 0xff), "CCSIDR_EL1[255]" },
    { HW_VCPU_ID(HW_VCPU_KIND_DEMUX, 0x100), "0x6030000000110100" },
    { HW_VCPU_ID(0x13a, 0), "0x60300000013a0000" },
    { HW_VCPU_SYSREG(3, 0, 1, 0, 0) | UINT64_C(1) << 28, "0x603000001013c080" },
    { A32_ID(HW_VCPU_ID_U32, 0xf0800) | UINT64_C(1) << 51, "0x40280000200f0800" },
};

static void test_generic_names(void)
{
    char name[HW_VCPU_NAME_SIZE];

    for (size_t i = 0; i < G_N_ELEMENTS(generic); i++) {
        g_assert_cmpstr(hw_vcpu_name(generic[i].id, name), ==, generic[i].name);
    }
}

static void test_texts_of_no_register(void)
{
    static const char *const texts[] = {
        "",
        "PMEVCNTR31_EL0",
        "PMEVCNTR_EL0",
        "PMEVCNTRx_EL0",
        "DBGBVR16_EL1",
        "DBGBVR1_EL2",
        "CCSIDR_EL1[256]",
        "CCSIDR_EL1[1",
        "FW_REG_65536",
        "FW_REG_1x",
        "FW_FEAT_BMAP_",
        "S4_0_C0_C0_0",
        "S3_8_C0_C0_0",
        "S3_0_C16_C0_0",
        "S3_0_C0_C16_0",
        "S3_0_C0_C0_8",
        "S3_0_C0_C0_0x",
        "S3_0_C0_C0",
        "0x",
        "0x12g",
        "0x10000000000000000",
    };
    uint64_t id;

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (hw_vcpu_id_parse(texts[i], &id)) {
            g_error("'%s' is 0x%" PRIx64, texts[i], id);
        }
    }
}

static void test_ids_at_the_ends(void)
{
    static const struct {
        const char *text;
        uint64_t id;
    } rows[] = {
        { "0xffffffffffffffff", UINT64_MAX },
        { "0x0", 0 },
        { "CCSIDR_EL1[255]", HW_VCPU_ID_ARM64 | HW_VCPU_ID_U32 | HW_VCPU_KIND_DEMUX << 16 | 255 },
        { "FW_REG_65535", HW_VCPU_FIRMWARE(65535) },
        { "S3_7_C15_C15_7", HW_VCPU_SYSREG(3, 7, 15, 15, 7) },
    };
    uint64_t id;

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_true(hw_vcpu_id_parse(rows[i].text, &id));
        g_assert_cmphex(id, ==, rows[i].id);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vcpu-names/all-of-arm64", test_names_of_arm64);
    g_test_add_func("/vcpu-names/all-of-aarch32", test_names_of_aarch32);
    g_test_add_func("/vcpu-names/generic", test_generic_names);
    g_test_add_func("/vcpu-names/texts-of-no-register", test_texts_of_no_register);
    g_test_add_func("/vcpu-names/ids-at-the-ends", test_ids_at_the_ends);
    return g_test_run();
}
