/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drives a TPM behind a CRB as a guest driver does, at locality 0.  See the PC Client Platform
 * TPM Profile for TPM 2.0 (PTP) 1.05, section 6.5.3.
 *
 * crb_transfer() sends a command and gets its response.  The other functions are its steps,
 * for tests of each step.  Nothing here sleeps: in process a wait lets the host work, over a
 * socket a wait reads the register again.
 */
#ifndef OB_CRB_H
#define OB_CRB_H

#include "devices/tpm-crb-regs.h"
#include "qtest/client/client.h"

typedef struct ObCrb {
    ObClient *client;    /* owned by the caller */
    uint64_t base;       /* address of the page of locality 0 */
    uint32_t timeout_ms; /* limit for each wait */
} ObCrb;

typedef enum ObCrbResult {
    OB_CRB_OK,
    OB_CRB_NO_LOCALITY,        /* the locality was requested and not granted in time */
    OB_CRB_NOT_READY,          /* cmdReady or goIdle had no effect on tpmIdle */
    OB_CRB_TIMEOUT,            /* start still reads 1: the command runs */
    OB_CRB_FATAL,              /* tpmSts is set: the TPM failed */
    OB_CRB_COMMAND_TOO_LARGE,  /* the command is larger than CMD_SIZE */
    OB_CRB_BAD_RESPONSE,       /* its size is below a header's or above RSP_SIZE */
    OB_CRB_RESPONSE_TOO_LARGE, /* the response is larger than the caller's buffer */
    OB_CRB_NO_HOST,            /* the client has failed */
} ObCrbResult;

/* Returns a constant sentence for the result. */
const char *ob_crb_result_text(ObCrbResult result);

/* Returns a CRB at the PC's address, with a timeout of 10 s. */
ObCrb crb_at_pc_address(ObClient *client);

/* Asks for locality 0 and waits until it is granted. */
ObCrbResult crb_request_locality(const ObCrb *crb);
ObCrbResult crb_relinquish_locality(const ObCrb *crb);

/* Take the TPM out of Idle, or back into it. */
ObCrbResult crb_command_ready(const ObCrb *crb);
ObCrbResult crb_go_idle(const ObCrb *crb);

/* Store a command in the buffer, and start it. */
ObCrbResult crb_write_command(const ObCrb *crb, const void *command, size_t size);
void crb_start(const ObCrb *crb);

/* Lets the host work; then returns true if a command runs. */
bool crb_is_running(const ObCrb *crb);

/* Waits for the end of the command; negative `timeout_ms` waits forever. */
ObCrbResult crb_wait(const ObCrb *crb, int64_t timeout_ms);

/* Reads the size of the response from its header. */
ObCrbResult crb_response_size(const ObCrb *crb, size_t *size);
ObCrbResult crb_read_response(const ObCrb *crb, void *response, size_t capacity, size_t *size);

/* Asks the running command to end early. */
void crb_cancel(const ObCrb *crb);

/* Sends a command and gets its response.  The locality must be granted.  Leaves the TPM in
 * Completion. */
ObCrbResult crb_transfer(const ObCrb *crb, const void *command, size_t command_size, void *response,
                         size_t capacity, size_t *response_size);

#endif
