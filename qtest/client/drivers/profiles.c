/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/drivers/profiles.h"

#include "hw-api/device/tpm2.h"

#define INTF_ID_TYPE     HW_MASK(3, 0)
#define INTF_ID_TYPE_CRB 1

/*
 * Linux     tpm_crb: ioread32 and iowrite32; memcpy_toio and memcpy_fromio, which copy
 *           bytes on x86 and 64-bit words with a tail of bytes on arm64
 * EDK2      Tpm2Ptp: 32-bit registers; the buffer byte by byte
 * SeaBIOS   32-bit registers and words; the tail by halves
 * Windows   tpm.sys: bytes on x86; on arm64 load-pair instructions of 8 and 16 bytes,
 *           which arrive as two accesses
 */
static const ObGuestProfile profiles[] = {
    { "linux-x86", 4, 1, 1 },
    { "linux-arm64", 4, 8, 8, .byte_tail = true },
    { "edk2", 4, 1, 1 },
    { "seabios", 4, 4, 4 },
    { "windows-bytes", 1, 1, 1 },
    { "windows-words", 2, 2, 2 },
    { "windows-pairs", 4, 4, 8, .pairs = true },
};

const ObGuestProfile *ob_guest_profile_at(uint32_t index)
{
    return index < G_N_ELEMENTS(profiles) ? &profiles[index] : NULL;
}

/* ----------------------------------------------------------------------- accesses */

static uint32_t guest_read(const ObCrb *crb, const ObGuestProfile *profile, uint32_t offset)
{
    uint32_t value = 0;

    for (uint32_t at = 0; at < 4; at += profile->register_width) {
        uint64_t part = ob_client_load(crb->client, crb->base + offset + at,
                                       profile->register_width);

        value |= (uint32_t)part << (8 * at);
    }
    return value;
}

/* A driver that writes bytes writes only the byte with the request bit. */
static void guest_write(const ObCrb *crb, const ObGuestProfile *profile, uint32_t offset,
                        uint8_t request)
{
    ob_client_store(crb->client, crb->base + offset, request, profile->register_width);
}

static uint64_t guest_read64(const ObCrb *crb, const ObGuestProfile *profile, uint32_t offset)
{
    if (profile->pairs) {
        return ob_client_readq(crb->client, crb->base + offset);
    }
    return guest_read(crb, profile, offset) | (uint64_t)guest_read(crb, profile, offset + 4) << 32;
}

static uint32_t piece_size(const ObGuestProfile *profile, uint32_t width, size_t left)
{
    while (width > left) {
        width = profile->byte_tail ? 1 : width / 2;
    }
    return width;
}

static void guest_store(const ObCrb *crb, const ObGuestProfile *profile, const uint8_t *bytes,
                        size_t size)
{
    uint64_t address = crb->base + CRB_BUFFER;
    uint32_t piece;

    for (; size > 0; size -= piece, bytes += piece, address += piece) {
        piece = piece_size(profile, profile->store_width, size);
        ob_client_store(crb->client, address, hw_load_le(bytes, piece), piece);
    }
}

static void guest_load(const ObCrb *crb, const ObGuestProfile *profile, uint8_t *bytes,
                       size_t offset, size_t size)
{
    uint64_t address = crb->base + CRB_BUFFER + offset;
    uint32_t piece;

    for (; size > 0; size -= piece, bytes += piece, address += piece) {
        piece = piece_size(profile, profile->load_width, size);
        hw_store_le(bytes, ob_client_load(crb->client, address, piece), piece);
    }
}

/* ------------------------------------------------------------------------ the way */

static bool guest_await(const ObCrb *crb, const ObGuestProfile *profile, uint32_t offset,
                        uint32_t mask, uint32_t value)
{
    int64_t deadline = g_get_monotonic_time() + (int64_t)crb->timeout_ms * 1000;

    while ((guest_read(crb, profile, offset) & mask) != value) {
        if (ob_client_failed(crb->client) || g_get_monotonic_time() >= deadline) {
            return false;
        }
        if (!ob_client_poll(crb->client)) {
            g_thread_yield();
        }
    }
    return true;
}

/* Identifies the TPM by its registers, as some drivers do.  The interface must be a CRB, and its
 * buffers must be at the addresses in its registers. */
static bool guest_identify(const ObCrb *crb, const ObGuestProfile *profile)
{
    uint64_t id = guest_read64(crb, profile, CRB_INTF_ID);
    uint64_t second = profile->pairs ? guest_read64(crb, profile, CRB_CTRL_EXT) : 0;
    uint64_t response = guest_read64(crb, profile, CRB_RSP_LADDR);
    uint32_t command = guest_read(crb, profile, CRB_CMD_LADDR);

    (void)second; /* the other half of a 16-byte load */
    return (id & INTF_ID_TYPE) == INTF_ID_TYPE_CRB && response == crb->base + CRB_BUFFER &&
           command == (uint32_t)response;
}

static ObCrbResult guest_begin(const ObCrb *crb, const ObGuestProfile *profile)
{
    if (!guest_identify(crb, profile)) {
        return OB_CRB_NOT_READY;
    }
    guest_write(crb, profile, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    if (!guest_await(crb, profile, CRB_LOC_STATE, LOC_STATE_ASSIGNED | LOC_STATE_VALID,
                     LOC_STATE_ASSIGNED | LOC_STATE_VALID)) {
        return OB_CRB_NO_LOCALITY;
    }
    guest_write(crb, profile, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    if (!guest_await(crb, profile, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY, 0) ||
        !guest_await(crb, profile, CRB_CTRL_STS, CTRL_STS_IDLE, 0)) {
        return OB_CRB_NOT_READY;
    }
    return OB_CRB_OK;
}

static ObCrbResult guest_execute(const ObCrb *crb, const ObGuestProfile *profile,
                                 const void *command, size_t size)
{
    if (size > guest_read(crb, profile, CRB_CMD_SIZE)) {
        return OB_CRB_COMMAND_TOO_LARGE;
    }
    guest_store(crb, profile, command, size);
    guest_write(crb, profile, CRB_CTRL_START, CTRL_START_START);
    if (!guest_await(crb, profile, CRB_CTRL_START, CTRL_START_START, 0)) {
        return OB_CRB_TIMEOUT;
    }
    return guest_read(crb, profile, CRB_CTRL_STS) & CTRL_STS_FATAL ? OB_CRB_FATAL : OB_CRB_OK;
}

static ObCrbResult guest_receive(const ObCrb *crb, const ObGuestProfile *profile, uint8_t *response,
                                 size_t capacity, size_t *size)
{
    if (capacity < HW_TPM2_HEADER_SIZE) {
        return OB_CRB_RESPONSE_TOO_LARGE;
    }
    guest_load(crb, profile, response, 0, HW_TPM2_HEADER_SIZE);
    *size = hw_tpm2_size(response);
    if (*size < HW_TPM2_HEADER_SIZE || *size > guest_read(crb, profile, CRB_RSP_SIZE)) {
        return OB_CRB_BAD_RESPONSE;
    }
    if (*size > capacity) {
        return OB_CRB_RESPONSE_TOO_LARGE;
    }
    guest_load(crb, profile, response + HW_TPM2_HEADER_SIZE, HW_TPM2_HEADER_SIZE,
               *size - HW_TPM2_HEADER_SIZE);
    return OB_CRB_OK;
}

static ObCrbResult guest_end(const ObCrb *crb, const ObGuestProfile *profile)
{
    guest_write(crb, profile, CRB_CTRL_REQ, CTRL_REQ_GO_IDLE);
    if (!guest_await(crb, profile, CRB_CTRL_STS, CTRL_STS_IDLE, CTRL_STS_IDLE)) {
        return OB_CRB_NOT_READY;
    }
    guest_write(crb, profile, CRB_LOC_CTRL, LOC_CTRL_RELINQUISH);
    if (!guest_await(crb, profile, CRB_LOC_STATE, LOC_STATE_ASSIGNED, 0)) {
        return OB_CRB_NO_LOCALITY;
    }
    return OB_CRB_OK;
}

ObCrbResult ob_guest_transfer(const ObCrb *crb, const ObGuestProfile *profile, const void *command,
                              size_t command_size, void *response, size_t capacity,
                              size_t *response_size)
{
    ObCrbResult result = guest_begin(crb, profile);

    if (result == OB_CRB_OK) {
        result = guest_execute(crb, profile, command, command_size);
    }
    if (result == OB_CRB_OK) {
        result = guest_receive(crb, profile, response, capacity, response_size);
    }
    if (result == OB_CRB_OK) {
        result = guest_end(crb, profile);
    }
    return ob_client_failed(crb->client) ? OB_CRB_NO_HOST : result;
}
