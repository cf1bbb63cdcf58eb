/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files about ACPI. */
#ifndef OB_ACPI_INTERNAL_H
#define OB_ACPI_INTERNAL_H

#include "hw-api/device/aml.h"
#include "hw-api/host/acpi/build.h"
#include "qtest/machine/parts/acpi.h"

enum { OB_RSDP_SIZE_MAX = 36 };

struct ObAcpi {
    ObHost *host;
    HwInstance *pm;       /* a part of the machine; NULL: hardware-reduced */
    HwInstance *pci_plug; /* likewise; NULL: none */
    uint32_t cpus;
    GPtrArray *given; /* GBytes: the user's tables */
    HwAcpiOem oem;
    HwAcpiTables tables;
    uint8_t rsdp[OB_RSDP_SIZE_MAX];
    uint32_t rsdp_size;
    void (*sleep)(void *opaque, ObSleep sleep);
    void *sleep_opaque;
};

/* acpi-tables.c: builds the three files completely; `build` has the devices' terms. */
void ob_acpi_tables_build(ObAcpi *acpi, HwAcpiBuild *build);

/* acpi-dsdt.c: appends the AML of the machine itself. */
void ob_acpi_dsdt_build(const ObAcpi *acpi, HwAcpiBuffer *aml);

/* acpi-pci.c: appends the host bridge, if the machine has PCI. */
void ob_acpi_pci_describe(const ObAcpi *acpi, HwAml *aml);
/* Adds the MCFG, and returns its place; 0: there is no ECAM. */
uint32_t ob_acpi_mcfg_add(ObAcpi *acpi);

/* acpi-pci-plug.c: adds the registers, if buses of the machine have hot plug by ACPI. */
enum {
    OB_ACPI_PIIX4_PCI_PLUG = 0xae00, /* ports */
    OB_ACPI_ICH9_PCI_PLUG = 0x0cc0,
    OB_ACPI_PCI_PLUG_SIZE = 0x18,
};
bool ob_acpi_pci_plug_create(ObAcpi *acpi, HwError *error);

/* acpi-pci-slots.c: appends the registers, the methods, the slots and the event's handler; call at the
 * root.  _size: more than the AML takes. */
uint32_t ob_acpi_pci_slots_size(const ObAcpi *acpi);
void ob_acpi_pci_slots_describe(const ObAcpi *acpi, HwAml *aml);

/* The guest has asked for sleep by a register. */
void ob_acpi_sleep(ObHost *host, ObSleep sleep);

#endif
