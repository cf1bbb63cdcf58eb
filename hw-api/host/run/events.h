/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of accesses in traces, and their text, the same in each host. */
#ifndef HW_HOST_EVENTS_H
#define HW_HOST_EVENTS_H

#include "hw-api/host/run/instance.h"

/* Calls `each` with the events that a device can have: "tpm_crb_ctrl_start_write", of a class, a
 * register or region, and a direction.  `part` is NULL or a device whose regions are final. */
void hw_events_visit(const HwDeviceClass *cls, const HwInstance *part,
                     void (*each)(void *opaque, const char *event), void *opaque);

/* True if `shown` wants the event of the region or of the register. */
bool hw_access_is_shown(const HwRegionState *region, const HwAccess *access,
                        bool (*shown)(const void *opaque, const char *event), const void *opaque);

/* Formats "tpm-crb CTRL_START <- 0x1 (start)". */
#define HW_ACCESS_TEXT_MAX 512
void hw_access_format(const HwRegionState *region, const HwAccess *access,
                      char text[HW_ACCESS_TEXT_MAX]);

#endif
