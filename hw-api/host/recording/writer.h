/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the entries of a recording into a file. */
#ifndef HW_HOST_RECORDING_WRITER_H
#define HW_HOST_RECORDING_WRITER_H

#include "hw-api/host/recording/entries.h"

typedef struct HwRecordingWriter HwRecordingWriter;

/* Makes the file.  Returns NULL and sets `error` on failure. */
HwRecordingWriter *hw_recording_create(const char *path, HwError *error);

/* After a failure all is dropped, and hw_recording_close() tells why. */
void hw_recording_put(HwRecordingWriter *writer, const HwEntry *entry);

/*
 * From hold() on entries wait: an entry that put_first() adds then comes before them.  drop() makes them
 * as if they had not been.  Either ends the wait.
 */
void hw_recording_hold(HwRecordingWriter *writer);
void hw_recording_put_first(HwRecordingWriter *writer, const HwEntry *entry);
void hw_recording_drop(HwRecordingWriter *writer);

/* The rest is dropped, for this reason; a text that lives as long as the writer. */
void hw_recording_fail(HwRecordingWriter *writer, const char *reason);

/* Ends the file and frees all.  Returns false and sets `error` if the file is not complete.
 * NULL is allowed. */
bool hw_recording_close(HwRecordingWriter *writer, HwError *error);

#endif
