/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers for ACPI hot plug of pc's own PCI bus, at the ports of QEMU's PIIX4
 * (docs/specs/acpi_pci_hotplug): a bit for each slot.
 */
#include "hw-api/device/error.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/acpi-internal.h"
#include "qtest/machine/parts/acpi-pm.h"
#include "qtest/machine/pci/pci.h"

enum {
    PORTS = 0xae00,
    SELECT = 4, /* words */
    WORDS = 6,
    SELECT_LAST = 256,
    EVENT = 1, /* a bit of GPE0 */
};

typedef struct PciPlug {
    HwDevice dev;
    uint32_t words[WORDS];
    uint32_t up;   /* slots into which functions came */
    uint32_t down; /* slots that the guest is asked for */
} PciPlug;

/* The other buses that a guest may select have no registers here. */
static bool is_own_bus(const PciPlug *s)
{
    return s->words[SELECT] == 0;
}

static ObPci *pci_of(const HwDevice *dev)
{
    return ob_host_pci(ob_host_of(dev));
}

/* A read tells of each slot once. */
static uint32_t up_read(HwDevice *dev, uint32_t stored)
{
    PciPlug *s = HW_DEVICE(PciPlug, dev);
    uint32_t up = is_own_bus(s) ? s->up : 0;

    (void)stored;
    s->up &= ~up;
    return up;
}

static uint32_t down_read(HwDevice *dev, uint32_t stored)
{
    const PciPlug *s = HW_DEVICE(PciPlug, dev);

    (void)stored;
    return is_own_bus(s) ? s->down : 0;
}

/* Buses that do not exist have all bits, up to a number, as in QEMU. */
static uint32_t removable_read(HwDevice *dev, uint32_t stored)
{
    const PciPlug *s = HW_DEVICE(PciPlug, dev);

    (void)stored;
    if (is_own_bus(s)) {
        return ob_pci_removable(pci_of(dev));
    }
    return s->words[SELECT] <= SELECT_LAST ? UINT32_MAX : 0;
}

static void slot_eject(PciPlug *s, uint32_t slot)
{
    s->up &= ~(1u << slot);
    s->down &= ~(1u << slot);
    ob_pci_slot_eject(pci_of(&s->dev), slot);
}

/* One slot for each write, the lowest. */
static void eject_written(HwDevice *dev, uint32_t value)
{
    PciPlug *s = HW_DEVICE(PciPlug, dev);

    if (value && is_own_bus(s)) {
        slot_eject(s, (uint32_t)g_bit_nth_lsf(value, -1));
    }
}

/* A reset finishes what the guest was asked for. */
static void plug_reset(HwDevice *dev)
{
    PciPlug *s = HW_DEVICE(PciPlug, dev);

    while (s->down) {
        slot_eject(s, (uint32_t)g_bit_nth_lsf(s->down, -1));
    }
    s->up = 0;
}

static const HwRegister registers[] = {
    { "UP", 0x0, .read = up_read },
    { "DOWN", 0x4, .read = down_read },
    { "EJECT", 0x8, .write_only = UINT32_MAX, .written = eject_written },
    { "REMOVABLE", 0xc, .read = removable_read },
    { "SELECT", 0x10, .rw = UINT32_MAX },
    { "INDEX", 0x14 },
};

/* QEMU keeps these in the section of its chipset.  A machine without the section has zeros. */
static bool plug_needed(HwDevice *dev)
{
    const PciPlug *s = HW_DEVICE(PciPlug, dev);

    return s->up || s->down || !is_own_bus(s);
}

static const HwState plug_state = {
    .name = "outboard-acpi-pci-plug",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(PciPlug, words), HW_SAVED(PciPlug, up),
                      HW_SAVED(PciPlug, down)),
    .needed = plug_needed,
};

static const HwClass plug_class = {
    .table = {
        .abi = HW_ABI(HwDeviceClass),
        .name = "acpi-pci-hotplug",
        .description = "ACPI hot plug of PCI",
        .instance_size = sizeof(PciPlug),
        .flags = HW_CLASS_FLAT,
        .regions = HW_ROWS(HwRegion,
                           { "acpi-pci-hotplug", HW_REGION_REGISTERS, .space = HW_SPACE_IO,
                             .size = 4 * WORDS, .offset = PORTS,
                             .words = offsetof(PciPlug, words), .word_count = WORDS,
                             .registers = HW_TABLE(registers) }),
        .state = &plug_state,
        .reset = plug_reset,
    },
    .original = &plug_class.table,
};

bool ob_acpi_pci_plug_create(ObAcpi *acpi, HwError *error)
{
    ObHost *host = acpi->host;

    if (!host->pci || !ob_pci_board(host->pci)->is_hot_plug) {
        return true;
    }
    acpi->pci_plug = hw_instance_new(&host->base.api, &plug_class, NULL, NULL);
    if (!acpi->pci_plug) {
        return hw_error_set(error, "machine: no memory for ACPI's hot plug of PCI");
    }
    return ob_host_add_part(host, acpi->pci_plug, error);
}

bool ob_acpi_slot_changed(ObHost *host, uint32_t slot, bool leaves)
{
    HwInstance *instance = host->acpi ? host->acpi->pci_plug : NULL;
    PciPlug *s = instance ? HW_DEVICE(PciPlug, instance->dev) : NULL;

    if (s) {
        *(leaves ? &s->down : &s->up) |= 1u << slot;
        ob_acpi_pm_raise(host->acpi->pm, EVENT);
    }
    return s != NULL;
}
