/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/drivers/crb.h"

#include <string.h>

#include "hw-api/device/tpm2.h"

#define WAIT_MS 10000

const char *ob_crb_result_text(ObCrbResult result)
{
    static const char *const texts[] = {
        [OB_CRB_OK] = "it worked",
        [OB_CRB_NO_LOCALITY] = "locality 0 is not granted",
        [OB_CRB_NOT_READY] = "tpmIdle did not change after the request",
        [OB_CRB_TIMEOUT] = "the command is still running",
        [OB_CRB_FATAL] = "tpmSts is set: the TPM failed",
        [OB_CRB_COMMAND_TOO_LARGE] = "the command is larger than the buffer",
        [OB_CRB_BAD_RESPONSE] = "the response's size field is wrong",
        [OB_CRB_RESPONSE_TOO_LARGE] = "the response is larger than the space for it",
        [OB_CRB_NO_HOST] = "the host is gone",
    };

    return texts[result];
}

ObCrb crb_at_pc_address(ObClient *client)
{
    return (ObCrb) { .client = client, .base = CRB_PC_ADDRESS, .timeout_ms = WAIT_MS };
}

static uint32_t crb_read(const ObCrb *crb, uint32_t offset)
{
    return ob_client_readl(crb->client, crb->base + offset);
}

static void crb_write(const ObCrb *crb, uint32_t offset, uint32_t value)
{
    ob_client_writel(crb->client, crb->base + offset, value);
}

static ObCrbResult crb_outcome(const ObCrb *crb, ObCrbResult result)
{
    return ob_client_failed(crb->client) ? OB_CRB_NO_HOST : result;
}

/* Waits until the masked register has this value; a negative timeout waits forever.  The host
 * runs deferred work at least once, else repeated calls with timeout 0 would never end. */
static bool crb_await(const ObCrb *crb, uint32_t offset, uint32_t mask, uint32_t value,
                      int64_t timeout_ms)
{
    int64_t start = 0;

    while ((crb_read(crb, offset) & mask) != value) {
        start = start ? start : g_get_monotonic_time();
        if (!ob_client_poll(crb->client)) {
            g_thread_yield(); /* in process the work may be on another thread */
        }
        if (ob_client_failed(crb->client) ||
            (timeout_ms >= 0 && g_get_monotonic_time() - start >= timeout_ms * 1000)) {
            return (crb_read(crb, offset) & mask) == value;
        }
    }
    return true;
}

/* ------------------------------------------------------------------------ steps */

ObCrbResult crb_request_locality(const ObCrb *crb)
{
    crb_write(crb, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    if (!crb_await(crb, CRB_LOC_STS, LOC_STS_GRANTED, LOC_STS_GRANTED, crb->timeout_ms)) {
        return crb_outcome(crb, OB_CRB_NO_LOCALITY);
    }
    return crb_outcome(crb, OB_CRB_OK);
}

ObCrbResult crb_relinquish_locality(const ObCrb *crb)
{
    crb_write(crb, CRB_LOC_CTRL, LOC_CTRL_RELINQUISH);
    return crb_outcome(crb, OB_CRB_OK);
}

static ObCrbResult crb_request(const ObCrb *crb, uint32_t request, uint32_t idle)
{
    crb_write(crb, CRB_CTRL_REQ, request);
    if (!crb_await(crb, CRB_CTRL_STS, CTRL_STS_IDLE, idle, crb->timeout_ms)) {
        return crb_outcome(crb, OB_CRB_NOT_READY);
    }
    return crb_outcome(crb, OB_CRB_OK);
}

ObCrbResult crb_command_ready(const ObCrb *crb)
{
    return crb_request(crb, CTRL_REQ_COMMAND_READY, 0);
}

ObCrbResult crb_go_idle(const ObCrb *crb)
{
    return crb_request(crb, CTRL_REQ_GO_IDLE, CTRL_STS_IDLE);
}

ObCrbResult crb_write_command(const ObCrb *crb, const void *command, size_t size)
{
    if (size > crb_read(crb, CRB_CMD_SIZE)) {
        return crb_outcome(crb, OB_CRB_COMMAND_TOO_LARGE);
    }
    ob_client_memwrite(crb->client, crb->base + CRB_BUFFER, command, size);
    return crb_outcome(crb, OB_CRB_OK);
}

void crb_start(const ObCrb *crb)
{
    crb_write(crb, CRB_CTRL_START, CTRL_START_START);
}

void crb_cancel(const ObCrb *crb)
{
    crb_write(crb, CRB_CTRL_CANCEL, CTRL_CANCEL_CANCEL);
}

bool crb_is_running(const ObCrb *crb)
{
    ob_client_poll(crb->client);
    return crb_read(crb, CRB_CTRL_START) & CTRL_START_START;
}

ObCrbResult crb_wait(const ObCrb *crb, int64_t timeout_ms)
{
    if (!crb_await(crb, CRB_CTRL_START, CTRL_START_START, 0, timeout_ms)) {
        return crb_outcome(crb, OB_CRB_TIMEOUT);
    }
    if (crb_read(crb, CRB_CTRL_STS) & CTRL_STS_FATAL) {
        return crb_outcome(crb, OB_CRB_FATAL);
    }
    return crb_outcome(crb, OB_CRB_OK);
}

static ObCrbResult crb_read_header(const ObCrb *crb, uint8_t header[HW_TPM2_HEADER_SIZE],
                                   size_t *size)
{
    ob_client_memread(crb->client, crb->base + CRB_BUFFER, header, HW_TPM2_HEADER_SIZE);
    *size = hw_tpm2_size(header);
    if (*size < HW_TPM2_HEADER_SIZE || *size > crb_read(crb, CRB_RSP_SIZE)) {
        return crb_outcome(crb, OB_CRB_BAD_RESPONSE);
    }
    return crb_outcome(crb, OB_CRB_OK);
}

ObCrbResult crb_response_size(const ObCrb *crb, size_t *size)
{
    uint8_t header[HW_TPM2_HEADER_SIZE];

    return crb_read_header(crb, header, size);
}

ObCrbResult crb_read_response(const ObCrb *crb, void *response, size_t capacity, size_t *size)
{
    uint8_t header[HW_TPM2_HEADER_SIZE];
    ObCrbResult result = crb_read_header(crb, header, size);

    if (result != OB_CRB_OK) {
        return result;
    }
    if (*size > capacity) {
        return OB_CRB_RESPONSE_TOO_LARGE;
    }
    memcpy(response, header, HW_TPM2_HEADER_SIZE);
    if (*size > HW_TPM2_HEADER_SIZE) {
        ob_client_memread(crb->client, crb->base + CRB_BUFFER + HW_TPM2_HEADER_SIZE,
                          (uint8_t *)response + HW_TPM2_HEADER_SIZE, *size - HW_TPM2_HEADER_SIZE);
    }
    return crb_outcome(crb, OB_CRB_OK);
}

/* -------------------------------------------------------------------- the whole */

ObCrbResult crb_transfer(const ObCrb *crb, const void *command, size_t command_size, void *response,
                         size_t capacity, size_t *response_size)
{
    ObCrbResult result = crb_command_ready(crb);

    if (result == OB_CRB_OK) {
        result = crb_write_command(crb, command, command_size);
    }
    if (result == OB_CRB_OK) {
        crb_start(crb);
        result = crb_wait(crb, crb->timeout_ms);
    }
    if (result == OB_CRB_OK) {
        result = crb_read_response(crb, response, capacity, response_size);
    }
    return result;
}
