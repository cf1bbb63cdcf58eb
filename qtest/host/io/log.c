/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/io/log.h"

#include "hw-api/device/error.h"
#include "qtest/text/show.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static const char *log_program = "outboard";
static FILE *log_file;
static atomic_bool log_guest_errors;

void ob_log_set_program(const char *program)
{
    log_program = program;
}

bool ob_log_set_file(const char *path, HwError *error)
{
    FILE *file = fopen(path, "we");

    if (!file) {
        return hw_error_set(error, "cannot write '%s': %s", path, strerror(errno));
    }
    setvbuf(file, NULL, _IOLBF, 0);
    ob_log_close();
    log_file = file;
    return true;
}

void ob_log_close(void)
{
    if (log_file) {
        fclose(log_file);
        log_file = NULL;
    }
}

void ob_log_set_guest_errors(bool enabled)
{
    log_guest_errors = enabled;
}

/* One write for each line, so that lines of several threads don't mix.  A message may quote a
 * stream or a peer. */
static void line_write(FILE *file, const char *program, const char *kind, const char *format,
                       va_list args)
{
    char text[1024];
    g_autofree char *shown = NULL;

    vsnprintf(text, sizeof(text), format, args);
    shown = ob_text_show(text, false);
    fprintf(file, "%s%s%s%s\n", program, *program ? ": " : "", kind, shown);
}

void ob_report_error(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    line_write(stderr, log_program, "", format, args);
    va_end(args);
}

void ob_report_warning(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    line_write(stderr, log_program, "warning: ", format, args);
    va_end(args);
}

void ob_log_line(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    line_write(log_file ? log_file : stderr, "", "", format, args);
    va_end(args);
}

void ob_log_device(void *opaque, const char *device, uint32_t level, const char *text)
{
    const char *colon = device ? ": " : "";

    (void)opaque;
    device = device ? device : "";
    switch (level) {
    case HW_LOG_GUEST_ERROR:
        if (log_guest_errors) {
            ob_log_line("%s%s%s", device, colon, text);
        }
        break;
    case HW_LOG_INFO:
        ob_log_line("%s%s%s", device, colon, text);
        break;
    case HW_LOG_WARNING:
        ob_report_warning("%s%s%s", device, colon, text);
        break;
    default:
        ob_report_error("%s%s%s", device, colon, text);
    }
}
