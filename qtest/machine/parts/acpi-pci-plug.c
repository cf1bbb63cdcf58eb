/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers for ACPI hot plug of PCI, as QEMU's PIIX4 and ICH9 have them
 * (docs/specs/acpi_pci_hotplug).  The guest selects a bus, and each register has a bit for each slot.
 */
#include "hw-api/device/error.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/acpi-internal.h"
#include "qtest/machine/parts/acpi-pm.h"
#include "qtest/machine/pci/pci.h"

enum {
    SELECT = 4, /* words */
    WORDS = 6,
    SELECT_LAST = 256,
    EVENT = 1, /* a bit of GPE0 */
};

G_STATIC_ASSERT(OB_ACPI_PCI_PLUG_SIZE == 4 * WORDS);

typedef struct PciPlug {
    HwDevice dev;
    uint32_t words[WORDS];
    uint32_t up[OB_PCI_ACPI_BUSES];   /* slots into which functions came */
    uint32_t down[OB_PCI_ACPI_BUSES]; /* slots that the guest is asked for */
} PciPlug;

static ObPci *pci_of(const HwDevice *dev)
{
    return ob_host_pci(ob_host_of(dev));
}

/* The word of the selected bus; `none`: there is no such bus. */
static uint32_t *selected(PciPlug *s, uint32_t *words, uint32_t *none)
{
    return s->words[SELECT] < OB_PCI_ACPI_BUSES ? &words[s->words[SELECT]] : none;
}

/* A read tells of each slot once. */
static uint32_t up_read(HwDevice *dev, uint32_t stored)
{
    PciPlug *s = HW_DEVICE(PciPlug, dev);
    uint32_t none = 0;
    uint32_t *up = selected(s, s->up, &none);
    uint32_t told = *up;

    (void)stored;
    *up = 0;
    return told;
}

static uint32_t down_read(HwDevice *dev, uint32_t stored)
{
    PciPlug *s = HW_DEVICE(PciPlug, dev);
    uint32_t none = 0;

    (void)stored;
    return *selected(s, s->down, &none);
}

/* Buses that do not exist have all bits, up to a number, as in QEMU. */
static uint32_t removable_read(HwDevice *dev, uint32_t stored)
{
    const PciPlug *s = HW_DEVICE(PciPlug, dev);

    (void)stored;
    return s->words[SELECT] <= SELECT_LAST ? ob_pci_removable(pci_of(dev), s->words[SELECT]) : 0;
}

static void slot_eject(PciPlug *s, uint32_t bus, uint32_t slot)
{
    s->up[bus] &= ~(1u << slot);
    s->down[bus] &= ~(1u << slot);
    ob_pci_slot_eject(pci_of(&s->dev), bus, slot);
}

/* One slot for each write, the lowest. */
static void eject_written(HwDevice *dev, uint32_t value)
{
    PciPlug *s = HW_DEVICE(PciPlug, dev);

    if (value && s->words[SELECT] < OB_PCI_ACPI_BUSES) {
        slot_eject(s, s->words[SELECT], (uint32_t)g_bit_nth_lsf(value, -1));
    }
}

/* A reset finishes what the guest was asked for. */
static void plug_reset(HwDevice *dev)
{
    PciPlug *s = HW_DEVICE(PciPlug, dev);

    for (uint32_t bus = 0; bus < OB_PCI_ACPI_BUSES; bus++) {
        while (s->down[bus]) {
            slot_eject(s, bus, (uint32_t)g_bit_nth_lsf(s->down[bus], -1));
        }
        s->up[bus] = 0;
    }
}

static const HwRegister registers[] = {
    { "UP", 0x0, .read = up_read },
    { "DOWN", 0x4, .read = down_read },
    { "EJECT", 0x8, .write_only = UINT32_MAX, .written = eject_written },
    { "REMOVABLE", 0xc, .read = removable_read },
    { "SELECT", 0x10, .rw = UINT32_MAX },
    { "INDEX", 0x14 },
};

/* QEMU keeps these in the section of its chipset, and would refuse this section.  A machine without the
 * section has zeros. */
static bool plug_needed(HwDevice *dev)
{
    const PciPlug *s = HW_DEVICE(PciPlug, dev);
    const ObHost *host = ob_host_of(dev);
    uint32_t used = s->words[SELECT];

    for (uint32_t bus = 0; bus < OB_PCI_ACPI_BUSES; bus++) {
        used |= s->up[bus] | s->down[bus];
    }
    return used && !host->wires->foreign_has(host->foreign, "/piix4_pm") &&
           !host->wires->foreign_has(host->foreign, "/ICH9LPC");
}

static const HwState plug_state = {
    .name = "outboard-acpi-pci-plug",
    .version = 2, /* 1 had a single bus */
    .minimum_version = 2,
    .fields = HW_ROWS(HwStateField, HW_SAVED(PciPlug, words), HW_SAVED(PciPlug, up),
                      HW_SAVED(PciPlug, down)),
    .needed = plug_needed,
};

/* clang-format off */
#define PLUG_CLASS(class_, ports)                                                     \
    static const HwClass class_ = {                                                   \
        .table = {                                                                    \
            .abi = HW_ABI(HwDeviceClass),                                             \
            .name = "acpi-pci-hotplug",                                               \
            .description = "ACPI hot plug of PCI",                                    \
            .instance_size = sizeof(PciPlug),                                         \
            .flags = HW_CLASS_FLAT,                                                   \
            .regions = HW_ROWS(HwRegion,                                              \
                { "acpi-pci-hotplug", HW_REGION_REGISTERS, .space = HW_SPACE_IO,      \
                  .size = 4 * WORDS, .offset = (ports),                               \
                  .words = offsetof(PciPlug, words), .word_count = WORDS,             \
                  .registers = HW_TABLE(registers) }),                                \
            .state = &plug_state,                                                     \
            .reset = plug_reset,                                                      \
        },                                                                            \
        .original = &class_.table,                                                    \
    }
/* clang-format on */

PLUG_CLASS(piix4_class, OB_ACPI_PIIX4_PCI_PLUG);
PLUG_CLASS(ich9_class, OB_ACPI_ICH9_PCI_PLUG);

bool ob_acpi_pci_plug_create(ObAcpi *acpi, HwError *error)
{
    ObHost *host = acpi->host;
    uint16_t ports = host->pci ? ob_pci_acpi_ports(host->pci) : 0;

    if (!ports) {
        return true;
    }
    acpi->pci_plug = hw_instance_new(&host->base.api,
                                     ports == OB_ACPI_PIIX4_PCI_PLUG ? &piix4_class : &ich9_class,
                                     NULL, NULL);
    if (!acpi->pci_plug) {
        return hw_error_set(error, "machine: no memory for ACPI's hot plug of PCI");
    }
    return ob_host_add_part(host, acpi->pci_plug, error);
}

void ob_acpi_slot_changed(ObHost *host, uint32_t bus, uint32_t slot, bool leaves)
{
    PciPlug *s = HW_DEVICE(PciPlug, host->acpi->pci_plug->dev);

    (leaves ? s->down : s->up)[bus] |= 1u << slot;
    ob_acpi_pm_raise(host->acpi->pm, EVENT);
}
