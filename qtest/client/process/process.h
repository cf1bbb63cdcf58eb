/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A child process whose end is seen at once and whose last words are kept. */
#ifndef OB_PROCESS_H
#define OB_PROCESS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct ObProcess ObProcess;

/*
 * Runs `command` by /bin/sh.  Its stderr goes to a file in memory, so that a
 * talkative child never blocks.  It dies with the calling thread.  NULL, with
 * errno, if there can be no process.
 */
ObProcess *ob_process_start(const char *command);

GPid ob_process_pid(const ObProcess *process);

/* Becomes readable when the process ends; to be polled along with others. */
int ob_process_fd(const ObProcess *process);

/* Waits for the end; false if it has not come in time. */
bool ob_process_wait(ObProcess *process, uint32_t timeout_ms);

/* Whether it ended with status 0; after ob_process_wait(). */
bool ob_process_succeeded(const ObProcess *process);

void ob_process_signal(ObProcess *process, int signal);

/* "ended with status 1" or "was killed by signal 11 (Segmentation fault)", else "runs";
 * then its last lines on stderr.  To be freed. */
char *ob_process_describe(const ObProcess *process);

/* Kills it if it still runs.  NULL is allowed. */
void ob_process_free(ObProcess *process);

#endif
