/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The window in configuration space to the BAR (VIRTIO_PCI_CAP_PCI_CFG, VIRTIO 4.1.4.9), for firmware
 * that can't reach the BAR.  A read by the window does not clear the ISR.
 */
#include "hw-api/device/error.h"
#include "hw-api/device/virtio/pci.h"
#include "hw-api/device/virtio/transport.h"

enum { KIND = 5, BAR = 1, OFFSET, LENGTH };

static uint32_t *window_of(HwDevice *dev)
{
    const HwPciCapabilities *all = &dev->cls->pci->capabilities;

    for (uint32_t i = 0; i < all->count; i++) {
        if (all->entries[i].registers.entries == hw_virtio_pci_window) {
            return (uint32_t *)(void *)((uint8_t *)dev + all->entries[i].words);
        }
    }
    return NULL;
}

uint32_t *hw_virtio_pci_window_words(HwDevice *dev)
{
    uint32_t *window = window_of(dev);

    return window ? &window[BAR] : NULL;
}

/* The region that the driver has chosen; NULL: its choice is not allowed. */
static const HwRegion *region_chosen(HwDevice *dev, uint32_t *offset, uint32_t *length)
{
    const uint32_t *window = window_of(dev);
    const HwRegions *regions = &dev->cls->regions;

    *offset = window[OFFSET];
    *length = window[LENGTH];
    if (window[BAR] != HW_VIRTIO_PCI_BAR || !*length || *length == 3 || *length > 4 ||
        *offset % *length) {
        return NULL;
    }
    for (uint32_t i = 0; i < regions->count; i++) {
        const HwRegion *region = &regions->entries[i];

        if (region->bar == HW_VIRTIO_PCI_BAR && *offset >= region->offset &&
            *offset - region->offset <= region->size - *length) {
            *offset -= (uint32_t)region->offset;
            return region;
        }
    }
    return NULL;
}

static uint32_t word_read(HwDevice *dev, const HwRegion *region, uint32_t offset)
{
    const uint32_t *words = (const uint32_t *)(const void *)((const uint8_t *)dev + region->words);

    return offset / 4 < region->word_count ? words[offset / 4] >> 8 * (offset % 4) : 0;
}

static uint32_t data_read(HwDevice *dev, uint32_t stored)
{
    uint32_t offset, length;
    const HwRegion *region = region_chosen(dev, &offset, &length);

    (void)stored;
    if (!region) {
        return 0;
    }
    if (region->offset == HW_VIRTIO_PCI_ISR) {
        return offset ? 0 : HW_DEVICE(HwVirtio, dev)->isr;
    }
    return region->read ? (uint32_t)region->read(dev, offset, length)
                        : word_read(dev, region, offset);
}

static void data_written(HwDevice *dev, uint32_t value)
{
    uint32_t offset, length;
    const HwRegion *region = region_chosen(dev, &offset, &length);

    if (region && region->write) {
        region->write(dev, offset, length < 4 ? value & ((1u << 8 * length) - 1) : value, length);
    } else {
        hw_log(dev, HW_LOG_GUEST_ERROR, "a write by a window to 0x%x, expected a part of BAR %u",
               offset, HW_VIRTIO_PCI_BAR);
    }
}

/* clang-format off */
const HwRegister hw_virtio_pci_window[HW_VIRTIO_PCI_WINDOW_WORDS] = {
    { "cap_len_cfg_type", 0, .reset = KIND << 24 | 4 * HW_VIRTIO_PCI_WINDOW_WORDS << 16 },
    { "bar", 4, .rw = 0xff },
    { "offset", 8, .rw = UINT32_MAX },
    { "length", 12, .rw = UINT32_MAX },
    { "pci_cfg_data", 16, .write_only = UINT32_MAX, .read = data_read, .written = data_written },
};
/* clang-format on */
