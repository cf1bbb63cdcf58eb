/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Explains a log of QEMU, of libvirt or of what runs them: lines about migrations are found
 * behind any time stamp and prefix.
 */
#ifndef OB_LOG_H
#define OB_LOG_H

#include "hw-api/hw-api.h"
#include "qtest/stream/log/patterns.h"

typedef struct ObLogFinding {
    const ObLogPattern *pattern;
    uint64_t line;  /* the first one's number in what was read */
    uint64_t count; /* lines that match the pattern with other texts too */
    char *text;     /* the first line */
    char *cause, *remedy;
} ObLogFinding;

typedef struct ObLog {
    GPtrArray *findings; /* ObLogFinding, in the log's order */
    GPtrArray *unknown;  /* char *: the first lines of QEMU or libvirt that no pattern has */
    uint64_t unknown_count;
    uint64_t lines;
    uint64_t skipped; /* bytes at the log's beginning that were not read */
    ObLogRank best;   /* the highest rank of a finding */
} ObLog;

/* Reads the end of a file, or of standard input for "-": OB_LOG_BYTES at most.  NULL with a
 * sentence. */
#define OB_LOG_BYTES (16u << 20)
ObLog *ob_log_read(const char *path, HwError *error);
void ob_log_free(ObLog *log);

#endif
