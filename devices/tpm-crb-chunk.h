/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands and responses of the TPM CRB, which the guest moves through the buffer in
 * chunks.  Without cap-chunk=on each is a single chunk.  Under the device lock.
 */
#ifndef TPM_CRB_CHUNK_H
#define TPM_CRB_CHUNK_H

#include "devices/tpm-crb-regs.h"

/* Of a command and of a response: room for what algorithms that resist quantum
 * computers need, whose keys and signatures take up to 8 KiB. */
#define CRB_TRANSFER_MAX 16384

/* In a stream a byte array of QEMU's: see HW_STATE_BYTES. */
typedef struct TpmCrbBytes {
    uint32_t length;
    uint8_t bytes[CRB_TRANSFER_MAX];
} TpmCrbBytes;

typedef struct TpmCrbChunks {
    TpmCrbBytes command;
    TpmCrbBytes response;
    uint32_t response_offset;           /* of what the guest has not seen yet */
} TpmCrbChunks;

void crb_chunks_clear(TpmCrbChunks *s);

/*
 * Adds the buffer's part of the command, no more than the command's header tells nor
 * than makes it `transfer_size` bytes.  Returns the size that the header tells.
 */
uint32_t crb_chunks_take(TpmCrbChunks *s, const uint8_t *buffer, uint32_t transfer_size);

/* Keeps a response, of at most CRB_TRANSFER_MAX bytes, from its first chunk on. */
void crb_chunks_respond(TpmCrbChunks *s, const uint8_t *response, uint32_t size);

/* The response's next chunk, and its size: 0 if the guest has seen it all. */
const uint8_t *crb_chunks_next(TpmCrbChunks *s, uint32_t *size);

#endif
