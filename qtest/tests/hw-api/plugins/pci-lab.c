/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PCI functions with a part of each kind: BARs of memory and ports, with several regions, RAM and
 * a ROM device; capabilities; lines as messages.  A guest tries the services by registers.
 */
#include "hw-api/ext/draft/pci.h"
#include "hw-api/ext/guest-memory.h"

enum { LINES, ADDRESS, GO, DATA, RESULT, KIND, PLACE, MESSAGE, RESETS, WORDS };

#define GO_READ  1
#define GO_WRITE 2
#define WELL     1
#define BADLY    2

typedef struct Lab {
    HwDevice dev;
    uint32_t words[WORDS];
    uint32_t ports[4];
    uint32_t rom[4];
    uint32_t vendor[3]; /* words of capabilities */
    uint32_t serial[3];
    uint32_t resets;
    uint8_t cell;
} Lab;

static void go_written(HwDevice *dev, uint32_t value)
{
    Lab *s = HW_DEVICE(Lab, dev);
    const HwGuestMemory *memory = hw_guest_memory(dev);
    uint32_t *data = &s->words[DATA];
    bool ok = value == GO_READ ? memory->read(dev, s->words[ADDRESS], data, 4)
                               : memory->write(dev, s->words[ADDRESS], data, 4);

    s->words[RESULT] = ok ? WELL : BADLY;
}

static uint32_t kind_read(HwDevice *dev, uint32_t stored)
{
    (void)stored;
    return hw_pci(dev)->interrupts(dev);
}

static uint32_t place_read(HwDevice *dev, uint32_t stored)
{
    (void)stored;
    return hw_pci(dev)->address(dev);
}

static void message_written(HwDevice *dev, uint32_t value)
{
    hw_pci(dev)->message(dev, value);
}

static uint32_t resets_read(HwDevice *dev, uint32_t stored)
{
    (void)stored;
    return HW_DEVICE(Lab, dev)->resets;
}

static uint64_t cell_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)offset;
    (void)size;
    return HW_DEVICE(Lab, dev)->cell;
}

static void cell_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)offset;
    (void)size;
    HW_DEVICE(Lab, dev)->cell = (uint8_t)value;
}

static void lab_update(HwDevice *dev)
{
    for (uint32_t i = 0; i < 8; i++) {
        hw_irq_set(dev, i, HW_DEVICE(Lab, dev)->words[LINES] & HW_BIT(i));
    }
}

static void lab_reset(HwDevice *dev)
{
    HW_DEVICE(Lab, dev)->resets++;
}

#define ALL UINT32_MAX

static const HwRegister lab_registers[] = {
    { .name = "LINES", .offset = 4 * LINES, .rw = 0xff },
    { .name = "ADDRESS", .offset = 4 * ADDRESS, .rw = ALL },
    { .name = "GO", .offset = 4 * GO, .write_only = ALL, .written = go_written },
    { .name = "DATA", .offset = 4 * DATA, .rw = ALL },
    { .name = "RESULT", .offset = 4 * RESULT },
    { .name = "KIND", .offset = 4 * KIND, .read = kind_read },
    { .name = "PLACE", .offset = 4 * PLACE, .read = place_read },
    { .name = "MESSAGE", .offset = 4 * MESSAGE, .write_only = ALL, .written = message_written },
    { .name = "RESETS", .offset = 4 * RESETS, .read = resets_read },
};

static const HwRegister port_registers[] = {
    { .name = "PORT0", .offset = 0, .rw = ALL, .reset = 0x70727430 },
    { .name = "PORT3", .offset = 12, .rw = 0xff },
};

static const HwRegister rom_registers[] = {
    { .name = "ROM0", .offset = 0, .rw = ALL, .reset = 0x30 },
};

/* clang-format off */
#define VENDOR_REGISTERS                                              \
    { .name = "SCRATCH", .offset = 4, .rw = ALL, .reset = 0x1234 },   \
    { .name = "EVENTS", .offset = 8, .w1c = 0xff, .reset = 0x0f }
/* clang-format on */

/* The length behind the header is the class's, but for an extended capability. */
static const HwRegister vendor_registers[] = {
    { .name = "LENGTH", .offset = 0, .reset = 0x000c0000 },
    VENDOR_REGISTERS,
};

static const HwRegister extended_registers[] = { VENDOR_REGISTERS };

static const HwRegister serial_registers[] = {
    { .name = "LOW", .offset = 4, .reset = 0x55667788 },
    { .name = "HIGH", .offset = 8, .rw = 0xff, .reset = 0x11223344 },
};

static const HwState lab_state = {
    .name = "pci-lab",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Lab, words), HW_SAVED(Lab, ports), HW_SAVED(Lab, rom),
                      HW_SAVED(Lab, vendor), HW_SAVED(Lab, serial)),
};

/* clang-format off */
#define LAB_CAPABILITY(name_, id_, version_, member, registers_) \
    { .name = name_, .id = id_, .extended_version = version_, .words = offsetof(Lab, member), \
      .word_count = 3, .registers = HW_TABLE(registers_) }

static const HwPciFunction lab_pci = {
    .vendor = 0x1b36, .device = 0x00f0, .subsystem_vendor = 0x1234, .subsystem = 0x5678,
    .revision = 3, .class_code = 0x088000, .interrupt_pin = HW_PCI_INTA, .msi_vectors = 4,
    .bars = HW_ROWS(HwPciBar, { .number = 1, .flags = HW_PCI_BAR_IO },
                    { .number = 2, .flags = HW_PCI_BAR_64 | HW_PCI_BAR_PREFETCH,
                      .size = 0x40000 }),
    .capabilities = HW_ROWS(HwPciCapability,
                            LAB_CAPABILITY("vendor", 0x09, 0, vendor, vendor_registers)),
};

static const HwPciFunction express_pci = {
    .vendor = 0x1b36, .device = 0x00f1, .class_code = 0x088000, .interrupt_pin = HW_PCI_INTA,
    .msix_vectors = 4, .msix_bar = 4, .flags = HW_PCI_EXPRESS,
    .bars = HW_ROWS(HwPciBar, { .number = 1, .flags = HW_PCI_BAR_IO },
                    { .number = 2, .flags = HW_PCI_BAR_64 | HW_PCI_BAR_PREFETCH }),
    .capabilities = HW_ROWS(HwPciCapability,
                            LAB_CAPABILITY("vendor", 0x0b, 1, vendor, extended_registers),
                            LAB_CAPABILITY("serial", 0x03, 1, serial, serial_registers)),
};

static const HwRegion lab_regions[] = {
    { .name = "registers", .kind = HW_REGION_REGISTERS, .space = HW_SPACE_BAR, .bar = 0,
      .size = 4 * WORDS, .words = offsetof(Lab, words), .word_count = WORDS,
      .registers = HW_TABLE(lab_registers) },
    { .name = "cell", .kind = HW_REGION_MMIO, .space = HW_SPACE_BAR, .bar = 0, .offset = 0x1000,
      .size = 0x10, .read = cell_read, .write = cell_write },
    { .name = "ports", .kind = HW_REGION_REGISTERS, .space = HW_SPACE_BAR, .bar = 1, .size = 16,
      .words = offsetof(Lab, ports), .word_count = 4, .registers = HW_TABLE(port_registers) },
    { .name = "ram", .kind = HW_REGION_RAM, .space = HW_SPACE_BAR, .bar = 2, .size = 0x10000,
      .ram_block = "pci-lab.ram" },
    { .name = "rom", .kind = HW_REGION_ROM_DEVICE, .space = HW_SPACE_BAR, .bar = 2,
      .offset = 0x10000, .size = 0x1000, .words = offsetof(Lab, rom), .word_count = 4,
      .registers = HW_TABLE(rom_registers), .ram_block = "pci-lab.rom" },
};
/* clang-format on */

#define LAB_CLASS(name_, pci_)                                                                  \
    {                                                                                           \
        .abi = HW_ABI(HwDeviceClass), .name = name_,                                            \
        .description = "a PCI function with a part of each kind", .instance_size = sizeof(Lab), \
        .services = HW_NAMES(HW_GUEST_MEMORY, HW_PCI), .regions = HW_TABLE(lab_regions),        \
        .state = &lab_state, .pci = (pci_), .update = lab_update, .reset = lab_reset,           \
    }

static const HwDeviceClass lab_class = LAB_CLASS("pci-lab", &lab_pci);
static const HwDeviceClass express_class = LAB_CLASS("pci-lab-express", &express_pci);

static const HwDeviceClassRef classes[] = { &lab_class, &express_class };

HW_EXPORT extern const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = HW_ABI(HwPlugin),
    .name = "pci-lab",
    .version = "1",
    .licence = "GPL-2.0-or-later",
    .description = "PCI functions for tests",
    .classes = HW_TABLE(classes),
};
