/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The QMP command about PCI. */
#include "qtest/host/qmp/qmp.h"
#include "qtest/host/qmp/qom.h"
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

static json_t *device_info(const HwPciUnit *unit, uint32_t address)
{
    json_t *info = json_pack("{s:i, s:i, s:i, s:{s:i}, s:{s:i, s:i, s:i, s:i}, s:i, s:o, s:o}",
                             "bus", (int)(address >> 8), "slot", (int)(address >> 3 & 31),
                             "function", (int)(address & 7), "class_info", "class",
                             (int)config(unit, HW_PCI_CLASS + 1, 2), "id", "device",
                             (int)config(unit, HW_PCI_DEVICE, 2), "vendor",
                             (int)config(unit, HW_PCI_VENDOR, 2), "subsystem",
                             (int)config(unit, HW_PCI_SUBSYSTEM, 2), "subsystem-vendor",
                             (int)config(unit, HW_PCI_SUBSYSTEM_VENDOR, 2), "irq_pin",
                             (int)config(unit, HW_PCI_INTERRUPT_PIN, 1), "qdev_id",
                             ob_json_text(has_id(unit->instance) ? unit->instance->id : ""),
                             "regions", regions_info(unit));

    if (config(unit, HW_PCI_INTERRUPT_PIN, 1)) {
        json_object_set_new(info, "irq",
                            json_integer((json_int_t)config(unit, HW_PCI_INTERRUPT_LINE, 1)));
    }
    return info;
}

/* A machine without PCI has no bus to tell of. */
json_t *ob_qmp_query_pci(ObQmpCall *call)
{
    ObPci *pci = ob_host_pci(call->system->host);
    json_t *buses = json_array();
    json_t *devices;

    if (!pci) {
        return buses;
    }
    devices = json_array();
    for (uint32_t i = 0; i < OB_PCI_FUNCTIONS; i++) {
        const HwPciUnit *unit = ob_pci_unit(pci, i);

        if (unit) {
            json_array_append_new(devices, device_info(unit, i));
        }
    }
    json_array_append_new(buses, json_pack("{s:i, s:o}", "bus", 0, "devices", devices));
    return buses;
}
