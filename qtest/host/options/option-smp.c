/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -smp: the number of CPUs that firmware gets. */
#include "qtest/host/options/option-table.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/error.h"

#define PART_MAX 4096 /* limit of each number, so that products can't overflow */

typedef struct Topology {
    int64_t cpus; /* present at start */
    int64_t maximum;
    int64_t sockets; /* for each level, 0: as many as needed */
    int64_t dies;
    int64_t clusters;
    int64_t cores;
    int64_t threads;
} Topology;

/* The levels except sockets, cores and threads belong to one architecture. */
static const struct {
    const char *name;
    const char *architecture; /* NULL: each */
    size_t offset;
} smp_keys[] = {
    { "cpus", NULL, offsetof(Topology, cpus) },
    { "maxcpus", NULL, offsetof(Topology, maximum) },
    { "sockets", NULL, offsetof(Topology, sockets) },
    { "dies", "x86_64", offsetof(Topology, dies) },
    { "clusters", "aarch64", offsetof(Topology, clusters) },
    { "cores", NULL, offsetof(Topology, cores) },
    { "threads", NULL, offsetof(Topology, threads) },
};

static bool topology_read(const ObOptions *options, const ObKeyval *keyval, Topology *t,
                          HwError *error)
{
    const char *keys[G_N_ELEMENTS(smp_keys) + 1] = { NULL };
    uint32_t count = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(smp_keys); i++) {
        const char *value = ob_keyval_get(keyval, smp_keys[i].name);
        int64_t *number = (int64_t *)((char *)t + smp_keys[i].offset);

        if (smp_keys[i].architecture &&
            !g_str_equal(smp_keys[i].architecture, options->architecture)) {
            continue;
        }
        keys[count++] = smp_keys[i].name;
        if (value && !ob_integer_parse(smp_keys[i].name, value, 1, PART_MAX, number, error)) {
            return false;
        }
    }
    return ob_keyval_check(keyval, keys, error);
}

static void fill(int64_t *part, int64_t value)
{
    *part = *part ? *part : MAX(value, 1);
}

/* Fills in missing levels in the way of QEMU 6.2 and later: cores before sockets. */
static void topology_complete(Topology *t)
{
    int64_t wanted = t->maximum ? t->maximum : t->cpus;

    fill(&t->dies, 1);
    fill(&t->clusters, 1);
    if (wanted && t->cores && !t->sockets) {
        fill(&t->threads, 1);
        fill(&t->sockets, wanted / (t->dies * t->clusters * t->cores * t->threads));
    }
    fill(&t->sockets, 1);
    if (t->cores) {
        fill(&t->threads, wanted / (t->sockets * t->dies * t->clusters * t->cores));
    }
    fill(&t->threads, 1);
    fill(&t->cores, wanted / (t->sockets * t->dies * t->clusters * t->threads));
    fill(&t->maximum,
         t->cpus ? t->cpus : t->sockets * t->dies * t->clusters * t->cores * t->threads);
    fill(&t->cpus, t->maximum);
}

static bool topology_check(const Topology *t, HwError *error)
{
    int64_t product = t->sockets * t->dies * t->clusters * t->cores * t->threads;

    if (t->cpus > t->maximum) {
        return hw_error_set(error, "cpus: %" PRId64 " is more than maxcpus, %" PRId64, t->cpus,
                            t->maximum);
    }
    return product == t->maximum ||
           hw_error_set(error,
                        "maxcpus: %" PRId64 " does not fit, sockets * dies * clusters * "
                        "cores * threads make %" PRId64,
                        t->maximum, product);
}

static void topology_take(ObOptions *options, const Topology *t)
{
    ObTopology *to = &options->topology;

    *to = (ObTopology) {
        .cpus = (uint32_t)t->cpus,
        .maximum = (uint32_t)t->maximum,
        .counts = { [OB_CPU_SOCKET] = (uint32_t)t->sockets,
                    [OB_CPU_DIE] = (uint32_t)t->dies,
                    [OB_CPU_CLUSTER] = (uint32_t)t->clusters,
                    [OB_CPU_CORE] = (uint32_t)t->cores,
                    [OB_CPU_THREAD] = (uint32_t)t->threads },
        .is_arm = to->is_arm,
    };
    options->boot.cpus = (uint16_t)t->cpus;
    options->boot.cpu_limit = (uint16_t)(ob_topology_apic_id(to, to->maximum - 1) + 1);
    options->max_cpus = (uint16_t)t->maximum;
}

static bool smp_apply(ObOptions *options, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, options->smp->str, "cpus", error);
    Topology t = { 0 };

    if (!keyval || !topology_read(options, keyval, &t, error)) {
        return false;
    }
    topology_complete(&t);
    if (!topology_check(&t, error)) {
        return false;
    }
    topology_take(options, &t);
    return true;
}

/* Each use adds to the earlier ones, and a later value wins, the same as in QEMU. */
static void smp_append(ObOptions *options, const char *key, const char *value)
{
    g_auto(GStrv) parts = g_strsplit(value, ",", 0);
    g_autofree char *escaped = g_strjoinv(",,", parts);

    g_string_append_printf(options->smp, "%s%s=%s", options->smp->len ? "," : "", key, escaped);
}

bool ob_option_smp(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "cpus", error);

    if (!keyval) {
        return false;
    }
    for (uint32_t i = 0; i < keyval->count; i++) {
        smp_append(options, keyval->options[i].key, keyval->options[i].value);
    }
    return smp_apply(options, error);
}

bool ob_option_smp_of_machine(ObOptions *options, const ObKeyval *machine, HwError *error)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < machine->count; i++) {
        const ObOption *option = &machine->options[i];

        if (g_str_has_prefix(option->key, OB_SMP_PREFIX)) {
            smp_append(options, option->key + strlen(OB_SMP_PREFIX), option->value);
            found++;
        }
    }
    return !found || smp_apply(options, error);
}
