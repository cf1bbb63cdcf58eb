/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of vmclock's page; reads and writes the page, while a guest may read it. */
#ifndef VMCLOCK_PAGE_H
#define VMCLOCK_PAGE_H

#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/guest-time.h"
#include "hw-api/hw-api.h"

typedef struct VmClockValues {
    uint64_t marker;  /* changes at each disruption */
    uint64_t counter; /* changes with the generation */
} VmClockValues;

/* The time in the page.  `service` is NULL if the page has none. */
typedef struct VmClockTime {
    const HwGuestTime *service;
    const HwClock *clock;
    HwTimer *timer;
    uint64_t due;           /* the next tick; 0: none comes */
    uint32_t tai_offset;    /* the user's; 0: the host's */
    HwGuestTimeSample told; /* the page has it, or is to have it */
} VmClockTime;

/* A random value that the guest has not seen. */
uint64_t vmclock_fresh(HwDevice *dev, uint64_t old);

/* The counter that the user's text means; NULL or "auto": a random one. */
bool vmclock_counter_choose(HwDevice *dev, const char *text, uint64_t old, uint64_t *counter,
                            HwError *error);

/* False with a sentence: the address does not fit. */
bool vmclock_address_check(HwDevice *dev, uint64_t base, HwError *error);

/* The guest's tables have the address, so a stream's page can't move. */
bool vmclock_address_stays(HwDevice *dev, uint64_t streams, uint64_t base, HwError *error);

/* Writes all fields.  A guest that reads meanwhile sees that it has to read again. */
void vmclock_page_store(uint8_t *page, const VmClockValues *values, const VmClockTime *time,
                        bool notifies);

/* The field that has the byte, by the header's name. */
const char *vmclock_field_name(uint64_t offset);

/* Reads the values of a page that came by a stream, and may hold any bytes. */
void vmclock_page_load(const uint8_t *page, VmClockValues *values);

/* Names of the property "time": none, host. */
extern const HwName vmclock_times[2];

/*
 * `choice` is an index of vmclock_times.  False with a sentence: the host can't tell the time.  Calls
 * `tick` as the two functions below say.  If the page has the time, calls `jumped` each time the
 * machine runs again.
 */
bool vmclock_time_realize(VmClockTime *time, HwDevice *dev, uint32_t choice,
                          void (*tick)(HwDevice *dev, void *opaque), void (*jumped)(HwDevice *dev),
                          HwError *error);
void vmclock_time_unrealize(VmClockTime *time, HwDevice *dev);

/* The next tick comes as soon as the machine runs. */
void vmclock_time_start(VmClockTime *time, HwDevice *dev);

/* The next tick comes at `due`, which another instance had. */
void vmclock_time_go_on(const VmClockTime *time);

/* The next tick, if the page has the time, comes when the time is to be looked at again. */
void vmclock_time_again(VmClockTime *time, HwDevice *dev);

/* Makes `told` the time of now. */
void vmclock_time_read(VmClockTime *time, HwDevice *dev);

/* The page's time is wrong now, or it could tell more. */
bool vmclock_time_differs(const VmClockTime *time, HwDevice *dev);

/* Writes the fields of the time, and returns their flags.  For vmclock_page_store(). */
uint64_t vmclock_time_store(uint8_t *page, const VmClockTime *time);

#endif
