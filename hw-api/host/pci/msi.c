/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Message signalled interrupts (PCI 6.8.1): with addresses of 64 bits, or of 32 bits and a mask for
 * each vector. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/host/pci/unit-internal.h"

enum {
    MSI_ID = 0x05,
    MSI_CONTROL = 2,
    MSI_ADDRESS = 4,
    MSI_DATA_32 = 8,
    MSI_DATA_64 = 12,
    MSI_MASKS_SIZE = 8, /* masks, then pending bits */
};

#define MSI_ON            0x0001u
#define MSI_CAPABLE_SHIFT 1
#define MSI_CAPABLE       0x000eu
#define MSI_ALLOWED_SHIFT 4
#define MSI_ALLOWED       0x0070u
#define MSI_64            0x0080u
#define MSI_MASKS         0x0100u

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

/* Places depend on the width of the address. */
static uint32_t data_at(const HwPciUnit *unit)
{
    return unit->msi + (control(unit) & MSI_64 ? MSI_DATA_64 : MSI_DATA_32);
}

static uint32_t mask_at(const HwPciUnit *unit)
{
    return data_at(unit) + 4;
}

static bool has_masks(const HwPciUnit *unit)
{
    return control(unit) & MSI_MASKS;
}

static uint32_t size_of(uint32_t form)
{
    uint32_t data = form & MSI_64 ? MSI_DATA_64 : MSI_DATA_32;

    return form & MSI_MASKS ? data + 4 + MSI_MASKS_SIZE : data + 2;
}

static bool msi_add(HwPciUnit *unit, uint32_t offset, uint32_t vectors, uint32_t form)
{
    HwPciConfig *config = &unit->config;

    unit->msi = hw_pci_config_add(config, MSI_ID, offset, size_of(form));
    if (!unit->msi) {
        return false;
    }
    hw_pci_config_set(config, unit->msi + MSI_CONTROL,
                      logarithm(vectors) << MSI_CAPABLE_SHIFT | form, 2);
    config->writable[unit->msi + MSI_CONTROL] = MSI_ALLOWED | MSI_ON;
    memset(config->writable + unit->msi + MSI_ADDRESS, 0xff, form & MSI_64 ? 8 : 4);
    config->writable[unit->msi + MSI_ADDRESS] = 0xfc;
    memset(config->writable + data_at(unit), 0xff, 2);
    if (form & MSI_MASKS) {
        hw_store_le(config->writable + mask_at(unit), UINT32_MAX >> (32 - vectors), 4);
    }
    return true;
}

bool hw_pci_msi_init(HwPciUnit *unit)
{
    return !unit->table->msi_vectors || msi_add(unit, 0, unit->table->msi_vectors, MSI_64);
}

bool hw_pci_msi_init_masked(HwPciUnit *unit, uint32_t offset)
{
    return msi_add(unit, offset, unit->table->msi_vectors, MSI_MASKS);
}

bool hw_pci_msi_is_on(const HwPciUnit *unit)
{
    return unit->msi && (control(unit) & MSI_ON);
}

/* True if the vector is masked: then it waits. */
static bool vector_waits(HwPciUnit *unit, uint32_t vector)
{
    uint32_t bit = UINT32_C(1) << vector;
    uint32_t pending;

    if (!has_masks(unit) || !(hw_pci_config_get(&unit->config, mask_at(unit), 4) & bit)) {
        return false;
    }
    pending = (uint32_t)hw_pci_config_get(&unit->config, mask_at(unit) + 4, 4);
    hw_pci_config_set(&unit->config, mask_at(unit) + 4, pending | bit, 4);
    return true;
}

/* The function replaces the low bits of the data by the vector. */
void hw_pci_msi_send(HwPciUnit *unit, uint32_t vector)
{
    uint32_t allowed = UINT32_C(1) << ((control(unit) & MSI_ALLOWED) >> MSI_ALLOWED_SHIFT);
    uint32_t data = (uint32_t)hw_pci_config_get(&unit->config, data_at(unit), 2);
    uint64_t address = hw_pci_config_get(&unit->config, unit->msi + MSI_ADDRESS,
                                         control(unit) & MSI_64 ? 8 : 4);

    data = (data & ~(allowed - 1)) | (allowed > 1 ? vector % allowed : data & (allowed - 1));
    if (!vector_waits(unit, vector % allowed)) {
        hw_pci_unit_send(unit, address, data);
    }
}

/* Vectors that waited for their mask to go. */
static void pending_send(HwPciUnit *unit)
{
    uint32_t pending = (uint32_t)hw_pci_config_get(&unit->config, mask_at(unit) + 4, 4);
    uint32_t ready = pending & ~(uint32_t)hw_pci_config_get(&unit->config, mask_at(unit), 4);

    hw_pci_config_set(&unit->config, mask_at(unit) + 4, pending & ~ready, 4);
    for (uint32_t vector = 0; ready; vector++, ready >>= 1) {
        if (ready & 1) {
            hw_pci_msi_send(unit, vector);
        }
    }
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
    if (has_masks(unit) && (flags & MSI_ON)) {
        pending_send(unit);
    }
}

void hw_pci_msi_reset(HwPciUnit *unit)
{
    if (unit->msi) {
        hw_pci_config_set(&unit->config, unit->msi + MSI_CONTROL,
                          control(unit) & ~(MSI_ALLOWED | MSI_ON), 2);
        hw_pci_config_set(&unit->config, unit->msi + MSI_ADDRESS, 0,
                          control(unit) & MSI_64 ? 8 : 4);
        hw_pci_config_set(&unit->config, data_at(unit), 0, 2);
        if (has_masks(unit)) {
            hw_pci_config_set(&unit->config, mask_at(unit), 0, MSI_MASKS_SIZE);
        }
    }
}
