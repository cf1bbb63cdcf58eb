/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entries of a recording, in memory and in a file.  recording.rst describes the format.
 */
#ifndef HW_HOST_ENTRIES_H
#define HW_HOST_ENTRIES_H

#include <stdbool.h>

#include "hw-api/host/run/intake/watch.h"

/* The first bytes, unpacked. */
#define HW_RECORDING_MAGIC "outboard recording 1\n"

#define HW_ENTRY_VALUES    4
#define HW_ENTRY_ANSWERS   3
#define HW_ENTRY_BYTES_MAX (1u << 20)

typedef enum HwEntryKind {
    HW_ENTRY_HEAD,   /* bytes: pairs of texts, see hw_entry_pair() */
    HW_ENTRY_CLOSE,  /* the last; the number of entries before it */
    HW_ENTRY_DEVICE, /* a device comes; bytes: pairs */
    HW_ENTRY_GONE,   /* its part of the recording ends */
    HW_ENTRY_END,    /* the newest input that has not ended ends; its answer */
    HW_ENTRY_MEMORY, /* the guest has stored: region, offset; bytes */

    HW_ENTRY_INPUT, /* and its HwIntakeKind */

    /* Calls by the device. */
    HW_ENTRY_CALL = HW_ENTRY_INPUT + HW_INTAKES,
    HW_ENTRY_CHANGED = HW_ENTRY_CALL, /* the device has stored: region, offset, 0, place in the
                                       * response that it has got; or bytes */
    HW_ENTRY_CONTENT,                 /* the file that the guest has selected; bytes */
    HW_ENTRY_IRQ,
    HW_ENTRY_OUTPUT,
    HW_ENTRY_DMA_READ,
    HW_ENTRY_DMA_WRITE,
    HW_ENTRY_MEMORY_CLEAR,
    HW_ENTRY_NOW,
    HW_ENTRY_TIMER_NEW,
    HW_ENTRY_TIMER_SET,
    HW_ENTRY_TIMER_CANCEL,
    HW_ENTRY_TIMER_FREE,
    HW_ENTRY_TPM_OPEN,
    HW_ENTRY_TPM_CLOSE,
    HW_ENTRY_TPM_VERSION,
    HW_ENTRY_TPM_BUFFER,
    HW_ENTRY_TPM_RESTART,
    HW_ENTRY_TPM_SUBMIT,
    HW_ENTRY_TPM_CANCEL,
    HW_ENTRY_TPM_FINISH,
    HW_ENTRY_TPM_ESTABLISHED,
    HW_ENTRY_TPM_STIR,
    HW_ENTRY_ACPI_EVENT,
    HW_ENTRY_ACPI_RAISE,
    HW_ENTRY_TREE_NODE,
    HW_ENTRY_GSI,
    HW_ENTRY_TELL,
    HW_ENTRY_PCI_INTERRUPTS,
    HW_ENTRY_PCI_MESSAGE,
    HW_ENTRY_PCI_ADDRESS,
    HW_ENTRIES
} HwEntryKind;

typedef struct HwEntryRow {
    const char *name; /* for messages: "stores to memory" */
    uint8_t values;   /* so many */
    bool has_bytes;
    uint8_t answers; /* the host's to a call; in an END the device's */
    bool has_answer; /* bytes, too */
} HwEntryRow;

extern const HwEntryRow hw_entry_rows[HW_ENTRIES];

/* Members that the row does not name are not written. */
typedef struct HwEntry {
    uint64_t number; /* from 0 on; set by the reader */
    HwEntryKind kind;
    uint32_t device; /* 0: none; devices are numbered from 1 on */
    uint64_t values[HW_ENTRY_VALUES];
    const void *bytes;
    uint32_t size;
    uint64_t answers[HW_ENTRY_ANSWERS];
    const void *answer;
    uint32_t answer_size;
} HwEntry;

static inline HwEntryKind hw_entry_of_input(HwIntakeKind kind)
{
    return (HwEntryKind)((uint32_t)HW_ENTRY_INPUT + (uint32_t)kind);
}

static inline bool hw_entry_is_input(const HwEntry *entry)
{
    return entry->kind >= HW_ENTRY_INPUT && entry->kind < HW_ENTRY_CALL;
}

/* Bytes that lie in this memory have a place instead, in the entry's last value: size, offset, and the
 * memory's number, from bit 0, 16 and 48 on.  Returns false if they do not lie there, or are few. */
bool hw_entry_place(HwEntry *entry, const void *memory, uint64_t size, uint64_t number);

/* In a file, the offset of an access is its distance from the end of the access before.  Most of them
 * follow each other, so they look the same.  *next is that end, 0 at the beginning of a file. */
void hw_entry_shorten(HwEntry *entry, uint64_t *next);
void hw_entry_lengthen(HwEntry *entry, uint64_t *next);

/* The most bytes that an entry takes besides `size` and `answer_size`. */
#define HW_ENTRY_ROOM (10u * (2 + HW_ENTRY_VALUES + HW_ENTRY_ANSWERS + 2))

/* Returns the number of bytes; `room` has HW_ENTRY_ROOM + size + answer_size. */
size_t hw_entry_encode(const HwEntry *entry, uint8_t *room);

/* Reads one entry from the front of `bytes`, and points into them.  Returns its length; 0: more bytes
 * are needed.  -1: no entry begins so, or it is longer than is allowed. */
int64_t hw_entry_decode(HwEntry *entry, const uint8_t *bytes, size_t size);

/* Pairs of texts, each with its zero.  Sets *at from 0 on to the next pair.  Returns false after the
 * last one, and where the bytes do not make a pair. */
bool hw_entry_pair(const HwEntry *entry, uint32_t *at, const char **key, const char **value);

#endif
