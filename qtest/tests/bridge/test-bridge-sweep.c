/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sweeps of devices behind the bridge that have a register table: accesses of every width and
 * alignment, at each end too.  test-guest-profiles.c makes them in our own host.
 */
#include "hw-api/host/load/plugin-set.h"
#include "qtest/client/sweep.h"
#include "qtest/tests/bridge/bridge-machine.h"

/* The bridge's address for the first device that has none of its own. */
#define PC_BASE       UINT64_C(0xfef00000)
#define VIRT_BASE     UINT64_C(0x0b000000)

#define BEACON_CTRL   0x4
#define BEACON_STATUS 0x8
#define CTRL_RING     0x2 /* sets a bit of STATUS that a guest can clear */

static void assert_no_mismatch(char *mismatch)
{
    g_assert_cmpstr(mismatch, ==, NULL);
    g_free(mismatch);
}

static const HwRegion *register_region(const HwClass *cls)
{
    const HwRegions *regions = &cls->table.regions;

    for (uint32_t i = 0; i < regions->count; i++) {
        if (regions->entries[i].kind == HW_REGION_REGISTERS) {
            return &regions->entries[i];
        }
    }
    g_assert_not_reached();
}

static void device_sweep(const char *name, uint64_t to_arouse)
{
    HW_ERROR(error, 1024);
    HwPluginSet *set = hw_plugin_set_inspect(g_getenv("OB_BRIDGE_SET"), &error);
    g_autofree char *device = g_strdup_printf("-device %s", name);
    uint64_t base = bridge_machine_is_pc() ? PC_BASE : VIRT_BASE;
    const HwRegion *region;
    ObClient *c;

    g_assert_cmpstr(error.text, ==, "");
    region = register_region(hw_plugin_set_find(set, name));
    c = bridge_machine_start(NULL, device);
    assert_no_mismatch(ob_sweep_loads(c, region, base));
    assert_no_mismatch(ob_sweep_reserved(c, region, base));
    assert_no_mismatch(ob_sweep_writable(c, region, base));
    if (to_arouse) {
        ob_client_writel(c, base + to_arouse, CTRL_RING);
        g_assert_cmphex(ob_client_readl(c, base + BEACON_STATUS), !=, 0);
    }
    assert_no_mismatch(ob_sweep_write_one_clear(c, region, base));
    ob_client_quit(c);
    hw_plugin_set_free(set);
}

static void test_beacon(void)
{
    device_sweep("beacon", BEACON_CTRL);
}

static void test_arm_sysreg_sync(void)
{
    device_sweep("arm-sysreg-sync", 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/bridge-sweep/beacon/any-access-is-as-its-register-table-says", test_beacon);
    if (!bridge_machine_is_pc()) {
        g_test_add_func("/bridge-sweep/arm-sysreg-sync/any-access-is-as-its-register-table-says",
                        test_arm_sysreg_sync);
    }
    return g_test_run();
}
