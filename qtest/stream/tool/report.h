/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report of changes and warnings that filter and relay write. */
#ifndef OB_TOOL_REPORT_H
#define OB_TOOL_REPORT_H

#include "qtest/stream/codec/filter.h"
#include "qtest/stream/tool/tool-arguments.h"

typedef struct ToolReport ToolReport;

/* Opens the file of option --report, by default standard error.  NULL: the reason has been
 * printed. */
ToolReport *tool_report_open(const ToolArguments *arguments);

/* Writes the JSON, if it is wanted.  Returns the status, or that of trouble if the file can't be
 * written; the reason has been printed. */
int tool_report_close(ToolReport *report, int status);

/* `opaque` is the report. */
void tool_report_line(void *opaque, const char *line);

void tool_report_notes(const ObVmFilter *filter, ToolReport *report);

/* Warns of the first name in the policy that nothing in the stream had. */
void tool_report_unused(const ToolArguments *arguments, int status, ToolReport *report);

#endif
