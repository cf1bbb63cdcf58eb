/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin with a PCI function that has each kind of table entry. */
#include "hw-api/ext/draft/gpio.h"
#include "hw-api/ext/draft/pci.h"

enum { CONTROL, LEVEL, WORDS };

typedef struct Card {
    HwDevice dev;
    uint32_t regs[WORDS];
    uint32_t vendor[2];
    uint32_t serial[3];
} Card;

static uint32_t card_level_read(HwDevice *dev, uint32_t stored)
{
    (void)dev;
    return stored;
}

static uint64_t card_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)dev;
    return offset + size;
}

static void card_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)dev;
    (void)offset;
    (void)value;
    (void)size;
}

static void card_pressed(HwDevice *dev, uint32_t number, bool level)
{
    (void)dev;
    (void)number;
    (void)level;
}

/* clang-format off */
static const HwRegister card_registers[] = {
    { "CONTROL", 0, .rw = 1, .fields = HW_FIELDS({ "on", 0, 1 }) },
    { "LEVEL", 4, .read = card_level_read, .access_max = 4 },
};

static const HwRegister vendor_registers[] = {
    { "LENGTH", 0, .reset = 0x00080000 },
    { "SCRATCH", 4, .rw = 0xffffffff, .read = card_level_read },
};

static const HwPciFunction card_function = {
    .vendor = 0x1234, .device = 0xcafe, .subsystem_vendor = 0x1af4, .subsystem = 0x1101,
    .class_code = 0x118000, .revision = 2, .interrupt_pin = HW_PCI_INTA,
    .msi_vectors = 4, .msix_vectors = 3, .msix_bar = 5, .flags = HW_PCI_EXPRESS,
    .bars = HW_ROWS(HwPciBar,
        { .number = 1, .flags = HW_PCI_BAR_IO },
        { .number = 2, .flags = HW_PCI_BAR_64 | HW_PCI_BAR_PREFETCH, .size = 1 << 20 }),
    .capabilities = HW_ROWS(HwPciCapability,
        { .name = "vendor", .id = 0x09, .words = offsetof(Card, vendor), .word_count = 2,
          .registers = HW_TABLE(vendor_registers) },
        { .name = "serial", .id = 0x0003, .offset = 0x100, .extended_version = 1,
          .words = offsetof(Card, serial), .word_count = 3 }),
};

static const HwGpioLines card_lines = {
    .inputs = "button", .input_count = 2, .input = card_pressed,
    .outputs = "led", .output_count = 3,
};

static const HwDeviceClass card_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "card", .instance_size = sizeof(Card),
    .services = HW_NAMES(HW_PCI), .pci = &card_function, .gpio = &card_lines,
    .regions = HW_ROWS(HwRegion,
        { .name = "regs", .kind = HW_REGION_REGISTERS, .space = HW_SPACE_BAR, .size = 0x20,
          .flags = HW_REGION_ONES,
          .words = offsetof(Card, regs), .word_count = WORDS,
          .registers = HW_TABLE(card_registers) },
        { .name = "ports", .kind = HW_REGION_MMIO, .space = HW_SPACE_BAR, .bar = 1, .size = 12,
          .read = card_read, .write = card_write },
        { .name = "buffer", .kind = HW_REGION_RAM, .space = HW_SPACE_BAR, .bar = 2,
          .offset = 0x1000, .size = 0x2000, .ram_block = "card-buffer" }),
};
/* clang-format on */

HW_EXPORT extern const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = HW_ABI(HwPlugin),
    .name = "cards",
    .version = "1",
    .licence = "GPL-2.0-or-later",
    .classes = HW_ROWS(HwDeviceClassRef, &card_class),
};
