/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A response that the device gets later, by the machine's clock.  All calls are made under the device
 * lock. */
#ifndef HW_HOST_TPM_WAIT_H
#define HW_HOST_TPM_WAIT_H

#include "hw-api/ext/clock.h"

#define HW_TPM_NEVER INT64_MAX

/* How long the device waits: as for a slow TPM, but by the machine's clock. */
typedef struct HwTpmLate {
    int64_t delay; /* ns; HW_TPM_NEVER: until a cancel or a restart; 0: not at all */
    bool deaf;     /* a cancel does not end the wait */
} HwTpmLate;

typedef struct HwTpmWait {
    HwDevice *dev;
    HwTimer *timer; /* NULL: nothing waits */
    void (*complete)(void *opaque, uint32_t size);
    void *opaque;
    bool held;
    HwTpmLate late;
    uint32_t size;
} HwTpmWait;

/* False if the host has no clock.  `complete` gives the device its response of `size` bytes. */
bool hw_tpm_wait_open(HwTpmWait *wait, HwDevice *dev, void (*complete)(void *opaque, uint32_t size),
                      void *opaque);
void hw_tpm_wait_close(HwTpmWait *wait);

/* Returns false if the device need not wait. */
bool hw_tpm_wait_begin(HwTpmWait *wait, uint32_t size, const HwTpmLate *late);

/* A held response: ends the wait soon, with a response of `size` bytes. */
void hw_tpm_wait_cut_short(HwTpmWait *wait, uint32_t size);

/* Ends the wait now; false if nothing waits. */
bool hw_tpm_wait_end(HwTpmWait *wait);

/* Forgets the response. */
void hw_tpm_wait_drop(HwTpmWait *wait);

#endif
