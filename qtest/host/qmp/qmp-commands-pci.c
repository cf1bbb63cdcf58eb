/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The QMP command about PCI. */
#include "hw-api/host/pci/bridge.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/host/qmp/qom/qom.h"
#include "qtest/machine/pci/pci.h"
#include "qtest/text/json.h"

static uint32_t config(const HwPciUnit *unit, uint32_t offset, uint32_t size)
{
    return (uint32_t)hw_pci_config_get(&unit->config, offset, size);
}

static json_t *region_info(const HwPciUnitBar *bar, uint32_t number)
{
    json_t *info = json_pack("{s:i, s:o, s:I, s:I}", "bar", (int)number, "type",
                             ob_json_text(bar->flags & HW_PCI_BAR_IO ? "io" : "memory"), "address",
                             (json_int_t)bar->address, "size", (json_int_t)bar->size);

    if (!(bar->flags & HW_PCI_BAR_IO)) {
        json_object_set_new(info, "prefetch", json_boolean(bar->flags & HW_PCI_BAR_PREFETCH));
        json_object_set_new(info, "mem_type_64", json_boolean(bar->flags & HW_PCI_BAR_64));
    }
    return info;
}

static json_t *regions_info(const HwPciUnit *unit)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < HW_PCI_BARS; i++) {
        if (unit->bars[i].size) {
            json_array_append_new(list, region_info(&unit->bars[i], i));
        }
    }
    return list;
}

static bool has_id(const HwInstance *instance)
{
    return instance->owner && !ob_qom_is_anonymous(instance);
}

static json_t *range_info(const HwPciUnit *bridge, HwPciWindow window)
{
    uint64_t base, limit;

    hw_pci_bridge_range(bridge, window, &base, &limit);
    return json_pack("{s:I, s:I}", "base", (json_int_t)base, "limit", (json_int_t)limit);
}

static json_t *devices_info(const ObPci *pci, const HwPciUnit *bridge, uint32_t bus);

/* The devices below are shown once the guest has given the bus a number. */
static json_t *bridge_info(const ObPci *pci, const HwPciUnit *bridge)
{
    uint32_t secondary = hw_pci_bridge_secondary(bridge);
    json_t *bus = json_pack("{s:i, s:i, s:i, s:o, s:o, s:o}", "number",
                            (int)config(bridge, HW_PCI_PRIMARY_BUS, 1), "secondary", (int)secondary,
                            "subordinate", (int)config(bridge, HW_PCI_SUBORDINATE_BUS, 1),
                            "io_range", range_info(bridge, HW_PCI_WINDOW_IO), "memory_range",
                            range_info(bridge, HW_PCI_WINDOW_MEMORY), "prefetchable_range",
                            range_info(bridge, HW_PCI_WINDOW_PREFETCH));
    json_t *info = json_pack("{s:o}", "bus", bus);

    if (secondary) {
        json_object_set_new(info, "devices", devices_info(pci, bridge, secondary));
    }
    return info;
}

static void subsystem_add(json_t *info, const HwPciUnit *unit)
{
    json_t *id = json_object_get(info, "id");

    json_object_set_new(id, "subsystem", json_integer(config(unit, HW_PCI_SUBSYSTEM, 2)));
    json_object_set_new(id, "subsystem-vendor",
                        json_integer(config(unit, HW_PCI_SUBSYSTEM_VENDOR, 2)));
}

static json_t *device_info(const ObPci *pci, const HwPciUnit *unit, uint32_t address)
{
    json_t *info = json_pack("{s:i, s:i, s:i, s:{s:i}, s:{s:i, s:i}, s:i, s:o, s:o}", "bus",
                             (int)(address >> 8), "slot", (int)(address >> 3 & 31), "function",
                             (int)(address & 7), "class_info", "class",
                             (int)config(unit, HW_PCI_CLASS + 1, 2), "id", "device",
                             (int)config(unit, HW_PCI_DEVICE, 2), "vendor",
                             (int)config(unit, HW_PCI_VENDOR, 2), "irq_pin",
                             (int)config(unit, HW_PCI_INTERRUPT_PIN, 1), "qdev_id",
                             ob_json_text(has_id(unit->instance) ? unit->instance->id : ""),
                             "regions", regions_info(unit));

    if (config(unit, HW_PCI_INTERRUPT_PIN, 1)) {
        json_object_set_new(info, "irq",
                            json_integer((json_int_t)config(unit, HW_PCI_INTERRUPT_LINE, 1)));
    }
    if (unit->below) {
        json_object_set_new(info, "pci_bridge", bridge_info(pci, unit));
    } else {
        subsystem_add(info, unit);
    }
    return info;
}

static json_t *devices_info(const ObPci *pci, const HwPciUnit *bridge, uint32_t bus)
{
    json_t *devices = json_array();

    for (uint32_t i = 0; i < OB_PCI_FUNCTIONS; i++) {
        const HwPciUnit *unit = ob_pci_below(pci, bridge, i);

        if (unit) {
            json_array_append_new(devices, device_info(pci, unit, bus << 8 | i));
        }
    }
    return devices;
}

/* A machine without PCI has no bus to tell of. */
json_t *ob_qmp_query_pci(ObQmpCall *call)
{
    const ObPci *pci = ob_host_pci(call->system->host);
    json_t *buses = json_array();

    if (pci) {
        json_array_append_new(buses, json_pack("{s:i, s:o}", "bus", 0, "devices",
                                               devices_info(pci, NULL, 0)));
    }
    return buses;
}
