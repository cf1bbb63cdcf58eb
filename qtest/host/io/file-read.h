/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a small file while the loop runs: a FIFO without a writer blocks nobody.  For the loop's
 * thread. */
#ifndef OB_HOST_IO_FILE_READ_H
#define OB_HOST_IO_FILE_READ_H

#include "hw-api/hw-api.h"
#include "qtest/host/io/loop.h"

#include <glib.h>

typedef struct ObFileRead ObFileRead;

/* The file as a whole, with a zero byte behind its text; NULL: `error` says why.  It is called from the
 * loop, once, and ends the reading.  `text` is valid during the call. */
typedef void ObFileReadDone(void *opaque, const GByteArray *text, const char *error);

/* Opens the file, and begins to read.  Returns NULL and sets `error` on failure: the system's words. */
ObFileRead *ob_file_read_new(ObLoop *loop, const char *path, ObFileReadDone *done, void *opaque,
                             HwError *error);

/* Ends the reading without a call.  NULL is allowed. */
void ob_file_read_free(ObFileRead *read);

#endif
