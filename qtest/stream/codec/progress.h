/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows at a terminal how much of a large file has been read. */
#ifndef OB_PROGRESS_H
#define OB_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ObProgress {
    const char *path;
    uint64_t total; /* bytes, 0: unknown */
    int64_t shown;  /* time of the last output in microseconds; 0: none yet */
    bool wanted;
} ObProgress;

void ob_progress_begin(ObProgress *progress, int fd, const char *path);
void ob_progress_step(ObProgress *progress, uint64_t done);
void ob_progress_end(ObProgress *progress);

#endif
