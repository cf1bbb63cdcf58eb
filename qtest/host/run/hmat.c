/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ACPI table HMAT (ACPI 6.4, section 5.2.28). */
#include "qtest/host/run/numa.h"
#include "qtest/host/run/table-bytes.h"

enum {
    DOMAIN_ATTRIBUTES = 0, /* types of structures */
    LATENCY_BANDWIDTH = 1,
    SIDE_CACHE = 2,
    DOMAIN_SIZE = 40,
    LATENCY_BANDWIDTH_SIZE = 32, /* without its lists */
    CACHE_SIZE = 32,
    INITIATOR_VALID = 1,
    PICOSECONDS = 1000, /* in a nanosecond */
    MIB = 0x100000,
};

static void structure_begin(GByteArray *hmat, uint32_t type, uint32_t size)
{
    ob_table_number(hmat, type, 2);
    ob_table_number(hmat, 0, 2);
    ob_table_number(hmat, size, 4);
}

/* A missing initiator has a number that no node has, the same as QEMU's. */
static void domain_append(GByteArray *hmat, const ObNuma *numa, uint32_t node)
{
    uint32_t initiator = numa->nodes[node].initiator;

    structure_begin(hmat, DOMAIN_ATTRIBUTES, DOMAIN_SIZE);
    ob_table_number(hmat, initiator < OB_NUMA_NODES ? INITIATOR_VALID : 0, 2);
    ob_table_number(hmat, 0, 2);
    ob_table_number(hmat, initiator, 4);
    ob_table_number(hmat, node, 4);
    ob_table_number(hmat, 0, 4);
    ob_table_number(hmat, 0, 8);
    ob_table_number(hmat, 0, 8);
}

static uint64_t entry_value(const ObHmatTable *table, uint32_t initiator, uint32_t target)
{
    uint64_t value = 0;

    for (guint i = 0; i < table->entries->len; i++) {
        const ObHmatEntry *entry = &g_array_index(table->entries, ObHmatEntry, i);

        if (entry->initiator == initiator && entry->target == target) {
            value = entry->value / table->base;
        }
    }
    return value;
}

static void values_append(GByteArray *hmat, const ObNuma *numa, const ObHmatTable *table)
{
    for (uint32_t i = 0; i < numa->count; i++) {
        for (uint32_t j = 0; numa->nodes[i].has_cpu && j < numa->count; j++) {
            ob_table_number(hmat, entry_value(table, i, j), 2);
        }
    }
}

static void table_append(GByteArray *hmat, const ObNuma *numa, uint32_t level, uint32_t kind)
{
    const ObHmatTable *table = &numa->tables[level][kind];
    uint32_t initiators = 0;

    for (uint32_t i = 0; i < numa->count; i++) {
        initiators += numa->nodes[i].has_cpu;
    }
    structure_begin(hmat, LATENCY_BANDWIDTH,
                    LATENCY_BANDWIDTH_SIZE + 4 * initiators + 4 * numa->count +
                        2 * initiators * numa->count);
    ob_table_number(hmat, level, 1);
    ob_table_number(hmat, kind, 1);
    ob_table_number(hmat, 0, 2);
    ob_table_number(hmat, initiators, 4);
    ob_table_number(hmat, numa->count, 4);
    ob_table_number(hmat, 0, 4);
    /* QEMU cuts the unit to 32 bits: its "no latency at all" becomes 0xfffffc18. */
    ob_table_number(hmat,
                    (uint32_t)(kind < OB_HMAT_LATENCIES ? table->base * PICOSECONDS
                                                        : table->base / MIB),
                    8);
    for (uint32_t i = 0; i < numa->count; i++) {
        if (numa->nodes[i].has_cpu) {
            ob_table_number(hmat, i, 4);
        }
    }
    for (uint32_t i = 0; i < numa->count; i++) {
        ob_table_number(hmat, i, 4);
    }
    values_append(hmat, numa, table);
}

static void caches_append(GByteArray *hmat, const ObHmatCache *caches, uint32_t node)
{
    uint32_t levels = 0;

    for (uint32_t level = 1; level < OB_HMAT_LEVELS; level++) {
        levels += caches[level].present;
    }
    for (uint32_t level = 1; level <= levels; level++) {
        const ObHmatCache *cache = &caches[level];

        structure_begin(hmat, SIDE_CACHE, CACHE_SIZE);
        ob_table_number(hmat, node, 4);
        ob_table_number(hmat, 0, 4);
        ob_table_number(hmat, cache->size, 8);
        ob_table_number(hmat,
                        levels | level << 4 | cache->associativity << 8 | cache->policy << 12 |
                            cache->line << 16,
                        4);
        ob_table_number(hmat, 0, 2);
        ob_table_number(hmat, 0, 2);
    }
}

void ob_hmat_add(GPtrArray *tables, const HwAcpiOem *oem, const ObNuma *numa)
{
    GByteArray *hmat = ob_table_begin();

    ob_table_number(hmat, 0, 4);
    for (uint32_t i = 0; i < numa->count; i++) {
        domain_append(hmat, numa, i);
    }
    for (uint32_t i = 0; i < OB_HMAT_LEVELS * OB_HMAT_KINDS; i++) {
        if (numa->tables[i / OB_HMAT_KINDS][i % OB_HMAT_KINDS].entries) {
            table_append(hmat, numa, i / OB_HMAT_KINDS, i % OB_HMAT_KINDS);
        }
    }
    for (uint32_t i = 0; i < numa->count; i++) {
        caches_append(hmat, numa->caches[i], i);
    }
    ob_table_end(tables, hmat, oem, "HMAT", 2);
}
