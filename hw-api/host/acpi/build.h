/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The devices' contributions to the ACPI tables.  A host asks each device's class in turn, and
 * puts the described tables beside its own.  A plugin's arguments are checked: after a bad call,
 * the device's whole contribution is dropped.  Under the device lock.
 */
#ifndef HW_HOST_ACPI_BUILD_H
#define HW_HOST_ACPI_BUILD_H

#include "hw-api/ext/acpi.h"
#include "hw-api/host/acpi/tables.h"

/* A fw_cfg file of the host or a device. */
typedef struct HwAcpiFile {
    uint32_t size;
    bool guest_writable;
} HwAcpiFile;

/* Finds a file by name; false: it does not exist, or devices' tables may not use it. */
typedef bool HwAcpiFindFile(void *opaque, const char *name, HwAcpiFile *file);

/* NULL: no memory. */
HwAcpiBuild *hw_acpi_build_new(HwAcpiFindFile *find, void *opaque);
void hw_acpi_build_free(HwAcpiBuild *build); /* NULL is allowed */

/* Stores the five functions that need a build in a host's service. */
void hw_acpi_build_offer(HwAcpi *service);

/* Asks one device; `hook` is its class's, and NULL if the class contributes nothing.  False with a
 * sentence: the device's contribution is dropped. */
bool hw_acpi_build_ask(HwAcpiBuild *build, HwDevice *dev,
                       void (*hook)(HwDevice *dev, HwAcpiBuild *build), HwError *error);

/* The AML terms of all devices, for the DSDT.  Valid until the next ask. */
const uint8_t *hw_acpi_build_aml(const HwAcpiBuild *build, uint32_t *size);

/*
 * Write the layout, in this order.  The allocations come before all commands that use them.  Then
 * come the tables, each with its pointers and checksum, and the addresses that firmware writes
 * back.
 */
void hw_acpi_build_write_allocations(const HwAcpiBuild *build, HwAcpiTables *to);
void hw_acpi_build_write_tables(HwAcpiBuild *build, HwAcpiTables *to);

/* The number of tables, and the place that write_tables gave to a table, for RSDT and XSDT. */
uint32_t hw_acpi_build_table_count(const HwAcpiBuild *build);
uint32_t hw_acpi_build_table_place(const HwAcpiBuild *build, uint32_t index);

#endif
