/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/options/topology.h"

#include <glib.h>

const char *const ob_cpu_level_names[OB_CPU_LEVELS] = {
    [OB_CPU_SOCKET] = "socket-id", [OB_CPU_DIE] = "die-id",       [OB_CPU_CLUSTER] = "cluster-id",
    [OB_CPU_CORE] = "core-id",     [OB_CPU_THREAD] = "thread-id",
};

void ob_topology_init(ObTopology *topology, bool is_arm)
{
    *topology = (ObTopology) { 1, 1, { 1, 1, 1, 1, 1 }, is_arm };
}

bool ob_topology_has(const ObTopology *topology, ObCpuLevel level)
{
    return level == OB_CPU_CLUSTER ? topology->is_arm
           : level == OB_CPU_DIE   ? !topology->is_arm && topology->counts[level] > 1
                                   : true;
}

uint32_t ob_topology_place(const ObTopology *topology, uint32_t cpu, ObCpuLevel level)
{
    for (int i = OB_CPU_THREAD; i > (int)level; i--) {
        cpu /= topology->counts[i];
    }
    return cpu % topology->counts[level];
}

static uint32_t width(uint32_t count)
{
    return count > 1 ? g_bit_storage(count - 1) : 0;
}

uint32_t ob_topology_apic_id(const ObTopology *topology, uint32_t cpu)
{
    uint32_t id = 0;

    for (int i = 0; i < OB_CPU_LEVELS; i++) {
        id = id << width(topology->counts[i]) | ob_topology_place(topology, cpu, (ObCpuLevel)i);
    }
    return id;
}
