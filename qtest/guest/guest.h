/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots a Linux kernel in a stock QEMU, by software emulation, with a program of ours
 * instead of a distribution, and collects what it prints.  See guest.rst.
 *
 * One thread uses a guest at a time.  Errors are sentences with the last lines of the
 * guest's console; the guest can only be freed then.
 */
#ifndef OB_GUEST_H
#define OB_GUEST_H

#include "hw-api/hw-api.h"
#include "qtest/client/client.h"

typedef struct ObGuest ObGuest;

typedef struct ObGuestBoot {
    const char *kernel;         /* as scripts/fetch-kernels names it: "arm64-6.1" */
    const char *initramfs;      /* file; NULL: this can't be built here */
    const char *words;          /* arguments of its program; NULL: none */
    const char *parameters;     /* more of the kernel's; NULL: none */
    const char *arguments;      /* QEMU's, shell words; the machine among them */
    uint32_t limit_s;           /* from power-on to power-off */
    const char *saved;          /* file of ob_guest_save(): goes on from there.  NULL: boots */
} ObGuestBoot;

/* NULL if it can be booted here, else what is missing and how to get it; to be freed. */
char *ob_guest_missing(const ObGuestBoot *boot);

/* Powers it on.  It dies with the calling thread.  NULL with a sentence. */
ObGuest *ob_guest_start(const ObGuestBoot *boot, HwError *error);

/* For QMP. */
ObClient *ob_guest_client(ObGuest *guest);

/* Waits until the console shows this text, at once if it has already. */
bool ob_guest_expect(ObGuest *guest, const char *text, HwError *error);

/* Types a line on its console. */
bool ob_guest_type(ObGuest *guest, const char *line, HwError *error);

/* Saves the guest, which then does not run any more: it can only be freed. */
bool ob_guest_save(ObGuest *guest, const char *path, HwError *error);

/*
 * Waits until the guest has powered itself off.  What the program has printed, to be
 * freed; NULL if the program failed, the kernel died, QEMU ended or the time is up.  Of a
 * guest that was saved: what it has printed since.
 */
char *ob_guest_finish(ObGuest *guest, HwError *error);

/* NULL is allowed. */
void ob_guest_free(ObGuest *guest);

/* All of it for a guest that needs no attention; what ob_guest_finish() returns. */
char *ob_guest_run(const ObGuestBoot *boot, HwError *error);

/* The bytes of a line of hexadecimal digits, as look.c prints them; NULL if it is none. */
GBytes *ob_guest_bytes(const char *line);

#endif
