/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmclock's SSDT as ACPICA's tools see it: iasl judges it, and acpiexec runs it. */
#include <glib.h>
#include <string.h>

#include "qtest/client/client.h"
#include "qtest/machine/board.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/tests/lib/acpi-guest.h"

typedef struct Machine {
    const char *architecture;
    const char *name;
    uint64_t ram;
    const char *event; /* the method that runs at vmclock's event */
} Machine;

static const Machine machines[] = {
    { "x86_64", "pc", 0, "\\_GPE._E07" },
    { "x86_64", "q35", 0, "\\_GPE._E07" },
    { "aarch64", "virt", 0x40000000, "\\_SB.G0EA._EVT 234" },
};

/* The page is above 4 GiB, so that all bytes of its address count. */
#define PAGE "0x123456789000"

static void test_tables(gconstpointer data)
{
    const Machine *machine = data;
    const ObHostConfig config = { .architecture = machine->architecture, .machine = machine->name };
    const ObOption addr = { "addr", PAGE };
    g_autofree char *commands = g_strdup_printf(
        "evaluate \\_SB.VCLK._STA;evaluate \\_SB.VCLK._HID;evaluate \\_SB.VCLK._CID;"
        "evaluate \\_SB.VCLK._CRS;execute %s",
        machine->event);
    const char *const wanted[] = { "[Integer] = 000000000000000F", "AMZNC10C", "VMCLOCK",
                                   "Received a Device Notify on [VCLK]",
                                   "Value 0x80 (Status Change)" };
    HW_ERROR(error, 512);
    ObHost *host = ob_host_new(&config, &error);
    ObClient *client;

    if (!ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error) ||
        !ob_host_add_device(host, "vmclock", &addr, 1, &error) ||
        !ob_firmware_boot(host, NULL, &error)) {
        g_error("%s", error.text);
    }
    client = ob_client_in_process(host);
    {
        g_autoptr(GBytes) dsdt = acpi_table(client, machine->ram, "DSDT");
        g_autoptr(GBytes) ssdt = acpi_table(client, machine->ram, "SSDT");
        g_autofree char *text = acpi_disassemble(ssdt, "-f");
        GBytes *tables[] = { dsdt, ssdt };
        g_autofree char *output = acpi_execute(tables, 2, commands);

        g_assert_null(strstr(text, "**** "));
        g_assert_nonnull(strstr(text, "\"VMCLOCK\""));
        g_assert_nonnull(strstr(text, " Cacheable, ReadOnly"));
        g_assert_nonnull(strstr(text, "0x0000123456789000, // Range Minimum"));
        g_assert_nonnull(strstr(text, "0x0000123456789FFF, // Range Maximum"));
        for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
            g_assert_nonnull(strstr(output, wanted[i]));
        }
    }
    ob_client_quit(client);
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(machines); i++) {
        g_autofree char *path = g_strdup_printf("/vmclock-acpi/%s", machines[i].name);

        g_test_add_data_func(path, &machines[i], test_tables);
    }
    return g_test_run();
}
