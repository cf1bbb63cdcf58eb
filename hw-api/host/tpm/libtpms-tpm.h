/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TPM of type libtpms; shared by its files. */
#ifndef HW_HOST_TPM_LIBTPMS_TPM_H
#define HW_HOST_TPM_LIBTPMS_TPM_H

#include "hw-api/host/tpm/libtpms-store.h"

/* The states that libtpms may get without a trial, if no child can be made. */
typedef enum HwLibtpmsTrust {
    HW_LIBTPMS_TRUST_FILES, /* this machine's files and snapshots */
    HW_LIBTPMS_TRUST_ALL,
    HW_LIBTPMS_TRUST_NONE,
} HwLibtpmsTrust;

typedef struct HwLibtpmsTpm {
    HwLibtpmsStore store;
    HwLibtpmsTrust trust;
    bool running;
    uint32_t start_result; /* libtpms's result code of the last start */
    int silence;           /* descriptor for libtpms's debug output, which is dropped */
    uint8_t locality;
    uint32_t buffer_size;
    atomic_bool established;
    unsigned char *response; /* allocated by libtpms, and reused for each command */
    uint32_t response_capacity;
} HwLibtpmsTpm;

/* False if libtpms refuses the stored state; then it is not running. */
bool hw_libtpms_power_on(HwLibtpmsTpm *tpm, uint32_t buffer_size);
void hw_libtpms_power_off(HwLibtpmsTpm *tpm);

/* Functions of the driver. */
bool hw_libtpms_save_state(void *tpm, HwTpmState *state, HwTpmNote *note, HwError *error);
bool hw_libtpms_load_state(void *tpm, const HwTpmState *state, HwTpmNote *note, HwError *error);

#endif
