/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pvpanic-pci moves from our program to QEMU's own device in each release, and back. */
#include "qtest/client/drivers/pci.h"
#include "qtest/tests/lib/machine-move.h"
#include "qtest/tests/lib/qemu-release.h"

/* `release` NULL: our program. */
static ObClient *start(const QemuRelease *release, const char *more)
{
    g_autofree char *program = release ? qemu_release_program(release, "x86_64")
                                       : g_strdup(g_getenv("OB_HOST_PROGRAM"));
    g_autofree char *arguments = g_strconcat(
        "-M pc-i440fx-7.2 -m 16 -nodefaults -device pvpanic-pci,addr=4,events=3", more, NULL);
    const ObStart options = { .program = program,
                              .accelerator = release ? "tcg" : NULL,
                              .arguments = arguments };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&options, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static ObClient *start_release(void *release, const char *more)
{
    return start(release, more);
}

/* The function keeps the BAR's place: a crash is told there. */
static void expect(ObClient *c, PciBar *bar, PciBus *bus)
{
    *bus = pci_of_pc(c);
    bar->bus = bus;
    g_assert_cmphex(pci_bar_read(bar, 0, 1), ==, 3);
    pci_bar_write(bar, 0, 2, 1);
    json_decref(ob_client_qmp_event(c, "GUEST_CRASHLOADED", 5000));
}

static void test_each_release(void)
{
    ObClient *c = start(NULL, "");
    PciBus bus = pci_of_pc(c);
    PciBar bar = pci_bar_map(&bus, PCI_ADDRESS(4, 0), 0);

    for (const QemuRelease *release = qemu_releases(); release->name; release++) {
        if (qemu_release_exists(release)) {
            g_test_message("to %s and back", release->name);
            c = machine_move(c, start_release, (void *)release);
            expect(c, &bar, &bus);
            c = machine_move(c, start_release, NULL);
            expect(c, &bar, &bus);
        }
    }
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pvpanic-pci/moves-to-qemu-and-back", test_each_release);
    return g_test_run();
}
