/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/numa.h"

#include "qtest/host/run/table-bytes.h"

#define GIB_4          UINT64_C(0x100000000)
#define HOLE_START     UINT64_C(0xa0000) /* a PC has display and firmware here */
#define HOLE_END       UINT64_C(0x100000)
#define LOCAL_APIC_MAX 255
#define ENABLED        1

/* ------------------------------------------------------------------------ SRAT */

static void memory_append(GByteArray *srat, uint64_t base, uint64_t size, uint32_t node,
                          uint32_t flags)
{
    ob_table_number(srat, 1, 1);
    ob_table_number(srat, 40, 1);
    ob_table_number(srat, node, 4);
    ob_table_number(srat, 0, 2);
    ob_table_number(srat, base, 8);
    ob_table_number(srat, size, 8);
    ob_table_number(srat, 0, 4);
    ob_table_number(srat, flags, 4);
    ob_table_number(srat, 0, 8);
}

/* The part of a node's RAM that lies between two addresses. */
static uint32_t memory_between(GByteArray *srat, uint64_t start, uint64_t end, uint64_t from,
                               uint64_t to, uint32_t node)
{
    start = MAX(start, from);
    end = MIN(end, to);
    if (start < end) {
        memory_append(srat, start, end - start, node, ENABLED);
    }
    return start < end;
}

/* The RAM has holes at 640 KiB and below 4 GiB.  Like QEMU's, the table has an entry for each
 * hole, without effect if no hole is cut. */
static void memory_pc(GByteArray *srat, const ObNuma *numa, const uint64_t *sizes, uint64_t low)
{
    uint64_t start = 0;
    uint32_t entries = 0;

    for (uint32_t i = 0; i < numa->count; i++) {
        uint64_t end = start + sizes[i];

        entries += memory_between(srat, start, end, 0, MIN(low, HOLE_START), i);
        entries += memory_between(srat, start, end, HOLE_END, low, i);
        if (end > low) {
            uint64_t high = MAX(start, low) - low + GIB_4;

            memory_append(srat, high, end - MAX(start, low), i, ENABLED);
            entries++;
        }
        start = end;
    }
    for (; entries < numa->count + 2; entries++) {
        memory_append(srat, 0, 0, 0, 0);
    }
}

static void local_apic_append(GByteArray *srat, uint32_t cpu, uint32_t node)
{
    ob_table_number(srat, 0, 1);
    ob_table_number(srat, 16, 1);
    ob_table_number(srat, node & 0xff, 1);
    ob_table_number(srat, cpu, 1);
    ob_table_number(srat, ENABLED, 4);
    ob_table_number(srat, 0, 1);
    ob_table_number(srat, node >> 8, 3);
    ob_table_number(srat, 0, 4);
}

static void gic_cpu_append(GByteArray *srat, uint32_t cpu, uint32_t node)
{
    ob_table_number(srat, 3, 1);
    ob_table_number(srat, 18, 1);
    ob_table_number(srat, node, 4);
    ob_table_number(srat, cpu, 4);
    ob_table_number(srat, ENABLED, 4);
    ob_table_number(srat, 0, 4);
}

static void srat_add(GPtrArray *tables, const HwAcpiOem *oem, const ObNuma *numa,
                     const ObMachine *machine, uint64_t low, const uint64_t *sizes, uint32_t cpus)
{
    GByteArray *srat = ob_table_begin();
    uint64_t base = machine->ram_base;

    ob_table_number(srat, 1, 4);
    ob_table_number(srat, 0, 8);
    for (uint32_t i = 0; i < MIN(cpus, LOCAL_APIC_MAX); i++) {
        (machine->has_io_ports ? local_apic_append : gic_cpu_append)(srat, i, numa->cpu_nodes[i]);
    }
    for (uint32_t i = 0; i < numa->count; i++) {
        if (!machine->has_io_ports && sizes[i]) {
            memory_append(srat, base, sizes[i], i, ENABLED);
            base += sizes[i];
        }
    }
    if (machine->has_io_ports) {
        memory_pc(srat, numa, sizes, low);
    }
    ob_table_end(tables, srat, oem, "SRAT", machine->has_io_ports ? 1 : 3);
}

/* ------------------------------------------------------------------------ SLIT */

static void slit_add(GPtrArray *tables, const HwAcpiOem *oem, const ObNuma *numa)
{
    GByteArray *slit = ob_table_begin();

    ob_table_number(slit, numa->count, 8);
    for (uint32_t i = 0; i < numa->count; i++) {
        g_byte_array_append(slit, numa->distances[i], numa->count);
    }
    ob_table_end(tables, slit, oem, "SLIT", 1);
}

void ob_numa_tables_add(GPtrArray *tables, const HwAcpiOem *oem, const ObNuma *numa,
                        const ObMachine *machine, uint64_t low, const uint64_t *sizes,
                        uint32_t cpus)
{
    srat_add(tables, oem, numa, machine, low, sizes, cpus);
    if (numa->has_distances) {
        slit_add(tables, oem, numa);
    }
    if (numa->hmat) {
        ob_hmat_add(tables, oem, numa);
    }
}
