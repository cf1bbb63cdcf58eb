/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A child process: its end is seen at once, and the last lines of its stderr are kept. */
#ifndef OB_PROCESS_H
#define OB_PROCESS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct ObProcess ObProcess;

/*
 * Runs `command` by /bin/sh.  Its stderr goes to a file in memory, so a child that writes much
 * never blocks.  It dies with the calling thread.  Returns NULL and sets errno if the process
 * can't start.
 */
ObProcess *ob_process_start(const char *command);

GPid ob_process_pid(const ObProcess *process);

/* The descriptor becomes readable when the process ends; for poll(). */
int ob_process_fd(const ObProcess *process);

/* Waits until the process ends.  Returns false on a timeout. */
bool ob_process_wait(ObProcess *process, uint32_t timeout_ms);

/* Returns true if the process ended with status 0.  Call it after ob_process_wait(). */
bool ob_process_succeeded(const ObProcess *process);

void ob_process_signal(ObProcess *process, int signal);

/* Returns "ended with status 1", "was killed by signal 11 (Segmentation fault)" or "runs", and
 * then the last lines on stderr.  The caller frees it. */
char *ob_process_describe(const ObProcess *process);

/* Kills the process if it still runs.  NULL is allowed. */
void ob_process_free(ObProcess *process);

#endif
