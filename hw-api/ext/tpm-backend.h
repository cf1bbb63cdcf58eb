/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.tpm-backend/1 - the TPM behind a TPM interface, which the user configured with
 * -tpmdev.  Commands are byte strings by TPM 2.0 Library part 3.
 *
 * Only finish() waits for the TPM.
 */
#ifndef HW_EXT_TPM_BACKEND_H
#define HW_EXT_TPM_BACKEND_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_TPM_BACKEND "hw.tpm-backend/1"

/* The host owns it, and lends it from open() to close(). */
typedef struct HwTpmBackend HwTpmBackend;

typedef enum HwTpmVersion {
    HW_TPM_VERSION_UNKNOWN = 0,
    HW_TPM_VERSION_1_2 = 1,
    HW_TPM_VERSION_2_0 = 2,
} HwTpmVersion;

/*
 * Ends a submitted command, never from inside submit(); `update`
 * follows.
 * `response` has `size` bytes, at most submit()'s capacity, and is valid during the call.
 * NULL: the backend failed (it died, took too long, or its answer is malformed) and has
 * logged the reason.  [device lock & realized]
 */
typedef void HwTpmCompleted(HwDevice *dev, const uint8_t *response, uint32_t size);

typedef struct HwTpmBackendService {
    HwAbi abi;

    /*
     * The backend with this id, for this device alone.  NULL, with the reason in `error`:
     * the id does not exist, is in use, or its TPM is not a TPM 2.0.  [device lock & realize]
     */
    HwTpmBackend *(*open)(HwDevice *dev, const char *id, HwTpmCompleted *completed, HwError *error);

    /* Drops a running command without completing it, and releases the backend.
     * NULL is allowed.  [device lock & unrealize] */
    void (*close)(HwTpmBackend *backend);

    /* An HwTpmVersion.  [device lock & alive] */
    uint32_t (*version)(HwTpmBackend *backend);

    /* The largest command and response in bytes that the backend handles.  [device lock & alive] */
    uint32_t (*buffer_size)(HwTpmBackend *backend);

    /*
     * Power-cycles the TPM, so that it expects TPM2_Startup; it keeps its non-volatile
     * storage.  A running command is cancelled and never completed.  The power cycle
     * happens after the cancellation and before the next command.  `buffer_size` is the
     * largest size that the device will use.  [device lock & reset]
     */
    void (*restart)(HwTpmBackend *backend, uint32_t buffer_size);

    /*
     * Starts a command and copies its bytes.  `locality` is 0..4.  Returns false, and
     * does nothing, if a command is running.  [device lock & realized]
     */
    bool (*submit)(HwTpmBackend *backend, uint8_t locality, const uint8_t *command, uint32_t size,
                   uint32_t capacity);

    /* Asks the running command to end early: it completes, mostly with
     * TPM_RC_CANCELED.  Harmless if no command runs.  [device lock & realized] */
    void (*cancel)(HwTpmBackend *backend);

    /* Waits until no command runs.  The last command's completion was called, and `update`
     * after it.  [device lock & realized] */
    void (*finish)(HwTpmBackend *backend);

    /* The last known flag tpmEstablished (PC Client PTP, TPM_LOC_STATE): true once a
     * dynamic launch (D-RTM) has happened.  [device lock & realized] */
    bool (*established)(HwTpmBackend *backend);

    /*
     * Mixes `size` bytes, 1 to 128, into the random number generator of every TPM of
     * the machine (TPM2_StirRandom, Library part 3), before its next command.  A TPM that
     * was not started up yet is skipped: it starts from its own entropy.  Any device may
     * call this, also without an open backend.  Not in post_load: the stream may
     * still be refused.  [device lock & realized]
     */
    void (*stir)(HwDevice *dev, const void *entropy, uint32_t size);
} HwTpmBackendService;

/* NULL where the host lacks the service and the class does not require it.
 * [device lock & alive] */
static inline const HwTpmBackendService *hw_tpm_backend(HwDevice *dev)
{
    return (const HwTpmBackendService *)dev->host->query(dev->host, HW_TPM_BACKEND);
}

#ifdef __cplusplus
}
#endif

#endif
