/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bridge's way to fw_cfg's registers, and its regions above them, on a machine of the test: the
 * environment names it. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "plugins/qemu-bridge/qemu/fw-cfg-overlay.h"
#include "plugins/qemu-bridge/qemu/fw-cfg-port.h"
#include "plugins/qemu-bridge/qemu/layout.h"
#include "qtest/tests/bridge/layouts/fake-fw-cfg.h"

typedef struct Machine {
    const char *name;
    const char *type; /* fw_cfg's */
    const char *control;
    uint64_t control_at;
    uint64_t dma_at;
    const char *overlays; /* with and without DMA */
    const char *overlay;
} Machine;

/* QEMU's docs/specs/fw_cfg.rst; a guest sees the same addresses in stock QEMU. */
static const Machine machines[] = {
    { "pc", "fw_cfg_io", "fwcfg[0]", 0x510, 0x514, "0x510+2, 1 to 4 bytes; 0x514+8, 1 to 8 bytes; ",
      "0x510+2, 1 to 4 bytes; " },
    { "virt", "fw_cfg_mem", "fwcfg.ctl[0]", 0x9020008, 0x9020010,
      "0x9020008+2, 1 to 4 bytes; 0x9020010+8, 1 to 8 bytes; ", "0x9020008+2, 1 to 4 bytes; " },
};

/* A name has room for 55 characters and its end. */
#define LONG_NAME "opt/of-fifty-five-characters/which-are-the-most-allowed"

static const Machine *machine;
static const QemuLayout layout = { .attributes = { .unspecified = 1 } };
static GString *told;

static HW_ERROR(error, 512);

/* 64 bytes of a file, each with its place. */
static uint8_t content[64];

const QemuLayout *qemu_layout = &layout;

static void selecting(uint16_t key)
{
    g_string_append_printf(told, "%x ", key);
}

static void reset(void)
{
    fake_fw_cfg_reset(machine->name);
    fake_fw_cfg_add("etc/first", content, 16);
    fake_fw_cfg_add(LONG_NAME, content, 64);
    fake_fw_cfg_add("etc/last", content, 1);
    g_string_truncate(told, 0);
}

static void open_port(void)
{
    reset();
    g_assert_true(fw_cfg_port_open(&error));
}

static void install(void)
{
    open_port();
    fake_fw_cfg_place(machine->control, machine->control_at);
    fake_fw_cfg_place("fwcfg.dma[0]", machine->dma_at);
    g_assert_true(fw_cfg_overlay_install(selecting, &error));
}

static void assert_told(const char *expected)
{
    g_assert_cmpstr(told->str, ==, expected);
    g_string_truncate(told, 0);
}

/* ------------------------------------------------------------------------- port */

static void assert_not_opened(const char *format, const char *name)
{
    g_autofree char *expected = g_strdup_printf(format, name);

    g_assert_false(fw_cfg_port_open(&error));
    g_assert_cmpstr(error.text, ==, expected);
    g_assert_null(fw_cfg_port_layout());
}

static void test_port_refused(void)
{
    const char *unknown = "machine '%s' has no fw_cfg that the bridge knows";
    const char *lacks = "fw_cfg does not have the region '%s' that known releases have";

    reset();
    fake_fw_cfg.type = NULL;
    assert_not_opened(unknown, fake_fw_cfg.machine);
    fake_fw_cfg.type = "fw_cfg";
    assert_not_opened(unknown, fake_fw_cfg.machine);
    reset();
    fake_fw_cfg.lacks = machine->control;
    assert_not_opened(lacks, machine->control);
    if (g_str_equal(machine->name, "virt")) {
        fake_fw_cfg.lacks = "fwcfg.data[0]";
        assert_not_opened(lacks, machine->control);
    }
}

static void assert_found(const char *name, bool is_there, uint16_t key, uint32_t size)
{
    FwCfgFile file = { 0 };
    uint32_t count = 0;

    g_assert_cmpint(fw_cfg_port_find(name, &file, &count), ==, is_there);
    g_assert_cmpuint(count, ==, 3);
    g_assert_cmphex(file.key, ==, key);
    g_assert_cmpuint(file.size, ==, size);
    g_assert_cmpint(fw_cfg_port_find(name, &file, NULL), ==, is_there);
}

static void test_files(void)
{
    open_port();
    g_assert_cmpstr(fw_cfg_port_layout()->type, ==, machine->type);
    g_assert_true(fw_cfg_port_device() == (QemuObject *)fw_cfg_find());
    assert_found("etc/first", true, 0x20, 16);
    assert_found(LONG_NAME, true, 0x21, 64);
    assert_found("etc/last", true, 0x22, 1);
    assert_found("etc/las", false, 0, 0);
    assert_found("etc/last2", false, 0, 0);
    assert_found("", false, 0, 0);
    g_assert_true(fw_cfg_port_open(&error));
}

/* ---------------------------------------------------------------------- overlay */

static void assert_elsewhere(void)
{
    g_autofree char *expected = g_strdup_printf("fw_cfg of '%s' is elsewhere, expected it at 0x%x",
                                                fake_fw_cfg.machine,
                                                g_str_equal(machine->name, "pc") ? 0x510
                                                                                 : 0x9020000);
    g_autofree char *overlays = NULL;

    g_assert_false(fw_cfg_overlay_install(selecting, &error));
    g_assert_cmpstr(error.text, ==, expected);
    overlays = fake_overlays();
    g_assert_cmpstr(overlays, ==, "");
    g_assert_cmpint(fake_fw_cfg.references, ==, 0);
}

static void test_elsewhere_is_refused(void)
{
    open_port();
    fake_fw_cfg_place("fwcfg.dma[0]", machine->dma_at);
    assert_elsewhere();
    fake_fw_cfg_place("another", machine->control_at);
    assert_elsewhere();
    open_port();
    fake_fw_cfg_place(machine->control, machine->control_at);
    assert_elsewhere();
    fake_fw_cfg_place("another", machine->dma_at);
    assert_elsewhere();
}

static void test_unknown_machine_is_refused(void)
{
    open_port();
    fake_fw_cfg_place(machine->control, machine->control_at);
    fake_fw_cfg_place("fwcfg.dma[0]", machine->dma_at);
    fake_fw_cfg.machine = "none-machine";
    g_assert_false(fw_cfg_overlay_install(selecting, &error));
    g_assert_cmpstr(error.text, ==, "fw_cfg of 'none-machine' is elsewhere, expected it at 0x0");
}

static void test_regions(void)
{
    g_autofree char *all = NULL, *one = NULL;

    install();
    all = fake_overlays();
    g_assert_cmpstr(all, ==, machine->overlays);
    open_port();
    fake_fw_cfg.has_dma = false;
    fake_fw_cfg_place(machine->control, machine->control_at);
    g_assert_true(fw_cfg_overlay_install(selecting, &error));
    one = fake_overlays();
    g_assert_cmpstr(one, ==, machine->overlay);
}

/* The value that a little-endian bus has for this key. */
static uint16_t value_of(uint16_t key)
{
    return g_str_equal(machine->name, "pc") ? key : GUINT16_SWAP_LE_BE(key);
}

static void assert_passes(uint64_t address, uint64_t value, unsigned size, const char *region,
                          const char *bytes)
{
    g_autofree char *expected = g_strdup_printf("%s+%s", region, bytes);
    g_autofree char *passed = fake_guest_write(address, value, size);

    g_assert_cmpstr(passed, ==, expected);
}

static void assert_selects(uint16_t key, const char *expected)
{
    uint16_t value = value_of(key);
    g_autofree char *bytes = g_strdup_printf("0: %02x %02x", value & 0xff, value >> 8);

    assert_passes(machine->control_at, value, 2, machine->control, bytes);
    assert_told(expected);
}

static void test_selection(void)
{
    install();
    assert_selects(0x1f, "");
    assert_selects(0x20, "20 ");
    assert_selects(0x1234, "1234 ");
    assert_selects(0x3fff, "3fff ");
    assert_selects(0x4020, "20 "); /* to be written to */
    assert_selects(0x8001, "");    /* an item of the architecture, not a file */
    assert_selects(0xffff, "3fff ");
}

static void test_other_accesses(void)
{
    install();
    assert_passes(machine->control_at, 0x33, 1, machine->control, "0: 33");
    assert_passes(machine->control_at + 1, 0x44, 1, machine->control, "1: 44");
    assert_told("");
    assert_selects(0x21, "21 ");
    if (g_str_equal(machine->name, "pc")) {
        for (uint32_t i = 0; i < sizeof(content); i++) {
            g_assert_cmphex(fake_guest_read(machine->control_at + 1, 1), ==, content[i]);
        }
    } else {
        g_assert_cmphex(fake_guest_read(machine->control_at, 2), ==, 0xd1d0);
    }
    g_assert_cmphex(fake_guest_read(machine->dma_at, 4), ==, 0xd3d2d1d0);
    g_assert_cmphex(fake_guest_read(machine->dma_at + 4, 4), ==, 0xd7d6d5d4);
}

/* A descriptor's first 32 bits. */
static void descriptor_put(uint64_t address, uint32_t control)
{
    memset(fake_fw_cfg.guest, 0xff, sizeof(fake_fw_cfg.guest));
    fake_fw_cfg.guest_base = address - 16;
    hw_store_be32(fake_fw_cfg.guest + 16, control);
}

static void transfer(uint64_t address, uint32_t control, const char *expected)
{
    descriptor_put(address, control);
    g_free(fake_guest_write(machine->dma_at, GUINT64_SWAP_LE_BE(address), 8));
    assert_told(expected);
    g_free(fake_guest_write(machine->dma_at, GUINT32_SWAP_LE_BE((uint32_t)(address >> 32)), 4));
    assert_told("");
    g_free(fake_guest_write(machine->dma_at + 4, GUINT32_SWAP_LE_BE((uint32_t)address), 4));
    assert_told(expected);
}

static void test_transfers(void)
{
    install();
    transfer(0x1000, 0x0021000a, "21 ");
    transfer(0x123456789a0, 0x00220008, "22 ");
    transfer(0x1000, 0x00210002, ""); /* a read that goes on */
    transfer(0x1000, 0x0019000a, "");
    transfer(0x1000, 0x40200018, "20 ");
}

/* The high half counts for one transfer. */
static void test_low_half_alone(void)
{
    install();
    transfer(0x500001000, 0x0021000a, "21 ");
    descriptor_put(0x1000, 0x0022000a);
    g_free(fake_guest_write(machine->dma_at + 4, GUINT32_SWAP_LE_BE(0x1000), 4));
    assert_told("22 ");
}

static void test_transfers_pass(void)
{
    install();
    descriptor_put(0x1122334455667788, 0);
    assert_passes(machine->dma_at, 0x8877665544332211, 8, "fwcfg.dma[0]",
                  "0: 11 22 33 44 55 66 77 88");
    descriptor_put(0x1122334400001000, 0);
    assert_passes(machine->dma_at, 0x44332211, 4, "fwcfg.dma[0]", "0: 11 22 33 44");
    assert_passes(machine->dma_at + 4, 0x00100000, 4, "fwcfg.dma[0]", "4: 00 00 10 00");
    assert_passes(machine->dma_at + 2, 0x11, 1, "fwcfg.dma[0]", "2: 11");
    assert_told("");
}

int main(int argc, char **argv)
{
    const char *name = g_getenv("OB_MACHINE");

    machine = &machines[g_str_equal(name, machines[1].name)];
    g_assert_cmpstr(machine->name, ==, name);
    told = g_string_new(NULL);
    for (uint32_t i = 0; i < sizeof(content); i++) {
        content[i] = (uint8_t)(i + 1);
    }
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu-fw-cfg/port/unknown-is-refused", test_port_refused);
    g_test_add_func("/qemu-fw-cfg/port/finds-each-file-of-the-directory", test_files);
    g_test_add_func("/qemu-fw-cfg/overlay/registers-elsewhere-are-refused",
                    test_elsewhere_is_refused);
    g_test_add_func("/qemu-fw-cfg/overlay/unknown-machine-is-refused",
                    test_unknown_machine_is_refused);
    g_test_add_func("/qemu-fw-cfg/overlay/lies-above-the-registers-that-are-there", test_regions);
    g_test_add_func("/qemu-fw-cfg/overlay/tells-the-selection-of-files-alone", test_selection);
    g_test_add_func("/qemu-fw-cfg/overlay/passes-other-accesses-on", test_other_accesses);
    g_test_add_func("/qemu-fw-cfg/overlay/dma/tells-selections-by-descriptors", test_transfers);
    g_test_add_func("/qemu-fw-cfg/overlay/dma/low-half-alone-is-below-4-gib", test_low_half_alone);
    g_test_add_func("/qemu-fw-cfg/overlay/dma/passes-each-write-on", test_transfers_pass);
    return g_test_run();
}
