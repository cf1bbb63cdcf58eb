/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hooks of state tables, as QEMU calls those of its VMStateDescriptions. */
#include "plugins/qemu-bridge/device/state-fields.h"

#include <errno.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/running.h"
#include "hw-api/host/run/state.h"
#include "hw-api/host/run/intake/watch.h"

#define SENTENCE 512

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

    hw_watch_leave(&hw_instance_of(dev)->watch);
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

/* A bank for the classes that run, and one for those that a reload prepares. */
static struct {
    const HwState *slots[SLOTS];
    unsigned used;
} banks[2];
static unsigned running, described;

#define SLOT(n)                                                        \
    static int slot_##n##_pre_save(void *opaque)                       \
    {                                                                  \
        banks[running].slots[n]->pre_save(opaque);                     \
        return 0;                                                      \
    }                                                                  \
    static int slot_##n##_post_load(void *opaque, int version)         \
    {                                                                  \
        return state_loaded(banks[running].slots[n], opaque, version); \
    }
/* clang-format off */
SLOT(0) SLOT(1) SLOT(2) SLOT(3) SLOT(4) SLOT(5) SLOT(6) SLOT(7)
    /* clang-format on */

    void bridge_states_begin(void)
{
    described = !running;
    banks[described].used = 0;
}

void bridge_states_commit(void)
{
    running = described;
}

/* clang-format off */
#define SLOT_HOOKS(n) { slot_##n##_pre_save, NULL, slot_##n##_post_load }
/* clang-format on */
static const BridgeStateHooks slot_hooks[SLOTS] = {
    SLOT_HOOKS(0), SLOT_HOOKS(1), SLOT_HOOKS(2), SLOT_HOOKS(3),
    SLOT_HOOKS(4), SLOT_HOOKS(5), SLOT_HOOKS(6), SLOT_HOOKS(7),
};

/* Returns SLOTS if no slot is free. */
static unsigned slot_of(const HwState *state)
{
    const HwState **slots = banks[described].slots;
    unsigned used = banks[described].used;
    unsigned n = 0;

    while (n < used &&
           (slots[n]->pre_save != state->pre_save || slots[n]->post_load != state->post_load)) {
        n++;
    }
    if (n == used && n < SLOTS) {
        slots[n] = state;
        banks[described].used++;
    }
    return n;
}

bool bridge_state_hooks(const HwState *state, bool is_subsection, BridgeStateHooks *hooks,
                        HwError *error)
{
    unsigned slot;

    *hooks = (BridgeStateHooks) { device_pre_save, device_pre_load, device_post_load };
    if (!is_subsection) {
        return true;
    }
    *hooks = (BridgeStateHooks) { NULL, NULL, NULL };
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
