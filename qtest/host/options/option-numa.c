/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -numa: nodes and distances, with QEMU's rules. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/numa.h"

#include <string.h>

enum { DISTANCE_LOCAL = 10 };

static ObNuma *numa_of(ObOptions *options)
{
    if (!options->numa) {
        options->numa = g_new0(ObNuma, 1);
        memset(options->numa->cpu_nodes, OB_NUMA_NO_NODE, sizeof(options->numa->cpu_nodes));
    }
    return options->numa;
}

/* "3" or "0-3". */
static bool cpus_take(ObNuma *numa, uint8_t node, const char *text, HwError *error)
{
    g_auto(GStrv) ends = g_strsplit(text, "-", 2);
    int64_t first, last;

    if (!ends[0] || !ob_integer_parse("cpus", ends[0], 0, OB_NUMA_CPUS - 1, &first, error) ||
        !ob_integer_parse("cpus", ends[1] ? ends[1] : ends[0], first, OB_NUMA_CPUS - 1, &last,
                          error)) {
        return ends[0] ? false : hw_error_set(error, "cpus: the range is empty");
    }
    for (int64_t i = first; i <= last; i++) {
        if (numa->cpu_nodes[i] != OB_NUMA_NO_NODE) {
            return hw_error_set(error, "cpus: CPU %d is in two nodes", (int)i);
        }
        numa->cpu_nodes[i] = node;
    }
    numa->has_cpus = true;
    return true;
}

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

static bool node_take(ObOptions *options, const ObKeyval *keyval, HwError *error)
{
    static const char *const keys[] = { "type", "nodeid", "cpus", "mem", "memdev", NULL };
    ObNuma *numa = numa_of(options);
    int64_t number;

    if (!ob_keyval_check(keyval, keys, error) ||
        !node_number(numa, ob_keyval_get(keyval, "nodeid"), &number, error)) {
        return false;
    }
    if (ob_keyval_get(keyval, "mem")) {
        return hw_error_set(error, "mem: machines from 5.1 on do not have it, expected memdev=");
    }
    numa->nodes[number] = (ObNumaNode) { true, ob_keyval_get(keyval, "memdev") };
    numa->count++;
    for (uint32_t i = 0; i < keyval->count; i++) {
        const ObOption *option = &keyval->options[i];

        if (!strcmp(option->key, "cpus") &&
            !cpus_take(numa, (uint8_t)number, option->value, error)) {
            return false;
        }
    }
    return true;
}

static bool distance_take(ObOptions *options, const ObKeyval *keyval, HwError *error)
{
    static const char *const keys[] = { "src", "dst", "val", "type", NULL };
    ObNuma *numa = numa_of(options);
    int64_t numbers[3];

    if (!ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        const char *text = ob_keyval_get(keyval, keys[i]);

        if (!text) {
            return hw_error_set(error, "%s= is missing", keys[i]);
        }
        if (!ob_integer_parse(keys[i], text, i == 2 ? DISTANCE_LOCAL : 0,
                              i == 2 ? UINT8_MAX : OB_NUMA_NODES - 1, &numbers[i], error)) {
            return false;
        }
    }
    if (!numa->nodes[numbers[0]].present || !numa->nodes[numbers[1]].present) {
        return hw_error_set(error, "Source/Destination NUMA node is missing. Please use '-numa "
                                   "node' option to declare it first.");
    }
    if (numbers[0] == numbers[1] && numbers[2] != DISTANCE_LOCAL) {
        return hw_error_set(error, "Local distance of node %d should be 10.", (int)numbers[0]);
    }
    numa->distances[numbers[0]][numbers[1]] = (uint8_t)numbers[2];
    numa->has_distances = true;
    return true;
}

bool ob_option_numa(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "type", error);
    const char *type = keyval ? ob_keyval_get(keyval, "type") : NULL;

    if (!keyval) {
        return false;
    }
    if (type && !strcmp(type, "node")) {
        return node_take(options, keyval, error);
    }
    if (type && !strcmp(type, "dist")) {
        return distance_take(options, keyval, error);
    }
    return hw_error_set(error, "type: invalid value '%s': expected node or dist", type ? type : "");
}

/* Each pair of nodes needs a distance in one direction, or there are none at all. */
static bool distances_complete(ObNuma *numa, HwError *error)
{
    for (uint32_t from = 0; from < numa->count; from++) {
        for (uint32_t to = 0; to < numa->count; to++) {
            uint8_t *distance = &numa->distances[from][to];

            if (from == to) {
                *distance = DISTANCE_LOCAL;
            } else if (!*distance && !numa->distances[to][from]) {
                return hw_error_set(error, "-numa: the distance between nodes %u and %u is missing",
                                    from, to);
            } else if (!*distance) {
                *distance = numa->distances[to][from];
            }
        }
    }
    return true;
}

bool ob_option_numa_end(ObOptions *options, HwError *error)
{
    ObNuma *numa = options->numa;
    uint32_t most = MAX(options->max_cpus, 1);

    for (uint32_t i = 0; numa && i < numa->count; i++) {
        if (!numa->nodes[i].present) {
            return hw_error_set(error, "-numa: node ID missing: %u", i);
        }
    }
    for (uint32_t i = most; numa && i < OB_NUMA_CPUS; i++) {
        if (numa->cpu_nodes[i] != OB_NUMA_NO_NODE) {
            return hw_error_set(error, "-numa: CPU index (%u) should be smaller than maxcpus (%u)",
                                i, most);
        }
    }
    return !numa || !numa->has_distances || distances_complete(numa, error);
}
