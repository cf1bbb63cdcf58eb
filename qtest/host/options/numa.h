/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -numa: nodes with RAM and CPUs, and their distances. */
#ifndef OB_NUMA_H
#define OB_NUMA_H

#include <stdbool.h>
#include <stdint.h>

enum { OB_NUMA_NODES = 128, OB_NUMA_CPUS = 4096, OB_NUMA_NO_NODE = 0xff };

typedef struct ObNumaNode {
    bool present;
    const char *memdev; /* NULL: no RAM */
} ObNumaNode;

typedef struct ObNuma {
    ObNumaNode nodes[OB_NUMA_NODES];
    uint32_t count;                                  /* nodes; their numbers have no gaps */
    bool has_cpus;                                   /* else CPUs go round the nodes */
    uint8_t cpu_nodes[OB_NUMA_CPUS];                 /* OB_NUMA_NO_NODE: node 0 */
    bool has_distances;                              /* else there are none */
    uint8_t distances[OB_NUMA_NODES][OB_NUMA_NODES]; /* from, to; 0: not given */
} ObNuma;

#endif
