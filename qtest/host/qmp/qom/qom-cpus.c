/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /machine/unattached: the CPUs that the firmware is told of.  None of them runs. */
#include <stdio.h>
#include <string.h>

#include "qtest/host/options/numa.h"
#include "qtest/host/qmp/qom/qom.h"
#include "qtest/text/json.h"

#define CONTAINER "/machine/unattached"

uint32_t ob_qom_cpu_count(const ObSystem *system)
{
    return ob_host_machine(system->host)->max_cpus ? system->options->topology.cpus : 0;
}

const char *ob_qom_cpu_type(const ObSystem *system)
{
    return system->options->topology.is_arm ? "cortex-a15-arm-cpu" : "qemu64-x86_64-cpu";
}

char *ob_qom_cpu_path(uint32_t cpu)
{
    return g_strdup_printf(CONTAINER "/device[%u]", cpu);
}

/* The number in "device[3]", at the end of a path. */
ObQomObject ob_qom_cpus_resolve(const ObSystem *system, const char *path)
{
    const char *name = strrchr(path, '[');
    unsigned cpu;

    if (name && sscanf(name, "[%5u]", &cpu) == 1 && cpu < ob_qom_cpu_count(system)) {
        g_autofree char *own = ob_qom_cpu_path(cpu);

        if (ob_qom_path_matches(own, path)) {
            return (ObQomObject) { .kind = OB_QOM_CPU, .cpu = cpu };
        }
    }
    return (ObQomObject) { .kind = OB_QOM_NONE };
}

json_t *ob_qom_cpu_props(const ObSystem *system, uint32_t cpu)
{
    const ObTopology *topology = &system->options->topology;
    const ObNuma *numa = system->options->numa;
    json_t *props = json_object();

    for (int level = 0; level < OB_CPU_LEVELS; level++) {
        if (ob_topology_has(topology, (ObCpuLevel)level)) {
            ob_json_set(props, ob_cpu_level_names[level],
                        json_integer(ob_topology_place(topology, cpu, (ObCpuLevel)level)));
        }
    }
    if (numa && numa->cpu_nodes[cpu] != OB_NUMA_NO_NODE) {
        json_object_set_new(props, "node-id", json_integer(numa->cpu_nodes[cpu]));
    }
    return props;
}

void ob_qom_cpus_list(const ObSystem *system, ObQomObject object, json_t *list)
{
    json_t *props;
    const char *name;
    json_t *value;

    if (object.kind == OB_QOM_UNATTACHED) {
        for (uint32_t i = 0; i < ob_qom_cpu_count(system); i++) {
            g_autofree char *path = ob_qom_cpu_path(i);

            ob_qom_child_add(list, strrchr(path, '/') + 1, ob_qom_cpu_type(system));
        }
        return;
    }
    props = ob_qom_cpu_props(system, object.cpu);
    json_object_foreach(props, name, value)
    {
        ob_qom_entry_add(list, name, "int");
    }
    json_decref(props);
}

json_t *ob_qom_cpus_get(const ObSystem *system, ObQomObject object, const char *name)
{
    json_t *props = ob_qom_cpu_props(system, object.cpu);
    json_t *value = json_incref(json_object_get(props, name));

    json_decref(props);
    return value;
}
