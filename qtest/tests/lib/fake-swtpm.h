/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A swtpm in a thread.  It follows the protocol exactly, except for one error that it makes once.
 * The test aborts if the host sends a request that QEMU's own tests don't know, or leaves a
 * descriptor open.
 */
#ifndef OB_TESTS_LIB_FAKE_SWTPM_H
#define OB_TESTS_LIB_FAKE_SWTPM_H

#include <glib.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* The answer to TPM2_GetRandom.  All other commands are answered with success. */
typedef enum FakeAnswer {
    FAKE_GOOD,
    FAKE_NONE,
    FAKE_LATE, /* comes when the host has given up */
    FAKE_HALF_A_HEADER,
    FAKE_HALF_A_RESPONSE,
    FAKE_SIZE_TOO_SMALL,
    FAKE_SIZE_TOO_LARGE,
    FAKE_MORE_THAN_ITS_SIZE,
    FAKE_TEXT,
    FAKE_CLOSE_DATA,
    FAKE_CLOSE_BOTH,
    FAKE_WHEN_CANCELLED, /* TPM_RC_CANCELED, after CMD_CANCEL_TPM_CMD */
    FAKE_BUSY,           /* good, after a time without reading the control channel */
} FakeAnswer;

/* The reply to the control request `request`. */
typedef enum FakeReply {
    FAKE_REPLY_GOOD,
    FAKE_REPLY_NONE,
    FAKE_REPLY_ERROR, /* four bytes, as in swtpm */
    FAKE_REPLY_SHORT, /* all but the last byte */
    FAKE_REPLY_LONG,  /* a hundred bytes more */
    FAKE_REPLY_LATE,  /* no other request comes before it, for 100 ms */
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
    bool may_cancel; /* CMD_CANCEL_TPM_CMD is allowed; set it before the request */

    pthread_mutex_t lock; /* guards the next group */
    pthread_cond_t changed;
    unsigned commands; /* number of TPM2_GetRandom commands so far */
    unsigned stirs;    /* number of TPM2_StirRandom commands so far */
    bool refuses_stir; /* set it before the command is sent */
    unsigned late;     /* number of requests that got FAKE_REPLY_LATE, or will get it */
    unsigned ended;    /* number of connections that the host has closed */
    FakeAnswer answer; /* the next answer; later answers are good */
    uint32_t request;  /* the control request that gets `reply`, once */
    FakeReply reply;

    uint64_t capabilities; /* set them before the host connects */

    /* The blobs by type - 1, as CMD_SET_STATEBLOB stored them.  A test may set them before the
     * host asks for them.  `piece` is the largest part in one reply; 0: all. */
    GByteArray *blobs[3];
    uint32_t piece;
    const uint32_t *claimed; /* false values of flags, whole size and piece's size; or NULL */
    bool keeps_volatile;     /* QEMU's CMD_INIT never deletes volatile state */
    bool resumes;            /* volatile state was set: CMD_INIT must keep it */

    /* A record of the connections; read it when the connection has ended. */
    GString *requests; /* "16 1 14 17 2 4 5 " */
    unsigned connections;
    bool shut_down;
    bool data_closed_at_end; /* when the host closed control, it had closed data too */
} FakeSwtpm;

FakeSwtpm *fake_swtpm_new(void);
void fake_swtpm_free(FakeSwtpm *fake);

void fake_swtpm_will_answer(FakeSwtpm *fake, FakeAnswer answer);
void fake_swtpm_will_reply(FakeSwtpm *fake, uint32_t request, FakeReply reply);

/* Returns the number of TPM2_StirRandom commands so far. */
unsigned fake_swtpm_stirs(FakeSwtpm *fake);

/* Wait until `count` TPM2_GetRandom commands have come, `count` requests get a late reply, or `count`
 * connections have ended, for 5 s at most. */
void fake_swtpm_await_command(FakeSwtpm *fake, unsigned count);
void fake_swtpm_await_late(FakeSwtpm *fake, unsigned count);
void fake_swtpm_await_end(FakeSwtpm *fake, unsigned count);

#endif
