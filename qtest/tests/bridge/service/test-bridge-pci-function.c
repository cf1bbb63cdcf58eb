/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device as a PCI function, without a QEMU: what QEMU is asked for, and each answer. */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "plugins/qemu-bridge/service/services.h"
#include "qtest/tests/bridge/service/fake-pci.h"

/* -------------------------------------------------------------------- the device */

typedef struct Lamp {
    HwDevice dev;
    uint32_t near_words[4], far_words[4], next_words[3], last_words[2];
    uint32_t bar_words[4];
    bool has_part;
} Lamp;

static const HwRegister near_registers[] = {
    { .name = "head", .offset = 0, .reset = 0x11223344, .rw = UINT32_MAX },
    { .name = "rest", .offset = 4, .reset = 0x55667788, .rw = UINT32_MAX },
};

static const HwRegister far_registers[] = {
    { .name = "head", .offset = 0, .reset = 0x11223344, .rw = UINT32_MAX },
    { .name = "rest", .offset = 4, .reset = 0x55667788, .rw = UINT32_MAX },
};

#define CAPABILITY(name_, id_, offset_, version_, member, registers_)                   \
    {                                                                                   \
        .name = name_, .id = id_, .offset = offset_, .extended_version = version_,      \
        .words = offsetof(Lamp, member), .word_count = sizeof(((Lamp *)0)->member) / 4, \
        .registers = registers_                                                         \
    }
#define NEAR HW_TABLE(near_registers)
#define FAR  HW_TABLE(far_registers)
#define NONE       \
    {              \
        NULL, 0, 0 \
    }

static HwPciCapability capabilities[4];
static HwRegion regions[4];
static HwPciBar bars[2];
static HwProperty properties[1];
static HwPciFunction function;
static HwClass lamp;

static FakeDevice fake; /* for its texts */

/* -------------------------------------------------------------------------- tests */

#define SET_TABLE(table_, rows_, count_) \
    ((table_).entries = (rows_), (table_).count = (count_), (table_).stride = sizeof((rows_)[0]))

/* A class without regions, capabilities, BARs and properties: a test adds some. */
static void class_begin(void)
{
    memset(capabilities, 0, sizeof(capabilities));
    memset(bars, 0, sizeof(bars));
    memset(regions, 0, sizeof(regions));
    function = (HwPciFunction) {
        .vendor = 0x1234,
        .device = 0x5678,
        .class_code = 0x0a0b0c,
        .revision = 0x99,
        .interrupt_pin = HW_PCI_INTA,
    };
    lamp = (HwClass) { .table = { .name = "lamp", .instance_size = sizeof(Lamp), .pci = &function },
                       .original = &lamp.table };
    fake_pci.has_config = fake_pci.is_watched = fake_pci.bus_is_express = true;
    fake_pci.fails = fake_pci.inherited = NULL;
    fake_pci.interrupts = HW_PCI_PIN;
    fake_pci.next_place = 0x70;
    memset(fake_pci.config, 0, sizeof(fake_pci.config));
    fake_pci.sizes = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    fake_device_begin(&fake);
}

static void device_begin(void)
{
    fake_pci.device = (BridgeDevice) { .object = (QemuObject *)&fake_pci.device,
                                       .type = &fake.type };
    fake_pci.device.instance = hw_instance_new(bridge.host, &lamp, "dev0", &fake_pci.device);
    fake_pci.device.instance->phase = HW_PHASE_REALIZED;
    fake_pci.device.memory = g_new0(QemuMemoryRegion *, fake_pci.device.instance->region_count + 1);
}

static void device_end(void)
{
    fake_pci.device.instance->phase = HW_PHASE_CREATED;
    for (uint32_t i = 0; i < fake_pci.device.instance->region_count; i++) {
        free(fake_pci.device.memory[i]);
    }
    bridge_pci_free(&fake_pci.device);
    g_assert_null(fake_pci.device.pci);
    hw_instance_free(fake_pci.device.instance);
    g_free(fake_pci.device.memory);
}

static void class_end(void)
{
    g_hash_table_unref(fake_pci.sizes);
    fake_device_end(&fake);
}

static void open_device(void)
{
    HW_ERROR(error, 256);

    device_begin();
    g_assert_true(bridge_pci_open(&fake_pci.device, &error));
    g_assert_true(hw_instance_settle(fake_pci.device.instance, &error));
}

static void attach(void)
{
    HW_ERROR(error, 256);

    open_device();
    g_assert_true(bridge_pci_attach(&fake_pci.device, &error));
    g_assert_cmpstr(error.text, ==, "");
}

static void test_header(void)
{
    class_begin();
    function.subsystem = 0x4455;
    attach();
    bridge_pci_detach(&fake_pci.device);
    EXPECT_TOLD("");
    g_assert_cmpmem(fake_pci.config, 4, "\x34\x12\x78\x56", 4);
    g_assert_cmpmem(fake_pci.config + 8, 4, "\x99\x0c\x0b\x0a", 4);
    g_assert_cmpmem(fake_pci.config + 0x2c, 4, "\0\0\x55\x44", 4);
    g_assert_cmpuint(fake_pci.config[0x3d], ==, 1);
    g_assert_cmpuint(fake_pci.device.pci->devfn, ==, 0x28);
    g_assert_true(fake_pci.device.instance->dev->reserved[0] == fake_pci.device.object);
    g_assert_cmpuint(bridge_pci()->address(fake_pci.device.instance->dev), ==, 0x1228);
    g_assert_cmpuint(bridge_pci()->address(&fake.bare.dev), ==, 0); /* no function */
    g_assert_cmpuint(bridge_pci()->interrupts(&fake.bare.dev), ==, HW_PCI_PIN);
    bridge_pci()->message(&fake.bare.dev, 0);
    device_end();

    memset(fake_pci.config, 0xee, sizeof(fake_pci.config)); /* QEMU's own pair stays */
    function.subsystem = 0;
    attach();
    g_assert_cmpmem(fake_pci.config + 0x2c, 4, "\xee\xee\xee\xee", 4);
    device_end();
    function.subsystem_vendor = 0x6677;
    attach();
    g_assert_cmpmem(fake_pci.config + 0x2c, 4, "\x77\x66\0\0", 4);
    device_end();
    fake_pci.fails = "learn";
    g_assert_null(bridge_pci());
    class_end();
}

static void test_refusals(void)
{
    HW_ERROR(none, 256);

    class_begin();
    device_begin();
    fake_no_memory = 1;
    EXPECT_FAILURE(bridge_pci_open(&fake_pci.device, &error), "dev0: out of memory");
    bridge_pci_detach(&fake_pci.device);
    fake_pci.has_config = false;
    EXPECT_FAILURE(bridge_pci_open(&fake_pci.device, &error), "no space");
    device_end();

    device_begin();
    fake_pci.has_config = true;
    fake_pci.bus_is_express = false;
    g_assert_true(bridge_pci_open(&fake_pci.device, &none));
    fake_pci.is_watched = false;
    EXPECT_FAILURE(bridge_pci_attach(&fake_pci.device, &error), "no functions");
    device_end();

    function.flags = HW_PCI_EXPRESS;
    device_begin();
    EXPECT_FAILURE(bridge_pci_open(&fake_pci.device, &error),
                   "dev0: is a PCI Express function, and its bus is conventional PCI, expected a "
                   "PCI Express bus, as q35's root bus or a pcie-root-port's");
    device_end();

    properties[0].name = "addr";
    SET_TABLE(lamp.table.properties, properties, 1);
    g_assert_true(bridge_pci_class_check(&lamp.table, &none));
    fake_pci.inherited = "addr";
    EXPECT_FAILURE(bridge_pci_class_check(&lamp.table, &error),
                   "class lamp: property 'addr' already exists for each PCI device of QEMU, "
                   "expected another name");
    class_end();
}

static void all_capabilities(void)
{
    capabilities[0] = (HwPciCapability)CAPABILITY("near", 9, 0, 0, near_words, NEAR);
    capabilities[1] = (HwPciCapability)CAPABILITY("placed", 5, 0x40, 0, next_words, NONE);
    capabilities[2] = (HwPciCapability)CAPABILITY("far", 11, 0, 2, far_words, FAR);
    capabilities[3] = (HwPciCapability)CAPABILITY("fixed", 3, 0x100, 1, last_words, NONE);
    SET_TABLE(function.capabilities, capabilities, 4);
    function.flags = HW_PCI_EXPRESS;
    function.msi_vectors = 4;
    function.msix_vectors = 2;
    function.msix_bar = 5;
}

#define PLACED  "capability 5 at 0x40 of 12 "
#define FIXED   "extended 3 version 1 at 0x100 of 8 "
#define EXPRESS "express flr "
#define MSI     "msi 4 "
#define MSIX    "msix 2 in 5 use 0 use 1 "
#define NEAR_AT "capability 9 at 0x0 of 16 "

/* Those with a place come first, and the others behind QEMU's own. */
static void test_capabilities(void)
{
    class_begin();
    all_capabilities();
    hw_store_le(fake_pci.config + 0x100, 0xabc00000, 4);
    fake_pci.config[0x104] = 0x77;
    attach();
    EXPECT_TOLD(PLACED FIXED EXPRESS MSI MSIX NEAR_AT "extended 11 version 2 at 0x108 of 16");
    g_assert_cmpuint(fake_pci.device.instance->regions[0].address, ==, 0x70);
    g_assert_cmpuint(fake_pci.device.instance->regions[1].address, ==, 0x40);
    g_assert_cmpuint(fake_pci.device.instance->regions[2].address, ==, 0x108);
    g_assert_cmpuint(fake_pci.device.instance->capabilities[2].offset, ==, 0x108);
    g_assert_cmpuint(fake_pci.device.instance->capabilities[0].offset, ==, 0x70);
    /* Reset values lie behind QEMU's header; the list's link stays. */
    g_assert_cmpmem(fake_pci.config + 0x70, 8, "\x09\0\x22\x11\x88\x77\x66\x55", 8);
    g_assert_cmpmem(fake_pci.config + 0x100, 5, "\x03\0\xc1\xab\x77", 5);
    g_assert_cmpmem(fake_pci.config + 0x108, 16, "\x0b\0\x02\0\x88\x77\x66\x55\0\0\0\0\0\0\0\0",
                    16);
    bridge_pci_detach(&fake_pci.device);
    EXPECT_TOLD("end-msix end-msi end-express");
    bridge_pci_detach(&fake_pci.device);
    EXPECT_TOLD("");
    device_end();
    class_end();
}

static void test_one_vector(void)
{
    class_begin();
    function.msi_vectors = function.msix_vectors = 1;
    attach();
    bridge_pci_detach(&fake_pci.device);
    EXPECT_TOLD("msi 1 msix 1 in 0 use 0 end-msix end-msi");
    device_end();
    class_end();
}

/* A failure ends all that was begun before it. */
static void test_capability_fails(void)
{
    static const struct {
        const char *what, *sentence, *told;
    } rows[] = {
        { "capability", "dev0: capability 'placed': no room", PLACED },
        { "express", "dev0: PCI Express: QEMU refuses the capability", PLACED FIXED "express " },
        { "msi", "dev0: MSI: no messages", PLACED FIXED EXPRESS MSI "end-express " },
        { "msix", "dev0: MSI-X: no table",
          PLACED FIXED EXPRESS MSI "msix 2 in 5 end-msi end-express " },
    };

    class_begin();
    all_capabilities();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *told = g_strchomp(g_strdup(rows[i].told));

        fake_pci.fails = rows[i].what;
        open_device();
        EXPECT_FAILURE(bridge_pci_attach(&fake_pci.device, &error), rows[i].sentence);
        bridge_pci_detach(&fake_pci.device);
        EXPECT_TOLD(told);
        device_end();
    }
    class_end();
}

/* The bridge finds room in the extended space. */
static void test_extended_room(void)
{
    static const struct {
        uint16_t taken[2]; /* places of 16 and 8 bytes */
        uint32_t words;
        uint32_t place; /* 0: there is no room */
    } rows[] = {
        { { 0x110, 0x180 }, 4, 0x100 },   { { 0x10c, 0x180 }, 4, 0x11c },
        { { 0x100, 0x110 }, 4, 0x118 },   { { 0x110, 0x100 }, 3, 0x120 },
        { { 0x100, 0x110 }, 954, 0x118 }, { { 0x100, 0x110 }, 955, 0 },
        { { 0x100, 0x180 }, 28, 0x110 },  { { 0x100, 0x180 }, 29, 0x188 },
    };

    class_begin();
    capabilities[0] = (HwPciCapability)CAPABILITY("sixteen", 1, 0, 1, far_words, NONE);
    capabilities[1] = (HwPciCapability)CAPABILITY("eight", 2, 0, 1, last_words, NONE);
    capabilities[2] = (HwPciCapability)CAPABILITY("wanted", 3, 0, 1, near_words, NONE);
    capabilities[2].words = 0;
    SET_TABLE(function.capabilities, capabilities, 3);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        HW_ERROR(error, 256);

        g_test_message("row %zu", i);
        capabilities[0].offset = rows[i].taken[0];
        capabilities[1].offset = rows[i].taken[1];
        capabilities[2].word_count = rows[i].words;
        lamp.table.instance_size = 8192; /* with so many words */
        open_device();
        g_assert_true(bridge_pci_attach(&fake_pci.device, &error) == (rows[i].place != 0));
        g_assert_cmpuint(fake_pci.device.instance->regions[2].address, ==, rows[i].place);
        g_assert_cmpstr(error.text, ==,
                        rows[i].place ? "" : "dev0: capability 'wanted' of 3820 bytes has no room");
        device_end();
        g_free(told_now());
    }
    class_end();
}

/* A guest's accesses: the class's capabilities behind their headers are the device's. */
static void test_config(void)
{
    uint32_t *words;

    class_begin();
    all_capabilities();
    attach();
    g_free(told_now());
    words = HW_DEVICE(Lamp, fake_pci.device.instance->dev)->near_words;
    words[0] = 0xa1a2a3a4;
    words[1] = 0xb1b2b3b4;
    words[3] = 0xd1d2d3d4;
    HW_DEVICE(Lamp, fake_pci.device.instance->dev)->far_words[1] = 0xc1c2c3c4;
    memset(fake_pci.config + 0x6c, 0xee, 4);
    memset(fake_pci.config + 0x80, 0xee, 4);
    g_assert_cmphex(bridge_pci_config_read(fake_pci.device.object, 0x70, 4), ==, 0xa1a20009);
    g_assert_cmphex(bridge_pci_config_read(fake_pci.device.object, 0x74, 4), ==, 0xb1b2b3b4);
    g_assert_cmphex(bridge_pci_config_read(fake_pci.device.object, 0x75, 1), ==, 0xb3);
    g_assert_cmphex(bridge_pci_config_read(fake_pci.device.object, 0x7f, 2), ==, 0xeed1);
    g_assert_cmphex(bridge_pci_config_read(fake_pci.device.object, 0x6e, 4), ==, 0x0009eeee);
    g_assert_cmphex(bridge_pci_config_read(fake_pci.device.object, 0x108, 4), ==, 0x0002000b);
    g_assert_cmphex(bridge_pci_config_read(fake_pci.device.object, 0x10c, 4), ==, 0xc1c2c3c4);

    bridge_pci_config_write(fake_pci.device.object, 0x70, 0x01020304, 4);
    g_assert_cmphex(words[0], ==, 0x0102a3a4);
    EXPECT_TOLD("write 0x70 0x1020304 4 flr-write 0x70 0x1020304 4 pin 0");
    bridge_pci_config_write(fake_pci.device.object, 0x72, 0x05060708, 4);
    g_assert_cmphex(words[0], ==, 0x0708a3a4);
    g_assert_cmphex(words[1], ==, 0xb1b20506);
    bridge_pci_config_write(fake_pci.device.object, 0x7e, 0x05060708, 4); /* past the end */
    bridge_pci_config_write(fake_pci.device.object, 0x108, 0xffffffff, 4);
    bridge_pci_config_write(fake_pci.device.object, 0x10c, 0xffffffff, 4);
    g_assert_cmphex(HW_DEVICE(Lamp, fake_pci.device.instance->dev)->far_words[0], ==, 0);
    g_assert_cmphex(HW_DEVICE(Lamp, fake_pci.device.instance->dev)->far_words[1], ==, 0xffffffff);
    g_free(told_now());
    device_end();

    function.flags = 0;
    SET_TABLE(function.capabilities, capabilities, 2);
    function.interrupt_pin = HW_PCI_NO_PIN;
    attach();
    g_free(told_now());
    bridge_pci_config_write(fake_pci.device.object, 4, 7, 2);
    EXPECT_TOLD("write 0x4 0x7 2");
    device_end();
    class_end();
}

static void line(uint32_t number, bool level)
{
    bridge_pci_irq_set(&fake_pci.device, number, level);
}

static void test_lines(void)
{
    class_begin();
    function.msi_vectors = 4;
    function.msix_vectors = 2;
    attach();
    g_free(told_now());
    line(0, false);
    EXPECT_TOLD("");
    line(70, true);
    line(70, true);
    line(2047, true);
    line(70, false);
    line(2047, false);
    EXPECT_TOLD("pin 1 pin 1 pin 1 pin 0");
    line(2048, true);
    line(2048, false);
    line(2049, true);
    EXPECT_TOLD("<dev0: a PCI function has no interrupt line 2048, expected 0 to 2047>");

    fake_pci.interrupts = HW_PCI_MSI;
    g_assert_cmpuint(bridge_pci()->interrupts(fake_pci.device.instance->dev), ==, HW_PCI_MSI);
    line(3, true);
    line(3, false);
    EXPECT_TOLD("msi-message 1 pin 0 pin 0");
    bridge_pci_quiet(&fake_pci.device, true);
    line(3, true);
    bridge_pci_quiet(&fake_pci.device, false);
    EXPECT_TOLD("pin 0");
    bridge_pci()->message(fake_pci.device.instance->dev, 4);
    EXPECT_TOLD("msi-message 0");
    fake_pci.interrupts = HW_PCI_PIN;
    bridge_pci_pin_update(&fake_pci.device);
    bridge_pci()->message(fake_pci.device.instance->dev, 0);
    EXPECT_TOLD("pin 1");

    fake_pci.interrupts = HW_PCI_MSIX;
    line(1, true);
    line(2, true);
    EXPECT_TOLD("msix-message 1 pin 0 pin 0");
    function.flags = HW_PCI_MESSAGE_BY_EVENT;
    line(1, false);
    line(1, true);
    EXPECT_TOLD("pin 0 pin 0");
    bridge_pci_detach(&fake_pci.device);
    EXPECT_TOLD("end-msix end-msi");
    g_assert_cmpuint(bridge_pci()->interrupts(fake_pci.device.instance->dev), ==, HW_PCI_PIN);
    device_end();
    fake_pci.device.pci = NULL;
    bridge_pci_quiet(&fake_pci.device, true); /* another device */
    bridge_pci_free(&fake_pci.device);
    class_end();
}

static void test_bars(void)
{
    static const struct {
        const char *name;
        uint64_t offset, size;
        uint32_t bar;
    } rows[] = {
        { "whole", 0, 4096, 0 }, { "low", 0, 16, 1 }, { "high", 64, 16, 1 }, { "part", 0, 128, 3 }
    };

    class_begin();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        regions[i] = (HwRegion) { .name = rows[i].name,
                                  .kind = HW_REGION_REGISTERS,
                                  .space = HW_SPACE_BAR,
                                  .bar = rows[i].bar,
                                  .offset = rows[i].offset,
                                  .size = rows[i].size,
                                  .words = offsetof(Lamp, bar_words),
                                  .word_count = 4 };
    }
    regions[3].enabled = offsetof(Lamp, has_part);
    SET_TABLE(lamp.table.regions, regions, 4);
    bars[0] = (HwPciBar) { .number = 1, .flags = HW_PCI_BAR_IO };
    bars[1] = (HwPciBar) { .number = 3, .flags = HW_PCI_BAR_64 | HW_PCI_BAR_PREFETCH };
    SET_TABLE(function.bars, bars, 2);
    for (int has_part = 0; has_part < 2; has_part++) {
        HW_ERROR(error, 256);

        open_device();
        HW_DEVICE(Lamp, fake_pci.device.instance->dev)->has_part = has_part;
        g_assert_true(hw_instance_settle(fake_pci.device.instance, &error));
        g_assert_true(bridge_pci_attach(&fake_pci.device, &error));
        if (has_part) {
            EXPECT_TOLD("bar 0 type 0 whole fake-bar1:128+0=low fake-bar1:128+64=high "
                        "bar 1 type 1 fake-bar1:128 bar 3 type 12 part");
        } else {
            EXPECT_TOLD("bar 0 type 0 whole fake-bar1:128+0=low fake-bar1:128+64=high "
                        "bar 1 type 1 fake-bar1:128 bar 3 type 12 fake-bar3:128");
        }
        bridge_pci_detach(&fake_pci.device);
        EXPECT_TOLD("fake-bar1:128-low fake-bar1:128-high");
        device_end();
    }
    class_end();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bridge-pci-function/header", test_header);
    g_test_add_func("/bridge-pci-function/refusals", test_refusals);
    g_test_add_func("/bridge-pci-function/capabilities/order", test_capabilities);
    g_test_add_func("/bridge-pci-function/capabilities/one-vector", test_one_vector);
    g_test_add_func("/bridge-pci-function/capabilities/failures", test_capability_fails);
    g_test_add_func("/bridge-pci-function/capabilities/room", test_extended_room);
    g_test_add_func("/bridge-pci-function/config", test_config);
    g_test_add_func("/bridge-pci-function/lines", test_lines);
    g_test_add_func("/bridge-pci-function/bars", test_bars);
    return g_test_run();
}
