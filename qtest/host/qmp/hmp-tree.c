/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HMP's trees: devices, objects, memory. */
#include "qtest/host/qmp/hmp-internal.h"

#include "qtest/host/qmp/qom/qom.h"
#include "qtest/machine/core/host-internal.h"

#include <inttypes.h>
#include <string.h>

/* --------------------------------------------------------------------- qtree */

static void properties_print(ObHmpCall *call, HwInstance *instance)
{
    const HwProperties *properties = &instance->cls->table.properties;

    for (uint32_t i = 0; i < properties->count; i++) {
        const HwProperty *property = &properties->entries[i];
        json_t *value = ob_qom_get(call->system, (ObQomObject) { OB_QOM_DEVICE, instance },
                                   property->name);
        char *text = json_dumps(value, JSON_ENCODE_ANY);

        ob_hmp_print(call, "    %s = %s\n", property->name, text);
        free(text);
        json_decref(value);
    }
}

static void regions_print(ObHmpCall *call, const HwInstance *instance)
{
    for (uint32_t i = 0; i < instance->region_count; i++) {
        const HwRegionState *region = &instance->regions[i];

        if (region->enabled && region->table->space == HW_SPACE_MEMORY) {
            ob_hmp_print(call, "    mmio %016" PRIx64 "/%016" PRIx64 "\n", region->address,
                         region->size);
        }
    }
}

void ob_hmp_info_qtree(ObHmpCall *call)
{
    HwInstance *instance;

    ob_hmp_print(call, "bus: main-system-bus\n  type System\n");
    for (uint32_t i = 0; (instance = ob_host_device_at(call->system->host, i)); i++) {
        ob_hmp_print(call, "  dev: %s, id \"%s\"\n", instance->cls->table.name,
                     ob_qom_is_anonymous(instance) ? "" : instance->id);
        properties_print(call, instance);
        regions_print(call, instance);
    }
}

/* --------------------------------------------------------------- object tree */

#define INDENT_MAX 16 /* the tree has three levels */

static void object_print(ObHmpCall *call, const char *path, int indent);

static void children_print(ObHmpCall *call, const char *path, ObQomObject object, int indent)
{
    json_t *list = ob_qom_list(call->system, object);
    json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "name"));
        g_autofree char *below = g_strdup_printf("%s%s%s", path, path[1] ? "/" : "", name);

        if (g_str_has_prefix(json_string_value(json_object_get(entry, "type")), "child<")) {
            object_print(call, below, indent + 2);
        }
    }
    json_decref(list);
}

static void object_print(ObHmpCall *call, const char *path, int indent)
{
    ObQomObject object = ob_qom_resolve(call->system, path);
    g_autofree char *type = ob_qom_type(call->system, object);

    ob_hmp_print(call, "%*s%s (%s)\n", indent, "", indent ? strrchr(path, '/') : path, type);
    if (indent < INDENT_MAX) {
        children_print(call, path, object, indent);
    }
}

void ob_hmp_info_qom_tree(ObHmpCall *call)
{
    const char *path = ob_hmp_string(call, "path");

    path = path ? path : "/machine";
    if (path[0] != '/' || ob_qom_resolve(call->system, path).kind == OB_QOM_NONE) {
        ob_hmp_print(call, "Path '%s' could not be resolved.\n", path);
        return;
    }
    object_print(call, path, 0);
}

/* -------------------------------------------------------------- memory tree */

static const char *range_kind(const ObRange *range)
{
    return range->store ? "ram" : range->load ? "romd" : "i/o";
}

static void space_print(ObHmpCall *call, HwSpace space, const char *name)
{
    ObMap *map = &call->system->host->maps[space];

    ob_map_settle(map);
    ob_hmp_print(call, "address-space: %s\n", name);
    for (uint32_t i = 0; i < map->count; i++) {
        const ObRange *range = &map->ranges[i];

        ob_hmp_print(call, "  %016" PRIx64 "-%016" PRIx64 " (prio 0, %s): %s%s%s\n", range->start,
                     range->start + (range->size - 1), range_kind(range),
                     range->owner ? range->owner : "", range->owner ? "." : "", range->name);
    }
    ob_hmp_print(call, "\n");
}

void ob_hmp_info_mtree(ObHmpCall *call)
{
    space_print(call, HW_SPACE_MEMORY, "memory");
    if (ob_host_machine(call->system->host)->has_io_ports) {
        space_print(call, HW_SPACE_IO, "I/O");
    }
}

/* QEMU's columns.  The offset is a place among all blocks, which has no use here; the address is the
 * process's own, and told to nobody. */
void ob_hmp_info_ramblock(ObHmpCall *call)
{
    const GPtrArray *blocks = call->system->host->blocks;

    ob_hmp_print(call, "%24s %8s  %18s %18s %18s %18s %3s\n", "Block Name", "PSize", "Offset",
                 "Used", "Total", "HVA", "RO");
    for (guint i = 0; i < blocks->len; i++) {
        const ObRamBlock *block = blocks->pdata[i];

        ob_hmp_print(call, "%24s %8s  0x%016x 0x%016" PRIx64 " 0x%016" PRIx64 " 0x%016x %3s\n",
                     block->name, "4 KiB", 0, block->length, block->length, 0, "rw");
    }
}

/* -------------------------------------------------------------- device models */

void ob_hmp_info_qdm(ObHmpCall *call)
{
    const HwClass *cls;

    ob_hmp_print(call, "Misc devices:\n");
    for (uint32_t i = 0; (cls = ob_host_class_at(call->system->host, i)); i++) {
        const char *description = cls->table.description;

        ob_hmp_print(call, "name \"%s\", bus System", cls->table.name);
        ob_hmp_print(call, description ? ", desc \"%s\"\n" : "\n", description);
    }
}
