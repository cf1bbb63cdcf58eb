/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions in our program: options, QMP, the stand-in for firmware, and migration. */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/client/drivers/pci.h"

#define CARD_VENDOR 0x1234
#define CARD_DEVICE 0xcafe
#define CARD        "-device card,id=c,addr=5"

static ObClient *program_try(const char *machine, const char *options, uint32_t every,
                             HwError *error)
{
    g_autofree char *arguments = g_strdup_printf("-plugin-set %s/card.so -M %s %s",
                                                 g_getenv("OB_PLUGINS"), machine, options);
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .arguments = arguments,
                            .migrate_every = every };

    return ob_client_start(&start, error);
}

static ObClient *program_start(const char *machine, const char *options, uint32_t every)
{
    HW_ERROR(error, 4096);
    ObClient *c = program_try(machine, options, every, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static void test_function_answers(gconstpointer data)
{
    const uint32_t every = GPOINTER_TO_UINT(data);
    ObClient *c = program_start("q35", CARD, every);
    PciBus bus = pci_of_pc(c);
    PciBar bar;

    g_assert_cmphex(pci_find(&bus, CARD_VENDOR, CARD_DEVICE, 0), ==, PCI_ADDRESS(5, 0));
    bar = pci_bar_map(&bus, PCI_ADDRESS(5, 0), 1);
    g_assert_cmphex(pci_bar_read(&bar, 8, 4), ==, 8 + 4); /* card.c: offset and size */
    ob_client_quit(c);
}

static json_t *card_info(ObClient *c)
{
    json_t *answer = ob_client_qmp(c, "query-pci", NULL, NULL);
    json_t *devices = json_object_get(json_array_get(answer, 0), "devices");
    json_t *info;
    json_t *found = NULL;
    size_t i;

    json_array_foreach(devices, i, info)
    {
        if (strcmp(json_string_value(json_object_get(info, "qdev_id")), "c") == 0) {
            found = json_incref(info);
        }
    }
    json_decref(answer);
    return found;
}

static json_int_t number(const json_t *info, const char *name)
{
    return json_integer_value(json_object_get(info, name));
}

static void test_query_pci(void)
{
    ObClient *c = program_start("q35", CARD, 0);
    PciBus bus = pci_of_pc(c);
    json_t *info, *region;

    pci_bar_map(&bus, PCI_ADDRESS(5, 0), 2);
    info = card_info(c);
    g_assert_cmpint(number(info, "slot"), ==, 5);
    g_assert_cmpint(number(info, "irq_pin"), ==, 1);
    g_assert_cmphex(number(json_object_get(info, "class_info"), "class"), ==, 0x1180);
    g_assert_cmphex(number(json_object_get(info, "id"), "device"), ==, CARD_DEVICE);
    region = json_array_get(json_object_get(info, "regions"), 2);
    g_assert_cmpint(number(region, "bar"), ==, 2);
    g_assert_cmpint(number(region, "size"), ==, 1 << 20);
    g_assert_cmphex(number(region, "address"), ==, 0xe0000000);
    g_assert_true(json_is_true(json_object_get(region, "mem_type_64")));
    json_decref(info);
    ob_client_quit(c);
}

/* A port that plugs by its slot. */
#define PORT                                                     \
    "-global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off " \
    "-device pcie-root-port,id=port,addr=4 "
#define PORT_PLACE PCI_ADDRESS(4, 0)

static json_t *child(json_t *list, size_t index)
{
    return json_array_get(list, index);
}

static void test_query_pci_shows_bridges(void)
{
    ObClient *c = program_start("q35,firmware=stand-in", PORT "-device card,id=c,bus=port", 0);
    json_t *answer, *bridge, *bus, *below;

    json_decref(ob_client_qmp(c, "cont", NULL, NULL));
    answer = ob_client_qmp(c, "query-pci", NULL, NULL);
    bridge = json_object_get(child(json_object_get(child(answer, 0), "devices"), 1), "pci_bridge");
    bus = json_object_get(bridge, "bus");
    g_assert_cmpint(number(bus, "number"), ==, 0);
    g_assert_cmpint(number(bus, "secondary"), ==, 1);
    g_assert_cmpint(number(bus, "subordinate"), ==, 1);
    g_assert_cmphex(number(json_object_get(bus, "memory_range"), "base"), ==, 0xc0100000);
    g_assert_cmphex(number(json_object_get(bus, "memory_range"), "limit"), ==, 0xc01fffff);
    g_assert_cmphex(number(json_object_get(bus, "prefetchable_range"), "base"), ==, 0xc0200000);
    below = child(json_object_get(bridge, "devices"), 0);
    g_assert_cmpint(number(below, "bus"), ==, 1);
    g_assert_cmpint(number(below, "slot"), ==, 0);
    g_assert_cmpstr(json_string_value(json_object_get(below, "qdev_id")), ==, "c");
    json_decref(answer);
    ob_client_quit(c);
}

static uint32_t card_ids(const PciBus *bus)
{
    return pci_config_read(bus, PCI_ON_BUS(1, 0, 0), 0, 4);
}

static void test_hot_plug(gconstpointer data)
{
    const uint32_t every = GPOINTER_TO_UINT(data);
    ObClient *c = program_start("q35", PORT, every);
    PciBus bus = pci_of_pc(c);

    pci_bridge_open(&bus, PORT_PLACE, 1, 1);
    for (int i = 0; i < (every ? 1 : 20); i++) {
        json_decref(
            ob_client_qmp(c, "device_add",
                          json_pack("{s:s, s:s, s:s}", "driver", "card", "id", "c", "bus", "port"),
                          NULL));
        g_assert_cmphex(card_ids(&bus), ==, 0xffffffff);
        g_assert_true(pci_slot_power(&bus, PORT_PLACE, true));
        g_assert_cmphex(card_ids(&bus), ==, (uint32_t)CARD_DEVICE << 16 | CARD_VENDOR);
        json_decref(ob_client_qmp(c, "device_del", json_pack("{s:s}", "id", "c"), NULL));
        g_assert_cmphex(card_ids(&bus), ==, (uint32_t)CARD_DEVICE << 16 | CARD_VENDOR);
        g_assert_true(pci_slot_power(&bus, PORT_PLACE, false));
        g_assert_cmphex(card_ids(&bus), ==, 0xffffffff);
        json_decref(ob_client_qmp_event(c, "DEVICE_DELETED", 1000));
    }
    ob_client_quit(c);
}

static void command_refused(ObClient *c, const char *command, json_t *arguments,
                            const char *sentence)
{
    json_t *error = NULL;

    g_assert_null(ob_client_qmp(c, command, arguments, &error));
    g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==, sentence);
    json_decref(error);
}

static void test_hot_plug_is_refused(void)
{
    ObClient *c = program_start("q35", PORT "-device card,id=c,bus=port", 0);

    command_refused(c, "device_add", json_pack("{s:s, s:s}", "driver", "card", "addr", "6"),
                    "Bus 'pcie.0' does not support hotplugging");
    command_refused(c, "device_del", json_pack("{s:s}", "id", "port"),
                    "Bus 'pcie.0' does not support hotplugging");
    json_decref(ob_client_qmp(c, "device_del", json_pack("{s:s}", "id", "c"), NULL));
    command_refused(c, "device_del", json_pack("{s:s}", "id", "c"),
                    "Device c is already in the process of unplug");
    ob_client_quit(c);
}

static void test_firmware_places_bars(void)
{
    ObClient *c = program_start("q35,firmware=stand-in", CARD, 0);
    PciBus bus = pci_of_pc(c);

    json_decref(ob_client_qmp(c, "cont", NULL, NULL));
    g_assert_cmphex(pci_config_read(&bus, PCI_ADDRESS(5, 0), 4, 2), ==, 7);
    g_assert_cmphex(pci_config_read(&bus, PCI_ADDRESS(5, 0), 0x10, 4), ==, 0xc0000000);
    ob_client_quit(c);
}

static void start_refused(const char *machine, const char *options, const char *reason)
{
    HW_ERROR(error, 4096);

    g_assert_null(program_try(machine, options, 0, &error));
    if (!strstr(error.text, reason)) {
        g_error("%s", error.text);
    }
}

static void test_options_are_refused(void)
{
    start_refused("q35", CARD " -device card,addr=5.0",
                  "PCI: slot 5 function 0 not available for card, in use by card,id=c");
    start_refused("q35", "-device card,adr=5", "card: unknown property 'adr'");
    start_refused("pc", CARD, "c is a PCI Express function; bus 'pci.0'");
    start_refused("none", CARD, "c is a PCI function; machine 'none' has no PCI bus");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/pci/program/function-answers", NULL, test_function_answers);
    g_test_add_data_func("/pci/program/function-moves-at-any-access", GUINT_TO_POINTER(1),
                         test_function_answers);
    g_test_add_func("/pci/program/query-pci", test_query_pci);
    g_test_add_func("/pci/program/query-pci-shows-bridges", test_query_pci_shows_bridges);
    g_test_add_data_func("/pci/program/hot-plug", NULL, test_hot_plug);
    g_test_add_func("/pci/program/hot-plug-is-refused", test_hot_plug_is_refused);
    g_test_add_func("/pci/program/firmware-places-bars", test_firmware_places_bars);
    g_test_add_func("/pci/program/options-are-refused", test_options_are_refused);
    return g_test_run();
}
