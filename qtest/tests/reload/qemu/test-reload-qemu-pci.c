/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions over a reload in a stock QEMU: BARs, capabilities, messages, moves and hot plug. */
#include <string.h>

#include "qtest/tests/bridge/pci/pci-lab.h"
#include "qtest/tests/reload/qemu/outboard-object.h"

#define LABS  "-device pci-lab,addr=4 -device pci-lab-express,addr=5"
#define PORT  "-device pcie-root-port,id=rp,chassis=1,addr=6"
#define PLUGS 10

static void test_messages(void)
{
    ObClient *c = pci_start(LABS);
    LabPlaces at = lab_prepare(c);

    for (int i = 0; i < 3; i++) {
        outboard_assert_reloaded(outboard_reload(c, ""));
        lab_assert(c, &at);
    }
    g_assert_cmpint(object_number(c, "/outboard", "devices"), ==, 2);
    ob_client_quit(c);
}

/* A QEMU that was never reloaded takes the stream. */
static void test_migration(void)
{
    ObClient *c = pci_start(LABS);
    LabPlaces at = lab_prepare(c);

    outboard_assert_reloaded(outboard_reload(c, ""));
    c = pci_migrate(c, NULL, NULL, LABS);
    lab_assert(c, &at);
    ob_client_quit(c);
}

/* ---------------------------------------------------------------- hot plug */

static void plug(ObClient *c)
{
    json_decref(ob_client_qmp(c, "device_add",
                              json_pack("{s:s, s:s, s:s}", "driver", "pci-lab-express", "id", "lab",
                                        "bus", "rp"),
                              NULL));
}

/* A slot without power lets its device go at once. */
static void unplug(ObClient *c)
{
    bool is_gone = false;

    json_decref(ob_client_qmp(c, "device_del", json_pack("{s:s}", "id", "lab"), NULL));
    while (!is_gone) {
        json_t *event = ob_client_qmp_event(c, "DEVICE_DELETED", 30000);

        g_assert_nonnull(event);
        is_gone = json_object_get(json_object_get(event, "data"), "device") != NULL;
        json_decref(event);
    }
}

/* The device is of one version when it is plugged, and of another when it leaves. */
static void test_hot_plug(void)
{
    const char *native = bridge_machine_is_pc()
                             ? "-global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off"
                             : "";
    g_autofree char *arguments = g_strdup_printf("%s %s", native, PORT);
    ObClient *c = pci_start(arguments);

    for (int i = 0; i < PLUGS; i++) {
        plug(c);
        outboard_assert_reloaded(outboard_reload(c, ""));
        g_assert_cmpint(object_number(c, "/outboard", "devices"), ==, 1);
        unplug(c);
        outboard_assert_reloaded(outboard_reload(c, ""));
        g_assert_cmpint(object_number(c, "/outboard", "devices"), ==, 0);
    }
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/reload/qemu/pci/messages", test_messages);
    g_test_add_func("/reload/qemu/pci/migration", test_migration);
    g_test_add_func("/reload/qemu/pci/hot-plug", test_hot_plug);
    return g_test_run();
}
