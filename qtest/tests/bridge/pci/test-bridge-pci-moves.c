/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions of the plugin pci-lab come and go: migration, between releases too, and hot plug. */
#include <string.h>

#include "qtest/tests/bridge/pci/pci-lab.h"

#define LABS  "-device pci-lab,addr=4 -device pci-lab-express,addr=5"
#define PLUGS 100

/* --------------------------------------------------------------- migration */

/* A second function has BARs, too. */
static LabPlaces both_prepare(ObClient *c)
{
    LabPlaces at = lab_prepare(c);

    pci_write(c, PCI_SLOT(5), PCI_BAR_0, 0x11000000, 4);
    return at;
}

static void both_assert(ObClient *c, const LabPlaces *at)
{
    lab_assert(c, at);
    g_assert_cmphex(pci_read(c, PCI_SLOT(5), PCI_BAR_0, 4), ==, 0x11000000);
}

static bool has_text(GBytes *bytes, const char *text)
{
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);

    return memmem(data, size, text, strlen(text));
}

static void test_migration(void)
{
    ObClient *c = pci_start(LABS);
    LabPlaces at = both_prepare(c);
    g_autoptr(GBytes) stream = NULL;

    c = pci_migrate(c, &stream, NULL, LABS);
    both_assert(c, &at);
    g_assert_true(has_text(stream, "0000:00:04.0/pci-lab"));
    g_assert_true(has_text(stream, "0000:00:05.0/pci-lab"));
    g_assert_true(has_text(stream, "0000:00:04.0/pci-lab.ram"));
    ob_client_quit(c);
}

/* The machine type of the oldest release goes through all of them and back.  Only a PC's does: the
 * CPUs of virt have other registers in each release. */
static void test_releases(void)
{
    const char *machine = "pc-q35-7.2";
    const char *first = g_getenv("OB_QEMU_RELEASE");
    ObClient *c = pci_start_as(machine, LABS);
    LabPlaces at = both_prepare(c);

    for (const QemuRelease *release = qemu_releases(); release->name; release++) {
        if (bridge_machine_use(release->name)) {
            c = pci_migrate(c, NULL, machine, LABS);
            both_assert(c, &at);
        }
    }
    bridge_machine_use(first);
    c = pci_migrate(c, NULL, machine, LABS);
    both_assert(c, &at);
    ob_client_quit(c);
}

/* From QEMU to our program and back: one stream fits both. */
static void test_our_program(void)
{
    const char *machine = bridge_machine_is_pc() ? "pc-q35-7.2" : "virt-7.2";
    ObClient *c = pci_start_as(machine, LABS);
    LabPlaces at = both_prepare(c);

    bridge_machine_use_ours(true);
    c = pci_migrate(c, NULL, machine, LABS);
    both_assert(c, &at);
    bridge_machine_use_ours(false);
    c = pci_migrate(c, NULL, machine, LABS);
    both_assert(c, &at);
    ob_client_quit(c);
}

/* A machine that begins in our program. */
static void test_from_our_program(void)
{
    const char *machine = bridge_machine_is_pc() ? "pc-q35-7.2" : "virt-7.2";
    ObClient *c;
    LabPlaces at;

    bridge_machine_use_ours(true);
    c = pci_start_as(machine, LABS);
    at = both_prepare(c);
    bridge_machine_use_ours(false);
    c = pci_migrate(c, NULL, machine, LABS);
    both_assert(c, &at);
    ob_client_quit(c);
}

/* ---------------------------------------------------------------- hot plug */

static void plug(ObClient *c, const char *type)
{
    json_decref(
        ob_client_qmp(c, "device_add",
                      json_pack("{s:s, s:s, s:s}", "driver", type, "id", "lab", "bus", "rp"),
                      NULL));
}

/* A slot without power lets its device go at once. */
static void unplug(ObClient *c)
{
    json_t *event;

    json_decref(ob_client_qmp(c, "device_del", json_pack("{s:s}", "id", "lab"), NULL));
    do {
        event = ob_client_qmp_event(c, "DEVICE_DELETED", 30000);
        g_assert_nonnull(event);
        if (json_object_get(json_object_get(event, "data"), "device")) {
            json_decref(event);
            return;
        }
        json_decref(event);
    } while (true);
}

static void test_hot_plug(void)
{
    const char *native = bridge_machine_is_pc()
                             ? "-global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off"
                             : "";
    g_autofree char *arguments = g_strdup_printf("%s -device pcie-root-port,id=rp,chassis=1,addr=6",
                                                 native);
    ObClient *c = pci_start(arguments);

    for (int i = 0; i < PLUGS; i++) {
        plug(c, i % 2 ? "pci-lab" : "pci-lab-express");
        unplug(c);
    }
    plug(c, "pci-lab-express");
    pci_write(c, PCI_SLOT(6), 0x18, 0x010100, 4); /* the bus behind the port has number 1 */
    ob_client_quit(c);
}

/* The port's bus is behind it, and each function there is reset with the bus. */
static void test_bus_reset(void)
{
    enum { PORT = PCI_SLOT(6), BEHIND = 1 << 8, CONTROL = 0x3e };
    uint32_t window = bridge_machine_is_pc() ? 0xcff0c000 : 0x1ff01000;
    ObClient *c = pci_start("-device pcie-root-port,id=rp,chassis=1,addr=6 "
                            "-device pci-lab-express,bus=rp");
    uint64_t bar;
    uint32_t resets;

    pci_write(c, PORT, 0x18, 0x010100, 4);
    pci_write(c, PORT, 0x20, window, 4);
    pci_write(c, PORT, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 2);
    bar = pci_map(c, BEHIND, 0, 0);
    resets = ob_client_readl(c, bar + RESETS);
    ob_client_writel(c, bar + DATA, 3);
    pci_write(c, PORT, CONTROL, 0x40, 2);
    pci_write(c, PORT, CONTROL, 0, 2);
    g_assert_cmphex(pci_read(c, BEHIND, PCI_BAR_0, 4), ==, 0);
    bar = pci_map(c, BEHIND, 0, 0);
    g_assert_cmphex(ob_client_readl(c, bar + DATA), ==, 0);
    g_assert_cmpuint(ob_client_readl(c, bar + RESETS), ==, resets + 1);
    ob_client_quit(c);
}

/* A device that fails leaves its slot free. */
static void test_failed_plug(void)
{
    ObClient *c = pci_start("-device pcie-root-port,id=rp,chassis=1,addr=6 "
                            "-device pcie-pci-bridge,id=old,addr=7");
    json_t *error = NULL;

    g_assert_null(ob_client_qmp(c, "device_add",
                                json_pack("{s:s, s:s, s:s}", "driver", "pci-lab-express", "bus",
                                          "old", "addr", "1"),
                                &error));
    g_assert_nonnull(
        strstr(json_string_value(json_object_get(error, "desc")), "expected a PCI Express bus"));
    json_decref(error);
    json_decref(
        ob_client_qmp(c, "device_add",
                      json_pack("{s:s, s:s, s:s}", "driver", "pci-lab", "bus", "old", "addr", "1"),
                      NULL));
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/bridge-pci-moves/migration/takes-all-along-and-sends-nothing",
                    test_migration);
    g_test_add_func("/bridge-pci-moves/migration/goes-to-our-program-and-back", test_our_program);
    g_test_add_func("/bridge-pci-moves/migration/begins-in-our-program", test_from_our_program);
    if (bridge_machine_is_pc()) {
        g_test_add_func("/bridge-pci-moves/migration/goes-through-the-releases", test_releases);
    }
    g_test_add_func("/bridge-pci-moves/hot-plug/a-hundred-times", test_hot_plug);
    g_test_add_func("/bridge-pci-moves/reset/of-the-bus-reaches-the-device", test_bus_reset);
    g_test_add_func("/bridge-pci-moves/hot-plug/that-fails-leaves-the-slot-free", test_failed_plug);
    return g_test_run();
}
