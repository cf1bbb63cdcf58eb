/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/qemu/log.h"

#include <stdio.h>

#define LINE 1024

void bridge_log_line(uint32_t level, const char *text)
{
    switch (level) {
    case HW_LOG_ERROR:
        error_report("%s", text);
        break;
    case HW_LOG_WARNING:
        warn_report("%s", text);
        break;
    case HW_LOG_INFO:
        info_report("%s", text);
        break;
    default:
        if (qemu_loglevel & QEMU_LOG_GUEST_ERROR) {
            qemu_log("%s\n", text);
        }
        break;
    }
}

void bridge_log(HwDevice *dev, uint32_t level, const char *text)
{
    char line[LINE];

    snprintf(line, sizeof(line), "%s: %s", dev->id, text);
    bridge_log_line(level, line);
}

void bridge_report(const char *sentence)
{
    error_report("outboard-qemu: %s", sentence);
}

void bridge_report_early(const char *sentence)
{
    fprintf(stderr, "outboard-qemu: %s\n", sentence);
}

void bridge_fail(QemuError **errp, const char *sentence)
{
    error_setg_internal(errp, __FILE__, __LINE__, __func__, "%s", sentence);
}
