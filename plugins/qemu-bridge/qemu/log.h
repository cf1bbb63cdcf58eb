/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports and errors, by QEMU's own functions. */
#ifndef BRIDGE_LOG_H
#define BRIDGE_LOG_H

#include "hw-api/hw-api.h"
#include "plugins/qemu-bridge/qemu/api.h"

/* Any thread may call it. */
void bridge_log(HwDevice *dev, uint32_t level, const char *text);
void bridge_log_line(uint32_t level, const char *text);

/* Reports the sentence as QEMU reports its own errors. */
void bridge_report(const char *sentence);

/* Reports without QEMU's functions: QEMU may not export them, or they abort before main(). */
void bridge_report_early(const char *sentence);

/* Hands the sentence to QEMU's caller. */
void bridge_fail(QemuError **errp, const char *sentence);

#endif
