/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line for the log that a driver leaves: it runs on a thread that must not log. */
#ifndef HW_HOST_TPM_NOTE_H
#define HW_HOST_TPM_NOTE_H

#include "hw-api/hw-api.h"

/* A line that a call leaves for the log; an empty text: none. */
typedef struct HwTpmNote {
    uint32_t level; /* HwLogLevel */
    char text[480];
} HwTpmNote;

/* Replaces the text: a call that fails after a reconnect tells the failure. */
void hw_tpm_note(HwTpmNote *note, uint32_t level, const char *format, ...) HW_PRINTF(3, 4);

#endif
