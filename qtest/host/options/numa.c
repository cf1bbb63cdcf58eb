/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nodes, CPUs and distances, with QEMU's rules. */
#include "qtest/host/options/numa.h"

#include "hw-api/device/error.h"

#include <inttypes.h>
#include <string.h>

enum { DISTANCE_LOCAL = 10 };

#define HMAT_IS_OFF                                                                          \
    "ACPI Heterogeneous Memory Attribute Table (HMAT) is disabled, enable it with -machine " \
    "hmat=on"

ObNuma *ob_numa_new(const ObTopology *topology, bool hmat)
{
    ObNuma *numa = g_new0(ObNuma, 1);

    numa->topology = topology;
    numa->hmat = hmat;
    memset(numa->cpu_nodes, OB_NUMA_NO_NODE, sizeof(numa->cpu_nodes));
    return numa;
}

void ob_numa_free(ObNuma *numa)
{
    if (!numa) {
        return;
    }
    for (int i = 0; i < OB_NUMA_NODES; i++) {
        g_free(numa->nodes[i].memdev);
    }
    for (int i = 0; i < OB_HMAT_LEVELS * OB_HMAT_KINDS; i++) {
        g_clear_pointer(&numa->tables[i / OB_HMAT_KINDS][i % OB_HMAT_KINDS].entries, g_array_unref);
    }
    g_free(numa);
}

bool ob_numa_number(const ObKeyval *keyval, const char *key, int64_t maximum, int64_t *number,
                    HwError *error)
{
    const char *text = ob_keyval_get(keyval, key);

    return text ? ob_integer_parse(key, text, 0, maximum, number, error)
                : hw_error_set(error, "%s= is missing", key);
}

/* ------------------------------------------------------------------------ CPUs */

/* The same as in QEMU, a node with CPUs is the initiator of its own memory. */
static bool cpu_assign(ObNuma *numa, uint32_t cpu, uint8_t number, HwError *error)
{
    ObNumaNode *node = &numa->nodes[number];

    if (numa->cpu_nodes[cpu] != OB_NUMA_NO_NODE && numa->cpu_nodes[cpu] != number) {
        return hw_error_set(error, "CPU %u is already assigned to node-id: %u", cpu,
                            numa->cpu_nodes[cpu]);
    }
    if (numa->hmat && node->initiator < OB_NUMA_NODES && node->initiator != number) {
        return hw_error_set(error, "The initiator of CPU NUMA node %u should be itself (got %u)",
                            number, node->initiator);
    }
    numa->cpu_nodes[cpu] = number;
    node->has_cpu = true;
    if (numa->hmat) {
        node->initiator = number;
    }
    return true;
}

/* "3" or "0-3". */
static bool cpus_parse(const ObNuma *numa, const char *text, int64_t *first, int64_t *last,
                       HwError *error)
{
    g_auto(GStrv) ends = g_strsplit(text, "-", 2);

    if (!ends[0]) {
        return hw_error_set(error, "cpus: the range is empty");
    }
    if (!ob_integer_parse("cpus", ends[0], 0, OB_NUMA_CPUS - 1, first, error) ||
        !ob_integer_parse("cpus", ends[1] ? ends[1] : ends[0], *first, OB_NUMA_CPUS - 1, last,
                          error)) {
        return false;
    }
    return *last < numa->topology->maximum ||
           hw_error_set(error, "CPU index (%" PRId64 ") should be smaller than maxcpus (%u)",
                        MAX(*first, numa->topology->maximum), numa->topology->maximum);
}

static bool cpus_take(ObNuma *numa, uint8_t node, const char *text, HwError *error)
{
    int64_t first, last;

    if (!cpus_parse(numa, text, &first, &last, error)) {
        return false;
    }
    numa->has_cpus = true;
    for (int64_t i = first; i <= last; i++) {
        if (!cpu_assign(numa, (uint32_t)i, node, error)) {
            return false;
        }
    }
    return true;
}

/* Places at the levels that the user names; -1: any. */
static bool places_parse(const ObNuma *numa, const ObKeyval *keyval, int64_t *places,
                         HwError *error)
{
    for (int level = 0; level < OB_CPU_LEVELS; level++) {
        const char *name = ob_cpu_level_names[level];

        places[level] = -1;
        if (!ob_keyval_get(keyval, name)) {
            continue;
        }
        if (!ob_topology_has(numa->topology, (ObCpuLevel)level)) {
            return hw_error_set(error, "%s is not supported", name);
        }
        if (!ob_numa_number(keyval, name, INT64_MAX, &places[level], error)) {
            return false;
        }
    }
    return true;
}

static bool cpu_matches(const ObTopology *topology, uint32_t cpu, const int64_t *places)
{
    for (int level = 0; level < OB_CPU_LEVELS; level++) {
        if (places[level] >= 0 &&
            places[level] != ob_topology_place(topology, cpu, (ObCpuLevel)level)) {
            return false;
        }
    }
    return true;
}

static bool cpu_take(ObNuma *numa, const ObKeyval *keyval, HwError *error)
{
    int64_t places[OB_CPU_LEVELS];
    int64_t node;
    bool found = false;

    if (!ob_numa_number(keyval, "node-id", OB_NUMA_NODES - 1, &node, error) ||
        !places_parse(numa, keyval, places, error)) {
        return false;
    }
    if (!numa->nodes[node].present) {
        return hw_error_set(error,
                            "Invalid node-id=%d, NUMA node must be defined with -numa "
                            "node,nodeid=ID before it's used with -numa cpu,node-id=ID",
                            (int)node);
    }
    for (uint32_t i = 0; i < numa->topology->maximum; i++) {
        if (!cpu_matches(numa->topology, i, places)) {
            continue;
        }
        found = true;
        numa->has_cpus = true;
        if (!cpu_assign(numa, i, (uint8_t)node, error)) {
            return false;
        }
    }
    return found || hw_error_set(error, "no match found");
}

/* ----------------------------------------------------------------------- nodes */

static bool node_number(const ObNuma *numa, const char *text, int64_t *number, HwError *error)
{
    *number = numa->count;
    if (!text && numa->count == OB_NUMA_NODES) {
        return hw_error_set(error, "more than %d nodes", OB_NUMA_NODES);
    }
    if (text && !ob_integer_parse("nodeid", text, 0, OB_NUMA_NODES - 1, number, error)) {
        return false;
    }
    return !numa->nodes[*number].present ||
           hw_error_set(error, "Duplicate NUMA nodeid: %d", (int)*number);
}

static bool initiator_take(const ObNuma *numa, const ObKeyval *keyval, int64_t *initiator,
                           HwError *error)
{
    *initiator = OB_NUMA_NODES;
    if (!ob_keyval_get(keyval, "initiator")) {
        return true;
    }
    return numa->hmat ? ob_numa_number(keyval, "initiator", OB_NUMA_NODES - 1, initiator, error)
                      : hw_error_set(error, HMAT_IS_OFF);
}

static bool node_take(ObNuma *numa, const ObKeyval *keyval, HwError *error)
{
    int64_t number, initiator;

    if (!node_number(numa, ob_keyval_get(keyval, "nodeid"), &number, error) ||
        !initiator_take(numa, keyval, &initiator, error)) {
        return false;
    }
    if (ob_keyval_get(keyval, "mem")) {
        return hw_error_set(error, "mem: machines from 5.1 on do not have it, expected memdev=");
    }
    numa->nodes[number].initiator = (uint32_t)initiator;
    for (uint32_t i = 0; i < keyval->count; i++) {
        const ObOption *option = &keyval->options[i];

        if (!strcmp(option->key, "cpus") &&
            !cpus_take(numa, (uint8_t)number, option->value, error)) {
            return false;
        }
    }
    numa->nodes[number].present = true;
    numa->nodes[number].memdev = g_strdup(ob_keyval_get(keyval, "memdev"));
    numa->count++;
    return true;
}

static bool distance_take(ObNuma *numa, const ObKeyval *keyval, HwError *error)
{
    int64_t from, to, value;

    if (!ob_numa_number(keyval, "src", OB_NUMA_NODES - 1, &from, error) ||
        !ob_numa_number(keyval, "dst", OB_NUMA_NODES - 1, &to, error)) {
        return false;
    }
    if (!ob_keyval_get(keyval, "val")) {
        return hw_error_set(error, "val= is missing");
    }
    if (!ob_integer_parse("val", ob_keyval_get(keyval, "val"), DISTANCE_LOCAL, UINT8_MAX, &value,
                          error)) {
        return false;
    }
    if (!numa->nodes[from].present || !numa->nodes[to].present) {
        return hw_error_set(error, "Source/Destination NUMA node is missing. Please use '-numa "
                                   "node' option to declare it first.");
    }
    if (from == to && value != DISTANCE_LOCAL) {
        return hw_error_set(error, "Local distance of node %d should be 10.", (int)from);
    }
    numa->distances[from][to] = (uint8_t)value;
    numa->has_distances = true;
    return true;
}

/* ----------------------------------------------------------------------- types */

#define KEYS(...) ((const char *const[]) { "type", __VA_ARGS__, NULL })

static const struct {
    const char *name;
    const char *const *keys;
    bool needs_hmat;
    bool (*take)(ObNuma *numa, const ObKeyval *keyval, HwError *error);
} types[] = {
    { "node", KEYS("nodeid", "cpus", "mem", "memdev", "initiator"), false, node_take },
    { "dist", KEYS("src", "dst", "val"), false, distance_take },
    { "cpu", KEYS("node-id", "socket-id", "die-id", "cluster-id", "core-id", "thread-id"), false,
      cpu_take },
    { "hmat-lb", KEYS("initiator", "target", "hierarchy", "data-type", "latency", "bandwidth"),
      true, ob_numa_take_hmat_table },
    { "hmat-cache", KEYS("node-id", "size", "level", "associativity", "policy", "line"), true,
      ob_numa_take_hmat_cache },
};

static int type_of(const ObKeyval *keyval)
{
    const char *name = ob_keyval_get(keyval, "type");

    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (g_strcmp0(name, types[i].name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

bool ob_numa_check(const ObKeyval *keyval, HwError *error)
{
    const char *name = ob_keyval_get(keyval, "type");
    int type = type_of(keyval);

    return type >= 0 ? ob_keyval_check(keyval, types[type].keys, error)
                     : hw_error_set(error,
                                    "type: invalid value '%s': expected node, dist, cpu, hmat-lb "
                                    "or hmat-cache",
                                    name ? name : "");
}

bool ob_numa_take(ObNuma *numa, const ObKeyval *keyval, HwError *error)
{
    int type = type_of(keyval);

    if (!ob_numa_check(keyval, error)) {
        return false;
    }
    return types[type].needs_hmat && !numa->hmat ? hw_error_set(error, HMAT_IS_OFF)
                                                 : types[type].take(numa, keyval, error);
}

/* ----------------------------------------------------------------------- whole */

/* Each pair of nodes needs a distance in one direction, or there are none at all. */
static bool distances_complete(ObNuma *numa, HwError *error)
{
    for (uint32_t from = 0; from < numa->count; from++) {
        for (uint32_t to = 0; to < numa->count; to++) {
            uint8_t *distance = &numa->distances[from][to];

            if (from == to) {
                *distance = DISTANCE_LOCAL;
            } else if (!*distance && !numa->distances[to][from]) {
                return hw_error_set(error, "the distance between nodes %u and %u is missing", from,
                                    to);
            } else if (!*distance) {
                *distance = numa->distances[to][from];
            }
        }
    }
    return true;
}

/* A CPU without a node goes to node 0, if any other CPU has one. */
static bool cpus_complete(ObNuma *numa, HwError *error)
{
    for (uint32_t i = 0; i < numa->topology->maximum; i++) {
        uint32_t socket = ob_topology_place(numa->topology, i, OB_CPU_SOCKET);
        uint32_t node = numa->has_cpus ? 0 : socket % numa->count;

        if (numa->cpu_nodes[i] == OB_NUMA_NO_NODE && !cpu_assign(numa, i, (uint8_t)node, error)) {
            return false;
        }
    }
    return true;
}

static bool initiators_check(const ObNuma *numa, HwError *error)
{
    for (uint32_t i = 0; numa->hmat && i < numa->count; i++) {
        uint32_t initiator = numa->nodes[i].initiator;

        if (initiator < OB_NUMA_NODES && !numa->nodes[initiator].present) {
            return hw_error_set(error,
                                "NUMA node %u is missing, use '-numa node' option to "
                                "declare it first",
                                initiator);
        }
        if (initiator < OB_NUMA_NODES && !numa->nodes[initiator].has_cpu) {
            return hw_error_set(error, "The initiator of NUMA node %u is invalid", i);
        }
    }
    return true;
}

bool ob_numa_complete(ObNuma *numa, HwError *error)
{
    if (numa->is_complete || !numa->count) {
        return true;
    }
    for (uint32_t i = 0; i < numa->count; i++) {
        if (!numa->nodes[i].present) {
            return hw_error_set(error, "node ID missing: %u", i);
        }
    }
    numa->is_complete = cpus_complete(numa, error) && initiators_check(numa, error) &&
                        (!numa->has_distances || distances_complete(numa, error));
    return numa->is_complete;
}
