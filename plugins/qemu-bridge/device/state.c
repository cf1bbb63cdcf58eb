/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State tables as QEMU's VMStateDescriptions, so that a stream carries named fields.  They
 * have the structure layout of the running QEMU.  Made once for each class and kept.
 */
#include "plugins/qemu-bridge/device/state-fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/host/load/tables.h"
#include "hw-api/host/run/running.h"
#include "hw-api/host/run/state.h"
#include "plugins/qemu-bridge/qemu/i2c/i2c-api.h"
#include "plugins/qemu-bridge/qemu/pci/pci-api.h"
#include "plugins/qemu-bridge/qemu/pci/pci.h"

#define SENTENCE   512
#define BUS_FIELDS 2 /* at most */

/* ------------------------------------------------------------------- hooks */

const HwState *bridge_state_of(const HwInstance *instance)
{
    static const HwState none = { .name = "" };
    const HwState *state = hw_instance_state(instance);

    return state ? state : &none;
}

static int state_loaded(const HwState *state, HwDevice *dev, int version)
{
    HW_ERROR(error, SENTENCE);
    bool good = true;

    if (state->post_load) {
        HW_RUN_HOOK(hw_instance_of(dev), "post_load",
                    good = state->post_load(dev, (uint32_t)version, &error));
    }
    if (!good) {
        error_report("%s: %s", dev->id, error.text);
        return -EINVAL;
    }
    return 0;
}

static int device_pre_save(void *opaque)
{
    HwDevice *dev = opaque;
    HwInstance *instance = hw_instance_of(dev);
    const HwState *state = bridge_state_of(instance);

    /* If the machine ran until now, its stop has quiesced the device already. */
    hw_instance_quiesce(instance);
    if (state->pre_save) {
        HW_RUN_HOOK(instance, "pre_save", state->pre_save(dev));
    }
    return 0;
}

/* `is_absent`: the fields of the state itself are cleared, too. */
static void subsections_clear(uint8_t *instance, const HwState *state, bool is_absent)
{
    for (uint32_t i = 0; i < state->fields.count; i++) {
        const HwStateField *field = &state->fields.entries[i];

        if (field->part) {
            subsections_clear(instance, field->part, is_absent);
        } else if (is_absent) {
            memset(instance + field->offset, 0, hw_state_extent(field));
        }
    }
    for (uint32_t i = 0; i < state->subsections.count; i++) {
        subsections_clear(instance, &state->subsections.entries[i], true);
    }
}

/* If the stream lacks a subsection, QEMU leaves its fields unchanged: clear them first. */
static int device_pre_load(void *opaque)
{
    HwDevice *dev = opaque;
    int result = bridge_load_begin(bridge_device_of_instance(dev));

    subsections_clear(opaque, bridge_state_of(hw_instance_of(dev)), false);
    return result;
}

/* QEMU calls it after the hooks of the subsections. */
static int device_post_load(void *opaque, int version)
{
    HwDevice *dev = opaque;
    int result = state_loaded(bridge_state_of(hw_instance_of(dev)), dev, version);

    if (result == 0) {
        bridge_load_checked(bridge_device_of_instance(dev));
    }
    return result;
}

/*
 * QEMU passes the instance to a hook but not the description, so one function can't tell
 * subsections apart.  Each pair of hooks gets a pair of functions of its own here.
 */
#define SLOTS 8
static const HwState *slots[SLOTS];
static unsigned slots_used;

#define SLOT(n)                                                \
    static int slot_##n##_pre_save(void *opaque)               \
    {                                                          \
        slots[n]->pre_save(opaque);                            \
        return 0;                                              \
    }                                                          \
    static int slot_##n##_post_load(void *opaque, int version) \
    {                                                          \
        return state_loaded(slots[n], opaque, version);        \
    }
/* clang-format off */
SLOT(0) SLOT(1) SLOT(2) SLOT(3) SLOT(4) SLOT(5) SLOT(6) SLOT(7)
    /* clang-format on */

    typedef struct Hooks {
    int (*pre_save)(void *opaque);
    int (*pre_load)(void *opaque);
    int (*post_load)(void *opaque, int version);
} Hooks;

/* clang-format off */
#define SLOT_HOOKS(n) { slot_##n##_pre_save, NULL, slot_##n##_post_load }
/* clang-format on */
static const Hooks slot_hooks[SLOTS] = {
    SLOT_HOOKS(0), SLOT_HOOKS(1), SLOT_HOOKS(2), SLOT_HOOKS(3),
    SLOT_HOOKS(4), SLOT_HOOKS(5), SLOT_HOOKS(6), SLOT_HOOKS(7),
};

/* Returns SLOTS if no slot is free. */
static unsigned slot_of(const HwState *state)
{
    unsigned n = 0;

    while (n < slots_used &&
           (slots[n]->pre_save != state->pre_save || slots[n]->post_load != state->post_load)) {
        n++;
    }
    if (n == slots_used && n < SLOTS) {
        slots[slots_used++] = state;
    }
    return n;
}

static bool hooks_of(const HwState *state, bool is_subsection, Hooks *hooks, HwError *error)
{
    unsigned slot;

    *hooks = (Hooks) { device_pre_save, device_pre_load, device_post_load };
    if (!is_subsection) {
        return true;
    }
    *hooks = (Hooks) { NULL, NULL, NULL };
    if (!state->pre_save && !state->post_load) {
        return true;
    }
    slot = slot_of(state);
    if (slot == SLOTS) {
        return hw_error_set(error, "%s: too many kinds of subsection hooks, expected at most %d",
                            state->name, SLOTS);
    }
    hooks->pre_save = state->pre_save ? slot_hooks[slot].pre_save : NULL;
    hooks->post_load = state->post_load ? slot_hooks[slot].post_load : NULL;
    return true;
}

/* -------------------------------------------------------------- descriptions */

static void *describe(const HwState *state, bool is_subsection, const HwDeviceClass *cls,
                      HwError *error);

/* Returns an array of pointers that ends with NULL.  Returns NULL and sets `error` on
 * failure. */
static const void **subsections_describe(const HwSubstates *substates, HwError *error)
{
    const void **list = calloc(substates->count + 1, sizeof(*list));

    if (!list) {
        hw_error_set(error, "out of memory");
        return NULL;
    }
    for (uint32_t i = 0; i < substates->count; i++) {
        list[i] = describe(&substates->entries[i], true, NULL, error);
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
static bool part_describe(const HwStateField *field, QemuField *described, HwError *error)
{
    if (!qemu_pci_learn(error)) { /* it learns where a field has a description */
        return false;
    }
    *described = (QemuField) {
        .name = field->name,
        .count = 1,
        .version_id = (int)field->since,
        .vmsd = describe(field->part, true, NULL, error),
        .is_inside = true,
    };
    return described->vmsd != NULL;
}

/* Returns NULL and sets `error` on failure. */
static QemuField *fields_describe(const HwDeviceClass *cls, const HwState *state, uint32_t *count,
                                  HwError *error)
{
    QemuField *fields = calloc(state->fields.count + BUS_FIELDS + 1, sizeof(*fields));
    bool good = fields || hw_error_set(error, "%s: out of memory", state->name);

    *count = fields && cls ? bus_fields_describe(cls, fields) : 0;
    for (uint32_t i = 0; good && i < state->fields.count; i++) {
        const HwStateField *field = &state->fields.entries[i];

        good = field->part ? part_describe(field, &fields[*count], error)
                           : bridge_describe_field(field, &fields[*count], error);
        *count += 1;
    }
    if (!good) {
        free(fields);
        fields = NULL;
    }
    return fields;
}

/* A failure leaks memory: QEMU exits then.  `cls`: NULL for a subsection. */
static void *describe(const HwState *state, bool is_subsection, const HwDeviceClass *cls,
                      HwError *error)
{
    uint32_t count = 0;
    QemuField *fields = fields_describe(cls, state, &count, error);
    const void **subsections = subsections_describe(&state->subsections, error);
    Hooks hooks;
    void *description;

    if (!fields || !subsections || !hooks_of(state, is_subsection, &hooks, error)) {
        return NULL;
    }
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
    free(fields);
    if (!description) {
        hw_error_set(error, "%s: out of memory", state->name);
    }
    return description;
}

/* A PCI function without a state of its own still has QEMU's part. */
static const HwState *state_or_empty(const HwDeviceClass *cls, const HwState *state)
{
    HwState *empty = state ? NULL : calloc(1, sizeof(*empty));

    if (empty) {
        empty->name = cls->name;
        empty->version = 1;
        empty->minimum_version = 1;
    }
    return state ? state : empty;
}

const void *bridge_describe_state(const HwDeviceClass *cls, const HwState *state, HwError *error)
{
    const HwState *described = state_or_empty(cls, state);

    if (!described) {
        hw_error_set(error, "%s: out of memory", cls->name);
        return NULL;
    }
    return describe(described, false, cls, error);
}
