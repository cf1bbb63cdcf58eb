/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/pci/config.h"

#include <stdlib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/ext/draft/pci.h"

enum {
    ARRAYS = 5,
    CAPABILITY_ID = 0,
    CAPABILITY_NEXT = 1,
};

/* ------------------------------------------------------------------- making */

/* QEMU lets a guest write all bytes behind the header that belong to no capability.  A stream
 * may have them. */
static void masks_fill(HwPciConfig *config)
{
    static const struct {
        uint8_t offset;
        uint8_t size;
    } compared[] = { { HW_PCI_VENDOR, 4 },
                     { HW_PCI_REVISION, 4 },
                     { HW_PCI_HEADER_TYPE, 1 },
                     { HW_PCI_CAPABILITIES, 1 } };

    for (uint32_t i = 0; i < sizeof(compared) / sizeof(compared[0]); i++) {
        memset(config->compared + compared[i].offset, 0xff, compared[i].size);
    }
    config->compared[HW_PCI_STATUS] = HW_PCI_STATUS_LIST;
    config->writable[HW_PCI_CACHE_LINE] = 0xff;
    config->writable[HW_PCI_INTERRUPT_LINE] = 0xff;
    hw_store_le(config->writable + HW_PCI_COMMAND,
                HW_PCI_COMMAND_IO | HW_PCI_COMMAND_MEMORY | HW_PCI_COMMAND_MASTER |
                    HW_PCI_COMMAND_SERR | HW_PCI_COMMAND_NO_INTX,
                2);
    hw_store_le(config->clears + HW_PCI_STATUS, HW_PCI_STATUS_ERRORS, 2);
    memset(config->writable + HW_PCI_HEADER_SIZE, 0xff, config->size - HW_PCI_HEADER_SIZE);
}

bool hw_pci_config_init(HwPciConfig *config, uint32_t size)
{
    uint8_t *bytes = calloc(ARRAYS, size);

    if (!bytes) {
        return false;
    }
    *config = (HwPciConfig) { .size = size,
                              .bytes = bytes,
                              .writable = bytes + size,
                              .clears = bytes + 2 * size,
                              .compared = bytes + 3 * size,
                              .used = bytes + 4 * size };
    masks_fill(config);
    return true;
}

void hw_pci_config_clear(HwPciConfig *config)
{
    free(config->bytes);
    *config = (HwPciConfig) { 0 };
}

/* ----------------------------------------------------------------- accesses */

uint64_t hw_pci_config_get(const HwPciConfig *config, uint32_t offset, uint32_t size)
{
    return hw_load_le(config->bytes + offset, size);
}

void hw_pci_config_set(HwPciConfig *config, uint32_t offset, uint64_t value, uint32_t size)
{
    hw_store_le(config->bytes + offset, value, size);
}

uint32_t hw_pci_config_read(const HwPciConfig *config, uint32_t offset, uint32_t size)
{
    return (uint32_t)hw_load_le(config->bytes + offset, size);
}

/* ------------------------------------------------------------- capabilities */

/* The first place from `start` to `end` with `size` free bytes; 0: there is none. */
static uint32_t place_find(const HwPciConfig *config, uint32_t start, uint32_t end, uint32_t size)
{
    uint32_t place = start;

    for (uint32_t i = start; i < end; i++) {
        if (config->used[i]) {
            place = i + 1;
        } else if (i - place + 1 == size) {
            return place;
        }
    }
    return 0;
}

static void place_take(HwPciConfig *config, uint32_t offset, uint32_t size)
{
    memset(config->bytes + offset, 0, size);
    memset(config->writable + offset, 0, size);
    memset(config->clears + offset, 0, size);
    memset(config->compared + offset, 0xff, size);
    memset(config->used + offset, HW_PCI_USED, (size + 3) & ~3u);
}

uint32_t hw_pci_config_add(HwPciConfig *config, uint8_t id, uint32_t offset, uint32_t size)
{
    if (!offset) {
        offset = place_find(config, HW_PCI_HEADER_SIZE, HW_PCI_SPACE, size);
    }
    if (!offset || offset + size > HW_PCI_SPACE) {
        return 0;
    }
    place_take(config, offset, size);
    config->bytes[offset + CAPABILITY_ID] = id;
    config->bytes[offset + CAPABILITY_NEXT] = config->bytes[HW_PCI_CAPABILITIES];
    config->bytes[HW_PCI_CAPABILITIES] = (uint8_t)offset;
    config->bytes[HW_PCI_STATUS] |= HW_PCI_STATUS_LIST;
    return offset;
}

/* Bits 19:0 of the header: id and version; bits 31:20: the next capability's offset. */
static void extended_link(HwPciConfig *config, uint32_t offset)
{
    uint32_t last = HW_PCI_SPACE;
    uint32_t header;

    for (uint32_t next; (next = (uint32_t)hw_pci_config_get(config, last, 4) >> 20); last = next) {}
    header = (uint32_t)hw_pci_config_get(config, last, 4);
    hw_pci_config_set(config, last, (header & 0xfffff) | offset << 20, 4);
}

uint32_t hw_pci_config_add_extended(HwPciConfig *config, uint16_t id, uint16_t version,
                                    uint32_t offset, uint32_t size)
{
    if (!offset) {
        offset = place_find(config, HW_PCI_SPACE, config->size, size);
    }
    if (!offset || offset + size > config->size) {
        return 0;
    }
    place_take(config, offset, size);
    /* The list begins at 0x100 always.  If nothing is there, an empty entry leads on. */
    if (offset != HW_PCI_SPACE) {
        memset(config->writable + HW_PCI_SPACE, 0, 4);
        extended_link(config, offset);
    }
    hw_pci_config_set(config, offset,
                      (hw_pci_config_get(config, offset, 4) & 0xfff00000) |
                          (uint32_t)version << 16 | id,
                      4);
    return offset;
}

/* -------------------------------------------------------------------- reset */

static void bits_clear(HwPciConfig *config, uint32_t offset, uint32_t size)
{
    for (uint32_t i = offset; i < offset + size; i++) {
        config->bytes[i] &= (uint8_t) ~(config->writable[i] | config->clears[i]);
    }
}

void hw_pci_config_reset(HwPciConfig *config)
{
    bits_clear(config, HW_PCI_COMMAND, 4);
    bits_clear(config, HW_PCI_INTERRUPT_LINE, 1);
    config->bytes[HW_PCI_CACHE_LINE] = 0;
}
