/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/lantern.h"

#include "hw-api/device/bytes.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/ext/guest-memory.h"

enum { LINES, ADDRESS, DATA, GO, RESULT, EVENT, RESETS, WORDS };
enum { DONE = 1, REFUSED = 2, GO_READ = 1, GO_WRITE = 2, LINE_COUNT = 4 };

typedef struct Lantern {
    HwDevice dev;
    uint32_t words[WORDS];
    uint32_t ports[2];
    uint32_t vendor[3];
    uint32_t serial[3];
    uint32_t resets;
} Lantern;

static void go_written(HwDevice *dev, uint32_t value)
{
    const HwGuestMemory *memory = hw_guest_memory(dev);
    Lantern *s = HW_DEVICE(Lantern, dev);
    uint8_t bytes[4];
    bool ok;

    if (value == GO_READ) {
        ok = memory->read(dev, s->words[ADDRESS], bytes, sizeof(bytes));
        s->words[DATA] = ok ? hw_load_le(bytes, 4) : s->words[DATA];
    } else {
        hw_store_le(bytes, s->words[DATA], 4);
        ok = memory->write(dev, s->words[ADDRESS], bytes, sizeof(bytes));
    }
    s->words[RESULT] = ok ? DONE : REFUSED;
}

static void event_written(HwDevice *dev, uint32_t value)
{
    hw_pci(dev)->message(dev, value);
}

static uint32_t resets_read(HwDevice *dev, uint32_t stored)
{
    (void)stored;
    return HW_DEVICE(Lantern, dev)->resets;
}

static void lantern_reset(HwDevice *dev)
{
    HW_DEVICE(Lantern, dev)->resets++;
}

static void lantern_update(HwDevice *dev)
{
    const Lantern *s = HW_DEVICE(Lantern, dev);

    for (uint32_t i = 0; i < LINE_COUNT; i++) {
        hw_irq_set(dev, i, s->words[LINES] >> i & 1);
    }
}

static const HwRegister lantern_registers[] = {
    { "LINES", LANTERN_LINES, .rw = HW_MASK(LINE_COUNT - 1, 0) },
    { "ADDRESS", LANTERN_ADDRESS, .rw = UINT32_MAX },
    { "DATA", LANTERN_DATA, .rw = UINT32_MAX },
    { "GO", LANTERN_GO, .write_only = 3, .written = go_written },
    { "RESULT", LANTERN_RESULT },
    { "EVENT", LANTERN_EVENT, .write_only = UINT32_MAX, .written = event_written },
    { "RESETS", LANTERN_RESETS, .read = resets_read },
};
static const HwRegister port_registers[] = { { "PORT", LANTERN_PORT, .rw = UINT32_MAX } };
static const HwRegister vendor_registers[] = {
    { "LENGTH", 0x0, .reset = 0x000c0000 },
    { "NOTE", 0x4, .reset = 0x55, .rw = UINT32_MAX },
};
static const HwRegister serial_registers[] = {
    { "LOW", 0x4, .reset = LANTERN_SERIAL_LOW },
    { "HIGH", 0x8, .reset = 0xbeef },
};

static const HwState lantern_state = {
    .name = "lantern",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Lantern, words), HW_SAVED(Lantern, ports),
                      HW_SAVED(Lantern, vendor)),
};

/* clang-format off */
#define REGISTERS                                                                     \
    { "regs", HW_REGION_REGISTERS, .space = HW_SPACE_BAR, .size = 4 * WORDS,          \
      .words = offsetof(Lantern, words), .word_count = WORDS,                         \
      .registers = HW_TABLE(lantern_registers), .bar = 0 }
/* clang-format on */

static const HwPciFunction lantern_pci = {
    .vendor = LANTERN_VENDOR,
    .device = LANTERN_DEVICE,
    .class_code = 0x00ff00,
    .revision = 7,
    .interrupt_pin = HW_PCI_INTA,
    .msi_vectors = LANTERN_MSI_VECTORS,
    .bars = HW_ROWS(HwPciBar, { 1, HW_PCI_BAR_IO, 0 },
                    { 2, HW_PCI_BAR_64 | HW_PCI_BAR_PREFETCH, 0 }),
    .capabilities = HW_ROWS(HwPciCapability, { .name = "vendor",
                                               .id = LANTERN_CAPABILITY,
                                               .words = offsetof(Lantern, vendor),
                                               .word_count = 3,
                                               .registers = HW_TABLE(vendor_registers) }),
};

static const HwPciFunction express_pci = {
    .vendor = LANTERN_VENDOR,
    .device = LANTERN_EXPRESS_DEVICE,
    .subsystem_vendor = 0x1111,
    .subsystem = 0x2222,
    .class_code = 0x00ff00,
    .interrupt_pin = HW_PCI_INTA,
    .msix_bar = LANTERN_MSIX_BAR,
    .msix_vectors = LANTERN_MSIX_VECTORS,
    .flags = HW_PCI_EXPRESS,
    .capabilities = HW_ROWS(HwPciCapability, { .name = "serial",
                                               .id = LANTERN_SERIAL,
                                               .extended_version = 1,
                                               .words = offsetof(Lantern, serial),
                                               .word_count = 3,
                                               .registers = HW_TABLE(serial_registers) }),
};

static const HwPciFunction gleam_pci = {
    .vendor = LANTERN_VENDOR,
    .device = GLEAM_DEVICE,
    .interrupt_pin = HW_PCI_INTA,
    .msi_vectors = 1,
    .flags = HW_PCI_MESSAGE_BY_EVENT,
    .bars = HW_ROWS(HwPciBar, { 0, 0, 0x1000 }),
};

const HwClass lantern_class = {
    .table = {
        .abi = HW_ABI(HwDeviceClass),
        .name = "lantern",
        .instance_size = sizeof(Lantern),
        .regions = HW_ROWS(HwRegion, REGISTERS,
                           { "ports", HW_REGION_REGISTERS, .space = HW_SPACE_BAR, .size = 8,
                             .words = offsetof(Lantern, ports), .word_count = 2,
                             .registers = HW_TABLE(port_registers), .bar = 1 },
                           { "ram", HW_REGION_RAM, .space = HW_SPACE_BAR,
                             .size = LANTERN_RAM_SIZE, .ram_block = "lantern-ram", .bar = 2 }),
        .state = &lantern_state,
        .reset = lantern_reset,
        .update = lantern_update,
        .pci = &lantern_pci,
    },
    .original = &lantern_class.table,
};

const HwClass lantern_express_class = {
    .table = {
        .abi = HW_ABI(HwDeviceClass),
        .name = "lantern-express",
        .instance_size = sizeof(Lantern),
        .regions = HW_ROWS(HwRegion, REGISTERS),
        .state = &lantern_state,
        .reset = lantern_reset,
        .update = lantern_update,
        .pci = &express_pci,
    },
    .original = &lantern_express_class.table,
};

/* Without a state: its section has the configuration space alone. */
const HwClass gleam_class = {
    .table = {
        .abi = HW_ABI(HwDeviceClass),
        .name = "gleam",
        .instance_size = sizeof(Lantern),
        .regions = HW_ROWS(HwRegion, REGISTERS),
        .reset = lantern_reset,
        .update = lantern_update,
        .pci = &gleam_pci,
    },
    .original = &gleam_class.table,
};
