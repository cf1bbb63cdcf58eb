/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs outboard-stream, whose path is in OB_STREAM_TOOL. */
#ifndef OB_TESTS_LIB_TOOL_RUN_H
#define OB_TESTS_LIB_TOOL_RUN_H

#include <glib.h>

typedef struct Run {
    char *out;
    char *err;
    gsize out_size;
    int status;
} Run;

/* Runs the tool; `input` NULL: without input. */
void run_tool(Run *run, const GByteArray *input, const char *const *arguments);
void run_clear(Run *run);

#define RUN(run, ...) run_tool((run), NULL, (const char *const[]) { __VA_ARGS__, NULL })
#define RUN_WITH(run, input, ...) \
    run_tool((run), (input), (const char *const[]) { __VA_ARGS__, NULL })

/* Fails the test, and shows the whole text, if `part` isn't in it. */
void assert_has(const char *text, const char *part);

/* _new makes a directory for the test's files; _remove removes it with its files and frees the
 * name. */
char *run_directory_new(void);
void run_directory_remove(char *directory);

/* The path of one of QEMU's streams; the caller frees it. */
char *qemu_path(const char *name);

#endif
