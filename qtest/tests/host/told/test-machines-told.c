/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole machines as the monitor shows them, and what a guest reads at their ports before it writes. */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "qtest/tests/lib/golden.h"
#include "qtest/tests/lib/shell.h"

#define CLOCK \
    "-rtc base=2024-02-29T23:59:58,clock=vm -S -uuid 324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87 "
#define NODES                                                                         \
    "-m 64M -smp 4,sockets=2 -object memory-backend-ram,id=a,size=32M "               \
    "-object memory-backend-ram,id=b,size=32M -numa node,nodeid=0,memdev=a,cpus=0-1 " \
    "-numa node,nodeid=1,memdev=b,cpus=2-3 -numa dist,src=0,dst=1,val=21 "

typedef struct Row {
    const char *name;
    gboolean is_virt;
    const char *functions; /* on bus 0: their configuration is read; in hexadecimal */
    const char *options;
} Row;

/* clang-format off */
static const Row rows[] = {
    { "none", FALSE, "", "-M none -device beacon" },
    { "pc", FALSE, "00 08 09 0a 0b 10 18 20 28", "-M pc -m 64M -device pci-testdev -device edu,addr=5 -device bochs-display" },
    { "pc-of-nodes", FALSE, "00 08 0b", "-M pc -nodefaults " NODES },
    { "pc-of-switches-off", FALSE, "00 08 0b", "-M pc,acpi=off,graphics=off,fd-bootchk=off,hpet=off -m 5G "
      "-boot order=nda,menu=on,splash-time=7,reboot-timeout=8,strict=on" },
    { "q35", FALSE, "00 08 10 18 20 28 f8 f9 fa fb", "-M q35 -m 64M -device pcie-root-port,id=p,chassis=1,addr=3 "
      "-device edu,bus=p -device ioh3420,id=q,chassis=2,addr=4 -device i82801b11-bridge,id=r,addr=5 "
      "-device pci-bridge,id=s,chassis_nr=3,bus=r,addr=1 -device pci-testdev,bus=s,addr=2" },
    { "q35-of-globals", FALSE, "00 f8 fa", "-M q35,max-ram-below-4g=1G -m 2G -global ICH9-LPC.noreboot=off "
      "-global mch.extended-tseg-mbytes=5 -global mch.smbase-smram=off" },
    { "virt", TRUE, "", "-M virt -m 64M -device pci-testdev -device edu,addr=5 "
      "-device vmgenid,guid=324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87" },
    { "virt-of-nodes", TRUE, "", "-M virt,highmem=off " NODES },
    { "virt-without-tables", TRUE, "", "-M virt,acpi=off -m 5G -smp 2,cores=2,maxcpus=4" },
};
/* clang-format on */

static void infos_ask(GString *input)
{
    static const char *const infos[] = { "mtree",
                                         "qtree",
                                         "qom-tree",
                                         "pci",
                                         "network",
                                         "numa",
                                         "memdev",
                                         "ramblock",
                                         "irq",
                                         "tpm",
                                         "memory_size_summary",
                                         "uuid",
                                         "hotpluggable-cpus" };

    for (gsize i = 0; i < G_N_ELEMENTS(infos); i++) {
        g_string_append_printf(input, "info %s\n", infos[i]);
    }
}

/* The CMOS memory, the registers of power management and watchdog, and PCI's configuration. */
static void ports_ask(GString *input, const char *functions)
{
    g_auto(GStrv) numbers = g_strsplit(functions, " ", -1);

    for (guint i = 0; i < 128; i++) {
        g_string_append_printf(input, "o /b 0x70 %u\np /x %u\ni /b 0x71\n", i, i);
    }
    for (guint port = 0x600; port < 0x680; port += 2) {
        g_string_append_printf(input, "i /h 0x%x\n", port);
    }
    for (char **function = numbers; *function && **function; function++) {
        for (guint offset = 0; offset < 0x100; offset += 4) {
            guint address = 0x80000000 | (guint)strtoul(*function, NULL, 16) << 8 | offset;

            g_string_append_printf(input, "o /w 0xcf8 0x%x\np /x 0x%x\ni /w 0xcfc\n", address,
                                   address);
        }
    }
}

/* A number, and the value of the register with this number: nothing if it has no bits, or all. */
static gboolean is_nothing(const char *line, const char *next)
{
    const char *value = next ? strstr(next, " = 0x") : NULL;

    return value && g_str_has_prefix(line, "0x") &&
           (!value[5 + strspn(value + 5, "0")] || !value[5 + strspn(value + 5, "f")]);
}

/* Without the prompts, and the many registers that aren't there. */
static char *without_nothing(const char *output)
{
    g_auto(GStrv) lines = NULL;
    GString *text = g_string_new(output);

    g_string_replace(text, "(qemu) ", "", 0);
    g_string_replace(text, "\r", "", 0);
    lines = g_strsplit(text->str, "\n", -1);
    g_string_truncate(text, 0);
    for (char **line = lines; *line; line++) {
        if (is_nothing(line[0], line[1])) {
            line++;
        } else {
            g_string_append_printf(text, "%s\n", *line);
        }
    }
    return g_string_free(text, FALSE);
}

static void test_machine(gconstpointer data)
{
    const Row *row = data;
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *file = g_build_filename(ob_scratch_path(scratch), "input", NULL);
    g_autofree char *golden = g_strdup_printf("machines/%s.txt", row->name);
    g_autofree char *command = g_strdup_printf("timeout 20 %s %s " CLOCK
                                               "-monitor stdio <input >output; cat output",
                                               g_getenv(row->is_virt ? "OB_VIRT" : "OB_PC"),
                                               row->options);
    g_autoptr(GString) input = g_string_new(NULL);
    g_autofree char *output = NULL, *text = NULL;

    infos_ask(input);
    if (!row->is_virt) {
        ports_ask(input, row->functions);
    }
    g_string_append(input, "quit\n");
    g_assert_true(g_file_set_contents(file, input->str, -1, NULL));
    output = shell_output(scratch, command);
    text = without_nothing(output);
    golden_expect(golden, text);
    ob_scratch_free(scratch);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/machines-told/", rows[i].name, NULL);

        g_test_add_data_func(path, &rows[i], test_machine);
    }
    return g_test_run();
}
