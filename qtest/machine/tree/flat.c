/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The flattened device tree, by libfdt's functions that write from the start to the end. */
#include <libfdt.h>

#include "hw-api/device/error.h"
#include "hw-api/host/library/library.h"
#include "qtest/machine/tree/node.h"

enum { FIRST = 0x4000, MOST = 0x4000000 }; /* bytes; the trees of QEMU's virt have 8 KiB */

typedef struct Fdt {
    __typeof__(fdt_create) *create;
    __typeof__(fdt_finish_reservemap) *finish_reservemap;
    __typeof__(fdt_begin_node) *begin_node;
    __typeof__(fdt_property) *property;
    __typeof__(fdt_end_node) *end_node;
    __typeof__(fdt_finish) *finish;
    __typeof__(fdt_strerror) *error_text;
} Fdt;

static const HwLibrarySymbol symbols[] = {
    { "fdt_create", offsetof(Fdt, create) },
    { "fdt_finish_reservemap", offsetof(Fdt, finish_reservemap) },
    { "fdt_begin_node", offsetof(Fdt, begin_node) },
    { "fdt_property", offsetof(Fdt, property) },
    { "fdt_end_node", offsetof(Fdt, end_node) },
    { "fdt_finish", offsetof(Fdt, finish) },
    { "fdt_strerror", offsetof(Fdt, error_text) },
};

static const Fdt *fdt_load(HwError *error)
{
    static Fdt table;
    static HwLibrary library = { .file = "libfdt.so.1",
                                 .package = "libfdt1 (Debian) or libfdt (Fedora)",
                                 .release = "libfdt 1.4",
                                 .symbols = symbols,
                                 .count = G_N_ELEMENTS(symbols),
                                 .table = &table };

    return hw_library_load(&library, error) ? &table : NULL;
}

static int node_write(const Fdt *fdt, void *tree, const ObTreeNode *node, const ObTreeNode *more);

static int nodes_write(const Fdt *fdt, void *tree, const ObTreeNode *parent)
{
    int result = 0;

    for (guint i = 0; parent && !result && i < parent->nodes->len; i++) {
        result = node_write(fdt, tree, g_ptr_array_index(parent->nodes, i), NULL);
    }
    return result;
}

/* The format has a node's properties before the nodes below. */
static int node_write(const Fdt *fdt, void *tree, const ObTreeNode *node, const ObTreeNode *more)
{
    int result = fdt->begin_node(tree, node->name);

    for (guint i = 0; !result && i < node->properties->len; i++) {
        const ObTreeProperty *property = &g_array_index(node->properties, ObTreeProperty, i);
        gsize size;
        const void *value = g_bytes_get_data(property->value, &size);

        result = fdt->property(tree, property->name, value, (int)size);
    }
    if (!result) {
        result = nodes_write(fdt, tree, node);
    }
    if (!result) {
        result = nodes_write(fdt, tree, more);
    }
    return result ? result : fdt->end_node(tree);
}

static int tree_write(const Fdt *fdt, GByteArray *tree, const ObTreeNode *root,
                      const ObTreeNode *more)
{
    int result = fdt->create(tree->data, (int)tree->len);

    if (!result) {
        result = fdt->finish_reservemap(tree->data);
    }
    if (!result) {
        result = node_write(fdt, tree->data, root, more);
    }
    return result ? result : fdt->finish(tree->data);
}

GByteArray *ob_tree_flatten(const ObTreeNode *root, const ObTreeNode *more, HwError *error)
{
    const Fdt *fdt = fdt_load(error);
    GByteArray *tree;
    int result = -FDT_ERR_NOSPACE;

    if (!fdt) {
        return NULL;
    }
    tree = g_byte_array_new();
    for (guint size = FIRST; result == -FDT_ERR_NOSPACE && size <= MOST; size *= 2) {
        g_byte_array_set_size(tree, size);
        result = tree_write(fdt, tree, root, more);
    }
    if (result) {
        hw_error_set(error, "libfdt makes no device tree: %s", fdt->error_text(result));
        g_byte_array_unref(tree);
        return NULL;
    }
    return g_byte_array_set_size(tree, fdt_totalsize(tree->data));
}
