/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of the machine's device tree. */
#ifndef OB_TREE_INTERNAL_H
#define OB_TREE_INTERNAL_H

#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/tree/node.h"
#include "qtest/machine/tree/tree.h"

/* A device's node, below the root. */
typedef struct ObTreeOwned {
    const HwDevice *dev;
    ObTreeNode *node;
} ObTreeOwned;

struct ObTree {
    uint32_t phandles; /* the first number by which nodes name one another */
    ObTreeNode *root;  /* the parent of the devices' nodes */
    GArray *owned;     /* ObTreeOwned */
};

/* The GIC's binding: type, number, flags. */
enum {
    OB_GIC_SPI = 0,
    OB_GIC_EDGE_RISING = 1,
    OB_GIC_LEVEL_HIGH = 4,
    OB_GIC_SPI_FIRST = 32, /* the global system interrupt of SPI 0 */
};

/* Numbers of nodes.  QEMU's first two are those of a clock, which is not here, and of no node. */
static inline uint32_t ob_tree_gic(const struct ObTree *tree)
{
    return tree->phandles + 2;
}

static inline uint32_t ob_tree_frame(const struct ObTree *tree)
{
    return tree->phandles + 3;
}

/* machine.c: adds the machine's own nodes. */
void ob_tree_describe(const ObHost *host, ObTreeNode *root);

/* pci.c: adds the host bridge's node. */
void ob_tree_describe_pci(const ObHost *host, ObTreeNode *root);

#endif
