/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arm-sysreg-sync between kernel and CPU state, on a modelled kernel. */
#include <errno.h>
#include <string.h>

#include "hw-api/device/vcpu-name.h"
#include "qtest/machine/board.h"
#include "qtest/tests/arm/sysreg-host.h"

#define SCTLR_EL1    HW_VCPU_SYSREG(3, 0, 1, 0, 0)
#define ESR_EL1      HW_VCPU_SYSREG(3, 0, 5, 2, 0)
#define CSSELR_EL1   HW_VCPU_SYSREG(3, 2, 0, 0, 0)
#define MIDR_EL1     HW_VCPU_SYSREG(3, 0, 0, 0, 0)
#define AA64DFR0_EL1 HW_VCPU_SYSREG(3, 0, 0, 5, 0)
#define CANARY       UINT64_C(0x1de7ec7edbadc0de)

static const char *const faulty_kernel = SYSREG_6_12;

typedef SysregHost Fixture;

static void set_up(Fixture *h, gconstpointer options)
{
    sysreg_host_up(h, faulty_kernel, "");
    sysreg_device(h, options ? options : "");
}

static void tear_down(Fixture *h, gconstpointer options)
{
    (void)options;
    sysreg_host_down(h);
}

/* -------------------------------------------------------------------- window */

static void test_window_lists_what_the_kernel_lists(Fixture *h, gconstpointer data)
{
    uint64_t last = 0;

    (void)data;
    g_assert_cmphex(sysreg_readl(h, ARM_SYSREG_ID), ==, ARM_SYSREG_MAGIC);
    g_assert_cmpuint(sysreg_readl(h, ARM_SYSREG_COUNT), ==, 184);
    for (uint32_t i = 0; i < 184; i++) {
        ob_host_store(h->host, HW_SPACE_MEMORY, h->base + ARM_SYSREG_INDEX, i, 4);
        g_assert_cmphex(sysreg_read(h, ARM_SYSREG_REG_ID), >, last);
        last = sysreg_read(h, ARM_SYSREG_REG_ID);
        g_assert_cmpuint(HW_VCPU_KIND(last), !=, HW_VCPU_KIND_CORE);
    }
    g_assert_cmphex(sysreg_list(h, SCTLR_EL1), ==, 0xc50078);
    g_assert_cmphex(sysreg_state(h, SCTLR_EL1), ==, 0xc50078);
}

static void test_window_past_the_end(Fixture *h, gconstpointer data)
{
    (void)data;
    ob_host_store(h->host, HW_SPACE_MEMORY, h->base + ARM_SYSREG_INDEX, UINT32_MAX, 4);
    g_assert_cmphex(sysreg_read(h, ARM_SYSREG_REG_ID), ==, 0);
    g_assert_cmphex(sysreg_read(h, ARM_SYSREG_LIST), ==, 0);
    g_assert_cmphex(sysreg_read(h, ARM_SYSREG_STATE), ==, 0);
    g_assert_cmphex(sysreg_readl(h, ARM_SYSREG_FLAGS), ==, 0);
    g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_WRITE_STATE), ==, ENOENT);
    g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_WRITE_LIST), ==, ENOENT);
}

static void test_window_refuses_commands(Fixture *h, gconstpointer data)
{
    (void)data;
    g_assert_cmpuint(sysreg_command(h, 11), ==, EINVAL);
    g_assert_cmpuint(sysreg_command(h, 0), ==, EINVAL); /* no command: the last status stays */
    g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_FIND), ==, ENOENT);
    g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_STATE_TO_LIST), ==, 0);
}

/* ---------------------------------------------------------------------- sync */

static void test_sync_from_kernel(Fixture *h, gconstpointer data)
{
    (void)data;
    sysreg_kernel_set(h, ESR_EL1, 0x96000045);
    g_assert_cmphex(sysreg_list(h, ESR_EL1), ==, CANARY);
    g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_FROM_KERNEL), ==, 0);
    g_assert_cmphex(sysreg_list(h, ESR_EL1), ==, 0x96000045);
    g_assert_cmphex(sysreg_state(h, ESR_EL1), ==, 0x96000045);
}

/* The use of the patch of 2018: a debugger makes the guest take an exception. */
static void test_sync_to_kernel(Fixture *h, gconstpointer data)
{
    (void)data;
    g_assert_cmpuint(sysreg_write(h, ARM_SYSREG_WRITE_STATE, ESR_EL1, 0xf2000000), ==, 0);
    g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_TO_KERNEL), ==, 0);
    g_assert_cmphex(sysreg_kernel(h, ESR_EL1), ==, 0xf2000000);
}

/* The kernel's value has bits that this CPU does not have: the value stays. */
static void test_sync_only_what_stuck(Fixture *h, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(sysreg_kernel(h, CSSELR_EL1), ==, CANARY);
    g_assert_cmphex(sysreg_state(h, CSSELR_EL1), ==, 0xe);
    g_assert_cmphex(sysreg_flags(h, CSSELR_EL1), ==, ARM_SYSREG_FLAG_KNOWN);
    sysreg_write(h, ARM_SYSREG_WRITE_STATE, CSSELR_EL1, 2);
    g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_TO_KERNEL), ==, 0);
    g_assert_cmphex(sysreg_kernel(h, CSSELR_EL1), ==, CANARY);
}

/* The flag is of the list's value: it falls with another value of the kernel. */
static void test_sync_tells_what_stuck(Fixture *h, gconstpointer data)
{
    const uint32_t known = ARM_SYSREG_FLAG_KNOWN, stuck = known | ARM_SYSREG_FLAG_STUCK;

    (void)data;
    sysreg_kernel_set(h, ESR_EL1, 0x96000045);
    g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_FROM_KERNEL), ==, 0);
    g_assert_cmphex(sysreg_flags(h, ESR_EL1), ==, stuck);
    g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_LIST_FROM_KERNEL), ==, 0);
    g_assert_cmphex(sysreg_flags(h, ESR_EL1), ==, stuck);
    sysreg_kernel_set(h, ESR_EL1, 0x96000046);
    g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_LIST_FROM_KERNEL), ==, 0);
    g_assert_cmphex(sysreg_flags(h, ESR_EL1), ==, known);
    g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_LIST_TO_STATE), ==, 0);
    g_assert_cmphex(sysreg_flags(h, ESR_EL1), ==, stuck);
}

static void test_sync_constants_stay(Fixture *h, gconstpointer data)
{
    uint64_t midr = sysreg_kernel(h, MIDR_EL1);

    (void)data;
    g_assert_cmpuint(sysreg_write(h, ARM_SYSREG_WRITE_STATE, MIDR_EL1, 1), ==, EINVAL);
    g_assert_cmphex(sysreg_state(h, MIDR_EL1), ==, midr);
    g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_TO_KERNEL), ==, 0);
    g_assert_cmphex(sysreg_kernel(h, MIDR_EL1), ==, midr);
}

/* The CPU state has almost each register of a kernel's list.  It lacks registers that only the
 * kernel has, and ID registers that the architecture does not name. */
static void test_sync_state_has_the_list(gconstpointer kernel)
{
    char name[HW_VCPU_NAME_SIZE];
    SysregHost h;

    sysreg_host_up(&h, kernel, "");
    sysreg_device(&h, "");
    for (uint32_t i = 0; i < sysreg_readl(&h, ARM_SYSREG_COUNT); i++) {
        uint64_t id;
        bool is_named;

        ob_host_store(h.host, HW_SPACE_MEMORY, h.base + ARM_SYSREG_INDEX, i, 4);
        id = sysreg_read(&h, ARM_SYSREG_REG_ID);
        is_named = HW_VCPU_KIND(id) == HW_VCPU_KIND_SYSREG &&
                   !g_str_has_prefix(hw_vcpu_name(id, name), "S3_0_C0_");
        if ((sysreg_readl(&h, ARM_SYSREG_FLAGS) & ARM_SYSREG_FLAG_KNOWN) != is_named) {
            g_error("%s is %s", hw_vcpu_name(id, name), is_named ? "missing" : "there");
        }
    }
    sysreg_host_down(&h);
}

/* The CPU state does not have PSCI_VERSION: its value comes from the list only. */
static void test_sync_registers_of_the_kernel_alone(Fixture *h, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(sysreg_flags(h, HW_VCPU_PSCI_VERSION), ==, 0);
    g_assert_cmpuint(sysreg_write(h, ARM_SYSREG_WRITE_STATE, HW_VCPU_PSCI_VERSION, 2), ==, ENOENT);
    g_assert_cmpuint(sysreg_write(h, ARM_SYSREG_WRITE_LIST, HW_VCPU_PSCI_VERSION, 2), ==, 0);
    g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_TO_KERNEL), ==, 0);
    g_assert_cmphex(sysreg_kernel(h, HW_VCPU_PSCI_VERSION), ==, 2);
}

static void test_sync_counts_at_full_state_alone(Fixture *h, gconstpointer data)
{
    const uint64_t counts[] = { HW_VCPU_TIMER_CNT, HW_VCPU_PTIMER_CNT };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_assert_cmphex(sysreg_flags(h, counts[i]) & ARM_SYSREG_FLAG_COUNT, !=, 0);
        sysreg_kernel_set(h, counts[i], 1000);
        g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_FROM_KERNEL), ==, 0);
        sysreg_kernel_set(h, counts[i], 2000);
        g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_TO_KERNEL), ==, 0);
        g_assert_cmphex(sysreg_kernel(h, counts[i]), ==, 2000);
        g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_TO_KERNEL_FULL), ==, 0);
        g_assert_cmphex(sysreg_kernel(h, counts[i]), ==, 1000);
    }
}

/* The compare value has the id that the architecture gives the count, but is not a count. */
static void test_sync_compare_value_is_no_count(Fixture *h, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(sysreg_flags(h, HW_VCPU_TIMER_CVAL) & ARM_SYSREG_FLAG_COUNT, ==, 0);
    sysreg_write(h, ARM_SYSREG_WRITE_STATE, HW_VCPU_TIMER_CVAL, 77);
    sysreg_command(h, ARM_SYSREG_TO_KERNEL);
    g_assert_cmphex(sysreg_kernel(h, HW_VCPU_TIMER_CVAL), ==, 77);
}

static void test_sync_tries_all_before_it_fails(Fixture *h, gconstpointer data)
{
    (void)data;
    h->faulty.refused_id = SCTLR_EL1;
    h->faulty.refusal = -EPERM;
    sysreg_write(h, ARM_SYSREG_WRITE_STATE, ESR_EL1, 5);
    g_assert_cmpuint(sysreg_command(h, ARM_SYSREG_TO_KERNEL), ==, EPERM);
    g_assert_cmphex(sysreg_kernel(h, ESR_EL1), ==, 5);
    ob_host_store(h->host, HW_SPACE_MEMORY, h->base + ARM_SYSREG_INDEX,
                  sysreg_readl(h, ARM_SYSREG_FAILED), 4);
    g_assert_cmphex(sysreg_read(h, ARM_SYSREG_REG_ID), ==, SCTLR_EL1);
}

/* -------------------------------------------------------------------- policy */

static void refused(const char *file, const char *settings, const char *options,
                    const char *sentence)
{
    SysregHost h;

    sysreg_host_up(&h, file, settings);
    g_assert_false(sysreg_device_try(&h, options));
    g_assert_cmpstr(h.text, ==, sentence);
    sysreg_host_down(&h);
}

static void test_policy_pins(void)
{
    SysregHost h;

    sysreg_host_up(&h, SYSREG_6_12, "");
    sysreg_device(&h, "psci-version=0.2 pin=STD_BMAP=0:ID_AA64DFR0_EL1=0x10305006");
    g_assert_cmphex(sysreg_kernel(&h, HW_VCPU_PSCI_VERSION), ==, 2);
    g_assert_cmphex(sysreg_kernel(&h, HW_VCPU_STD_BMAP), ==, 0);
    g_assert_cmphex(sysreg_kernel(&h, AA64DFR0_EL1), ==, 0x10305006);
    sysreg_host_down(&h);
}

/* After a refusal the device restores the registers that the kernel accepted before it. */
static void test_policy_takes_back(void)
{
    SysregHost h;

    sysreg_host_up(&h, SYSREG_6_12, "");
    g_assert_false(sysreg_device_try(&h, "psci-version=0.2 pin=STD_BMAP=0:VENDOR_HYP_BMAP=4"));
    g_assert_cmpstr(h.text, ==,
                    "arm-sysreg-sync: VENDOR_HYP_BMAP (0x6030000000160002) can't be "
                    "pinned to 0x4: the kernel refuses the value, the register has 0x3");
    g_assert_cmphex(sysreg_kernel(&h, HW_VCPU_PSCI_VERSION), ==, 0x10001);
    g_assert_cmphex(sysreg_kernel(&h, HW_VCPU_STD_BMAP), ==, 1);
    sysreg_host_down(&h);
}

static void test_policy_clears_what_is_unknown(void)
{
    SysregHost h;

    sysreg_host_up(&h, SYSREG_6_12, "class=K5 with=FW_FEAT_BMAP_4=7 limit=VENDOR_HYP_BMAP_2=3");
    sysreg_device(&h, "");
    g_assert_cmphex(sysreg_kernel(&h, HW_VCPU_FIRMWARE_BITMAP(4)), ==, 7);
    sysreg_host_down(&h);
    sysreg_host_up(&h, SYSREG_6_12, "class=K5 with=FW_FEAT_BMAP_4=7");
    sysreg_device(&h, "clear-unknown=on");
    g_assert_cmphex(sysreg_kernel(&h, HW_VCPU_FIRMWARE_BITMAP(4)), ==, 0);
    g_assert_cmphex(sysreg_kernel(&h, HW_VCPU_STD_BMAP), ==, 1);
    sysreg_host_down(&h);
}

static void test_policy_refuses_once_run(void)
{
    refused(SYSREG_6_12, "has-run=on", "psci-version=0.2",
            "arm-sysreg-sync: PSCI_VERSION "
            "(0x6030000000140000) can't be pinned to 0x2: a vCPU has already run, the register has "
            "0x10001");
}

static void test_policy_pins_what_is_absent(void)
{
    SysregHost h;

    sysreg_host_up(&h, SYSREG_6_12, "class=K0");
    sysreg_device(&h, "psci-version=0.2 pin=STD_BMAP=0");
    sysreg_host_down(&h);
    refused(SYSREG_6_12, "class=K0", "psci-version=1.0",
            "arm-sysreg-sync: PSCI_VERSION "
            "(0x6030000000140000) can't be pinned to 0x10000: this kernel does not have the "
            "register");
}

static void test_policy_raises_no_level(void)
{
    refused(SYSREG_6_12, "limit=WORKAROUND_1=1", "pin=WORKAROUND_1=2",
            "arm-sysreg-sync: "
            "WORKAROUND_1 (0x6030000000140001) can't be pinned to 0x2: this host is less safe, the "
            "register has 0x1");
}

static void test_policy_hides_after_pins(void)
{
    SysregHost h;

    refused(SYSREG_6_12, "", "hide=STD_BMAP",
            "arm-sysreg-sync: STD_BMAP (0x6030000000160000) "
            "can't be hidden with the value 0x1: the guest may use these hypercalls, expected a "
            "pin to 0 before the guest first runs, or offered= if the destination always has them");
    sysreg_host_up(&h, SYSREG_6_12, "");
    sysreg_device(&h, "hide=STD_BMAP:PSCI_VERSION pin=STD_BMAP=0 psci-version=0.2");
    g_assert_cmphex(sysreg_flags(&h, HW_VCPU_STD_BMAP) & ARM_SYSREG_FLAG_HIDDEN, !=, 0);
    g_assert_cmphex(sysreg_flags(&h, SCTLR_EL1) & ARM_SYSREG_FLAG_HIDDEN, ==, 0);
    sysreg_host_down(&h);
}

static void test_policy_refuses_nonsense(void)
{
    refused(SYSREG_6_12, "", "tolerate=PIR_EL7",
            "arm-sysreg-sync: tolerate: invalid register "
            "'PIR_EL7': expected a name, or an id with 0x");
    refused(SYSREG_6_12, "", "vcpu=2", "arm-sysreg-sync: vcpu: 2 does not exist, expected 0 to 1");
}

/* ---------------------------------------------------------------- odd kernels */

static void test_kernel_list_grows(void)
{
    SysregHost h;

    sysreg_host_up(&h, SYSREG_6_12, "");
    h.faulty.growing = 3;
    sysreg_device(&h, "");
    g_assert_cmpuint(sysreg_readl(&h, ARM_SYSREG_COUNT), ==, 184);
    sysreg_host_down(&h);
}

static void test_kernel_list_shrinks(void)
{
    SysregHost h;

    sysreg_host_up(&h, SYSREG_6_12, "");
    h.faulty.surplus = 9;
    sysreg_device(&h, "");
    g_assert_cmpuint(sysreg_readl(&h, ARM_SYSREG_COUNT), ==, 184);
    sysreg_host_down(&h);
}

static void test_kernel_list_is_too_long(void)
{
    SysregHost h;

    sysreg_host_up(&h, SYSREG_6_12, "");
    h.faulty.surplus = UINT32_MAX - 1000;
    g_assert_false(sysreg_device_try(&h, ""));
    g_assert_cmpstr(h.text, ==,
                    "arm-sysreg-sync: the kernel's list of vCPU 0 can't be read: "
                    "answer -7, 4294966554 registers");
    sysreg_host_down(&h);
}

/* The device reports a register that disappeared, and syncs the others. */
static void test_kernel_loses_a_register(void)
{
    SysregHost h;

    sysreg_host_up(&h, SYSREG_6_12, "");
    sysreg_device(&h, "");
    sysreg_kernel_set(&h, ESR_EL1, 5);
    hw_vcpu_model_remove(h.model, CSSELR_EL1);
    g_assert_cmpuint(sysreg_command(&h, ARM_SYSREG_LIST_FROM_KERNEL), ==, ENOENT);
    g_assert_cmphex(sysreg_list(&h, ESR_EL1), ==, 5);
    ob_host_store(h.host, HW_SPACE_MEMORY, h.base + ARM_SYSREG_INDEX,
                  sysreg_readl(&h, ARM_SYSREG_FAILED), 4);
    g_assert_cmphex(sysreg_read(&h, ARM_SYSREG_REG_ID), ==, CSSELR_EL1);
    g_byte_array_free(sysreg_save(&h), TRUE);
    g_assert_cmpstr(h.log->str, ==,
                    "0 CSSELR_EL1 (0x603000000013d000) can't be read: answer -2; "
                    "its last value is saved\n");
    ob_host_reset(h.host);
    g_assert_cmpuint(sysreg_readl(&h, ARM_SYSREG_COUNT), ==, 183);
    sysreg_host_down(&h);
}

static void test_kernel_list_never_settles(void)
{
    SysregHost h;

    sysreg_host_up(&h, SYSREG_6_12, "");
    h.faulty.growing = 100;
    g_assert_false(sysreg_device_try(&h, ""));
    g_assert_cmpstr(h.text, ==,
                    "arm-sysreg-sync: the kernel's list of vCPU 0 changed at each of 8 "
                    "attempts to read it");
    sysreg_host_down(&h);
}

static void odd_id_refused(uint64_t id, const char *sentence)
{
    SysregHost h;

    sysreg_host_up(&h, SYSREG_6_12, "");
    h.faulty.extra_id = id;
    g_assert_false(sysreg_device_try(&h, ""));
    g_assert_cmpstr(h.text, ==, sentence);
    sysreg_host_down(&h);
}

static void test_kernel_with_odd_ids(void)
{
    odd_id_refused(SCTLR_EL1, "arm-sysreg-sync: SCTLR_EL1 (0x603000000013c080) is in the list "
                              "twice, with 0x0 and 0x0");
    odd_id_refused(UINT64_C(0x604000000013c081), "arm-sysreg-sync: ACTLR_EL1 (0x604000000013c081) "
                                                 "has 16 bytes, expected 4 or 8");
    odd_id_refused(UINT64_C(0x603000000013d123), "arm-sysreg-sync: S3_2_C2_C4_3 "
                                                 "(0x603000000013d123) can't be read: answer -2");
}

static void test_host_without_vcpus(void)
{
    const ObHostConfig config = { .architecture = "x86_64" };
    HW_ERROR(error, 300);
    ObHost *host = ob_host_new(&config, &error);

    g_assert_true(ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error));
    g_assert_null(ob_host_add_device(host, "arm-sysreg-sync", NULL, 0, &error));
    g_assert_cmpstr(error.text, ==,
                    "arm-sysreg-sync needs hw.vcpu-registers/1; host "
                    "'outboard-system-x86_64 (pc)' lacks it");
    ob_host_free(host);
}

#define TEST(path, function) \
    g_test_add("/arm-sysreg-sync/" path, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("window/lists-what-the-kernel-lists", test_window_lists_what_the_kernel_lists);
    TEST("window/nothing-past-the-end", test_window_past_the_end);
    TEST("window/refuses-unknown-commands", test_window_refuses_commands);
    TEST("sync/from-kernel", test_sync_from_kernel);
    TEST("sync/to-kernel", test_sync_to_kernel);
    TEST("sync/only-what-stuck", test_sync_only_what_stuck);
    TEST("sync/flag-tells-what-stuckflag-tells-what-stuck", test_sync_tells_what_stuck);
    TEST("sync/constants-stay", test_sync_constants_stay);
    g_test_add_data_func("/arm-sysreg-sync/sync/state-has-the-list/6.1", SYSREG_6_1,
                         test_sync_state_has_the_list);
    g_test_add_data_func("/arm-sysreg-sync/sync/state-has-the-list/6.12", SYSREG_6_12,
                         test_sync_state_has_the_list);
    TEST("sync/registers-of-the-kernel-alone", test_sync_registers_of_the_kernel_alone);
    TEST("sync/counts-at-full-state-alone", test_sync_counts_at_full_state_alone);
    TEST("sync/compare-value-is-no-count", test_sync_compare_value_is_no_count);
    TEST("sync/tries-all-before-it-fails", test_sync_tries_all_before_it_fails);
    g_test_add_func("/arm-sysreg-sync/policy/pins", test_policy_pins);
    g_test_add_func("/arm-sysreg-sync/policy/takes-back", test_policy_takes_back);
    g_test_add_func("/arm-sysreg-sync/policy/clears-what-is-unknown",
                    test_policy_clears_what_is_unknown);
    g_test_add_func("/arm-sysreg-sync/policy/refuses-once-run", test_policy_refuses_once_run);
    g_test_add_func("/arm-sysreg-sync/policy/pins-what-is-absent", test_policy_pins_what_is_absent);
    g_test_add_func("/arm-sysreg-sync/policy/raises-no-level", test_policy_raises_no_level);
    g_test_add_func("/arm-sysreg-sync/policy/hides-after-pins", test_policy_hides_after_pins);
    g_test_add_func("/arm-sysreg-sync/policy/refuses-nonsense", test_policy_refuses_nonsense);
    g_test_add_func("/arm-sysreg-sync/kernel/list-grows", test_kernel_list_grows);
    g_test_add_func("/arm-sysreg-sync/kernel/list-shrinks", test_kernel_list_shrinks);
    g_test_add_func("/arm-sysreg-sync/kernel/list-is-too-long", test_kernel_list_is_too_long);
    g_test_add_func("/arm-sysreg-sync/kernel/loses-a-register", test_kernel_loses_a_register);
    g_test_add_func("/arm-sysreg-sync/kernel/list-never-settles", test_kernel_list_never_settles);
    g_test_add_func("/arm-sysreg-sync/kernel/with-odd-ids", test_kernel_with_odd_ids);
    g_test_add_func("/arm-sysreg-sync/host/without-vcpus", test_host_without_vcpus);
    return g_test_run();
}
