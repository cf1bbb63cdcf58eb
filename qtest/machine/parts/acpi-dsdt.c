/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine's AML: sleep states, processors, fw_cfg. */
#include "hw-api/device/aml.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/acpi-internal.h"
#include "qtest/machine/parts/acpi-pm.h"

#define FW_CFG_PORT  0x510
#define FW_CFG_PORTS 12
#define FW_CFG_SIZE  0x18 /* bytes of registers in memory */
#define PCI_SIZE     4096 /* more than the AML of the PCI host bridge takes */
#define CPU_SIZE     64   /* more than the AML of one processor takes */

/* _Sx: the sleep type that the guest writes to both PM1 control registers. */
static void sleep_state(HwAml *aml, const char *name, uint8_t type)
{
    hw_aml_name(aml, name);
    hw_aml_package(aml, 4);
    hw_aml_integer(aml, type);
    hw_aml_integer(aml, type);
    hw_aml_integer(aml, 0);
    hw_aml_integer(aml, 0);
    hw_aml_end(aml);
}

static void processor(HwAml *aml, uint32_t number)
{
    char name[8];

    g_snprintf(name, sizeof(name), "C%03X", number & 0xfff);
    hw_aml_device(aml, name);
    hw_aml_name_string(aml, "_HID", "ACPI0007");
    hw_aml_name_integer(aml, "_UID", number);
    hw_aml_end(aml);
}

/* _STA: the device is present and works, but is not shown to the user. */
static void fw_cfg(HwAml *aml, const ObMachine *machine)
{
    hw_aml_device(aml, "FWCF");
    hw_aml_name_string(aml, "_HID", "QEMU0002");
    hw_aml_name_integer(aml, "_STA", 0x0b);
    if (!machine->has_io_ports) {
        hw_aml_name_integer(aml, "_CCA", 1);
    }
    hw_aml_name(aml, "_CRS");
    hw_aml_resources(aml);
    if (machine->has_io_ports) {
        hw_aml_io_ports(aml, FW_CFG_PORT, FW_CFG_PORTS);
    } else {
        hw_aml_memory32_fixed(aml, (uint32_t)machine->fw_cfg_base, FW_CFG_SIZE, true);
    }
    hw_aml_end(aml);
    hw_aml_end(aml);
}

void ob_acpi_dsdt_build(const ObAcpi *acpi, HwAcpiBuffer *aml)
{
    uint32_t capacity = 512 + PCI_SIZE + acpi->cpus * CPU_SIZE + ob_acpi_pci_slots_size(acpi);
    g_autofree uint8_t *bytes = g_malloc(capacity);
    HwAml terms;

    hw_aml_init(&terms, bytes, capacity);
    if (acpi->pm) {
        sleep_state(&terms, "\\_S3", OB_SLEEP_TYPE_S3);
        sleep_state(&terms, "\\_S4", OB_SLEEP_TYPE_S4);
        sleep_state(&terms, "\\_S5", OB_SLEEP_TYPE_S5);
    }
    hw_aml_scope(&terms, "\\_SB");
    for (uint32_t i = 0; i < acpi->cpus; i++) {
        processor(&terms, i);
    }
    fw_cfg(&terms, acpi->host->machine);
    ob_acpi_pci_describe(acpi, &terms);
    hw_aml_end(&terms);
    ob_acpi_pci_slots_describe(acpi, &terms);
    g_assert(hw_aml_done(&terms));
    hw_acpi_buffer_append(aml, bytes, terms.size);
}
