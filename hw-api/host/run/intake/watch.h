/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that goes into a device, for a recorder.  Each input has a begin and an end.  Inputs nest: a call
 * of the device may reach the device itself, or another one.  A device's own calls
 * go through its services.  Under the device lock.
 */
#ifndef HW_HOST_WATCH_H
#define HW_HOST_WATCH_H

#include "hw-api/hw-api.h"

typedef enum HwIntakeKind {
    HW_INTAKE_REALIZE,   /* answer: 1 for success */
    HW_INTAKE_RESET,     /* no values */
    HW_INTAKE_QUIESCE,   /* likewise */
    HW_INTAKE_READ,      /* region, offset, size; answer: the value */
    HW_INTAKE_WRITE,     /* region, offset, size, value */
    HW_INTAKE_SELECTED,  /* the file's number in the class */
    HW_INTAKE_WRITTEN,   /* file, offset; bytes */
    HW_INTAKE_SET,       /* the property's number in the class; bytes: the text; answer: success */
    HW_INTAKE_LINE,      /* number, level */
    HW_INTAKE_FIRED,     /* the number of a timer, or of a posted call: HW_INTAKE_POSTED and on */
    HW_INTAKE_COMPLETED, /* the TPM's number, 1 for a response; bytes: the response */
    HW_INTAKES
} HwIntakeKind;

#define HW_INTAKE_VALUES 4
#define HW_INTAKE_POSTED (UINT64_C(1) << 32)

typedef struct HwIntake {
    HwIntakeKind kind;
    uint64_t values[HW_INTAKE_VALUES];
    const void *bytes; /* valid until the end of the input; may be NULL */
    uint32_t size;
} HwIntake;

/* Its owner frees it after leave(). */
typedef struct HwWatch {
    void (*begin)(struct HwWatch *watch, const HwIntake *intake);
    void (*end)(struct HwWatch *watch, uint64_t answer);
    void (*leave)(struct HwWatch *watch); /* nothing more comes */
} HwWatch;

/* `watch` may be NULL: nobody records. */
static inline void hw_watch_begin(HwWatch *watch, const HwIntake *intake)
{
    if (watch) {
        watch->begin(watch, intake);
    }
}

static inline void hw_watch_end(HwWatch *watch, uint64_t answer)
{
    if (watch) {
        watch->end(watch, answer);
    }
}

/* Ends the watch at this place: the device is unrealized, or gets a state that did not come by inputs. */
static inline void hw_watch_leave(HwWatch **place)
{
    HwWatch *watch = *place;

    if (watch) {
        *place = NULL;
        watch->leave(watch);
    }
}

#endif
