/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The buses, the functions on them, and what functions tell their bus. */
#include <string.h>

#include "qtest/machine/pci/pci-internal.h"

ObPci *ob_host_pci(const ObHost *host)
{
    return host->pci;
}

const ObPciBoard *ob_pci_board(const ObPci *pci)
{
    return pci->board;
}

const ObPciWindow *ob_pci_window(const ObPci *pci, uint32_t index)
{
    const ObPciWindow *window = &pci->board->windows[index];

    return index < pci->board->window_count && (ob_pci_is_high(pci) || !(window->start >> 32))
               ? window
               : NULL;
}

bool ob_pci_is_high(const ObPci *pci)
{
    return !pci->is_low;
}

uint64_t ob_pci_ecam_at(const ObPci *pci, uint64_t *size)
{
    *size = pci->ecam_size;
    return pci->ecam_size ? pci->ecam : 0;
}

/* -------------------------------------------------------------------- buses */

ObPciBus *ob_pci_bus_add(ObPci *pci, HwPciUnit *bridge)
{
    ObPciBus *bus = g_new0(ObPciBus, 1);

    bus->pci = pci;
    bus->bridge = bridge;
    bus->name = bridge ? bridge->instance->id : pci->board->bus;
    bus->is_express = bridge ? bridge->has_slot : pci->board->is_express;
    for (uint32_t i = 0; i < OB_PCI_FUNCTIONS; i++) {
        bus->places[i] = (ObPciPlace) { .bus = bus, .slot = i };
    }
    g_ptr_array_add(pci->buses, bus);
    return bus;
}

void ob_pci_bus_remove(ObPciBus *bus)
{
    g_ptr_array_remove(bus->pci->buses, bus);
}

ObPciBus *ob_pci_bus_named(const ObPci *pci, const char *name)
{
    for (guint i = 0; i < pci->buses->len; i++) {
        ObPciBus *bus = pci->buses->pdata[i];

        if (!strcmp(bus->name, name)) {
            return bus;
        }
    }
    return NULL;
}

uint32_t ob_pci_bus_number(const ObPciBus *bus)
{
    return bus->bridge ? hw_pci_bridge_secondary(bus->bridge) : 0;
}

bool ob_pci_bus_is_below(const ObPciBus *bus, const ObPciBus *parent)
{
    return bus->bridge && ob_pci_place(bus->bridge)->bus == parent &&
           ob_pci_place(bus->bridge)->unit == bus->bridge;
}

/* The bus below `parent` that has the number or leads to it.  The newest of several wins, as in
 * QEMU. */
static ObPciBus *bus_towards(const ObPci *pci, const ObPciBus *parent, uint32_t number)
{
    for (guint i = pci->buses->len; i-- > 1;) {
        ObPciBus *bus = pci->buses->pdata[i];

        if (ob_pci_bus_is_below(bus, parent) &&
            (ob_pci_bus_number(bus) == number || hw_pci_bridge_leads_to(bus->bridge, number))) {
            return bus;
        }
    }
    return NULL;
}

ObPciBus *ob_pci_bus_numbered(const ObPci *pci, uint32_t number)
{
    ObPciBus *bus = ob_pci_root(pci);

    while (bus && ob_pci_bus_number(bus) != number) {
        bus = bus_towards(pci, bus, number);
    }
    return bus;
}

uint32_t ob_pci_address(const HwPciUnit *unit)
{
    const ObPciPlace *place = ob_pci_place(unit);

    return ob_pci_bus_number(place->bus) << 8 | place->slot;
}

/* ------------------------------------------------------------------- places */

void ob_pci_place_take(ObPciPlace *place, HwPciUnit *unit, ObDevice *device)
{
    place->unit = unit;
    place->device = device;
    place->is_hot = device && device->is_hot;
    place->bus->taken[place->slot / 64] |= UINT64_C(1) << place->slot % 64;
}

void ob_pci_place_free(ObPciPlace *place)
{
    place->unit = NULL;
    place->device = NULL;
    place->bus->taken[place->slot / 64] &= ~(UINT64_C(1) << place->slot % 64);
}

uint32_t ob_pci_bus_next(const ObPciBus *bus, uint32_t slot)
{
    for (uint32_t i = slot / 64; i < G_N_ELEMENTS(bus->taken); i++, slot = 64 * i) {
        uint64_t rest = bus->taken[i] >> slot % 64;

        if (rest) {
            return slot + (uint32_t)__builtin_ctzll(rest);
        }
    }
    return OB_PCI_FUNCTIONS;
}

ObPciPlace *ob_pci_walk(const ObPci *pci, ObPciWalk *walk)
{
    for (; walk->bus < pci->buses->len; walk->bus++, walk->slot = 0) {
        ObPciBus *bus = pci->buses->pdata[walk->bus];
        uint32_t slot = ob_pci_bus_next(bus, walk->slot);

        if (slot < OB_PCI_FUNCTIONS) {
            walk->slot = slot + 1;
            return &bus->places[slot];
        }
    }
    return NULL;
}

HwPciUnit *ob_pci_below(const ObPci *pci, const HwPciUnit *bridge, uint32_t slot)
{
    const ObPciBus *bus = bridge ? bridge->below : ob_pci_root(pci);

    return bus->places[slot].unit;
}

/* ------------------------------------------------------- configuration space */

/* Functions of a slot that was plugged in hot appear together with function 0. */
static bool is_exposed(const ObPciPlace *place)
{
    const ObPciBus *bus = place->bus;
    const ObPciPlace
        *first = &bus->places[bus->bridge && bus->bridge->has_slot ? 0 : place->slot & ~7u];

    return first->unit != NULL;
}

static inline ObPciPlace *place_on(ObPciBus *bus, uint32_t slot)
{
    ObPciPlace *place = &bus->places[slot];

    if (!place->unit || place->unit->is_off) {
        return NULL;
    }
    return !place->is_hot || is_exposed(place) ? place : NULL;
}

static ObPciPlace *place_at(const ObPci *pci, uint32_t address)
{
    ObPciBus *bus = ob_pci_bus_numbered(pci, address / OB_PCI_FUNCTIONS);

    return bus ? place_on(bus, address % OB_PCI_FUNCTIONS) : NULL;
}

HwPciUnit *ob_pci_unit(const ObPci *pci, uint32_t address)
{
    const ObPciPlace *place = place_at(pci, address);

    return place ? place->unit : NULL;
}

static inline uint32_t place_read(const ObPciPlace *place, uint32_t offset, uint32_t size)
{
    return place ? hw_pci_unit_read(place->unit, offset, size) : UINT32_MAX >> (32 - 8 * size);
}

static G_GNUC_NO_INLINE uint32_t far_read(ObPci *pci, uint32_t address, uint32_t offset,
                                          uint32_t size)
{
    return place_read(place_at(pci, address), offset, size);
}

/* The machine's own bus is the common case.  It needs no search, so a compiler saves no register. */
uint32_t ob_pci_config_read(ObPci *pci, uint32_t address, uint32_t offset, uint32_t size)
{
    return address < OB_PCI_FUNCTIONS
               ? place_read(place_on(ob_pci_root(pci), address), offset, size)
               : far_read(pci, address, offset, size);
}

/* A function of the machine itself. */
static G_GNUC_NO_INLINE void fixed_write(ObPci *pci, const ObPciPlace *place, uint32_t offset,
                                         uint32_t value, uint32_t size)
{
    hw_pci_unit_write(place->unit, offset, value, size);
    for (uint32_t i = 0; i < pci->board->fixed_count; i++) {
        const ObPciFixed *fixed = &pci->board->fixed[i];

        if (fixed->slot == place->slot && fixed->written) {
            fixed->written(pci);
        }
    }
}

static inline void place_write(ObPci *pci, const ObPciPlace *place, uint32_t offset, uint32_t value,
                               uint32_t size)
{
    if (place && place->device) {
        hw_pci_unit_write(place->unit, offset, value, size);
    } else if (place) {
        fixed_write(pci, place, offset, value, size);
    }
}

static G_GNUC_NO_INLINE void far_write(ObPci *pci, uint32_t address, uint32_t offset,
                                       uint32_t value, uint32_t size)
{
    place_write(pci, place_at(pci, address), offset, value, size);
}

void ob_pci_config_write(ObPci *pci, uint32_t address, uint32_t offset, uint32_t value,
                         uint32_t size)
{
    if (address < OB_PCI_FUNCTIONS) {
        place_write(pci, place_on(ob_pci_root(pci), address), offset, value, size);
    } else {
        far_write(pci, address, offset, value, size);
    }
}

/* ---------------------------------------------------------------- callbacks */

static void unit_moved(HwPciUnit *unit)
{
    ob_pci_map(ob_pci_of(unit));
}

static void unit_pin(HwPciUnit *unit, bool level)
{
    ObPci *pci = ob_pci_of(unit);

    (void)level;
    pci->board->route(pci, unit->instance->dev);
}

/* A message is a write on the bus.  In the interrupt controller's range it is an interrupt, and
 * elsewhere a write to RAM or to another device. */
static void unit_message(HwPciUnit *unit, uint64_t address, uint32_t data)
{
    ObPci *pci = ob_pci_of(unit);

    if (address - pci->board->message >= pci->board->message_size) {
        ob_host_store(pci->host, HW_SPACE_MEMORY, address, data, 4);
    } else if (pci->message) {
        pci->message(pci->message_opaque, address, data);
    }
}

const HwPciPort ob_pci_port = {
    .moved = unit_moved,
    .pin = unit_pin,
    .message = unit_message,
    .routed = ob_pci_bridge_routed,
    .reset_below = ob_pci_bridge_reset_below,
    .first_below = ob_pci_bridge_first_below,
    .power_below = ob_pci_bridge_power_below,
    .eject_below = ob_pci_bridge_eject_below,
};

void ob_host_observe_messages(ObHost *host,
                              void (*sent)(void *opaque, uint64_t address, uint32_t data),
                              void *opaque)
{
    if (host->pci) {
        host->pci->message = sent;
        host->pci->message_opaque = opaque;
    }
}
