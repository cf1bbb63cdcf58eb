/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPM CRB, the part that its forms share.  Specified in tpm-crb.rst.
 *
 * Requests (LOC_CTRL, CTRL_REQ, CTRL_CANCEL, CTRL_START) drive the device.  By default
 * they act as in QEMU, which requires less than the PTP; strict=on requires the PTP's
 * preconditions.  Either way a request takes effect only if exactly one bit is written.
 * CTRL_START with chunks is the exception.
 */
#include "devices/tpm-crb-core.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/tpm2.h"

static TpmCrbState crb_state(const TpmCrb *s)
{
    if (CRB_REG(s, CTRL_START) & CTRL_START_START) {
        return CRB_EXECUTION;
    }
    if (CRB_REG(s, CTRL_STS) & CTRL_STS_IDLE) {
        return CRB_IDLE;
    }
    return s->completed ? CRB_COMPLETION : CRB_READY;
}

static bool crb_locality_assigned(const TpmCrb *s)
{
    return CRB_REG(s, LOC_STATE) & LOC_STATE_ASSIGNED;
}

static const char *crb_state_name(const TpmCrb *s)
{
    static const char *const names[] = {
        [CRB_IDLE] = "Idle",
        [CRB_READY] = "Ready",
        [CRB_EXECUTION] = "Execution",
        [CRB_COMPLETION] = "Completion",
    };

    return names[crb_state(s)];
}

static void crb_refuse(TpmCrb *s, const char *request)
{
    hw_log(&s->dev, HW_LOG_GUEST_ERROR, "%s ignored in state %s, locality 0 %s", request,
           crb_state_name(s), crb_locality_assigned(s) ? "assigned" : "not assigned");
}

/* ------------------------------------------------------------------- buffer */

void tpm_crb_core_buffer_stored(TpmCrb *s, uint32_t offset, uint32_t size)
{
    s->platform.memory->region_dirty(&s->dev, s->form->buffer_region,
                                     s->form->buffer_offset + offset, size);
    if (s->copy) {
        memcpy(s->copy + offset, s->buffer + offset, size);
        s->platform.memory->region_dirty(&s->dev, s->copy_region, offset, size);
    }
}

static void crb_fill_buffer(TpmCrb *s, const uint8_t *bytes, uint32_t size)
{
    if (size > 0) {
        memcpy(s->buffer, bytes, size);
    }
    /* Clear the rest: no bytes of a command or an earlier response may follow a response. */
    memset(s->buffer + size, 0, CRB_BUFFER_SIZE - size);
    tpm_crb_core_buffer_stored(s, 0, CRB_BUFFER_SIZE);
}

/* ------------------------------------------------------------------- chunks */

/* The largest command and response. */
static uint32_t crb_transfer_size(const TpmCrb *s)
{
    if (s->transfer_size > CRB_BUFFER_SIZE && !tpm_crb_has_chunks(s)) {
        return CRB_BUFFER_SIZE;
    }
    return s->transfer_size;
}

static void crb_show_chunk(TpmCrb *s)
{
    uint32_t size;
    const uint8_t *chunk = crb_chunks_next(&s->chunks, &size);

    crb_fill_buffer(s, chunk, size);
}

static void crb_take_chunk(TpmCrb *s)
{
    uint32_t size;

    s->completed = false;
    s->chunks.response.length = 0;
    s->chunks.response_offset = 0;
    size = crb_chunks_take(&s->chunks, s->buffer, crb_transfer_size(s));
    if (size < HW_TPM2_HEADER_SIZE) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR, "chunk of a command of %u bytes, expected %u or more",
               size, HW_TPM2_HEADER_SIZE);
        CRB_REG(s, CTRL_STS) |= CTRL_STS_FATAL;
        crb_chunks_clear(&s->chunks);
    }
}

/* PTP 1.06, section 6.5.3.9: in Completion the response's next chunk, else the command's. */
static void crb_next_chunk(TpmCrb *s)
{
    TpmCrbState state = crb_state(s);

    if (!crb_locality_assigned(s) || state == CRB_EXECUTION) {
        crb_refuse(s, "nextChunk");
    } else if (s->chunks.response_offset < s->chunks.response.length) {
        crb_show_chunk(s);
    } else if (s->strict && state != CRB_READY) {
        crb_refuse(s, "nextChunk");
    } else {
        crb_take_chunk(s);
    }
}

static void crb_retry_response(TpmCrb *s)
{
    if (!crb_locality_assigned(s) || s->chunks.response.length == 0) {
        crb_refuse(s, "crbRspRetry");
        return;
    }
    s->chunks.response_offset = 0;
    crb_show_chunk(s);
}

/* ----------------------------------------------------------------- commands */

void tpm_crb_core_completed(HwDevice *dev, const uint8_t *response, uint32_t size)
{
    TpmCrb *s = HW_DEVICE(TpmCrb, dev);

    if (!response || size > CRB_TRANSFER_MAX) {
        CRB_REG(s, CTRL_STS) |= CTRL_STS_FATAL;
        size = 0;
    }
    crb_chunks_respond(&s->chunks, response, size);
    crb_show_chunk(s);
    if (!tpm_crb_has_chunks(s)) {
        crb_chunks_clear(&s->chunks);
    }
    CRB_REG(s, CTRL_START) = 0;
    s->completed = true;
}

/* A TPM's answer to an invalid size field.  The backend doesn't see the command: some backends
 * would take it for the start of a longer command. */
static void crb_answer_bad_size(TpmCrb *s)
{
    uint8_t response[HW_TPM2_HEADER_SIZE];

    tpm_crb_core_completed(&s->dev, response, hw_tpm2_answer(response, TPM_RC_COMMAND_SIZE));
}

static void crb_start(TpmCrb *s)
{
    const TpmCrbBytes *command = &s->chunks.command;
    uint32_t largest = crb_transfer_size(s);
    uint32_t size = crb_chunks_take(&s->chunks, s->buffer, largest);

    CRB_REG(s, CTRL_START) = CTRL_START_START;
    s->completed = false;
    s->chunks.response.length = 0;
    s->chunks.response_offset = 0;
    if (size < HW_TPM2_HEADER_SIZE || size > largest) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR, "command of %u bytes, expected %u to %u", size,
               HW_TPM2_HEADER_SIZE, largest);
        crb_answer_bad_size(s);
    } else if (command->length < size) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR, "command of %u bytes, of which %u came", size,
               command->length);
        crb_answer_bad_size(s);
    } else if (!s->platform.service->submit(s->platform.backend, 0, command->bytes, size,
                                            largest)) {
        tpm_crb_core_completed(&s->dev, NULL, 0);
    }
    s->chunks.command.length = 0;
}

static bool crb_may_start(const TpmCrb *s)
{
    TpmCrbState state = crb_state(s);

    if (!crb_locality_assigned(s)) {
        return false;
    }
    return s->strict ? state == CRB_READY : state != CRB_EXECUTION;
}

static void crb_start_requested(TpmCrb *s)
{
    if (crb_may_start(s)) {
        crb_start(s);
    } else {
        crb_refuse(s, "start");
    }
}

/* QEMU's order, if several bits are written. */
static void crb_chunk_start_written(TpmCrb *s, uint32_t value)
{
    if (value & CTRL_START_START) {
        crb_start_requested(s);
    } else if (value & CTRL_START_NEXT_CHUNK) {
        crb_next_chunk(s);
    } else if (value & CTRL_START_RSP_RETRY) {
        crb_retry_response(s);
    }
}

static void crb_start_written(HwDevice *dev, uint32_t value)
{
    TpmCrb *s = HW_DEVICE(TpmCrb, dev);

    if (tpm_crb_has_chunks(s)) {
        crb_chunk_start_written(s, value);
    } else if (value == CTRL_START_START) {
        crb_start_requested(s);
    } else if (value & (CTRL_START_NEXT_CHUNK | CTRL_START_RSP_RETRY)) {
        hw_log(dev, HW_LOG_GUEST_ERROR,
               "CTRL_START: 0x%x needs chunks, which INTF_ID does not "
               "offer",
               value);
    }
}

static void crb_cancel_written(HwDevice *dev, uint32_t value)
{
    TpmCrb *s = HW_DEVICE(TpmCrb, dev);

    if (value != CTRL_CANCEL_CANCEL) {
        return;
    }
    if (crb_state(s) == CRB_EXECUTION) {
        s->platform.service->cancel(s->platform.backend);
    }
    crb_chunks_clear(&s->chunks);
}

/* ----------------------------------------------------- locality and readiness */

static void crb_loc_ctrl_written(HwDevice *dev, uint32_t value)
{
    TpmCrb *s = HW_DEVICE(TpmCrb, dev);

    switch (value) {
    case LOC_CTRL_REQUEST:
        CRB_REG(s, LOC_STS) = LOC_STS_GRANTED;
        CRB_REG(s, LOC_STATE) |= LOC_STATE_ASSIGNED;
        break;
    case LOC_CTRL_RELINQUISH:
        CRB_REG(s, LOC_STS) &= ~LOC_STS_GRANTED;
        CRB_REG(s, LOC_STATE) &= ~LOC_STATE_ASSIGNED;
        break;
    default:
        /* Seizing needs a higher locality, resetting the flag needs locality 3 or 4. */
        break;
    }
}

static void crb_make_ready(TpmCrb *s)
{
    if (s->strict && s->completed) {
        crb_fill_buffer(s, NULL, 0);
    }
    CRB_REG(s, CTRL_STS) &= ~CTRL_STS_IDLE;
    s->completed = false;
    crb_chunks_clear(&s->chunks);
}

static void crb_go_idle(TpmCrb *s)
{
    CRB_REG(s, CTRL_STS) |= CTRL_STS_IDLE;
    s->completed = false;
    crb_chunks_clear(&s->chunks);
}

static bool crb_may_request(const TpmCrb *s)
{
    return !s->strict || (crb_locality_assigned(s) && crb_state(s) != CRB_EXECUTION);
}

static void crb_request_written(HwDevice *dev, uint32_t value)
{
    TpmCrb *s = HW_DEVICE(TpmCrb, dev);
    bool ready = value == CTRL_REQ_COMMAND_READY;

    if (!ready && value != CTRL_REQ_GO_IDLE) {
        return;
    }
    if (!crb_may_request(s)) {
        crb_refuse(s, ready ? "cmdReady" : "goIdle");
    } else if (ready) {
        crb_make_ready(s);
    } else {
        crb_go_idle(s);
    }
}

static uint32_t crb_loc_state_read(HwDevice *dev, uint32_t stored)
{
    TpmCrb *s = HW_DEVICE(TpmCrb, dev);

    return s->platform.service->established(s->platform.backend) ? stored
                                                                 : stored | LOC_STATE_ESTABLISHED;
}

/* ---------------------------------------------------------------- registers */

/* Interface type CRB (1), version 1, transfers of 64 bytes, only CRB offered and
 * selected.  The vendor is IBM's id, as in QEMU. */
#define INTF_ID_RESET  0x00025811
#define INTF_ID2_RESET 0x00001014

/* clang-format off */
const HwRegister tpm_crb_registers[TPM_CRB_REGISTER_COUNT] = {
    { "LOC_STATE", CRB_LOC_STATE, .reset = LOC_STATE_VALID, .read = crb_loc_state_read,
      .fields = HW_FIELDS({ "tpmEstablished", 0, 1 }, { "locAssigned", 1, 1 },
                          { "activeLocality", 2, 3 }, { "tpmRegValidSts", 7, 1 }) },
    { "LOC_CTRL", CRB_LOC_CTRL, .write_only = HW_MASK(3, 0), .written = crb_loc_ctrl_written,
      .fields = HW_FIELDS({ "requestAccess", 0, 1 }, { "relinquish", 1, 1 },
                          { "seize", 2, 1 }, { "resetEstablishment", 3, 1 }) },
    { "LOC_STS", CRB_LOC_STS,
      .fields = HW_FIELDS({ "Granted", 0, 1 }, { "beenSeized", 1, 1 }) },
    { "INTF_ID", CRB_INTF_ID, .reset = INTF_ID_RESET,
      .fields = HW_FIELDS({ "InterfaceType", 0, 4 }, { "InterfaceVersion", 4, 4 },
                          { "CapLocality", 8, 1 }, { "CapCRBIdleBypass", 9, 1 },
                          { "CapCRBChunk", 10, 1 }, { "CapDataXferSizeSupport", 11, 2 },
                          { "CapFIFO", 13, 1 }, { "CapCRB", 14, 1 }, { "CapIFRes", 15, 2 },
                          { "InterfaceSelector", 17, 2 }, { "IntfSelLock", 19, 1 },
                          { "RID", 24, 8 }) },
    { "INTF_ID2", CRB_INTF_ID2, .reset = INTF_ID2_RESET,
      .fields = HW_FIELDS({ "VID", 0, 16 }, { "DID", 16, 16 }) },
    { "CTRL_EXT", CRB_CTRL_EXT },
    { "CTRL_REQ", CRB_CTRL_REQ, .write_only = HW_MASK(1, 0), .written = crb_request_written,
      .fields = HW_FIELDS({ "cmdReady", 0, 1 }, { "goIdle", 1, 1 }) },
    { "CTRL_STS", CRB_CTRL_STS, .reset = CTRL_STS_IDLE,
      .fields = HW_FIELDS({ "tpmSts", 0, 1 }, { "tpmIdle", 1, 1 }) },
    { "CTRL_CANCEL", CRB_CTRL_CANCEL, .write_only = CTRL_CANCEL_CANCEL,
      .written = crb_cancel_written, .fields = HW_FIELDS({ "cancel", 0, 1 }) },
    { "CTRL_START", CRB_CTRL_START, .write_only = HW_MASK(2, 0), .written = crb_start_written,
      .fields = HW_FIELDS({ "start", 0, 1 }, { "crbRspRetry", 1, 1 }, { "nextChunk", 2, 1 }) },
    { "INT_ENABLE", CRB_INT_ENABLE },
    { "INT_STS", CRB_INT_STS },
    { "CMD_SIZE", CRB_CMD_SIZE, .reset = CRB_BUFFER_SIZE },
    { "CMD_LADDR", CRB_CMD_LADDR },
    { "CMD_HADDR", CRB_CMD_HADDR },
    { "RSP_SIZE", CRB_RSP_SIZE, .reset = CRB_BUFFER_SIZE },
    { "RSP_LADDR", CRB_RSP_LADDR },
    { "RSP_HADDR", CRB_RSP_HADDR },
};
/* clang-format on */
