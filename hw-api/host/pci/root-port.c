/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's "pcie-root-port" and "ioh3420": registers, capabilities and their places. */
#include "hw-api/host/pci/bridge-internal.h"

enum {
    REDHAT = 0x1b36,
    INTEL = 0x8086,
    IOH_MSI = 0x60,
    IOH_EXPRESS = 0x90,
    SUBSYSTEM_ID = 0x0d, /* capabilities */
    SUBSYSTEM_SIZE = 8,
    SUBSYSTEM_VENDOR = 4,
    EXPRESS_ID = 0x10,
    EXPRESS_SIZE = 0x3c,
    ERRORS_ID = 0x0001, /* extended capabilities */
    ERRORS_VERSION = 2,
    ERRORS_SIZE = 0x48,
    ERRORS_ROOT_COMMAND = 0x2c,
    ACCESS_ID = 0x000d,
    ACCESS_VERSION = 1,
    ACCESS_SIZE = 8,
    ACCESS_CONTROL = 6,

    DEVICE = 0x4,
    DEVICE_CONTROL = 0x8,
    DEVICE_ERRORS = 0xf, /* enable bits */
    LINK = 0xc,
    LINK_PORT_SHIFT = 24,
    ROOT_CONTROL = 0x1c,
    CONTROL_2 = 0x28,
    CONTROL_2_ROUTING_IDS = 0x20,
    EXTENDED_TAGS = 0x20,
    SLOT_MOST = 0x1fff, /* the number has 13 bits */
};

/* Version 2, root port, with a slot. */
static const HwPciField express_fields[] = {
    { 0x02, 2, 0x0142, 0, 0 },
    { DEVICE, 4, 0x00008000, 0, 0 },
    { DEVICE_CONTROL, 2, 0, DEVICE_ERRORS, 0 },
    { 0x0a, 2, 0, 0, 0x000f },
    { ROOT_CONTROL, 2, 0, 0x0007, 0 },
    { 0x24, 4, 0x00300020, 0, 0 },
    { CONTROL_2, 2, 0, 0x8020, 0 },
};

/* A link of 32 lanes and 16 GT/s. */
static const HwPciField fast_link[] = {
    { LINK, 4, 0x00300604, 0, 0 },
    { HW_PCI_LINK_STATUS, 2, 0x0204, 0, 0 },
    { 0x2c, 4, 0x0000001e, 0, 0 },
    { 0x30, 2, 0x0004, 0, 0 },
};
/* A link of one lane and 2.5 GT/s. */
static const HwPciField slow_link[] = {
    { LINK, 4, 0x00000411, 0, 0 },
    { HW_PCI_LINK_STATUS, 2, 0x0011, 0, 0 },
};

/* Advanced error reporting (PCIe 7.8.4). */
static const HwPciField error_fields[] = {
    { 0x04, 4, 0, 0, 0x03fff030 }, /* uncorrectable errors: status, mask, severity */
    { 0x0c, 4, 0x00462030, 0x03fff030, 0 },
    { 0x10, 4, 0, 0, 0x0000f1c1 }, /* correctable errors: status, mask */
    { 0x14, 4, 0x0000e000, 0x0000f1c1, 0 },
    { 0x18, 4, 0x000002a0, 0x00000540, 0 },
    { ERRORS_ROOT_COMMAND, 4, 0, 0x00000007, 0 },
    { 0x30, 4, 0, 0, 0x0000007f },
};
static const HwPciField error_mask = { 0x08, 4, 0x02400000, 0x03fff030, 0 };

/* Access control services (PCIe 7.7.8). */
static const HwPciField access_fields[] = {
    { 0x04, 2, 0x005f, 0, 0 },
    { ACCESS_CONTROL, 2, 0, 0x005f, 0 },
};

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static bool express_init(HwPciUnit *unit, uint32_t offset, const HwPciField *link, uint32_t links)
{
    const HwPciRootPort *s = HW_DEVICE(HwPciRootPort, unit->instance->dev);
    HwPciConfig *config = &unit->config;
    uint32_t place = unit->express = hw_pci_config_add(config, EXPRESS_ID, offset, EXPRESS_SIZE);

    if (!place) {
        return false;
    }
    hw_pci_fields_store(config, place, express_fields, COUNT(express_fields));
    hw_pci_fields_store(config, place, link, links);
    config->bytes[place + DEVICE] = unit->make & HW_PCI_EXTENDED_TAGS ? EXTENDED_TAGS : 0;
    config->bytes[place + LINK + 3] = (uint8_t)s->port;
    config->compared[place + HW_PCI_LINK_STATUS] = 0;
    config->compared[place + HW_PCI_LINK_STATUS + 1] = 0;
    hw_pci_slot_init(unit, s->slot, s->hotplug);
    return true;
}

static bool errors_init(HwPciUnit *unit)
{
    HwPciConfig *config = &unit->config;
    uint32_t errors = hw_pci_config_add_extended(config, ERRORS_ID, ERRORS_VERSION, HW_PCI_SPACE,
                                                 ERRORS_SIZE);

    hw_pci_fields_store(config, errors, error_fields, COUNT(error_fields));
    if (unit->make & HW_PCI_ERROR_MASKS) {
        hw_pci_fields_store(config, errors, &error_mask, 1);
    }
    unit->has_error_log = true;
    return errors != 0;
}

static bool access_init(HwPciUnit *unit)
{
    HwPciConfig *config = &unit->config;
    uint32_t access = hw_pci_config_add_extended(config, ACCESS_ID, ACCESS_VERSION,
                                                 HW_PCI_SPACE + ERRORS_SIZE, ACCESS_SIZE);

    hw_pci_fields_store(config, access, access_fields, COUNT(access_fields));
    return access != 0;
}

static void header_init(HwPciUnit *unit)
{
    HwPciConfig *config = &unit->config;
    uint32_t place;

    hw_pci_bridge_init(unit, true);
    place = hw_pci_config_add(config, SUBSYSTEM_ID, 0, SUBSYSTEM_SIZE);
    hw_pci_config_set(config, place + SUBSYSTEM_VENDOR, unit->table->vendor, 2);
}

static bool port_init(HwPciUnit *unit, HwError *error)
{
    header_init(unit);
    return hw_pci_msix_init(unit) && express_init(unit, 0, fast_link, COUNT(fast_link)) &&
           errors_init(unit) && access_init(unit) &&
           hw_pci_reserve_init(unit, HW_DEVICE(HwPciRootPort, unit->instance->dev), error);
}

/* All of it fits, so no error is set. */
static bool ioh_init(HwPciUnit *unit, HwError *error)
{
    (void)error;
    header_init(unit);
    return hw_pci_msi_init_masked(unit, IOH_MSI) &&
           express_init(unit, IOH_EXPRESS, slow_link, COUNT(slow_link)) && errors_init(unit);
}

static void port_written(HwPciUnit *unit, const HwPciWrite *write)
{
    hw_pci_bridge_written(unit, write);
    hw_pci_slot_written(unit, write);
}

/* Bits that the functions of QEMU's reset clear; others keep their values. */
static void port_reset(HwPciUnit *unit)
{
    HwPciConfig *config = &unit->config;
    uint32_t place = unit->express;

    config->bytes[place + DEVICE_CONTROL] &= (uint8_t)~DEVICE_ERRORS;
    hw_pci_config_set(config, place + ROOT_CONTROL, 0, 2);
    config->bytes[place + CONTROL_2] &= (uint8_t)~CONTROL_2_ROUTING_IDS;
    hw_pci_config_set(config, HW_PCI_SPACE + ERRORS_ROOT_COMMAND, 0, 4);
    hw_pci_slot_reset(unit);
    hw_pci_bridge_reset(unit, true);
}

static void access_reset(HwPciUnit *unit)
{
    hw_pci_config_set(&unit->config, HW_PCI_SPACE + ERRORS_SIZE + ACCESS_CONTROL, 0, 2);
    port_reset(unit);
}

static void port_loaded(HwPciUnit *unit)
{
    hw_pci_bridge_loaded(unit);
    hw_pci_slot_loaded(unit);
}

static const HwPciKind port_kind = {
    .init = port_init,
    .written = port_written,
    .reset = access_reset,
    .loaded = port_loaded,
};
static const HwPciKind ioh_kind = {
    .init = ioh_init,
    .written = port_written,
    .reset = port_reset,
    .loaded = port_loaded,
};
static const HwPciFunction ioh_pci = {
    .vendor = INTEL,
    .device = 0x3420,
    .revision = 2,
    .class_code = 0x060400,
    .interrupt_pin = HW_PCI_INTA,
    .msi_vectors = 2,
    .flags = HW_PCI_EXPRESS,
};
static const HwState ioh_state = {
    .name = "ioh-3240-express-root-port",
    .version = 1,
    .minimum_version = 1,
};
static const HwPciFunction port_pci = {
    .vendor = REDHAT,
    .device = 0x000c,
    .class_code = 0x060400,
    .interrupt_pin = HW_PCI_INTA,
    .msix_vectors = 1,
    .flags = HW_PCI_EXPRESS,
};
static const HwState port_state = {
    .name = "pcie-root-port",
    .version = 1,
    .minimum_version = 1,
};

/* clang-format off */
#define NUMBER(name_, maximum_, description_)                                         \
    { .name = #name_, .type = HW_PROPERTY_U32, .maximum = maximum_,                   \
      .offset = HW_MEMBER(HwPciRootPort, name_, uint32_t), .description = description_ }
/* clang-format on */

/* clang-format off */
#define PORT_CLASS(class_, name_, description_, properties_, state_, pci_, kind_)           \
    const HwClass class_ = {                                                                \
        .table = {                                                                          \
            .abi = HW_ABI(HwDeviceClass),                                                   \
            .name = name_,                                                                  \
            .description = description_,                                                    \
            .instance_size = sizeof(HwPciRootPort),                                         \
            .flags = HW_CLASS_FLAT,                                                         \
            .properties = HW_TABLE(properties_),                                            \
            .state = &state_,                                                               \
            .pci = &pci_,                                                                   \
        },                                                                                  \
        .original = &class_.table,                                                          \
        .pci_kind = &kind_,                                                                 \
    }
/* clang-format on */

/* clang-format off */
#define SLOT_PROPERTIES                                                              \
    NUMBER(chassis, UINT8_MAX, "chassis that has the slot"),                         \
    NUMBER(slot, SLOT_MOST, "number of the slot, unique in its chassis"),            \
    NUMBER(port, UINT8_MAX, "number of the port"),                                   \
    HW_PROP_BOOL("hotplug", HwPciRootPort, hotplug, true,                            \
                 "the slot can be used while the machine runs")
#define RESERVE(name_, member, what)                                                 \
    HW_PROP_SIZE(name_ "-reserve", HwPciRootPort, member, UINT64_MAX,                \
                 "bytes of " what " that firmware shall keep for later functions")
/* clang-format on */

static const HwProperty ioh_properties[] = { SLOT_PROPERTIES };
static const HwProperty port_properties[] = {
    SLOT_PROPERTIES,
    HW_PROP_U32("bus-reserve", HwPciRootPort, buses, UINT32_MAX,
                "bus numbers that firmware shall keep for later bridges"),
    RESERVE("io", ports, "I/O ports"),
    RESERVE("mem", memory, "memory"),
    RESERVE("pref32", prefetchable_32, "prefetchable memory below 4 GiB"),
    RESERVE("pref64", prefetchable_64, "prefetchable memory anywhere"),
};

PORT_CLASS(hw_pci_root_port_class, "pcie-root-port", "PCI Express Root Port", port_properties,
           port_state, port_pci, port_kind);
PORT_CLASS(hw_pci_ioh_port_class, "ioh3420", "Intel IOH device id 3420 PCIE Root Port",
           ioh_properties, ioh_state, ioh_pci, ioh_kind);
