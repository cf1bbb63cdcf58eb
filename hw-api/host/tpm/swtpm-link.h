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
    bool located;          /* swtpm has `locality` */
    uint8_t locality;
} HwSwtpmLink;

void hw_swtpm_link_init(HwSwtpmLink *link);
void hw_swtpm_link_destroy(HwSwtpmLink *link);

/* False with a sentence; then disconnect. */
bool hw_swtpm_link_connect(HwSwtpmLink *link, const char *path, HwError *error);

/* Harmless if not connected. */
void hw_swtpm_link_disconnect(HwSwtpmLink *link);

/* True if connected, and swtpm has closed neither channel. */
bool hw_swtpm_link_alive(const HwSwtpmLink *link);

/* Powers the TPM off and on, for buffers of `size` bytes; 0 keeps the size.  *largest gets swtpm's
 * largest size.  False with a sentence; then disconnect. */
bool hw_swtpm_link_power_cycle(HwSwtpmLink *link, uint32_t size, uint32_t *largest,
                               bool *established, HwError *error);

/* Reads the TPM's state.  *state is empty before; the caller clears it.  False with a sentence; the
 * TPM continues if the link is still alive. */
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
