/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the devices contribute to the ACPI tables.  A host asks each device's class in turn
 * and lays out what was described beside its own tables.  What a plugin passes is checked:
 * one bad call drops all that its device has described.  Under the device lock.
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

/* Finds a file by name; false: there is none, or none for devices' tables. */
typedef bool HwAcpiFindFile(void *opaque, const char *name, HwAcpiFile *file);

/* NULL: no memory. */
HwAcpiBuild *hw_acpi_build_new(HwAcpiFindFile *find, void *opaque);
void hw_acpi_build_free(HwAcpiBuild *build);            /* NULL is allowed */

/* Stores the five functions that need a build in a host's service. */
void hw_acpi_build_offer(HwAcpi *service);

/* Asks one device; `hook` is its class's, NULL: it has nothing to say.  False with a
 * sentence: nothing of it is kept. */
bool hw_acpi_build_ask(HwAcpiBuild *build, HwDevice *dev,
                       void (*hook)(HwDevice *dev, HwAcpiBuild *build), HwError *error);

/* The AML terms of all, for the DSDT.  Valid until the next ask. */
const uint8_t *hw_acpi_build_aml(const HwAcpiBuild *build, uint32_t *size);

/*
 * Layout, in this order: the allocations, before all commands that use them; then the
 * tables, each with its pointers and checksum, and the addresses written back.
 */
void hw_acpi_build_write_allocations(const HwAcpiBuild *build, HwAcpiTables *to);
void hw_acpi_build_write_tables(HwAcpiBuild *build, HwAcpiTables *to);

/* Where write_tables has put table number `index`, below the count: for RSDT and XSDT. */
uint32_t hw_acpi_build_table_count(const HwAcpiBuild *build);
uint32_t hw_acpi_build_table_place(const HwAcpiBuild *build, uint32_t index);

#endif
