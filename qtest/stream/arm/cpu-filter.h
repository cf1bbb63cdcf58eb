/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The changes that `outboard-stream filter` makes: it rewrites the system registers of vCPUs. */
#ifndef OB_CPU_FILTER_H
#define OB_CPU_FILTER_H

#include "qtest/stream/arm/rewrite.h"
#include "qtest/stream/codec/filter.h"

typedef struct ObCpuFilter {
    const ObDestination *destination;
    const ObFilterPolicy *policy;
    bool strict; /* refuse what else is only warned of */

    /* Called with a line for each change, made or not permitted, and for each warning. */
    void (*report)(void *opaque, const char *line);
    void *opaque;

    unsigned vcpus; /* the number of sections that had registers */
    unsigned changes;
    unsigned warnings;
    unsigned unknown; /* sections and subsections that the destination may not take */
    unsigned refused; /* the number of changes that the policy does not permit */
} ObCpuFilter;

/* For ob_vm_filter_new(); its `opaque` is an ObCpuFilter. */
extern const ObVmFilterEvents ob_cpu_filter_events;

#endif
