/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The node of the PCI host bridge (IEEE 1275's binding for PCI; Linux's host-generic-pci). */
#include <string.h>

#include "qtest/machine/pci/pci.h"
#include "qtest/machine/tree/tree-internal.h"

enum {
    /* The first cell of an address on the bus: its kind, or device and function. */
    IO = 0x01000000,
    MEMORY = 0x02000000,
    MEMORY_64 = 0x03000000,
    DEVICE_SHIFT = 11,
    DEVICES = 4, /* the pins of further devices are routed as these are */
    PINS = 4,
    ROW = 10,            /* cells of interrupt-map */
    RANGE = 7,           /* cells of ranges */
    BUS_SHIFT = 20,      /* a bus has 1 MiB of ECAM */
    FUNCTIONS = 0x10000, /* on all buses */
};

static uint32_t kind_of(const ObPciWindow *window)
{
    return window->is_io ? IO : window->start >> 32 ? MEMORY_64 : MEMORY;
}

static void ranges_set(ObTreeNode *node, const ObPci *pci)
{
    g_autoptr(GArray) cells = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    const ObPciWindow *window;

    for (uint32_t i = 0; (window = ob_pci_window(pci, i)); i++) {
        const uint32_t row[RANGE] = { kind_of(window), OB_TREE_U64(window->start),
                                      OB_TREE_U64(window->cpu), OB_TREE_U64(window->size) };

        g_array_append_vals(cells, row, RANGE);
    }
    ob_tree_set_cells(node, "ranges", (const uint32_t *)(void *)cells->data, cells->len);
}

/* A row: device, two empty cells, pin (1: INTA); the interrupt controller, its empty address, and
 * an interrupt there. */
static void routes_set(ObTreeNode *node, const ObHost *host)
{
    const ObPciBoard *board = ob_pci_board(host->pci);
    uint32_t cells[DEVICES * PINS][ROW];

    for (uint32_t i = 0; i < DEVICES * PINS; i++) {
        const uint32_t row[ROW] = {
            i / PINS << DEVICE_SHIFT,
            0,
            0,
            i % PINS + 1,
            ob_tree_gic(host->tree),
            0,
            0,
            OB_GIC_SPI,
            board->gsi(i / PINS, i % PINS) - OB_GIC_SPI_FIRST,
            OB_GIC_LEVEL_HIGH,
        };

        memcpy(cells[i], row, sizeof(row));
    }
    ob_tree_set_cells(node, "interrupt-map", cells[0], DEVICES * PINS * ROW);
    OB_TREE_CELLS(node, "interrupt-map-mask", (DEVICES - 1) << DEVICE_SHIFT, 0, 0, 7);
}

void ob_tree_describe_pci(const ObHost *host, ObTreeNode *root)
{
    const ObPciBoard *board = ob_pci_board(host->pci);
    uint64_t size;
    uint64_t ecam = ob_pci_ecam_at(host->pci, &size);
    ObTreeNode *node = ob_tree_add_at(root, "pcie", board->bar_memory);

    routes_set(node, host);
    OB_TREE_CELLS(node, "#interrupt-cells", 1);
    ranges_set(node, host->pci);
    OB_TREE_CELLS(node, "reg", OB_TREE_U64(ecam), OB_TREE_U64(size));
    OB_TREE_CELLS(node, "msi-map", 0, ob_tree_frame(host->tree), 0, FUNCTIONS);
    ob_tree_set(node, "dma-coherent", NULL, 0);
    OB_TREE_CELLS(node, "bus-range", 0, (uint32_t)(size >> BUS_SHIFT) - 1);
    OB_TREE_CELLS(node, "linux,pci-domain", 0);
    OB_TREE_CELLS(node, "#size-cells", 2);
    OB_TREE_CELLS(node, "#address-cells", 3);
    ob_tree_set_text(node, "device_type", "pci");
    ob_tree_set_text(node, "compatible", "pci-host-ecam-generic");
}
