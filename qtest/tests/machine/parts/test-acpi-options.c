/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ACPI tables that come from the command line, in a guest's view: -numa and -acpitable. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/host/io/loop.h"
#include "qtest/host/program.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/tests/lib/acpi-guest.h"

#define MIB      UINT64_C(0x100000)
#define VIRT_RAM UINT64_C(0x40000000)

typedef struct Guest {
    ObOptions *options;
    ObSystem system;
    ObClient *client;
    uint64_t ram;
} Guest;

static bool guest_make(Guest *g, const char *line, HwError *error)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 0);

    g->options = ob_options_new((int)g_strv_length(words), words, error);
    g->system.loop = ob_loop_new();
    return g->options && ob_system_init(&g->system, g->options, error);
}

static void guest_start(Guest *g, const char *line)
{
    HW_ERROR(error, 512);

    guest_make(g, line, &error);
    g_assert_cmpstr(error.text, ==, "");
    ob_firmware_boot(g->system.host, NULL, &error);
    g_assert_cmpstr(error.text, ==, "");
    g->ram = ob_host_machine(g->system.host)->ram_base;
    g->client = ob_client_in_process(g->system.host);
}

static void guest_end(Guest *g)
{
    if (g->client) {
        ob_client_quit(g->client);
    }
    ob_system_clear(&g->system);
    ob_options_free(g->options);
}

/* The table, which iasl can read. */
static GBytes *table(const Guest *g, const char *signature)
{
    GBytes *bytes = acpi_table(g->client, g->ram, signature);
    g_autofree char *text = NULL;

    g_assert_nonnull(bytes);
    text = acpi_decode(bytes);
    g_assert_null(strstr(text, "nvalid"));
    g_assert_null(strstr(text, "nknown"));
    return bytes;
}

/* -------------------------------------------------------------------------- NUMA */

/* An entry of SRAT for memory: node, base, size, flags. */
typedef struct Memory {
    uint64_t node, base, size, flags;
} Memory;

static void memory_expect(GBytes *srat, gsize place, const Memory *expected, size_t count)
{
    for (size_t i = 0; i < count; i++, place += 40) {
        g_assert_cmphex(ob_acpi_number(srat, place, 2), ==, 0x2801);
        g_assert_cmphex(ob_acpi_number(srat, place + 2, 4), ==, expected[i].node);
        g_assert_cmphex(ob_acpi_number(srat, place + 8, 8), ==, expected[i].base);
        g_assert_cmphex(ob_acpi_number(srat, place + 16, 8), ==, expected[i].size);
        g_assert_cmphex(ob_acpi_number(srat, place + 28, 4), ==, expected[i].flags);
    }
    g_assert_cmpuint(g_bytes_get_size(srat), ==, place);
}

/* The machine of QEMU's bios-tables-test "numamem", with four CPUs. */
static void test_pc(void)
{
    static const Memory memory[] = {
        { 1, 0, 0xa0000, 1 },
        { 1, MIB, 127 * MIB, 1 },
        { 0, 0, 0, 0 },
        { 0, 0, 0, 0 },
    };
    static const uint8_t nodes[] = { 0, 1, 0, 1 };
    Guest g = { 0 };
    GBytes *srat;

    guest_start(&g, "outboard-system-x86_64 -M pc -m 128 -smp 4,sockets=4 "
                    "-object memory-backend-ram,id=ram0,size=128M "
                    "-numa node -numa node,memdev=ram0");
    srat = table(&g, "SRAT");
    for (gsize i = 0; i < 4; i++) {
        g_assert_cmphex(ob_acpi_number(srat, 48 + 16 * i, 4), ==,
                        0x1000 | (uint64_t)nodes[i] << 16 | (uint64_t)i << 24);
        g_assert_cmphex(ob_acpi_number(srat, 52 + 16 * i, 4), ==, 1);
    }
    memory_expect(srat, 48 + 4 * 16, memory, G_N_ELEMENTS(memory));
    g_bytes_unref(srat);
    guest_end(&g);
}

/* RAM of two nodes on both sides of the hole below 4 GiB; each is a block of its own. */
static void test_hole(void)
{
    static const Memory memory[] = {
        { 0, 0, 0xa0000, 1 },
        { 0, MIB, 1023 * MIB, 1 },
        { 1, 1024 * MIB, 1024 * MIB, 1 },
        { 1, 4096 * MIB, 1024 * MIB, 1 },
    };
    Guest g = { 0 };
    GBytes *srat, *slit;

    guest_start(&g, "outboard-system-x86_64 -M q35 -m 3G -smp 2 "
                    "-object memory-backend-ram,id=a,size=1G "
                    "-object memory-backend-memfd,id=b,size=2G,reserve=off "
                    "-numa node,memdev=a,cpus=1 -numa node,memdev=b,cpus=0 "
                    "-numa dist,src=0,dst=1,val=21");
    srat = table(&g, "SRAT");
    g_assert_cmphex(ob_acpi_number(srat, 48, 4), ==, 0x00011000);
    g_assert_cmphex(ob_acpi_number(srat, 64, 4), ==, 0x01001000);
    memory_expect(srat, 48 + 2 * 16, memory, G_N_ELEMENTS(memory));
    slit = table(&g, "SLIT");
    g_assert_cmpuint(ob_acpi_number(slit, 36, 8), ==, 2);
    g_assert_cmphex(ob_acpi_number(slit, 44, 4), ==, 0x0a15150a);
    ob_host_store(g.system.host, HW_SPACE_MEMORY, 1024 * MIB - 4, UINT64_C(0x1122334455667788), 8);
    g_assert_cmphex(ob_host_load(g.system.host, HW_SPACE_MEMORY, 1024 * MIB - 4, 8), ==,
                    UINT64_C(0x1122334455667788));
    ob_host_store(g.system.host, HW_SPACE_MEMORY, 5119 * MIB, 0x5a, 1);
    g_assert_cmphex(ob_host_load(g.system.host, HW_SPACE_MEMORY, 5119 * MIB, 1), ==, 0x5a);
    g_bytes_unref(slit);
    g_bytes_unref(srat);
    guest_end(&g);
}

static void test_virt(void)
{
    static const Memory memory[] = {
        { 0, VIRT_RAM, 64 * MIB, 1 },
        { 2, VIRT_RAM + 64 * MIB, 64 * MIB, 1 },
    };
    Guest g = { 0 };
    GBytes *srat;

    guest_start(&g, "outboard-system-aarch64 -m 128 -smp 2,sockets=2 "
                    "-object memory-backend-ram,id=a,size=64M "
                    "-object memory-backend-ram,id=b,size=64M "
                    "-numa node,memdev=a -numa node -numa node,memdev=b,cpus=1");
    srat = table(&g, "SRAT");
    g_assert_cmphex(ob_acpi_number(srat, 48, 8), ==, 0x1203);
    g_assert_cmphex(ob_acpi_number(srat, 66, 8), ==, UINT64_C(0x0001000000021203));
    memory_expect(srat, 48 + 2 * 18, memory, G_N_ELEMENTS(memory));
    g_bytes_unref(srat);
    guest_end(&g);
}

/* ------------------------------------------------------------------------- maker */

static void maker_expect(const Guest *g, const char *signature, const char *table_id)
{
    GBytes *bytes = acpi_table(g->client, g->ram, signature);
    const uint8_t *header = g_bytes_get_data(bytes, NULL);

    g_assert_cmpmem(header + 10, 6, "ADA\0\0\0", 6);
    g_assert_cmpmem(header + 16, 8, table_id, 8);
    g_bytes_unref(bytes);
}

static void test_maker(void)
{
    Guest g = { 0 };

    guest_start(&g, "outboard-system-x86_64 -M q35,x-oem-id=ADA,x-oem-table-id=LACE "
                    "-object memory-backend-ram,id=a,size=128M -numa node,memdev=a");
    maker_expect(&g, "FACP", "LACE\0\0\0\0");
    maker_expect(&g, "SRAT", "LACE\0\0\0\0");
    guest_end(&g);
}

/* --------------------------------------------------------------------- acpitable */

static void test_table_of_data(void)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "acpi-table-XXXXXX", NULL);
    int fd = g_mkstemp(path);
    g_autofree char *line = g_strdup_printf(
        "outboard-system-x86_64 -M q35 -acpitable sig=OEM1,oem_id=ADA,rev=3,data=%s:%s", path,
        path);
    Guest g = { 0 };
    GBytes *bytes;

    g_assert_true(g_file_set_contents(path, "abcd", 4, NULL));
    guest_start(&g, line);
    bytes = acpi_table(g.client, g.ram, "OEM1");
    g_assert_cmpuint(g_bytes_get_size(bytes), ==, 44);
    g_assert_cmphex(ob_acpi_number(bytes, 8, 1), ==, 3);
    g_assert_cmphex(ob_acpi_number(bytes, 10, 4), ==, 0x00414441);
    g_assert_cmpmem((const char *)g_bytes_get_data(bytes, NULL) + 36, 8, "abcdabcd", 8);
    g_bytes_unref(bytes);
    guest_end(&g);
    close(fd);
    g_unlink(path);
}

/* ---------------------------------------------------------------------- refusals */

typedef struct Refusal {
    const char *name;
    const char *line;
    const char *sentence;
} Refusal;

static const Refusal refusals[] = {
    { "no-ram", "-M q35 -numa node",
      "-numa: total memory for NUMA nodes (0x0) should equal RAM size (0x8000000)" },
    { "other-size", "-M q35 -m 64 -object memory-backend-ram,id=a,size=1M -numa node,memdev=a",
      "-numa: total memory for NUMA nodes (0x100000) should equal RAM size (0x4000000)" },
    { "backend-twice",
      "-M q35 -object memory-backend-ram,id=a,size=64M -numa node,memdev=a -numa node,memdev=a",
      "-numa: memory backend a is used multiple times" },
    { "backend-unknown", "-M q35 -numa node,memdev=a",
      "-numa: memdev=a is ambiguous or not a memory backend" },
    { "backend-of-the-machine",
      "-M q35,memory-backend=a -object memory-backend-ram,id=a,size=128M -numa node,memdev=a",
      "'-machine memory-backend' and '-numa memdev' properties are mutually exclusive" },
    { "machine-none", "-M none -numa node", "-numa: NUMA is not supported by machine 'none'" },
};

static void test_refusal(gconstpointer opaque)
{
    const Refusal *refusal = opaque;
    g_autofree char *line = g_strconcat("outboard-system-x86_64 ", refusal->line, NULL);
    Guest g = { 0 };
    HW_ERROR(error, 512);

    g_assert_false(guest_make(&g, line, &error));
    g_assert_cmpstr(error.text, ==, refusal->sentence);
    guest_end(&g);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/acpi-options/maker", test_maker);
    g_test_add_func("/acpi-options/numa/pc", test_pc);
    g_test_add_func("/acpi-options/numa/hole-and-distances", test_hole);
    g_test_add_func("/acpi-options/numa/virt", test_virt);
    g_test_add_func("/acpi-options/table/of-data", test_table_of_data);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/acpi-options/numa/refused/", refusals[i].name, NULL);
        g_test_add_data_func(path, &refusals[i], test_refusal);
    }
    return g_test_run();
}
