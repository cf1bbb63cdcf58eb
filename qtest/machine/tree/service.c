/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.device-tree/1: nodes of devices.  A device takes its nodes along when it leaves. */
#include <inttypes.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/acpi.h"
#include "hw-api/ext/draft/device-tree.h"
#include "qtest/machine/tree/tree-internal.h"

enum { PHANDLE_START = 0x8000 }; /* QEMU's */

static struct ObTree *tree_of(const HwDevice *dev)
{
    return ob_host_of(dev)->tree;
}

/* The device's node of this name, as add_node() has made it; NULL: there is none. */
static ObTreeNode *node_of(const HwDevice *dev, const char *name, uint64_t address)
{
    g_autofree char *whole = g_strdup_printf("%s@%" PRIx64, name, address);

    return ob_tree_find(tree_of(dev)->root, whole);
}

/* The machine's own nodes have their names first. */
static bool machine_has(const ObHost *host, const char *name, uint64_t address)
{
    g_autoptr(ObTreeNode) root = ob_tree_root();
    g_autofree char *whole = g_strdup_printf("%s@%" PRIx64, name, address);

    ob_tree_describe(host, root);
    return ob_tree_find(root, whole) != NULL;
}

/* Firmware that has ACPI tables for the operating system keeps the tree for itself.  Without
 * tables a node for firmware alone would be seen. */
static bool has_reader(const ObHost *host, uint32_t reader)
{
    return reader == HW_DEVICE_TREE_SYSTEM || host->acpi;
}

static bool tree_add_node(HwDevice *dev, const char *name, uint64_t address, uint64_t size,
                          uint32_t reader)
{
    ObHost *host = ob_host_of(dev);
    ObTreeOwned owned = { .dev = dev };

    if (!has_reader(host, reader) || node_of(dev, name, address) ||
        machine_has(host, name, address)) {
        return false;
    }
    owned.node = ob_tree_add_at(host->tree->root, name, address);
    OB_TREE_CELLS(owned.node, "reg", OB_TREE_U64(address), OB_TREE_U64(size));
    g_array_append_val(host->tree->owned, owned);
    return true;
}

static void tree_set(HwDevice *dev, const char *name, uint64_t address, const char *property,
                     const void *value, uint32_t size)
{
    ObTreeNode *node = node_of(dev, name, address);

    if (node) {
        ob_tree_set(node, property, value, size);
    }
}

static void interrupts_set(HwDevice *dev, const char *name, uint64_t address, uint32_t spi,
                           uint32_t flags)
{
    ObTreeNode *node = node_of(dev, name, address);

    if (node) {
        OB_TREE_CELLS(node, "interrupts", OB_GIC_SPI, spi, flags);
    }
}

static void tree_set_event(HwDevice *dev, const char *name, uint64_t address, uint32_t gpe)
{
    const HwAcpi *acpi = hw_acpi(dev);
    HwAcpiEvent event;

    if (acpi && acpi->event(dev, gpe, &event)) {
        interrupts_set(dev, name, address, event.number - OB_GIC_SPI_FIRST, OB_GIC_EDGE_RISING);
    }
}

static void tree_set_interrupt(HwDevice *dev, const char *name, uint64_t address, uint32_t line)
{
    interrupts_set(dev, name, address, line, OB_GIC_LEVEL_HIGH);
}

const HwDeviceTree *ob_tree_service(void)
{
    static const HwDeviceTree service = {
        .abi = HW_ABI(HwDeviceTree),
        .add_node = tree_add_node,
        .set = tree_set,
        .set_event = tree_set_event,
        .set_interrupt = tree_set_interrupt,
    };

    return &service;
}

void ob_tree_device_leaves(ObDevice *device)
{
    struct ObTree *tree = device->host->tree;

    for (guint i = tree ? tree->owned->len : 0; i-- > 0;) {
        const ObTreeOwned *owned = &g_array_index(tree->owned, ObTreeOwned, i);

        if (owned->dev == device->instance->dev) {
            ob_tree_remove(tree->root, owned->node);
            g_array_remove_index(tree->owned, i);
        }
    }
}

void ob_tree_create(ObHost *host, uint32_t phandle_start)
{
    host->tree = g_new0(struct ObTree, 1);
    host->tree->phandles = phandle_start ? phandle_start : PHANDLE_START;
    host->tree->root = ob_tree_root();
    host->tree->owned = g_array_new(FALSE, FALSE, sizeof(ObTreeOwned));
}

void ob_tree_free(ObHost *host)
{
    if (host->tree) {
        ob_tree_node_free(host->tree->root);
        g_array_unref(host->tree->owned);
        g_clear_pointer(&host->tree, g_free);
    }
}

GByteArray *ob_host_tree(ObHost *host, HwError *error)
{
    g_autoptr(ObTreeNode) root = ob_tree_root();

    if (!host->tree) {
        hw_error_set(error, "This machine doesn't have a FDT");
        return NULL;
    }
    ob_tree_describe(host, root);
    return ob_tree_flatten(root, host->tree->root, error);
}
