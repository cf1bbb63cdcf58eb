/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -numa and set-numa-node: nodes with RAM and CPUs, their distances, and their memory's speed. */
#ifndef OB_NUMA_H
#define OB_NUMA_H

#include "qtest/host/options/keyval.h"
#include "qtest/host/options/topology.h"

enum { OB_NUMA_NODES = 128, OB_NUMA_CPUS = 4096, OB_NUMA_NO_NODE = 0xff };

/* HMAT (ACPI 6.4, 5.2.28): tables of latencies and bandwidths, and memory side caches. */
enum { OB_HMAT_LEVELS = 4, OB_HMAT_KINDS = 6, OB_HMAT_LATENCIES = 3 };

typedef struct ObNumaNode {
    bool present;
    bool has_cpu;
    bool has_latency; /* a target of HMAT's tables */
    bool has_bandwidth;
    char *memdev;       /* NULL: no RAM */
    uint32_t initiator; /* the node whose CPUs are next to the memory; OB_NUMA_NODES: none */
} ObNumaNode;

typedef struct ObHmatEntry {
    uint32_t initiator;
    uint32_t target;
    uint64_t value; /* nanoseconds, or bytes a second */
} ObHmatEntry;

typedef struct ObHmatTable {
    GArray *entries; /* ObHmatEntry; NULL: no such table */
    uint64_t base;   /* the unit of the values; 0: not known */
    uint64_t range;  /* latencies: the largest value in units; bandwidths: all bits */
} ObHmatTable;

typedef struct ObHmatCache {
    bool present;
    uint64_t size;
    uint32_t associativity; /* the numbers in HMAT */
    uint32_t policy;
    uint32_t line; /* bytes */
} ObHmatCache;

typedef struct ObNuma {
    const ObTopology *topology;
    bool hmat; /* -machine hmat=on */
    ObNumaNode nodes[OB_NUMA_NODES];
    uint32_t count; /* nodes */
    bool is_complete;
    bool has_cpus;                                   /* else CPUs go round the nodes */
    uint8_t cpu_nodes[OB_NUMA_CPUS];                 /* OB_NUMA_NO_NODE: not known yet */
    bool has_distances;                              /* else there are none */
    uint8_t distances[OB_NUMA_NODES][OB_NUMA_NODES]; /* from, to; 0: not given */
    ObHmatTable tables[OB_HMAT_LEVELS][OB_HMAT_KINDS];
    ObHmatCache caches[OB_NUMA_NODES][OB_HMAT_LEVELS]; /* level 0 is not used */
} ObNuma;

ObNuma *ob_numa_new(const ObTopology *topology, bool hmat);
void ob_numa_free(ObNuma *numa); /* NULL is allowed */

/* Checks type and keys alone. */
bool ob_numa_check(const ObKeyval *keyval, HwError *error);

/* Takes one -numa, in the order of their uses.  Returns false and sets `error` on failure; then
 * nothing is changed, except that some of the CPUs may have their node. */
bool ob_numa_take(ObNuma *numa, const ObKeyval *keyval, HwError *error);

/* After the last use: checks the nodes as a whole, and gives each CPU a node. */
bool ob_numa_complete(ObNuma *numa, HwError *error);

/* numa-hmat.c */
bool ob_numa_take_hmat_table(ObNuma *numa, const ObKeyval *keyval, HwError *error);
bool ob_numa_take_hmat_cache(ObNuma *numa, const ObKeyval *keyval, HwError *error);

/* Parses a number that must be there. */
bool ob_numa_number(const ObKeyval *keyval, const char *key, int64_t maximum, int64_t *number,
                    HwError *error);

#endif
