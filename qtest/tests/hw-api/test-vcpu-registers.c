/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of vCPU registers, .regs files and the modelled kernel. */
#include <errno.h>
#include <glib.h>
#include <string.h>

#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-name.h"
#include "hw-api/host/vcpu/model.h"
#include "hw-api/host/vcpu/value.h"

#define SCTLR_EL1 HW_VCPU_SYSREG(3, 0, 1, 0, 0)
#define MIDR_EL1  HW_VCPU_SYSREG(3, 0, 0, 0, 0)

static HW_ERROR(error, 512);

static HwRegsFile *file_load(const char *kernel)
{
    g_autofree char *path = g_strdup_printf("%s/linux-%s.regs", g_getenv("OB_KVM_ARM64"), kernel);
    HwRegsFile *file = hw_regs_load(path, &error);

    if (!file) {
        g_error("%s", error.text);
    }
    return file;
}

/* -------------------------------------------------------------------- names */

static void assert_name(uint64_t id, const char *expected)
{
    char name[HW_VCPU_NAME_SIZE];

    g_assert_cmpstr(hw_vcpu_name(id, name), ==, expected);
}

static void test_name_of_each_kind(void)
{
    assert_name(SCTLR_EL1, "SCTLR_EL1");
    assert_name(HW_VCPU_SYSREG(2, 0, 0, 11, 6), "DBGWVR11_EL1");
    assert_name(HW_VCPU_SYSREG(3, 3, 14, 11, 6), "PMEVCNTR30_EL0");
    assert_name(HW_VCPU_SYSREG(3, 0, 0, 4, 6), "S3_0_C0_C4_6");
    assert_name(UINT64_C(0x6030000000100042), "PSTATE");
    assert_name(UINT64_C(0x6040000000100058), "V1");
    assert_name(UINT64_C(0x6020000000110002), "CCSIDR_EL1[2]");
    assert_name(HW_VCPU_PSCI_VERSION, "PSCI_VERSION");
    assert_name(HW_VCPU_FIRMWARE(9), "FW_REG_9");
    assert_name(HW_VCPU_VENDOR_HYP_BMAP_2, "VENDOR_HYP_BMAP_2");
    assert_name(HW_VCPU_FIRMWARE_BITMAP(4), "FW_FEAT_BMAP_4");
    assert_name(UINT64_C(0x40200000200e0100), "DBGDCCINT(NS)");
    assert_name(UINT64_C(0x40200000000f6800), "FCSEIDR(S)");
    assert_name(UINT64_C(0x40300000200f0380), "p15,0,c7(NS)");
    assert_name(UINT64_C(0x8030000000001234), "0x8030000000001234");
}

/* The two ids have each other's encoding; the name must be the register's real name. */
static void test_name_of_swapped_timer_ids(void)
{
    assert_name(HW_VCPU_TIMER_CNT, "CNTVCT_EL0");
    assert_name(HW_VCPU_TIMER_CVAL, "CNTV_CVAL_EL0");
    assert_name(HW_VCPU_PTIMER_CNT, "CNTPCT_EL0");
}

static void test_name_parses_back(void)
{
    HwRegsFile *file = file_load("6.12.100");
    char name[HW_VCPU_NAME_SIZE];
    uint64_t id;

    for (uint32_t i = 0; i < file->count; i++) {
        if (HW_VCPU_KIND(file->rows[i].id) != HW_VCPU_KIND_CORE) {
            g_assert_true(hw_vcpu_id_parse(hw_vcpu_name(file->rows[i].id, name), &id));
            g_assert_cmphex(id, ==, file->rows[i].id);
        }
    }
    hw_regs_free(file);
    g_assert_true(hw_vcpu_id_parse("0x603000000013c080", &id));
    g_assert_cmphex(id, ==, SCTLR_EL1);
    g_assert_false(hw_vcpu_id_parse("SCTLR_EL9", &id));
    g_assert_false(hw_vcpu_id_parse("S3_0_C16_C0_0", &id));
    g_assert_false(hw_vcpu_id_parse("0x", &id));
}

static void test_name_tables_are_in_order(void)
{
    const HwVcpuNameTable *tables[] = { &hw_vcpu_sysreg_names, &hw_vcpu_aarch32_names };

    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        for (uint32_t j = 1; j < tables[i]->count; j++) {
            g_assert_cmpuint(tables[i]->rows[j - 1].key, <, tables[i]->rows[j].key);
        }
    }
}

/* ---------------------------------------------------------------- .regs files */

static void test_file_of_real_kernels(void)
{
    HwRegsFile *file = file_load("6.12.100");
    const HwRegsRow *row = hw_regs_find(file, HW_VCPU_PSCI_VERSION);

    g_assert_true(g_str_has_prefix(file->kernel, "Linux version 6.12.100+deb12-arm64"));
    g_assert_cmpuint(file->count, ==, 259);
    g_assert_cmphex(hw_regs_number(row), ==, HW_PSCI_VERSION(1, 1));
    g_assert_cmpint(row->set_flipped, ==, 0);
    g_assert_cmpuint(file->attempt_count, ==, 9 * 12);
    hw_regs_free(file);
    file = file_load("6.1.192");
    g_assert_cmpuint(file->count, ==, 242);
    hw_regs_free(file);
}

#define GOOD        "603000000013c080 8 0000000000c50078 0 0 0 0000000000c50079\n"

#define WORD        "6020000000110000 4 00000002 0 0 0 00000003\n"
#define WORD_FIELDS "fields 6020000000110000 ffff 1 1 1 1 1 1 fcfc\n"

static const struct {
    const char *name;
    const char *text;
    const char *reason;
} bad_files[] = {
    { "words", "# n=1\n603000000013c080 8 0000000000c50078\n",
      "t:2: 3 words, expected 7: id size value get set_same set_flipped readback" },
    { "id", "60300013c080 8 0 0 0 0 0\n",
      "t:1: invalid register id '60300013c080': expected 16 hexadecimal digits" },
    { "capital-id", "603000000013C080 8 0 0 0 0 0\n",
      "t:1: invalid register id '603000000013C080': expected 16 hexadecimal digits" },
    { "size", "603000000013c080 4 00c50078 0 0 0 00c50079\n",
      "t:1: size '4' does not fit id 603000000013c080, expected 8" },
    { "huge-size", "60f000000013c080 32768 0 0 0 0 0\n",
      "t:1: id 60f000000013c080 has a size of 32768 bytes, expected up to 256" },
    { "short-value", "603000000013c080 8 c50078 0 0 0 0000000000c50079\n",
      "t:1: 603000000013c080: invalid value 'c50078': expected 16 hexadecimal digits" },
    { "read-back", "603000000013c080 8 0000000000c50078 0 0 0 x000000000c50079\n",
      "t:1: 603000000013c080: invalid value 'x000000000c50079': expected 16 hexadecimal digits" },
    { "answer", "603000000013c080 8 0000000000c50078 0 0 22 0000000000c50079\n",
      "t:1: invalid answer '22': expected 0 or a negative errno" },
    { "twice", GOOD GOOD, "t:2: register 603000000013c080 already has a line of this kind" },
    { "count", "# n=2 r=0\n" GOOD, "t: 1 registers, expected 2 (# n=)" },
    { "negative-count", "# n=-1\n" GOOD,
      "t:1: invalid value 'n=-1': expected a number of "
      "registers" },
    { "huge-count", "# n=99999999999999\n" GOOD,
      "t:1: invalid value 'n=99999999999999': expected a number of registers" },
    { "attempt", "fw 6030000000140000 default 10001(0) write 2 => 0 read 2(0)\n",
      "t:1: invalid line, expected: fw ID default VALUE(ANSWER) write VALUE -> ANSWER read "
      "VALUE(ANSWER)" },
    { "attempt-number", "fw 6030000000140000 default 10001 write 2 -> 0 read 2(0)\n",
      "t:1: the attempt at 6030000000140000 has an invalid value or answer, expected numbers" },
    { "fields-count", GOOD "fields 603000000013c080 ffff 0001\n",
      "t:2: 2 masks of 603000000013c080, expected one for each of its 8 or 16 fields" },
    { "fields-size",
      "6040000000100054 16 00000000000000000000000000000000 0 0 0 "
      "00000000000000000000000000000001\nfields 6040000000100054 0001\n",
      "t:2: 1 masks of 6040000000100054, expected one for each of its 8 or 16 fields" },
    { "fields-id", "fields\n", "t:1: invalid register id '': expected 16 hexadecimal digits" },
    { "fields-mask", WORD "fields 6020000000110000 1 1 1 1 1 1 10000 1\n",
      "t:2: invalid mask '10000': expected 16 bits" },
    { "fields-twice", WORD WORD_FIELDS WORD_FIELDS,
      "t:3: register 6020000000110000 already has a line of this kind" },
    { "fields-unlisted", WORD_FIELDS,
      "t:1: register 6020000000110000 is not listed, expected its own line before this line" },
    { "busy-words", GOOD "busy\n", "t:2: 1 words, expected 2: busy ID" },
    { "busy-twice", GOOD "busy 603000000013c080\nbusy 603000000013c080\n",
      "t:3: register 603000000013c080 already has a line of this kind" },
    { "busy-unlisted", "busy 603000000013c080\n",
      "t:1: register 603000000013c080 is not listed, expected its own line before this line" },
    { "empty", "# nothing\n\n", "t: the file does not have a register" },
};

static void test_file_refused(gconstpointer data)
{
    size_t i = GPOINTER_TO_SIZE(data);

    g_assert_null(hw_regs_parse("t", bad_files[i].text, strlen(bad_files[i].text), &error));
    g_assert_cmpstr(error.text, ==, bad_files[i].reason);
}

static void test_file_refuses_zero_bytes_and_long_lines(void)
{
    g_autofree char *line = g_strnfill(4000, 'a');

    g_assert_null(hw_regs_parse("t", "#\0\n", 3, &error));
    g_assert_cmpstr(error.text, ==, "t:1: invalid line: expected text of up to 2047 bytes");
    g_assert_null(hw_regs_parse("t", line, 4000, &error));
    g_assert_cmpstr(error.text, ==, "t:1: invalid line: expected text of up to 2047 bytes");
}

/* Messages replace bytes that a terminal or JSON can't show. */
static void test_file_is_told_in_ascii(void)
{
    static const char text[] = "# Linux version \xff\033[2J\n"
                               "603000000013c080 8 0000000000c50078 0 0 0 0000000000c50079\n";
    HwRegsFile *file = hw_regs_parse("t", text, sizeof(text) - 1, &error);

    g_assert_nonnull(file);
    g_assert_cmpstr(file->kernel, ==, "Linux version ??[2J");
    hw_regs_free(file);
    g_assert_null(hw_regs_parse("t", "6\033 8", 4, &error));
    g_assert_cmpstr(error.text, ==,
                    "t:1: 2 words, expected 7: id size value get set_same "
                    "set_flipped readback");
    g_assert_null(hw_regs_parse("t", "busy \033", 6, &error));
    g_assert_cmpstr(error.text, ==, "t:1: invalid register id '?': expected 16 hexadecimal digits");
}

static void test_file_missing(void)
{
    g_assert_null(hw_regs_load("/nonexistent/a.regs", &error));
    g_assert_cmpstr(error.text, ==,
                    "/nonexistent/a.regs: can't be read: No such file or directory");
}

/* -------------------------------------------------------------------- model */

typedef struct Model {
    HwVcpuModel *model;
    HwVcpus *vcpus;
} Model;

static void model_up(Model *m, const char *kernel, int kernel_class)
{
    HwRegsFile *file = file_load(kernel);

    m->model = hw_vcpu_model_new(file, 2);
    m->vcpus = hw_vcpu_model_vcpus(m->model);
    g_assert_true(kernel_class < 0 || hw_vcpu_model_set_class(m->model, kernel_class));
    hw_regs_free(file);
}

static int model_set(const Model *m, uint64_t id, uint64_t number)
{
    uint8_t value[HW_REGS_VALUE_MAX];

    hw_vcpu_value_store(value, HW_VCPU_REGISTER_SIZE(id), number);
    return m->vcpus->set(m->vcpus, 0, id, value);
}

static int model_get(const Model *m, uint32_t vcpu, uint64_t id, uint64_t *number)
{
    uint8_t value[HW_REGS_VALUE_MAX] = { 0 };
    int answer = m->vcpus->get(m->vcpus, vcpu, id, value);

    *number = hw_vcpu_value_load(value, HW_VCPU_REGISTER_SIZE(id));
    return answer;
}

static uint64_t model_value(const Model *m, uint64_t id)
{
    uint64_t value;

    g_assert_cmpint(model_get(m, 0, id, &value), ==, 0);
    return value;
}

/* The model does the same as each line of the file, which was measured on the kernel. */
static void test_model_does_what_the_kernel_did(gconstpointer kernel)
{
    HwRegsFile *file = file_load(kernel);

    for (uint32_t i = 0; i < file->count; i++) {
        const HwRegsRow *row = &file->rows[i];
        HwVcpuModel *model = hw_vcpu_model_new(file, 1);
        HwVcpus *vcpus = hw_vcpu_model_vcpus(model);
        uint8_t value[HW_REGS_VALUE_MAX];

        g_assert_cmpint(vcpus->get(vcpus, 0, row->id, value), ==, row->get);
        g_assert_cmpmem(value, row->size, row->value, row->size);
        g_assert_cmpint(vcpus->set(vcpus, 0, row->id, value), ==, row->set_same);
        value[hw_vcpu_value_low(row->size, 1)] ^= 1; /* bit 0, as in dump-kvm-registers */
        g_assert_cmpint(vcpus->set(vcpus, 0, row->id, value), ==, row->set_flipped);
        if (row->id != HW_VCPU_TIMER_CNT && row->id != HW_VCPU_PTIMER_CNT) {
            vcpus->get(vcpus, 0, row->id, value);
            g_assert_cmpmem(value, row->size, row->read_back, row->size);
        }
        hw_vcpu_model_free(model);
    }
    hw_regs_free(file);
}

static void test_model_takes_firmware_values_as_the_kernel_did(gconstpointer kernel)
{
    HwRegsFile *file = file_load(kernel);

    for (uint32_t i = 0; i < file->attempt_count; i++) {
        const HwRegsAttempt *attempt = &file->attempts[i];
        Model m = { .model = hw_vcpu_model_new(file, 1) };
        uint64_t value;

        m.vcpus = hw_vcpu_model_vcpus(m.model);
        g_assert_cmpint(model_set(&m, attempt->id, attempt->written), ==, attempt->set);
        g_assert_cmpint(model_get(&m, 0, attempt->id, &value), ==, attempt->get);
        g_assert_cmphex(value, ==, attempt->after);
        hw_vcpu_model_free(m.model);
    }
    hw_regs_free(file);
}

/* Checks the answers of one kernel to the other's values; `refused` ascends.  The answers were
 * measured. */
static void assert_crossing(const char *from, const char *to, uint32_t unknown,
                            const uint64_t *refused, uint32_t refused_count)
{
    HwRegsFile *file = file_load(from);
    Model m;
    uint32_t enoent = 0;
    uint32_t einval = 0;

    model_up(&m, to, -1);
    for (uint32_t i = 0; i < file->count; i++) {
        const HwRegsRow *row = &file->rows[i];
        int answer = m.vcpus->set(m.vcpus, 0, row->id, row->value);
        bool expected = false;

        for (uint32_t j = 0; j < refused_count; j++) {
            expected = expected || refused[j] == row->id;
        }
        enoent += answer == -ENOENT;
        einval += answer == -EINVAL;
        g_assert_cmpint(answer == -EINVAL, ==, expected);
    }
    g_assert_cmpuint(enoent, ==, unknown);
    g_assert_cmpuint(einval, ==, refused_count);
    hw_vcpu_model_free(m.model);
    hw_regs_free(file);
}

static void test_model_crossing_as_measured(void)
{
    const uint64_t down[] = {
        HW_VCPU_SYSREG(3, 0, 0, 5, 0), HW_VCPU_SYSREG(3, 0, 0, 7, 1), HW_VCPU_SYSREG(3, 1, 0, 0, 1),
        UINT64_C(0x6020000000110000),  UINT64_C(0x6020000000110001),  UINT64_C(0x6020000000110002),
    };
    const uint64_t up[] = { HW_VCPU_SYSREG(3, 0, 0, 7, 1) };

    assert_crossing("6.12.100", "6.1.192", 17, down, G_N_ELEMENTS(down));
    assert_crossing("6.1.192", "6.12.100", 0, up, G_N_ELEMENTS(up));
}

/* The file tells the values that each field of a register accepts. */
static void test_model_takes_fields_as_measured(void)
{
    const uint64_t dfr0 = HW_VCPU_SYSREG(3, 0, 0, 5, 0); /* 0x10305009, DebugVer at 3:0 */
    HwRegsFile *file = hw_regs_parse("t", WORD WORD_FIELDS, strlen(WORD WORD_FIELDS), &error);
    Model m = { .model = hw_vcpu_model_new(file, 1) };

    m.vcpus = hw_vcpu_model_vcpus(m.model);
    g_assert_cmpint(model_set(&m, UINT64_C(0x6020000000110000), 0xf0000007), ==, 0);
    g_assert_cmpint(model_set(&m, UINT64_C(0x6020000000110000), 0xf0000008), ==, -EINVAL);
    g_assert_cmpint(model_set(&m, UINT64_C(0x6020000000110000), 0xf0000012), ==, -EINVAL);
    hw_vcpu_model_free(m.model);
    hw_regs_free(file);
    model_up(&m, "6.12.100", -1);
    g_assert_cmpint(model_set(&m, dfr0, 0x10305006), ==, 0);
    g_assert_cmpint(model_set(&m, dfr0, 0x10305005), ==, -EINVAL);
    hw_vcpu_model_free(m.model);
}

/* If the file has no such lines, the model assumes that ID registers can be lowered. */
static void test_model_assumes_fields(void)
{
    const uint64_t isar5 = HW_VCPU_SYSREG(3, 0, 0, 2, 5);
    const char *text = "603000000013c015 8 0000000001011121 0 0 0 0000000001011120\n";
    HwRegsFile *file = hw_regs_parse("t", text, strlen(text), &error);
    Model m = { .model = hw_vcpu_model_new(file, 1) };

    m.vcpus = hw_vcpu_model_vcpus(m.model);
    g_assert_cmpint(model_set(&m, isar5, 0x01001011), ==, 0);
    g_assert_cmpint(model_set(&m, isar5, 0x01011221), ==, -EINVAL);
    hw_vcpu_model_free(m.model);
    hw_regs_free(file);
}

static void test_model_list_counts_first(void)
{
    Model m;
    uint64_t ids[512];
    uint32_t count = 0;

    model_up(&m, "6.12.100", -1);
    g_assert_cmpint(m.vcpus->list(m.vcpus, 0, NULL, &count), ==, -E2BIG);
    g_assert_cmpuint(count, ==, 259);
    g_assert_cmpint(m.vcpus->list(m.vcpus, 0, ids, &count), ==, 0);
    g_assert_cmphex(ids[0], ==, UINT64_C(0x6030000000100000));
    g_assert_cmphex(ids[258], ==, UINT64_C(0x602000000011000d));
    hw_vcpu_model_free(m.model);
}

static void test_model_refuses_unknown_ids(void)
{
    Model m;
    uint64_t value;
    uint64_t narrow = (MIDR_EL1 & ~HW_VCPU_ID_U64) | HW_VCPU_ID_U32;

    model_up(&m, "6.12.100", -1);
    g_assert_cmpint(model_set(&m, narrow, 0), ==, -ENOENT);
    g_assert_cmpint(model_set(&m, HW_VCPU_FIRMWARE_BITMAP(4), 0), ==, -ENOENT);
    g_assert_cmpint(model_get(&m, 0, HW_VCPU_FIRMWARE_BITMAP(4), &value), ==, -ENOENT);
    hw_vcpu_model_free(m.model);
}

static void test_model_bitmaps_are_fixed_once_run(void)
{
    Model m;

    model_up(&m, "6.12.100", -1);
    g_assert_cmpint(model_set(&m, HW_VCPU_VENDOR_HYP_BMAP, 1), ==, 0);
    hw_vcpu_model_set_has_run(m.model, true);
    g_assert_true(m.vcpus->has_run(m.vcpus));
    g_assert_cmpint(model_set(&m, HW_VCPU_VENDOR_HYP_BMAP, 1), ==, 0);
    g_assert_cmpint(model_set(&m, HW_VCPU_VENDOR_HYP_BMAP, 3), ==, -EBUSY);
    g_assert_cmpint(model_set(&m, HW_VCPU_VENDOR_HYP_BMAP, 4), ==, -EINVAL);
    g_assert_cmphex(model_value(&m, HW_VCPU_VENDOR_HYP_BMAP), ==, 1);
    g_assert_cmpint(model_set(&m, HW_VCPU_PSCI_VERSION, 2), ==, 0);
    hw_vcpu_model_free(m.model);
}

static void test_model_id_registers_are_fixed_once_run(void)
{
    const uint64_t dfr0 = HW_VCPU_SYSREG(3, 0, 0, 5, 0);
    Model m;

    model_up(&m, "6.12.100", -1);
    g_assert_cmpint(model_set(&m, dfr0, 0x10305006), ==, 0);
    hw_vcpu_model_set_has_run(m.model, true);
    g_assert_cmpint(model_set(&m, dfr0, 0x10305006), ==, 0);
    g_assert_cmpint(model_set(&m, dfr0, 0x10305009), ==, -EBUSY);
    g_assert_cmpint(model_set(&m, SCTLR_EL1, 1), ==, 0);
    hw_vcpu_model_free(m.model);
}

static void test_model_shares_what_a_vm_has_once(void)
{
    Model m;
    uint64_t value;

    model_up(&m, "6.12.100", -1);
    g_assert_cmpint(model_set(&m, HW_VCPU_PSCI_VERSION, 2), ==, 0);
    g_assert_cmpint(model_set(&m, HW_VCPU_STD_BMAP, 0), ==, 0);
    g_assert_cmpint(model_set(&m, SCTLR_EL1, 5), ==, 0);
    g_assert_cmpint(model_get(&m, 1, HW_VCPU_PSCI_VERSION, &value), ==, 0);
    g_assert_cmphex(value, ==, 2);
    model_get(&m, 1, HW_VCPU_STD_BMAP, &value);
    g_assert_cmphex(value, ==, 0);
    model_get(&m, 1, SCTLR_EL1, &value);
    g_assert_cmphex(value, ==, 0xc50078);
    hw_vcpu_model_free(m.model);
}

static void test_model_levels(void)
{
    Model m;

    model_up(&m, "6.12.100", -1);
    g_assert_true(hw_vcpu_model_limit(m.model, HW_VCPU_WORKAROUND_1, 1));
    g_assert_cmpint(model_set(&m, HW_VCPU_WORKAROUND_1, 2), ==, -EINVAL);
    g_assert_cmpint(model_set(&m, HW_VCPU_WORKAROUND_1, 0), ==, 0);
    g_assert_cmphex(model_value(&m, HW_VCPU_WORKAROUND_1), ==, 1);
    g_assert_cmpint(model_set(&m, HW_VCPU_WORKAROUND_1, 0x10), ==, -EINVAL);
    g_assert_true(hw_vcpu_model_limit(m.model, HW_VCPU_WORKAROUND_2, 3));
    g_assert_cmpint(model_set(&m, HW_VCPU_WORKAROUND_2, 0x12), ==, 0);
    g_assert_cmpint(model_set(&m, HW_VCPU_WORKAROUND_2, 0x13), ==, -EINVAL);
    g_assert_cmpint(model_set(&m, HW_VCPU_WORKAROUND_2, 4), ==, -EINVAL);
    g_assert_cmpint(model_set(&m, HW_VCPU_WORKAROUND_2, 0), ==, 0);
    hw_vcpu_model_free(m.model);
}

static void test_model_psci_without_0_2(void)
{
    Model m;

    model_up(&m, "6.12.100", -1);
    g_assert_true(hw_vcpu_model_limit(m.model, HW_VCPU_PSCI_VERSION, 1));
    g_assert_cmpint(model_set(&m, HW_VCPU_PSCI_VERSION, 1), ==, 0);
    g_assert_cmpint(model_set(&m, HW_VCPU_PSCI_VERSION, 2), ==, -EINVAL);
    hw_vcpu_model_free(m.model);
}

static void test_model_classes(void)
{
    static const struct {
        uint64_t id;
        uint32_t since;
    } registers[] = {
        { HW_VCPU_PSCI_VERSION, 1 },    { HW_VCPU_WORKAROUND_1, 2 },
        { HW_VCPU_WORKAROUND_2, 2 },    { HW_VCPU_WORKAROUND_3, 3 },
        { HW_VCPU_STD_BMAP, 4 },        { HW_VCPU_STD_HYP_BMAP, 4 },
        { HW_VCPU_VENDOR_HYP_BMAP, 4 }, { HW_VCPU_VENDOR_HYP_BMAP_2, 5 },
    };
    Model m;

    for (uint32_t kernel_class = 0; kernel_class < HW_VCPU_MODEL_CLASSES; kernel_class++) {
        model_up(&m, "6.1.192", (int)kernel_class);
        for (size_t i = 0; i < G_N_ELEMENTS(registers); i++) {
            bool has = hw_vcpu_model_rule(m.model, registers[i].id);

            g_assert_cmpint(has, ==, kernel_class >= registers[i].since);
        }
        hw_vcpu_model_free(m.model);
    }
    model_up(&m, "6.1.192", 5);
    g_assert_cmphex(model_value(&m, HW_VCPU_VENDOR_HYP_BMAP_2), ==, 0);
    g_assert_cmpint(model_set(&m, HW_VCPU_VENDOR_HYP_BMAP_2, 3), ==, 0);
    g_assert_cmphex(model_value(&m, HW_VCPU_PSCI_VERSION), ==, HW_PSCI_VERSION(1, 3));
    g_assert_false(hw_vcpu_model_set_class(m.model, HW_VCPU_MODEL_CLASSES));
    hw_vcpu_model_free(m.model);
}

/* A future register of a known class follows the rule of the class. */
static void test_model_unknown_firmware_registers(void)
{
    Model m;

    model_up(&m, "6.12.100", -1);
    g_assert_true(hw_vcpu_model_add(m.model, HW_VCPU_FIRMWARE(4), 1, false));
    g_assert_true(hw_vcpu_model_add(m.model, HW_VCPU_FIRMWARE_BITMAP(4), 7, false));
    g_assert_cmpint(model_set(&m, HW_VCPU_FIRMWARE(4), 2), ==, -EINVAL);
    g_assert_cmpint(model_set(&m, HW_VCPU_FIRMWARE_BITMAP(4), 5), ==, 0);
    g_assert_cmpint(model_set(&m, HW_VCPU_FIRMWARE_BITMAP(4), 8), ==, -EINVAL);
    g_assert_false(hw_vcpu_model_add(m.model, HW_VCPU_FIRMWARE(4), 1, false));
    g_assert_true(hw_vcpu_model_remove(m.model, HW_VCPU_FIRMWARE(4)));
    g_assert_false(hw_vcpu_model_remove(m.model, HW_VCPU_FIRMWARE(4)));
    hw_vcpu_model_free(m.model);
}

static void test_model_changes(void)
{
    const uint64_t word = UINT64_C(0x60200000001100ff), wide = UINT64_C(0x604000000013c0ff);
    Model m;

    model_up(&m, "6.12.100", -1);
    g_assert_true(hw_vcpu_model_add(m.model, word, 9, false));
    g_assert_cmphex(model_value(&m, word), ==, 9);
    g_assert_false(hw_vcpu_model_add(m.model, wide, 9, false));
    g_assert_true(hw_vcpu_model_add(m.model, HW_VCPU_FIRMWARE_BITMAP(9), 1, false));
    g_assert_true(hw_vcpu_model_set_class(m.model, 1)); /* no class has the last one */
    g_assert_null(hw_vcpu_model_rule(m.model, HW_VCPU_FIRMWARE_BITMAP(9)));
    g_assert_nonnull(hw_vcpu_model_rule(m.model, word));
    g_assert_cmphex(model_value(&m, HW_VCPU_PSCI_VERSION), ==, HW_PSCI_VERSION(1, 0));
    hw_vcpu_model_free(m.model);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vcpu-name/of-each-kind", test_name_of_each_kind);
    g_test_add_func("/vcpu-name/of-swapped-timer-ids", test_name_of_swapped_timer_ids);
    g_test_add_func("/vcpu-name/parses-back", test_name_parses_back);
    g_test_add_func("/vcpu-name/tables-are-in-order", test_name_tables_are_in_order);
    g_test_add_func("/regs-file/of-real-kernels", test_file_of_real_kernels);
    for (size_t i = 0; i < G_N_ELEMENTS(bad_files); i++) {
        g_autofree char *path = g_strconcat("/regs-file/refused/", bad_files[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_file_refused);
    }
    g_test_add_func("/regs-file/refused/zero-bytes-and-long-lines",
                    test_file_refuses_zero_bytes_and_long_lines);
    g_test_add_func("/regs-file/refused/missing", test_file_missing);
    g_test_add_func("/regs-file/is-told-in-ascii", test_file_is_told_in_ascii);
    g_test_add_data_func("/vcpu-model/does-what-the-kernel-did/6.1", "6.1.192",
                         test_model_does_what_the_kernel_did);
    g_test_add_data_func("/vcpu-model/does-what-the-kernel-did/6.12", "6.12.100",
                         test_model_does_what_the_kernel_did);
    g_test_add_data_func("/vcpu-model/takes-firmware-values-as-the-kernel-did/6.1", "6.1.192",
                         test_model_takes_firmware_values_as_the_kernel_did);
    g_test_add_data_func("/vcpu-model/takes-firmware-values-as-the-kernel-did/6.12", "6.12.100",
                         test_model_takes_firmware_values_as_the_kernel_did);
    g_test_add_func("/vcpu-model/takes-other-kernels-values-as-measured",
                    test_model_crossing_as_measured);
    g_test_add_func("/vcpu-model/id-registers-are-fixed-once-run",
                    test_model_id_registers_are_fixed_once_run);
    g_test_add_func("/vcpu-model/takes-fields-as-measured", test_model_takes_fields_as_measured);
    g_test_add_func("/vcpu-model/assumes-fields-without-a-measurement", test_model_assumes_fields);
    g_test_add_func("/vcpu-model/list-counts-first", test_model_list_counts_first);
    g_test_add_func("/vcpu-model/refuses-unknown-ids", test_model_refuses_unknown_ids);
    g_test_add_func("/vcpu-model/bitmaps-are-fixed-once-run",
                    test_model_bitmaps_are_fixed_once_run);
    g_test_add_func("/vcpu-model/shares-what-a-vm-has-once", test_model_shares_what_a_vm_has_once);
    g_test_add_func("/vcpu-model/levels", test_model_levels);
    g_test_add_func("/vcpu-model/psci-without-0.2", test_model_psci_without_0_2);
    g_test_add_func("/vcpu-model/classes", test_model_classes);
    g_test_add_func("/vcpu-model/changes", test_model_changes);
    g_test_add_func("/vcpu-model/unknown-firmware-registers",
                    test_model_unknown_firmware_registers);
    return g_test_run();
}
