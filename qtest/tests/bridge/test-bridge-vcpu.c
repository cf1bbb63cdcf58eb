/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers of a stock QEMU's vCPU, through the window of our arm-sysreg-sync. */
#include <errno.h>

#include "devices/arm-sysreg-regs.h"
#include "qtest/tests/bridge/bridge-machine.h"

#define BASE UINT64_C(0x0b000000)

/* Cortex-A57 */
#define SCTLR_EL1    UINT64_C(0x603000000013c080)
#define SCTLR_RESET  UINT64_C(0x00c50838)
#define TPIDR_EL0    UINT64_C(0x603000000013de82)
#define ID_ISAR0_EL1 UINT64_C(0x603000000013c010) /* a constant */

static ObClient *start(void)
{
    return bridge_machine_start("virt", "-cpu cortex-a57 -device arm-sysreg-sync");
}

/* Returns a positive errno, or 0. */
static uint32_t command(ObClient *c, uint32_t number)
{
    ob_client_writel(c, BASE + ARM_SYSREG_COMMAND, number);
    return ob_client_readl(c, BASE + ARM_SYSREG_STATUS);
}

static void value_write(ObClient *c, uint64_t value)
{
    ob_client_writel(c, BASE + ARM_SYSREG_VALUE, (uint32_t)value);
    ob_client_writel(c, BASE + ARM_SYSREG_VALUE + 4, (uint32_t)(value >> 32));
}

static uint64_t list_read(ObClient *c)
{
    return ob_client_readl(c, BASE + ARM_SYSREG_LIST) |
           (uint64_t)ob_client_readl(c, BASE + ARM_SYSREG_LIST + 4) << 32;
}

static void find(ObClient *c, uint64_t id)
{
    value_write(c, id);
    g_assert_cmpuint(command(c, ARM_SYSREG_FIND), ==, 0);
}

static void test_value(void)
{
    ObClient *c = start();

    find(c, SCTLR_EL1);
    g_assert_cmpuint(command(c, ARM_SYSREG_LIST_FROM_KERNEL), ==, 0);
    g_assert_cmphex(list_read(c), ==, SCTLR_RESET);
    ob_client_quit(c);
}

static void test_write(void)
{
    ObClient *c = start();

    find(c, TPIDR_EL0);
    value_write(c, UINT64_C(0x123456789abcdef0));
    g_assert_cmpuint(command(c, ARM_SYSREG_WRITE_LIST), ==, 0);
    g_assert_cmpuint(command(c, ARM_SYSREG_LIST_TO_KERNEL), ==, 0);
    value_write(c, 0);
    g_assert_cmpuint(command(c, ARM_SYSREG_WRITE_LIST), ==, 0);
    g_assert_cmphex(list_read(c), ==, 0);
    g_assert_cmpuint(command(c, ARM_SYSREG_LIST_FROM_KERNEL), ==, 0);
    g_assert_cmphex(list_read(c), ==, UINT64_C(0x123456789abcdef0));
    ob_client_quit(c);
}

static void test_constant(void)
{
    ObClient *c = start();
    uint64_t value;

    find(c, ID_ISAR0_EL1);
    g_assert_cmpuint(command(c, ARM_SYSREG_LIST_FROM_KERNEL), ==, 0);
    value = list_read(c);
    value_write(c, value ^ 1);
    g_assert_cmpuint(command(c, ARM_SYSREG_WRITE_LIST), ==, 0);
    g_assert_cmpuint(command(c, ARM_SYSREG_LIST_TO_KERNEL), ==, EINVAL);
    g_assert_cmpuint(command(c, ARM_SYSREG_LIST_FROM_KERNEL), ==, 0);
    g_assert_cmphex(list_read(c), ==, value);
    ob_client_quit(c);
}

static void test_vcpus(void)
{
    bridge_machine_assert_refused("virt", "-smp 2 -device arm-sysreg-sync,vcpu=2",
                                  "arm-sysreg-sync: vcpu: 2 does not exist, expected 0 to 1");
}

static void test_other_architecture(void)
{
    bridge_machine_assert_refused("q35", "-device arm-sysreg-sync",
                                  "arm-sysreg-sync needs hw.vcpu-registers/1; host 'qemu' "
                                  "lacks it");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    if (bridge_machine_is_pc()) {
        g_test_add_func("/bridge-vcpu/other-architecture-is-refused", test_other_architecture);
    } else {
        g_test_add_func("/bridge-vcpu/value-is-the-cpus", test_value);
        g_test_add_func("/bridge-vcpu/write-reaches-the-cpu", test_write);
        g_test_add_func("/bridge-vcpu/constant-stays", test_constant);
        g_test_add_func("/bridge-vcpu/number-beyond-the-last-is-refused", test_vcpus);
    }
    return g_test_run();
}
