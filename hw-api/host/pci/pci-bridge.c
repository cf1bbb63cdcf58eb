/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bridges to a conventional bus without hot plug: QEMU's "pci-bridge" with "shpc=off", and its
 * "i82801b11-bridge". */
#include "hw-api/device/error.h"
#include "hw-api/host/pci/bridge-internal.h"

enum {
    SLOT_ID = 0x04, /* slot identification (Bridge 3.2.6) */
    SLOT_SIZE = 4,
    EXPANSION = 2,
    EXPANSION_FIRST = 0x20, /* the first of its chassis, with no slots */
    CHASSIS = 3,
    SUBSYSTEM_ID = 0x0d,
    SUBSYSTEM_SIZE = 8,
    ICH_SUBSYSTEM = 0x50,
};

typedef struct PciBridge {
    HwDevice dev;
    uint32_t chassis;
    bool shpc;
} PciBridge;

static bool bridge_init(HwPciUnit *unit, HwError *error)
{
    const PciBridge *s = HW_DEVICE(PciBridge, unit->instance->dev);
    HwPciConfig *config = &unit->config;
    uint32_t place;

    if (s->shpc) {
        return hw_error_set(error, "%s: shpc: invalid value 'on': expected off",
                            unit->instance->id);
    }
    if (!s->chassis) {
        return hw_error_set(error, "Bridge chassis not specified. Each bridge is required to be "
                                   "assigned a unique chassis id > 0.");
    }
    hw_pci_bridge_init(unit, false);
    place = hw_pci_config_add(config, SLOT_ID, 0, SLOT_SIZE);
    config->bytes[place + EXPANSION] = EXPANSION_FIRST;
    config->bytes[place + CHASSIS] = (uint8_t)s->chassis;
    config->writable[place + CHASSIS] = 0xff;
    return true;
}

static bool ich_init(HwPciUnit *unit, HwError *error)
{
    (void)error;
    hw_pci_bridge_init(unit, false);
    return hw_pci_config_add(&unit->config, SUBSYSTEM_ID, ICH_SUBSYSTEM, SUBSYSTEM_SIZE) != 0;
}

static void bridge_reset(HwPciUnit *unit)
{
    hw_pci_bridge_reset(unit, false);
}

static const HwPciKind bridge_kind = {
    .init = bridge_init,
    .written = hw_pci_bridge_written,
    .reset = bridge_reset,
    .loaded = hw_pci_bridge_loaded,
};
static const HwPciFunction bridge_pci = {
    .vendor = 0x1b36,
    .device = 0x0001,
    .class_code = 0x060400,
};
static const HwState bridge_state = { .name = "pci_bridge" };

const HwClass hw_pci_bridge_class = {
    .table = {
        .abi = HW_ABI(HwDeviceClass),
        .name = "pci-bridge",
        .description = "Standard PCI Bridge",
        .instance_size = sizeof(PciBridge),
        .properties = HW_ROWS(HwProperty,
                              { .name = "chassis_nr", .type = HW_PROPERTY_U32,
                                .maximum = UINT8_MAX,
                                .offset = HW_MEMBER(PciBridge, chassis, uint32_t),
                                .description = "number of the chassis, not 0" },
                              HW_PROP_BOOL("shpc", PciBridge, shpc, false,
                                           "hot plug controller; it does not exist here")),
        .state = &bridge_state,
        .pci = &bridge_pci,
    },
    .original = &hw_pci_bridge_class.table,
    .pci_kind = &bridge_kind,
};

static const HwPciKind ich_kind = {
    .init = ich_init,
    .written = hw_pci_bridge_written,
    .reset = bridge_reset,
    .loaded = hw_pci_bridge_loaded,
};
static const HwPciFunction ich_pci = {
    .vendor = 0x8086,
    .device = 0x244e,
    .revision = 0x92,
    .class_code = 0x060401,
};
static const HwState ich_state = { .name = "i82801b11_bridge" };

const HwClass hw_pci_ich_bridge_class = {
    .table = {
        .abi = HW_ABI(HwDeviceClass),
        .name = "i82801b11-bridge",
        .description = "Intel ICH bridge to a conventional bus",
        .instance_size = sizeof(HwDevice),
        .state = &ich_state,
        .pci = &ich_pci,
    },
    .original = &hw_pci_ich_bridge_class.table,
    .pci_kind = &ich_kind,
};
