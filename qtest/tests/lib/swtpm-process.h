/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A real swtpm as a child process that dies with the test, and its directory. */
#ifndef OB_TESTS_LIB_SWTPM_PROCESS_H
#define OB_TESTS_LIB_SWTPM_PROCESS_H

#include <glib.h>

typedef struct SwtpmProcess {
    char *directory;
    char *path;   /* path of its control socket */
    char *option; /* "path=" and the path */
    GPid pid;     /* 0: it does not run */
} SwtpmProcess;

/* Makes a new directory; starts no process yet. */
void swtpm_process_set_up(SwtpmProcess *swtpm);

/* Starts swtpm with these options, NULL at the end, and waits until it listens. */
void swtpm_process_start(SwtpmProcess *swtpm, ...) G_GNUC_NULL_TERMINATED;

/* The same, but does not wait. */
void swtpm_process_launch(SwtpmProcess *swtpm, ...) G_GNUC_NULL_TERMINATED;

/* Waits until swtpm ends, and returns the wait status. */
int swtpm_process_reap(SwtpmProcess *swtpm);
void swtpm_process_kill(SwtpmProcess *swtpm);

/* Kills swtpm if it runs, and removes the directory. */
void swtpm_process_tear_down(SwtpmProcess *swtpm);

#endif
