/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/device/error.h"

#include <stdarg.h>
#include <stdio.h>

bool hw_error_set(HwError *error, const char *format, ...)
{
    va_list args;

    if (error && error->capacity > 0) {
        va_start(args, format);
        vsnprintf(error->text, error->capacity, format, args);
        va_end(args);
    }
    return false;
}

void hw_log(HwDevice *dev, uint32_t level, const char *format, ...)
{
    char line[512];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    dev->host->log(dev, level, line);
}
