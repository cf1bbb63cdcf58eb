/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands and responses of the TPM CRB.  The guest transfers them through the buffer in
 * chunks; without cap-chunk=on each has a single chunk.  Call all functions with the device
 * lock held.
 */
#ifndef TPM_CRB_CHUNK_H
#define TPM_CRB_CHUNK_H

#include "devices/tpm-crb-regs.h"

/* Room for a command or a response.  Algorithms that resist quantum computers have keys and
 * signatures of up to 8 KiB. */
#define CRB_TRANSFER_MAX 16384

/* A stream has this as one of QEMU's byte arrays: see HW_STATE_BYTES. */
typedef struct TpmCrbBytes {
    uint32_t length;
    uint8_t bytes[CRB_TRANSFER_MAX];
} TpmCrbBytes;

typedef struct TpmCrbChunks {
    TpmCrbBytes command;
    TpmCrbBytes response;
    uint32_t response_offset; /* the first byte that the guest has not seen */
} TpmCrbChunks;

void crb_chunks_clear(TpmCrbChunks *s);

/*
 * Adds the buffer's part to the command.  The command grows to at most the size in its
 * header, and to at most `transfer_size` bytes.  Returns the size in the header; 0: the
 * command does not have its whole header yet.
 */
uint32_t crb_chunks_take(TpmCrbChunks *s, const uint8_t *buffer, uint32_t transfer_size);

/* Stores a response of at most CRB_TRANSFER_MAX bytes, and goes back to its first chunk. */
void crb_chunks_respond(TpmCrbChunks *s, const uint8_t *response, uint32_t size);

/* The response's next chunk and its size; 0: the guest has seen the whole response. */
const uint8_t *crb_chunks_next(TpmCrbChunks *s, uint32_t *size);

#endif
