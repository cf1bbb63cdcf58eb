/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `outboard-stream filter` does to sections of a stream: system registers of vCPUs. */
#ifndef OB_CPU_FILTER_H
#define OB_CPU_FILTER_H

#include "qtest/stream/arm/rewrite.h"
#include "qtest/stream/codec/filter.h"

typedef struct ObCpuFilter {
    const ObDestination *destination;
    const ObFilterPolicy *policy;

    /* A line about what was changed, or what would have to be. */
    void (*report)(void *opaque, const char *line);
    void *opaque;

    unsigned vcpus;             /* sections that had registers */
    unsigned changes;
    unsigned refused;           /* that the policy doesn't permit */
} ObCpuFilter;

/* For ob_vm_filter_new(), with an ObCpuFilter behind them. */
extern const ObVmFilterEvents ob_cpu_filter_events;

#endif
