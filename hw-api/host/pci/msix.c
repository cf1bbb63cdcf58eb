/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MSI-X (PCI 6.8.2), with QEMU's layout of a BAR that has nothing else. */
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/host/pci/unit-internal.h"

enum {
    MSIX_ID = 0x11,
    MSIX_CONTROL = 2,
    MSIX_TABLE = 4,
    MSIX_PENDING = 8,
    MSIX_SIZE = 12,
    CONTROL_HIGH = MSIX_CONTROL + 1,
    HIGH_ON = 0x80, /* in the control's high byte */
    HIGH_MASKED = 0x40,
    ENTRY_SIZE = 16,
    ENTRY_DATA = 8,
    ENTRY_CONTROL = 12,
    ENTRY_MASKED = 1,
    BAR_SIZE_LEAST = 4096,
    ACCESS = 4, /* smaller ones are not defined (PCI 6.8.2) and have no effect */
    TABLE_REGION = 0,
    PENDING_REGION = 1,
};

uint32_t hw_pci_msix_table_size(const HwPciUnit *unit)
{
    return unit->msix.count * ENTRY_SIZE;
}

/* In memory the pending bits are whole words of 64 bits. */
static uint32_t pending_room(const HwPciUnit *unit)
{
    return (unit->msix.count + 63) / 64 * 8;
}

uint32_t hw_pci_msix_pending_size(const HwPciUnit *unit)
{
    return (unit->msix.count + 7) / 8;
}

/* ------------------------------------------------------------------ vectors */

static uint8_t *entry(const HwPciUnit *unit, uint32_t vector)
{
    return unit->msix.table + (size_t)vector * ENTRY_SIZE;
}

static uint8_t control_high(const HwPciUnit *unit)
{
    return unit->config.bytes[unit->msix.capability + CONTROL_HIGH];
}

bool hw_pci_msix_is_on(const HwPciUnit *unit)
{
    return unit->msix.count && (control_high(unit) & HIGH_ON);
}

static bool vector_is_masked(const HwPciUnit *unit, uint32_t vector)
{
    return unit->msix.masked || (entry(unit, vector)[ENTRY_CONTROL] & ENTRY_MASKED);
}

void hw_pci_msix_send(HwPciUnit *unit, uint32_t vector)
{
    const uint8_t *message;

    if (vector >= unit->msix.count) {
        return;
    }
    if (vector_is_masked(unit, vector)) {
        unit->msix.pending[vector / 8] |= (uint8_t)(1 << vector % 8);
        return;
    }
    message = entry(unit, vector);
    hw_pci_unit_send(unit, hw_load_le(message, 8), (uint32_t)hw_load_le(message + ENTRY_DATA, 4));
}

/* Sends what waited for the mask to go. */
static void vector_unmasked(HwPciUnit *unit, uint32_t vector)
{
    uint8_t *pending = &unit->msix.pending[vector / 8];
    uint8_t bit = (uint8_t)(1 << vector % 8);

    if (!vector_is_masked(unit, vector) && (*pending & bit)) {
        *pending &= (uint8_t)~bit;
        hw_pci_msix_send(unit, vector);
    }
}

static void all_unmasked(HwPciUnit *unit)
{
    for (uint32_t i = 0; i < unit->msix.count; i++) {
        vector_unmasked(unit, i);
    }
}

static void mask_update(HwPciUnit *unit)
{
    unit->msix.masked = (control_high(unit) & (HIGH_ON | HIGH_MASKED)) != HIGH_ON;
}

void hw_pci_msix_written(HwPciUnit *unit)
{
    bool was_masked = unit->msix.masked;

    if (unit->msix.count) {
        mask_update(unit);
        if (was_masked && !unit->msix.masked) {
            all_unmasked(unit);
        }
    }
}

void hw_pci_msix_loaded(HwPciUnit *unit)
{
    if (unit->msix.count) {
        mask_update(unit);
    }
}

void hw_pci_msix_reset(HwPciUnit *unit)
{
    if (!unit->msix.count) {
        return;
    }
    unit->config.bytes[unit->msix.capability + CONTROL_HIGH] &= (uint8_t) ~(HIGH_ON | HIGH_MASKED);
    mask_update(unit);
    memset(unit->msix.table, 0, hw_pci_msix_table_size(unit));
    memset(unit->msix.pending, 0, pending_room(unit));
    for (uint32_t i = 0; i < unit->msix.count; i++) {
        entry(unit, i)[ENTRY_CONTROL] = ENTRY_MASKED;
    }
}

/* ------------------------------------------------------------------ regions */

static uint64_t table_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    const HwPciUnit *unit = hw_instance_of(dev)->pci;

    return size == ACCESS ? hw_load_le(unit->msix.table + offset, ACCESS) : 0;
}

static void table_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    HwPciUnit *unit = hw_instance_of(dev)->pci;

    if (size == ACCESS) {
        hw_store_le(unit->msix.table + offset, value, ACCESS);
        vector_unmasked(unit, (uint32_t)(offset / ENTRY_SIZE));
    }
}

static uint64_t pending_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    const HwPciUnit *unit = hw_instance_of(dev)->pci;

    return size == ACCESS ? hw_load_le(unit->msix.pending + offset, ACCESS) : 0;
}

static void pending_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)dev;
    (void)offset;
    (void)value;
    (void)size;
}

static void region_init(HwPciUnit *unit, uint32_t index, uint64_t offset)
{
    HwRegion *table = &unit->msix.tables[index];

    table->space = HW_SPACE_BAR;
    table->kind = HW_REGION_MMIO;
    table->bar = unit->table->msix_bar;
    unit->msix.regions[index] = (HwRegionState) { .table = table,
                                                  .instance = unit->instance,
                                                  .dev = unit->instance->dev,
                                                  .cls = &unit->instance->cls->table,
                                                  .enabled = true,
                                                  .address = offset,
                                                  .size = table->size };
}

static void regions_init(HwPciUnit *unit, uint32_t pending_offset)
{
    unit->msix.tables[TABLE_REGION] = (HwRegion) { .name = "msix-table",
                                                   .size = hw_pci_msix_table_size(unit),
                                                   .read = table_read,
                                                   .write = table_write };
    unit->msix.tables[PENDING_REGION] = (HwRegion) {
        .name = "msix-pba", .size = pending_room(unit), .read = pending_read, .write = pending_write
    };
    region_init(unit, TABLE_REGION, 0);
    region_init(unit, PENDING_REGION, pending_offset);
}

/* ------------------------------------------------------------------- making */

static bool capability_add(HwPciUnit *unit, uint32_t pending_offset)
{
    HwPciConfig *config = &unit->config;
    uint32_t place = hw_pci_config_add(config, MSIX_ID, 0, MSIX_SIZE);
    uint32_t bar = unit->table->msix_bar;

    if (!place) {
        return false;
    }
    unit->msix.capability = place;
    hw_pci_config_set(config, place + MSIX_CONTROL, unit->msix.count - 1, 2);
    hw_pci_config_set(config, place + MSIX_TABLE, bar, 4);
    hw_pci_config_set(config, place + MSIX_PENDING, pending_offset | bar, 4);
    config->writable[place + CONTROL_HIGH] = HIGH_ON | HIGH_MASKED;
    return true;
}

/* Table in the lower half and pending bits in the upper half of 4096 bytes, as long as they
 * fit there. */
bool hw_pci_msix_init(HwPciUnit *unit)
{
    uint32_t pending_offset = BAR_SIZE_LEAST / 2;
    uint64_t size = BAR_SIZE_LEAST;

    unit->msix.count = unit->table->msix_vectors;
    if (!unit->msix.count) {
        return true;
    }
    if (hw_pci_msix_table_size(unit) > pending_offset) {
        pending_offset = hw_pci_msix_table_size(unit);
    }
    while (size < pending_offset + pending_room(unit)) {
        size *= 2;
    }
    unit->bars[unit->table->msix_bar] = (HwPciUnitBar) { .size = size, .address = HW_PCI_UNMAPPED };
    unit->msix.table = calloc(1, hw_pci_msix_table_size(unit));
    unit->msix.pending = calloc(1, pending_room(unit));
    regions_init(unit, pending_offset);
    return unit->msix.table && unit->msix.pending && capability_add(unit, pending_offset);
}

void hw_pci_msix_free(HwPciUnit *unit)
{
    free(unit->msix.table);
    free(unit->msix.pending);
}
