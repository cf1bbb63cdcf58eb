/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI Express capability of an endpoint (PCIe 7.5.3), with the values that QEMU's
 * endpoints have. */
#include "hw-api/device/bytes.h"
#include "hw-api/host/pci/unit-internal.h"

enum {
    EXPRESS_ID = 0x10,
    EXPRESS_FLAGS = 0x02,
    EXPRESS_DEVICE = 0x04, /* capabilities */
    EXPRESS_CONTROL = 0x08,
    EXPRESS_LINK = 0x0c,
    EXPRESS_LINK_STATUS = 0x12,
    EXPRESS_DEVICE_2 = 0x24,
    EXPRESS_CONTROL_2 = 0x28,
    EXPRESS_SIZE = 0x3c,
    CONTROL_HIGH = EXPRESS_CONTROL + 1,

    VERSION = 2,
    ENDPOINT = 0x0 << 4, /* types of port */
    ROOT_ENDPOINT = 0x9 << 4,
    LINK_2_5GT = 0x1,
    LINK_X1 = 0x1 << 4,
    LINK_ASPM_L0S = 0x1 << 10,
    HIGH_RESET = 0x80, /* in the control's high byte */
};

#define DEVICE_ERRORS_BY_ROLE 0x00008000u
#define DEVICE_RESET          0x10000000u /* function-level reset */
#define DEVICE_EXTENDED_TAGS  0x00000020u
#define DEVICE_2_PREFIXES     0x00300000u /* extended format, end-end prefixes */
#define CONTROL_2_PREFIXES    0x8000u     /* blocks them */

bool hw_pci_express_init(HwPciUnit *unit)
{
    uint32_t type = unit->make & HW_PCI_ON_ROOT ? ROOT_ENDPOINT : ENDPOINT;
    uint32_t tags = unit->make & HW_PCI_EXTENDED_TAGS ? DEVICE_EXTENDED_TAGS : 0;
    HwPciConfig *config = &unit->config;
    uint32_t place;

    if (!(unit->table->flags & HW_PCI_EXPRESS)) {
        return true;
    }
    place = unit->express = hw_pci_config_add(config, EXPRESS_ID, 0, EXPRESS_SIZE);
    if (!place) {
        return false;
    }
    hw_pci_config_set(config, place + EXPRESS_FLAGS, VERSION | type, 2);
    hw_pci_config_set(config, place + EXPRESS_DEVICE, DEVICE_ERRORS_BY_ROLE | DEVICE_RESET | tags,
                      4);
    hw_pci_config_set(config, place + EXPRESS_LINK, LINK_ASPM_L0S | LINK_X1 | LINK_2_5GT, 4);
    hw_pci_config_set(config, place + EXPRESS_LINK_STATUS, LINK_X1 | LINK_2_5GT, 2);
    hw_pci_config_set(config, place + EXPRESS_DEVICE_2, DEVICE_2_PREFIXES, 4);
    hw_store_le(config->compared + place + EXPRESS_LINK_STATUS, 0, 2);
    hw_store_le(config->writable + place + EXPRESS_CONTROL_2, CONTROL_2_PREFIXES, 2);
    config->writable[place + CONTROL_HIGH] = HIGH_RESET;
    hw_store_le(config->writable + HW_PCI_SPACE, 0, 4);
    return true;
}

bool hw_pci_express_takes_reset(HwPciUnit *unit)
{
    uint8_t *high = &unit->config.bytes[unit->express + CONTROL_HIGH];

    if (!unit->express || !(*high & HIGH_RESET)) {
        return false;
    }
    *high &= (uint8_t)~HIGH_RESET;
    return true;
}
