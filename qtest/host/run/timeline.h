/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accesses and interrupt lines on a timeline: a file in the Trace Event Format (JSON), which
 * ui.perfetto.dev and chrome://tracing show.  Each device is a thread, each line a counter.  Times are
 * the machine's clock.  The clock can stand still, so each access or change of a line takes at least
 * one nanosecond in the file.
 */
#ifndef OB_TIMELINE_H
#define OB_TIMELINE_H

#include "hw-api/host/run/region.h"
#include "qtest/machine/core/host.h"

typedef struct ObTimeline ObTimeline;

/* Starts the file.  NULL with a sentence. */
ObTimeline *ob_timeline_new(ObHost *host, const char *path, HwError *error);

/* Ends the file; NULL is allowed.  Says on stderr if it is not complete. */
void ob_timeline_free(ObTimeline *timeline);

/* An access, as an observer of accesses gets it. */
void ob_timeline_access(ObTimeline *timeline, const HwRegionState *region, const HwAccess *access);

#endif
