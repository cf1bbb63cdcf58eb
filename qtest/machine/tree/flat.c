/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The flattened device tree: a header, memory to be left alone (none), structure, strings. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/machine/tree/node.h"

/* Devicetree Specification 0.4, 5.2 and 5.4.1 */
#define MAGIC 0xd00dfeedu

enum {
    VERSION = 17,
    COMPATIBLE = 16, /* the oldest version that a reader may expect */
    HEADER = 40,
    RESERVED = 16, /* the end of an empty list */
    BEGIN_NODE = 1,
    END_NODE = 2,
    PROPERTY = 3,
    END = 9,
};

typedef struct Flat {
    GByteArray *structure;
    GByteArray *strings;
} Flat;

static void word(GByteArray *bytes, uint32_t value)
{
    uint8_t word[4];

    hw_store_be32(word, value);
    g_byte_array_append(bytes, word, sizeof(word));
}

/* Followed by zeros up to the next word. */
static void padded(GByteArray *bytes, const void *data, gsize size)
{
    static const uint8_t zeros[4];

    g_byte_array_append(bytes, data, (guint)size);
    g_byte_array_append(bytes, zeros, -bytes->len % 4);
}

/* The offset of a property's name. */
static uint32_t string(Flat *flat, const char *name)
{
    uint32_t offset = 0;

    while (offset < flat->strings->len) {
        const char *known = (const char *)flat->strings->data + offset;

        if (!strcmp(known, name)) {
            return offset;
        }
        offset += (uint32_t)strlen(known) + 1;
    }
    g_byte_array_append(flat->strings, (const uint8_t *)name, (guint)strlen(name) + 1);
    return offset;
}

static void property(Flat *flat, const ObTreeProperty *property)
{
    gsize size;
    const void *value = g_bytes_get_data(property->value, &size);

    word(flat->structure, PROPERTY);
    word(flat->structure, (uint32_t)size);
    word(flat->structure, string(flat, property->name));
    padded(flat->structure, value, size);
}

static void node_flatten(Flat *flat, const ObTreeNode *node, const ObTreeNode *more);

static void nodes_flatten(Flat *flat, const ObTreeNode *parent)
{
    for (guint i = 0; parent && i < parent->nodes->len; i++) {
        node_flatten(flat, g_ptr_array_index(parent->nodes, i), NULL);
    }
}

/* The format has a node's properties before the nodes below. */
static void node_flatten(Flat *flat, const ObTreeNode *node, const ObTreeNode *more)
{
    word(flat->structure, BEGIN_NODE);
    padded(flat->structure, node->name, strlen(node->name) + 1);
    for (guint i = 0; i < node->properties->len; i++) {
        property(flat, &g_array_index(node->properties, ObTreeProperty, i));
    }
    nodes_flatten(flat, node);
    nodes_flatten(flat, more);
    word(flat->structure, END_NODE);
}

static GByteArray *header_new(const Flat *flat)
{
    GByteArray *tree = g_byte_array_new();
    uint32_t structure = HEADER + RESERVED;
    uint32_t strings = structure + flat->structure->len;
    const uint32_t words[] = {
        MAGIC,
        strings + flat->strings->len,
        structure,
        strings,
        HEADER, /* place of the reserved memory */
        VERSION,
        COMPATIBLE,
        0, /* the processor that boots */
        flat->strings->len,
        flat->structure->len,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        word(tree, words[i]);
    }
    g_byte_array_set_size(tree, HEADER + RESERVED);
    memset(tree->data + HEADER, 0, RESERVED);
    return tree;
}

GByteArray *ob_tree_flatten(const ObTreeNode *root, const ObTreeNode *more)
{
    Flat flat = { g_byte_array_new(), g_byte_array_new() };
    GByteArray *tree;

    node_flatten(&flat, root, more);
    word(flat.structure, END);
    tree = header_new(&flat);
    g_byte_array_append(tree, flat.structure->data, flat.structure->len);
    g_byte_array_append(tree, flat.strings->data, flat.strings->len);
    g_byte_array_unref(flat.structure);
    g_byte_array_unref(flat.strings);
    return tree;
}
