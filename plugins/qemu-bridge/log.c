/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/bridge.h"

#include <stdio.h>

void bridge_log(HwDevice *dev, uint32_t level, const char *text)
{
    switch (level) {
    case HW_LOG_ERROR:
        error_report("%s: %s", dev->id, text);
        break;
    case HW_LOG_WARNING:
        warn_report("%s: %s", dev->id, text);
        break;
    case HW_LOG_INFO:
        info_report("%s: %s", dev->id, text);
        break;
    default:
        if (qemu_loglevel & QEMU_LOG_GUEST_ERROR) {
            qemu_log("%s: %s\n", dev->id, text);
        }
        break;
    }
}

void bridge_report(const char *sentence)
{
    /* May run before it is known that QEMU exports anything. */
    if (error_report) {
        error_report("outboard-qemu: %s", sentence);
    } else {
        fprintf(stderr, "outboard-qemu: %s\n", sentence);
    }
}

void bridge_fail(QemuError **errp, const char *sentence)
{
    error_setg_internal(errp, __FILE__, __LINE__, __func__, "%s", sentence);
}
