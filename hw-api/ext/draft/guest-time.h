/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.guest-time/1 - the time of day by a counter that the guest can read itself.  A draft: it may
 * change or go.
 *
 * Only a host that runs the guest's processors can know the counter.
 */
#ifndef HW_EXT_DRAFT_GUEST_TIME_H
#define HW_EXT_DRAFT_GUEST_TIME_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_GUEST_TIME         "hw.guest-time/1"

#define HW_GUEST_TIME_UNKNOWN UINT64_MAX

typedef enum HwGuestCounter {
    HW_GUEST_COUNTER_ARM_VIRTUAL = 1, /* CNTVCT_EL0 */
    HW_GUEST_COUNTER_X86_TSC = 2,     /* RDTSC */
} HwGuestCounter;

/* The host's clock against the world's. */
typedef enum HwGuestTimeStatus {
    HW_GUEST_TIME_NOT_TOLD = 0, /* the system does not tell */
    HW_GUEST_TIME_SYNCHRONIZED = 1,
    HW_GUEST_TIME_FREE_RUNNING = 2, /* no server corrects it */
} HwGuestTimeStatus;

typedef enum HwGuestLeap {
    HW_GUEST_LEAP_NONE = 0,
    HW_GUEST_LEAP_INSERT = 1, /* a second is inserted at the end of this day, in UTC */
    HW_GUEST_LEAP_DELETE = 2, /* a second is left out there */
    HW_GUEST_LEAP_NOW = 3,    /* this is the inserted second */
    HW_GUEST_LEAP_INSERTED = 4,
    HW_GUEST_LEAP_DELETED = 5,
} HwGuestLeap;

/* The time at one value of the counter. */
typedef struct HwGuestTimeSample {
    uint32_t counter; /* HwGuestCounter */
    uint32_t status;  /* HwGuestTimeStatus */
    uint64_t value;   /* the counter's */
    int64_t seconds;  /* UTC: since 1970-01-01 00:00:00 */
    uint32_t nanoseconds;
    uint32_t leap; /* HwGuestLeap */

    /* The counter advances by period_ticks in period_ns; 0 and 0: the host measures it yet. */
    uint64_t period_ns;
    uint64_t period_ticks;
    uint64_t period_error; /* the largest error of the period, in parts of 10^9 */

    /* In nanoseconds, or HW_GUEST_TIME_UNKNOWN: of the host's clock, against the world's. */
    uint64_t estimated_error;
    uint64_t maximum_error;
    uint64_t read_error; /* time and value were read at most so far apart */

    int32_t tai_offset; /* TAI minus UTC, in seconds; 0: unknown */
    uint32_t reserved;
} HwGuestTimeSample;

typedef struct HwGuestTime {
    HwAbi abi;

    /* False with the reason, which no identifier precedes: the host does not know the guest's
     * counter.  The answer is the same for the machine's life.  [device lock & alive] */
    bool (*read)(HwDevice *dev, HwGuestTimeSample *sample, HwError *error);

    /* Calls `jumped` each time the machine runs again: the counter stood still, the time did not.
     * `update` follows.  One function a device; NULL: none.  [device lock & alive] */
    void (*watch)(HwDevice *dev, void (*jumped)(HwDevice *dev));
} HwGuestTime;

/* NULL where the host lacks the service.  [device lock & alive] */
static inline const HwGuestTime *hw_guest_time(HwDevice *dev)
{
    return (const HwGuestTime *)dev->host->query(dev->host, HW_GUEST_TIME);
}

#ifdef __cplusplus
}
#endif

#endif
