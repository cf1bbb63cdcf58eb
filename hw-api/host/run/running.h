/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hook that runs, and the last accesses of each device, for the report of a crash (crash/crash.h).
 * Both are kept in every build, as a crash in the field comes once.  A mark costs three stores, an
 * access a row of 24 bytes.  Call all functions under the device lock.
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

static inline void hw_running_end(HwRunning outer)
{
    hw_running.instance = outer.instance;
    hw_running.hook = outer.hook;
}

/* The same pair where no hook runs yet: nothing is to be kept. */
static inline void hw_running_first(const HwInstance *instance)
{
    hw_running.instance = instance;
    hw_running.entries++;
}

static inline void hw_running_none(void)
{
    hw_running.instance = NULL;
    hw_running.hook = NULL;
}

/* Makes the statement `call` while `hook` of `instance` is marked. */
#define HW_RUN_HOOK(instance, hook, call)                       \
    do {                                                        \
        HwRunning hw_outer_ = hw_running_begin(instance, hook); \
        call;                                                   \
        hw_running_end(hw_outer_);                              \
    } while (0)

/* hw_instance_update() for a caller that has marked the instance, and `derives` is set.  The mark's hook
 * changes: a second mark would cost more, since it reads whole what the processor has just stored in
 * parts. */
static inline void hw_instance_derive(HwInstance *instance)
{
    if (instance->cls->table.update) {
        hw_running.hook = "update";
        hw_running.entries++;
        instance->cls->table.update(instance->dev);
    }
    if (instance->has_shadow) {
        hw_instance_words_store(instance);
    }
}

static inline HwRecord *hw_record_begin(HwRegionState *region, uint64_t offset, uint64_t value,
                                        uint32_t size, uint32_t flags)
{
    HwRecords *records = &region->instance->records;
    HwRecord *record = &records->rows[records->count++ % HW_RECORDS];

    *record = (HwRecord) { region, value, offset << 8 | size << 4 | flags };
    return record;
}

static inline void hw_record_end(HwRecord *record)
{
    record->access |= HW_RECORD_DONE;
}

#endif
