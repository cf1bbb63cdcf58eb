/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Saves states. */
#include "hw-api/host/run/state.h"

#include <stdlib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/host/run/running.h"

const char *hw_state_type(const HwStateField *field)
{
    if (field->type == HW_STATE_BYTES) {
        return "GByteArray";
    }
    if (field->type == HW_STATE_ZEROS) {
        return "unused_buffer";
    }
    switch (field->size) {
    case 1:
        return "uint8";
    case 2:
        return "uint16";
    case 4:
        return "uint32";
    default:
        return "uint64";
    }
}

static void elements_store(uint8_t *to, const uint8_t *from, const HwStateField *field)
{
    for (size_t at = 0; at < (size_t)field->size * field->count; at += field->size) {
        hw_state_element_store(to + at, from + at, field->size);
    }
}

/* The field that a sink gets: bytes are one element, which holds the length too, and zeros are one
 * element. */
static HwStateField as_sent(const HwStateField *field, const uint8_t *from)
{
    HwStateField sent = *field;
    uint32_t length;

    if (field->type == HW_STATE_BYTES) {
        memcpy(&length, from, sizeof(length));
        length = length < field->count ? length : field->count;
        sent.size = (uint32_t)sizeof(length) + length * field->size;
        sent.count = 1;
    } else if (field->type == HW_STATE_ZEROS) {
        sent.size = field->count;
        sent.count = 1;
    }
    return sent;
}

static void bytes_store(uint8_t *to, const uint8_t *from, uint32_t element,
                        const HwStateField *sent)
{
    uint32_t size = sent->size - (uint32_t)sizeof(uint32_t);

    hw_store_be32(to, size / element);
    memcpy(to + sizeof(uint32_t), from + sizeof(uint32_t), size);
}

static bool member_save(HwDevice *dev, const HwStateField *field, const HwStateSink *sink,
                        HwError *error)
{
    const uint8_t *from = (const uint8_t *)dev + field->offset;
    HwStateField sent = as_sent(field, from);
    uint8_t small[256];
    size_t size = (size_t)sent.size * sent.count;
    uint8_t *bytes = size <= sizeof(small) ? small : malloc(size);

    if (!bytes) {
        return hw_error_set(error, "%s: %s: no memory for %zu bytes", dev->id, field->name, size);
    }
    if (field->type == HW_STATE_BYTES) {
        bytes_store(bytes, from, field->size, &sent);
    } else if (field->type == HW_STATE_ZEROS) {
        memset(bytes, 0, size);
    } else {
        elements_store(bytes, from, field);
    }
    sink->field(sink->opaque, &sent, bytes);
    if (bytes != small) {
        free(bytes);
    }
    return true;
}

static bool state_save(HwDevice *dev, const HwState *state, const HwStateSink *sink,
                       HwError *error);

static bool field_save(HwDevice *dev, const HwStateField *field, const HwStateSink *sink,
                       HwError *error)
{
    bool good;

    if (!hw_state_is_given(dev, field)) {
        return true;
    }
    if (field->type != HW_STATE_PART) {
        return member_save(dev, field, sink, error);
    }
    if (sink->part) {
        sink->part(sink->opaque, field);
    }
    good = state_save(dev, field->part, sink, error);
    if (sink->part_end) {
        sink->part_end(sink->opaque);
    }
    return good;
}

static bool state_save(HwDevice *dev, const HwState *state, const HwStateSink *sink, HwError *error)
{
    if (state->pre_save) {
        HW_RUN_HOOK(hw_instance_of(dev), "pre_save", state->pre_save(dev));
    }
    for (uint32_t i = 0; i < state->fields.count; i++) {
        if (!field_save(dev, &state->fields.entries[i], sink, error)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < state->subsections.count; i++) {
        const HwState *subsection = &state->subsections.entries[i];

        if (subsection->needed && !subsection->needed(dev)) {
            continue;
        }
        sink->subsection(sink->opaque, subsection);
        if (!state_save(dev, subsection, sink, error)) {
            return false;
        }
        sink->subsection_end(sink->opaque);
    }
    return true;
}

bool hw_state_save(HwInstance *instance, const HwStateSink *sink, HwError *error)
{
    const HwState *state = hw_instance_state(instance);

    return !state || state_save(instance->dev, state, sink, error);
}
