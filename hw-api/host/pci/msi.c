/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Message signalled interrupts (PCI 6.8.1): 64-bit addresses, without a mask for each vector. */
#include "hw-api/host/pci/unit-internal.h"

enum {
    MSI_ID = 0x05,
    MSI_CONTROL = 2,
    MSI_ADDRESS = 4, /* 8 bytes */
    MSI_DATA = 12,
    MSI_SIZE = 14,
};

#define MSI_ON            0x0001u
#define MSI_CAPABLE_SHIFT 1
#define MSI_CAPABLE       0x000eu
#define MSI_ALLOWED_SHIFT 4
#define MSI_ALLOWED       0x0070u
#define MSI_64            0x0080u

static uint32_t control(const HwPciUnit *unit)
{
    return (uint32_t)hw_pci_config_get(&unit->config, unit->msi + MSI_CONTROL, 2);
}

static uint32_t logarithm(uint32_t vectors)
{
    uint32_t log = 0;

    while (vectors > 1) {
        vectors /= 2;
        log++;
    }
    return log;
}

bool hw_pci_msi_init(HwPciUnit *unit)
{
    HwPciConfig *config = &unit->config;
    uint32_t vectors = unit->table->msi_vectors;

    if (!vectors) {
        return true;
    }
    unit->msi = hw_pci_config_add(config, MSI_ID, 0, MSI_SIZE);
    if (!unit->msi) {
        return false;
    }
    hw_pci_config_set(config, unit->msi + MSI_CONTROL,
                      logarithm(vectors) << MSI_CAPABLE_SHIFT | MSI_64, 2);
    config->writable[unit->msi + MSI_CONTROL] = MSI_ALLOWED | MSI_ON;
    for (uint32_t i = MSI_ADDRESS; i < MSI_SIZE; i++) {
        config->writable[unit->msi + i] = i == MSI_ADDRESS ? 0xfc : 0xff;
    }
    return true;
}

bool hw_pci_msi_is_on(const HwPciUnit *unit)
{
    return unit->msi && (control(unit) & MSI_ON);
}

/* A guest that allows more messages than the function has gets as many as it has. */
void hw_pci_msi_written(HwPciUnit *unit)
{
    uint32_t flags = control(unit);
    uint32_t capable = (flags & MSI_CAPABLE) >> MSI_CAPABLE_SHIFT;

    if ((flags & MSI_ON) && (flags & MSI_ALLOWED) >> MSI_ALLOWED_SHIFT > capable) {
        flags = (flags & ~MSI_ALLOWED) | capable << MSI_ALLOWED_SHIFT;
        hw_pci_config_set(&unit->config, unit->msi + MSI_CONTROL, flags, 2);
    }
}

void hw_pci_msi_reset(HwPciUnit *unit)
{
    if (unit->msi) {
        hw_pci_config_set(&unit->config, unit->msi + MSI_CONTROL,
                          control(unit) & ~(MSI_ALLOWED | MSI_ON), 2);
        hw_pci_config_set(&unit->config, unit->msi + MSI_ADDRESS, 0, 8);
        hw_pci_config_set(&unit->config, unit->msi + MSI_DATA, 0, 2);
    }
}

/* The function replaces the low bits of the data by the vector. */
void hw_pci_msi_send(HwPciUnit *unit, uint32_t vector)
{
    uint32_t allowed = UINT32_C(1) << ((control(unit) & MSI_ALLOWED) >> MSI_ALLOWED_SHIFT);
    uint32_t data = (uint32_t)hw_pci_config_get(&unit->config, unit->msi + MSI_DATA, 2);

    data = (data & ~(allowed - 1)) | (allowed > 1 ? vector % allowed : data & (allowed - 1));
    hw_pci_unit_send(unit, hw_pci_config_get(&unit->config, unit->msi + MSI_ADDRESS, 8), data);
}
