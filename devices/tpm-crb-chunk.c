/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "devices/tpm-crb-chunk.h"

#include <string.h>

#include "hw-api/device/tpm2.h"

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

void crb_chunks_clear(TpmCrbChunks *s)
{
    s->command.length = 0;
    s->response.length = 0;
    s->response_offset = 0;
}

uint32_t crb_chunks_take(TpmCrbChunks *s, const uint8_t *buffer, uint32_t transfer_size)
{
    TpmCrbBytes *command = &s->command;
    uint8_t *end = command->bytes + command->length;
    uint32_t room = transfer_size - smaller(command->length, transfer_size);
    uint32_t part = smaller(CRB_BUFFER_SIZE, room);
    uint32_t header = 0; /* bytes of it that this part brings */
    uint32_t size;

    if (command->length < HW_TPM2_HEADER_SIZE) {
        header = smaller(part, HW_TPM2_HEADER_SIZE - command->length);
        memcpy(end, buffer, header);
    }
    if (command->length + header < HW_TPM2_HEADER_SIZE) {
        return 0;
    }
    /* Read the copy, not the buffer: the guest may store to the buffer meanwhile. */
    size = hw_tpm2_size(command->bytes);
    part = smaller(part, size - smaller(command->length, size));
    if (part > header) {
        memcpy(end + header, buffer + header, part - header);
    }
    command->length = smaller(command->length + part, size);
    return size;
}

void crb_chunks_respond(TpmCrbChunks *s, const uint8_t *response, uint32_t size)
{
    crb_chunks_clear(s);
    if (size > 0) {
        memcpy(s->response.bytes, response, size);
    }
    s->response.length = size;
}

const uint8_t *crb_chunks_next(TpmCrbChunks *s, uint32_t *size)
{
    const uint8_t *chunk = s->response.bytes + s->response_offset;

    *size = smaller(s->response.length - s->response_offset, CRB_BUFFER_SIZE);
    s->response_offset += *size;
    return chunk;
}
