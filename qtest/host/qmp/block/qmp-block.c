/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/device/error.h"
#include "qtest/host/block/nodes.h"
#include "qtest/host/block/rules.h"
#include "qtest/host/io/file-read.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/text/json.h"

/* A blockdev-add that waits for files. */
typedef struct Adding {
    ObSystem *system;
    ObQmpLater *later;
    json_t *options;
    GPtrArray *files; /* that were not read yet */
    ObFileRead *read;
} Adding;

static void adding_free(gpointer opaque)
{
    Adding *adding = opaque;

    ob_file_read_free(adding->read);
    ob_qmp_later_free(adding->later);
    g_ptr_array_free(adding->files, TRUE);
    json_decref(adding->options);
    g_free(adding);
}

static ObBlockGraph *graph_of(ObSystem *system)
{
    if (!system->block) {
        system->block = ob_block_graph_new();
        system->block->adding = g_ptr_array_new_with_free_func(adding_free);
    }
    return system->block;
}

/* ------------------------------------------------------------------ blockdev-add */

/* NULL: the node is there. */
static void adding_end(Adding *adding, const char *error)
{
    ObQmpLater *later = adding->later;

    adding->later = NULL;
    g_ptr_array_remove(adding->system->block->adding, adding);
    ob_qmp_answer(later, error ? NULL : json_object(), error);
}

static void file_done(void *opaque, const GByteArray *text, const char *error);

static bool file_begin(Adding *adding, HwError *error)
{
    HW_ERROR(reason, 512);

    adding->read = ob_file_read_new(adding->system->loop, adding->files->pdata[0], file_done,
                                    adding, &reason);
    return adding->read ||
           hw_error_set(error, "Could not read blkdebug config file: %s", reason.text);
}

static bool file_take(Adding *adding, const GByteArray *text, HwError *error)
{
    const char *path = g_ptr_array_remove_index(adding->files, 0);

    return ob_block_rules_check(path, (const char *)text->data, text->len, error) &&
           (adding->files->len
                ? file_begin(adding, error)
                : ob_block_add(adding->system->block, adding->options, error) != NULL);
}

static void file_done(void *opaque, const GByteArray *text, const char *failure)
{
    Adding *adding = opaque;
    HW_ERROR(error, 512);

    adding->read = NULL;
    if (!text) {
        hw_error_set(&error, "Could not read blkdebug config file: %s", failure);
    }
    if (!text || !file_take(adding, text, &error)) {
        adding_end(adding, error.text);
    } else if (!adding->read) {
        adding_end(adding, NULL);
    }
}

/* A wrong command does not wait: the node is made, and removed until the files were read. */
json_t *ob_qmp_blockdev_add(ObQmpCall *call)
{
    ObBlockGraph *graph = graph_of(call->system);
    ObBlockNode *node;
    Adding *adding;
    HW_ERROR(error, 512);

    node = ob_block_add(graph, call->arguments, &error);
    if (!node) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "%s", error.text);
    }
    adding = g_new0(Adding, 1);
    adding->system = call->system;
    adding->options = json_incref(call->arguments);
    adding->files = ob_block_files(adding->options);
    if (adding->files->len == 0) {
        adding_free(adding);
        return json_object();
    }
    ob_block_delete(graph, node->name, NULL);
    if (!file_begin(adding, &error)) {
        adding_free(adding);
        return ob_qmp_fail(call, OB_QMP_GENERIC, "%s", error.text);
    }
    adding->later = ob_qmp_later(call);
    g_ptr_array_add(graph->adding, adding);
    return NULL;
}

json_t *ob_qmp_blockdev_del(ObQmpCall *call)
{
    HW_ERROR(error, 512);

    return ob_block_delete(graph_of(call->system), ob_qmp_string(call, "node-name"), &error)
               ? json_object()
               : ob_qmp_fail(call, OB_QMP_GENERIC, "%s", error.text);
}

/* ---------------------------------------------------------------------- queries */

/* A list of nodes has the newest first, as QEMU's. */
static const ObBlockNode *node_at(const ObBlockGraph *graph, guint i)
{
    return graph->nodes->pdata[graph->nodes->len - 1 - i];
}

/* With `chain`, the node below is in it. */
static json_t *image_json(const ObBlockNode *node, bool chain)
{
    g_autofree char *name = ob_block_filename(node);
    json_t *image = json_pack("{s:o, s:o, s:I}", "filename", ob_json_text(name), "format",
                              ob_json_text(ob_block_driver(node)), "virtual-size",
                              (json_int_t)node->size);

    if (!node->image) {
        json_object_set_new(image, "actual-size", json_integer(0));
    } else if (chain) {
        json_object_set_new(image, "backing-image", image_json(node->image, true));
    }
    return image;
}

static json_t *children_json(const ObBlockNode *node)
{
    return node->image ? json_pack("[{s:o, s:o}]", "child", ob_json_text("image"), "node-name",
                                   ob_json_text(node->image->name))
                       : json_array();
}

static json_t *node_json(const ObBlockNode *node, bool flat)
{
    static const char *const limits[] = { "bps", "bps_rd", "bps_wr", "iops", "iops_rd", "iops_wr" };
    json_t *cache = json_pack("{s:b, s:b, s:b}", "writeback", 1, "direct", 0, "no-flush", 0);
    g_autofree char *name = ob_block_filename(node);
    json_t *entry = json_pack("{s:o, s:b, s:o, s:o, s:o, s:b, s:b, s:o, s:i, s:I, s:o, s:o}",
                              "node-name", ob_json_text(node->name), "ro", node->is_read_only,
                              "drv", ob_json_text(ob_block_driver(node)), "file",
                              ob_json_text(name), "image", image_json(node, !flat), "active", 1,
                              "encrypted", 0, "detect_zeroes", ob_json_text("off"),
                              "write_threshold", 0, "backing_file_depth",
                              (json_int_t)(flat ? 0 : node->depth), "cache", cache, "children",
                              children_json(node));

    for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
        ob_json_set(entry, limits[i], json_integer(0));
    }
    return entry;
}

json_t *ob_qmp_query_named_block_nodes(ObQmpCall *call)
{
    const ObBlockGraph *graph = graph_of(call->system);
    bool flat = json_is_true(json_object_get(call->arguments, "flat"));
    json_t *list = json_array();

    for (guint i = 0; i < graph->nodes->len; i++) {
        json_array_append_new(list, node_json(node_at(graph, i), flat));
    }
    return list;
}

/* Nobody reads or writes, so a parent wants no permission of its child, and shares all. */
static json_t *edge_json(const ObBlockGraph *graph, const ObBlockNode *parent)
{
    guint above;
    guint below;

    g_ptr_array_find(graph->nodes, parent, &above);
    g_ptr_array_find(graph->nodes, parent->image, &below);
    return json_pack("{s:i, s:i, s:o, s:[], s:[o, o, o, o]}", "parent", (int)above + 1, "child",
                     (int)below + 1, "name", ob_json_text("image"), "perm", "shared-perm",
                     ob_json_text("resize"), ob_json_text("write-unchanged"), ob_json_text("write"),
                     ob_json_text("consistent-read"));
}

json_t *ob_qmp_query_block_graph(ObQmpCall *call)
{
    const ObBlockGraph *graph = graph_of(call->system);
    json_t *nodes = json_array();
    json_t *edges = json_array();

    for (guint i = 0; i < graph->nodes->len; i++) {
        const ObBlockNode *node = node_at(graph, i);

        json_array_append_new(nodes,
                              json_pack("{s:i, s:o, s:o}", "id", (int)(graph->nodes->len - i),
                                        "type", ob_json_text("block-driver"), "name",
                                        ob_json_text(node->name)));
        if (node->image) {
            json_array_append_new(edges, edge_json(graph, node));
        }
    }
    return json_pack("{s:o, s:o}", "nodes", nodes, "edges", edges);
}
