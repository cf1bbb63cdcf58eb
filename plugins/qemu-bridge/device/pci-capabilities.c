/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PCI function's capabilities: the class's with a place of their own, then PCI Express, MSI and
 * MSI-X, then the class's others.  Our own hosts have the same order, so that one stream fits all.
 */
#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/device/pci.h"

#define EXTENDED_NEXT 0xfff00000u /* in an extended capability's header */

/* The region of the class's capability: its address is the capability's place. */
static HwRegionState *region_of(BridgeDevice *device, uint32_t index)
{
    return &device->instance->regions[device->instance->cls->table.regions.count + index];
}

/* Returns the end of a capability that shares bytes with the range, or 0. */
static uint32_t end_of_taken(BridgeDevice *device, uint32_t place, uint32_t size)
{
    for (uint32_t i = 0; i < device->pci->table->capabilities.count; i++) {
        const HwRegionState *region = region_of(device, i);

        if (region->address && place < region->address + region->size &&
            region->address < (uint64_t)place + size) {
            return (uint32_t)(region->address + region->size);
        }
    }
    return 0;
}

/* QEMU does not look for room in the extended space.  Returns 0 if there is none. */
static uint32_t extended_place(BridgeDevice *device, uint32_t size)
{
    uint32_t place = HW_PCI_SPACE;

    for (uint32_t end; (end = end_of_taken(device, place, size)); place = end) {}
    return place + size <= HW_PCI_EXPRESS_SPACE ? place : 0;
}

/* The list begins at 0x100.  QEMU forgets its rest if the capability there comes last. */
static bool extended_add(BridgeDevice *device, const HwPciCapability *capability, uint32_t *place,
                         HwError *error)
{
    uint32_t size = 4 * capability->word_count;
    uint8_t *header;
    uint32_t next;

    *place = capability->offset ? capability->offset : extended_place(device, size);
    if (!*place) {
        return hw_error_set(error, "%s: capability '%s' of %u bytes has no room",
                            device->instance->id, capability->name, size);
    }
    header = device->pci->config + *place;
    next = (uint32_t)hw_load_le(header, 4) & EXTENDED_NEXT;
    pcie_add_capability(device->object, capability->id, (uint8_t)capability->extended_version,
                        (uint16_t)*place, (uint16_t)size);
    hw_store_le(header, (hw_load_le(header, 4) & ~EXTENDED_NEXT) | next, 4);
    return true;
}

static bool add(BridgeDevice *device, const HwPciCapability *capability, uint32_t *place,
                HwError *error)
{
    QemuError *failed = NULL;
    int offset;

    if (capability->extended_version) {
        return extended_add(device, capability, place, error);
    }
    offset = pci_add_capability(device->object, (uint8_t)capability->id,
                                (uint8_t)capability->offset, (uint8_t)(4 * capability->word_count),
                                &failed);
    if (failed) {
        hw_error_set(error, "%s: capability '%s': %s", device->instance->id, capability->name,
                     error_get_pretty(failed));
        error_free(failed);
        return false;
    }
    *place = (uint32_t)offset;
    return true;
}

/* The space shows the registers' reset values.  The current values are in the instance, and
 * pci-config.c shows them to the guest: QEMU refuses a stream that has other bytes here. */
static void show_reset_values(BridgeDevice *device, const HwPciCapability *capability,
                              uint32_t place)
{
    uint32_t header = capability->extended_version ? 4 : 2;

    for (uint32_t i = 0; i < capability->registers.count; i++) {
        const HwRegister *reg = &capability->registers.entries[i];

        for (uint32_t at = reg->offset; at < reg->offset + 4; at++) {
            if (at >= header) {
                device->pci->config[place + at] = (uint8_t)(reg->reset >> (8 * (at & 3)));
            }
        }
    }
}

static bool class_capabilities_add(BridgeDevice *device, bool with_place, HwError *error)
{
    const HwPciCapabilities *capabilities = &device->pci->table->capabilities;

    for (uint32_t i = 0; i < capabilities->count; i++) {
        const HwPciCapability *capability = &capabilities->entries[i];
        uint32_t place;

        if ((capability->offset != 0) != with_place) {
            continue;
        }
        if (!add(device, capability, &place, error)) {
            return false;
        }
        show_reset_values(device, capability, place);
        region_of(device, i)->address = place;
        device->instance->capabilities[i].offset = place; /* a reload takes it from here */
    }
    return true;
}

static bool refused(BridgeDevice *device, const char *what, QemuError *failed, HwError *error)
{
    hw_error_set(error, "%s: %s: %s", device->instance->id, what,
                 failed ? error_get_pretty(failed) : "QEMU refuses the capability");
    if (failed) {
        error_free(failed);
    }
    return false;
}

static bool express_add(BridgeDevice *device, HwError *error)
{
    if (!(device->pci->table->flags & HW_PCI_EXPRESS)) {
        return true;
    }
    if (pcie_endpoint_cap_init(device->object, 0) < 0) {
        return refused(device, "PCI Express", NULL, error);
    }
    device->pci->has_express = true;
    pcie_cap_flr_init(device->object);
    return true;
}

static bool msi_add(BridgeDevice *device, HwError *error)
{
    QemuError *failed = NULL;
    uint16_t vectors = device->pci->table->msi_vectors;

    if (vectors && msi_init(device->object, 0, vectors, true, false, &failed) < 0) {
        return refused(device, "MSI", failed, error);
    }
    device->pci->has_msi = vectors > 0;
    return true;
}

static bool msix_add(BridgeDevice *device, HwError *error)
{
    QemuError *failed = NULL;
    uint16_t vectors = device->pci->table->msix_vectors;

    if (vectors && msix_init_exclusive_bar(device->object, vectors, device->pci->table->msix_bar,
                                           &failed) < 0) {
        return refused(device, "MSI-X", failed, error);
    }
    device->pci->has_msix = vectors > 0;
    for (unsigned i = 0; i < vectors; i++) {
        msix_vector_use(device->object, i);
    }
    return true;
}

bool bridge_pci_capabilities_add(BridgeDevice *device, HwError *error)
{
    return class_capabilities_add(device, true, error) && express_add(device, error) &&
           msi_add(device, error) && msix_add(device, error) &&
           class_capabilities_add(device, false, error);
}

void bridge_pci_capabilities_end(BridgeDevice *device)
{
    BridgePci *pci = device->pci;

    if (pci->has_msix) {
        msix_uninit_exclusive_bar(device->object);
    }
    if (pci->has_msi) {
        msi_uninit(device->object);
    }
    if (pci->has_express) {
        pcie_cap_exit(device->object);
    }
    pci->has_msix = pci->has_msi = pci->has_express = false;
}
