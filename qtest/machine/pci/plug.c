/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's place on the bus: -device X,addr=,bus=,multifunction=,rombar=, by QEMU's rules. */
#include <stdio.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/property-value.h"
#include "qtest/machine/pci/pci-internal.h"

enum {
    SLOTS = 32,
    FUNCTIONS = 8,
    ADDRESS_FREE = -1,
};

#define ACPI_TIME INT64_C(1000000) /* ns */
#define SLOT_TIME INT64_C(5000000000)

/* The user's options. */
typedef struct Wish {
    int address; /* device << 3 | function, or ADDRESS_FREE */
    const char *bus;
    bool multifunction;
} Wish;

bool ob_pci_is_option(const HwClass *cls, const char *key)
{
    static const char *const keys[] = { "addr", "bus", "multifunction", "rombar", NULL };

    return cls->table.pci && g_strv_contains(keys, key);
}

/* ------------------------------------------------------------------ options */

/* "4", "4.1", "1f.7": hexadecimal, as QEMU reads them. */
static bool address_parse(const char *id, const char *text, int *address, HwError *error)
{
    const char *whole = text;
    unsigned slot, function = 0;
    int end = 0;
    bool ok;

    if (!strcmp(text, "-1")) {
        return true;
    }
    ok = sscanf(text, "%x%n", &slot, &end) == 1 && g_ascii_isxdigit(text[0]);
    if (ok && text[end] == '.') {
        text += end + 1;
        ok = sscanf(text, "%x%n", &function, &end) == 1 && g_ascii_isxdigit(text[0]);
    }
    if (!ok || text[end] || slot >= SLOTS || function >= FUNCTIONS) {
        return hw_error_set(
            error,
            "%s: addr: invalid value '%.40s': expected DEVICE or DEVICE.FUNCTION in "
            "hexadecimal, up to 1f.7",
            id, whole);
    }
    *address = (int)(slot << 3 | function);
    return true;
}

static bool wish_take(Wish *wish, const char *id, const ObOption *option, HwError *error)
{
    uint64_t number;

    if (!strcmp(option->key, "addr")) {
        return address_parse(id, option->value, &wish->address, error);
    }
    if (!strcmp(option->key, "bus")) {
        wish->bus = option->value;
    } else if (!strcmp(option->key, "multifunction")) {
        return hw_property_parse_bool(option->value, &wish->multifunction) ||
               hw_error_set(error, "%s: multifunction: invalid value '%.40s': expected on or off",
                            id, option->value);
    } else if (!strcmp(option->key, "rombar")) { /* no function has a ROM */
        return hw_property_parse_number(option->value, &number) ||
               hw_error_set(error, "%s: rombar: invalid value '%.40s': expected a number", id,
                            option->value);
    }
    return true;
}

static bool wish_read(Wish *wish, const char *id, const ObOption *options, uint32_t count,
                      HwError *error)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!wish_take(wish, id, &options[i], error)) {
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------------------- bus */

static const char *unit_name(const HwPciUnit *unit)
{
    return unit->instance->cls->table.name;
}

/* NULL: there is none, and `error` is set. */
static ObPciBus *bus_find(const ObPci *pci, const ObDevice *device, const Wish *wish,
                          HwError *error)
{
    ObPciBus *bus;

    if (!pci) {
        hw_error_set(error, "%s is a PCI function; machine '%s' has no PCI bus",
                     device->instance->id, device->host->machine->name);
        return NULL;
    }
    bus = wish->bus ? ob_pci_bus_named(pci, wish->bus) : ob_pci_root(pci);
    if (!bus) {
        hw_error_set(error, "Bus '%.80s' not found", wish->bus);
    }
    return bus;
}

static bool bus_fits(const ObPciBus *bus, const ObDevice *device, HwError *error)
{
    const HwClass *cls = device->instance->cls;

    return !(cls->table.pci->flags & HW_PCI_EXPRESS) || bus->is_express ||
           hw_error_set(error,
                        "%s is a PCI Express function; bus '%s' of machine '%s' is conventional",
                        device->instance->id, bus->name, device->host->machine->name);
}

/* Machines of QEMU plug devices into slots of ports, and pc into its own bus. */
static bool bus_is_hot(const ObPciBus *bus, HwError *error)
{
    const HwPciUnit *port = bus->bridge && bus->bridge->has_slot ? bus->bridge : NULL;

    if (port && !hw_pci_slot_is_hot_plug(port)) {
        return hw_error_set(error, "Hot-plug failed: unsupported by the port device '%s'",
                            bus->name);
    }
    return port || ob_pci_acpi_number(bus) != OB_PCI_NO_NUMBER ||
           hw_error_set(error, "Bus '%s' does not support hotplugging", bus->name);
}

static const HwPciUnit *function_0(const ObPciBus *bus, uint32_t slot)
{
    return bus->places[bus->bridge && bus->bridge->has_slot ? 0 : slot & ~7u].unit;
}

/* A guest looks for functions when function 0 appears, and not again. */
static bool is_in_time(const ObPciBus *bus, const char *name, const Wish *wish, HwError *error)
{
    const HwPciUnit *first = function_0(bus, (uint32_t)wish->address);

    return !first ||
           hw_error_set(error,
                        "PCI: slot %d function 0 already occupied by %s, new func %s cannot be "
                        "exposed to guest.",
                        bus->bridge && bus->bridge->has_slot ? 0 : wish->address >> 3,
                        unit_name(first), name);
}

static bool address_choose(const ObPciBus *bus, const char *name, Wish *wish, HwError *error)
{
    const ObPciPlace *other;

    for (int slot = 0; wish->address < 0 && slot < SLOTS; slot++) {
        if (!bus->places[slot << 3].unit) {
            wish->address = slot << 3;
        }
    }
    if (wish->address < 0) {
        return hw_error_set(error, "PCI: no slot/function available for %s, all in use or reserved",
                            name);
    }
    other = &bus->places[wish->address];
    return !other->unit ||
           hw_error_set(error, "PCI: slot %d function %d not available for %s, in use by %s,id=%s",
                        wish->address >> 3, wish->address & 7, name, unit_name(other->unit),
                        other->device ? other->unit->instance->id : "(null)");
}

/* Function 0 says whether its slot has others (PCI 6.2.1). */
static bool functions_agree(const ObPciBus *bus, const Wish *wish, HwError *error)
{
    uint32_t slot = (uint32_t)wish->address >> 3;
    const HwPciUnit *first = bus->places[slot << 3].unit;

    if (wish->address & 7) {
        return !first || (first->config.bytes[HW_PCI_HEADER_TYPE] & HW_PCI_MULTIFUNCTION) ||
               hw_error_set(error,
                            "PCI: single function device can't be populated in function %x.%x",
                            slot, wish->address & 7);
    }
    for (uint32_t i = 1; i < FUNCTIONS && !wish->multifunction; i++) {
        if (bus->places[slot << 3 | i].unit) {
            return hw_error_set(error,
                                "PCI: %x.0 indicates single function, but %x.%x is already "
                                "populated.",
                                slot, slot, i);
        }
    }
    return true;
}

/* ------------------------------------------------------------------- joining */

/* The path of a function's section in a stream: the machine's bus, then each bridge's place. */
static char *path_of(const ObPciPlace *place)
{
    const HwPciUnit *bridge = place->bus->bridge;
    const char *parent = bridge ? ob_pci_place(bridge)->device->bus_path : "0000:00";

    return g_strdup_printf("%s:%02x.%x", parent, place->slot >> 3, place->slot & 7);
}

/* Two ports of one chassis have different slots. */
static bool slot_is_new(const ObPci *pci, const HwInstance *instance, HwError *error)
{
    const HwPciRootPort *s = HW_DEVICE(HwPciRootPort, instance->dev);
    const ObPciPlace *place;
    ObPciWalk walk = { 0 };

    while ((place = ob_pci_walk(pci, &walk))) {
        const HwInstance *other = place->unit->instance;
        const HwPciRootPort *o = HW_DEVICE(HwPciRootPort, other->dev);

        if (other != instance && place->unit->has_slot && o->chassis == s->chassis &&
            o->slot == s->slot) {
            return hw_error_set(error, "Can't add chassis slot, error -16");
        }
    }
    return true;
}

static bool unit_add(ObPciBus *bus, ObDevice *device, const Wish *wish, HwError *error)
{
    ObPci *pci = bus->pci;
    ObPciPlace *place = &bus->places[wish->address];
    HwPciUnit *unit = hw_pci_unit_new(device->instance, &ob_pci_port, place,
                                      pci->make | (bus->bridge ? 0 : HW_PCI_ON_ROOT), error);

    if (!unit) {
        return false;
    }
    unit->zero_is_address = pci->board->zero_is_address;
    unit->turns = &pci->turns;
    if (wish->multifunction) {
        unit->config.bytes[HW_PCI_HEADER_TYPE] |= HW_PCI_MULTIFUNCTION;
    }
    ob_pci_place_take(place, unit, device);
    device->bus_path = path_of(place);
    if (unit->kind) {
        unit->below = ob_pci_bus_add(pci, unit);
    }
    return !unit->has_slot || slot_is_new(pci, device->instance, error);
}

bool ob_pci_function_comes(ObDevice *device, const ObOption *options, uint32_t count,
                           HwError *error)
{
    const char *id = device->instance->id;
    const char *name = device->instance->cls->table.name;
    Wish wish = { .address = ADDRESS_FREE };
    ObPciBus *bus;

    device->is_hot = device->host->is_hot;
    if (!wish_read(&wish, id, options, count, error)) {
        return false;
    }
    bus = bus_find(device->host->pci, device, &wish, error);
    return bus && bus_fits(bus, device, error) && (!device->is_hot || bus_is_hot(bus, error)) &&
           address_choose(bus, name, &wish, error) && functions_agree(bus, &wish, error) &&
           (!device->is_hot || is_in_time(bus, name, &wish, error)) &&
           unit_add(bus, device, &wish, error);
}

void ob_pci_function_plugged(ObDevice *device)
{
    const ObPciPlace *place = ob_pci_place(device->instance->pci);
    HwPciUnit *port = place->bus->bridge;
    uint32_t number = ob_pci_acpi_number(place->bus);

    if (port && port->has_slot && number != OB_PCI_NO_NUMBER) {
        hw_pci_slot_switch_on(port, device->is_hot);
    } else if (port && port->has_slot) {
        hw_pci_slot_plugged(port, device->is_hot);
    }
    if (device->is_hot && number != OB_PCI_NO_NUMBER) {
        device->host->wires->slot_changed(device->host, number, place->slot >> 3, false);
    }
}

/* -------------------------------------------------------------------- leaving */

void ob_pci_function_leaves(ObDevice *device)
{
    HwPciUnit *unit = device->instance->pci;
    ObPciPlace *place = unit ? ob_pci_place(unit) : NULL;
    ObPci *pci;

    if (!place) {
        return;
    }
    pci = place->bus->pci;
    if (place->unit == unit) {
        ob_pci_place_free(place);
    }
    if (unit->below) {
        ob_pci_bus_remove(unit->below);
        unit->below = NULL;
    }
    ob_pci_map(pci);
    ob_pci_route(pci);
}

ObDevice *ob_pci_function_below(const ObDevice *device)
{
    const HwPciUnit *bridge = device->instance->pci;
    HwInstance *instance;

    for (uint32_t i = 0; bridge && bridge->below && (instance = ob_host_device_at(device->host, i));
         i++) {
        if (instance->pci && ob_pci_place(instance->pci)->bus == bridge->below) {
            return instance->owner;
        }
    }
    return NULL;
}

/* A user may ask again after a time, since a guest that boots loses the question.  By ACPI this
 * is the next millisecond, as in QEMU. */
static ObRemoval asked(ObDevice *device, int64_t time)
{
    device->asked_until = device->host->clock.now + time;
    return OB_REMOVAL_ASKED;
}

/* A function that the guest has not seen goes without asking. */
ObRemoval ob_pci_function_unplug(ObDevice *device, HwError *error)
{
    const ObPciPlace *place = ob_pci_place(device->instance->pci);
    const ObPciBus *bus = place->bus;
    uint32_t number = ob_pci_acpi_number(bus);

    if (number != OB_PCI_NO_NUMBER) {
        device->host->wires->slot_changed(device->host, number, place->slot >> 3, true);
        return asked(device, ACPI_TIME);
    }
    if (!bus->bridge || !bus->bridge->has_slot) {
        hw_error_set(error, "Bus '%s' does not support hotplugging", bus->name);
        return OB_REMOVAL_REFUSED;
    }
    if (hw_pci_slot_is_hot_plug(bus->bridge) && place->slot && !bus->places[0].unit) {
        return OB_REMOVAL_DONE;
    }
    switch (hw_pci_slot_unplug(bus->bridge, error)) {
    case HW_PCI_UNPLUG_REFUSED:
        return OB_REMOVAL_REFUSED;
    case HW_PCI_UNPLUG_ASKED:
        return asked(device, SLOT_TIME);
    default:
        return OB_REMOVAL_LEFT;
    }
}
