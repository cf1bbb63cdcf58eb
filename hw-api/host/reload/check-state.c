/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All members of a state must find room in the new state. */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/reload/reload-internal.h"

const HwStateField *hw_reload_field(const HwState *state, const HwStateField *like)
{
    for (uint32_t i = 0; i < state->fields.count; i++) {
        const HwStateField *field = &state->fields.entries[i];

        if (field->type == like->type && strcmp(field->name, like->name) == 0) {
            return field;
        }
    }
    return NULL;
}

const HwState *hw_reload_subsection(const HwState *state, const HwState *like)
{
    for (uint32_t i = 0; i < state->subsections.count; i++) {
        if (strcmp(state->subsections.entries[i].name, like->name) == 0) {
            return &state->subsections.entries[i];
        }
    }
    return NULL;
}

static bool field_check(const char *cls, const HwState *state, const HwStateField *was,
                        const HwStateField *now, HwError *error)
{
    if (!now) {
        return hw_error_set(error, "%s: state '%s': member '%s' is gone, expected it to stay", cls,
                            state->name, was->name);
    }
    if (was->part) {
        return hw_reload_check_state(cls, was->part, now->part, error);
    }
    if (now->size != was->size) {
        return hw_error_set(error,
                            "%s: state '%s': member '%s' has elements of %u bytes, expected %u, as "
                            "it was",
                            cls, state->name, was->name, now->size, was->size);
    }
    return now->count >= was->count ||
           hw_error_set(error, "%s: state '%s': member '%s' has %u elements, expected %u or more",
                        cls, state->name, was->name, now->count, was->count);
}

static bool version_check(const char *cls, const HwState *was, const HwState *now, HwError *error)
{
    if (now->version < was->version) {
        return hw_error_set(error, "%s: state '%s' has version %u, expected %u or newer", cls,
                            was->name, now->version, was->version);
    }
    return now->minimum_version <= was->version ||
           hw_error_set(error, "%s: state '%s' takes version %u and newer, expected %u, as it was",
                        cls, was->name, now->minimum_version, was->version);
}

bool hw_reload_check_state(const char *cls, const HwState *was, const HwState *now, HwError *error)
{
    if (!was) {
        return true;
    }
    if (!now || strcmp(was->name, now->name) != 0) {
        return hw_error_set(error, "%s: state '%s' is gone, expected it to stay", cls, was->name);
    }
    if (!version_check(cls, was, now, error)) {
        return false;
    }
    for (uint32_t i = 0; i < was->fields.count; i++) {
        const HwStateField *field = &was->fields.entries[i];

        if (field->type != HW_STATE_ZEROS &&
            !field_check(cls, was, field, hw_reload_field(now, field), error)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < was->subsections.count; i++) {
        const HwState *subsection = &was->subsections.entries[i];
        const HwState *to = hw_reload_subsection(now, subsection);

        if (!hw_reload_check_state(cls, subsection, to, error)) {
            return false;
        }
    }
    return true;
}
