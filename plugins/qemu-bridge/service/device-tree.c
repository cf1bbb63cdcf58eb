/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.device-tree/1: nodes in the tree that virt has made by the time devices come. */
#include "plugins/qemu-bridge/service/services.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/host/run/instance.h"
#include "plugins/qemu-bridge/qemu/firmware.h"
#include "plugins/qemu-bridge/qemu/machine.h"

/* Devicetree Specification 0.4, 5.2 */
#define FDT_MAGIC 0xd00dfeed

/* The GIC's binding: type, number, flags. */
#define GIC_SPI         0
#define GIC_EDGE_RISING 1
#define GIC_LEVEL_HIGH  4
#define GIC_SPI_FIRST   32

#define PATH_MAX_SIZE   64

/* The nodes that devices have added. */
typedef struct Node {
    struct Node *next;
    char path[PATH_MAX_SIZE];
} Node;

static Node *nodes;

/* MachineState begins with its object; the tree follows.  The object has the same size in all
 * releases that the bridge knows. */
#define MACHINE_TREE_OFFSET 40

/* Returns NULL if there is no tree, or -machine dtb=FILE replaces it. */
static void *tree_find(void)
{
    void *tree;

    if (bridge_machine_event() != HW_ACPI_EVENT_GED || bridge_machine_property_is_not("dtb", "")) {
        return NULL;
    }
    memcpy(&tree, (const uint8_t *)qdev_get_machine() + MACHINE_TREE_OFFSET, sizeof(tree));
    return tree && hw_load_be32(tree) == FDT_MAGIC ? tree : NULL;
}

/*
 * UEFI firmware keeps the tree for itself if it has ACPI tables for the operating system.  Other
 * firmware, such as U-Boot, passes the tree on.  So a node for firmware is for UEFI alone: an
 * operating system must not see it.  A node for the system harms no other reader.
 */
static bool has_reader(uint32_t reader)
{
    return reader == HW_DEVICE_TREE_SYSTEM ||
           (bridge_firmware_is_uefi() && bridge_machine_property_is_not("acpi", "off"));
}

static void path_make(char *path, const char *name, uint64_t address)
{
    snprintf(path, PATH_MAX_SIZE, "/%s@%" PRIx64, name, address);
}

/* QEMU ends if it adds a node that already exists.  QEMU's process has libfdt. */
static bool node_exists(const void *tree, const char *path)
{
    typedef int FdtPathOffset(const void *tree, const char *path);
    FdtPathOffset *find = (FdtPathOffset *)dlsym(RTLD_DEFAULT, "fdt_path_offset");

    return find && find(tree, path) >= 0;
}

static bool node_is_ours(const char *path)
{
    const Node *node = nodes;

    while (node && strcmp(node->path, path) != 0) {
        node = node->next;
    }
    return node != NULL;
}

/* In a reload the device's next class adds the node again. */
static bool node_add(const HwDevice *dev, void *tree, const char *path)
{
    Node *node;

    if (node_exists(tree, path)) {
        return hw_instance_of(dev)->shelf && node_is_ours(path);
    }
    node = calloc(1, sizeof(*node));
    if (node) {
        node->next = nodes;
        strcpy(node->path, path);
        nodes = node;
        qemu_fdt_add_subnode(tree, path);
    }
    return node != NULL;
}

static void tree_set(HwDevice *dev, const char *name, uint64_t address, const char *property,
                     const void *value, uint32_t size)
{
    char path[PATH_MAX_SIZE];
    void *tree = tree_find();

    (void)dev;
    path_make(path, name, address);
    if (tree) {
        qemu_fdt_setprop(tree, path, property, value, (int)size);
    }
}

static bool tree_add_node(HwDevice *dev, const char *name, uint64_t address, uint64_t size,
                          uint32_t reader)
{
    char path[PATH_MAX_SIZE];
    uint8_t reg[16];
    void *tree = tree_find();

    if (!tree || !has_reader(reader)) {
        return false;
    }
    path_make(path, name, address);
    if (!node_add(dev, tree, path)) {
        return false;
    }
    hw_store_be32(reg, (uint32_t)(address >> 32));
    hw_store_be32(reg + 4, (uint32_t)address);
    hw_store_be32(reg + 8, (uint32_t)(size >> 32));
    hw_store_be32(reg + 12, (uint32_t)size);
    tree_set(dev, name, address, "reg", reg, sizeof(reg));
    return true;
}

static void interrupts_set(HwDevice *dev, const char *name, uint64_t address, uint32_t spi,
                           uint32_t flags)
{
    uint8_t cells[12];

    hw_store_be32(cells, GIC_SPI);
    hw_store_be32(cells + 4, spi);
    hw_store_be32(cells + 8, flags);
    tree_set(dev, name, address, "interrupts", cells, sizeof(cells));
}

static void tree_set_event(HwDevice *dev, const char *name, uint64_t address, uint32_t gpe)
{
    HwAcpiEvent event;

    if (bridge_event(dev, gpe, &event)) {
        interrupts_set(dev, name, address, event.number - GIC_SPI_FIRST, GIC_EDGE_RISING);
    }
}

static void tree_set_interrupt(HwDevice *dev, const char *name, uint64_t address, uint32_t line)
{
    interrupts_set(dev, name, address, line, GIC_LEVEL_HIGH);
}

const HwDeviceTree bridge_device_tree = {
    .abi = HW_ABI(HwDeviceTree),
    .add_node = tree_add_node,
    .set = tree_set,
    .set_event = tree_set_event,
    .set_interrupt = tree_set_interrupt,
};
