/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kind of TPM backend brings: plain blocking code around one TPM.  backend.c
 * runs it on the backend's queue, so a driver sees one call at a time, but for
 * cancel() and abandon().
 */
#ifndef HW_HOST_TPM_DRIVER_H
#define HW_HOST_TPM_DRIVER_H

#include "hw-api/host/tpm/tpm.h"

#include <stdatomic.h>

/* The largest command or response in bytes: a CRB page has less. */
#define HW_TPM_BUFFER_MAX 4096

/* What a call leaves to be logged; an empty text: nothing. */
typedef struct HwTpmNote {
    uint32_t level;                 /* HwLogLevel */
    char text[480];
} HwTpmNote;

/* Replaces the text: a call that fails after a reconnect tells the failure. */
void hw_tpm_note(HwTpmNote *note, uint32_t level, const char *format, ...) HW_PRINTF(3, 4);

/* A driver's options; the last of several values counts.  NULL: not given. */
typedef struct HwTpmOptions {
    const HwTpmOption *options;
    uint32_t count;
} HwTpmOptions;
const char *hw_tpm_option(const HwTpmOptions *options, const char *key);

typedef struct HwTpmTransfer {
    uint8_t locality;
    const uint8_t *command;         /* its size field says `size` */
    uint32_t size;
    uint8_t *response;
    uint32_t capacity;
    const atomic_bool *cancelled;   /* true from the time cancel() is called */
    int64_t since;                  /* when it was submitted: CLOCK_MONOTONIC in ns */
} HwTpmTransfer;

typedef struct HwTpmDriver {
    const char *type;
    const char *const *keys;        /* its options, NULL at the end */
    bool timed;                     /* it uses `since`: taking the time costs something */
    bool decrypts;                  /* load() takes a state that swtpm has encrypted */

    /* Starts the TPM and leaves it power-cycled.  NULL with a sentence. */
    void *(*open)(const HwTpmOptions *options, HwError *error);

    /* Shuts the TPM down; it has kept its state. */
    void (*close)(void *tpm);

    /* As found by open(). */
    uint32_t (*version)(void *tpm);             /* HwTpmVersion */
    uint32_t (*buffer_size)(void *tpm);         /* at most HW_TPM_BUFFER_MAX */

    /* Power-cycles the TPM for buffers of that size, as asked for at `since`.  On
     * a failure, noted, the next transfer() tries again. */
    void (*restart)(void *tpm, uint32_t buffer_size, int64_t since, HwTpmNote *note);

    /* Executes a command; the response's size, or 0 with the failure noted. */
    uint32_t (*transfer)(void *tpm, const HwTpmTransfer *transfer, HwTpmNote *note);

    /* What the TPM remembers, into an empty state which the caller clears; the TPM
     * goes on.  False with a sentence. */
    bool (*save)(void *tpm, HwTpmState *state, HwTpmNote *note, HwError *error);

    /* Puts the TPM into that state, which state-blob.h has nothing against; or
     * leaves it in the one before, with a sentence. */
    bool (*load)(void *tpm, const HwTpmState *state, HwTpmNote *note, HwError *error);

    /* Any thread, while transfer() runs or is about to: make it end early. */
    void (*cancel)(void *tpm);

    /* Any thread: only close() follows, so make whatever runs fail at once.
     * NULL: it never takes long after cancel(). */
    void (*abandon)(void *tpm);

    /* Any thread. */
    bool (*established)(void *tpm);
} HwTpmDriver;

extern const HwTpmDriver hw_tpm_libtpms;
extern const HwTpmDriver hw_tpm_emulator;

#endif
