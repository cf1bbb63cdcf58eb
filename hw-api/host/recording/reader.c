/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/recording/reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/recording/zlib.h"

#define PIECE     65536u /* bytes that are read at once */
#define ENTRY_MAX (HW_ENTRY_ROOM + 2u * HW_ENTRY_BYTES_MAX)

struct HwRecordingReader {
    const HwZlib *zlib;
    void *file;
    uint8_t *bytes;
    size_t begin, end, capacity; /* the bytes that are read and not yet taken */
    HwEntry entry;               /* at `begin` */
    size_t length;               /* the entry's; 0: not yet decoded */
    uint64_t number;             /* the entry's */
    uint64_t next;               /* see hw_entry_lengthen() */
    bool has_ended;              /* the last entry was taken */
    bool is_bad;
};

static const HwEntry *refuse(HwRecordingReader *r, HwError *error, const char *what)
{
    r->is_bad = true;
    hw_error_set(error, "%s", what);
    return NULL;
}

/* Returns the number of new bytes; 0: the file has ended; -1: it is damaged. */
static int more_read(HwRecordingReader *r)
{
    size_t kept = r->end - r->begin;
    uint8_t *bytes = r->bytes;

    if (r->capacity - kept < PIECE) {
        bytes = realloc(r->bytes, r->capacity + PIECE);
        if (!bytes) {
            return -1;
        }
        r->capacity += PIECE;
        r->bytes = bytes;
    }
    memmove(bytes, bytes + r->begin, kept);
    r->begin = 0;
    r->end = kept;
    return r->zlib->read(r->file, bytes + kept, PIECE);
}

#define Z_BUF_ERROR (-5) /* zlib.h: the packed bytes have no end */

static int zlib_error(const HwRecordingReader *r)
{
    int number = 0;

    r->zlib->error(r->file, &number);
    return number;
}

static const HwEntry *more_missing(HwRecordingReader *r, HwError *error, int count)
{
    char text[160];

    snprintf(text, sizeof(text), "the recording is %s after entry %" PRIu64 ", expected its end",
             count < 0 && zlib_error(r) != Z_BUF_ERROR ? "damaged" : "truncated", r->number);
    return refuse(r, error, text);
}

static bool last_is_right(HwRecordingReader *r, HwError *error)
{
    bool is_last = r->entry.values[0] == r->number && r->begin + r->length == r->end;
    int more = is_last ? more_read(r) : 0;

    if (more < 0 || zlib_error(r) == Z_BUF_ERROR) {
        return more_missing(r, error, more) != NULL;
    }
    if (!is_last || more > 0) {
        refuse(r, error, "the recording has bytes after its end, or entries are missing");
        return false;
    }
    return true;
}

const HwEntry *hw_recording_peek(HwRecordingReader *reader, HwError *error)
{
    HwRecordingReader *r = reader;

    if (r->is_bad || r->has_ended) {
        return NULL;
    }
    while (!r->length) {
        int64_t length = hw_entry_decode(&r->entry, r->bytes + r->begin, r->end - r->begin);
        int count = 0;

        if (length < 0 || r->end - r->begin > ENTRY_MAX + PIECE) {
            return refuse(r, error, "the recording is damaged: an entry is not valid");
        }
        r->length = (size_t)length;
        if (!length && (count = more_read(r)) <= 0) {
            return more_missing(r, error, count);
        }
        r->end += (size_t)count;
        if (r->length) {
            hw_entry_lengthen(&r->entry, &r->next);
        }
    }
    r->entry.number = r->number;
    if (r->entry.kind == HW_ENTRY_CLOSE) {
        r->has_ended = last_is_right(r, error);
        return NULL;
    }
    return &r->entry;
}

void hw_recording_take(HwRecordingReader *reader)
{
    reader->begin += reader->length;
    reader->length = 0;
    reader->number++;
}

bool hw_recording_is_bad(const HwRecordingReader *reader)
{
    return reader->is_bad;
}

static bool magic_is_right(HwRecordingReader *r, HwError *error)
{
    static const char magic[] = HW_RECORDING_MAGIC;
    const size_t same = sizeof(magic) - 3; /* without the version */
    char bytes[sizeof(magic)];
    int count = r->zlib->read(r->file, bytes, sizeof(magic) - 1);

    if (count != (int)sizeof(magic) - 1 || memcmp(bytes, magic, same) != 0) {
        return refuse(r, error, "not a recording, expected a file of record=FILE") != NULL;
    }
    if (memcmp(bytes, magic, sizeof(magic) - 1) != 0) {
        return refuse(r, error, "the recording has another version of the format, expected 1") !=
               NULL;
    }
    return true;
}

HwRecordingReader *hw_recording_open(const char *path, HwError *error)
{
    HwRecordingReader *r = calloc(1, sizeof(*r));

    if (!r) {
        hw_error_set(error, "%s", strerror(ENOMEM));
        return NULL;
    }
    r->zlib = hw_zlib_load(error);
    if (!r->zlib) {
        hw_recording_free(r);
        return NULL;
    }
    errno = 0;
    r->file = r->zlib->open(path, "rbe");
    if (!r->file) {
        refuse(r, error, strerror(errno ? errno : ENOMEM));
    }
    if (!r->file || !magic_is_right(r, error)) {
        hw_recording_free(r);
        return NULL;
    }
    return r;
}

void hw_recording_free(HwRecordingReader *reader)
{
    if (reader) {
        if (reader->file) {
            reader->zlib->close(reader->file);
        }
        free(reader->bytes);
        free(reader);
    }
}

bool hw_recording_check(const char *path, HwError *error)
{
    HwRecordingReader *reader = hw_recording_open(path, error);
    bool good;

    if (!reader) {
        return false;
    }
    while (hw_recording_peek(reader, error)) {
        hw_recording_take(reader);
    }
    good = !reader->is_bad;
    hw_recording_free(reader);
    return good;
}
