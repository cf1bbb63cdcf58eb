/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/codec/progress.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qtest/text/show.h"

#define LARGE  (64u << 20)
#define PERIOD 250000 /* microseconds */

void ob_progress_begin(ObProgress *progress, int fd, const char *path)
{
    struct stat file;

    *progress = (ObProgress) { .path = path, .wanted = isatty(STDERR_FILENO) };
    if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode)) {
        progress->total = (uint64_t)file.st_size;
    }
}

void ob_progress_step(ObProgress *progress, uint64_t done)
{
    g_autofree char *path = NULL;
    int64_t now;

    if (!progress->wanted || done < LARGE) {
        return;
    }
    now = g_get_monotonic_time();
    if (now - progress->shown < PERIOD) {
        return;
    }
    progress->shown = now;
    path = ob_text_show(progress->path, false);
    if (progress->total) {
        fprintf(stderr, "\r%s: %3" PRIu64 "%% of %" PRIu64 " MiB", path,
                done * 100 / progress->total, progress->total >> 20);
    } else {
        fprintf(stderr, "\r%s: %" PRIu64 " MiB", path, done >> 20);
    }
}

void ob_progress_end(ObProgress *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", stderr);
    }
}
