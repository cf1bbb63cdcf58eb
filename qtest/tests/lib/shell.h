/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shell commands in a scratch directory, as a user types them. */
#ifndef OB_TESTS_SHELL_H
#define OB_TESTS_SHELL_H

#include "qtest/client/process/scratch.h"

/* Runs the command, which must end with status 0.  Returns its output, stderr included; the caller
 * frees it. */
char *shell_output(const ObScratch *scratch, const char *command);

void shell_run(const ObScratch *scratch, const char *command);

/* The command must fail, and its output have the sentence. */
void shell_assert_refused(const ObScratch *scratch, const char *command, const char *sentence);

/* The command must succeed, and its output have the text. */
void shell_assert_says(const ObScratch *scratch, const char *command, const char *text);

/* No text file below `files` names the directory `variable`, such as "$OB_SOURCE". */
void shell_assert_no_path(const ObScratch *scratch, const char *variable, const char *files);

#endif
