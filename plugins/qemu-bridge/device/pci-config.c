/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's accesses to the configuration space: QEMU's, but for the class's capabilities. */
#include "plugins/qemu-bridge/device/pci.h"

#define CONVENTIONAL_END 256

/* Bytes of a capability's header, which a guest can't write. */
static uint32_t header_size(const HwRegionState *region)
{
    return region->address < CONVENTIONAL_END ? 2 : 4;
}

/* The class's capability that has the byte at `address` behind its header; NULL: none has it. */
static HwRegionState *capability_at(BridgeDevice *device, uint32_t address)
{
    HwInstance *instance = device->instance;

    for (uint32_t i = instance->cls->table.regions.count; i < instance->region_count; i++) {
        HwRegionState *region = &instance->regions[i];

        if (address >= region->address + header_size(region) &&
            address < region->address + region->size) {
            return region;
        }
    }
    return NULL;
}

/* The number of the access's bytes, from `address` on, that lie in the capability as well. */
static uint32_t inside(const HwRegionState *region, uint32_t address, uint32_t size)
{
    uint64_t left = region->address + region->size - address;

    return left < size ? (uint32_t)left : size;
}

uint32_t bridge_pci_config_read(QemuObject *object, uint32_t address, int size)
{
    BridgeDevice *device = bridge_device_of(object);
    uint32_t value = pci_default_read_config(object, address, size);

    for (uint32_t i = 0; i < (uint32_t)size; i++) {
        HwRegionState *region = capability_at(device, address + i);

        if (region) {
            value &= ~(UINT32_C(0xff) << (8 * i));
            value |= (uint32_t)hw_region_read(region, address + i - region->address, 1) << (8 * i);
        }
    }
    return value;
}

static void capabilities_write(BridgeDevice *device, uint32_t address, uint32_t value,
                               uint32_t size)
{
    for (uint32_t i = 0, part; i < size; i += part) {
        HwRegionState *region = capability_at(device, address + i);

        part = region ? inside(region, address + i, size - i) : 1;
        if (region) {
            hw_region_write(region, address + i - region->address, value >> (8 * i), part);
        }
    }
}

/* QEMU's own function leaves the class's capabilities alone: they are read-only to it. */
void bridge_pci_config_write(QemuObject *object, uint32_t address, uint32_t value, int size)
{
    BridgeDevice *device = bridge_device_of(object);

    pci_default_write_config(object, address, value, size);
    capabilities_write(device, address, value, (uint32_t)size);
    if (device->pci->has_express) {
        pcie_cap_flr_write_config(object, address, value, size);
    }
    bridge_pci_pin_update(device);
}
