/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ACPI tables of -numa: SRAT and SLIT (ACPI 6.4, sections 5.2.16 and 5.2.17), and HMAT. */
#ifndef OB_NUMA_TABLES_H
#define OB_NUMA_TABLES_H

#include "hw-api/host/acpi/tables.h"
#include "qtest/host/options/numa.h"
#include "qtest/machine/core/host.h"

/* Adds the tables, as GBytes.  `sizes` has the bytes of RAM of each node; the nodes' RAM follows
 * one another.  A PC has `low` bytes below 4 GiB. */
void ob_numa_tables_add(GPtrArray *tables, const HwAcpiOem *oem, const ObNuma *numa,
                        const ObMachine *machine, uint64_t low, const uint64_t *sizes,
                        uint32_t cpus);

/* hmat.c: the table of -machine hmat=on. */
void ob_hmat_add(GPtrArray *tables, const HwAcpiOem *oem, const ObNuma *numa);

#endif
