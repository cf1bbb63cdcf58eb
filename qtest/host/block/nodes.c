/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/block/nodes.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/keyval.h"

#include <string.h>

#define SECTOR       512u
#define SIZE_DEFAULT (UINT64_C(1) << 30)                          /* null-co */
#define SIZE_LIMIT   (INT64_MAX - INT64_MAX % (INT64_C(1) << 30)) /* QEMU's */
#define NAME_MAX_LEN 31
#define DEPTH_MAX    32u

/* The options that a file name is made of, besides driver and image. */
static const char *const name_options[] = { "size", "read-zeroes", "config", NULL };

/* ----------------------------------------------------------------------- names */

static ObBlockNode *node_find(const ObBlockGraph *graph, const char *name)
{
    for (guint i = 0; i < graph->nodes->len; i++) {
        ObBlockNode *node = graph->nodes->pdata[i];

        if (strcmp(node->name, name) == 0) {
            return node;
        }
    }
    return NULL;
}

/* QEMU's words, and its order of checks. */
static bool name_check(const ObBlockGraph *graph, const char *name, HwError *error)
{
    if (!ob_id_check(name, NULL)) {
        return hw_error_set(error, "Invalid node-name: '%s'", name);
    }
    if (node_find(graph, name)) {
        return hw_error_set(error, "Duplicate nodes with node-name='%s'", name);
    }
    return strlen(name) <= NAME_MAX_LEN || hw_error_set(error, "Node name too long");
}

const char *ob_block_driver(const ObBlockNode *node)
{
    return json_string_value(json_object_get(node->options, "driver"));
}

/* ------------------------------------------------------------------ life of nodes */

static void node_unref(ObBlockGraph *graph, ObBlockNode *node)
{
    if (--node->users == 0) {
        if (node->image) {
            node_unref(graph, node->image);
        }
        g_ptr_array_remove(graph->nodes, node);
        json_decref(node->options);
        g_free(node->name);
        g_free(node);
    }
}

static bool size_set(ObBlockNode *node, HwError *error)
{
    json_t *size = json_object_get(node->options, "size");
    json_int_t bytes = size ? json_integer_value(size) : (json_int_t)SIZE_DEFAULT;

    if (node->image) {
        node->size = node->image->size;
        node->depth = node->image->depth + 1;
        return node->depth <= DEPTH_MAX ||
               hw_error_set(error, "'%s' has %u nodes below it, expected at most %u", node->name,
                            node->depth, DEPTH_MAX);
    }
    if (bytes < 0) {
        return hw_error_set(error, "Parameter 'size' expects a non-negative number below 2^64");
    }
    if (bytes > SIZE_LIMIT) {
        return hw_error_set(error, "Could not refresh total sector count: File too large");
    }
    node->size = ((uint64_t)bytes + SECTOR - 1) / SECTOR * SECTOR;
    return json_integer_value(json_object_get(node->options, "latency-ns")) >= 0 ||
           hw_error_set(error, "latency-ns is invalid");
}

static ObBlockNode *node_add(ObBlockGraph *graph, json_t *options, bool read_only, HwError *error);

/* The image is a new node, or the name of one. */
static bool image_set(ObBlockGraph *graph, ObBlockNode *node, HwError *error)
{
    json_t *image = json_object_get(node->options, "image");

    if (json_is_object(image)) {
        node->image = node_add(graph, image, node->is_read_only, error);
        return node->image;
    }
    if (image) {
        const char *name = json_string_value(image);

        node->image = node_find(graph, name);
        if (!node->image) {
            return hw_error_set(error, "Cannot find device='%s' nor node-name='%s'", name, name);
        }
        if (!node->image->is_whole) {
            node->image = NULL;
            return hw_error_set(error, "Making '%s' a image child of '%s' would create a cycle",
                                name, node->name);
        }
        node->image->users++;
    }
    return true;
}

/* A node below is as read-only as the one above, if it does not say. */
static ObBlockNode *node_add(ObBlockGraph *graph, json_t *options, bool read_only, HwError *error)
{
    const char *name = json_string_value(json_object_get(options, "node-name"));
    json_t *given = json_object_get(options, "read-only");
    ObBlockNode *node;

    if (name && !name_check(graph, name, error)) {
        return NULL;
    }
    node = g_new0(ObBlockNode, 1);
    node->name = name ? g_strdup(name) : g_strdup_printf("#block%u", ++graph->unnamed);
    node->is_read_only = given ? json_is_true(given) : read_only;
    node->options = json_incref(options);
    node->users = 1;
    g_ptr_array_add(graph->nodes, node);
    if (!image_set(graph, node, error) || !size_set(node, error)) {
        node_unref(graph, node);
        return NULL;
    }
    node->is_whole = true;
    return node;
}

ObBlockNode *ob_block_add(ObBlockGraph *graph, json_t *options, HwError *error)
{
    ObBlockNode *node;

    if (!json_object_get(options, "node-name")) {
        hw_error_set(error, "'node-name' must be specified for the root node");
        return NULL;
    }
    node = node_add(graph, options, false, error);
    if (node) {
        node->is_named = true;
    }
    return node;
}

bool ob_block_delete(ObBlockGraph *graph, const char *name, HwError *error)
{
    ObBlockNode *node = node_find(graph, name);

    if (!node) {
        return hw_error_set(error, "Failed to find node with node-name='%s'", name);
    }
    if (!node->is_named) {
        return hw_error_set(error, "Node %s is not owned by the monitor", name);
    }
    if (node->users > 1) {
        return hw_error_set(error, "Block device %s is in use", name);
    }
    node_unref(graph, node);
    return true;
}

ObBlockGraph *ob_block_graph_new(void)
{
    ObBlockGraph *graph = g_new0(ObBlockGraph, 1);

    graph->nodes = g_ptr_array_new();
    return graph;
}

/* A parent comes before its image only if the image was defined in it; so the root nodes go first. */
void ob_block_graph_free(ObBlockGraph *graph)
{
    if (!graph) {
        return;
    }
    for (guint i = graph->nodes->len; i > 0; i--) {
        ObBlockNode *node = i <= graph->nodes->len ? graph->nodes->pdata[i - 1] : NULL;

        if (node && node->is_named) {
            node_unref(graph, node);
        }
    }
    if (graph->adding) {
        g_ptr_array_free(graph->adding, TRUE);
    }
    g_ptr_array_free(graph->nodes, TRUE);
    g_free(graph);
}

/* ------------------------------------------------------------------- file names */

GPtrArray *ob_block_files(json_t *options)
{
    GPtrArray *files = g_ptr_array_new();

    for (; options; options = json_object_get(options, "image")) {
        const char *config = json_string_value(json_object_get(options, "config"));

        if (config) {
            g_ptr_array_add(files, (gpointer)config);
        }
    }
    return files;
}

/* The options that tell the node's content. */
static json_t *content(const ObBlockNode *node)
{
    json_t *all = json_pack("{s:O}", "driver", json_object_get(node->options, "driver"));

    for (const char *const *name = name_options; *name; name++) {
        json_object_set(all, *name, json_object_get(node->options, *name));
    }
    if (node->image) {
        json_object_set_new(all, "image", content(node->image));
    }
    return all;
}

/* NULL: the options don't fit into a name. */
static char *exact_name(const ObBlockNode *node)
{
    const char *config = json_string_value(json_object_get(node->options, "config"));
    g_autofree char *image = node->image ? exact_name(node->image) : NULL;

    if (node->image) {
        return image ? g_strdup_printf("blkdebug:%s:%s", config ? config : "", image) : NULL;
    }
    return json_object_get(node->options, "size") || json_object_get(node->options, "read-zeroes")
               ? NULL
               : g_strdup_printf("%s://", ob_block_driver(node));
}

char *ob_block_filename(const ObBlockNode *node)
{
    char *exact = exact_name(node);
    json_t *all;
    char *text;
    char *name;

    if (exact) {
        return exact;
    }
    all = content(node);
    text = json_dumps(all, 0);
    name = g_strconcat("json:", text, NULL);
    free(text);
    json_decref(all);
    return name;
}
