/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of outboard-stream with the files of stream-cases.tar.xz. */
#ifndef OB_TESTS_STREAM_STREAM_CASES_H
#define OB_TESTS_STREAM_STREAM_CASES_H

#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/lib/tool-run.h"

/* Runs `outboard-stream COMMAND FILE` for a stored file, and expects the exit status.  The output
 * and the errors are in `run`, which the caller clears. */
void case_run(Run *run, const char *command, const char *name, int status);

/* Likewise with --dest, for doctor and filter; the filter reads the file as standard input. */
void case_run_to(Run *run, const char *command, const char *name, const char *destination,
                 int status);

/* Both texts of a run must have all parts; NULL ends them. */
void case_says(const Run *run, const char *const *parts);
#define CASE_SAYS(run, ...) case_says((run), (const char *const[]) { __VA_ARGS__, NULL })

void assert_lacks(const char *text, const char *part);

#endif
