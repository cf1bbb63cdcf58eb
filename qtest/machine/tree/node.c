/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/tree/node.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"

static void property_clear(gpointer data)
{
    ObTreeProperty *property = data;

    g_free(property->name);
    g_bytes_unref(property->value);
}

static void node_free(gpointer node)
{
    ob_tree_node_free(node);
}

static ObTreeNode *node_new(char *name)
{
    ObTreeNode *node = g_new0(ObTreeNode, 1);

    node->name = name;
    node->properties = g_array_new(FALSE, FALSE, sizeof(ObTreeProperty));
    g_array_set_clear_func(node->properties, property_clear);
    node->nodes = g_ptr_array_new_with_free_func(node_free);
    return node;
}

ObTreeNode *ob_tree_root(void)
{
    return node_new(g_strdup(""));
}

void ob_tree_node_free(ObTreeNode *node)
{
    if (node) {
        g_free(node->name);
        g_array_unref(node->properties);
        g_ptr_array_unref(node->nodes);
        g_free(node);
    }
}

static ObTreeNode *node_add(ObTreeNode *parent, char *name)
{
    ObTreeNode *node = node_new(name);

    g_ptr_array_add(parent->nodes, node);
    return node;
}

ObTreeNode *ob_tree_add(ObTreeNode *parent, const char *name)
{
    return node_add(parent, g_strdup(name));
}

ObTreeNode *ob_tree_add_at(ObTreeNode *parent, const char *name, uint64_t address)
{
    return node_add(parent, g_strdup_printf("%s@%" PRIx64, name, address));
}

ObTreeNode *ob_tree_find(const ObTreeNode *parent, const char *name)
{
    for (guint i = 0; i < parent->nodes->len; i++) {
        ObTreeNode *node = g_ptr_array_index(parent->nodes, i);

        if (!strcmp(node->name, name)) {
            return node;
        }
    }
    return NULL;
}

void ob_tree_remove(ObTreeNode *parent, ObTreeNode *node)
{
    g_ptr_array_remove(parent->nodes, node);
}

void ob_tree_set(ObTreeNode *node, const char *property, const void *bytes, uint32_t size)
{
    const ObTreeProperty value = { g_strdup(property), g_bytes_new(bytes, size) };

    for (guint i = 0; i < node->properties->len; i++) {
        if (!strcmp(g_array_index(node->properties, ObTreeProperty, i).name, property)) {
            g_array_remove_index(node->properties, i);
            break;
        }
    }
    g_array_append_val(node->properties, value);
}

void ob_tree_set_text(ObTreeNode *node, const char *property, const char *text)
{
    ob_tree_set(node, property, text, (uint32_t)strlen(text) + 1);
}

void ob_tree_set_cells(ObTreeNode *node, const char *property, const uint32_t *cells,
                       uint32_t count)
{
    g_autofree uint8_t *bytes = g_malloc(4 * (gsize)count);

    for (uint32_t i = 0; i < count; i++) {
        hw_store_be32(bytes + 4 * i, cells[i]);
    }
    ob_tree_set(node, property, bytes, 4 * count);
}
