/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report of changes and warnings that filter and relay write. */
#ifndef OB_TOOL_REPORT_H
#define OB_TOOL_REPORT_H

#include <stdio.h>

#include "qtest/stream/codec/filter.h"
#include "qtest/stream/tool/tool-arguments.h"

/* Opens the file of option --report, by default standard error.  NULL, and false: the reason has
 * been printed. */
FILE *tool_report_open(const char *path);
bool tool_report_close(const char *path, FILE *report);

/* `opaque` is the file. */
void tool_report_line(void *opaque, const char *line);

void tool_report_notes(const ObVmFilter *filter, FILE *report);

/* Warns of the first name in the policy that nothing in the stream had. */
void tool_report_unused(const ToolArguments *arguments, int status, FILE *report);

#endif
