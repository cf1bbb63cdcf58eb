/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nodes of a device tree, and their flattened format. */
#ifndef OB_TREE_NODE_H
#define OB_TREE_NODE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "hw-api/hw-api.h"

typedef struct ObTreeNode ObTreeNode;

/* The root: a node without a name.  Frees the nodes below, too; NULL is allowed. */
ObTreeNode *ob_tree_root(void);
void ob_tree_node_free(ObTreeNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ObTreeNode, ob_tree_node_free)

/* Adds a node below, "name", or "name@address" in hexadecimal.  The parent owns it. */
ObTreeNode *ob_tree_add(ObTreeNode *parent, const char *name);
ObTreeNode *ob_tree_add_at(ObTreeNode *parent, const char *name, uint64_t address);

/* The node below with this name; NULL: there is none. */
ObTreeNode *ob_tree_find(const ObTreeNode *parent, const char *name);
void ob_tree_remove(ObTreeNode *parent, ObTreeNode *node);

/* Set a property, in place of an older one of this name, and copy the bytes.  `size` may be 0. */
void ob_tree_set(ObTreeNode *node, const char *property, const void *bytes, uint32_t size);
void ob_tree_set_text(ObTreeNode *node, const char *property, const char *text);

/* Big-endian numbers of 32 bits. */
void ob_tree_set_cells(ObTreeNode *node, const char *property, const uint32_t *cells,
                       uint32_t count);
#define OB_TREE_CELLS(node, property, ...)                              \
    ob_tree_set_cells((node), (property), (uint32_t[]) { __VA_ARGS__ }, \
                      G_N_ELEMENTS(((uint32_t[]) { __VA_ARGS__ })))

/* A number of 64 bits as two cells. */
#define OB_TREE_U64(value) (uint32_t)((uint64_t)(value) >> 32), (uint32_t)(value)

/* Returns the tree in the flattened format, version 17 (Devicetree Specification 0.4, 5).  The nodes
 * below `more` follow the root's own.  NULL with a sentence if libfdt is missing. */
GByteArray *ob_tree_flatten(const ObTreeNode *root, const ObTreeNode *more, HwError *error);

/* For the flattener: the node's parts. */
typedef struct ObTreeProperty {
    char *name;
    GBytes *value;
} ObTreeProperty;

struct ObTreeNode {
    char *name;
    GArray *properties; /* ObTreeProperty */
    GPtrArray *nodes;   /* ObTreeNode, owned */
};

#endif
