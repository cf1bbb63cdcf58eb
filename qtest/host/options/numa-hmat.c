/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -numa hmat-lb and hmat-cache: latencies, bandwidths and memory side caches, with QEMU's rules. */
#include "hw-api/device/error.h"
#include "qtest/host/options/numa.h"

#include <inttypes.h>
#include <string.h>

#define MIB       UINT64_C(0x100000)
#define ENTRY_MAX (UINT16_MAX - 1) /* the largest compressed value in HMAT */

/* In the order of HMAT's numbers. */
static const char *const levels[] = { "memory", "first-level", "second-level", "third-level",
                                      NULL };
static const char *const kinds[] = { "access-latency",
                                     "read-latency",
                                     "write-latency",
                                     "access-bandwidth",
                                     "read-bandwidth",
                                     "write-bandwidth",
                                     NULL };
static const char *const associativities[] = { "none", "direct", "complex", NULL };
static const char *const policies[] = { "none", "write-back", "write-through", NULL };

static bool choice_parse(const ObKeyval *keyval, const char *key, const char *const *names,
                         uint32_t *index, HwError *error)
{
    const char *value = ob_keyval_get(keyval, key);
    g_autofree char *list = g_strjoinv(" ", (char **)names);

    if (!value) {
        return hw_error_set(error, "%s= is missing", key);
    }
    for (*index = 0; names[*index]; (*index)++) {
        if (strcmp(names[*index], value) == 0) {
            return true;
        }
    }
    return hw_error_set(error, "%s: invalid value '%s': expected one of: %s", key, value, list);
}

/* ---------------------------------------------------------------------- tables */

/* The unit is the largest power of 10 that divides each latency. */
static bool latency_fits(const ObHmatTable *table, uint64_t value, ObHmatTable *next)
{
    uint64_t unit = 1;
    uint64_t base = table->base ? table->base : UINT64_MAX;

    *next = *table;
    next->base = base;
    if (!value) {
        return true;
    }
    for (uint64_t rest = value; rest % 10 == 0; rest /= 10) {
        unit *= 10;
    }
    next->base = MIN(base, unit);
    next->range = MAX(table->range, value / base);
    return next->range <= ENTRY_MAX;
}

/* The unit is the largest power of 2 that divides each bandwidth. */
static bool bandwidth_fits(const ObHmatTable *table, uint64_t value, ObHmatTable *next)
{
    uint64_t bits = table->range | value;

    *next = *table;
    next->base = table->base ? table->base : 1;
    if (!value) {
        return true;
    }
    next->base = bits & -bits;
    next->range = bits;
    return bits / next->base <= UINT16_MAX && value / next->base <= ENTRY_MAX;
}

static bool pair_is_new(const ObHmatTable *table, const ObHmatEntry *entry, const char *what,
                        HwError *error)
{
    for (guint i = 0; table->entries && i < table->entries->len; i++) {
        const ObHmatEntry *other = &g_array_index(table->entries, ObHmatEntry, i);

        if (other->initiator == entry->initiator && other->target == entry->target) {
            return hw_error_set(error,
                                "Duplicate configuration of the %s for initiator=%u and target=%u",
                                what, entry->initiator, entry->target);
        }
    }
    return true;
}

static bool nodes_take(const ObNuma *numa, const ObKeyval *keyval, ObHmatEntry *entry,
                       HwError *error)
{
    int64_t initiator, target;

    if (!ob_numa_number(keyval, "initiator", OB_NUMA_NODES - 1, &initiator, error) ||
        !ob_numa_number(keyval, "target", OB_NUMA_NODES - 1, &target, error)) {
        return false;
    }
    if (!numa->nodes[initiator].has_cpu) {
        return hw_error_set(error, "Invalid initiator=%d, it isn't an initiator proximity domain",
                            (int)initiator);
    }
    if (!numa->nodes[target].present) {
        return hw_error_set(error, "The target=%d should point to an existing node", (int)target);
    }
    *entry = (ObHmatEntry) { (uint32_t)initiator, (uint32_t)target, 0 };
    return true;
}

/* A latency is in nanoseconds, a bandwidth in bytes a second. */
static bool value_take(const ObKeyval *keyval, bool is_latency, uint64_t *value, HwError *error)
{
    const char *key = is_latency ? "latency" : "bandwidth";
    const char *other = is_latency ? "bandwidth" : "latency";
    const char *text = ob_keyval_get(keyval, key);
    int64_t number;

    if (!text) {
        return hw_error_set(error, "Missing '%s' option", key);
    }
    if (ob_keyval_get(keyval, other)) {
        return hw_error_set(error, "Invalid option '%s' since the data type is %s", other, key);
    }
    if (!is_latency) {
        return ob_size_parse(text, 1, value, error) &&
               (*value % MIB == 0 ||
                hw_error_set(error, "Bandwidth %" PRIu64 " should be 1MB aligned", *value));
    }
    if (!ob_integer_parse(key, text, 0, INT64_MAX, &number, error)) {
        return false;
    }
    *value = (uint64_t)number;
    return true;
}

bool ob_numa_take_hmat_table(ObNuma *numa, const ObKeyval *keyval, HwError *error)
{
    uint32_t level, kind;
    ObHmatEntry entry;
    ObHmatTable *table, next;
    bool is_latency;

    if (!nodes_take(numa, keyval, &entry, error) ||
        !choice_parse(keyval, "hierarchy", levels, &level, error) ||
        !choice_parse(keyval, "data-type", kinds, &kind, error)) {
        return false;
    }
    is_latency = kind < OB_HMAT_LATENCIES;
    table = &numa->tables[level][kind];
    if (!value_take(keyval, is_latency, &entry.value, error) ||
        !pair_is_new(table, &entry, is_latency ? "latency" : "bandwidth", error)) {
        return false;
    }
    if (!(is_latency ? latency_fits : bandwidth_fits)(table, entry.value, &next)) {
        return hw_error_set(error,
                            "%s %" PRIu64 " between initiator=%u and target=%u should not differ "
                            "from previously entered values on more than %d",
                            is_latency ? "Latency" : "Bandwidth", entry.value, entry.initiator,
                            entry.target, ENTRY_MAX);
    }
    *table = next;
    table->entries = table->entries ? table->entries
                                    : g_array_new(FALSE, FALSE, sizeof(ObHmatEntry));
    g_array_append_val(table->entries, entry);
    numa->nodes[entry.target].has_latency |= is_latency && entry.value;
    numa->nodes[entry.target].has_bandwidth |= !is_latency && entry.value;
    return true;
}

/* ---------------------------------------------------------------------- caches */

/* A cache is larger than the cache of the level below it. */
static bool size_check(const ObHmatCache *caches, int64_t level, uint64_t size, HwError *error)
{
    if (level > 1 && !caches[level - 1].present) {
        return hw_error_set(error, "Cache level=%d shall be defined first", (int)level - 1);
    }
    if (level > 1 && size <= caches[level - 1].size) {
        return hw_error_set(error,
                            "Invalid size=%" PRIu64 ", the size of level=%d should be larger than "
                            "the size(%" PRIu64 ") of level=%d",
                            size, (int)level, caches[level - 1].size, (int)level - 1);
    }
    return true;
}

static bool cache_parse(const ObKeyval *keyval, ObHmatCache *cache, HwError *error)
{
    const char *size = ob_keyval_get(keyval, "size");
    int64_t line;

    if (!size) {
        return hw_error_set(error, "size= is missing");
    }
    if (!ob_size_parse(size, 1, &cache->size, error) ||
        !choice_parse(keyval, "associativity", associativities, &cache->associativity, error) ||
        !choice_parse(keyval, "policy", policies, &cache->policy, error) ||
        !ob_numa_number(keyval, "line", UINT16_MAX, &line, error)) {
        return false;
    }
    cache->line = (uint32_t)line;
    cache->present = true;
    return true;
}

static bool cache_node_check(const ObNuma *numa, int64_t node, HwError *error)
{
    if (node >= numa->count) {
        return hw_error_set(error, "Invalid node-id=%d, it should be less than %u", (int)node,
                            numa->count);
    }
    return (numa->nodes[node].has_latency && numa->nodes[node].has_bandwidth) ||
           hw_error_set(error,
                        "The latency and bandwidth information of node-id=%d should be provided "
                        "before memory side cache attributes",
                        (int)node);
}

bool ob_numa_take_hmat_cache(ObNuma *numa, const ObKeyval *keyval, HwError *error)
{
    ObHmatCache cache = { 0 };
    int64_t node, level;

    if (!ob_numa_number(keyval, "node-id", OB_NUMA_NODES - 1, &node, error) ||
        !ob_numa_number(keyval, "level", UINT8_MAX, &level, error) ||
        !cache_parse(keyval, &cache, error) || !cache_node_check(numa, node, error)) {
        return false;
    }
    if (level < 1 || level >= OB_HMAT_LEVELS) {
        return hw_error_set(error,
                            "Invalid level=%d, it should be larger than 0 and less than or equal "
                            "to %d",
                            (int)level, OB_HMAT_LEVELS - 1);
    }
    if (numa->caches[node][level].present) {
        return hw_error_set(error,
                            "Duplicate configuration of the side cache for node-id=%d and level=%d",
                            (int)node, (int)level);
    }
    if (!size_check(numa->caches[node], level, cache.size, error)) {
        return false;
    }
    numa->caches[node][level] = cache;
    return true;
}
