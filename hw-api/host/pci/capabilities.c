/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capabilities: the host's in the order in which QEMU's devices add them, then the class's.
 * A class's capability is a region of the instance (HwInstance.regions, behind the class's
 * own), so that registers, traces and reset are as in other regions.
 */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/pci/unit-internal.h"

enum {
    HEADER = 2, /* bytes that the host owns */
    EXTENDED_HEADER = 4,
    CLASS_USED = 1, /* in HwPciConfig.used: 1 + index */
};

static HwRegionState *capability_region(const HwPciUnit *unit, uint32_t index)
{
    return &unit->instance->regions[unit->instance->cls->table.regions.count + index];
}

static uint32_t add(HwPciConfig *config, const HwPciCapability *capability)
{
    uint32_t size = 4 * capability->word_count;

    return capability->extended_version
               ? hw_pci_config_add_extended(config, capability->id, capability->extended_version,
                                            capability->offset, size)
               : hw_pci_config_add(config, (uint8_t)capability->id, capability->offset, size);
}

static uint32_t header_size(uint32_t start)
{
    return start < HW_PCI_SPACE ? HEADER : EXTENDED_HEADER;
}

/* The space has the registers' reset values, and so has a stream: QEMU refuses one that has
 * other bytes here.  The words travel as the class's fields. */
static void reset_values_store(HwPciConfig *config, const HwPciCapability *capability,
                               uint32_t place)
{
    for (uint32_t i = 0; i < capability->registers.count; i++) {
        const HwRegister *reg = &capability->registers.entries[i];

        for (uint32_t at = reg->offset; at < reg->offset + 4; at++) {
            if (at >= header_size(place)) {
                config->bytes[place + at] = (uint8_t)(reg->reset >> (8 * (at & 3)));
            }
        }
    }
}

static bool class_capability_add(HwPciUnit *unit, uint32_t index, HwError *error)
{
    const HwPciCapability *capability = &unit->table->capabilities.entries[index];
    HwPciConfig *config = &unit->config;
    uint32_t size = 4 * capability->word_count;
    uint32_t place = add(config, capability);

    if (!place) {
        return hw_error_set(error, "%s: capability '%s' of %u bytes has no room",
                            unit->instance->id, capability->name, size);
    }
    reset_values_store(config, capability, place);
    memset(config->used + place, (int)(CLASS_USED + index), size);
    unit->instance->capabilities[index].offset = place;
    capability_region(unit, index)->address = place;
    return true;
}

bool hw_pci_capabilities_init(HwPciUnit *unit, HwError *error)
{
    for (uint32_t i = 0; i < unit->table->capabilities.count; i++) {
        if (unit->table->capabilities.entries[i].offset && !class_capability_add(unit, i, error)) {
            return false;
        }
    }
    if (!hw_pci_express_init(unit) || !hw_pci_msi_init(unit) || !hw_pci_msix_init(unit)) {
        return hw_error_set(error, "%s: no room for the capabilities of PCI Express, MSI and MSI-X",
                            unit->instance->id);
    }
    for (uint32_t i = 0; i < unit->table->capabilities.count; i++) {
        if (!unit->table->capabilities.entries[i].offset && !class_capability_add(unit, i, error)) {
            return false;
        }
    }
    return true;
}

/* ----------------------------------------------------------------- accesses */

HwRegionState *hw_pci_capability_at(HwPciUnit *unit, uint32_t offset, uint32_t *start)
{
    uint32_t used = unit->config.used[offset];
    HwRegionState *region;

    if (used < CLASS_USED || used - CLASS_USED >= unit->table->capabilities.count) {
        return NULL;
    }
    region = capability_region(unit, used - CLASS_USED);
    *start = (uint32_t)region->address;
    return region;
}

uint32_t hw_pci_capability_read(HwPciUnit *unit, HwRegionState *region, uint32_t start,
                                uint32_t offset, uint32_t size)
{
    uint32_t header = start + header_size(start);
    uint32_t value = (uint32_t)hw_region_read(region, offset - start, size);

    for (uint32_t i = 0; i < size && offset + i < header; i++) {
        value &= ~(UINT32_C(0xff) << (8 * i));
        value |= (uint32_t)unit->config.bytes[offset + i] << (8 * i);
    }
    return value;
}

void hw_pci_capability_write(HwRegionState *region, uint32_t start, uint32_t offset, uint32_t value,
                             uint32_t size)
{
    uint32_t header = start + header_size(start);

    while (size > 0 && offset < header) {
        offset++;
        value >>= 8;
        size--;
    }
    if (size > 0) {
        hw_region_write(region, offset - start, value, size);
    }
}
