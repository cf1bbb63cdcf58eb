/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hot plug of PCI in the DSDT (ACPI 6.4, 6.3): the registers, a device with _EJ0 for each slot, and the
 * handler of the event.  Names are QEMU's, for scripts and people who know them:
 *
 *   PCIU, PCID, B0EJ, BNUM   the registers: came, is to leave, eject, bus
 *   BSEL                     a bus's number for BNUM
 *   DVNT (slots, value)      notifies these slots' devices
 *   PCNT ()                  asks for the bus's slots, then for those below its bridges
 *   PCEJ (bus, slot)         ejects
 */
#include <string.h>

#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/acpi-internal.h"
#include "qtest/machine/pci/pci.h"

enum {
    MUTEX = 0x5b01, /* opcodes: ACPI 6.4, 20.2.5 */
    ACQUIRE = 0x5b23,
    RELEASE = 0x5b27,
    CAME = 1, /* Notify's values: device check, ejection request */
    LEAVES = 3,
    SLOTS = 32,
    REGISTERS_SIZE = 512, /* more than their AML takes */
    BUS_SIZE = 4096,      /* and than that of a bus, */
    BRIDGE_SIZE = 64,     /* and of a bridge on it */
};

static void lock(HwAml *aml)
{
    hw_aml_op(aml, ACQUIRE);
    hw_aml_reference(aml, "\\_SB.PCI0.BLCK");
    hw_aml_op(aml, 0xff); /* a word: for ever */
    hw_aml_op(aml, 0xff);
}

static void unlock(HwAml *aml)
{
    hw_aml_op(aml, RELEASE);
    hw_aml_reference(aml, "\\_SB.PCI0.BLCK");
}

static void store(HwAml *aml, uint32_t op, const char *target)
{
    hw_aml_op(aml, HW_AML_STORE);
    hw_aml_op(aml, op);
    hw_aml_reference(aml, target);
}

/* --------------------------------------------------------------- registers */

static void fields(HwAml *aml, uint16_t ports)
{
    static const char *const names[] = { "PCIU", "PCID", "B0EJ" };

    hw_aml_operation_region(aml, "PCST", HW_AML_SYSTEM_IO);
    hw_aml_integer(aml, ports);
    hw_aml_integer(aml, OB_ACPI_PCI_PLUG_SIZE);
    hw_aml_field(aml, "PCST", HW_AML_DWORD_ACCESS);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        hw_aml_field_unit(aml, names[i], 32);
    }
    hw_aml_field_skip(aml, 32);
    hw_aml_field_unit(aml, "BNUM", 32);
    hw_aml_end(aml);
}

static void eject_method(HwAml *aml)
{
    hw_aml_method(aml, "PCEJ", 2);
    lock(aml);
    store(aml, HW_AML_ARG0, "BNUM");
    hw_aml_op(aml, HW_AML_SHIFT_LEFT);
    hw_aml_integer(aml, 1);
    hw_aml_op(aml, HW_AML_ARG0 + 1);
    hw_aml_reference(aml, "B0EJ");
    unlock(aml);
    hw_aml_end(aml);
}

static void ports_reserve(HwAml *aml, uint16_t ports)
{
    hw_aml_device(aml, "PHPR");
    hw_aml_name(aml, "_HID");
    hw_aml_eisa_id(aml, "PNP0A06");
    hw_aml_name_string(aml, "_UID", "PCI Hotplug resources");
    hw_aml_name_integer(aml, "_STA", 0x0b);
    hw_aml_name(aml, "_CRS");
    hw_aml_resources(aml);
    hw_aml_io_ports(aml, ports, OB_ACPI_PCI_PLUG_SIZE);
    hw_aml_end(aml);
    hw_aml_end(aml);
}

/* --------------------------------------------------------------------- buses */

static void place_name(char name[5], uint32_t place)
{
    g_snprintf(name, 5, "S%02X", place & 0xff);
}

/* `place`: device << 3 | function. */
static void place_describe(HwAml *aml, uint32_t place, bool ejectable)
{
    char name[5];

    place_name(name, place);
    hw_aml_device(aml, name);
    hw_aml_name_integer(aml, "_ADR", place >> 3 << 16 | (place & 7));
    if (ejectable) {
        hw_aml_name_integer(aml, "_SUN", place >> 3);
        hw_aml_method(aml, "_EJ0", 1);
        hw_aml_reference(aml, "PCEJ");
        hw_aml_reference(aml, "BSEL");
        hw_aml_integer(aml, place >> 3);
        hw_aml_end(aml);
    }
    hw_aml_end(aml);
}

static void notify_method(HwAml *aml, uint32_t slots)
{
    char name[5];

    hw_aml_method(aml, "DVNT", 2);
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        if (slots & 1u << slot) {
            place_name(name, slot << 3);
            hw_aml_if(aml);
            hw_aml_op(aml, HW_AML_AND);
            hw_aml_op(aml, HW_AML_ARG0);
            hw_aml_integer(aml, 1u << slot);
            hw_aml_op(aml, HW_AML_ZERO);
            hw_aml_op(aml, HW_AML_NOTIFY);
            hw_aml_reference(aml, name);
            hw_aml_op(aml, HW_AML_ARG0 + 1);
            hw_aml_end(aml);
        }
    }
    hw_aml_end(aml);
}

static void ask(HwAml *aml, const char *slots, uint32_t value)
{
    hw_aml_reference(aml, "DVNT");
    hw_aml_reference(aml, slots);
    hw_aml_integer(aml, value);
}

static void ask_method(HwAml *aml, const ObPciAcpiSlots *bus)
{
    hw_aml_method(aml, "PCNT", 0);
    if (bus->number != OB_PCI_NO_NUMBER) {
        hw_aml_op(aml, HW_AML_STORE);
        hw_aml_reference(aml, "BSEL");
        hw_aml_reference(aml, "BNUM");
        ask(aml, "PCIU", CAME);
        ask(aml, "PCID", LEAVES);
    }
    for (uint32_t i = 0; i < bus->bridge_count; i++) {
        g_autofree char *path = g_strdup_printf("%s.S%02X.PCNT", bus->path, bus->bridges[i]);

        hw_aml_reference(aml, path);
    }
    hw_aml_end(aml);
}

static void bus_describe(void *opaque, const ObPciAcpiSlots *bus)
{
    HwAml *aml = opaque;

    hw_aml_scope(aml, bus->path);
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        if (bus->slots & 1u << slot) {
            place_describe(aml, slot << 3, true);
        }
    }
    for (uint32_t i = 0; i < bus->bridge_count; i++) {
        place_describe(aml, bus->bridges[i], false);
    }
    if (bus->number != OB_PCI_NO_NUMBER) {
        hw_aml_name_integer(aml, "BSEL", bus->number);
        notify_method(aml, bus->slots);
    }
    ask_method(aml, bus);
    hw_aml_end(aml);
}

/* ------------------------------------------------------------------- all of it */

static uint16_t ports_of(const ObAcpi *acpi)
{
    return acpi->pci_plug ? ob_pci_acpi_ports(ob_host_pci(acpi->host)) : 0;
}

static void bus_count(void *opaque, const ObPciAcpiSlots *bus)
{
    *(uint32_t *)opaque += BUS_SIZE +
                           bus->bridge_count * (BRIDGE_SIZE + (uint32_t)strlen(bus->path));
}

uint32_t ob_acpi_pci_slots_size(const ObAcpi *acpi)
{
    uint32_t size = REGISTERS_SIZE;

    if (ports_of(acpi)) {
        ob_pci_acpi_visit(ob_host_pci(acpi->host), bus_count, &size);
    }
    return size;
}

void ob_acpi_pci_slots_describe(const ObAcpi *acpi, HwAml *aml)
{
    uint16_t ports = ports_of(acpi);

    if (!ports) {
        return;
    }
    hw_aml_scope(aml, "\\_SB.PCI0");
    fields(aml, ports);
    hw_aml_op(aml, MUTEX);
    hw_aml_reference(aml, "BLCK");
    hw_aml_op(aml, 0);
    eject_method(aml);
    ports_reserve(aml, ports);
    hw_aml_end(aml);
    ob_pci_acpi_visit(ob_host_pci(acpi->host), bus_describe, aml);
    hw_aml_scope(aml, "\\_GPE");
    hw_aml_method(aml, "_E01", 0);
    lock(aml);
    hw_aml_reference(aml, "\\_SB.PCI0.PCNT");
    unlock(aml);
    hw_aml_end(aml);
    hw_aml_end(aml);
}
