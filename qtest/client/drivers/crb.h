/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest driver does with a TPM behind a CRB: PC Client Platform TPM
 * Profile for TPM 2.0 (PTP) 1.05, section 6.5.3.  Locality 0.
 *
 * crb_transfer() is the whole way of a command; the others are its steps, for
 * tests of each.  Nothing here sleeps: in process a wait lets the host work, over
 * a socket it reads the register again.
 */
#ifndef OB_CRB_H
#define OB_CRB_H

#include "devices/tpm-crb-regs.h"
#include "qtest/client/client.h"

typedef struct ObCrb {
    ObClient *client;           /* the caller's */
    uint64_t base;              /* of the page of locality 0 */
    uint32_t timeout_ms;        /* of each wait */
} ObCrb;

typedef enum ObCrbResult {
    OB_CRB_OK,
    OB_CRB_NO_LOCALITY,         /* requested, and not granted in time */
    OB_CRB_NOT_READY,           /* cmdReady or goIdle without the effect on tpmIdle */
    OB_CRB_TIMEOUT,             /* start still reads 1: the command runs */
    OB_CRB_FATAL,               /* tpmSts: the TPM failed */
    OB_CRB_COMMAND_TOO_LARGE,   /* for CMD_SIZE */
    OB_CRB_BAD_RESPONSE,        /* its size is less than a header's or more than RSP_SIZE */
    OB_CRB_RESPONSE_TOO_LARGE,  /* for the caller's buffer */
    OB_CRB_NO_HOST,             /* the client has failed */
} ObCrbResult;

/* One sentence about it, a constant. */
const char *ob_crb_result_text(ObCrbResult result);

/* At the PC's address, waiting for 10 s. */
ObCrb crb_at_pc_address(ObClient *client);

/* Asks for locality 0 and waits until it is granted. */
ObCrbResult crb_request_locality(const ObCrb *crb);
ObCrbResult crb_relinquish_locality(const ObCrb *crb);

/* Takes the TPM out of Idle, or back. */
ObCrbResult crb_command_ready(const ObCrb *crb);
ObCrbResult crb_go_idle(const ObCrb *crb);

/* Stores a command in the buffer, and starts it. */
ObCrbResult crb_write_command(const ObCrb *crb, const void *command, size_t size);
void crb_start(const ObCrb *crb);

/* Whether a command runs, after letting the host work. */
bool crb_is_running(const ObCrb *crb);

/* Waits for the end of the command; negative `timeout_ms` waits forever. */
ObCrbResult crb_wait(const ObCrb *crb, int64_t timeout_ms);

/* The size of the response, from its header. */
ObCrbResult crb_response_size(const ObCrb *crb, size_t *size);
ObCrbResult crb_read_response(const ObCrb *crb, void *response, size_t capacity, size_t *size);

/* Asks the running command to end early. */
void crb_cancel(const ObCrb *crb);

/* A command and its response.  Locality must be granted.  Leaves the TPM in Completion. */
ObCrbResult crb_transfer(const ObCrb *crb, const void *command, size_t command_size,
                         void *response, size_t capacity, size_t *response_size);

#endif
