/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TCTI module (TSS 2.0 TPM Command Transmission Interface 1.0).  By it tpm2-tools and other
 * tss2 programs reach a TPM through the CRB, as a guest's driver does.
 *
 *     tpm2_getrandom -T outboard:qtest=$XDG_RUNTIME_DIR/vm.qtest 8
 *     tpm2_getrandom -T outboard:in-process,state=$HOME/tpm 8
 *
 * The TSS's loader finds libtss2-tcti-outboard.so in LD_LIBRARY_PATH, or by its path:
 * -T /path/libtss2-tcti-outboard.so:CONFIGURATION
 */
#include <string.h>

#include "hw-api/device/tpm2.h"
#include "qtest/client/tcti/host.h"

#define TCTI_MAGIC   UINT64_C(0x4f7574626f617264) /* "Outboard" */
#define TCTI_VERSION 2

#define TURN_MS      60000 /* limit for the command of another context */
#define SLICE_MS     5     /* after which other threads may use the host */

typedef enum TctiPhase {
    TCTI_IDLE,
    TCTI_RUNNING, /* a command was transmitted */
    TCTI_DONE,    /* its response is here, or `outcome` has an error */
} TctiPhase;

typedef struct Tcti {
    TSS2_TCTI_CONTEXT_COMMON_V2 common;
    TctiHost *host;
    TctiPhase phase;
    TSS2_RC outcome;
    size_t size;
    uint8_t response[TPM2_MAX_RESPONSE_SIZE];
} Tcti;

/* Returns NULL if the context is not of this module. */
static Tcti *tcti_of(TSS2_TCTI_CONTEXT *context)
{
    Tcti *t = (Tcti *)context;

    return t && t->common.v1.magic == TCTI_MAGIC ? t : NULL;
}

/* Waits for the end of the command and takes its response.  Others can use the host then. */
static TSS2_RC tcti_collect(Tcti *t, int64_t timeout_ms)
{
    const ObCrb *crb = tcti_host_crb(t->host);
    ObCrbResult result = crb_wait(crb, timeout_ms);

    if (result == OB_CRB_TIMEOUT) {
        return tcti_rc(result);
    }
    if (result == OB_CRB_OK) {
        result = crb_read_response(crb, t->response, sizeof(t->response), &t->size);
    }
    t->outcome = tcti_rc(result == OB_CRB_RESPONSE_TOO_LARGE ? OB_CRB_BAD_RESPONSE : result);
    t->phase = TCTI_DONE;
    tcti_host_end(t->host);
    return TSS2_RC_SUCCESS;
}

/* The context before this one may not have received its response yet, and may do so later. */
static TSS2_RC tcti_take_turn(Tcti *t)
{
    Tcti *before = tcti_host_user(t->host);
    TSS2_RC rc = before ? tcti_collect(before, TURN_MS) : TSS2_RC_SUCCESS;

    return rc == TSS2_RC_SUCCESS ? tcti_host_begin(t->host, t) : rc;
}

static TSS2_RC tcti_start(Tcti *t, size_t size, const uint8_t *command)
{
    TSS2_RC rc = tcti_take_turn(t);
    const ObCrb *crb = tcti_host_crb(t->host);
    ObCrbResult result;

    if (rc != TSS2_RC_SUCCESS) {
        return rc;
    }
    /* Another process may have ended before its command was done. */
    result = crb_wait(crb, crb->timeout_ms);
    if (result == OB_CRB_OK) {
        result = crb_request_locality(crb);
    }
    if (result == OB_CRB_OK) {
        result = crb_command_ready(crb);
    }
    if (result == OB_CRB_OK) {
        result = crb_write_command(crb, command, size);
    }
    if (result != OB_CRB_OK) {
        tcti_host_end(t->host);
        return tcti_rc(result);
    }
    crb_start(crb);
    t->phase = TCTI_RUNNING;
    return TSS2_RC_SUCCESS;
}

static TSS2_RC tcti_transmit(TSS2_TCTI_CONTEXT *context, size_t size, const uint8_t *command)
{
    Tcti *t = tcti_of(context);
    TSS2_RC rc;

    if (!t) {
        return TSS2_TCTI_RC_BAD_CONTEXT;
    }
    if (!command) {
        return TSS2_TCTI_RC_BAD_REFERENCE;
    }
    if (size < HW_TPM2_HEADER_SIZE) {
        return TSS2_TCTI_RC_BAD_VALUE;
    }
    tcti_lock();
    rc = t->phase == TCTI_IDLE ? tcti_start(t, size, command) : TSS2_TCTI_RC_BAD_SEQUENCE;
    tcti_unlock();
    return rc;
}

/* Lets other threads use the host, and cancel the command, while this one waits. */
static TSS2_RC tcti_await(Tcti *t, int32_t timeout)
{
    int64_t end = g_get_monotonic_time() + (int64_t)timeout * 1000;
    int64_t left = 0;
    TSS2_RC rc;

    do {
        left = timeout < 0 ? SLICE_MS : (end - g_get_monotonic_time()) / 1000;
        tcti_lock();
        rc = t->phase == TCTI_RUNNING ? tcti_collect(t, CLAMP(left, 0, SLICE_MS)) : TSS2_RC_SUCCESS;
        tcti_unlock();
        g_thread_yield();
    } while (rc == TSS2_TCTI_RC_TRY_AGAIN && left > 0);
    return rc;
}

/* The command ends only when the caller has taken the response.  If its buffer is too small, or
 * NULL to ask for the size, the caller calls again. */
static TSS2_RC tcti_deliver(Tcti *t, size_t *size, uint8_t *response)
{
    size_t room = *size;

    if (t->outcome == TSS2_RC_SUCCESS) {
        *size = t->size;
        if (!response || room < t->size) {
            return response ? TSS2_TCTI_RC_INSUFFICIENT_BUFFER : TSS2_RC_SUCCESS;
        }
        memcpy(response, t->response, t->size);
    }
    t->phase = TCTI_IDLE;
    return t->outcome;
}

static TSS2_RC tcti_receive(TSS2_TCTI_CONTEXT *context, size_t *size, uint8_t *response,
                            int32_t timeout)
{
    Tcti *t = tcti_of(context);
    TSS2_RC rc;

    if (!t) {
        return TSS2_TCTI_RC_BAD_CONTEXT;
    }
    if (!size) {
        return TSS2_TCTI_RC_BAD_REFERENCE;
    }
    if (timeout < TSS2_TCTI_TIMEOUT_BLOCK) {
        return TSS2_TCTI_RC_BAD_VALUE;
    }
    if (t->phase == TCTI_IDLE) {
        return TSS2_TCTI_RC_BAD_SEQUENCE;
    }
    rc = tcti_await(t, timeout);
    return rc == TSS2_RC_SUCCESS ? tcti_deliver(t, size, response) : rc;
}

static TSS2_RC tcti_cancel(TSS2_TCTI_CONTEXT *context)
{
    Tcti *t = tcti_of(context);

    if (!t) {
        return TSS2_TCTI_RC_BAD_CONTEXT;
    }
    if (t->phase == TCTI_IDLE) {
        return TSS2_TCTI_RC_BAD_SEQUENCE;
    }
    tcti_lock();
    if (t->phase == TCTI_RUNNING) {
        crb_cancel(tcti_host_crb(t->host));
    }
    tcti_unlock();
    return TSS2_RC_SUCCESS;
}

static TSS2_RC tcti_set_locality(TSS2_TCTI_CONTEXT *context, uint8_t locality)
{
    Tcti *t = tcti_of(context);

    if (!t) {
        return TSS2_TCTI_RC_BAD_CONTEXT;
    }
    if (t->phase != TCTI_IDLE) {
        return TSS2_TCTI_RC_BAD_SEQUENCE;
    }
    return locality == 0 ? TSS2_RC_SUCCESS : TSS2_TCTI_RC_NOT_SUPPORTED;
}

static TSS2_RC tcti_get_poll_handles(TSS2_TCTI_CONTEXT *context, TSS2_TCTI_POLL_HANDLE *handles,
                                     size_t *count)
{
    (void)context, (void)handles, (void)count;
    return TSS2_TCTI_RC_NOT_IMPLEMENTED;
}

static TSS2_RC tcti_make_sticky(TSS2_TCTI_CONTEXT *context, TPM2_HANDLE *handle, uint8_t sticky)
{
    (void)context, (void)handle, (void)sticky;
    return TSS2_TCTI_RC_NOT_IMPLEMENTED;
}

static void tcti_finalize(TSS2_TCTI_CONTEXT *context)
{
    Tcti *t = tcti_of(context);

    if (!t) {
        return;
    }
    tcti_lock();
    if (t->phase == TCTI_RUNNING) {
        crb_cancel(tcti_host_crb(t->host));
        if (tcti_collect(t, TURN_MS) != TSS2_RC_SUCCESS) {
            tcti_host_end(t->host);
        }
    }
    tcti_host_close(t->host);
    tcti_unlock();
    t->common.v1.magic = 0;
}

/* The TSS calls it twice: without a context it returns the size of a context. */
static TSS2_RC tcti_init(TSS2_TCTI_CONTEXT *context, size_t *size, const char *configuration)
{
    Tcti *t = (Tcti *)context;
    TSS2_RC rc;

    if (!size) {
        return TSS2_TCTI_RC_BAD_REFERENCE;
    }
    if (!context) {
        *size = sizeof(Tcti);
        return TSS2_RC_SUCCESS;
    }
    if (*size < sizeof(Tcti)) {
        return TSS2_TCTI_RC_INSUFFICIENT_BUFFER;
    }
    *t = (Tcti) {
        .common.v1.version = TCTI_VERSION,
        .common.v1.transmit = tcti_transmit,
        .common.v1.receive = tcti_receive,
        .common.v1.finalize = tcti_finalize,
        .common.v1.cancel = tcti_cancel,
        .common.v1.getPollHandles = tcti_get_poll_handles,
        .common.v1.setLocality = tcti_set_locality,
        .common.makeSticky = tcti_make_sticky,
    };
    tcti_lock();
    rc = tcti_host_open(configuration, &t->host);
    tcti_unlock();
    if (rc == TSS2_RC_SUCCESS) {
        t->common.v1.magic = TCTI_MAGIC;
    }
    return rc;
}

HW_EXPORT const TSS2_TCTI_INFO *Tss2_Tcti_Info(void);

const TSS2_TCTI_INFO *Tss2_Tcti_Info(void)
{
    static const TSS2_TCTI_INFO info = {
        .version = TCTI_VERSION,
        .name = "tcti-outboard",
        .description = "A TPM behind the CRB of an Outboard or QEMU host",
        .config_help = tcti_host_help,
        .init = tcti_init,
    };

    return &info;
}
