/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program's output: messages for its user on standard error, and the log of traces and
 * guest errors.  -D sends the log to a file.  Any thread.
 */
#ifndef OB_LOG_H
#define OB_LOG_H

#include "hw-api/hw-api.h"

/* Sets the name in front of each message; kept, not copied. */
void ob_log_set_program(const char *program);

/* Sends the log to a file, which is emptied first.  Returns false and sets `error` on failure. */
bool ob_log_set_file(const char *path, HwError *error);
void ob_log_close(void);

/* True if guests' errors are logged; -d guest_errors. */
void ob_log_set_guest_errors(bool enabled);

/* Print "PROGRAM: message" and "PROGRAM: warning: message" on standard error. */
void ob_report_error(const char *format, ...) HW_PRINTF(1, 2);
void ob_report_warning(const char *format, ...) HW_PRINTF(1, 2);

/* Prints a line in the log; `format` has no newline. */
void ob_log_line(const char *format, ...) HW_PRINTF(1, 2);

/* ObHostConfig.log: the level decides where a device's line goes. */
void ob_log_device(void *opaque, const char *device, uint32_t level, const char *text);

#endif
