/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TPM of type emulator; shared by its files. */
#ifndef HW_HOST_TPM_EMULATOR_TPM_H
#define HW_HOST_TPM_EMULATOR_TPM_H

#include "hw-api/host/tpm/driver.h"
#include "hw-api/host/tpm/swtpm-link.h"

typedef struct HwEmulator {
    char *path;
    int64_t timeout; /* ns, for each command */
    bool reconnect;
    bool waiting; /* for a migration stream; the TPM is off */
    HwSwtpmLink link;
    uint32_t version;
    uint32_t largest_buffer;
    uint32_t buffer_size; /* the device's */
    atomic_bool established;
} HwEmulator;

/* Connects again if needed; *fresh: a new connection was made.  False with a sentence. */
bool hw_emulator_connect(HwEmulator *tpm, bool *fresh, HwError *error);

/* Ensures that swtpm is connected and the TPM is on; power-cycles the TPM after a reconnect. */
bool hw_emulator_power_on(HwEmulator *tpm, HwTpmNote *note, HwError *error);

/* Functions of the driver. */
bool hw_emulator_save(void *tpm, HwTpmState *state, HwTpmNote *note, HwError *error);
bool hw_emulator_load(void *tpm, const HwTpmState *state, HwTpmNote *note, HwError *error);

#endif
