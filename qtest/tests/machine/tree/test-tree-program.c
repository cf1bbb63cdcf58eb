/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device tree that our program writes, as dtc reads it.  With OB_QEMU the nodes of a stock QEMU
 * are compared; else the tests are of our program alone.
 */
#include <stdlib.h>
#include <string.h>

#include "qtest/client/drivers/pci.h"
#include "qtest/tests/lib/golden.h"
#include "qtest/tests/lib/shell.h"

/* The tree as sorted text. */
static char *tree_of(const char *program, const char *machine, const char *devices)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *command = g_strdup_printf(
        "%s -accel %s -M virt%s,dumpdtb=dtb -m 128 -nodefaults -display none %s >log 2>&1 && "
        "dtc -q -s -I dtb -O dts dtb",
        g_getenv(program), strcmp(program, "OB_QEMU") ? "qtest" : "tcg", machine, devices);
    char *text = shell_output(scratch, command);

    ob_scratch_free(scratch);
    return text;
}

/* The text of a node below the root; the caller frees it. */
static char *node_of(const char *tree, const char *name)
{
    g_autofree char *head = g_strdup_printf("\n\t%s {\n", name);
    const char *start = strstr(tree, head);
    const char *end = start ? strstr(start, "\n\t};\n") : NULL;

    g_assert_nonnull(end);
    return g_strndup(start + 1, (gsize)(end - start));
}

/* ------------------------------------------------------------------ our program */

/* Devices with an interrupt line and without. */
static void test_devices_have_nodes(void)
{
    static const char *const names[] = {
        "tpm@c700000",         "serial@c800000",      "ps2@c900000",     "ps2@ca00000",
        "i2c@cb00000",         "i2c@cc00000",         "vmgenid@c000000", "vmclock@c001000",
        "virtio_mmio@cd00000", "framebuffer@ce00000",
    };
    g_autofree char *tree = tree_of(
        "OB_PROGRAM", "",
        "-device vmgenid,device-tree=on -device vmclock,device-tree=on -tpmdev libtpms,id=t "
        "-device tpm-crb-device,tpmdev=t,addr=0xc700000 "
        "-device ns16550a,device-tree=on,addr=0xc800000,irq-line=40 "
        "-device altera-ps2-keyboard,addr=0xc900000,irq-line=41 "
        "-device altera-ps2-mouse,addr=0xca00000 -device i2c-ocores,addr=0xcb00000,irq-line=42 "
        "-device i2c-ocores,addr=0xcc00000 -device virtio-net-mmio,addr=0xcd00000,irq-line=43 "
        "-device simple-framebuffer,addr=0xce00000");
    g_autoptr(GString) nodes = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *node = node_of(tree, names[i]);

        g_string_append(nodes, node);
    }
    golden_expect("tree-devices.txt", nodes->str);
}

/* Whole trees, as the program makes them from its options. */
static void test_whole_trees(void)
{
    static const struct {
        const char *file, *machine, *options;
    } rows[] = {
        { "tree-virt.dts", "", "" },
        { "tree-virt-low.dts", ",highmem=off,acpi=off", "-device edu" },
        { "tree-virt-nodes.dts", ",phandle-start=7",
          "-smp 4,clusters=2,maxcpus=8 -object memory-backend-ram,id=a,size=64M "
          "-object memory-backend-ram,id=b,size=64M -numa node,nodeid=0,memdev=a,cpus=0-3 "
          "-numa node,nodeid=1,memdev=b,cpus=4-7 -numa dist,src=0,dst=1,val=21" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *tree = tree_of("OB_PROGRAM", rows[i].machine, rows[i].options);

        golden_expect(rows[i].file, tree);
    }
}

static void test_user_numbers_the_nodes(void)
{
    g_autofree char *tree = tree_of("OB_PROGRAM", ",phandle-start=64", "");

    g_assert_nonnull(strstr(tree, "\n\tinterrupt-parent = <0x42>;\n"));
    g_assert_nonnull(strstr(tree, "\n\t\tphandle = <0x42>;\n"));
}

static void test_pc_is_refused(void)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *command = g_strdup_printf("%s -M q35,dumpdtb=dtb", g_getenv("OB_PC"));

    shell_assert_refused(scratch, command, "This machine doesn't have a FDT");
    ob_scratch_free(scratch);
}

static void test_missing_folder_is_refused(void)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *command = g_strdup_printf("%s -M virt,dumpdtb=none/dtb",
                                               g_getenv("OB_PROGRAM"));

    shell_assert_refused(scratch, command, "none/dtb");
    ob_scratch_free(scratch);
}

static ObClient *machine_start(const char *machine)
{
    const ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = machine };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static void test_qmp_writes_the_tree(void)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "dtb", NULL);
    ObClient *c = machine_start("-M virt -device vmgenid,device-tree=on");
    json_t *error = NULL;

    json_decref(ob_client_qmp(c, "dumpdtb", json_pack("{s:s}", "filename", path), &error));
    g_assert_null(error);
    shell_assert_says(scratch, "dtc -q -I dtb -O dts dtb", "microsoft,vmgenid");
    g_assert_null(ob_client_qmp(c, "dumpdtb", json_pack("{s:s}", "filename", "/none/dtb"), &error));
    g_assert_nonnull(error);
    json_decref(error);
    ob_client_quit(c);
    ob_scratch_free(scratch);
}

/* The host bridge's ids by ECAM at its lower place; no BAR answers above 4 GiB. */
static void test_pci_lies_below_4_gib(void)
{
    ObClient *c = machine_start("-M virt,highmem=off -device edu,addr=3");
    PciBus bus = pci_of_virt(c);
    PciBar bar;

    g_assert_cmphex(pci_config_read(&bus, 0, 0, 4), ==, 0);
    bus.ecam = 0x3f000000;
    g_assert_cmphex(pci_config_read(&bus, 0, 0, 4), ==, 0x00081b36);
    bar = pci_bar_map(&bus, PCI_ADDRESS(3, 0), 0);
    g_assert_cmphex(pci_bar_read(&bar, 0, 4), ==, 0x010000ed);
    g_assert_cmphex(pci_config_read(&bus, PCI_ON_BUS(15, 0, 0), 0, 4), ==, UINT32_MAX);
    g_assert_cmphex(pci_config_read(&bus, PCI_ON_BUS(16, 0, 0), 0, 4), ==, 0);
    ob_client_quit(c);
}

/* ------------------------------------------------------------------- beside QEMU */

static const char *const machines[] = { "", ",highmem=off", ",highmem-ecam=off",
                                        ",highmem-mmio=off", ",phandle-start=64" };

static void test_nodes_are_qemu_s(gconstpointer data)
{
    static const char *const names[] = { "pcie@10000000", "intc@8000000", "fw-cfg@9020000",
                                         "memory@40000000" };
    g_autofree char *ours = tree_of("OB_PROGRAM", data, "");
    g_autofree char *theirs = tree_of("OB_QEMU", data, "");

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *our_node = node_of(ours, names[i]);
        g_autofree char *their_node = node_of(theirs, names[i]);

        g_assert_cmpstr(our_node, ==, their_node);
    }
}

/* Our machine has flash only with an image. */
static void test_flash_is_qemu_s(void)
{
    g_autofree char *ours = tree_of("OB_PROGRAM", "", "-bios /etc/passwd");
    g_autofree char *theirs = tree_of("OB_QEMU", "", "");
    g_autofree char *our_node = node_of(ours, "flash@0");
    g_autofree char *their_node = node_of(theirs, "flash@0");

    g_assert_cmpstr(our_node, ==, their_node);
}

int main(int argc, char **argv)
{
    bool is_old = g_strcmp0(g_getenv("OB_RELEASE"), "7.2") == 0; /* no highmem-ecam and -mmio */

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; g_getenv("OB_QEMU") && i < (is_old ? 2 : G_N_ELEMENTS(machines)); i++) {
        g_autofree char *path = g_strdup_printf("/tree-qemu/nodes-are-the-same/virt%s",
                                                machines[i]);

        g_test_add_data_func(path, machines[i], test_nodes_are_qemu_s);
    }
    if (g_getenv("OB_QEMU")) {
        g_test_add_func("/tree-qemu/flash-is-the-same", test_flash_is_qemu_s);
    } else {
        g_test_add_func("/tree-program/devices-have-nodes", test_devices_have_nodes);
        g_test_add_func("/tree-program/whole-trees", test_whole_trees);
        g_test_add_func("/tree-program/user-numbers-the-nodes", test_user_numbers_the_nodes);
        g_test_add_func("/tree-program/pc-is-refused", test_pc_is_refused);
        g_test_add_func("/tree-program/missing-folder-is-refused", test_missing_folder_is_refused);
        g_test_add_func("/tree-program/qmp-writes-the-tree", test_qmp_writes_the_tree);
        g_test_add_func("/tree-program/pci-lies-below-4-gib", test_pci_lies_below_4_gib);
    }
    return g_test_run();
}
