/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads states into a copy first, so that a refused state changes nothing. */
#include "hw-api/host/run/state.h"

#include <stdlib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/host/run/running.h"
#include "hw-api/host/run/intake/watch.h"

/* A state or subsection in a payload. */
typedef struct LoadedState {
    const HwState *state;
    uint32_t version;
} LoadedState;

struct HwStateLoad {
    HwInstance *instance;
    uint8_t *fresh;      /* image of the instance with the loaded fields */
    uint8_t *old;        /* image of the instance with all old fields */
    LoadedState *states; /* in the order of their hooks: inner states first */
    uint32_t count;
    const HwStateField **fields; /* fields that came, and fields that become 0 */
    uint32_t field_count;
    bool committed;
};

/* ------------------------------------------------------------------ decoding */

static void bytes_load(uint8_t *to, const uint8_t *from, uint32_t size)
{
    uint32_t length = hw_load_be32(from);

    memcpy(to, &length, sizeof(length));
    memcpy(to + sizeof(length), from + sizeof(length), (size_t)length * size);
}

static void load_field(void *opaque, const HwStateField *field, const uint8_t *bytes)
{
    HwStateLoad *load = opaque;

    if (field->type == HW_STATE_ZEROS) {
        return;
    }
    load->fields[load->field_count++] = field;
    if (field->type == HW_STATE_BYTES) {
        bytes_load(load->fresh + field->offset, bytes, field->size);
        return;
    }
    for (size_t at = 0; at < (size_t)field->size * field->count; at += field->size) {
        hw_state_element_load(load->fresh + field->offset + at, bytes + at, field->size);
    }
}

static void load_inner(void *opaque, const HwState *state, uint32_t version)
{
    HwStateLoad *load = opaque;

    load->states[load->count++] = (LoadedState) { state, version };
}

static bool load_has(const HwStateLoad *load, const HwState *state)
{
    for (uint32_t i = 0; i < load->count; i++) {
        if (load->states[i].state == state) {
            return true;
        }
    }
    return false;
}

static bool load_has_field(const HwStateLoad *load, const HwStateField *field)
{
    for (uint32_t i = 0; i < load->field_count; i++) {
        if (load->fields[i] == field) {
            return true;
        }
    }
    return false;
}

static void fields_clear(HwStateLoad *load, const HwState *state)
{
    for (uint32_t i = 0; i < state->fields.count; i++) {
        const HwStateField *field = &state->fields.entries[i];

        if (field->part) {
            fields_clear(load, field->part);
        } else {
            load->fields[load->field_count++] = field;
        }
    }
}

/* A sender leaves out a subsection that it doesn't need.  This device's old values don't belong
 * to the loaded machine, so the fields become 0. */
static void load_absent(HwStateLoad *load, const HwState *state)
{
    for (uint32_t i = 0; i < state->fields.count; i++) {
        const HwStateField *field = &state->fields.entries[i];

        if (field->part) {
            load_absent(load, field->part);
        }
        if (field->given && !load_has_field(load, field)) {
            load->fields[load->field_count++] = field;
        }
    }
    for (uint32_t i = 0; i < state->subsections.count; i++) {
        const HwState *subsection = &state->subsections.entries[i];

        if (!load_has(load, subsection)) {
            fields_clear(load, subsection);
        }
        load_absent(load, subsection);
    }
}

/* Adds the numbers of states and fields that `state`, its parts and subsections may bring. */
static void state_count(const HwState *state, size_t *states, size_t *fields)
{
    *states += 1;
    *fields += state->fields.count;
    for (uint32_t i = 0; i < state->fields.count; i++) {
        if (state->fields.entries[i].part) {
            state_count(state->fields.entries[i].part, states, fields);
        }
    }
    for (uint32_t i = 0; i < state->subsections.count; i++) {
        state_count(&state->subsections.entries[i], states, fields);
    }
}

static HwStateLoad *load_new(HwInstance *instance)
{
    HwStateLoad *load = calloc(1, sizeof(*load));
    size_t states = 0, fields = 0;

    if (!load) {
        return NULL;
    }
    state_count(hw_instance_state(instance), &states, &fields);
    load->instance = instance;
    load->fresh = calloc(1, instance->cls->table.instance_size);
    load->old = calloc(1, instance->cls->table.instance_size);
    load->states = calloc(states, sizeof(*load->states));
    load->fields = calloc(fields + 1, sizeof(*load->fields));
    if (!load->fresh || !load->old || !load->states || !load->fields) {
        hw_state_load_free(load);
        return NULL;
    }
    return load;
}

void hw_state_load_free(HwStateLoad *load)
{
    if (load) {
        free(load->fresh);
        free(load->old);
        free(load->states);
        free(load->fields);
        free(load);
    }
}

HwStateLoad *hw_state_load_prepare(HwInstance *instance, uint32_t version, const uint8_t *bytes,
                                   size_t size, HwError *error)
{
    const HwState *state = hw_instance_state(instance);
    HwStateVisitor visitor = { .field = load_field, .inner = load_inner };
    HwStateLoad *load;
    size_t need;

    if (!state) {
        hw_error_set(error, "%s: %zu bytes of state came, expected none", instance->id, size);
        return NULL;
    }
    /* hw_state_check() comes first: a subsection that comes twice would overrun the lists. */
    if (!hw_state_check(state, version, bytes, size, error)) {
        return NULL;
    }
    load = load_new(instance);
    if (!load) {
        hw_error_set(error, "%s: no memory for its state", instance->id);
        return NULL;
    }
    visitor.opaque = load;
    hw_state_walk(state, version, bytes, size, true, &visitor, &need, error);
    load_absent(load, state);
    load_inner(load, state, version);
    return load;
}

/* ------------------------------------------------------------------ adopting */

static void field_copy(const HwStateField *field, void *to, const void *from)
{
    memcpy((uint8_t *)to + field->offset, (const uint8_t *)from + field->offset,
           (size_t)hw_state_extent(field));
}

void hw_state_copy(const HwState *state, void *to, const void *from)
{
    for (uint32_t i = 0; i < state->fields.count; i++) {
        const HwStateField *field = &state->fields.entries[i];

        if (field->part) {
            hw_state_copy(field->part, to, from);
        } else {
            field_copy(field, to, from);
        }
    }
    for (uint32_t i = 0; i < state->subsections.count; i++) {
        hw_state_copy(&state->subsections.entries[i], to, from);
    }
}

static void fields_store(const HwStateLoad *load)
{
    for (uint32_t i = 0; i < load->field_count; i++) {
        field_copy(load->fields[i], load->instance->dev, load->fresh);
    }
}

static void fields_put_back(const HwStateLoad *load)
{
    hw_state_copy(hw_instance_state(load->instance), load->instance->dev, load->old);
}

static bool state_check(HwInstance *instance, const LoadedState *loaded, HwError *error)
{
    bool good = true;

    if (loaded->state->post_load) {
        HW_RUN_HOOK(instance, "post_load",
                    good = loaded->state->post_load(instance->dev, loaded->version, error));
    }
    return good;
}

static bool states_check(HwStateLoad *load, HwError *error)
{
    for (uint32_t i = 0; i < load->count; i++) {
        const LoadedState *loaded = &load->states[i];

        if (!state_check(load->instance, loaded, error)) {
            return false;
        }
    }
    return true;
}

bool hw_state_load_commit(HwStateLoad *load, HwError *error)
{
    hw_watch_leave(&load->instance->watch);
    hw_state_copy(hw_instance_state(load->instance), load->old, load->instance->dev);
    fields_store(load);
    load->committed = states_check(load, error);
    if (!load->committed) {
        fields_put_back(load);
    }
    return load->committed;
}

void hw_state_load_rollback(HwStateLoad *load)
{
    if (load->committed) {
        load->committed = false;
        fields_put_back(load);
        hw_instance_load_undone(load->instance);
    }
}

void hw_state_load_accept(HwStateLoad *load)
{
    if (load->committed) {
        load->committed = false;
        hw_instance_loaded(load->instance);
    }
}

bool hw_state_load(HwInstance *instance, uint32_t version, const uint8_t *bytes, size_t size,
                   HwError *error)
{
    HwStateLoad *load = hw_state_load_prepare(instance, version, bytes, size, error);
    bool ok = load && hw_state_load_commit(load, error);

    if (ok) {
        hw_state_load_accept(load);
        hw_instance_update(instance);
    }
    hw_state_load_free(load);
    return ok;
}
