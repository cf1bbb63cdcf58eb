/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CPUs and NUMA nodes: -machine smp.*, -numa cpu, HMAT's rules, and set-numa-node before
 * x-exit-preconfig. */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/options/numa.h"
#include "qtest/tests/host/qmp-peer.h"

#define TOPOLOGY "smp.cpus=8,smp.sockets=2,smp.cores=2,smp.threads=2"
#define HMAT                                                                        \
    "ACPI Heterogeneous Memory Attribute Table (HMAT) is disabled, enable it with " \
    "-machine hmat=on"

/* --------------------------------------------------------------------- options */

static ObOptions *options_new(const char *program, const char *line, HwError *error)
{
    g_autofree char *whole = g_strdup_printf("outboard-system-%s %s", program, line);
    g_auto(GStrv) words = g_strsplit(whole, " ", 0);

    return ob_options_new((int)g_strv_length(words), words, error);
}

static void nodes_expect(const char *program, const char *line, const char *expected)
{
    g_autoptr(GString) nodes = g_string_new(NULL);
    HW_ERROR(error, 512);
    ObOptions *options = options_new(program, line, &error);

    g_assert_cmpstr(error.text, ==, "");
    for (uint32_t i = 0; i < options->topology.maximum; i++) {
        g_string_append_printf(nodes, "%u", options->numa->cpu_nodes[i]);
    }
    g_assert_cmpstr(nodes->str, ==, expected);
    ob_options_free(options);
}

static void test_nodes_go_round_the_sockets(void)
{
    nodes_expect("x86_64", "-smp 8,sockets=8 -numa node -numa node", "01010101");
    nodes_expect("x86_64", "-smp 8,sockets=4 -numa node -numa node", "00110011");
    nodes_expect("x86_64", "-smp 8 -numa node -numa node", "00000000");
    nodes_expect("aarch64", "-smp 4,sockets=2,clusters=2 -numa node -numa node", "0011");
}

static void test_cpus_by_place(void)
{
    nodes_expect("x86_64",
                 "-numa node -numa node -numa cpu,node-id=1,socket-id=0 "
                 "-numa cpu,node-id=0,socket-id=1,core-id=0 "
                 "-numa cpu,node-id=1,socket-id=1,core-id=1,thread-id=1 -machine " TOPOLOGY,
                 "11110001");
    nodes_expect("aarch64",
                 "-smp 2,sockets=2 -numa node -numa node "
                 "-numa cpu,node-id=0,socket-id=1,cluster-id=0,core-id=0,thread-id=0 "
                 "-numa cpu,node-id=1,socket-id=0,cluster-id=0",
                 "10");
}

/* Each use adds keys, and the last value wins. */
static void test_topology_of_several_options(void)
{
    HW_ERROR(error, 512);
    ObOptions *options = options_new("x86_64",
                                     "-machine smp.cpus=8 -smp sockets=4 -M smp.threads=2", &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_cmpuint(options->topology.counts[OB_CPU_SOCKET], ==, 4);
    g_assert_cmpuint(options->topology.counts[OB_CPU_CORE], ==, 1);
    g_assert_cmpuint(options->topology.counts[OB_CPU_THREAD], ==, 2);
    g_assert_cmpuint(ob_topology_apic_id(&options->topology, 7), ==, 7);
    ob_options_free(options);
}

static void test_apic_ids_have_bits_for_each_level(void)
{
    ObTopology topology = { 6, 6, { 2, 1, 1, 3, 1 }, false };

    g_assert_cmpuint(ob_topology_apic_id(&topology, 2), ==, 2);
    g_assert_cmpuint(ob_topology_apic_id(&topology, 3), ==, 4);
    g_assert_cmpuint(ob_topology_apic_id(&topology, 5), ==, 6);
}

/* -------------------------------------------------------------------- refusals */

typedef struct Refusal {
    const char *name;
    const char *line; /* behind two nodes, of which node 0 has the CPU, with hmat=on */
    const char *sentence;
} Refusal;

#define LB      "-numa hmat-lb,initiator=0,target=1,hierarchy=memory,"
#define LATENCY LB "data-type=access-latency,latency="
#define SPEED   LB "data-type=access-bandwidth,bandwidth="
#define READY   LATENCY "1 " SPEED "1M "
#define CACHE   "-numa hmat-cache,node-id=1,associativity=direct,policy=write-back,line=8,"

/* clang-format off */
static const Refusal refusals[] = {
    { "smp-empty", "-machine smp.cpus=", "-machine: cpus: invalid value '': expected 1 to 4096" },
    { "smp-unknown", "-machine smp.cpu=1",
      "-machine: unknown property 'cpu', did you mean 'cpus'?" },
    { "smp-contradiction", "-machine smp.cpus=2,smp.sockets=2,smp.cores=2",
      "-machine: maxcpus: 2 does not fit, sockets * dies * clusters * cores * threads make 4" },
    { "cpu-without-node", "-numa cpu,socket-id=0", "-numa: node-id= is missing" },
    { "cpu-of-an-unknown-node", "-numa cpu,node-id=2,socket-id=0", "-numa: Invalid node-id=2, NUMA "
      "node must be defined with -numa node,nodeid=ID before it's used with -numa cpu,node-id=ID" },
    { "cpu-huge", "-numa cpu,node-id=0,core-id=99999999999999999999",
      "-numa: core-id: invalid value '99999999999999999999': expected 0 to 9223372036854775807" },
    { "cpu-outside", "-numa cpu,node-id=0,socket-id=7", "-numa: no match found" },
    { "cpu-in-two-nodes", "-numa cpu,node-id=1,socket-id=0",
      "-numa: CPU 0 is already assigned to node-id: 0" },
    { "cpu-level-of-arm", "-numa cpu,node-id=0,cluster-id=0",
      "-numa: cluster-id is not supported" },
    { "initiator-huge", "-numa node,initiator=128",
      "-numa: initiator: invalid value '128': expected 0 to 127" },
    { "initiator-missing", "-numa node,initiator=5",
      "-numa: NUMA node 5 is missing, use '-numa node' option to declare it first" },
    { "initiator-without-cpu", "-numa node,initiator=1",
      "-numa: The initiator of NUMA node 2 is invalid" },
    { "initiator-of-a-cpu", "-smp 2 -numa node,initiator=0,cpus=1",
      "-numa: The initiator of CPU NUMA node 2 should be itself (got 0)" },
    { "table-empty", "-numa hmat-lb", "-numa: initiator= is missing" },
    { "table-initiator", "-numa hmat-lb,initiator=1,target=0",
      "-numa: Invalid initiator=1, it isn't an initiator proximity domain" },
    { "table-target", "-numa hmat-lb,initiator=0,target=2",
      "-numa: The target=2 should point to an existing node" },
    { "table-hierarchy", "-numa hmat-lb,initiator=0,target=0,hierarchy=fast",
      "-numa: hierarchy: invalid value 'fast': expected one of: memory first-level second-level "
      "third-level" },
    { "table-without-latency", LB "data-type=read-latency", "-numa: Missing 'latency' option" },
    { "table-without-bandwidth", LB "data-type=read-bandwidth,latency=5",
      "-numa: Missing 'bandwidth' option" },
    { "table-with-both", LATENCY "5,bandwidth=1M",
      "-numa: Invalid option 'bandwidth' since the data type is latency" },
    { "table-bandwidth-unaligned", SPEED "1048575",
      "-numa: Bandwidth 1048575 should be 1MB aligned" },
    { "table-twice", LATENCY "5 " LATENCY "5",
      "-numa: Duplicate configuration of the latency for initiator=0 and target=1" },
    { "table-latencies-too-far", LATENCY "1 -numa hmat-lb,initiator=0,target=0,hierarchy=memory,"
      "data-type=access-latency,latency=65535", "-numa: Latency 65535 between initiator=0 and "
      "target=0 should not differ from previously entered values on more than 65534" },
    { "table-bandwidths-too-far", SPEED "1M -numa hmat-lb,initiator=0,target=0,hierarchy=memory,"
      "data-type=access-bandwidth,bandwidth=65535M", "-numa: Bandwidth 68718428160 between "
      "initiator=0 and target=0 should not differ from previously entered values on more than 65534" },
    { "cache-before-its-table", CACHE "size=10K,level=1", "-numa: The latency and bandwidth "
      "information of node-id=1 should be provided before memory side cache attributes" },
    { "cache-of-an-unknown-node", READY "-numa hmat-cache,node-id=2,associativity=none,policy=none,"
      "line=0,size=1,level=1", "-numa: Invalid node-id=2, it should be less than 2" },
    { "cache-level", READY CACHE "size=10K,level=4", "-numa: Invalid level=4, it should be larger "
      "than 0 and less than or equal to 3" },
    { "cache-twice", READY CACHE "size=10K,level=1 " CACHE "size=10K,level=1",
      "-numa: Duplicate configuration of the side cache for node-id=1 and level=1" },
    { "cache-without-the-level-below", READY CACHE "size=10K,level=2",
      "-numa: Cache level=1 shall be defined first" },
    { "cache-smaller-than-below", READY CACHE "size=10K,level=1 " CACHE "size=10K,level=2",
      "-numa: Invalid size=10240, the size of level=2 should be larger than the size(10240) of "
      "level=1" },
    { "cache-without-size", READY CACHE "level=1", "-numa: size= is missing" },
};
/* clang-format on */

static void test_refusal(gconstpointer opaque)
{
    const Refusal *refusal = opaque;
    g_autofree char *line = g_strconcat("-machine hmat=on -numa node,cpus=0 -numa node ",
                                        refusal->line, NULL);
    HW_ERROR(error, 512);

    g_assert_null(options_new("x86_64", line, &error));
    g_assert_cmpstr(error.text, ==, refusal->sentence);
}

static void test_hmat_is_off(void)
{
    HW_ERROR(error, 512);

    g_assert_null(options_new("x86_64", "-numa node,initiator=0", &error));
    g_assert_cmpstr(error.text, ==, "-numa: " HMAT);
    g_assert_null(options_new("x86_64", "-numa node " LATENCY "1", &error));
    g_assert_cmpstr(error.text, ==, "-numa: " HMAT);
}

/* ------------------------------------------------------------------------- QMP */

#define TWO_BACKENDS \
    "-object memory-backend-ram,size=64M,id=a -object memory-backend-ram,size=64M,id=b"

static void set_up(Qmp *f, gconstpointer data)
{
    g_auto(GStrv) words = g_strsplit(data, " ", 0);

    qmp_set_up_with(f, (const char *const *)words);
    negotiate(f);
}

static void done(Qmp *f, const char *text)
{
    say(f, text);
    hear(f, "{\"return\": {}}");
}

/* The RAM is the nodes' from here on, and the firmware gets the tables. */
static void test_nodes_before_the_start(Qmp *f, gconstpointer data)
{
    (void)data;
    done(f, EXECUTE("set-numa-node", "\"type\": \"node\", \"nodeid\": 0, \"memdev\": \"a\", "
                                     "\"cpus\": [1]"));
    done(f, EXECUTE("set-numa-node", "\"type\": \"node\", \"nodeid\": 1, \"memdev\": \"b\""));
    done(f, EXECUTE("set-numa-node", "\"type\": \"cpu\", \"node-id\": 1, \"socket-id\": 0"));
    say(f, "{\"execute\": \"x-exit-preconfig\"}");
    hear(f, "{\"event\": \"RESUME\"}");
    hear(f, "{\"return\": {}}");
    say(f, "{\"execute\": \"query-hotpluggable-cpus\"}");
    hear(f, "{\"return\": [{\"type\": \"qemu64-x86_64-cpu\", \"vcpus-count\": 1, \"props\": "
            "{\"socket-id\": 1, \"core-id\": 0, \"thread-id\": 0, \"node-id\": 0}, \"qom-path\": "
            "\"/machine/unattached/device[1]\"}, {\"type\": \"qemu64-x86_64-cpu\", "
            "\"vcpus-count\": 1, \"props\": {\"socket-id\": 0, \"core-id\": 0, \"thread-id\": 0, "
            "\"node-id\": 1}, \"qom-path\": \"/machine/unattached/device[0]\"}]}");
    say(f, EXECUTE("human-monitor-command", "\"command-line\": \"info numa\""));
    hear(f, "{\"return\": \"2 nodes\\r\\nnode 0 cpus: 1\\r\\nnode 0 size: 64 MB\\r\\nnode 0 "
            "plugged: 0 MB\\r\\nnode 1 cpus: 0\\r\\nnode 1 size: 64 MB\\r\\nnode 1 plugged: 0 "
            "MB\\r\\n\"}");
    say(f, EXECUTE("object-del", "\"id\": \"b\""));
    hear_error(f, "GenericError", "object 'b' is in use, can not be deleted");
    ob_host_store(f->system.host, HW_SPACE_MEMORY, (64 << 20) - 4, UINT64_C(0x1122334455667788), 8);
    g_assert_cmphex(ob_host_load(f->system.host, HW_SPACE_MEMORY, 64 << 20, 4), ==, 0x11223344);
}

static void test_nodes_refused_by_qmp(Qmp *f, gconstpointer data)
{
    (void)data;
    say(f, EXECUTE("set-numa-node", "\"type\": \"node\", \"memdev\": \"c\""));
    hear_error(f, "GenericError", "memdev=c is ambiguous");
    say(f, EXECUTE("set-numa-node", "\"type\": \"knot\""));
    hear_error(f, "GenericError",
               "type: invalid value 'knot': expected node, dist, cpu, hmat-lb or hmat-cache");
    done(f, EXECUTE("set-numa-node", "\"type\": \"node\", \"memdev\": \"a\""));
    say(f, "{\"execute\": \"x-exit-preconfig\"}");
    hear_error(f, "GenericError",
               "-numa: total memory for NUMA nodes (0x4000000) should equal RAM size (0x8000000)");
    done(f, EXECUTE("set-numa-node", "\"type\": \"node\", \"memdev\": \"b\""));
    done(f, "{\"execute\": \"x-exit-preconfig\"}");
    say(f, EXECUTE("set-numa-node", "\"type\": \"node\""));
    hear_error(f, "GenericError",
               "The command is permitted only before the machine has been created");
}

static void test_cpus_are_in_the_tree(Qmp *f, gconstpointer data)
{
    (void)data;
    say(f, EXECUTE("qom-get", "\"path\": \"/machine/unattached/device[1]\", \"property\": "
                              "\"core-id\""));
    hear(f, "{\"return\": 1}");
    say(f, EXECUTE("qom-list", "\"path\": \"/machine/unattached/device[2]\""));
    hear_error(f, "DeviceNotFound", "Device '/machine/unattached/device[2]' not found");
}

#define NUMA_QMP(path, options, function) \
    g_test_add("/numa/" path, Qmp, options, set_up, function, qmp_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/numa/cpus/nodes-go-round-the-sockets", test_nodes_go_round_the_sockets);
    g_test_add_func("/numa/cpus/by-place", test_cpus_by_place);
    g_test_add_func("/numa/topology/of-several-options", test_topology_of_several_options);
    g_test_add_func("/numa/topology/apic-ids", test_apic_ids_have_bits_for_each_level);
    g_test_add_func("/numa/hmat/is-off", test_hmat_is_off);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/numa/refused/", refusals[i].name, NULL);

        g_test_add_data_func(path, &refusals[i], test_refusal);
    }
    NUMA_QMP("qmp/nodes-before-the-start", "-preconfig -smp 2,sockets=2 " TWO_BACKENDS,
             test_nodes_before_the_start);
    NUMA_QMP("qmp/refused", "-preconfig -S " TWO_BACKENDS, test_nodes_refused_by_qmp);
    NUMA_QMP("qmp/cpus-are-in-the-tree", "-smp 2", test_cpus_are_in_the_tree);
    return g_test_run();
}
