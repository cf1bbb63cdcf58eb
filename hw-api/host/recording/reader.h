/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the entries of a recording.  A damaged file costs no more memory than a good one: an entry has a
 * largest size, and no more than one is kept.
 */
#ifndef HW_HOST_RECORDING_READER_H
#define HW_HOST_RECORDING_READER_H

#include "hw-api/host/recording/entries.h"

typedef struct HwRecordingReader HwRecordingReader;

/* Opens the file.  Returns NULL and sets `error` on failure: it can't be read, or is not a recording.
 * Errors have no path in front. */
HwRecordingReader *hw_recording_open(const char *path, HwError *error);
void hw_recording_free(HwRecordingReader *reader); /* NULL is allowed */

/* Returns the next entry, without taking it.  It and its bytes are valid until
 * hw_recording_take() is followed by this function.  NULL after the last entry, and with `error` set
 * where the file is truncated or damaged: hw_recording_is_bad() tells the two apart. */
const HwEntry *hw_recording_peek(HwRecordingReader *reader, HwError *error);

/* Takes the entry that hw_recording_peek() has returned. */
void hw_recording_take(HwRecordingReader *reader);

bool hw_recording_is_bad(const HwRecordingReader *reader);

/* Reads to the end, and returns false with `error` set unless the file is whole. */
bool hw_recording_check(const char *path, HwError *error);

#endif
