/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Buses with hot plug by ACPI: the machine's own, if the board says so, and those of bridges that were
 * there at start.  QEMU numbers them depth first, the newest bridge first (its property acpi-pcihp-bsel).
 */
#include "qtest/machine/pci/pci-internal.h"

/* A visit of all such buses ends at the wanted one. */
typedef struct Visit {
    uint32_t number; /* the next bus gets it */
    uint32_t wanted; /* OB_PCI_NO_NUMBER: none */
    const ObPciBus *wanted_bus;
} Visit;

static bool takes_part(const ObPciBus *bus)
{
    const HwPciUnit *bridge = bus->bridge;

    if (!bus->pci->host->acpi) {
        return false;
    }
    if (!bridge) {
        return bus->pci->board->is_hot_plug;
    }
    return bus->pci->acpi_bridges && !ob_pci_place(bridge)->is_hot &&
           (!bridge->has_slot || hw_pci_slot_is_hot_plug(bridge));
}

static ObPciBus *bus_visit(ObPciBus *bus, Visit *visit)
{
    const GPtrArray *buses = bus->pci->buses;
    ObPciBus *found = NULL;

    if (takes_part(bus)) {
        if (visit->number == visit->wanted || bus == visit->wanted_bus) {
            return bus;
        }
        visit->number++;
    }
    for (guint i = buses->len; i-- > 1 && !found;) {
        if (ob_pci_bus_is_below(buses->pdata[i], bus)) {
            found = bus_visit(buses->pdata[i], visit);
        }
    }
    return found;
}

ObPciBus *ob_pci_acpi_bus(const ObPci *pci, uint32_t number)
{
    Visit visit = { .wanted = number };

    return number < OB_PCI_ACPI_BUSES ? bus_visit(ob_pci_root(pci), &visit) : NULL;
}

uint32_t ob_pci_acpi_number(const ObPciBus *bus)
{
    Visit visit = { .wanted = OB_PCI_NO_NUMBER, .wanted_bus = bus };

    return takes_part(bus) && bus_visit(ob_pci_root(bus->pci), &visit) &&
                   visit.number < OB_PCI_ACPI_BUSES
               ? visit.number
               : OB_PCI_NO_NUMBER;
}

/* -------------------------------------------------------------------- slots */

static bool is_removable(const ObPciPlace *place)
{
    return !place->unit || (place->device && (!place->unit->kind || place->is_hot));
}

static bool slot_is_removable(const ObPciBus *bus, uint32_t slot)
{
    bool removable = true;

    for (uint32_t i = 0; i < 8; i++) {
        removable = removable && is_removable(&bus->places[slot << 3 | i]);
    }
    return removable;
}

uint32_t ob_pci_removable(const ObPci *pci, uint32_t number)
{
    const ObPciBus *bus = ob_pci_acpi_bus(pci, number);
    uint32_t mask = 0;

    for (uint32_t slot = 0; slot < 32; slot++) {
        mask |= (uint32_t)(!bus || slot_is_removable(bus, slot)) << slot;
    }
    return mask;
}

void ob_pci_slot_eject(ObPci *pci, uint32_t number, uint32_t slot)
{
    ObPciBus *bus = ob_pci_acpi_bus(pci, number);

    for (uint32_t i = slot << 3; bus && i < (slot + 1) << 3; i++) {
        ObPciPlace *place = &bus->places[i];

        if (place->unit && is_removable(place)) {
            ob_pci_function_eject(place);
        }
    }
    ob_pci_slots_changed(pci);
}

/* ------------------------------------------------------------------ for the DSDT */

uint16_t ob_pci_acpi_ports(const ObPci *pci)
{
    return pci->board->is_hot_plug || pci->acpi_bridges ? pci->board->acpi_ports : 0;
}

static bool is_cold_bridge(const ObPciPlace *place)
{
    return place->unit->kind && !place->is_hot;
}

/* A port has a single slot. */
static uint32_t ejectable(const ObPciBus *bus)
{
    uint32_t mask = 0;

    for (uint32_t slot = 0; slot < (bus->bridge && bus->bridge->has_slot ? 1 : 32); slot++) {
        mask |= (uint32_t)slot_is_removable(bus, slot) << slot;
    }
    return mask;
}

typedef struct Visitor {
    void (*call)(void *opaque, const ObPciAcpiSlots *slots);
    void *opaque;
} Visitor;

static void slots_visit(const ObPciBus *bus, const char *path, const Visitor *visitor)
{
    ObPciAcpiSlots slots = { .path = path, .number = ob_pci_acpi_number(bus) };

    slots.slots = slots.number == OB_PCI_NO_NUMBER ? 0 : ejectable(bus);
    OB_PCI_FOREACH(bus, slot)
    {
        if (bus->pci->acpi_bridges && is_cold_bridge(&bus->places[slot])) {
            slots.bridges[slots.bridge_count++] = (uint8_t)slot;
        }
    }
    visitor->call(visitor->opaque, &slots);
    for (uint32_t i = 0; i < slots.bridge_count; i++) {
        g_autofree char *below = g_strdup_printf("%s.S%02X", path, slots.bridges[i]);

        slots_visit(bus->places[slots.bridges[i]].unit->below, below, visitor);
    }
}

void ob_pci_acpi_visit(const ObPci *pci, void (*visitor)(void *opaque, const ObPciAcpiSlots *slots),
                       void *opaque)
{
    const Visitor call = { visitor, opaque };

    slots_visit(ob_pci_root(pci), "\\_SB.PCI0", &call);
}
