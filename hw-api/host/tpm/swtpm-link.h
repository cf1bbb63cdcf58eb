/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connection to a swtpm: its control channel, and the data channel for TPM commands.  One
 * thread at a time, except for fields marked "any thread".  All waits end at
 * control.limit.deadline, which the caller sets.
 */
#ifndef HW_HOST_TPM_SWTPM_LINK_H
#define HW_HOST_TPM_SWTPM_LINK_H

#include "hw-api/host/tpm/driver.h"
#include "hw-api/host/tpm/swtpm-control.h"

typedef struct HwSwtpmLink {
    HwSwtpmControl control; /* fd -1: not connected.  limit.wake: any thread may write */
    int data;
    atomic_bool abandoned; /* any thread: set it, then write to wake, and waits fail */
    bool unfinished;       /* `abandoned` was set while a command ran */
    bool ending;           /* the host ends: waits are short */
    bool orderly;          /* end the TPM by TPM2_Shutdown before swtpm lets go of the lock */
    bool unlocked;         /* swtpm has let go of its state's lock */
    bool refused;          /* the last try to lock again failed */
    bool located;          /* swtpm has `locality` */
    uint8_t locality;
} HwSwtpmLink;

void hw_swtpm_link_init(HwSwtpmLink *link);
void hw_swtpm_link_destroy(HwSwtpmLink *link);

/* False with a sentence; then disconnect. */
bool hw_swtpm_link_connect(HwSwtpmLink *link, const char *path, HwError *error);

/* Harmless if not connected. */
void hw_swtpm_link_disconnect(HwSwtpmLink *link);

/* The same after a failure, unless the host's end has interrupted a command or a request: then swtpm
 * still has to be ended. */
void hw_swtpm_link_give_up(HwSwtpmLink *link);

/* True if connected, and swtpm has closed neither channel. */
bool hw_swtpm_link_alive(const HwSwtpmLink *link);

/* Lets swtpm lock its state again, if another swtpm has had the time to take it.  False with a
 * sentence; then the other swtpm has the state, or the link is not alive. */
bool hw_swtpm_link_lock(HwSwtpmLink *link, HwError *error);

/* Powers the TPM off, for buffers of `size` bytes; 0 keeps the size.  *largest gets swtpm's largest
 * size.  False with a sentence; then disconnect. */
bool hw_swtpm_link_power_off(HwSwtpmLink *link, uint32_t size, uint32_t *largest, HwError *error);

/* The same, and powers the TPM on, with its state locked. */
bool hw_swtpm_link_power_cycle(HwSwtpmLink *link, uint32_t size, uint32_t *largest,
                               bool *established, HwError *error);

/*
 * For a TPM that has waited for a stream: powers it on with the stored state, locks the state, and
 * reads the permanent blob.  The stream's sender may have the same state, and has let go of it.
 * False with a sentence.
 */
bool hw_swtpm_link_claim(HwSwtpmLink *link, HwTpmBlob *permanent, HwError *error);

/* Powers the TPM off, and lets another swtpm have the state. */
void hw_swtpm_link_give_back(HwSwtpmLink *link);

/* Reads the TPM's state; swtpm lets go of the lock then.  *state is empty before; the caller clears
 * it.  False with a sentence; the TPM continues if the link is still alive. */
bool hw_swtpm_link_save(HwSwtpmLink *link, HwTpmState *state, HwError *error);

/* Powers the TPM off, and on with `state`, for buffers of `size` bytes.  False with a sentence;
 * the TPM is then off, if the link is still alive. */
bool hw_swtpm_link_load(HwSwtpmLink *link, uint32_t size, const HwTpmState *state,
                        bool *established, HwError *error);

/* Returns the response's size, or 0 with a sentence; then disconnect unless `unfinished`. */
uint32_t hw_swtpm_link_transfer(HwSwtpmLink *link, const HwTpmTransfer *transfer, HwError *error);

/*
 * Call before the last command.  False if the TPM is not on.  After `abandoned` the link works again
 * for half a second, and waits for the response to a command that is unfinished.
 */
bool hw_swtpm_link_settle(HwSwtpmLink *link, int64_t deadline);

/* Ends swtpm, if connected, within half a second, and disconnects. */
void hw_swtpm_link_shutdown(HwSwtpmLink *link);

#endif
