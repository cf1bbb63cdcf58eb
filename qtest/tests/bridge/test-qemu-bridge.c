/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our devices in a stock QEMU, seen by the guest and the monitor. */
#include <string.h>

#include "devices/tpm-crb-regs.h"
#include "qtest/client/drivers/fw-cfg.h"
#include "qtest/tests/bridge/bridged-qemu.h"
#include "qtest/tests/lib/sanitized.h"

/* ------------------------------------------------------------------- regions */

static void test_widths(void)
{
    ObClient *c = qemu_start("-device beacon");

    g_assert_cmphex(ob_client_readb(c, machine->base), ==, 0x42);
    g_assert_cmphex(ob_client_readw(c, machine->base + 2), ==, 0x4e43);
    g_assert_cmphex(ob_client_readl(c, machine->base), ==, BEACON_MAGIC);
    g_assert_cmphex(ob_client_readq(c, machine->base), ==, BEACON_MAGIC);
    g_assert_cmphex(ob_client_readl(c, machine->base + 2), ==, 0x4e43);
    ob_client_quit(c);
}

static void test_writes(void)
{
    static const uint32_t sizes[] = { 1, 2, 4, 8 };
    ObClient *c = qemu_start("-device beacon");

    for (uint32_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        ob_client_store(c, machine->base + BEACON_CTRL, CTRL_RING, sizes[i]);
        g_assert_cmpuint(ob_client_readl(c, machine->base + BEACON_COUNT), ==, i + 1);
    }
    ob_client_quit(c);
}

static void test_address_given(void)
{
    g_autofree char *device = g_strdup_printf("-device beacon,addr=0x%" G_GINT64_MODIFIER "x",
                                              machine->base + 0x20000);
    ObClient *c = qemu_start(device);

    g_assert_cmphex(ob_client_readl(c, machine->base + 0x20000), ==, BEACON_MAGIC);
    g_assert_cmphex(ob_client_readl(c, machine->base), ==, 0);
    ob_client_quit(c);
}

static void test_address_of_second(void)
{
    ObClient *c = qemu_start("-device beacon -device beacon,fw-cfg=off");

    ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_RING);
    g_assert_cmpuint(ob_client_readl(c, machine->base + BEACON_COUNT), ==, 1);
    g_assert_cmphex(ob_client_readl(c, machine->base + 0x1000), ==, BEACON_MAGIC);
    g_assert_cmpuint(ob_client_readl(c, machine->base + 0x1000 + BEACON_COUNT), ==, 0);
    ob_client_quit(c);
}

static void test_address_taken(void)
{
    g_autofree char *devices = g_strdup_printf(
        "beacon -device beacon,id=b,fw-cfg=off,addr=0x%" G_GINT64_MODIFIER "x",
        machine->base + 0x800);

    assert_device_refused(devices, "b: region 'mmio' can't be at 0x");
}

static void test_address_beyond(void)
{
    assert_device_refused("beacon,addr=0xfffffffffffff800",
                          "beacon: region 'mmio' ends after the address space");
}

/* ---------------------------------------------------------------- interrupts */

static void test_irq(void)
{
    ObClient *c = qemu_start("-device beacon,irq-line=7");

    watch_interrupts(c);
    ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_ENABLE | CTRL_RING);
    g_assert_true(ob_client_irq_get(c, 7));
    ob_client_writel(c, machine->base + BEACON_STATUS, 1);
    g_assert_false(ob_client_irq_get(c, 7));
    ob_client_quit(c);
}

static void test_irq_missing(void)
{
    ObClient *c = qemu_start("-device beacon,irq-line=4000");

    ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_ENABLE | CTRL_RING);
    g_assert_cmphex(ob_client_readl(c, machine->base), ==, BEACON_MAGIC);
    ob_client_quit(c);
}

/* --------------------------------------------------------------- properties */

static void test_property_unknown(void)
{
    assert_device_refused("beacon,colour=red", "Property 'beacon.colour' not found");
}

static void test_property_no_number(void)
{
    assert_device_refused("beacon,irq-line=five", "Parameter 'irq-line' expects");
}

static void test_property_range(void)
{
    assert_device_refused("beacon,irq-line=0x100000000",
                          "beacon: irq-line: 4294967296 is out of range");
}

static void test_property_address(void)
{
    assert_device_refused("beacon,id=b,addr=here",
                          "b: addr: invalid value 'here': expected an address or 'auto'");
}

static void test_property_read(void)
{
    ObClient *c = qemu_start("-device beacon,id=b,irq-line=0x6");
    json_t *value = ob_client_qmp(c, "qom-get",
                                  json_pack("{s:s, s:s}", "path", "/machine/peripheral/b",
                                            "property", "irq-line"),
                                  NULL);

    g_assert_cmpint(json_integer_value(value), ==, 6);
    json_decref(value);
    ob_client_quit(c);
}

static void test_property_late(void)
{
    ObClient *c = qemu_start("-device beacon,id=b");
    g_autofree char *text = qmp_error(c, "qom-set",
                                      json_pack("{s:s, s:s, s:i}", "path", "/machine/peripheral/b",
                                                "property", "irq-line", "value", 3));

    g_assert_cmpstr(text, ==, "b: irq-line: can't be changed after the device was realized");
    ob_client_quit(c);
}

/* --------------------------------------------------------------------- life */

static void test_reset(void)
{
    ObClient *c = qemu_start("-device beacon");

    ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_ENABLE | CTRL_RING);
    ob_client_reset(c);
    g_assert_cmphex(ob_client_readl(c, machine->base + BEACON_CTRL), ==, 0);
    g_assert_cmphex(ob_client_readl(c, machine->base + BEACON_STATUS), ==, 0);
    g_assert_cmphex(ob_client_readl(c, machine->base + BEACON_ID), ==, BEACON_MAGIC);
    ob_client_quit(c);
}

static void test_hot_unplug(void)
{
    ObClient *c = qemu_start("-device beacon,id=b");
    g_autofree char *text = qmp_error(c, "device_del", json_pack("{s:s}", "id", "b"));

    g_assert_cmpstr(text, ==, "Device 'beacon' does not support hotplugging");
    ob_client_quit(c);
}

static void test_hot_plug(void)
{
    ObClient *c = qemu_start("-device beacon");
    g_autofree char *text = qmp_error(c, "device_add", json_pack("{s:s}", "driver", "beacon"));

    g_assert_nonnull(strstr(text, "plug")); /* each release has its own sentence */
    g_assert_cmphex(ob_client_readl(c, machine->base), ==, BEACON_MAGIC);
    ob_client_quit(c);
}

static void test_name(void)
{
    g_autofree char *device = g_strdup_printf("%s,tpmdev=none", machine->crb);

    assert_device_refused(device, "tpm-crb: tpmdev: no TPM backend has this id: 'none'");
}

/* ---------------------------------------------------------------------- TPM */

#define CRB UINT64_C(0xfed40000)

/* The GUID begins with 1, LOC_CTRL's requestAccess. */
static void test_guest_memory(void)
{
    bool is_pc = machine->is_pc;
    g_autofree char *devices = g_strdup_printf(
        ",libtpms=t -device tpm-crb-device,tpmdev=t -device %svmgenid,id=g,"
        "guid=00000001-0000-4000-8000-000000000000",
        is_pc ? "outboard-" : "");
    ObClient *c = qemu_start_with(devices);
    ObFwCfgPort port = is_pc ? fw_cfg_of_pc(c) : fw_cfg_of_virt(c);
    uint16_t key = fw_cfg_find(&port, "etc/vmgenid_addr", NULL);
    json_t *guid;

    g_assert_cmpuint(key, !=, 0);
    ob_client_writeq(c, port.descriptor + 64, machine->base + CRB_LOC_CTRL);
    g_assert_cmphex(fw_cfg_dma(&port, fw_cfg_dma_key(key) | FW_CFG_DMA_WRITE, port.descriptor + 64,
                               8),
                    ==, 0);
    guid = json_pack("{s:s, s:s, s:s}", "path", "/machine/peripheral/g", "property", "guid",
                     "value", "00000001-0000-4000-8000-000000000001");
    json_decref(ob_client_qmp(c, "qom-set", guid, NULL));
    g_assert_cmphex(ob_client_readl(c, machine->base + CRB_LOC_STS), ==, 0);
    ob_client_quit(c);
}

/* Sends Startup to a libtpms in QEMU's process. */
static void test_tpm(const char *options)
{
    static const uint8_t startup[] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x44, 0, 0 };
    static const uint8_t success[] = { 0x80, 1, 0, 0, 0, 10, 0, 0, 0, 0 };
    g_autofree char *arguments = g_strdup_printf(
        "%s -machine %s -m 16 -nodefaults -plugin file=%s,libtpms=tpm0 -device %s,tpmdev=tpm0",
        options, machine->name, bridge_path(), machine->crb);
    ObStart start = { .program = program, .arguments = arguments, .accelerator = "tcg" };
    ObClient *c = ob_client_start(&start, NULL);
    uint8_t response[sizeof(success)];

    g_assert_nonnull(c);
    ob_client_writel(c, CRB + CRB_LOC_CTRL, 1);
    ob_client_writel(c, CRB + CRB_CTRL_REQ, 1);
    ob_client_memwrite(c, CRB + CRB_BUFFER, startup, sizeof(startup));
    ob_client_writel(c, CRB + CRB_CTRL_START, 1);
    while (ob_client_readl(c, CRB + CRB_CTRL_START)) {
        g_thread_yield();
    }
    ob_client_memread(c, CRB + CRB_BUFFER, response, sizeof(response));
    g_assert_cmpmem(response, sizeof(response), success, sizeof(success));
    ob_client_quit(c);
}

static void test_tpm_answers(void)
{
    test_tpm("");
}

static void test_tpm_in_sandbox(void)
{
    test_tpm("-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridged_qemu_init()) {
        return 0;
    }
    g_test_add_func("/qemu-bridge/regions/each-width-reads-its-bytes", test_widths);
    g_test_add_func("/qemu-bridge/regions/each-width-writes-once", test_writes);
    g_test_add_func("/qemu-bridge/address/given-one-is-used", test_address_given);
    g_test_add_func("/qemu-bridge/address/second-device-gets-its-own", test_address_of_second);
    g_test_add_func("/qemu-bridge/address/taken-one-is-refused", test_address_taken);
    g_test_add_func("/qemu-bridge/address/end-of-space-is-refused", test_address_beyond);
    g_test_add_func("/qemu-bridge/irq/line-follows-the-device", test_irq);
    g_test_add_func("/qemu-bridge/irq/missing-line-is-survived", test_irq_missing);
    g_test_add_func("/qemu-bridge/property/unknown-is-refused", test_property_unknown);
    g_test_add_func("/qemu-bridge/property/no-number-is-refused", test_property_no_number);
    g_test_add_func("/qemu-bridge/property/out-of-range-is-refused", test_property_range);
    g_test_add_func("/qemu-bridge/property/no-address-is-refused", test_property_address);
    g_test_add_func("/qemu-bridge/property/value-reads-back", test_property_read);
    g_test_add_func("/qemu-bridge/property/change-after-realize-is-refused", test_property_late);
    g_test_add_func("/qemu-bridge/life/system-reset-restores-registers", test_reset);
    g_test_add_func("/qemu-bridge/life/hot-unplug-is-refused", test_hot_unplug);
    g_test_add_func("/qemu-bridge/life/hot-plug-is-refused", test_hot_plug);
    g_test_add_func("/qemu-bridge/name/one-that-qemu-has-gets-a-prefix", test_name);
    g_test_add_func("/qemu-bridge/guest-memory/rom-device-is-not-written", test_guest_memory);
    g_test_add_func("/qemu-bridge/tpm/libtpms-answers-a-command", test_tpm_answers);
    if (!devices_are_sanitized()) { /* a sandbox has no child that tries its initialisers */
        g_test_add_func("/qemu-bridge/tpm/libtpms-answers-in-a-sandbox", test_tpm_in_sandbox);
    }
    return g_test_run();
}
