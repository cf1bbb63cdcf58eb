/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "qtest/lab/replay/replay-internal.h"

/* Entries that come inside of a device's call. */
static bool comes_from_outside(const HwEntry *entry)
{
    return entry->kind < HW_ENTRY_CALL && entry->kind != HW_ENTRY_END;
}

static const HwEntry *peek_past_inputs(ObReplay *r)
{
    const HwEntry *entry = replay_peek(r);

    while (entry && comes_from_outside(entry)) {
        replay_step(r, entry);
        entry = replay_peek(r);
    }
    return entry;
}

static void call_differs(ObReplay *r, const HwEntry *call, const HwEntry *recorded)
{
    char here[400], there[400];

    replay_describe(r, call, here, sizeof(here));
    replay_describe(r, recorded, there, sizeof(there));
    replay_differs(r, "entry %" PRIu64 ": %s; in the recording %s",
                   recorded ? recorded->number : r->played, here, there);
}

static bool is_same_call(const HwEntry *call, const HwEntry *recorded)
{
    return recorded && recorded->kind == call->kind && recorded->device == call->device &&
           memcmp(recorded->values, call->values, sizeof(call->values)) == 0;
}

/* The first byte that is another, or that one of the two has not. */
static uint32_t difference_find(const HwEntry *a, const HwEntry *b)
{
    const uint8_t *here = a->bytes, *there = b->bytes;
    uint32_t at = 0;

    while (at < a->size && at < b->size && here[at] == there[at]) {
        at++;
    }
    return at;
}

static void bytes_differ(ObReplay *r, const HwEntry *call, const HwEntry *recorded)
{
    uint32_t at = difference_find(call, recorded);
    char here[400], place[96];

    replay_describe(r, call, here, sizeof(here));
    replay_describe_byte(r, call, at, place, sizeof(place));
    if (at == call->size || at == recorded->size) {
        replay_differs(r, "entry %" PRIu64 ": %s: %u bytes, %u in the recording, from %s on",
                       recorded->number, here, call->size, recorded->size, place);
        return;
    }
    replay_differs(r, "entry %" PRIu64 ": %s: %s is 0x%02x, 0x%02x in the recording",
                   recorded->number, here, place, ((const uint8_t *)call->bytes)[at],
                   ((const uint8_t *)recorded->bytes)[at]);
}

static bool has_same_bytes(const HwEntry *call, const HwEntry *recorded)
{
    return !hw_entry_rows[call->kind].has_bytes ||
           (call->size == recorded->size &&
            (!call->size || memcmp(call->bytes, recorded->bytes, call->size) == 0));
}

bool replay_call(ReplayDevice *device, HwEntry *call, void *answer, uint64_t capacity)
{
    ObReplay *r = device->replay;
    const HwEntry *recorded;

    call->device = device->number;
    if (r->stops || !r->open) {
        return false;
    }
    recorded = peek_past_inputs(r);
    r->result->calls++;
    if (r->stops) {
        return false;
    }
    if (!is_same_call(call, recorded)) {
        call_differs(r, call, recorded);
    } else if (!has_same_bytes(call, recorded)) {
        bytes_differ(r, call, recorded);
    } else if (recorded->answer_size && recorded->answer_size != capacity) {
        replay_trouble(r, "entry %" PRIu64 ": the answer has %u bytes", recorded->number,
                       recorded->answer_size);
    } else {
        memcpy(call->answers, recorded->answers, sizeof(call->answers));
        call->answer_size = recorded->answer_size;
        if (recorded->answer_size) {
            memcpy(answer, recorded->answer, recorded->answer_size);
        }
        replay_take(r);
    }
    return !r->stops;
}

/* ------------------------------------------------------------------------- its end */

/* The answer from its first byte that differs on, for a register has a name. */
static void read_differs(ReplayDevice *d, const HwEntry *recorded, uint64_t answer)
{
    HwIntake input = d->inputs[d->depth];
    uint64_t byte = (uint64_t)__builtin_ctzll(answer ^ recorded->answers[0]) / 8;
    uint64_t word = (input.values[1] + byte) & ~UINT64_C(3);
    uint64_t skipped = word > input.values[1] ? word - input.values[1] : 0;
    char here[400], there[400];

    input.values[1] += skipped;
    input.values[2] -= skipped;
    replay_describe_access(d, &input, answer >> (8 * skipped), here, sizeof(here));
    replay_describe_access(d, &input, recorded->answers[0] >> (8 * skipped), there, sizeof(there));
    replay_differs(d->replay, "entry %" PRIu64 ": %s; in the recording %s", recorded->number, here,
                   there);
}

static void answer_differs(ReplayDevice *d, const HwEntry *recorded, uint64_t answer)
{
    const HwIntake *input = &d->inputs[d->depth];

    if (input->kind == HW_INTAKE_READ) {
        read_differs(d, recorded, answer);
        return;
    }
    replay_differs(d->replay,
                   "entry %" PRIu64 ": %s: '%s' has the result %" PRIu64
                   ", in the recording %" PRIu64,
                   recorded->number, d->instance->id,
                   hw_entry_rows[hw_entry_of_input(input->kind)].name, answer,
                   recorded->answers[0]);
}

void replay_returns(ReplayDevice *device, uint64_t answer)
{
    ObReplay *r = device->replay;
    const HwEntry *recorded = r->stops ? NULL : peek_past_inputs(r);
    const HwEntry end = { .kind = HW_ENTRY_END, .device = device->number };

    if (r->stops) {
        return;
    }
    if (!is_same_call(&end, recorded)) {
        call_differs(r, &end, recorded);
    } else if (recorded->answers[0] != answer) {
        answer_differs(device, recorded, answer);
    } else {
        replay_take(r);
    }
}
