/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's saved state as text, and the bytes that a stream's reader takes for it. */
#ifndef OB_TESTS_HW_API_STATE_TEXT_H
#define OB_TESTS_HW_API_STATE_TEXT_H

#include <glib.h>

#include "hw-api/host/run/state.h"

static inline void state_text_field(void *opaque, const HwStateField *field, const uint8_t *bytes)
{
    g_string_append_printf(opaque, "%s:%s[%u]=", field->name, hw_state_type(field), field->count);
    for (uint32_t i = 0; i < field->size * field->count; i++) {
        g_string_append_printf(opaque, "%02x", bytes[i]);
    }
    g_string_append_c(opaque, ' ');
}

static inline void state_text_subsection(void *opaque, const HwState *state)
{
    g_string_append_printf(opaque, "<%s> ", state->name);
}

static inline void state_text_part(void *opaque, const HwStateField *field)
{
    g_string_append_printf(opaque, "{%s ", field->part->name);
}

static inline void state_text_end(void *opaque)
{
    g_string_append(opaque, "/ ");
}

/* Subsections are "<NAME> FIELDS / ", and `with_parts` parts are "{NAME FIELDS / ". */
static inline void state_assert_saved(HwInstance *instance, bool with_parts, const char *expected)
{
    g_autoptr(GString) saved = g_string_new(NULL);
    HW_ERROR(error, 256);
    HwStateSink sink = { saved,
                         state_text_field,
                         state_text_subsection,
                         state_text_end,
                         with_parts ? state_text_part : NULL,
                         with_parts ? state_text_end : NULL };

    g_assert_true(hw_state_save(instance, &sink, &error));
    g_assert_cmpstr(saved->str, ==, expected);
}

/* The state ends after `size` bytes, and a reader asks for one byte more at most. */
static inline void state_assert_measured(const HwState *state, uint32_t version, const void *bytes,
                                         size_t size)
{
    HW_ERROR(error, 256);
    size_t have = 0, need = 0;

    while (hw_state_measure(state, version, bytes, have, &need, &error) == HW_STATE_MORE) {
        g_assert_cmpuint(need, >, have);
        g_assert_cmpuint(need, <=, size + 1);
        have = need;
    }
    g_assert_cmpuint(need, ==, size);
}

#endif
