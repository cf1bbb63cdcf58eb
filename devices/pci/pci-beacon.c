/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI beacon: a doorbell that tells its count by DMA and an interrupt.  Specified in
 * pci-beacon.rst. */
#include "devices/devices.h"
#include "hw-api/device/bytes.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/ext/guest-memory.h"

enum { ID, CTRL, STATUS, COUNT, TARGET, TARGET_HIGH, REGISTERS };

#define PCI_BEACON_MAGIC 0x4e434542 /* "BECN" in guest memory */
#define CTRL_ENABLE      HW_BIT(0)
#define CTRL_RING        HW_BIT(1)
#define STATUS_PENDING   HW_BIT(0)
#define STATUS_FAILED    HW_BIT(1)
#define ALL              UINT32_MAX

typedef struct PciBeacon {
    HwDevice dev;
    uint32_t regs[REGISTERS];
    const HwGuestMemory *memory;
} PciBeacon;

/* Stores the count where the guest has asked for it; at 0 the guest has not asked. */
static void pci_beacon_tell(PciBeacon *s)
{
    uint64_t target = s->regs[TARGET] | (uint64_t)s->regs[TARGET_HIGH] << 32;
    uint8_t bytes[4];

    hw_store_le(bytes, s->regs[COUNT], sizeof(bytes));
    if (target && !s->memory->write(&s->dev, target, bytes, sizeof(bytes))) {
        s->regs[STATUS] |= STATUS_FAILED;
    }
}

static void pci_beacon_ctrl_written(HwDevice *dev, uint32_t value)
{
    PciBeacon *s = HW_DEVICE(PciBeacon, dev);

    if (value & CTRL_RING) {
        s->regs[COUNT]++;
        s->regs[STATUS] |= STATUS_PENDING;
        pci_beacon_tell(s);
    }
}

/* Line 0 is the pin INTA, or message 0 if the guest has switched on MSI. */
static void pci_beacon_update(HwDevice *dev)
{
    PciBeacon *s = HW_DEVICE(PciBeacon, dev);
    bool pending = s->regs[STATUS] & STATUS_PENDING;

    hw_irq_set(dev, 0, pending && (s->regs[CTRL] & CTRL_ENABLE));
}

static bool pci_beacon_realize(HwDevice *dev, HwError *error)
{
    (void)error;
    HW_DEVICE(PciBeacon, dev)->memory = hw_guest_memory(dev);
    return true;
}

/* clang-format off */
static const HwRegister pci_beacon_registers[] = {
    { "ID", 4 * ID, .reset = PCI_BEACON_MAGIC },
    { "CTRL", 4 * CTRL, .rw = CTRL_ENABLE, .write_only = CTRL_RING,
      .written = pci_beacon_ctrl_written,
      .fields = HW_FIELDS({ "enable", 0, 1 }, { "ring", 1, 1 }) },
    { "STATUS", 4 * STATUS, .w1c = STATUS_PENDING | STATUS_FAILED,
      .fields = HW_FIELDS({ "pending", 0, 1 }, { "failed", 1, 1 }) },
    { "COUNT", 4 * COUNT },
    { "TARGET", 4 * TARGET, .rw = ALL },
    { "TARGET_HIGH", 4 * TARGET_HIGH, .rw = ALL },
};

static const HwState pci_beacon_state = {
    .name = "pci-beacon", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(PciBeacon, regs)),
};

static const HwPciFunction pci_beacon_function = {
    .vendor = 0x1234, .device = 0xbec0, .class_code = 0xff0000, .revision = 1,
    .interrupt_pin = HW_PCI_INTA, .msi_vectors = 1,
};

const HwDeviceClass pci_beacon_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "pci-beacon",
    .description = "PCI doorbell with DMA and MSI (example device)",
    .instance_size = sizeof(PciBeacon), .flags = HW_CLASS_FLAT,
    .services = HW_NAMES(HW_GUEST_MEMORY),
    .pci = &pci_beacon_function,
    .regions = HW_ROWS(HwRegion,
        { "mmio", HW_REGION_REGISTERS, HW_SPACE_BAR, .bar = 0, .size = 0x1000,
          .words = offsetof(PciBeacon, regs), .word_count = REGISTERS,
          .registers = HW_TABLE(pci_beacon_registers) }),
    .state = &pci_beacon_state,
    .realize = pci_beacon_realize,
    .update = pci_beacon_update,
};
/* clang-format on */
