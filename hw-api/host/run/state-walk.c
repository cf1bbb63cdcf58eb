/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks through encoded states. */
#include "hw-api/host/run/state.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/host/load/tables.h"

#define SUBSECTION     0x05
#define NAME_MAX_BYTES 255u

typedef struct Walk {
    const uint8_t *bytes;
    size_t size;
    size_t at;
    bool whole;
    const HwStateVisitor *visitor;
    uint32_t given;        /* in this state: place of a number that tells if others follow; or 0 */
    const uint8_t *number; /* that number; NULL: it has not come */
    size_t need;
    HwError *error;
} Walk;

/* Asks for bytes up to `need`; refuses if no more bytes can come. */
static HwStateSize walk_lacks(Walk *walk, size_t need, const char *state, const char *field)
{
    walk->need = need;
    if (!walk->whole) {
        return HW_STATE_MORE;
    }
    hw_error_set(walk->error, "Failed to load %s:%s: %zu bytes, expected %zu or more", state, field,
                 walk->size, need);
    walk->need = walk->size;
    return HW_STATE_REFUSED;
}

static HwStateSize walk_refuse(Walk *walk)
{
    walk->need = walk->at;
    return HW_STATE_REFUSED;
}

/* The length of the encoded field at `at`.  If a byte array's length is missing, it counts as
 * 0. */
static HwStateSize field_measure(Walk *walk, const HwState *state, const HwStateField *field,
                                 size_t at, size_t *bytes)
{
    uint32_t length = 0;

    if (field->type != HW_STATE_BYTES) {
        *bytes = (size_t)field->size * field->count;
        return HW_STATE_COMPLETE;
    }
    if (at <= walk->size && walk->size - at >= sizeof(length)) {
        length = hw_load_be32(walk->bytes + at);
    }
    *bytes = sizeof(length) + (size_t)length * field->size;
    if (length > field->count) {
        hw_error_set(walk->error, "Failed to load %s:%s: %u %s, expected at most %u", state->name,
                     field->name, length, field->size > 1 ? "runs of bytes" : "bytes",
                     field->count);
        walk->need = at;
        return HW_STATE_REFUSED;
    }
    return HW_STATE_COMPLETE;
}

/* Looks at the numbers at `at`, as far as they have come. */
static bool fixed_check(Walk *walk, const HwState *state, const HwStateField *field, size_t at)
{
    for (size_t i = 0; field->fixed && i < field->count && at + field->size <= walk->size;
         i++, at += field->size) {
        uint64_t value = hw_load_be(walk->bytes + at, field->size);

        if ((value ^ field->value) & field->fixed) {
            hw_error_set(walk->error,
                         "Failed to load %s:%s: 0x%" PRIx64 ", expected 0x%" PRIx64
                         " in the bits 0x%" PRIx64,
                         state->name, field->name, value, field->value, field->fixed);
            walk->need = at;
            return false;
        }
    }
    return true;
}

static bool is_sent(const Walk *walk, const HwStateField *field, uint32_t version)
{
    return field->since <= version &&
           (!field->given || (walk->number && hw_load_be32(walk->number) & field->given_bits));
}

static uint32_t given_of(const HwState *state)
{
    uint32_t given = 0;

    for (uint32_t i = 0; i < state->fields.count && !given; i++) {
        given = state->fields.entries[i].given;
    }
    return given;
}

/* The number of the next field that is a part, or the number of fields. */
static uint32_t part_find(const HwState *state, uint32_t from)
{
    while (from < state->fields.count && state->fields.entries[from].type != HW_STATE_PART) {
        from++;
    }
    return from;
}

static HwStateSize run_check(Walk *walk, const HwState *state, uint32_t version, uint32_t from,
                             uint32_t to)
{
    size_t end = walk->at, bytes;

    for (uint32_t i = from; i < to; i++) {
        const HwStateField *field = &state->fields.entries[i];

        if (!is_sent(walk, field, version)) {
            continue;
        }
        if (field_measure(walk, state, field, end, &bytes) == HW_STATE_REFUSED ||
            !fixed_check(walk, state, field, end)) {
            return HW_STATE_REFUSED;
        }
        if (field->offset == walk->given && field->type == HW_STATE_UINT &&
            end + sizeof(uint32_t) <= walk->size) {
            walk->number = walk->bytes + end;
        }
        end += bytes;
        if (walk->size < end && walk->whole) {
            return walk_lacks(walk, end, state->name, field->name);
        }
    }
    return walk->size < end ? walk_lacks(walk, end + 1, state->name, "") : HW_STATE_COMPLETE;
}

/* Walks through the fields between two parts. */
static HwStateSize walk_run(Walk *walk, const HwState *state, uint32_t version, uint32_t from,
                            uint32_t to)
{
    HwStateSize result = run_check(walk, state, version, from, to);
    size_t bytes;

    for (uint32_t i = from; i < to && result == HW_STATE_COMPLETE; i++) {
        const HwStateField *field = &state->fields.entries[i];

        if (!is_sent(walk, field, version)) {
            continue;
        }
        if (walk->visitor) {
            walk->visitor->field(walk->visitor->opaque, field, walk->bytes + walk->at);
        }
        field_measure(walk, state, field, walk->at, &bytes);
        walk->at += bytes;
    }
    return result;
}

static HwStateSize walk_inner(Walk *walk, const HwState *state, uint32_t version);

static HwStateSize walk_fields(Walk *walk, const HwState *state, uint32_t version)
{
    HwStateSize result = HW_STATE_COMPLETE;
    const Walk outer = *walk;

    walk->given = given_of(state);
    walk->number = NULL;
    for (uint32_t i = 0, end; i < state->fields.count && result == HW_STATE_COMPLETE; i = end + 1) {
        const HwStateField *field;

        end = part_find(state, i);
        field = &state->fields.entries[end];
        result = walk_run(walk, state, version, i, end);
        if (result == HW_STATE_COMPLETE && end < state->fields.count && field->since <= version) {
            result = walk_inner(walk, field->part, field->part->version);
        }
    }
    walk->given = outer.given;
    walk->number = outer.number;
    return result;
}

/* True if the subsection with this name belongs to `state`, not to the state around it. */
static bool name_is_below(const HwState *state, const char *name, size_t length)
{
    size_t prefix = strlen(state->name);

    return length > prefix && memcmp(name, state->name, prefix) == 0;
}

static int64_t subsection_find(const HwState *state, const char *name)
{
    for (uint32_t i = 0; i < state->subsections.count && i < HW_SUBSECTIONS_MAX; i++) {
        if (strcmp(state->subsections.entries[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

static HwStateSize walk_state(Walk *walk, const HwState *state, uint32_t version);

/* A part or a subsection. */
static HwStateSize walk_inner(Walk *walk, const HwState *state, uint32_t version)
{
    HwStateSize result;

    if (version > state->version) {
        hw_error_set(walk->error, "%s: incoming version_id %u is too new for local version_id %u",
                     state->name, version, state->version);
        return walk_refuse(walk);
    }
    result = walk_state(walk, state, version);
    if (result == HW_STATE_COMPLETE && walk->visitor) {
        walk->visitor->inner(walk->visitor->opaque, state, version);
    }
    return result;
}

/* The subsection at walk->at; *mine is false if it does not belong to this state. */
static HwStateSize walk_next(Walk *walk, const HwState *state, uint64_t *seen, bool *mine)
{
    char name[NAME_MAX_BYTES + 1];
    const uint8_t *bytes = walk->bytes + walk->at;
    size_t left = walk->size - walk->at;
    size_t length = left > 1 ? bytes[1] : 0;
    int64_t index;

    if (left < 2 || left < 2 + length + 4) {
        return walk_lacks(walk, walk->at + (left < 2 ? 2 : 2 + length + 4), state->name,
                          "subsection");
    }
    memcpy(name, bytes + 2, length);
    name[length] = 0;
    *mine = name_is_below(state, name, length);
    if (!*mine) {
        return HW_STATE_COMPLETE;
    }
    index = subsection_find(state, name);
    if (index < 0) {
        hw_error_set(walk->error, "%s: unknown subsection '%s'", state->name, name);
        return walk_refuse(walk);
    }
    if (*seen & UINT64_C(1) << index) {
        hw_error_set(walk->error, "%s: subsection '%s' comes twice", state->name, name);
        return walk_refuse(walk);
    }
    *seen |= UINT64_C(1) << index;
    walk->at += 2 + length + 4;
    return walk_inner(walk, &state->subsections.entries[index], hw_load_be32(bytes + 2 + length));
}

static HwStateSize walk_state(Walk *walk, const HwState *state, uint32_t version)
{
    uint64_t seen = 0;
    bool mine = true;
    HwStateSize result;

    if (version < state->minimum_version) {
        hw_error_set(walk->error,
                     "%s: incoming version_id %u is too old for local minimum "
                     "version_id %u",
                     state->name, version, state->minimum_version);
        return walk_refuse(walk);
    }
    result = walk_fields(walk, state, version);
    while (result == HW_STATE_COMPLETE && mine) {
        if (walk->at == walk->size) {
            return walk->whole ? HW_STATE_COMPLETE
                               : walk_lacks(walk, walk->at + 1, state->name, "");
        }
        if (walk->bytes[walk->at] != SUBSECTION) {
            return HW_STATE_COMPLETE;
        }
        result = walk_next(walk, state, &seen, &mine);
    }
    return result;
}

HwStateSize hw_state_walk(const HwState *state, uint32_t version, const uint8_t *bytes, size_t size,
                          bool whole, const HwStateVisitor *visitor, size_t *need, HwError *error)
{
    Walk walk = {
        .bytes = bytes, .size = size, .whole = whole, .visitor = visitor, .error = error
    };
    HwStateSize result;

    if (version > state->version) {
        *need = 0;
        hw_error_set(error, "savevm: unsupported version %u for '%s' v%u", version, state->name,
                     state->version);
        return HW_STATE_REFUSED;
    }
    result = walk_state(&walk, state, version);
    if (result == HW_STATE_COMPLETE && whole && walk.at < size) {
        hw_error_set(error, "%s: %zu bytes, expected %zu", state->name, size, walk.at);
        result = walk_refuse(&walk);
    }
    *need = result == HW_STATE_COMPLETE ? walk.at : walk.need;
    return result;
}

HwStateSize hw_state_measure(const HwState *state, uint32_t version, const uint8_t *bytes,
                             size_t size, size_t *need, HwError *error)
{
    return hw_state_walk(state, version, bytes, size, false, NULL, need, error);
}

bool hw_state_check(const HwState *state, uint32_t version, const uint8_t *bytes, size_t size,
                    HwError *error)
{
    size_t need;

    return hw_state_walk(state, version, bytes, size, true, NULL, &need, error) ==
           HW_STATE_COMPLETE;
}
