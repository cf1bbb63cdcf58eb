/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/pci/function.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/pci/unit-internal.h"

enum {
    QEMU_VENDOR = 0x1af4, /* the pair of devices that have none of their own */
    QEMU_SUBSYSTEM = 0x1100,
};

/* ------------------------------------------------------------------- making */

static void header_init(HwPciUnit *unit)
{
    const HwPciFunction *table = unit->table;
    HwPciConfig *config = &unit->config;
    bool own = table->subsystem_vendor || table->subsystem;

    hw_pci_config_set(config, HW_PCI_VENDOR, table->vendor, 2);
    hw_pci_config_set(config, HW_PCI_DEVICE, table->device, 2);
    hw_pci_config_set(config, HW_PCI_REVISION, table->revision, 1);
    hw_pci_config_set(config, HW_PCI_CLASS, table->class_code, 3);
    hw_pci_config_set(config, HW_PCI_SUBSYSTEM_VENDOR, own ? table->subsystem_vendor : QEMU_VENDOR,
                      2);
    hw_pci_config_set(config, HW_PCI_SUBSYSTEM, own ? table->subsystem : QEMU_SUBSYSTEM, 2);
    hw_pci_config_set(config, HW_PCI_INTERRUPT_PIN, table->interrupt_pin, 1);
}

static bool unit_init(HwPciUnit *unit, HwError *error)
{
    uint32_t size = unit->table->flags & HW_PCI_EXPRESS ? HW_PCI_EXPRESS_SPACE : HW_PCI_SPACE;

    if (!hw_pci_config_init(&unit->config, size)) {
        return hw_error_set(error, "%s: no memory for its configuration space", unit->instance->id);
    }
    header_init(unit);
    if (unit->kind ? !unit->kind->init(unit, error) : !hw_pci_capabilities_init(unit, error)) {
        return false;
    }
    hw_pci_bars_init(unit);
    hw_pci_msix_reset(unit);
    return true;
}

static bool bar_place(const HwRegionState *region, uint64_t *address, bool *is_io)
{
    const HwPciUnitBar *bar = hw_pci_unit_bar_of(region->instance->pci, region);

    if (bar->address == HW_PCI_UNMAPPED) {
        return false;
    }
    *address = bar->address + region->address;
    *is_io = bar->flags & HW_PCI_BAR_IO;
    return true;
}

HwPciUnit *hw_pci_unit_new(HwInstance *instance, const HwPciPort *port, void *owner, uint32_t make,
                           HwError *error)
{
    HwPciUnit *unit = calloc(1, sizeof(*unit));

    if (!unit) {
        hw_error_set(error, "%s: no memory for its PCI function", instance->id);
        return NULL;
    }
    unit->table = instance->cls->table.pci;
    unit->kind = instance->cls->pci_kind;
    unit->make = make;
    unit->instance = instance;
    unit->port = port;
    unit->owner = owner;
    unit->turns = &unit->own_turns;
    if (!unit_init(unit, error)) {
        hw_pci_unit_free(unit);
        return NULL;
    }
    instance->pci = unit;
    instance->bar_place = bar_place;
    return unit;
}

void hw_pci_unit_free(HwPciUnit *unit)
{
    if (unit) {
        if (unit->instance->pci == unit) {
            unit->instance->pci = NULL;
            unit->instance->bar_place = NULL;
        }
        hw_pci_msix_free(unit);
        hw_pci_config_clear(&unit->config);
        free(unit);
    }
}

void hw_pci_unit_moved(HwPciUnit *unit)
{
    unit->table = unit->instance->cls->table.pci;
    for (uint32_t i = 0; i < sizeof(unit->msix.regions) / sizeof(unit->msix.regions[0]); i++) {
        unit->msix.regions[i].dev = unit->instance->dev;
        unit->msix.regions[i].cls = &unit->instance->cls->table;
    }
}

/* ----------------------------------------------------------------- accesses */

static bool is_split(uint32_t offset, uint32_t size)
{
    return (offset & 3) + size > 4;
}

/* True for a byte outside of the class's capabilities. */
static bool is_plain(const HwPciUnit *unit, uint32_t offset)
{
    return unit->config.used[offset] == 0 || unit->config.used[offset] == HW_PCI_USED;
}

uint32_t hw_pci_unit_read(HwPciUnit *unit, uint32_t offset, uint32_t size)
{
    HwRegionState *region;
    uint32_t value = 0;
    uint32_t start;

    /* The common case of drivers. */
    if (size == 4 && !(offset & 3) && offset < unit->config.size && is_plain(unit, offset)) {
        memcpy(&value, unit->config.bytes + offset, sizeof(value));
        return le32toh(value);
    }

    if (is_split(offset, size)) {
        for (uint32_t i = 0; i < size; i++) {
            value |= hw_pci_unit_read(unit, offset + i, 1) << (8 * i);
        }
        return value;
    }
    if (offset >= unit->config.size) {
        return UINT32_MAX >> (32 - 8 * size);
    }
    region = hw_pci_capability_at(unit, offset, &start);
    return region ? hw_pci_capability_read(unit, region, start, offset, size)
                  : hw_pci_config_read(&unit->config, offset, size);
}

/* New bytes in a capability take effect. */
static void capability_written(HwPciUnit *unit)
{
    if (hw_pci_express_takes_reset(unit)) {
        hw_pci_unit_reset(unit);
        return;
    }
    if (unit->msi) {
        hw_pci_msi_written(unit);
    }
    hw_pci_interrupts_update(unit);
    hw_pci_msix_written(unit);
}

/* True for the command register and the BARs: the rest of the header is only kept. */
static inline bool has_effect(uint32_t offset)
{
    return offset < HW_PCI_STATUS || (offset >= HW_PCI_BAR_0 && offset < HW_PCI_BAR_END);
}

/* New bytes take effect. */
static __attribute__((noinline)) void plain_written(HwPciUnit *unit, uint32_t offset)
{
    if (offset >= HW_PCI_HEADER_SIZE) {
        capability_written(unit);
    } else {
        hw_pci_bars_update(unit);
        hw_pci_interrupts_update(unit);
    }
}

/* New bytes of the space itself. */
static inline void plain_write(HwPciUnit *unit, uint32_t offset, uint32_t value, uint32_t size)
{
    hw_pci_config_write(&unit->config, offset, value, size);
    if (offset < HW_PCI_HEADER_SIZE ? has_effect(offset) : unit->config.used[offset]) {
        plain_written(unit, offset);
    }
}

static void bridge_write(HwPciUnit *unit, uint32_t offset, uint32_t value, uint32_t size)
{
    const HwPciWrite write = { .word = offset & ~3u,
                               .before = hw_pci_config_read(&unit->config, offset & ~3u, 4),
                               .value = value << (8 * (offset & 3)),
                               .bytes = ((1u << size) - 1) << (offset & 3) };

    plain_write(unit, offset, value, size);
    unit->kind->written(unit, &write);
}

/* Bridges, capabilities of the class, and accesses that cross words or the end. */
static __attribute__((noinline)) void rare_write(HwPciUnit *unit, uint32_t offset, uint32_t value,
                                                 uint32_t size)
{
    HwRegionState *region;
    uint32_t start;

    if (is_split(offset, size)) {
        for (uint32_t i = 0; i < size; i++) {
            hw_pci_unit_write(unit, offset + i, value >> (8 * i) & 0xff, 1);
        }
    } else if (offset >= unit->config.size) {
        return;
    } else if (unit->kind) {
        bridge_write(unit, offset, value, size);
    } else {
        region = hw_pci_capability_at(unit, offset, &start);
        hw_pci_capability_write(region, start, offset, value, size);
    }
}

void hw_pci_unit_write(HwPciUnit *unit, uint32_t offset, uint32_t value, uint32_t size)
{
    if (!is_split(offset, size) && offset < unit->config.size && !unit->kind &&
        is_plain(unit, offset)) {
        plain_write(unit, offset, value, size);
    } else {
        rare_write(unit, offset, value, size);
    }
}

/* -------------------------------------------------------------------- reset */

void hw_pci_unit_reset(HwPciUnit *unit)
{
    hw_pci_msi_reset(unit);
    hw_pci_msix_reset(unit);
    hw_pci_config_reset(&unit->config);
    hw_pci_interrupts_reset(unit);
    hw_pci_bars_reset(unit);
    if (unit->kind) {
        unit->kind->reset(unit);
    }
    hw_instance_reset(unit->instance);
}

void hw_pci_unit_power(HwPciUnit *unit, bool on)
{
    if (unit->is_off != on) {
        return;
    }
    unit->is_off = !on;
    hw_pci_bars_update(unit);
    if (!on) {
        hw_pci_unit_reset(unit);
    }
}
