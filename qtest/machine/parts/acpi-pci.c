/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI host bridge in the tables: its windows and routes in the DSDT, and the MCFG (PCI
 * Firmware Specification 3.2, 4.1). */
#include "hw-api/device/aml.h"
#include "hw-api/device/bytes.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/acpi-internal.h"
#include "qtest/machine/pci/pci.h"

enum {
    DEVICES = 32,
    PINS = 4,
    CONFIG_PORT = 0xcf8,
    CONFIG_PORTS = 8,
    LAST_PORT = 0xffff,
    ECAM_BUS_SHIFT = 20, /* a bus has 1 MiB */
    MCFG_SIZE = 24,      /* 8 reserved bytes and an allocation of 16 */
};

static uint16_t last_bus(const ObPci *pci)
{
    uint64_t size;

    return ob_pci_ecam_at(pci, &size) ? (uint16_t)((size >> ECAM_BUS_SHIFT) - 1) : 0xff;
}

/* A PC's ports without those of configuration space, which are the bridge's own. */
static void ports(HwAml *aml, const ObPci *pci)
{
    const ObPciWindow *window;

    if (ob_pci_board(pci)->has_ports) {
        hw_aml_io_ports(aml, CONFIG_PORT, CONFIG_PORTS);
        hw_aml_io_window(aml, 0, CONFIG_PORT - 1, 0);
        hw_aml_io_window(aml, CONFIG_PORT + CONFIG_PORTS, LAST_PORT, 0);
        return;
    }
    for (uint32_t i = 0; (window = ob_pci_window(pci, i)); i++) {
        if (window->is_io) {
            hw_aml_io_window(aml, 0, LAST_PORT, (uint32_t)window->cpu);
        }
    }
}

static void resources(HwAml *aml, const ObPci *pci)
{
    const ObPciBoard *board = ob_pci_board(pci);

    hw_aml_name(aml, "_CRS");
    hw_aml_resources(aml);
    hw_aml_bus_numbers(aml, 0, last_bus(pci));
    ports(aml, pci);
    hw_aml_memory64(aml, board->bar_memory, board->bar_memory_end - board->bar_memory, true);
    if (ob_pci_is_high(pci)) {
        hw_aml_memory64(aml, OB_PCI_HIGH, OB_PCI_HIGH, true);
    }
    hw_aml_end(aml);
}

/* One entry for each pin of each device (ACPI 6.4, 6.2.13). */
static void routes(HwAml *aml, const ObPciBoard *board)
{
    hw_aml_name(aml, "_PRT");
    hw_aml_package(aml, DEVICES * PINS);
    for (uint32_t i = 0; i < DEVICES * PINS; i++) {
        hw_aml_package(aml, 4);
        hw_aml_integer(aml, (i / PINS) << 16 | 0xffff);
        hw_aml_integer(aml, i % PINS);
        hw_aml_integer(aml, 0);
        hw_aml_integer(aml, board->gsi(i / PINS, i % PINS));
        hw_aml_end(aml);
    }
    hw_aml_end(aml);
}

static void hid(HwAml *aml, const char *name, const char *id)
{
    hw_aml_name(aml, name);
    hw_aml_eisa_id(aml, id);
}

/* An operating system uses ECAM only if a device has reserved its memory. */
static void ecam_reserve(HwAml *aml, const ObPci *pci)
{
    uint64_t size;
    uint64_t address = ob_pci_ecam_at(pci, &size);

    if (address) {
        hw_aml_device(aml, "RES0");
        hid(aml, "_HID", "PNP0C02");
        hw_aml_name(aml, "_CRS");
        hw_aml_resources(aml);
        hw_aml_memory64(aml, address, size, true);
        hw_aml_end(aml);
        hw_aml_end(aml);
    }
}

void ob_acpi_pci_describe(const ObAcpi *acpi, HwAml *aml)
{
    const ObPci *pci = ob_host_pci(acpi->host);

    if (!pci) {
        return;
    }
    hw_aml_device(aml, "PCI0");
    hid(aml, "_HID", ob_pci_board(pci)->is_express ? "PNP0A08" : "PNP0A03");
    hid(aml, "_CID", "PNP0A03");
    hw_aml_name_integer(aml, "_SEG", 0);
    hw_aml_name_integer(aml, "_BBN", 0);
    hw_aml_name_integer(aml, "_UID", 0);
    if (!ob_pci_board(pci)->has_ports) {
        hw_aml_name_integer(aml, "_CCA", 1);
    }
    resources(aml, pci);
    routes(aml, ob_pci_board(pci));
    ecam_reserve(aml, pci);
    hw_aml_end(aml);
}

uint32_t ob_acpi_mcfg_add(ObAcpi *acpi)
{
    const ObPci *pci = ob_host_pci(acpi->host);
    uint8_t mcfg[MCFG_SIZE] = { 0 };
    uint64_t size = 0;
    uint64_t address = pci ? ob_pci_ecam_at(pci, &size) : 0;
    uint32_t place;

    if (!address) {
        return 0;
    }
    hw_store_le(mcfg + 8, address, 8);
    mcfg[19] = (uint8_t)last_bus(pci);
    place = hw_acpi_tables_add(&acpi->tables, "MCFG", 1, NULL, mcfg, sizeof(mcfg));
    hw_acpi_tables_checksum(&acpi->tables, place);
    return place;
}
