/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hook that runs, and the last accesses of each device, for the report of a crash (crash.h).
 * Both are kept in every build, as a crash in the field comes once.  A mark costs three stores, an
 * access a row of 32 bytes.  Call all functions under the device lock.
 */
#ifndef HW_HOST_RUNNING_H
#define HW_HOST_RUNNING_H

#include "hw-api/host/run/instance.h"

/* The hook that this thread runs. */
typedef struct HwRunning {
    const HwInstance *instance; /* NULL: no device's hook */
    const char *hook;           /* a name from hw-api.h; NULL: those of an access */
    uint64_t entries;           /* how often this thread has entered a hook */
} HwRunning;

/* In the static block, since a model that calls a function would cost more than all the rest. */
extern _Thread_local HwRunning hw_running __attribute__((tls_model("initial-exec")));

/* Returns the mark that hw_running_end() sets again: hooks nest, as a device's DMA may reach
 * another device. */
static inline HwRunning hw_running_begin(const HwInstance *instance, const char *hook)
{
    HwRunning outer = hw_running;

    hw_running = (HwRunning) { instance, hook, outer.entries + 1 };
    return outer;
}

/* The marked instance goes on with another hook.  A second mark would cost more: it reads whole what
 * the processor has just stored in parts. */
static inline void hw_running_next(const char *hook)
{
    hw_running.hook = hook;
    hw_running.entries++;
}

static inline void hw_running_end(HwRunning outer)
{
    hw_running.instance = outer.instance;
    hw_running.hook = outer.hook;
}

/* Makes the statement `call` while `hook` of `instance` is marked. */
#define HW_RUN_HOOK(instance, hook, call)                       \
    do {                                                        \
        HwRunning hw_outer_ = hw_running_begin(instance, hook); \
        call;                                                   \
        hw_running_end(hw_outer_);                              \
    } while (0)

static inline HwRecord *hw_record_begin(HwRegionState *region, uint64_t offset, uint64_t value,
                                        uint32_t size, bool is_write)
{
    HwRecords *records = &region->instance->records;
    HwRecord *record = &records->rows[records->count++ % HW_RECORDS];

    *record = (HwRecord) { region, offset, value, size, is_write, false };
    return record;
}

static inline void hw_record_end(HwRecord *record, uint64_t value)
{
    record->value = value;
    record->is_done = true;
}

#endif
