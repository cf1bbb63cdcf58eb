/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of a reload. */
#ifndef HW_HOST_RELOAD_INTERNAL_H
#define HW_HOST_RELOAD_INTERNAL_H

#include "hw-api/host/reload/reload.h"
#include "hw-api/host/run/shelf/shelf.h"

/* ------------------------------------------------------------------ check.c */

/* Compares the tables of two classes, before any device is touched.  `next` is an instance of the
 * new class from hw_reload_make(). */
bool hw_reload_check(const HwInstance *instance, const HwInstance *next, HwError *error);

/* Finds a member of the same name. */
const HwStateField *hw_reload_field(const HwState *state, const HwStateField *like);
const HwState *hw_reload_subsection(const HwState *state, const HwState *like);

/* A number that must stay. */
typedef struct HwSameNumber {
    const char *what;
    uint64_t was;
    uint64_t now;
} HwSameNumber;

/* "CLASS: KIND 'NAME': WHAT is 2, expected 1, as it was"; without a name without quotes. */
bool hw_reload_same(const char *cls, const char *kind, const char *name, const HwSameNumber *rows,
                    size_t count, HwError *error);

/* ------------------------------------------------------------ check-state.c */

/* Either state may be NULL. */
bool hw_reload_check_state(const char *cls, const HwState *was, const HwState *now, HwError *error);

/* -------------------------------------------------------------- check-pci.c */

bool hw_reload_check_pci(const HwDeviceClass *was, const HwDeviceClass *now, HwError *error);

/* ------------------------------------------------------------- properties.c */

/* Makes an instance of the class with the same id, and with the properties that `instance` had before
 * realize.  The caller frees it.  Returns NULL and sets `error` on failure. */
HwInstance *hw_reload_make(const HwInstance *instance, const HwClass *cls, HwError *error);

/* -------------------------------------------------------------- exchange.c */

/*
 * Exchanges the classes and devices of two instances, and all that follows from the tables.  The
 * regions keep their places, memory and observers.  `instance` is the one that the host knows.
 */
void hw_reload_exchange(HwInstance *instance, HwInstance *other);

/* ----------------------------------------------------------------- carry.c */

/* The state of a device at the moment of a reload. */
typedef struct HwCarried {
    const HwClass *cls;
    const HwState *state; /* NULL: none */
    uint8_t *bytes;       /* a copy of the instance */
    const HwState **sent; /* subsections that a stream would have */
    uint32_t sent_count;
    uint8_t *memory; /* a copy of that of small regions */
} HwCarried;

/* Takes the state of a realized device.  Returns false and sets `error` if memory is short. */
bool hw_carried_take(HwCarried *carried, HwInstance *instance, HwError *error);

/* Stores it in a realized device of a class that hw_reload_check() has accepted.  Then calls its
 * post_load hooks.  Returns false with a hook's sentence. */
bool hw_carried_store(const HwCarried *carried, HwInstance *instance, HwError *error);

void hw_carried_clear(HwCarried *carried);

#endif
