/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traces of register accesses by name, and guests' errors by register and field.  An
 * event's name is the class, the register or region, and the direction.  It is in lower
 * case, with '_' for all but letters and digits: "tpm_crb_ctrl_start_write",
 * "tpm_crb_mmio_read".
 */
#ifndef OB_TRACE_H
#define OB_TRACE_H

#include "qtest/machine/core/host.h"

typedef struct ObTrace ObTrace;

/*
 * Observes the host's devices if there is anything to show; else an access costs nothing.
 * Log lines go to ob_log_line().
 */
ObTrace *ob_trace_new(ObHost *host, bool guest_errors);
void ob_trace_free(ObTrace *trace); /* NULL is allowed */

/*
 * Shows the events that match a pattern of '*' and '?'; '-' in front hides them.  The last
 * pattern that matches an event decides.  Returns false and sets `error` if no known event
 * matches; the pattern is kept all the same.
 */
bool ob_trace_add(ObTrace *trace, const char *pattern, HwError *error);

/* Writes the accesses into a file of waves (wave.h) instead of the log.  Call it once, after the
 * patterns.  False with a sentence. */
bool ob_trace_wave(ObTrace *trace, const char *path, HwError *error);

/* The same for a timeline (timeline.h). */
bool ob_trace_timeline(ObTrace *trace, const char *path, HwError *error);

/* Counts the accesses of all devices for a file that outboard-lab reads.  Call it once.  False with a
 * sentence. */
bool ob_trace_coverage(ObTrace *trace, const char *path, HwError *error);

/* Calls `each` with the name of every event of the host's classes. */
void ob_trace_list(const ObHost *host, void (*each)(void *opaque, const char *event), void *opaque);

#endif
