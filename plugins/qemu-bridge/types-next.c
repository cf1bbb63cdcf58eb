/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The types of a set that takes over: all are prepared before one is changed. */
#include "plugins/qemu-bridge/types.h"

#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/gpio.h"
#include "plugins/qemu-bridge/device/pci.h"

/* A type will have this. */
typedef struct Next {
    const HwClass *cls;
    BridgeDescriptions *descriptions;
} Next;

struct BridgeTypesNext {
    Next *rows; /* by type */
    uint32_t count;
    BridgeType **added; /* types of new classes */
    uint32_t added_count;
};

/* ------------------------------------------------------------------- checks */

/* The parent and interfaces, to which QEMU's type is fixed. */
static uint32_t bus_of(const HwDeviceClass *table)
{
    return (table->pci ? 1 : 0) | (table->i2c ? 2 : 0) |
           (table->pci && table->pci->flags & HW_PCI_EXPRESS ? 4 : 0);
}

static bool same_name(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* QEMU's properties have the lines' names. */
static bool lines_stay(const HwDeviceClass *was, const HwDeviceClass *now)
{
    return !was->gpio || !now->gpio ||
           (same_name(was->gpio->inputs, now->gpio->inputs) &&
            same_name(was->gpio->outputs, now->gpio->outputs));
}

static bool class_fits(const BridgeType *type, const HwClass *now, HwError *error)
{
    const HwDeviceClass *was = &type->cls->table;

    if (!now) {
        return hw_error_set(
            error, "%s: the class is gone, expected it to stay: QEMU can't remove its type",
            was->name);
    }
    if (bus_of(was) != bus_of(&now->table)) {
        return hw_error_set(error, "%s: is on another bus, expected the bus that its type has",
                            was->name);
    }
    if (!lines_stay(was, &now->table)) {
        return hw_error_set(error, "%s: the lines have other names, expected them to stay",
                            was->name);
    }
    return !bridge_type_is_pci(type) || bridge_pci_class_check(&now->table, error);
}

/* ---------------------------------------------------------------- preparing */

static bool next_prepare(Next *next, const BridgeType *type, const HwPluginSet *set, HwError *error)
{
    next->cls = hw_plugin_set_find(set, type->cls->table.name);
    if (!class_fits(type, next->cls, error)) {
        return false;
    }
    if (!type->refusal) {
        next->descriptions = bridge_descriptions_new(&next->cls->table, error);
    }
    return type->refusal || next->descriptions;
}

static bool has_type(const HwClass *cls)
{
    for (uint32_t i = 0; i < bridge.type_count; i++) {
        if (strcmp(bridge.types[i]->cls->table.name, cls->table.name) == 0) {
            return true;
        }
    }
    return false;
}

static bool added_prepare(BridgeTypesNext *next, const HwPluginSet *set, HwError *error)
{
    for (uint32_t i = 0; i < hw_plugin_set_class_count(set); i++) {
        const HwClass *cls = hw_plugin_set_class(set, i);
        BridgeType *type = has_type(cls) ? NULL : bridge_type_new(cls, error);

        if (type) {
            next->added[next->added_count++] = type;
        } else if (!has_type(cls)) {
            return false;
        }
    }
    return true;
}

static bool prepare(BridgeTypesNext *next, const HwPluginSet *set, HwError *error)
{
    uint32_t classes = hw_plugin_set_class_count(set);

    next->rows = calloc(bridge.type_count + 1, sizeof(*next->rows));
    next->added = calloc(classes + 1, sizeof(*next->added));
    if (!next->rows || !next->added) {
        return hw_error_set(error, "out of memory");
    }
    for (; next->count < bridge.type_count; next->count++) {
        if (!next_prepare(&next->rows[next->count], bridge.types[next->count], set, error)) {
            return false;
        }
    }
    return added_prepare(next, set, error) &&
           bridge_types_reserve(bridge.type_count + next->added_count, error);
}

BridgeTypesNext *bridge_types_prepare(const HwPluginSet *set, HwError *error)
{
    BridgeTypesNext *next = calloc(1, sizeof(*next));

    if (!next) {
        hw_error_set(error, "out of memory");
        return NULL;
    }
    bridge_states_begin();
    if (!prepare(next, set, error)) {
        bridge_types_drop(next);
        return NULL;
    }
    return next;
}

/* ---------------------------------------------------------------------- end */

static void next_free(BridgeTypesNext *next)
{
    free(next->rows);
    free(next->added);
    free(next);
}

void bridge_types_drop(BridgeTypesNext *next)
{
    for (uint32_t i = 0; next && i < next->count; i++) {
        bridge_descriptions_free(next->rows[i].descriptions);
    }
    for (uint32_t i = 0; next && i < next->added_count; i++) {
        bridge_type_free(next->added[i]);
    }
    if (next) {
        next_free(next);
    }
}

void bridge_types_exchange(BridgeTypesNext *next)
{
    bridge_states_commit();
    for (uint32_t i = 0; i < next->count; i++) {
        BridgeType *type = bridge.types[i];

        bridge_descriptions_free(type->descriptions);
        type->cls = next->rows[i].cls;
        type->descriptions = next->rows[i].descriptions;
        bridge_type_describe(type, object_class_by_name(type->name));
    }
    for (uint32_t i = 0; i < next->added_count; i++) {
        bridge_type_add(next->added[i]);
    }
    next_free(next);
}
