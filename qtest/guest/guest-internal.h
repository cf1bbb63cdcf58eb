/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's parts, for guest.c and guest-migrate.c. */
#ifndef OB_GUEST_INTERNAL_H
#define OB_GUEST_INTERNAL_H

#include "qtest/client/process/scratch.h"
#include "qtest/guest/guest.h"

struct ObGuest {
    ObClient *client;
    ObScratch *scratch;
    char *console; /* paths of its log file and its socket */
    char *console_line;
    char *incoming; /* the socket's path for ob_guest_migrate(); NULL: no migration is awaited */
    bool was_moved; /* the console begins in the middle of the program's output */
    char *died;     /* the client's report */
    int64_t deadline;
    uint32_t limit_s;
    int watch, process; /* inotify and pidfd; -1: none */
    int keyboard;       /* connection to the console; -1: nothing was typed yet */
    GThread *dropper;   /* reads what the console prints meanwhile */
};

/* Sets the error, and always returns false. */
bool ob_guest_fail(const ObGuest *guest, HwError *error, const char *reason);

/* The rest of its time in milliseconds. */
int ob_guest_left_ms(const ObGuest *guest);

void ob_guest_keyboard_close(ObGuest *guest);

/* Waits until the guest runs.  A guest that is loaded runs only once its whole stream is here. */
bool ob_guest_await_run(ObGuest *guest, HwError *error);

#endif
