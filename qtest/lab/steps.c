/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/steps.h"

#include <string.h>

#include "hw-api/device/bytes.h"

enum { TARGET = 1, OFFSET = 2, VALUE = 4, NUMBER = 8 /* a value of any size */ };

/* Members that follow the first byte. */
static const uint8_t members[OB_LAB_OPS] = {
    [OB_LAB_STORE] = TARGET | OFFSET | VALUE,
    [OB_LAB_LOAD] = TARGET | OFFSET,
    [OB_LAB_FILE_WRITE] = TARGET | OFFSET | VALUE,
    [OB_LAB_FILE_READ] = TARGET | OFFSET,
    [OB_LAB_CONFIG_WRITE] = TARGET | OFFSET | VALUE,
    [OB_LAB_CONFIG_READ] = TARGET | OFFSET,
    [OB_LAB_CLOCK] = NUMBER,
    [OB_LAB_LINE] = TARGET | OFFSET | VALUE,
};

static bool has_width(const ObLabStep *step)
{
    return (members[step->op] & TARGET) && step->op != OB_LAB_LINE;
}

void ob_lab_step_normalise(ObLabStep *step)
{
    uint32_t bits = 8 * ob_lab_width(step);

    step->op %= OB_LAB_OPS;
    step->width &= 3;
    if (!has_width(step)) {
        step->width = 0;
        bits = step->op == OB_LAB_LINE ? 1 : 64;
    }
    if (!(members[step->op] & TARGET)) {
        step->target = 0;
    }
    if (!(members[step->op] & OFFSET)) {
        step->offset = 0;
    }
    if (!(members[step->op] & (VALUE | NUMBER))) {
        step->value = 0;
    }
    step->value &= UINT64_MAX >> (64 - bits);
    if (step->op == OB_LAB_CLOCK) {
        step->value %= OB_LAB_CLOCK_MAX;
    }
}

/* --------------------------------------------------------------------- decoding */

typedef struct Reader {
    const uint8_t *at;
    const uint8_t *end;
} Reader;

static uint8_t byte_take(Reader *r)
{
    return r->at < r->end ? *r->at++ : 0;
}

static uint64_t number_take(Reader *r)
{
    uint64_t number = 0;
    uint8_t byte = 0x80;

    for (uint32_t shift = 0; shift < 64 && (byte & 0x80); shift += 7) {
        byte = byte_take(r);
        number |= (uint64_t)(byte & 0x7f) << shift;
    }
    return number;
}

static uint64_t value_take(Reader *r, uint32_t size)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < size; i++) {
        value |= (uint64_t)byte_take(r) << 8 * i;
    }
    return value;
}

static void step_take(Reader *r, ObLabStep *step)
{
    uint8_t first = byte_take(r);

    memset(step, 0, sizeof(*step));
    step->op = (first & 15) % OB_LAB_OPS;
    step->width = first >> 4 & 3;
    step->target = members[step->op] & TARGET ? byte_take(r) : 0;
    step->offset = members[step->op] & OFFSET ? number_take(r) : 0;
    if (members[step->op] & VALUE) {
        step->value = value_take(r, has_width(step) ? ob_lab_width(step) : 1);
    } else if (members[step->op] & NUMBER) {
        step->value = number_take(r);
    }
    ob_lab_step_normalise(step);
}

size_t ob_lab_steps_decode(const uint8_t *bytes, size_t size, ObLabStep *steps, size_t max)
{
    Reader reader = { bytes, bytes + size };
    size_t count = 0;

    while (count < max && reader.at < reader.end) {
        step_take(&reader, &steps[count++]);
    }
    return count;
}

/* --------------------------------------------------------------------- encoding */

static size_t number_put(uint8_t *bytes, uint64_t number)
{
    size_t size = 0;

    for (; number > 0x7f; number >>= 7) {
        bytes[size++] = (uint8_t)(number | 0x80);
    }
    bytes[size++] = (uint8_t)number;
    return size;
}

static size_t step_put(ObLabStep step, uint8_t bytes[OB_LAB_STEP_BYTES_MAX])
{
    size_t size = 0;

    ob_lab_step_normalise(&step);
    bytes[size++] = (uint8_t)(step.op | step.width << 4);
    if (members[step.op] & TARGET) {
        bytes[size++] = step.target;
    }
    if (members[step.op] & OFFSET) {
        size += number_put(bytes + size, step.offset);
    }
    if (members[step.op] & VALUE) {
        hw_store_le(bytes + size, step.value, ob_lab_width(&step));
        size += ob_lab_width(&step);
    } else if (members[step.op] & NUMBER) {
        size += number_put(bytes + size, step.value);
    }
    return size;
}

size_t ob_lab_steps_encode(const ObLabStep *steps, size_t count, uint8_t *bytes, size_t capacity)
{
    uint8_t step[OB_LAB_STEP_BYTES_MAX];
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        size_t length = step_put(steps[i], step);

        if (length > capacity - size) {
            break;
        }
        memcpy(bytes + size, step, length);
        size += length;
    }
    return size;
}
