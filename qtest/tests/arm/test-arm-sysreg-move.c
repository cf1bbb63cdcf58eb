/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arm-sysreg-sync: a list of registers from another kernel, loaded on a modelled kernel. */
#include <errno.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/tests/arm/sysreg-host.h"

#define SCTLR_EL1   HW_VCPU_SYSREG(3, 0, 1, 0, 0)
#define TTBR0_EL1   HW_VCPU_SYSREG(3, 0, 2, 0, 0)
#define PIR_EL1     HW_VCPU_SYSREG(3, 0, 10, 2, 3)
#define MIDR_EL1    HW_VCPU_SYSREG(3, 0, 0, 0, 0)
#define VBAR_EL1    HW_VCPU_SYSREG(3, 0, 12, 0, 0)
#define MMFR1_EL1   HW_VCPU_SYSREG(3, 0, 0, 7, 1)
#define CLIDR_EL1   HW_VCPU_SYSREG(3, 1, 0, 0, 1)
#define CNTKCTL_EL1 HW_VCPU_SYSREG(3, 0, 14, 1, 0)

/* The options that the page tells the operator to use for a move from 6.12 to 6.1. */
#define HIDE_6_12                                                            \
    "hide=TCR2_EL1:PIRE0_EL1:PIR_EL1:CNTPCT_EL0:CNTP_CTL_EL0:CNTP_CVAL_EL0:" \
    "CCSIDR_EL1[3-13]"
#define KEEP_6_1 "keep=ID_AA64DFR0_EL1:ID_AA64MMFR1_EL1:CLIDR_EL1:CCSIDR_EL1[0-2]"

typedef SysregHost Fixture;

static void set_up(Fixture *h, gconstpointer options)
{
    sysreg_host_up(h, SYSREG_6_12, "");
    sysreg_device(h, options ? options : "");
}

static void tear_down(Fixture *h, gconstpointer options)
{
    (void)options;
    sysreg_host_down(h);
}

static GArray *saved_list(SysregHost *h)
{
    GByteArray *section = sysreg_save(h);
    GArray *list = sysreg_section_list(section);

    g_byte_array_free(section, TRUE);
    return list;
}

static HwVcpuEntry *list_entry(GArray *list, uint64_t id)
{
    for (guint i = 0; i < list->len; i++) {
        HwVcpuEntry *entry = &g_array_index(list, HwVcpuEntry, i);

        if (entry->id == id) {
            return entry;
        }
    }
    return NULL;
}

static void list_remove(GArray *list, uint64_t id)
{
    HwVcpuEntry *entry = list_entry(list, id);

    g_array_remove_index(list, (guint)(entry - &g_array_index(list, HwVcpuEntry, 0)));
}

static bool list_load(SysregHost *h, const GArray *list)
{
    GByteArray *section = sysreg_section(0, (const HwVcpuEntry *)list->data, list->len);
    bool good = sysreg_load(h, section);

    g_byte_array_free(section, TRUE);
    return good;
}

/* Returns the values of all kernel registers, to check that nothing changed. */
static GArray *kernel_values(SysregHost *h)
{
    GArray *values = g_array_new(FALSE, FALSE, sizeof(uint64_t));

    for (uint32_t i = 0; i < sysreg_readl(h, ARM_SYSREG_COUNT); i++) {
        uint64_t value;

        ob_host_store(h->host, HW_SPACE_MEMORY, h->base + ARM_SYSREG_INDEX, i, 4);
        value = sysreg_kernel(h, sysreg_read(h, ARM_SYSREG_REG_ID));
        g_array_append_val(values, value);
    }
    return values;
}

static void assert_refused_whole(SysregHost *h, const GArray *list, const char *sentence)
{
    GArray *before = kernel_values(h);
    GArray *after;

    g_assert_false(list_load(h, list));
    g_assert_cmpstr(h->text, ==, sentence);
    after = kernel_values(h);
    g_assert_cmpmem(before->data, before->len * 8, after->data, after->len * 8);
    g_array_free(before, TRUE);
    g_array_free(after, TRUE);
}

/* --------------------------------------------------------------------- loading */

static void test_round_trip(Fixture *h, gconstpointer data)
{
    GArray *list;

    (void)data;
    sysreg_kernel_set(h, SCTLR_EL1, 0x34d5d91d);
    sysreg_kernel_set(h, HW_VCPU_TIMER_CNT, 1234567);
    list = saved_list(h);
    sysreg_kernel_set(h, SCTLR_EL1, 0);
    sysreg_kernel_set(h, HW_VCPU_TIMER_CNT, 0);
    g_assert_true(list_load(h, list));
    g_assert_cmphex(sysreg_kernel(h, SCTLR_EL1), ==, 0x34d5d91d);
    g_assert_cmphex(sysreg_kernel(h, HW_VCPU_TIMER_CNT), ==, 1234567);
    g_assert_cmphex(sysreg_state(h, SCTLR_EL1), ==, 0x34d5d91d);
    g_assert_cmpstr(h->log->str, ==, "");
    g_array_free(list, TRUE);
}

static void test_order_is_free(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);
    GArray *reversed = g_array_new(FALSE, FALSE, sizeof(HwVcpuEntry));

    (void)data;
    list_entry(list, SCTLR_EL1)->value = 0x34d5d91d;
    for (guint i = list->len; i-- > 0;) {
        g_array_append_val(reversed, g_array_index(list, HwVcpuEntry, i));
    }
    g_assert_true(list_load(h, reversed));
    g_assert_cmphex(sysreg_kernel(h, SCTLR_EL1), ==, 0x34d5d91d);
    g_array_free(list, TRUE);
    g_array_free(reversed, TRUE);
}

static void test_twice_refused(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);
    HwVcpuEntry again = { SCTLR_EL1, 7 };

    (void)data;
    g_array_append_val(list, again);
    g_assert_false(list_load(h, list));
    g_assert_nonnull(strstr(h->text, "arm-sysreg-sync: SCTLR_EL1 (0x603000000013c080) is in the "
                                     "list twice"));
    g_array_free(list, TRUE);
}

/* The device refuses an id above the kernel's highest; stock QEMU drops it silently. */
static void test_nothing_is_dropped(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);
    HwVcpuEntry highest = { HW_VCPU_VENDOR_HYP_BMAP_2, 1 };

    (void)data;
    list_remove(list, VBAR_EL1);
    g_array_append_val(list, highest);
    assert_refused_whole(h, list,
                         "arm-sysreg-sync: VENDOR_HYP_BMAP_2 (0x6030000000160003): "
                         "incoming 0x1, not here: this kernel does not have the register, expected "
                         "hide=VENDOR_HYP_BMAP_2 on the source, or tolerate=VENDOR_HYP_BMAP_2 "
                         "here");
    g_array_free(list, TRUE);
}

static void test_missing_is_no_zero(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);

    (void)data;
    list_remove(list, SCTLR_EL1);
    g_assert_true(list_load(h, list));
    g_assert_cmphex(sysreg_kernel(h, SCTLR_EL1), ==, 0xc50078);
    g_assert_cmpstr(h->log->str, ==,
                    "1 SCTLR_EL1 (0x603000000013c080): not incoming, stays "
                    "0xc50078\n");
    g_array_free(list, TRUE);
}

static void test_empty_list_leaves_all(Fixture *h, gconstpointer data)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(HwVcpuEntry));

    (void)data;
    g_assert_true(list_load(h, list));
    g_assert_cmphex(sysreg_kernel(h, SCTLR_EL1), ==, 0xc50078);
    g_array_free(list, TRUE);
}

static void test_other_size_refused(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);
    uint64_t narrow = (SCTLR_EL1 & ~HW_VCPU_ID_U64) | HW_VCPU_ID_U32;

    (void)data;
    list_entry(list, SCTLR_EL1)->id = narrow;
    assert_refused_whole(h, list,
                         "arm-sysreg-sync: SCTLR_EL1 (0x602000000013c080): incoming "
                         "0xc50078 with 4 bytes: this kernel has another size, expected a kernel "
                         "with the same size");
    g_array_free(list, TRUE);
}

/* A 64-bit value for a 32-bit register. */
static void test_wide_value_refused(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);

    (void)data;
    list_entry(list, UINT64_C(0x6020000000110000))->value = UINT64_C(0x100000002);
    g_assert_false(list_load(h, list));
    g_assert_nonnull(strstr(h->text, "CCSIDR_EL1[0] (0x6020000000110000): incoming 0x100000002, "
                                     "here 0x2: the kernel answers EINVAL"));
    g_array_free(list, TRUE);
}

static void test_refusal_midway_changes_nothing(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);

    (void)data;
    list_entry(list, HW_VCPU_PSCI_VERSION)->value = 2;
    list_entry(list, SCTLR_EL1)->value = 1;
    list_entry(list, TTBR0_EL1)->value = 2;
    list_entry(list, VBAR_EL1)->value = 0x800;
    list_entry(list, HW_VCPU_STD_BMAP)->value = 0;
    h->faulty.refused_id = TTBR0_EL1;
    h->faulty.refusal = -EPERM;
    assert_refused_whole(h, list,
                         "arm-sysreg-sync: TTBR0_EL1 (0x603000000013c100): incoming 0x2, "
                         "here 0x1de7ec7edbadc0de: the kernel answers EPERM, expected the same "
                         "value on both sides, or keep=TTBR0_EL1 here");
    g_assert_cmphex(sysreg_list(h, SCTLR_EL1), ==, 0xc50078);
    g_assert_cmphex(sysreg_state(h, SCTLR_EL1), ==, 0xc50078);
    g_array_free(list, TRUE);
}

/* Each refusal is logged, not only the first. */
static void test_refusals_are_all_named(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);

    (void)data;
    list_entry(list, MIDR_EL1)->value = 1;
    list_entry(list, HW_VCPU_PSCI_VERSION)->value = HW_PSCI_VERSION(1, 3);
    list_entry(list, HW_VCPU_STD_BMAP)->value = 3;
    g_assert_false(list_load(h, list));
    g_assert_nonnull(strstr(h->text, "MIDR_EL1"));
    g_assert_nonnull(strstr(h->text, "(and 2 more)"));
    g_assert_nonnull(strstr(h->log->str,
                            "0 PSCI_VERSION (0x6030000000140000): incoming 0x10003, "
                            "here 0x10001: the kernel answers EINVAL, expected psci-version=1.1 on "
                            "the source before the guest first runs\n"));
    g_assert_nonnull(strstr(h->log->str, "0 STD_BMAP (0x6030000000160000)"));
    g_array_free(list, TRUE);
}

static void test_bitmaps_after_a_run(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);

    (void)data;
    hw_vcpu_model_set_has_run(h->model, true);
    g_assert_true(list_load(h, list));
    list_entry(list, HW_VCPU_STD_BMAP)->value = 0;
    assert_refused_whole(h, list,
                         "arm-sysreg-sync: STD_BMAP (0x6030000000160000): incoming 0x0, "
                         "here 0x1: the kernel answers EBUSY, expected a destination whose vCPUs "
                         "have not run");
    g_array_free(list, TRUE);
}

/* A register of an unknown class has no name; messages show its id instead. */
static void test_unknown_class_refused(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);
    HwVcpuEntry entry = { HW_VCPU_ID(0x19, 7), 5 };

    (void)data;
    g_array_append_val(list, entry);
    assert_refused_whole(h, list,
                         "arm-sysreg-sync: 0x6030000000190007 (0x6030000000190007): "
                         "incoming 0x5, not here: this kernel does not have the register, expected "
                         "hide=0x6030000000190007 on the source, or tolerate=0x6030000000190007 "
                         "here");
    g_array_free(list, TRUE);
}

static void test_other_vcpu_refused(Fixture *h, gconstpointer data)
{
    GByteArray *section = sysreg_section(1, NULL, 0);

    (void)data;
    g_assert_false(sysreg_load(h, section));
    g_assert_cmpstr(h->text, ==, "arm-sysreg-sync: registers of vCPU 1, expected vCPU 0");
    g_byte_array_free(section, TRUE);
}

static void length_refused(SysregHost *h, uint32_t length, const char *sentence)
{
    GByteArray *section = sysreg_section(0, NULL, 0);

    hw_store_be32(section->data + section->len - 4, length);
    g_assert_false(sysreg_load(h, section));
    g_assert_nonnull(strstr(h->text, sentence));
    g_byte_array_free(section, TRUE);
}

static void test_lengths_refused(Fixture *h, gconstpointer data)
{
    GByteArray *section = sysreg_section(0, NULL, 0);
    const uint8_t odd[8] = { 0 };

    (void)data;
    length_refused(h, UINT32_MAX, "4294967295 bytes, expected at most 16384");
    length_refused(h, 0x80000000, "2147483648 bytes, expected at most 16384");
    length_refused(h, 16, "expected");
    hw_store_be32(section->data + section->len - 4, sizeof(odd));
    g_byte_array_append(section, odd, sizeof(odd));
    g_assert_false(sysreg_load(h, section));
    g_assert_cmpstr(h->text, ==,
                    "arm-sysreg-sync: the list of registers has 8 bytes, expected a "
                    "multiple of 16");
    g_byte_array_free(section, TRUE);
}

/* Another device of the machine refuses after this one has loaded. */
static void test_rollback_of_the_host(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);
    GArray *before = kernel_values(h);
    GArray *after;
    GByteArray *section;
    HwStateLoad *load;

    (void)data;
    list_entry(list, SCTLR_EL1)->value = 1;
    list_entry(list, HW_VCPU_STD_BMAP)->value = 0;
    section = sysreg_section(0, (const HwVcpuEntry *)list->data, list->len);
    load = hw_state_load_prepare(h->device, 1, section->data, section->len, &h->error);
    g_assert_true(hw_state_load_commit(load, &h->error));
    g_assert_cmphex(sysreg_kernel(h, SCTLR_EL1), ==, 1);
    hw_state_load_rollback(load);
    hw_state_load_free(load);
    after = kernel_values(h);
    g_assert_cmpmem(before->data, before->len * 8, after->data, after->len * 8);
    g_assert_cmphex(sysreg_state(h, SCTLR_EL1), ==, 0xc50078);
    g_assert_true(sysreg_load(h, section));
    g_assert_cmphex(sysreg_kernel(h, SCTLR_EL1), ==, 1);
    g_byte_array_free(section, TRUE);
    g_array_free(list, TRUE);
    g_array_free(before, TRUE);
    g_array_free(after, TRUE);
}

/* -------------------------------------------------------------------- policies */

static void test_hidden_is_not_sent(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);

    (void)data;
    g_assert_null(list_entry(list, PIR_EL1));
    g_assert_nonnull(list_entry(list, SCTLR_EL1));
    g_array_free(list, TRUE);
}

/* If anything makes the guest's calls available again, the register is sent. */
static void test_hidden_that_came_to_matter_is_sent(Fixture *h, gconstpointer data)
{
    GArray *list;

    (void)data;
    sysreg_kernel_set(h, HW_VCPU_STD_BMAP, 1);
    list = saved_list(h);
    g_assert_cmphex(list_entry(list, HW_VCPU_STD_BMAP)->value, ==, 1);
    g_assert_nonnull(strstr(h->log->str, "STD_BMAP (0x6030000000160000) can't be hidden with the "
                                         "value 0x1"));
    g_array_free(list, TRUE);
}

static void test_tolerated_is_left_out(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);
    HwVcpuEntry highest = { HW_VCPU_VENDOR_HYP_BMAP_2, 0 };

    (void)data;
    g_array_append_val(list, highest);
    g_assert_true(list_load(h, list));
    g_assert_cmpstr(h->log->str, ==,
                    "1 VENDOR_HYP_BMAP_2 (0x6030000000160003): incoming 0x0, not "
                    "here: left out, because of tolerate=VENDOR_HYP_BMAP_2\n");
    list_entry(list, HW_VCPU_VENDOR_HYP_BMAP_2)->value = 1;
    g_assert_false(list_load(h, list));
    g_array_free(list, TRUE);
}

static void test_kept_value_stays(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);
    uint64_t own = sysreg_kernel(h, MIDR_EL1);

    (void)data;
    list_entry(list, MIDR_EL1)->value = 5;
    g_assert_true(list_load(h, list));
    g_assert_cmphex(sysreg_kernel(h, MIDR_EL1), ==, own);
    g_assert_nonnull(strstr(h->log->str, "this host's value stays, because of keep=MIDR_EL1"));
    g_array_free(list, TRUE);
}

/* The kernel accepts a level below its own, but reads back its own level.  The guest acts on the
 * lower level.  Until a reset the device sends this level, so the guest can migrate back. */
static void test_level_of_where_the_guest_was_started(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);

    (void)data;
    list_entry(list, HW_VCPU_WORKAROUND_1)->value = 1;
    g_assert_true(list_load(h, list));
    g_array_free(list, TRUE);
    g_assert_cmphex(sysreg_kernel(h, HW_VCPU_WORKAROUND_1), ==, 2);
    list = saved_list(h);
    g_assert_cmphex(list_entry(list, HW_VCPU_WORKAROUND_1)->value, ==, 1);
    g_array_free(list, TRUE);
    ob_host_reset(h->host);
    list = saved_list(h);
    g_assert_cmphex(list_entry(list, HW_VCPU_WORKAROUND_1)->value, ==, 2);
    g_array_free(list, TRUE);
}

static void test_pinned_level_is_sent(Fixture *h, gconstpointer data)
{
    GArray *list = saved_list(h);

    (void)data;
    g_assert_cmphex(list_entry(list, HW_VCPU_WORKAROUND_1)->value, ==, 1);
    g_assert_cmphex(sysreg_kernel(h, HW_VCPU_WORKAROUND_1), ==, 2);
    g_array_free(list, TRUE);
}

/* The log names a value that the kernel stored differently. */
static void test_value_that_did_not_stick_is_told(void)
{
    static const char text[] = "603000000013c080 8 0000000000c50078 0 0 0 0000000000c50078\n";
    HwRegsFile *file = hw_regs_parse("t", text, sizeof(text) - 1, NULL);
    const HwVcpuEntry entry = { SCTLR_EL1, 5 };
    GByteArray *section = sysreg_section(0, &entry, 1);
    SysregHost h;

    sysreg_host_up_file(&h, file, "");
    sysreg_device(&h, "");
    g_assert_true(sysreg_load(&h, section));
    g_assert_cmpstr(h.log->str, ==,
                    "1 SCTLR_EL1 (0x603000000013c080): incoming 0x5, but the "
                    "kernel stores 0xc50078\n");
    sysreg_host_down(&h);
    g_byte_array_free(section, TRUE);
    hw_regs_free(file);
}

/* -------------------------------------------------------------- real kernels */

static void move(const char *from, const char *from_options, const char *to, const char *to_options,
                 bool expected)
{
    SysregHost source, destination;
    GByteArray *section;

    sysreg_host_up(&source, from, "");
    sysreg_host_up(&destination, to, "");
    sysreg_device(&source, from_options);
    sysreg_device(&destination, to_options);
    sysreg_kernel_set(&source, SCTLR_EL1, 0x34d5d91d);
    section = sysreg_save(&source);
    g_assert_cmpint(sysreg_load(&destination, section), ==, expected);
    g_test_message("%s", expected ? destination.log->str : destination.text);
    g_assert_cmphex(sysreg_kernel(&destination, SCTLR_EL1), ==, expected ? 0x34d5d91d : 0xc50078);
    g_byte_array_free(section, TRUE);
    sysreg_host_down(&source);
    sysreg_host_down(&destination);
}

static void test_6_12_to_6_1(void)
{
    move(SYSREG_6_12, "", SYSREG_6_1, "", false);
    move(SYSREG_6_12, HIDE_6_12, SYSREG_6_1, "", false);
    move(SYSREG_6_12, HIDE_6_12, SYSREG_6_1, KEEP_6_1, true);
}

static void test_6_1_to_6_12(void)
{
    move(SYSREG_6_1, "", SYSREG_6_12, "", false);
    move(SYSREG_6_1, "", SYSREG_6_12, "keep=ID_AA64MMFR1_EL1", true);
}

#define TEST(path, options, function) \
    g_test_add("/arm-sysreg-move/" path, Fixture, options, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("load/round-trip", NULL, test_round_trip);
    TEST("load/order-is-free", NULL, test_order_is_free);
    TEST("load/missing-is-no-zero", NULL, test_missing_is_no_zero);
    TEST("load/empty-list-leaves-all", NULL, test_empty_list_leaves_all);
    TEST("load/refused/twice", NULL, test_twice_refused);
    TEST("load/refused/nothing-is-dropped", NULL, test_nothing_is_dropped);
    TEST("load/refused/other-size", NULL, test_other_size_refused);
    TEST("load/refused/wide-value", NULL, test_wide_value_refused);
    TEST("load/refused/midway-changes-nothing", NULL, test_refusal_midway_changes_nothing);
    TEST("load/refused/all-are-named", NULL, test_refusals_are_all_named);
    TEST("load/refused/bitmaps-after-a-run", NULL, test_bitmaps_after_a_run);
    TEST("load/refused/unknown-class", NULL, test_unknown_class_refused);
    TEST("load/refused/other-vcpu", NULL, test_other_vcpu_refused);
    TEST("load/refused/lengths", NULL, test_lengths_refused);
    TEST("load/rollback-of-the-host", NULL, test_rollback_of_the_host);
    TEST("policy/hidden-is-not-sent", "hide=PIR_EL1", test_hidden_is_not_sent);
    TEST("policy/hidden-that-came-to-matter-is-sent", "hide=STD_BMAP pin=STD_BMAP=0",
         test_hidden_that_came_to_matter_is_sent);
    TEST("policy/tolerated-is-left-out", "tolerate=default", test_tolerated_is_left_out);
    TEST("policy/kept-value-stays", "keep=MIDR_EL1", test_kept_value_stays);
    TEST("policy/level-of-where-the-guest-was-started", NULL,
         test_level_of_where_the_guest_was_started);
    TEST("policy/pinned-level-is-sent", "pin=WORKAROUND_1=1", test_pinned_level_is_sent);
    g_test_add_func("/arm-sysreg-move/load/value-that-did-not-stick-is-told",
                    test_value_that_did_not_stick_is_told);
    g_test_add_func("/arm-sysreg-move/kernels/6.12-to-6.1", test_6_12_to_6_1);
    g_test_add_func("/arm-sysreg-move/kernels/6.1-to-6.12", test_6_1_to_6_12);
    return g_test_run();
}
