/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots a Linux kernel in a stock QEMU, by software emulation, with a test program instead of
 * a distribution, and collects the program's output.  See guest.rst.
 *
 * One thread uses a guest at a time.  Errors are sentences with the last lines of the
 * guest's console.  After an error the guest can only be freed.
 */
#ifndef OB_GUEST_H
#define OB_GUEST_H

#include "hw-api/hw-api.h"
#include "qtest/client/client.h"

typedef struct ObGuest ObGuest;

typedef struct ObGuestBoot {
    const char *kernel;     /* its name in scripts/fetch-kernels: "arm64-6.1" */
    const char *initramfs;  /* a file; NULL: it can't be built here */
    const char *words;      /* arguments of its program; NULL: none */
    const char *parameters; /* additional kernel parameters; NULL: none */
    const char *arguments;  /* QEMU's, as shell words; they name the machine */
    uint32_t limit_s;       /* time from power-on to power-off */
    const char *saved;      /* a file of ob_guest_save() to continue from; NULL: boot */
    bool incoming;          /* the guest comes by ob_guest_migrate(); not with `saved` */
    bool one_thread;        /* all its processors in one thread of QEMU's */
} ObGuestBoot;

/* Returns NULL if the guest can be booted here.  Else a sentence, which the caller frees: it
 * names the missing part and the script that gets it. */
char *ob_guest_missing(const ObGuestBoot *boot);

/* Powers the guest on.  QEMU ends with the calling thread.  NULL with a sentence. */
ObGuest *ob_guest_start(const ObGuestBoot *boot, HwError *error);

/* The client for QMP commands. */
ObClient *ob_guest_client(ObGuest *guest);

/* Waits until the console has shown this text; returns at once if it already has. */
bool ob_guest_expect(ObGuest *guest, const char *text, HwError *error);

/* The program's output so far, which the caller frees; after a load only the output since then. */
char *ob_guest_said(const ObGuest *guest);

/* Types a line on the guest's console. */
bool ob_guest_type(ObGuest *guest, const char *line, HwError *error);

/* Saves the guest.  It then no longer runs and can only be freed. */
bool ob_guest_save(ObGuest *guest, const char *path, HwError *error);

/*
 * Moves a guest to another QEMU, which was started with `incoming`, over a socket.  The guest runs
 * meanwhile, but is stopped first in a QEMU before 9.0, which would lose stores of it.  `from` can
 * then only be freed.
 */
bool ob_guest_migrate(ObGuest *from, ObGuest *to, HwError *error);

/*
 * Waits until the guest has powered itself off.  Returns the program's output, which the caller
 * frees; after a load only the output since then.  Returns NULL if the program failed, the kernel
 * died, QEMU ended or the time is up.
 */
char *ob_guest_finish(ObGuest *guest, HwError *error);

/* Lets QEMU end by itself, with all that it does at its end, and waits for it.  The guest can then only
 * be freed. */
void ob_guest_quit(ObGuest *guest);

/* NULL is allowed. */
void ob_guest_free(ObGuest *guest);

/* Starts, finishes and frees a guest.  Returns the result of ob_guest_finish(). */
char *ob_guest_run(const ObGuestBoot *boot, HwError *error);

/* The bytes of a line of hexadecimal digits, as look.c prints them; NULL for any other line. */
GBytes *ob_guest_bytes(const char *line);

#endif
