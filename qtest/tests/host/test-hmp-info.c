/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The monitor's info about a machine, in QEMU 7.2's words for one with the same parts. */
#include <string.h>
#include <unistd.h>

#include "qtest/host/io/loop.h"
#include "qtest/host/qmp/hmp.h"
#include "qtest/tests/host/qmp-peer.h"

/* Without the lines' returns; THREAD stands for the thread's number. */
typedef struct Row {
    const char *name;
    const char *options;
    const char *line;
    const char *answer;
} Row;

/* clang-format off */
static const Row rows[] = {
    { "pci/functions-and-bridges", "-machine q35 -device edu,id=e -device pcie-root-port,id=r",
      "info pci",
      "  Bus  0, device   0, function 0:\n"
      "    Host bridge: PCI device 8086:29c0\n"
      "      PCI subsystem 1af4:1100\n"
      "      id \"\"\n"
      "  Bus  0, device   1, function 0:\n"
      "    Class 0255: PCI device 1234:11e8\n"
      "      PCI subsystem 1af4:1100\n"
      "      IRQ 0, pin A\n"
      "      BAR0: 32 bit memory (not mapped)\n"
      "      id \"e\"\n"
      "  Bus  0, device   2, function 0:\n"
      "    PCI bridge: PCI device 1b36:000c\n"
      "      IRQ 0, pin A\n"
      "      BUS 0.\n"
      "      secondary bus 0.\n"
      "      subordinate bus 0.\n"
      "      IO range [0xf000, 0x0fff]\n"
      "      memory range [0xfff00000, 0x000fffff]\n"
      "      prefetchable memory range [0xfff00000, 0x000fffff]\n"
      "      BAR0: 32 bit memory (not mapped)\n"
      "      id \"r\"\n"
      "  Bus  0, device  31, function 0:\n"
      "    ISA bridge: PCI device 8086:2918\n"
      "      PCI subsystem 1af4:1100\n"
      "      id \"\"\n" },
    { "pci/without-a-bus", "-machine none", "info pci", "" },
    { "memdev", "-object memory-backend-ram,id=m,size=128M,share=on -machine memory-backend=m",
      "info memdev",
      "memory backend: m\n"
      "  size:  134217728\n"
      "  merge: true\n"
      "  dump: true\n"
      "  prealloc: false\n"
      "  share: true\n"
      "  reserve: true\n"
      "  policy: default\n"
      "  host nodes: \n\n" },
    { "hotpluggable-cpus", "-smp 1,maxcpus=2", "info hotpluggable-cpus",
      "Hotpluggable CPUs:\n"
      "  type: \"qemu64-x86_64-cpu\"\n"
      "  vcpus_count: \"1\"\n"
      "  CPUInstance Properties:\n"
      "    socket-id: \"0\"\n"
      "    core-id: \"1\"\n"
      "    thread-id: \"0\"\n"
      "  type: \"qemu64-x86_64-cpu\"\n"
      "  vcpus_count: \"1\"\n"
      "  qom_path: \"/machine/unattached/device[0]\"\n"
      "  CPUInstance Properties:\n"
      "    socket-id: \"0\"\n"
      "    core-id: \"0\"\n"
      "    thread-id: \"0\"\n" },
    { "hotpluggable-cpus/of-no-pc", "-machine none", "info hotpluggable-cpus",
      "Error: machine does not support hot-plugging CPUs\n" },
    { "iothreads", "-object iothread,id=io,poll-grow=2", "info iothreads",
      "io:\n"
      "  thread_id=THREAD\n"
      "  poll-max-ns=32768\n"
      "  poll-grow=2\n"
      "  poll-shrink=0\n"
      "  aio-max-batch=0\n" },
    { "balloon", "-S", "info balloon", "Error: No balloon device has been activated\n" },
    { "dump", "-S", "info dump", "Status: none\n" },
    { "replay", "-S", "info replay", "Record/replay is not active\n" },
    { "block-jobs", "-S", "info block-jobs", "No active jobs\n" },
    { "memory-devices", "-S", "info memory-devices", "" },
    { "snapshots", "-S", "info snapshots", "no block device can store vmstate for snapshot\n" },
};
/* clang-format on */

static void set_up(Qmp *f, gconstpointer data)
{
    const Row *row = data;
    g_auto(GStrv) words = g_strsplit(row->options, " ", 0);

    qmp_set_up_with(f, (const char *const *)words);
}

static char *in_place_of(const char *text, const char *part, const char *other)
{
    g_auto(GStrv) parts = g_strsplit(text, part, -1);

    return g_strjoinv(other, parts);
}

static void test_row(Qmp *f, gconstpointer data)
{
    const Row *row = data;
    g_autofree char *thread = g_strdup_printf("%d", (int)getpid());
    g_autofree char *expected = in_place_of(row->answer, "THREAD", thread);
    g_autofree char *text = ob_hmp_execute(&f->system, row->line);
    g_autofree char *plain = in_place_of(text, "\r\n", "\n");

    g_assert_cmpstr(plain, ==, expected);
}

/* -------------------------------------------------------------------------- changes */

static void answers(Qmp *f, const char *line, const char *expected)
{
    g_autofree char *text = ob_hmp_execute(&f->system, line);

    g_assert_cmpstr(text, ==, expected);
}

static void test_objects(Qmp *f, gconstpointer data)
{
    (void)data;
    answers(f, "object_add iothread,id=q", "");
    answers(f, "object_add iothread,id=q",
            "Error: attempt to add duplicate property 'q' to object (type 'container')\r\n");
    answers(f, "object_add foo,id=p", "Error: unknown type 'foo', see -object help\r\n");
    answers(f, "object_add =", "Error: a property has no name: '', expected NAME=VALUE\r\n");
    answers(f, "object_del q", "");
    answers(f, "object_del q", "Error: object 'q' not found\r\n");
}

static void test_others(Qmp *f, gconstpointer data)
{
    (void)data;
    answers(f, "watchdog_action pause", "");
    g_assert_cmpint(f->system.actions.watchdog, ==, OB_WATCHDOG_PAUSE);
    answers(f, "watchdog_action foo", "Error: Parameter 'action' does not accept value 'foo'\r\n");
    answers(f, "exit_preconfig",
            "Error: The command is permitted only before machine initialization\r\n");
}

/* RAM alone, whole or not at all. */
static void test_memory_saved(Qmp *f, gconstpointer data)
{
    g_autofree char *path = NULL;
    g_autofree char *line = NULL;
    g_autofree char *saved = NULL;
    int fd = g_file_open_tmp("outboard-XXXXXX", &path, NULL);
    gsize size;

    (void)data;
    close(fd);
    line = g_strdup_printf("pmemsave 0x1000 6 \"%s\"", path);
    ob_host_write(f->system.host, 0x1002, "RAM", 3);
    answers(f, line, "");
    g_assert_true(g_file_get_contents(path, &saved, &size, NULL));
    g_assert_cmpmem(saved, size, "\0\0RAM\0", 6);
    answers(f, "pmemsave 0xfee00000 4 \"/dev/null\"",
            "Error: Invalid addr 0x00000000fee00000/size 4 specified, expected RAM\r\n");
    answers(f, "pmemsave 0x7fffffe 4 \"/dev/null\"",
            "Error: Invalid addr 0x0000000007fffffe/size 4 specified, expected RAM\r\n");
    answers(f, "pmemsave 0 0xffffffffffffffff \"/dev/null\"",
            "Error: Invalid addr 0x0000000000000000/size 18446744073709551615 specified, expected "
            "RAM\r\n");
    answers(f, "pmemsave 0 4 \"/nonexistent/x\"",
            "Error: Could not open '/nonexistent/x': No such file or directory\r\n");
    answers(f, "pmemsave 0 4 \"/dev/full\"", "Error: writing memory to '/dev/full' failed\r\n");
    unlink(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/hmp-info/", rows[i].name, NULL);

        g_test_add(path, Qmp, &rows[i], set_up, test_row, qmp_tear_down);
    }
    QMP_TEST("/hmp-info/objects-come-and-go", NULL, test_objects);
    QMP_TEST("/hmp-info/memory-is-saved", NULL, test_memory_saved);
    QMP_TEST("/hmp-info/watchdog-and-preconfig", NULL, test_others);
    return g_test_run();
}
