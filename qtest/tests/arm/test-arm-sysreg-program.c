/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs whose vCPUs have the registers of different kernels, and a migration between. */
#include <glib/gstdio.h>

#include "devices/arm-sysreg-regs.h"
#include "hw-api/device/vcpu-id.h"
#include "qtest/tests/lib/migration-pair.h"

#define WINDOW    UINT64_C(0x0c100000)
#define SCTLR_EL1 HW_VCPU_SYSREG(3, 0, 1, 0, 0)

typedef struct Pair {
    ObClient *source;
    ObClient *target;
    char *directory;
    char *uri;
} Pair;

static ObClient *kernel_start(const char *kernel, const char *policy, const char *more)
{
    g_autofree char *arguments = g_strdup_printf(
        "-M virt -m 1M -vcpu-registers model=%s/linux-6.12.100.regs,%s "
        "-device arm-sysreg-sync,addr=0x%x%s %s",
        g_getenv("OB_KVM_ARM64"), kernel, (unsigned)WINDOW, policy, more);

    return program_start(arguments);
}

static Pair pair_start(const char *from, const char *from_policy, const char *to,
                       const char *to_policy)
{
    Pair pair = {
        .source = kernel_start(from, from_policy, ""),
        .target = kernel_start(to, to_policy, "-incoming defer"),
        .directory = g_dir_make_tmp("ob-XXXXXX", NULL),
    };

    pair.uri = g_strdup_printf("unix:%s/x", pair.directory);
    pair_qmp(pair.target, "migrate-incoming",
             json_pack("{s:s, s:b}", "uri", pair.uri, "exit-on-error", 0));
    return pair;
}

static void pair_end(Pair *pair)
{
    client_end(pair->source);
    client_end(pair->target);
    g_assert_cmpint(g_rmdir(pair->directory), ==, 0);
    g_free(pair->directory);
    g_free(pair->uri);
}

static void value_write(ObClient *c, uint32_t command, uint64_t value)
{
    ob_client_writel(c, WINDOW + ARM_SYSREG_VALUE, (uint32_t)value);
    ob_client_writel(c, WINDOW + ARM_SYSREG_VALUE + 4, (uint32_t)(value >> 32));
    ob_client_writel(c, WINDOW + ARM_SYSREG_COMMAND, command);
}

static void sctlr_make(ObClient *c, uint64_t value)
{
    value_write(c, ARM_SYSREG_FIND, SCTLR_EL1);
    value_write(c, ARM_SYSREG_WRITE_STATE, value);
    ob_client_writel(c, WINDOW + ARM_SYSREG_COMMAND, ARM_SYSREG_TO_KERNEL);
    g_assert_cmphex(ob_client_readl(c, WINDOW + ARM_SYSREG_STATUS), ==, 0);
}

static void sctlr_expect(ObClient *c, uint32_t value)
{
    ob_client_writel(c, WINDOW + ARM_SYSREG_COMMAND, ARM_SYSREG_FROM_KERNEL);
    value_write(c, ARM_SYSREG_FIND, SCTLR_EL1);
    g_assert_cmphex(ob_client_readl(c, WINDOW + ARM_SYSREG_STATE), ==, value);
}

static void test_older_kernel_refuses(void)
{
    Pair pair = pair_start("class=K5", "", "class=K4", "");

    pair_migrate(pair.source, pair.uri);
    failure_await(pair.target);
    reason_expect(pair.target, "arm-sysreg-sync: VENDOR_HYP_BMAP_2 (0x6030000000160003): incoming "
                               "0x0, not here: this kernel does not have the register, expected "
                               "hide=VENDOR_HYP_BMAP_2");
    sctlr_expect(pair.target, 0xc50078);
    pair_end(&pair);
}

static void test_older_kernel_takes(void)
{
    Pair pair = pair_start("class=K5", ",psci-version=1.1,hide=VENDOR_HYP_BMAP_2", "class=K4", "");

    sctlr_make(pair.source, 0x34d5d91d);
    pair_migrate(pair.source, pair.uri);
    await_status(pair.target, "completed");
    sctlr_expect(pair.target, 0x34d5d91d);
    pair_end(&pair);
}

static void test_newer_kernel_takes(void)
{
    Pair pair = pair_start("class=K1", "", "class=K5", "");

    sctlr_make(pair.source, 0x34d5d91d);
    pair_migrate(pair.source, pair.uri);
    await_status(pair.target, "completed");
    sctlr_expect(pair.target, 0x34d5d91d);
    pair_end(&pair);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/arm-sysreg-program/older-kernel-refuses", test_older_kernel_refuses);
    g_test_add_func("/arm-sysreg-program/older-kernel-takes-with-a-policy",
                    test_older_kernel_takes);
    g_test_add_func("/arm-sysreg-program/newer-kernel-takes", test_newer_kernel_takes);
    return g_test_run();
}
