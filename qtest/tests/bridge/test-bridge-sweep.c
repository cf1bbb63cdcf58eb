/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sweeps of devices behind the bridge that have a register table: accesses of every width and
 * alignment, at each end too.  test-guest-profiles.c makes them in our own host.
 */
#include "devices/tpm-crb-regs.h"
#include "hw-api/host/load/plugin-set.h"
#include "qtest/client/sweep.h"
#include "qtest/tests/bridge/bridge-machine.h"

/* The bridge's address for the first device that has none of its own. */
#define PC_BASE   UINT64_C(0xfef00000)
#define VIRT_BASE UINT64_C(0x0b000000)

#define TPM_CRB   UINT64_C(0xfed40000) /* on a PC */

#define PC        1
#define VIRT      2

/* A device whose regions are swept. */
typedef struct Row {
    const char *class_name;
    const char *device; /* the -device */
    unsigned machines;
    unsigned regions;    /* that a sweep can judge */
    uint64_t size;       /* the swept part of each; 0: all */
    uint32_t ring_at;    /* a register; 0: none */
    uint32_t ring;       /* stored there, it sets a bit that a guest can clear */
    uint32_t pending_at; /* the register of this bit */
} Row;

/* clang-format off */
static const Row rows[] = {
    { "beacon", "beacon", PC | VIRT, .regions = 1, .ring_at = 0x4, .ring = 0x2, .pending_at = 0x8 },
    { "arm-sysreg-sync", "arm-sysreg-sync", VIRT, .regions = 1 },
    { "i2c-ocores", "i2c-ocores", PC | VIRT, .regions = 1 },
    { "sand-glass", "sand-glass", PC | VIRT, .regions = 1 },
    { "tpm-crb", "outboard-tpm-crb,tpmdev=tpm0", PC, .regions = 1 },
    /* At the end of a ROM device QEMU reads behind its memory, of its own flash too, and may die
     * (7.2 and 11.1; -M virt: readw 0x3ffffff).  So the sweep ends where the registers do. */
    { "tpm-crb-device", "tpm-crb-device,tpmdev=tpm0,window=16384", VIRT, .regions = 1,
      .size = CRB_BUFFER },
    { "virtio-net-mmio", "virtio-net-mmio,netdev=n0", PC | VIRT, .regions = 1 },
};
/* clang-format on */

static void assert_no_mismatch(char *mismatch)
{
    g_assert_cmpstr(mismatch, ==, NULL);
    g_free(mismatch);
}

static ObClient *row_start(const Row *row)
{
    g_autofree char *arguments = g_strdup_printf(
        "-plugin file=%s,set=%s,libtpms=tpm0 -netdev hubport,hubid=0,id=n0 -device %s",
        g_getenv("OUTBOARD_BRIDGE"), g_getenv("OB_BRIDGE_SET"), row->device);
    HW_ERROR(error, 4096);
    ObClient *c = bridge_machine_start_stock(arguments, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static void region_sweep(ObClient *c, const Row *row, const HwRegion *whole)
{
    HwRegion part = *whole;
    const HwRegion *region = &part;
    uint64_t device = bridge_machine_is_pc() ? PC_BASE : VIRT_BASE;
    uint64_t base = (region->base ? device : 0) + region->offset;

    part.size = row->size ? row->size : whole->size;
    g_test_message("%s %s", row->class_name, region->name);
    assert_no_mismatch(ob_sweep_loads(c, region, base));
    assert_no_mismatch(ob_sweep_reserved(c, region, base));
    assert_no_mismatch(ob_sweep_writable(c, region, base));
    if (row->ring_at) {
        ob_client_writel(c, base + row->ring_at, row->ring);
        g_assert_cmphex(ob_client_readl(c, base + row->pending_at), !=, 0);
    }
    assert_no_mismatch(ob_sweep_write_one_clear(c, region, base));
}

static void test_row(gconstpointer opaque)
{
    const Row *row = opaque;
    HW_ERROR(error, 1024);
    HwPluginSet *set = hw_plugin_set_inspect(g_getenv("OB_BRIDGE_SET"), &error);
    const HwRegions *regions;
    unsigned swept = 0;
    ObClient *c;

    g_assert_cmpstr(error.text, ==, "");
    regions = &hw_plugin_set_find(set, row->class_name)->table.regions;
    c = row_start(row);
    for (uint32_t i = 0; i < regions->count; i++) {
        if (ob_sweep_can_judge(&regions->entries[i])) {
            region_sweep(c, row, &regions->entries[i]);
            swept++;
        }
    }
    g_assert_cmpuint(swept, ==, row->regions);
    ob_client_quit(c);
    hw_plugin_set_free(set);
}

/* A new class with a table that a sweep can judge needs a row. */
static void test_each_class_has_a_row(void)
{
    HW_ERROR(error, 1024);
    HwPluginSet *set = hw_plugin_set_inspect(g_getenv("OB_BRIDGE_SET"), &error);

    for (uint32_t i = 0; i < hw_plugin_set_class_count(set); i++) {
        const HwClass *cls = hw_plugin_set_class(set, i);
        bool has_table = false, has_row = false;

        for (uint32_t r = 0; r < cls->table.regions.count; r++) {
            const HwRegion *region = &cls->table.regions.entries[r];

            has_table = has_table || (region->space != HW_SPACE_BAR && ob_sweep_can_judge(region));
        }
        for (size_t r = 0; r < G_N_ELEMENTS(rows); r++) {
            has_row = has_row || g_str_equal(rows[r].class_name, cls->table.name);
        }
        g_test_message("%s", cls->table.name);
        g_assert_cmpint(has_row, ==, has_table);
    }
    hw_plugin_set_free(set);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf(
            "/bridge-sweep/%s/any-access-is-as-its-register-table-says", rows[i].class_name);

        if (rows[i].machines & (bridge_machine_is_pc() ? PC : VIRT)) {
            g_test_add_data_func(path, &rows[i], test_row);
        }
    }
    g_test_add_func("/bridge-sweep/each-class-with-a-table-has-a-row", test_each_class_has_a_row);
    return g_test_run();
}
