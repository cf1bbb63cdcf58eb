/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The header of a bridge (Bridge 3.2), as QEMU's bridges have it. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/host/pci/bridge-internal.h"

enum {
    STATUS_BUS = 0x00a0, /* 66 MHz, fast back-to-back */
    IO_MASK = 0xf0,      /* bits of the I/O registers; the others say: 16 bits */
    MEMORY_MASK = 0xfff0,
    PREFETCH_64 = 0x1,
    CONTROL_EXPRESS = 0x005f, /* bits that a guest can set */
    CONTROL = 0x0bff,
    CONTROL_CLEARS = 0x0400, /* the discard timer's status */
};

#define MEMORY_MASKS ((uint32_t)MEMORY_MASK << 16 | MEMORY_MASK) /* base and limit */

void hw_pci_fields_store(HwPciConfig *config, uint32_t start, const HwPciField *fields,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const HwPciField *field = &fields[i];
        uint32_t place = start + field->offset;

        hw_store_le(config->bytes + place, field->value, field->size);
        hw_store_le(config->writable + place, field->writable, field->size);
        hw_store_le(config->clears + place, field->clears, field->size);
    }
}

void hw_pci_bridge_init(HwPciUnit *unit, bool is_express)
{
    const HwPciField fields[] = {
        { HW_PCI_PRIMARY_BUS, 4, 0,
          is_express && (unit->make & HW_PCI_NO_LATENCY) ? 0x00ffffff : 0xffffffff, 0 },
        { HW_PCI_IO_BASE, 2, 0, IO_MASK << 8 | IO_MASK, 0 },
        { HW_PCI_SECONDARY_STATUS, 2, is_express ? 0 : STATUS_BUS, 0, HW_PCI_STATUS_ERRORS },
        { HW_PCI_MEMORY_BASE, 4, 0, MEMORY_MASKS, 0 },
        { HW_PCI_PREFETCH_BASE, 4, PREFETCH_64 << 16 | PREFETCH_64, MEMORY_MASKS, 0 },
        { HW_PCI_PREFETCH_BASE_HIGH, 4, 0, UINT32_MAX, 0 },
        { HW_PCI_PREFETCH_LIMIT_HIGH, 4, 0, UINT32_MAX, 0 },
        { HW_PCI_BRIDGE_CONTROL, 2, 0, is_express ? CONTROL_EXPRESS : CONTROL,
          is_express ? 0 : CONTROL_CLEARS },
    };
    HwPciConfig *config = &unit->config;

    config->bytes[HW_PCI_HEADER_TYPE] = HW_PCI_HEADER_BRIDGE;
    hw_pci_fields_store(config, 0, fields, sizeof(fields) / sizeof(fields[0]));
    config->compared[HW_PCI_PREFETCH_BASE] = (uint8_t)~IO_MASK;
    config->compared[HW_PCI_PREFETCH_LIMIT] = (uint8_t)~IO_MASK;
    if (!is_express) {
        config->bytes[HW_PCI_STATUS] |= STATUS_BUS;
    }
}

void hw_pci_bridge_reset(HwPciUnit *unit, bool is_closed)
{
    HwPciConfig *config = &unit->config;
    uint32_t base = is_closed ? MEMORY_MASK : 0;

    hw_pci_config_set(config, HW_PCI_PRIMARY_BUS, 0, 4);
    hw_pci_config_set(config, HW_PCI_IO_BASE, is_closed ? IO_MASK : 0, 2);
    hw_pci_config_set(config, HW_PCI_MEMORY_BASE, base, 4);
    hw_pci_config_set(config, HW_PCI_PREFETCH_BASE, PREFETCH_64 << 16 | PREFETCH_64 | base, 4);
    hw_pci_config_set(config, HW_PCI_PREFETCH_BASE_HIGH, 0, 8);
    hw_pci_config_set(config, HW_PCI_BRIDGE_CONTROL, 0, 2);
    hw_pci_bridge_loaded(unit);
}

/* ------------------------------------------------------------------ routing */

bool hw_pci_bridge_leads_to(const HwPciUnit *bridge, uint32_t bus)
{
    const uint8_t *bytes = bridge->config.bytes;

    return !(hw_load_le(bytes + HW_PCI_BRIDGE_CONTROL, 2) & HW_PCI_BRIDGE_RESET) &&
           bytes[HW_PCI_SECONDARY_BUS] <= bus && bus <= bytes[HW_PCI_SUBORDINATE_BUS];
}

static uint64_t memory_address(const HwPciConfig *config, uint32_t offset)
{
    return (hw_pci_config_get(config, offset, 2) & MEMORY_MASK) << 16;
}

void hw_pci_bridge_range(const HwPciUnit *bridge, HwPciWindow window, uint64_t *first,
                         uint64_t *last)
{
    const HwPciConfig *config = &bridge->config;

    if (window == HW_PCI_WINDOW_IO) {
        *first = (uint64_t)(config->bytes[HW_PCI_IO_BASE] & IO_MASK) << 8;
        *last = (uint64_t)(config->bytes[HW_PCI_IO_LIMIT] & IO_MASK) << 8 | 0xfff;
    } else if (window == HW_PCI_WINDOW_MEMORY) {
        *first = memory_address(config, HW_PCI_MEMORY_BASE);
        *last = memory_address(config, HW_PCI_MEMORY_LIMIT) | 0xfffff;
    } else {
        *first = hw_pci_config_get(config, HW_PCI_PREFETCH_BASE_HIGH, 4) << 32 |
                 memory_address(config, HW_PCI_PREFETCH_BASE);
        *last = hw_pci_config_get(config, HW_PCI_PREFETCH_LIMIT_HIGH, 4) << 32 |
                memory_address(config, HW_PCI_PREFETCH_LIMIT) | 0xfffff;
    }
}

bool hw_pci_bridge_window(const HwPciUnit *bridge, HwPciWindow window, uint64_t *first,
                          uint64_t *last)
{
    uint32_t needed = window == HW_PCI_WINDOW_IO ? HW_PCI_COMMAND_IO : HW_PCI_COMMAND_MEMORY;

    hw_pci_bridge_range(bridge, window, first, last);
    return !bridge->is_off && (bridge->config.bytes[HW_PCI_COMMAND] & needed) && *first <= *last;
}

/* QEMU maps the windows anew, in this order, at each write. */
void hw_pci_bridge_loaded(HwPciUnit *unit)
{
    unit->turns_of[HW_PCI_WINDOW_PREFETCH] = ++*unit->turns;
    unit->turns_of[HW_PCI_WINDOW_MEMORY] = ++*unit->turns;
    unit->turns_of[HW_PCI_WINDOW_IO] = ++*unit->turns;
    unit->port->routed(unit);
}

void hw_pci_bridge_written(HwPciUnit *unit, const HwPciWrite *write)
{
    static const uint32_t last_word = HW_PCI_BRIDGE_CONTROL & ~3u;
    uint32_t control = (uint32_t)hw_pci_config_get(&unit->config, last_word, 4);

    if (write->word == HW_PCI_COMMAND || write->word == last_word ||
        (write->word >= (HW_PCI_IO_BASE & ~3u) && write->word <= HW_PCI_PREFETCH_LIMIT_HIGH)) {
        hw_pci_bridge_loaded(unit);
    }
    if (write->word == last_word &&
        (control & ~write->before & (uint32_t)HW_PCI_BRIDGE_RESET << 16)) {
        unit->port->reset_below(unit);
    }
}
