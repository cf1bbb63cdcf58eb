/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State tables as QEMU's VMStateDescriptions, so that a stream carries named fields.  They
 * have the structure layout of the running QEMU.  Those of a class live as long as the class.
 */
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/pci.h"
#include "plugins/qemu-bridge/device/state-fields.h"
#include "plugins/qemu-bridge/qemu/i2c/i2c-api.h"
#include "plugins/qemu-bridge/qemu/pci/pci-api.h"
#include "plugins/qemu-bridge/qemu/pci/pci.h"

#define BUS_FIELDS 2 /* at most */

/* ------------------------------------------------------------------- memory */

struct BridgeKept {
    BridgeKept *next;
    void *memory;
};

void *bridge_keep(BridgeDescriptions *owner, void *memory, const char *name, HwError *error)
{
    BridgeKept *kept = memory ? malloc(sizeof(*kept)) : NULL;

    if (!kept) {
        free(memory);
        hw_error_set(error, "%s: out of memory", name);
        return NULL;
    }
    *kept = (BridgeKept) { owner->kept, memory };
    owner->kept = kept;
    return memory;
}

void bridge_descriptions_free(BridgeDescriptions *descriptions)
{
    while (descriptions && descriptions->kept) {
        BridgeKept *kept = descriptions->kept;

        descriptions->kept = kept->next;
        free(kept->memory);
        free(kept);
    }
    free(descriptions);
}

/* -------------------------------------------------------------- descriptions */

static void *describe(BridgeDescriptions *owner, const HwState *state, bool is_subsection,
                      const HwDeviceClass *cls, HwError *error);

/* Returns an array of pointers that ends with NULL.  Returns NULL and sets `error` on
 * failure. */
static const void **subsections_describe(BridgeDescriptions *owner, const HwState *state,
                                         HwError *error)
{
    const HwSubstates *substates = &state->subsections;
    const void **list = bridge_keep(owner, calloc(substates->count + 1, sizeof(*list)), state->name,
                                    error);

    for (uint32_t i = 0; list && i < substates->count; i++) {
        list[i] = describe(owner, &substates->entries[i], true, NULL, error);
        if (!list[i]) {
            return NULL;
        }
    }
    return list;
}

/* A field that is QEMU's own object. */
static QemuField object_describe(const char *name, const void *vmsd)
{
    return (QemuField) {
        .name = name, .offset = offsetof(HwDevice, reserved[0]), .count = 1, .vmsd = vmsd
    };
}

/* QEMU's part of the state of a device on a bus comes first.  Returns the number of its fields. */
static uint32_t bus_fields_describe(const HwDeviceClass *cls, QemuField *fields)
{
    uint32_t count = 0;

    if (cls->pci) {
        fields[count++] = object_describe("pci", vmstate_pci_device);
    }
    if (cls->pci && cls->pci->msix_vectors) {
        fields[count++] = object_describe("msix", vmstate_msix);
    }
    if (cls->i2c) {
        fields[count++] = object_describe("i2c", vmstate_i2c_slave);
    }
    return count;
}

/* A part is the same instance. */
static bool part_describe(BridgeDescriptions *owner, const HwStateField *field,
                          QemuField *described, HwError *error)
{
    if (!qemu_pci_learn(error)) { /* it learns where a field has a description */
        return false;
    }
    *described = (QemuField) {
        .name = field->name,
        .count = 1,
        .version_id = (int)field->since,
        .vmsd = describe(owner, field->part, true, NULL, error),
        .is_inside = true,
    };
    return described->vmsd != NULL;
}

/* Returns NULL and sets `error` on failure. */
static QemuField *fields_describe(BridgeDescriptions *owner, const HwDeviceClass *cls,
                                  const HwState *state, uint32_t *count, HwError *error)
{
    QemuField *fields = calloc(state->fields.count + BUS_FIELDS + 1, sizeof(*fields));
    bool good = fields || hw_error_set(error, "%s: out of memory", state->name);

    *count = fields && cls ? bus_fields_describe(cls, fields) : 0;
    for (uint32_t i = 0; good && i < state->fields.count; i++) {
        const HwStateField *field = &state->fields.entries[i];

        good = field->part ? part_describe(owner, field, &fields[*count], error)
                           : bridge_describe_field(owner, field, &fields[*count], error);
        *count += 1;
    }
    if (!good) {
        free(fields);
        fields = NULL;
    }
    return fields;
}

/* `cls`: NULL for a subsection. */
static void *describe(BridgeDescriptions *owner, const HwState *state, bool is_subsection,
                      const HwDeviceClass *cls, HwError *error)
{
    uint32_t count = 0;
    QemuField *fields = fields_describe(owner, cls, state, &count, error);
    const void **subsections = fields ? subsections_describe(owner, state, error) : NULL;
    BridgeStateHooks hooks;
    void *description = NULL;

    if (subsections && bridge_state_hooks(state, is_subsection, &hooks, error)) {
        description = qemu_description_new(&(QemuDescription) {
            .name = state->name,
            .version_id = (int)state->version,
            .minimum_version_id = (int)state->minimum_version,
            .pre_save = hooks.pre_save,
            .pre_load = hooks.pre_load,
            .post_load = hooks.post_load,
            .needed = (bool (*)(void *))state->needed,
            .fields = fields,
            .field_count = count,
            .subsections = subsections,
        });
        description = bridge_keep(owner, description, state->name, error);
    }
    free(fields);
    return description;
}

/* A PCI function without a state of its own still has QEMU's part. */
static const HwState *state_or_empty(BridgeDescriptions *owner, const HwDeviceClass *cls,
                                     const HwState *state, HwError *error)
{
    HwState *empty = state ? NULL : bridge_keep(owner, calloc(1, sizeof(*empty)), cls->name, error);

    if (empty) {
        empty->name = cls->name;
        empty->version = 1;
        empty->minimum_version = 1;
    }
    return state ? state : empty;
}

/* True if the class has no state in this layout, too. */
static bool layout_describe(BridgeDescriptions *owner, const HwDeviceClass *cls, uint32_t layout,
                            HwError *error)
{
    const HwState *state = layout ? cls->layouts.entries[layout - 1].state : cls->state;

    if (!state && !cls->pci) {
        return true;
    }
    state = state_or_empty(owner, cls, state, error);
    owner->by_layout[layout] = state ? describe(owner, state, false, cls, error) : NULL;
    return owner->by_layout[layout] != NULL;
}

BridgeDescriptions *bridge_descriptions_new(const HwDeviceClass *cls, HwError *error)
{
    BridgeDescriptions *owner = calloc(1, sizeof(*owner));
    bool good = owner || hw_error_set(error, "%s: out of memory", cls->name);

    if (good) {
        owner->by_layout = bridge_keep(owner,
                                       calloc(cls->layouts.count + 1, sizeof(*owner->by_layout)),
                                       cls->name, error);
        good = owner->by_layout != NULL;
    }
    for (uint32_t i = 0; good && i <= cls->layouts.count; i++) {
        good = layout_describe(owner, cls, i, error);
    }
    if (!good) {
        bridge_descriptions_free(owner);
        owner = NULL;
    }
    return owner;
}
