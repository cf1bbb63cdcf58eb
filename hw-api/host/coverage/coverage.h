/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counts what accesses do to the registers of each class.  A host calls hw_coverage_note() from its
 * observer.  Under the device lock.
 */
#ifndef HW_HOST_COVERAGE_H
#define HW_HOST_COVERAGE_H

#include "hw-api/host/run/region.h"

/* The first line of a file. */
#define HW_COVERAGE_HEAD "# outboard register coverage 1"

typedef struct HwCoverage HwCoverage;

/* Opens the file, and makes it if it is missing.  Several hosts may share one.  Returns NULL and sets
 * `error` on failure. */
HwCoverage *hw_coverage_new(const char *path, HwError *error);

/* Without memory for another register, the access is not counted. */
void hw_coverage_note(HwCoverage *coverage, const HwRegionState *region, const HwAccess *access);

/* Appends the counts to the file and frees all.  Returns false and sets `error` if the file has not
 * taken them.  NULL is allowed. */
bool hw_coverage_end(HwCoverage *coverage, HwError *error);

#endif
