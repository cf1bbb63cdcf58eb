/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine's own nodes, at the places of QEMU's virt. */

#include "hw-api/device/error.h"
#include "qtest/machine/flash/flash.h"
#include "qtest/machine/tree/tree-internal.h"

enum {
    GIC = 0x08000000, /* distributor, then the CPUs' interface */
    GIC_SIZE = 0x10000,
    FRAME = 0x08020000, /* messages become interrupts here */
    FRAME_SIZE = 0x1000,
    FW_CFG_SIZE = 0x18,
};

static void root_describe(const ObHost *host, ObTreeNode *root)
{
    OB_TREE_CELLS(root, "interrupt-parent", ob_tree_gic(host->tree));
    ob_tree_set(root, "dma-coherent", NULL, 0);
    ob_tree_set_text(root, "model", "linux,dummy-virt");
    OB_TREE_CELLS(root, "#size-cells", 2);
    OB_TREE_CELLS(root, "#address-cells", 2);
    ob_tree_set_text(root, "compatible", "linux,dummy-virt");
}

static void memory_describe(const ObHost *host, ObTreeNode *root)
{
    const ObMachine *machine = host->machine;
    ObTreeNode *node = ob_tree_add_at(root, "memory", machine->ram_base);

    OB_TREE_CELLS(node, "reg", OB_TREE_U64(machine->ram_base), OB_TREE_U64(host->ram_size));
    ob_tree_set_text(node, "device_type", "memory");
}

static void fw_cfg_describe(const ObHost *host, ObTreeNode *root)
{
    uint64_t base = host->machine->fw_cfg_base;
    ObTreeNode *node = ob_tree_add_at(root, "fw-cfg", base);

    ob_tree_set(node, "dma-coherent", NULL, 0);
    OB_TREE_CELLS(node, "reg", OB_TREE_U64(base), OB_TREE_U64(FW_CFG_SIZE));
    ob_tree_set_text(node, "compatible", "qemu,fw-cfg-mmio");
}

static void flash_describe(const ObHost *host, ObTreeNode *root)
{
    uint64_t size;
    uint32_t width;
    ObTreeNode *node;

    if (ob_flash_describe(host, &size, &width)) {
        node = ob_tree_add_at(root, "flash", 0);
        OB_TREE_CELLS(node, "bank-width", width);
        OB_TREE_CELLS(node, "reg", OB_TREE_U64(0), OB_TREE_U64(size), OB_TREE_U64(size),
                      OB_TREE_U64(size));
        ob_tree_set_text(node, "compatible", "cfi-flash");
    }
}

static void gic_describe(const ObHost *host, ObTreeNode *root)
{
    ObTreeNode *node = ob_tree_add_at(root, "intc", GIC);
    ObTreeNode *frame;

    OB_TREE_CELLS(node, "phandle", ob_tree_gic(host->tree));
    OB_TREE_CELLS(node, "reg", OB_TREE_U64(GIC), OB_TREE_U64(GIC_SIZE), OB_TREE_U64(GIC + GIC_SIZE),
                  OB_TREE_U64(GIC_SIZE));
    ob_tree_set_text(node, "compatible", "arm,cortex-a15-gic");
    ob_tree_set(node, "ranges", NULL, 0);
    OB_TREE_CELLS(node, "#size-cells", 2);
    OB_TREE_CELLS(node, "#address-cells", 2);
    ob_tree_set(node, "interrupt-controller", NULL, 0);
    OB_TREE_CELLS(node, "#interrupt-cells", 3);

    frame = ob_tree_add_at(node, "v2m", FRAME);
    OB_TREE_CELLS(frame, "phandle", ob_tree_frame(host->tree));
    OB_TREE_CELLS(frame, "reg", OB_TREE_U64(FRAME), OB_TREE_U64(FRAME_SIZE));
    ob_tree_set(frame, "msi-controller", NULL, 0);
    ob_tree_set_text(frame, "compatible", "arm,gic-v2m-frame");
}

void ob_tree_describe(const ObHost *host, ObTreeNode *root)
{
    root_describe(host, root);
    ob_tree_add(root, "chosen");
    memory_describe(host, root);
    flash_describe(host, root);
    fw_cfg_describe(host, root);
    ob_tree_describe_pci(host, root);
    gic_describe(host, root);
}

bool ob_host_tree_dump(ObHost *host, const char *path, HwError *error)
{
    g_autoptr(GByteArray) tree = ob_host_tree(host, error);
    g_autoptr(GError) reason = NULL;

    if (!tree) {
        return false;
    }
    return g_file_set_contents(path, (const char *)tree->data, tree->len, &reason) ||
           hw_error_set(error, "%s", reason->message);
}
