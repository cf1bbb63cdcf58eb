/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A swtpm in a thread that keeps to its protocol to the letter, but for one thing
 * that it does wrong, once.  Requests beyond those that QEMU's own tests know abort
 * the test, and so does a host that leaves a descriptor open.
 */
#ifndef OB_TESTS_TPM_FAKE_SWTPM_H
#define OB_TESTS_TPM_FAKE_SWTPM_H

#include <glib.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* What it does with TPM2_GetRandom; all else is answered with success. */
typedef enum FakeAnswer {
    FAKE_GOOD,
    FAKE_NONE,
    FAKE_LATE,                  /* when the host has given up */
    FAKE_HALF_A_HEADER,
    FAKE_HALF_A_RESPONSE,
    FAKE_SIZE_TOO_SMALL,
    FAKE_SIZE_TOO_LARGE,
    FAKE_MORE_THAN_ITS_SIZE,
    FAKE_TEXT,
    FAKE_CLOSE_DATA,
    FAKE_CLOSE_BOTH,
    FAKE_WHEN_CANCELLED,        /* TPM_RC_CANCELED, after CMD_CANCEL_TPM_CMD */
    FAKE_BUSY,                  /* good, after a while deaf on the control channel */
} FakeAnswer;

/* What it does with the control request `fake_request`. */
typedef enum FakeReply {
    FAKE_REPLY_GOOD,
    FAKE_REPLY_NONE,
    FAKE_REPLY_ERROR,           /* four bytes, as swtpm has it */
    FAKE_REPLY_SHORT,           /* all but the last byte */
    FAKE_REPLY_LONG,            /* a hundred bytes more */
    FAKE_REPLY_CLOSE,
    FAKE_REPLY_THEN_CLOSE,
} FakeReply;

typedef struct FakeSwtpm {
    char *directory;
    char *path;
    GThread *thread;
    int stop[2];
    int listener;
    int control;
    int data;
    bool may_cancel;            /* CMD_CANCEL_TPM_CMD is allowed: set before it is sent */

    pthread_mutex_t lock;       /* guards the next group */
    pthread_cond_t changed;
    unsigned commands;          /* TPM2_GetRandoms that have come */
    unsigned stirs;             /* TPM2_StirRandoms */
    bool refuses_stir;          /* set before it is sent */
    unsigned ended;             /* connections that the host has closed */
    FakeAnswer answer;          /* the next, then good ones */
    uint32_t request;           /* the control request that gets `reply`, once */
    FakeReply reply;

    uint64_t capabilities;      /* set before the host connects */

    /* The blobs by type - 1, as CMD_SET_STATEBLOB left them; may be set before they are
     * asked for.  `piece`: the most that one reply has, 0: all. */
    GByteArray *blobs[3];
    uint32_t piece;
    const uint32_t *claimed;    /* flags, size of all and of the piece, instead; NULL: none */
    bool resumes;               /* volatile state has come: CMD_INIT has to keep it */

    /* What it has seen; read when its connection has ended. */
    GString *requests;          /* "16 1 14 17 2 4 5 " */
    unsigned connections;
    bool shut_down;
    bool data_closed_at_end;    /* the host had closed it, too, when it closed control */
} FakeSwtpm;

FakeSwtpm *fake_swtpm_new(void);
void fake_swtpm_free(FakeSwtpm *fake);

void fake_swtpm_will_answer(FakeSwtpm *fake, FakeAnswer answer);
void fake_swtpm_will_reply(FakeSwtpm *fake, uint32_t request, FakeReply reply);

/* How many TPM2_StirRandoms have come. */
unsigned fake_swtpm_stirs(FakeSwtpm *fake);

/* Until it has got that many TPM2_GetRandoms, or seen that many connections end:
 * 5 s at most. */
void fake_swtpm_await_command(FakeSwtpm *fake, unsigned count);
void fake_swtpm_await_end(FakeSwtpm *fake, unsigned count);

#endif
