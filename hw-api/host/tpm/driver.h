/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kind of TPM backend: plain blocking code around one TPM.  backend.c runs it on the backend's
 * queue, so a driver gets one call at a time, except for cancel() and abandon().
 */
#ifndef HW_HOST_TPM_DRIVER_H
#define HW_HOST_TPM_DRIVER_H

#include <stdatomic.h>

#include "hw-api/host/tpm/note.h"
#include "hw-api/host/tpm/script/wait.h"
#include "hw-api/host/tpm/tpm.h"

/* The largest command or response in bytes: a CRB page has less room. */
#define HW_TPM_BUFFER_MAX 4096

/* A driver's options.  hw_tpm_option() returns the last value of a key; NULL: not given. */
typedef struct HwTpmOptions {
    const HwTpmOption *options;
    uint32_t count;
    bool incoming; /* a migration stream comes, whose sender may still use the state */
} HwTpmOptions;
const char *hw_tpm_option(const HwTpmOptions *options, const char *key);

#define HW_TPM_AUTO_SHUTDOWN "auto-shutdown" /* an option of each driver */

/* Reads on|off; on if not given.  False with a sentence. */
bool hw_tpm_option_on(const HwTpmOptions *options, const char *key, bool *on, HwError *error);

typedef struct HwTpmTransfer {
    uint8_t locality;
    const uint8_t *command; /* its size field has the value `size` */
    uint32_t size;
    uint8_t *response;
    uint32_t capacity;
    const atomic_bool *cancelled; /* true from the time cancel() is called */
    int64_t since;                /* the time of submission: CLOCK_MONOTONIC in ns */
    HwTpmLate *late;              /* zero before; a driver that waits may set it */
    bool own;                     /* the host's command, not the guest's */
    bool last; /* the power goes next: fails without a note if the TPM is not on, and has little
                * time if abandon() was called */
} HwTpmTransfer;

typedef struct HwTpmDriver {
    const char *type;
    const char *const *keys; /* its options, NULL at the end */
    bool timed;              /* uses `since`; else the cost of taking the time is saved */
    bool waits;              /* sets `late` */
    bool decrypts;           /* load() accepts a state that swtpm has encrypted */

    /* Starts the TPM and leaves it power-cycled.  NULL with a sentence. */
    void *(*open)(const HwTpmOptions *options, HwError *error);

    /* Shuts the TPM down; its state is kept. */
    void (*close)(void *tpm);

    /* Return the values that open() has found. */
    uint32_t (*version)(void *tpm);     /* HwTpmVersion */
    uint32_t (*buffer_size)(void *tpm); /* at most HW_TPM_BUFFER_MAX */

    /* Power-cycles the TPM for buffers of `buffer_size` bytes; `since` is the time of the request.
     * On failure, *note has the reason, and the next transfer() tries again. */
    void (*restart)(void *tpm, uint32_t buffer_size, int64_t since, HwTpmNote *note);

    /* Executes a command.  Returns the response's size, or 0 with the reason in *note. */
    uint32_t (*transfer)(void *tpm, const HwTpmTransfer *transfer, HwTpmNote *note);

    /* Stores the TPM's state in *state, which is empty before; the caller clears it.  The TPM
     * continues.  False with a sentence. */
    bool (*save)(void *tpm, HwTpmState *state, HwTpmNote *note, HwError *error);

    /* Puts the TPM into `state`, which blob-format.h has already validated.  False with a sentence;
     * the TPM then keeps its old state. */
    bool (*load)(void *tpm, const HwTpmState *state, HwTpmNote *note, HwError *error);

    /* Follows save() when the state goes to a receiver, who then may use the storage.  A later call
     * takes the storage back, or fails.  NULL: the storage is not the driver's. */
    void (*let_go)(void *tpm);

    /* Any thread, while transfer() runs or is about to run: makes it end early. */
    void (*cancel)(void *tpm);

    /* Any thread.  Only close() follows, so a running call must fail at once.  NULL: a call always
     * ends soon after cancel(). */
    void (*abandon)(void *tpm);

    /* Any thread. */
    bool (*established)(void *tpm);
} HwTpmDriver;

extern const HwTpmDriver hw_tpm_libtpms;
extern const HwTpmDriver hw_tpm_emulator;
extern const HwTpmDriver hw_tpm_scripted;

#endif
