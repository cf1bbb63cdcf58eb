/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the program says: sentences for its user on standard error, and the log of
 * traces and guest errors, which -D sends to a file.  Any thread.
 */
#ifndef OB_LOG_H
#define OB_LOG_H

#include "hw-api/hw-api.h"

/* An HwError with room for a sentence, in the scope of a function. */
#define OB_ERROR(name)                  \
    char name##_text[512] = "";         \
    HwError name = { name##_text, sizeof(name##_text), 0 }

/* The name in front of each sentence; kept, not copied. */
void ob_log_set_program(const char *program);

/* Sends the log to a file, emptied first.  False with a sentence. */
bool ob_log_set_file(const char *path, HwError *error);
void ob_log_close(void);

/* Whether guests' errors are logged; -d guest_errors. */
void ob_log_set_guest_errors(bool enabled);
bool ob_log_guest_errors(void);

/* "PROGRAM: sentence" and "PROGRAM: warning: sentence" on standard error. */
void ob_report_error(const char *format, ...) HW_PRINTF(1, 2);
void ob_report_warning(const char *format, ...) HW_PRINTF(1, 2);

/* A line in the log; without a newline. */
void ob_log_line(const char *format, ...) HW_PRINTF(1, 2);

/* ObHostConfig.log: a device's line goes where its level belongs. */
void ob_log_device(void *opaque, const char *device, uint32_t level, const char *text);

#endif
