/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How q35 plugs below a port, by the version of the machine, in our program beside a stock QEMU. */
#include "hw-api/device/error.h"
#include "qtest/client/drivers/pci.h"

enum { OURS, QEMU, BOTH, PORTS = 0xcc0, SLOT_FIRST = 0x54, SLOT_END = 0x90 };

static ObClient *start(int side, const char *machine, const char *global)
{
    g_autofree char *arguments = g_strdup_printf(
        "-M %s -nodefaults -S %s -device pcie-root-port,id=rp,chassis=1,addr=4 "
        "-device pcie-root-port,id=rq,chassis=2,addr=5,hotplug=off",
        machine, global);
    const ObStart options = { .program = g_getenv(side == OURS ? "OB_HOST_PROGRAM" : "OB_PROGRAM"),
                              .accelerator = side == OURS ? NULL : "tcg",
                              .arguments = arguments };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&options, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static void slots_compare(ObClient *const c[BOTH])
{
    PciBus ours = pci_of_pc(c[OURS]), theirs = pci_of_pc(c[QEMU]);

    for (uint32_t device = 4; device <= 5; device++) {
        for (uint32_t i = SLOT_FIRST; i < SLOT_END; i += 4) {
            g_test_message("port %u: 0x%02x", device, i);
            g_assert_cmphex(pci_config_read(&ours, PCI_ADDRESS(device, 0), i, 4), ==,
                            pci_config_read(&theirs, PCI_ADDRESS(device, 0), i, 4));
        }
    }
}

static void registers_compare(ObClient *const c[BOTH])
{
    for (uint32_t bus = 0; bus < 3; bus++) {
        ob_client_outl(c[OURS], PORTS + 0x10, bus);
        ob_client_outl(c[QEMU], PORTS + 0x10, bus);
        for (uint16_t port = 0; port < 0x18; port += 4) {
            g_test_message("bus %u: port 0x%02x", bus, port);
            g_assert_cmphex(ob_client_inl(c[OURS], PORTS + port), ==,
                            ob_client_inl(c[QEMU], PORTS + port));
        }
    }
}

static void both_ask(ObClient *const c[BOTH], const char *command, const char *arguments)
{
    for (int side = 0; side < BOTH; side++) {
        json_decref(ob_client_qmp(c[side], command, json_loads(arguments, 0, NULL), NULL));
    }
}

static void machine_compare(const char *machine, const char *global)
{
    ObClient *c[BOTH];

    g_test_message("%s %s", machine, global);
    for (int side = 0; side < BOTH; side++) {
        c[side] = start(side, machine, global);
    }
    slots_compare(c);
    registers_compare(c);
    both_ask(c, "device_add", "{\"driver\": \"pvpanic-pci\", \"bus\": \"rp\", \"id\": \"hot\"}");
    slots_compare(c);
    registers_compare(c);
    both_ask(c, "device_del", "{\"id\": \"hot\"}");
    slots_compare(c);
    registers_compare(c);
    for (int side = 0; side < BOTH; side++) {
        ob_client_quit(c[side]);
    }
}

static void test_machine(gconstpointer machine)
{
#define GLOBAL "-global ICH9-LPC.acpi-pci-hotplug-with-bridge-support="
    machine_compare(machine, "");
    machine_compare(machine, GLOBAL "on");
    machine_compare(machine, GLOBAL "off");
}

int main(int argc, char **argv)
{
    static const char *const machines[] = { "pc-q35-6.0", "pc-q35-6.1", "pc-q35-6.2",
                                            "pc-q35-7.2" };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(machines); i++) {
        g_autofree char *path = g_strdup_printf("/pci/plug-beside-qemu/%s", machines[i]);

        g_test_add_data_func(path, machines[i], test_machine);
    }
    return g_test_run();
}
