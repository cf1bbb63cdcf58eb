/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NUMA nodes as the firmware sees them: SRAT, SLIT, HMAT and fw_cfg's item, compared with those of a
 * stock QEMU that gets the same options. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/client/client.h"
#include "qtest/client/drivers/fw-cfg.h"

enum { KEY_NUMA = 0x0d, HEADER = 36, LENGTH = 4, NUMBERS = 64 };

/* clang-format off */
#define NODES \
    "-m 128 -object memory-backend-ram,id=a,size=32M -object memory-backend-ram,id=b,size=96M " \
    "-numa node,memdev=a -numa node,memdev=b -numa node "
/* clang-format on */

static ObClient *start(const char *program, const char *arguments)
{
    ObStart how = { .program = g_getenv(program), .arguments = arguments };
    HW_ERROR(error, 4096);
    ObClient *c;

    if (g_str_equal(program, "OB_QEMU")) {
        how.accelerator = "tcg";
    }
    c = ob_client_start(&how, &error);
    if (!c) {
        g_error("%s", error.text);
    }
    return c;
}

/* The whole file with all tables. */
static GByteArray *tables_read(ObClient *c)
{
    const ObFwCfgPort port = fw_cfg_of_pc(c);
    uint32_t size = 0;
    uint16_t key = fw_cfg_find(&port, "etc/acpi/tables", &size);
    GByteArray *tables = g_byte_array_new();

    g_assert_cmpuint(key, !=, 0);
    g_byte_array_set_size(tables, size);
    fw_cfg_select(&port, key);
    fw_cfg_read(&port, tables->data, size);
    return tables;
}

static const uint8_t *table_find(const GByteArray *tables, const char *signature)
{
    for (guint i = 0; i + HEADER <= tables->len; i++) {
        if (memcmp(tables->data + i, signature, 4) == 0) {
            return tables->data + i;
        }
    }
    g_test_message("%s is missing", signature);
    g_assert_not_reached();
}

static void table_compare(const GByteArray *ours, const GByteArray *theirs, const char *signature)
{
    const uint8_t *a = table_find(ours, signature);
    const uint8_t *b = table_find(theirs, signature);

    g_assert_cmpmem(a + HEADER, hw_load_le(a + LENGTH, 4) - HEADER, b + HEADER,
                    hw_load_le(b + LENGTH, 4) - HEADER);
    g_assert_cmpuint(a[8], ==, b[8]);
}

static void item_compare(ObClient *ours, ObClient *theirs)
{
    const ObFwCfgPort a = fw_cfg_of_pc(ours), b = fw_cfg_of_pc(theirs);
    uint8_t bytes[2][8 * NUMBERS];

    fw_cfg_select(&a, KEY_NUMA);
    fw_cfg_read(&a, bytes[0], sizeof(bytes[0]));
    fw_cfg_select(&b, KEY_NUMA);
    fw_cfg_read(&b, bytes[1], sizeof(bytes[1]));
    g_assert_cmpmem(bytes[0], sizeof(bytes[0]), bytes[1], sizeof(bytes[1]));
}

static void test_same(gconstpointer data)
{
    g_auto(GStrv) parts = g_strsplit(data, "|", 2); /* tables, options */
    g_auto(GStrv) names = g_strsplit(parts[0], " ", 0);
    ObClient *here = start("OB_PROGRAM", parts[1]), *there = start("OB_QEMU", parts[1]);
    GByteArray *ours = tables_read(here), *theirs = tables_read(there);

    for (char **name = names; *name; name++) {
        table_compare(ours, theirs, *name);
    }
    item_compare(here, there);
    g_byte_array_unref(ours);
    g_byte_array_unref(theirs);
    ob_client_quit(here);
    ob_client_quit(there);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/numa-qemu/nodes-by-socket",
                         "SRAT|-M q35 -S -smp 6,sockets=3,cores=2 " NODES, test_same);
    g_test_add_data_func(
        "/numa-qemu/cpus-by-place",
        "SRAT SLIT|-M pc -S -smp 4,sockets=2 " NODES
        "-numa cpu,node-id=2,socket-id=0,core-id=1 -numa cpu,node-id=1,socket-id=1 "
        "-numa dist,src=0,dst=1,val=21 -numa dist,src=0,dst=2,val=31 "
        "-numa dist,src=1,dst=2,val=41",
        test_same);
    g_test_add_data_func(
        "/numa-qemu/hmat",
        "SRAT HMAT|-M q35,hmat=on -S -smp 2,sockets=2 -m 128 "
        "-object memory-backend-ram,id=a,size=32M -object memory-backend-ram,id=b,size=96M "
        "-numa node,memdev=a -numa node,memdev=b,initiator=0 -numa cpu,node-id=0,socket-id=0 "
        "-numa cpu,node-id=0,socket-id=1 "
        "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-latency,latency=10 "
        "-numa hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-latency,latency=250 "
        "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-bandwidth,"
        "bandwidth=400M "
        "-numa hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-bandwidth,"
        "bandwidth=100M "
        "-numa hmat-lb,initiator=0,target=1,hierarchy=second-level,data-type=write-latency,"
        "latency=0 "
        "-numa hmat-cache,node-id=0,size=10K,level=1,associativity=direct,policy=write-back,line=8 "
        "-numa hmat-cache,node-id=0,size=20K,level=2,associativity=complex,"
        "policy=write-through,line=64",
        test_same);
    return g_test_run();
}
