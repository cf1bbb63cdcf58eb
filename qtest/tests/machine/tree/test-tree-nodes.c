/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nodes of devices in the tree of a machine in process. */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/device-tree.h"
#include "qtest/machine/board.h"
#include "qtest/machine/tree/tree.h"

/* A device that adds one node, and then may fail. */
typedef struct Planter {
    HwDevice dev;
    const char *name;
    uint64_t address;
    bool for_firmware;
    bool fails;
    bool added;
} Planter;

static bool planter_realize(HwDevice *dev, HwError *error)
{
    Planter *s = HW_DEVICE(Planter, dev);
    const HwDeviceTree *tree = hw_device_tree(dev);

    s->added = tree &&
               tree->add_node(dev, s->name, s->address, 0x1000,
                              s->for_firmware ? HW_DEVICE_TREE_FIRMWARE : HW_DEVICE_TREE_SYSTEM);
    if (s->added) {
        tree->set(dev, s->name, s->address, "tint", "green", 6);
        tree->set(dev, s->name, s->address, "tint", "red", 4);
        tree->set_interrupt(dev, s->name, s->address, 9);
    }
    return !s->fails || hw_error_set(error, "%s fails", dev->id);
}

static const HwClass planter_class = {
    .table = {
        .abi = HW_ABI(HwDeviceClass),
        .name = "planter",
        .description = "adds a node",
        .instance_size = sizeof(Planter),
        .properties = HW_ROWS(HwProperty,
                              HW_PROP_STRING("name", Planter, name, "plant", "the node's name"),
                              HW_PROP_U64("address", Planter, address, 0xa000000,
                                          "the node's address"),
                              HW_PROP_BOOL("for-firmware", Planter, for_firmware, false, "reader"),
                              HW_PROP_BOOL("fails", Planter, fails, false, "fail at last")),
        .realize = planter_realize,
    },
    .original = &planter_class.table,
};

static ObHost *start(const char *architecture, bool no_acpi)
{
    const ObHostConfig config = { .architecture = architecture, .no_acpi = no_acpi };
    HW_ERROR(error, 256);
    ObHost *host = ob_host_new(&config, &error);

    g_assert_nonnull(host);
    g_assert_true(ob_host_add_class(host, &planter_class, &error));
    return host;
}

/* NULL: it failed. */
static HwInstance *plant(ObHost *host, const char *key, const char *value)
{
    const ObOption options[] = { { key, value } };

    return ob_host_add_device(host, "planter", options, key ? 1 : 0, NULL);
}

static bool tree_has(ObHost *host, const char *bytes, gsize length)
{
    HW_ERROR(error, 256);
    g_autoptr(GByteArray) tree = ob_host_tree(host, &error);

    g_assert_cmpstr(error.text, ==, "");
    return memmem(tree->data, tree->len, bytes, length) != NULL;
}

#define HAS(host, bytes) tree_has(host, bytes, sizeof(bytes))

static void test_device_adds_a_node(void)
{
    ObHost *host = start("aarch64", false);

    g_assert_false(HAS(host, "plant@a000000"));
    plant(host, NULL, NULL);
    g_assert_true(HAS(host, "plant@a000000"));
    g_assert_true(HAS(host, "\0\0\0\0\x0a\0\0\0\0\0\0\0\0\0\x10"));    /* reg */
    g_assert_true(tree_has(host, "\0\0\0\0\0\0\0\x09\0\0\0\x04", 12)); /* interrupts */
    g_assert_true(HAS(host, "red"));
    g_assert_false(HAS(host, "green"));
    ob_host_free(host);
}

static void test_device_takes_its_node_along(void)
{
    ObHost *host = start("aarch64", false);

    ob_host_remove_device(host, plant(host, NULL, NULL));
    g_assert_false(HAS(host, "plant@a000000"));
    plant(host, NULL, NULL);
    g_assert_true(HAS(host, "plant@a000000"));
    ob_host_free(host);
}

static void test_failed_device_leaves_no_node(void)
{
    ObHost *host = start("aarch64", false);

    g_assert_null(plant(host, "fails", "on"));
    g_assert_false(HAS(host, "plant@a000000"));
    ob_host_free(host);
}

static void test_second_node_of_a_name_is_refused(void)
{
    ObHost *host = start("aarch64", false);

    g_assert_true(HW_DEVICE(Planter, plant(host, NULL, NULL)->dev)->added);
    g_assert_false(HW_DEVICE(Planter, plant(host, NULL, NULL)->dev)->added);
    ob_host_free(host);
}

static void test_names_of_the_machine_are_refused(void)
{
    const ObOption options[] = { { "name", "memory" }, { "address", "0x40000000" } };
    ObHost *host = start("aarch64", false);
    HwInstance *instance = ob_host_add_device(host, "planter", options, 2, NULL);

    g_assert_false(HW_DEVICE(Planter, instance->dev)->added);
    ob_host_free(host);
}

static void test_firmware_alone_needs_acpi(void)
{
    ObHost *with = start("aarch64", false);
    ObHost *without = start("aarch64", true);

    g_assert_true(HW_DEVICE(Planter, plant(with, "for-firmware", "on")->dev)->added);
    g_assert_false(HW_DEVICE(Planter, plant(without, "for-firmware", "on")->dev)->added);
    g_assert_true(HW_DEVICE(Planter, plant(without, NULL, NULL)->dev)->added);
    ob_host_free(with);
    ob_host_free(without);
}

static void test_pc_has_no_tree(void)
{
    ObHost *host = start("x86_64", false);
    HW_ERROR(error, 256);

    g_assert_null(ob_host_tree(host, &error));
    g_assert_cmpstr(error.text, ==, "This machine doesn't have a FDT");
    g_assert_false(HW_DEVICE(Planter, plant(host, NULL, NULL)->dev)->added);
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tree/device-adds-a-node", test_device_adds_a_node);
    g_test_add_func("/tree/device-takes-its-node-along", test_device_takes_its_node_along);
    g_test_add_func("/tree/failed-device-leaves-no-node", test_failed_device_leaves_no_node);
    g_test_add_func("/tree/second-node-of-a-name-is-refused",
                    test_second_node_of_a_name_is_refused);
    g_test_add_func("/tree/names-of-the-machine-are-refused",
                    test_names_of_the_machine_are_refused);
    g_test_add_func("/tree/firmware-alone-needs-acpi", test_firmware_alone_needs_acpi);
    g_test_add_func("/tree/pc-has-no-tree", test_pc_has_no_tree);
    return g_test_run();
}
