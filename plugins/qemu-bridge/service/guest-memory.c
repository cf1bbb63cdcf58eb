/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.guest-memory/1 */
#include "plugins/qemu-bridge/service/services.h"

#include <string.h>

#include "plugins/qemu-bridge/device/pci.h"
#include "plugins/qemu-bridge/qemu/layout.h"

#define PAGE_SIZE 4096

/* Returns the number of bytes of the range that lie in one RAM, ROM or ROM device; 0: none. */
static uint64_t section_size(uint64_t address, uint64_t size)
{
    QemuMemoryRegionSection section = memory_region_find(get_system_memory(), address, size);
    bool is_ram;

    if (!section.region) {
        return 0;
    }
    is_ram = memory_region_get_ram_addr(section.region) != QEMU_RAM_ADDR_INVALID;
    memory_region_unref(section.region);
    return is_ram && section.offset_within_address_space == address ? section.size[0] : 0;
}

/* QEMU reports no error for a read where nothing is mapped, so the range is checked first. */
static bool range_is_readable(uint64_t address, uint64_t size)
{
    while (size > 0) {
        uint64_t found = section_size(address, size);

        if (found == 0) {
            return false;
        }
        address += found;
        size -= found;
    }
    return true;
}

/* A ROM device would take the write for a write of the guest. */
static bool range_is_writable(uint64_t address, uint64_t size)
{
    QemuRamRanges ranges;
    bool is_writable = false;

    guest_phys_blocks_init(&ranges);
    guest_phys_blocks_append(&ranges);
    for (QemuRamRange *range = ranges.first; range; range = range->next) {
        is_writable |= address >= range->start && address + (size - 1) < range->end;
    }
    guest_phys_blocks_free(&ranges);
    return is_writable;
}

/* The range is RAM as a whole, or not at all: QEMU maps RAM by pages. */
static bool range_is_of_one_kind(uint64_t address, uint64_t size)
{
    return address / PAGE_SIZE == (address + (size - 1)) / PAGE_SIZE ||
           section_size(address, size) >= size;
}

static bool wraps(uint64_t address, uint64_t size)
{
    return address + (size - 1) < address;
}

#define PCI_COMMAND        0x04
#define PCI_COMMAND_MASTER 0x04

/* A PCI function's addresses are its bus's.  QEMU itself translates them by the machine's IOMMU,
 * and refuses what is neither RAM nor ROM.  Without an IOMMU the whole range is checked first, as
 * for other devices. */
static bool pci_access(const BridgeDevice *device, uint64_t address, void *buffer, uint64_t size,
                       bool is_write)
{
    QemuAddressSpace *space = pci_device_iommu_address_space(device->object);

    if (!(device->pci->config[PCI_COMMAND] & PCI_COMMAND_MASTER)) {
        return false;
    }
    if (size == 0) {
        return true;
    }
    return !wraps(address, size) &&
           (space != &address_space_memory || range_is_of_one_kind(address, size) ||
            (is_write ? range_is_writable : range_is_readable)(address, size)) &&
           address_space_rw(space, address, qemu_attributes_memory(), buffer, size, is_write) == 0;
}

static bool guest_memory_read(HwDevice *dev, uint64_t address, void *buffer, uint64_t size)
{
    const BridgeDevice *device = bridge_device_of_instance(dev);

    if (device->pci) {
        return pci_access(device, address, buffer, size, false);
    }
    return size == 0 || (!wraps(address, size) && range_is_readable(address, size) &&
                         address_space_rw(&address_space_memory, address,
                                          qemu_attributes_unspecified(), buffer, size, false) == 0);
}

/* QEMU itself refuses a device, and ROM, before it stores anything.  In a range of several kinds
 * it would store to the RAM among them. */
static bool guest_memory_write(HwDevice *dev, uint64_t address, const void *buffer, uint64_t size)
{
    const BridgeDevice *device = bridge_device_of_instance(dev);

    if (device->pci) {
        return pci_access(device, address, (void *)(uintptr_t)buffer, size, true);
    }
    return size == 0 ||
           (!wraps(address, size) &&
            (range_is_of_one_kind(address, size) || range_is_writable(address, size)) &&
            address_space_rw(&address_space_memory, address, qemu_attributes_memory(),
                             (void *)(uintptr_t)buffer, size, true) == 0);
}

static void *guest_memory_region_pointer(HwDevice *dev, uint32_t region)
{
    const HwInstance *instance = hw_instance_of(dev);

    return region < instance->region_count ? instance->regions[region].ram : NULL;
}

static void guest_memory_region_dirty(HwDevice *dev, uint32_t region, uint64_t offset,
                                      uint64_t size)
{
    const BridgeDevice *device = bridge_device_of_instance(dev);

    if (region < device->instance->region_count && device->instance->regions[region].ram) {
        memory_region_set_dirty(device->memory[region], offset, size);
    }
}

static void guest_memory_clear(HwDevice *dev)
{
    QemuRamRanges ranges;

    (void)dev;
    guest_phys_blocks_init(&ranges);
    guest_phys_blocks_append(&ranges);
    for (QemuRamRange *range = ranges.first; range; range = range->next) {
        uint8_t *start = memory_region_get_ram_ptr(range->region);

        memset(range->host, 0, range->end - range->start);
        memory_region_set_dirty(range->region, (uint64_t)(range->host - start),
                                range->end - range->start);
    }
    guest_phys_blocks_free(&ranges);
}

const HwGuestMemory bridge_guest_memory = {
    .abi = HW_ABI(HwGuestMemory),
    .read = guest_memory_read,
    .write = guest_memory_write,
    .region_pointer = guest_memory_region_pointer,
    .region_dirty = guest_memory_region_dirty,
    .clear = guest_memory_clear,
};
