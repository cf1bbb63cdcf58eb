/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One -tpmdev: a driver, the queue that runs it, and the device that uses it.  All calls are made
 * under the device lock.
 */
#ifndef HW_HOST_TPM_BACKEND_H
#define HW_HOST_TPM_BACKEND_H

#include "hw-api/host/tpm/driver.h"
#include "hw-api/host/tpm/shutdown.h"

typedef struct HwTpmLog {
    void (*log)(void *opaque, uint32_t level, const char *text);
    void *opaque;
} HwTpmLog;

/* Takes over `tpm`, which `driver` has opened; `log` must outlive the backend. */
HwTpmBackend *hw_tpm_backend_new(HwExecutor *executor, const HwTpmLog *log,
                                 const HwTpmDriver *driver, void *tpm, const char *id,
                                 bool auto_shutdown);

/* Ends a running command, waits for it, and closes the TPM, after TPM2_Shutdown if due. */
void hw_tpm_backend_free(HwTpmBackend *backend);

HwTpmInfo hw_tpm_backend_info(const HwTpmBackend *backend);

/* Allowed when the driver is, see below. */
HwTpmShutdown *hw_tpm_backend_shutdown(HwTpmBackend *backend);

/* The driver, for direct calls.  They are allowed after hw_tpm_backend_finish(), and until the next
 * call of another function here. */
const HwTpmDriver *hw_tpm_backend_driver(const HwTpmBackend *backend, void **tpm);

/* Logs one line, with the id in front; nothing if the text is empty. */
void hw_tpm_backend_log(const HwTpmBackend *backend, const HwTpmNote *note);

/* The backend with this number; in tpm.c. */
HwTpmBackend *hw_tpm_backend_at(const HwTpmDrivers *tpms, uint32_t index);

/*
 * Drops the command and the restart that wait, and what they would have told the device: see
 * hw_queue_forget().  Returns true if the driver has worked since the last call.
 */
bool hw_tpm_backend_forget(HwTpmBackend *backend);

/* The functions of hw.tpm-backend/1. */
bool hw_tpm_backend_attach(HwTpmBackend *backend, HwDevice *dev, HwTpmCompleted *completed,
                           HwError *error);
void hw_tpm_backend_detach(HwTpmBackend *backend);
uint32_t hw_tpm_backend_version(HwTpmBackend *backend);
uint32_t hw_tpm_backend_buffer_size(HwTpmBackend *backend);
void hw_tpm_backend_restart(HwTpmBackend *backend, uint32_t buffer_size);
bool hw_tpm_backend_submit(HwTpmBackend *backend, uint8_t locality, const uint8_t *command,
                           uint32_t size, uint32_t capacity);
void hw_tpm_backend_cancel(HwTpmBackend *backend);
void hw_tpm_backend_finish(HwTpmBackend *backend);
bool hw_tpm_backend_established(HwTpmBackend *backend);

/* `stir` of hw.tpm-backend/1, for this backend: mixes in the entropy before the next command. */
void hw_tpm_backend_stir(HwTpmBackend *backend, const void *entropy, uint32_t size);

/* Mixes pending entropy in now.  Call after hw_tpm_backend_finish(); blocks. */
void hw_tpm_backend_stir_now(HwTpmBackend *backend, HwTpmNote *note);

#endif
