/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connection to a swtpm: its control channel, and the data channel for TPM
 * commands.  One thread at a time, but for what the fields say.  All waits end at
 * control.limit.deadline, which the caller sets.
 */
#ifndef HW_HOST_TPM_SWTPM_LINK_H
#define HW_HOST_TPM_SWTPM_LINK_H

#include "hw-api/host/tpm/driver.h"
#include "hw-api/host/tpm/swtpm-control.h"

typedef struct HwSwtpmLink {
    HwSwtpmControl control;     /* fd -1: not connected.  limit.wake: any thread writes to it */
    int data;
    atomic_bool abandoned;      /* any thread, then wake: fail instead of waiting on */
    bool unfinished;            /* abandoned in the middle of a command */
    bool located;               /* swtpm has `locality` */
    uint8_t locality;
} HwSwtpmLink;

void hw_swtpm_link_init(HwSwtpmLink *link);
void hw_swtpm_link_destroy(HwSwtpmLink *link);

/* False with a sentence; then disconnect. */
bool hw_swtpm_link_connect(HwSwtpmLink *link, const char *path, HwError *error);

/* Harmless if not connected. */
void hw_swtpm_link_disconnect(HwSwtpmLink *link);

/* Connected, and swtpm has closed neither channel. */
bool hw_swtpm_link_alive(const HwSwtpmLink *link);

/* Off and on, for buffers of `size` bytes; 0 leaves that.  *largest: the largest
 * that swtpm can do.  False with a sentence; then disconnect. */
bool hw_swtpm_link_power_cycle(HwSwtpmLink *link, uint32_t size, uint32_t *largest,
                               bool *established, HwError *error);

/* What the TPM remembers; *state, empty before, is the caller's to clear.  False
 * with a sentence; the TPM goes on if the link is still alive. */
bool hw_swtpm_link_save(HwSwtpmLink *link, HwTpmState *state, HwError *error);

/* Off, and on with that state, for buffers of `size` bytes.  False with a sentence;
 * the TPM is then off, if the link is alive at all. */
bool hw_swtpm_link_load(HwSwtpmLink *link, uint32_t size, const HwTpmState *state,
                        bool *established, HwError *error);

/* The response's size; or 0 with a sentence, then disconnect unless `unfinished`. */
uint32_t hw_swtpm_link_transfer(HwSwtpmLink *link, const HwTpmTransfer *transfer,
                                HwError *error);

/* Ends swtpm, if connected, within a second, and disconnects. */
void hw_swtpm_link_shutdown(HwSwtpmLink *link);

#endif
