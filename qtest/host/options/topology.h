/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The levels at which a machine's CPUs lie: -smp. */
#ifndef OB_TOPOLOGY_H
#define OB_TOPOLOGY_H

#include <stdbool.h>
#include <stdint.h>

/* From the outermost level on.  An architecture has either dies or clusters. */
typedef enum ObCpuLevel {
    OB_CPU_SOCKET,
    OB_CPU_DIE,
    OB_CPU_CLUSTER,
    OB_CPU_CORE,
    OB_CPU_THREAD,
    OB_CPU_LEVELS,
} ObCpuLevel;

extern const char *const ob_cpu_level_names[OB_CPU_LEVELS]; /* "socket-id" */

typedef struct ObTopology {
    uint32_t cpus;                  /* present at the start */
    uint32_t maximum;               /* the product of the counts */
    uint32_t counts[OB_CPU_LEVELS]; /* at each level, at least 1 */
    bool is_arm;
} ObTopology;

/* A topology of one CPU. */
void ob_topology_init(ObTopology *topology, bool is_arm);

/* True if QMP names the CPU's place at this level: a PC's dies only if there are more. */
bool ob_topology_has(const ObTopology *topology, ObCpuLevel level);

/* The number of the CPU's place within the next outer level. */
uint32_t ob_topology_place(const ObTopology *topology, uint32_t cpu, ObCpuLevel level);

/* The CPU's APIC ID, which has separate bits for each level (Intel SDM volume 3A, 9.9.1). */
uint32_t ob_topology_apic_id(const ObTopology *topology, uint32_t cpu);

#endif
