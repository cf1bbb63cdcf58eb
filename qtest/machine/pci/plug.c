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

static bool bus_fits(const ObPci *pci, const ObDevice *device, const Wish *wish, HwError *error)
{
    const HwClass *cls = device->instance->cls;

    if (!pci) {
        return hw_error_set(error, "%s is a PCI function; machine '%s' has no PCI bus",
                            device->instance->id, device->host->machine->name);
    }
    if (wish->bus && strcmp(wish->bus, pci->board->bus)) {
        return hw_error_set(error, "Bus '%.80s' not found", wish->bus);
    }
    if ((cls->table.pci->flags & HW_PCI_EXPRESS) && !pci->board->is_express) {
        return hw_error_set(error,
                            "%s is a PCI Express function; bus '%s' of machine '%s' is "
                            "conventional",
                            device->instance->id, pci->board->bus, device->host->machine->name);
    }
    return true;
}

static const char *unit_name(const HwPciUnit *unit)
{
    return unit->instance->cls->table.name;
}

static bool address_choose(ObPci *pci, const char *name, Wish *wish, HwError *error)
{
    const HwPciUnit *other;

    for (int slot = 0; wish->address < 0 && slot < SLOTS; slot++) {
        if (!pci->units[slot << 3]) {
            wish->address = slot << 3;
        }
    }
    if (wish->address < 0) {
        return hw_error_set(error, "PCI: no slot/function available for %s, all in use or reserved",
                            name);
    }
    other = pci->units[wish->address];
    return !other ||
           hw_error_set(error, "PCI: slot %d function %d not available for %s, in use by %s,id=%s",
                        wish->address >> 3, wish->address & 7, name, unit_name(other),
                        pci->devices[wish->address] ? other->instance->id : "(null)");
}

/* Function 0 says whether its slot has others (PCI 6.2.1). */
static bool functions_agree(const ObPci *pci, const Wish *wish, HwError *error)
{
    uint32_t slot = (uint32_t)wish->address >> 3;
    const HwPciUnit *first = pci->units[slot << 3];

    if (wish->address & 7) {
        return !first || (first->config.bytes[HW_PCI_HEADER_TYPE] & HW_PCI_MULTIFUNCTION) ||
               hw_error_set(error,
                            "PCI: single function device can't be populated in function %x.%x",
                            slot, wish->address & 7);
    }
    for (uint32_t i = 1; i < FUNCTIONS && !wish->multifunction; i++) {
        if (pci->units[slot << 3 | i]) {
            return hw_error_set(error,
                                "PCI: %x.0 indicates single function, but %x.%x is already "
                                "populated.",
                                slot, slot, i);
        }
    }
    return true;
}

static bool unit_add(ObPci *pci, ObDevice *device, const Wish *wish, HwError *error)
{
    uint32_t address = (uint32_t)wish->address;
    HwPciUnit *unit = hw_pci_unit_new(device->instance, &ob_pci_port, pci, pci->board->is_express,
                                      error);

    if (!unit) {
        return false;
    }
    unit->zero_is_address = pci->board->zero_is_address;
    unit->turns = &pci->turns;
    if (wish->multifunction) {
        unit->config.bytes[HW_PCI_HEADER_TYPE] |= HW_PCI_MULTIFUNCTION;
    }
    pci->units[address] = unit;
    pci->devices[address] = device;
    device->bus_path = g_strdup_printf("0000:00:%02x.%x", address >> 3, address & 7);
    return true;
}

bool ob_pci_function_comes(ObDevice *device, const ObOption *options, uint32_t count,
                           HwError *error)
{
    ObPci *pci = device->host->pci;
    const char *id = device->instance->id;
    Wish wish = { .address = ADDRESS_FREE };

    return wish_read(&wish, id, options, count, error) && bus_fits(pci, device, &wish, error) &&
           address_choose(pci, device->instance->cls->table.name, &wish, error) &&
           functions_agree(pci, &wish, error) && unit_add(pci, device, &wish, error);
}

void ob_pci_function_leaves(ObDevice *device)
{
    ObPci *pci = device->host->pci;
    HwPciUnit *unit = device->instance->pci;
    uint32_t slot = unit ? ob_pci_slot(unit) : OB_PCI_FUNCTIONS;

    if (slot < OB_PCI_FUNCTIONS) {
        pci->units[slot] = NULL;
        pci->devices[slot] = NULL;
        ob_pci_map(pci);
        ob_pci_route(pci);
    }
}
