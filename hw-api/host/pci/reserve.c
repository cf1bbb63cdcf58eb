/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's vendor-specific capability by which a root port asks firmware for bus numbers, ports and
 * memory of functions that are plugged later (QEMU's docs/pcie_pci_bridge.txt).
 */
#include "hw-api/device/error.h"
#include "hw-api/host/pci/bridge-internal.h"

enum {
    VENDOR_ID = 0x09,
    SIZE = 32,
    LENGTH = 2, /* the capability's own size */
    TYPE = 3,
    TYPE_RESERVE = 1,
    BUSES = 4,
    PORTS = 8,
    MEMORY = 16,
    PREFETCHABLE_32 = 20,
    PREFETCHABLE_64 = 24,
};

static bool is_asked(const HwPciRootPort *s)
{
    return s->buses != UINT32_MAX ||
           (s->ports & s->memory & s->prefetchable_32 & s->prefetchable_64) != UINT64_MAX;
}

static bool is_wide(uint64_t size)
{
    return size != UINT64_MAX && size > UINT32_MAX;
}

static bool sizes_check(const HwPciRootPort *s, HwError *error)
{
    if (s->prefetchable_32 != UINT64_MAX && s->prefetchable_64 != UINT64_MAX) {
        return hw_error_set(error, "PCI resource reserve cap: PREF32 and PREF64 conflict");
    }
    if (is_wide(s->memory)) {
        return hw_error_set(error, "PCI resource reserve cap: mem-reserve must be less than 4G");
    }
    return !is_wide(s->prefetchable_32) ||
           hw_error_set(error, "PCI resource reserve cap: pref32-reserve must be less than 4G");
}

/* A port whose functions need no ports has no window for them. */
static void ports_close(HwPciConfig *config)
{
    config->writable[HW_PCI_COMMAND] &= (uint8_t)~HW_PCI_COMMAND_IO;
    config->writable[HW_PCI_IO_BASE] = 0;
    config->writable[HW_PCI_IO_BASE + 1] = 0;
}

bool hw_pci_reserve_init(HwPciUnit *unit, const HwPciRootPort *s, HwError *error)
{
    HwPciConfig *config = &unit->config;
    uint32_t place;

    if (!is_asked(s)) {
        return true;
    }
    if (!sizes_check(s, error)) {
        return false;
    }
    place = hw_pci_config_add(config, VENDOR_ID, 0, SIZE);
    config->bytes[place + LENGTH] = SIZE;
    config->bytes[place + TYPE] = TYPE_RESERVE;
    hw_pci_config_set(config, place + BUSES, s->buses, 4);
    hw_pci_config_set(config, place + PORTS, s->ports, 8);
    hw_pci_config_set(config, place + MEMORY, s->memory, 4);
    hw_pci_config_set(config, place + PREFETCHABLE_32, s->prefetchable_32, 4);
    hw_pci_config_set(config, place + PREFETCHABLE_64, s->prefetchable_64, 8);
    if (!s->ports) {
        ports_close(config);
    }
    return place != 0;
}
