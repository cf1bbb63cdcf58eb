/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accesses and interrupt lines as waves: a file in the form VCD (IEEE 1364-2005, 18), which GTKWave
 * shows.  A time of the file is a nanosecond of the machine's clock.  The clock can stand still, so
 * each access or change of a line takes at least one nanosecond in the file.
 */
#ifndef OB_WAVE_H
#define OB_WAVE_H

#include "hw-api/host/run/region.h"
#include "qtest/machine/core/host.h"

typedef struct ObWave ObWave;

/* Starts the file, with a scope for each device of the host for which `wanted` is true, and for the
 * interrupt lines.  A device that is added later is not in the file.  NULL with a sentence. */
ObWave *ob_wave_new(ObHost *host, const char *path,
                    bool (*wanted)(void *opaque, const HwInstance *device), void *opaque,
                    HwError *error);

/* Ends the file; NULL is allowed.  Says on stderr if it is not complete. */
void ob_wave_free(ObWave *wave);

/* An access, as an observer of accesses gets it. */
void ob_wave_access(ObWave *wave, const HwRegionState *region, const HwAccess *access);

#endif
