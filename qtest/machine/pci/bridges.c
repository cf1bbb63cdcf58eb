/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bridges call these functions: windows, resets, power and ejection below them. */
#include "qtest/machine/pci/pci-internal.h"

bool ob_pci_classes_add(ObHost *host, HwError *error)
{
    static const HwClass *const classes[] = { &hw_pci_root_port_class, &hw_pci_ioh_port_class,
                                              &hw_pci_bridge_class, &hw_pci_ich_bridge_class };

    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (!ob_host_add_class(host, classes[i], error)) {
            return false;
        }
    }
    return true;
}

void ob_pci_bridge_routed(HwPciUnit *bridge)
{
    ob_pci_map(ob_pci_of(bridge));
}

HwPciUnit *ob_pci_bridge_first_below(const HwPciUnit *bridge)
{
    const ObPciBus *bus = bridge->below;

    return bus->places[0].unit;
}

/* The functions behind further bridges come first. */
void ob_pci_bridge_reset_below(HwPciUnit *bridge)
{
    ObPciBus *bus = bridge->below;

    OB_PCI_FOREACH(bus, i)
    {
        HwPciUnit *unit = bus->places[i].unit;

        if (unit->kind) {
            ob_pci_bridge_reset_below(unit);
        }
        ob_instance_reset(unit->instance);
    }
}

void ob_pci_bridge_power_below(HwPciUnit *bridge, bool on)
{
    const ObPciBus *bus = bridge->below;

    OB_PCI_FOREACH(bus, i)
    {
        hw_pci_unit_power(bus->places[i].unit, on);
    }
}

/*
 * The guest gives functions up inside one of its accesses, and a function's own access may be the
 * reason.  So the guest loses sight of them now, and the devices end when nothing runs in them:
 * ob_host_remove_left().
 */
void ob_pci_function_eject(ObPciPlace *place)
{
    HwPciUnit *unit = place->unit;
    ObDevice *device = place->device;

    if (unit->kind) {
        ob_pci_bridge_eject_below(unit);
    }
    hw_pci_unit_power(unit, false);
    ob_pci_place_free(place);
    device->is_left = true;
}

void ob_pci_slots_changed(ObPci *pci)
{
    pci->host->has_left = true;
    ob_pci_map(pci);
    ob_pci_route(pci);
}

void ob_pci_bridge_eject_below(HwPciUnit *bridge)
{
    ObPciBus *bus = bridge->below;

    OB_PCI_FOREACH(bus, i)
    {
        ob_pci_function_eject(&bus->places[i]);
    }
    ob_pci_slots_changed(bus->pci);
}
