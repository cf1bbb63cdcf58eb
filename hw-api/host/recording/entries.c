/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/recording/entries.h"

#include <string.h>

#define INPUT(kind_) [HW_ENTRY_INPUT + HW_INTAKE_##kind_]
#define ROW(kind_)   [HW_ENTRY_##kind_]

const HwEntryRow hw_entry_rows[HW_ENTRIES] = {
    ROW(HEAD) = { "begins", .has_bytes = true },
    ROW(CLOSE) = { "ends", .values = 1 },
    ROW(DEVICE) = { "is a device", .has_bytes = true },
    ROW(GONE) = { "is gone" },
    ROW(END) = { "returns", .answers = 1 },
    ROW(MEMORY) = { "gets stores to its memory", .values = 2, .has_bytes = true },

    INPUT(REALIZE) = { "is realized" },
    INPUT(RESET) = { "is reset" },
    INPUT(QUIESCE) = { "is quiesced" },
    INPUT(READ) = { "is read", .values = 3 },
    INPUT(WRITE) = { "is written", .values = 4 },
    INPUT(SELECTED) = { "has a file selected", .values = 1 },
    INPUT(WRITTEN) = { "has a file written", .values = 2, .has_bytes = true },
    INPUT(SET) = { "has a property set", .values = 1, .has_bytes = true },
    INPUT(LINE) = { "has an input driven", .values = 2 },
    INPUT(FIRED) = { "has a timer fired", .values = 1 },
    INPUT(COMPLETED) = { "gets the TPM's response", .values = 2, .has_bytes = true },

    ROW(CHANGED) = { "changes its memory", .values = 4, .has_bytes = true },
    ROW(CONTENT) = { "shows a file", .values = 1, .has_bytes = true },
    ROW(IRQ) = { "sets interrupt line", .values = 2 },
    ROW(OUTPUT) = { "sets output", .values = 2 },
    ROW(DMA_READ) = { "loads from memory", .values = 2, .answers = 1, .has_answer = true },
    ROW(DMA_WRITE) = { "stores to memory", .values = 1, .has_bytes = true, .answers = 1 },
    ROW(MEMORY_CLEAR) = { "clears memory" },
    ROW(NOW) = { "reads the clock", .answers = 1 },
    ROW(TIMER_NEW) = { "makes a timer", .answers = 1 },
    ROW(TIMER_SET) = { "sets timer", .values = 2 },
    ROW(TIMER_CANCEL) = { "cancels timer", .values = 1 },
    ROW(TIMER_FREE) = { "frees timer", .values = 1 },
    ROW(TPM_OPEN) = { "opens the TPM", .has_bytes = true, .answers = 1 },
    ROW(TPM_CLOSE) = { "closes TPM", .values = 1 },
    ROW(TPM_VERSION) = { "asks for the version of TPM", .values = 1, .answers = 1 },
    ROW(TPM_BUFFER) = { "asks for the buffer of TPM", .values = 1, .answers = 1 },
    ROW(TPM_RESTART) = { "restarts TPM", .values = 2 },
    ROW(TPM_SUBMIT) = { "submits to TPM", .values = 4, .has_bytes = true, .answers = 1 },
    ROW(TPM_CANCEL) = { "cancels the command of TPM", .values = 1 },
    ROW(TPM_FINISH) = { "waits for TPM", .values = 1 },
    ROW(TPM_ESTABLISHED) = { "asks for tpmEstablished of TPM", .values = 1, .answers = 1 },
    ROW(TPM_STIR) = { "gives entropy to TPMs, bytes", .values = 1 },
    ROW(ACPI_EVENT) = { "asks for the event", .values = 1, .answers = 3 },
    ROW(ACPI_RAISE) = { "raises event", .values = 1 },
    ROW(TREE_NODE) = { "adds a node", .values = 3, .has_bytes = true, .answers = 1 },
    ROW(GSI) = { "asks for the number of line", .values = 1, .answers = 2 },
    ROW(TELL) = { "tells news", .values = 1 },
    ROW(PCI_INTERRUPTS) = { "asks for the kind of interrupts", .answers = 1 },
    ROW(PCI_MESSAGE) = { "sends message", .values = 1 },
    ROW(PCI_ADDRESS) = { "asks for its address", .answers = 1 },
};

/* ------------------------------------------------------------------------- places */

#define PLACE_MIN 8u /* fewer bytes take less room than a place */

bool hw_entry_place(HwEntry *entry, const void *memory, uint64_t size, uint64_t number)
{
    const uint8_t *found = NULL;

    if (memory && entry->size >= PLACE_MIN && entry->size <= UINT16_MAX) {
        found = memmem(memory, size, entry->bytes, entry->size);
    }
    if (found) {
        entry->values[HW_ENTRY_VALUES - 1] = number << 48 |
                                             (uint64_t)(found - (const uint8_t *)memory) << 16 |
                                             entry->size;
        entry->bytes = NULL;
        entry->size = 0;
    }
    return found;
}

/* ------------------------------------------------------------------------ offsets */

static bool is_access(const HwEntry *entry)
{
    return entry->kind == hw_entry_of_input(HW_INTAKE_READ) ||
           entry->kind == hw_entry_of_input(HW_INTAKE_WRITE);
}

/* The sign comes last, so that small distances are small numbers. */
void hw_entry_shorten(HwEntry *entry, uint64_t *next)
{
    uint64_t offset = entry->values[1];
    int64_t distance = (int64_t)(offset - *next);

    if (is_access(entry)) {
        entry->values[1] = (uint64_t)distance << 1 ^ (distance < 0 ? UINT64_MAX : 0);
        *next = offset + entry->values[2];
    }
}

void hw_entry_lengthen(HwEntry *entry, uint64_t *next)
{
    uint64_t number = entry->values[1];

    if (is_access(entry)) {
        entry->values[1] = *next + (number >> 1 ^ (number & 1 ? UINT64_MAX : 0));
        *next = entry->values[1] + entry->values[2];
    }
}

/* ----------------------------------------------------------------------- encoding */

/* LEB128 */
static uint8_t *number_put(uint8_t *at, uint64_t number)
{
    while (number >= 0x80) {
        *at++ = (uint8_t)(number | 0x80);
        number >>= 7;
    }
    *at++ = (uint8_t)number;
    return at;
}

static uint8_t *bytes_put(uint8_t *at, const void *bytes, uint32_t size)
{
    at = number_put(at, size);
    if (size) {
        memcpy(at, bytes, size);
    }
    return at + size;
}

size_t hw_entry_encode(const HwEntry *entry, uint8_t *room)
{
    const HwEntryRow *row = &hw_entry_rows[entry->kind];
    uint8_t *at = room;

    *at++ = (uint8_t)entry->kind;
    at = number_put(at, entry->device);
    for (uint32_t i = 0; i < row->values; i++) {
        at = number_put(at, entry->values[i]);
    }
    at = row->has_bytes ? bytes_put(at, entry->bytes, entry->size) : at;
    for (uint32_t i = 0; i < row->answers; i++) {
        at = number_put(at, entry->answers[i]);
    }
    at = row->has_answer ? bytes_put(at, entry->answer, entry->answer_size) : at;
    return (size_t)(at - room);
}

/* ----------------------------------------------------------------------- decoding */

typedef struct Cursor {
    const uint8_t *at, *end;
    bool is_short; /* the bytes have ended */
    bool is_bad;
} Cursor;

static uint64_t number_get(Cursor *c)
{
    uint64_t number = 0;

    for (uint32_t shift = 0; c->at < c->end; shift += 7) {
        uint64_t byte = *c->at++;

        if (shift == 63 && byte > 1) {
            c->is_bad = true;
            return 0;
        }
        number |= (byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            return number;
        }
    }
    c->is_short = true;
    return 0;
}

static const void *bytes_get(Cursor *c, uint32_t *size)
{
    uint64_t count = number_get(c);
    const void *bytes = c->at;

    if (count > HW_ENTRY_BYTES_MAX) {
        c->is_bad = true;
    } else if (count > (uint64_t)(c->end - c->at)) {
        c->is_short = true;
    } else {
        c->at += count;
        *size = (uint32_t)count;
    }
    return bytes;
}

int64_t hw_entry_decode(HwEntry *entry, const uint8_t *bytes, size_t size)
{
    Cursor c = { bytes, bytes + size, size == 0, false };
    const HwEntryRow *row;
    uint64_t device;

    if (size == 0 || bytes[0] >= HW_ENTRIES) {
        return size == 0 ? 0 : -1;
    }
    *entry = (HwEntry) { .kind = (HwEntryKind)*c.at++ };
    row = &hw_entry_rows[entry->kind];
    device = number_get(&c);
    entry->device = (uint32_t)device;
    c.is_bad |= device > UINT32_MAX;
    for (uint32_t i = 0; i < row->values; i++) {
        entry->values[i] = number_get(&c);
    }
    entry->bytes = row->has_bytes ? bytes_get(&c, &entry->size) : NULL;
    for (uint32_t i = 0; i < row->answers; i++) {
        entry->answers[i] = number_get(&c);
    }
    entry->answer = row->has_answer ? bytes_get(&c, &entry->answer_size) : NULL;
    return c.is_bad ? -1 : c.is_short ? 0 : c.at - bytes;
}

/* -------------------------------------------------------------------------- pairs */

static const char *text_next(const HwEntry *entry, uint32_t *at)
{
    const char *text = (const char *)entry->bytes + *at;
    const char *zero = *at < entry->size ? memchr(text, '\0', entry->size - *at) : NULL;

    *at += zero ? (uint32_t)(zero - text) + 1 : 0;
    return zero ? text : NULL;
}

bool hw_entry_pair(const HwEntry *entry, uint32_t *at, const char **key, const char **value)
{
    *key = text_next(entry, at);
    *value = *key ? text_next(entry, at) : NULL;
    return *value != NULL;
}
