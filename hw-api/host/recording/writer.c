/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/recording/writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/recording/zlib.h"

#define FULL 32768u /* bytes that are worth a call of zlib */

struct HwRecordingWriter {
    const HwZlib *zlib;
    void *file;
    char *path;
    uint8_t *bytes; /* not yet in the file */
    size_t size, capacity;
    uint64_t count; /* entries */
    uint64_t next;  /* see hw_entry_shorten() */
    bool holds;
    size_t held;         /* the place in `bytes` of the first entry that waits */
    uint64_t held_count; /* entries before it */
    uint64_t held_next;
    const char *failure; /* NULL: none */
};

HwRecordingWriter *hw_recording_create(const char *path, HwError *error)
{
    HwRecordingWriter *w = calloc(1, sizeof(*w));

    if (!w || !(w->path = strdup(path))) {
        hw_error_set(error, "record: can't write '%s': %s", path, strerror(ENOMEM));
        free(w);
        return NULL;
    }
    w->zlib = hw_zlib_load(error);
    errno = 0;
    w->file = w->zlib ? w->zlib->open(path, "wb9e") : NULL;
    if (!w->file) {
        if (w->zlib) {
            hw_error_set(error, "record: can't write '%s': %s", path,
                         strerror(errno ? errno : ENOMEM));
        }
        free(w->path);
        free(w);
        return NULL;
    }
    w->zlib->write(w->file, HW_RECORDING_MAGIC, sizeof(HW_RECORDING_MAGIC) - 1);
    return w;
}

void hw_recording_fail(HwRecordingWriter *writer, const char *reason)
{
    writer->failure = writer->failure ? writer->failure : reason;
    writer->size = 0;
}

/* The text of zlib's last error is lost with the file. */
static void bytes_write(HwRecordingWriter *w)
{
    if (w->size && w->zlib->write(w->file, w->bytes, (unsigned int)w->size) <= 0) {
        hw_recording_fail(w, errno ? strerror(errno) : "the file does not take more");
    }
    w->size = 0;
}

static bool room_make(HwRecordingWriter *w, size_t more)
{
    size_t capacity = w->capacity ? w->capacity : 2 * FULL;
    uint8_t *bytes;

    while (capacity - w->size < more) {
        capacity *= 2;
    }
    if (capacity == w->capacity) {
        return true;
    }
    bytes = realloc(w->bytes, capacity);
    if (!bytes) {
        hw_recording_fail(w, strerror(ENOMEM));
        return false;
    }
    w->bytes = bytes;
    w->capacity = capacity;
    return true;
}

/* Returns the entry's length; 0 if nothing is written any more. */
static size_t entry_append(HwRecordingWriter *w, const HwEntry *entry)
{
    HwEntry shortened = *entry;
    size_t length;

    if (entry->size > HW_ENTRY_BYTES_MAX || entry->answer_size > HW_ENTRY_BYTES_MAX) {
        hw_recording_fail(w, "an access of a device has more than 1048576 bytes");
    }
    if (w->failure || !room_make(w, HW_ENTRY_ROOM + (size_t)entry->size + entry->answer_size)) {
        return 0;
    }
    hw_entry_shorten(&shortened, &w->next);
    length = hw_entry_encode(&shortened, w->bytes + w->size);
    w->size += length;
    w->count++;
    return length;
}

void hw_recording_put(HwRecordingWriter *writer, const HwEntry *entry)
{
    entry_append(writer, entry);
    if (writer->size >= FULL && !writer->holds) {
        bytes_write(writer);
    }
}

void hw_recording_hold(HwRecordingWriter *writer)
{
    writer->holds = true;
    writer->held = writer->size;
    writer->held_count = writer->count;
    writer->held_next = writer->next;
}

/* The entry is encoded behind the others; then they change places. */
void hw_recording_put_first(HwRecordingWriter *writer, const HwEntry *entry)
{
    size_t waiting = writer->size - writer->held;
    size_t length = entry_append(writer, entry);
    uint8_t *copy = length ? malloc(length) : NULL;
    uint8_t *first;

    writer->holds = false;
    if (!copy) {
        hw_recording_fail(writer, strerror(ENOMEM)); /* no effect after another failure */
        return;
    }
    first = writer->bytes + writer->held;
    memcpy(copy, first + waiting, length);
    memmove(first + length, first, waiting);
    memcpy(first, copy, length);
    free(copy);
}

void hw_recording_drop(HwRecordingWriter *writer)
{
    writer->holds = false;
    writer->size = writer->failure ? 0 : writer->held;
    writer->count = writer->held_count;
    writer->next = writer->held_next;
}

bool hw_recording_close(HwRecordingWriter *writer, HwError *error)
{
    bool good;

    if (!writer) {
        return true;
    }
    hw_recording_put(writer, &(HwEntry) { .kind = HW_ENTRY_CLOSE, .values = { writer->count } });
    bytes_write(writer);
    errno = 0;
    if (writer->zlib->close(writer->file) != 0) {
        hw_recording_fail(writer, errno ? strerror(errno) : "the file does not take more");
    }
    good = !writer->failure;
    if (!good) {
        hw_error_set(error, "record: '%s' is not complete: %s", writer->path, writer->failure);
    }
    free(writer->bytes);
    free(writer->path);
    free(writer);
    return good;
}
