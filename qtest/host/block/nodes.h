/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The graph of block nodes.  For the loop's thread. */
#ifndef OB_BLOCK_NODES_H
#define OB_BLOCK_NODES_H

#include "hw-api/hw-api.h"

#include <glib.h>
#include <jansson.h>

typedef struct ObBlockNode {
    char *name;    /* "#block1": not the user's */
    bool is_whole; /* the nodes below are there */
    bool is_named; /* by blockdev-add, which is a user */
    bool is_read_only;
    json_t *options;           /* the arguments of blockdev-add */
    uint64_t size;             /* bytes, whole sectors */
    struct ObBlockNode *image; /* the node below; NULL: none */
    uint32_t depth;            /* the number of nodes below */
    uint32_t users;            /* nodes above, and blockdev-add itself */
} ObBlockNode;

typedef struct ObBlockGraph {
    GPtrArray *nodes;  /* ObBlockNode, in the order of their making */
    uint32_t unnamed;  /* that were ever made */
    GPtrArray *adding; /* commands under way, with a function that frees them; NULL: never any */
} ObBlockGraph;

ObBlockGraph *ob_block_graph_new(void);
void ob_block_graph_free(ObBlockGraph *graph); /* NULL is allowed */

/* Adds a node, and those that `options` define below it; QMP's schema has checked their types.  Returns
 * NULL and sets `error` on failure; then nothing was added. */
ObBlockNode *ob_block_add(ObBlockGraph *graph, json_t *options, HwError *error);

/* Removes blockdev-add's node `name`, and nodes below that nothing else uses.  Returns false and sets
 * `error` if there is none, or if it has other users. */
bool ob_block_delete(ObBlockGraph *graph, const char *name, HwError *error);

/* The files that these definitions name, which live as long as `options`.  The caller frees the array. */
GPtrArray *ob_block_files(json_t *options);

/* The driver's name, which the node owns. */
const char *ob_block_driver(const ObBlockNode *node);

/* QEMU's name of what the node has: "null-co://", or "json:{...}".  The caller frees it. */
char *ob_block_filename(const ObBlockNode *node);

#endif
