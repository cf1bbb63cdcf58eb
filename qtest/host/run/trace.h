/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traces of register accesses by name, and guests' errors by register and field.
 * An event's name is the class, the register or region, and the direction, in
 * lower case with '_' for what is no letter or digit: "tpm_crb_ctrl_start_write",
 * "tpm_crb_mmio_read".
 */
#ifndef OB_TRACE_H
#define OB_TRACE_H

#include "qtest/machine/core/host.h"

typedef struct ObTrace ObTrace;

/*
 * Watches the host's devices, unless there is nothing to watch for: then it costs
 * an access nothing.  Log lines go to ob_log_line().
 */
ObTrace *ob_trace_new(ObHost *host, bool guest_errors);
void ob_trace_free(ObTrace *trace);             /* NULL is allowed */

/*
 * Shows the events that match a pattern of '*' and '?'; with '-' in front shows
 * them no longer.  The last pattern that matches an event decides.  False with a
 * sentence if no known event matches; the pattern is kept all the same.
 */
bool ob_trace_add(ObTrace *trace, const char *pattern, HwError *error);

/* Calls `each` with the name of every event of the host's classes. */
void ob_trace_list(const ObHost *host, void (*each)(void *opaque, const char *event),
                   void *opaque);

#endif
