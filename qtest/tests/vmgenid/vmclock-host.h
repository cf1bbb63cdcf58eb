/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A vmclock in a pc of this process.  A Clock begins zeroed. */
#ifndef OB_TESTS_VMCLOCK_HOST_H
#define OB_TESTS_VMCLOCK_HOST_H

#include <glib.h>

#include "qtest/machine/board.h"

#define PAGE 0xfeffb000

typedef struct Clock {
    ObHost *host;
    HwInstance *instance;
    HwInstance *genid; /* a vmgenid beside it, or NULL */

    /* ObHostConfig's, or NULL. */
    void (*log)(void *opaque, const char *device, uint32_t level, const char *text);
    void *opaque;
} Clock;

/* A machine without devices. */
void host_start(Clock *f);

/* Adds the device with these options too. */
bool clock_try(Clock *f, const ObOption *options, uint32_t count, HwError *error);

/* Adds the device with one option, or none if `name` is NULL, and resets the machine. */
void clock_start(Clock *f, const char *name, const char *value);
void clock_end(Clock *f);

uint64_t number(const Clock *f, uint32_t offset, uint32_t size); /* in the page */
uint64_t marker(const Clock *f);
uint64_t counter(const Clock *f);
uint32_t sequence(const Clock *f);
bool notified(const Clock *f);

bool property_set(Clock *f, const char *name, const char *value, HwError *error);

/* The caller frees the stream. */
GByteArray *clock_save(Clock *f);
bool clock_load(Clock *f, const GByteArray *stream, HwError *error);

#endif
