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
#include <stdlib.h>

#include "hw-api/device/tpm2.h"
#include "qtest/client/tcti/host.h"

#define TCTI_MAGIC   UINT64_C(0x4f7574626f617264) /* "Outboard" */
#define TCTI_VERSION 2

typedef struct Tcti {
    TSS2_TCTI_CONTEXT_COMMON_V2 common;
    TctiHost *host;
    bool running; /* a command was transmitted, and its response not yet received */
} Tcti;

/* Returns NULL if the context is not of this module. */
static Tcti *tcti_of(TSS2_TCTI_CONTEXT *context)
{
    Tcti *t = (Tcti *)context;

    return t && t->common.v1.magic == TCTI_MAGIC ? t : NULL;
}

/* Releases the locality between commands, so that other programs can get it. */
static void tcti_end_command(Tcti *t)
{
    crb_go_idle(tcti_host_crb(t->host));
    crb_relinquish_locality(tcti_host_crb(t->host));
    t->running = false;
}

static TSS2_RC tcti_transmit(TSS2_TCTI_CONTEXT *context, size_t size, const uint8_t *command)
{
    Tcti *t = tcti_of(context);
    const ObCrb *crb = t ? tcti_host_crb(t->host) : NULL;
    ObCrbResult result;

    if (!t) {
        return TSS2_TCTI_RC_BAD_CONTEXT;
    }
    if (!command) {
        return TSS2_TCTI_RC_BAD_REFERENCE;
    }
    if (t->running) {
        return TSS2_TCTI_RC_BAD_SEQUENCE;
    }
    if (size < HW_TPM2_HEADER_SIZE) {
        return TSS2_TCTI_RC_BAD_VALUE;
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
        tcti_end_command(t);
        return tcti_rc(result);
    }
    crb_start(crb);
    t->running = true;
    return TSS2_RC_SUCCESS;
}

/* The command ends only when the caller has taken the response.  If its buffer is too small, or
 * NULL to ask for the size, the caller calls again. */
static TSS2_RC tcti_take_response(Tcti *t, size_t *size, uint8_t *response)
{
    const ObCrb *crb = tcti_host_crb(t->host);
    ObCrbResult result = response ? crb_read_response(crb, response, *size, size)
                                  : crb_response_size(crb, size);

    if (result == OB_CRB_RESPONSE_TOO_LARGE || (result == OB_CRB_OK && !response)) {
        return tcti_rc(result);
    }
    tcti_end_command(t);
    return tcti_rc(result);
}

static TSS2_RC tcti_receive(TSS2_TCTI_CONTEXT *context, size_t *size, uint8_t *response,
                            int32_t timeout)
{
    Tcti *t = tcti_of(context);
    ObCrbResult result;

    if (!t) {
        return TSS2_TCTI_RC_BAD_CONTEXT;
    }
    if (!size) {
        return TSS2_TCTI_RC_BAD_REFERENCE;
    }
    if (timeout < TSS2_TCTI_TIMEOUT_BLOCK) {
        return TSS2_TCTI_RC_BAD_VALUE;
    }
    if (!t->running) {
        return TSS2_TCTI_RC_BAD_SEQUENCE;
    }
    result = crb_wait(tcti_host_crb(t->host), timeout);
    if (result == OB_CRB_OK) {
        return tcti_take_response(t, size, response);
    }
    if (result != OB_CRB_TIMEOUT) {
        tcti_end_command(t);
    }
    return tcti_rc(result);
}

static TSS2_RC tcti_cancel(TSS2_TCTI_CONTEXT *context)
{
    Tcti *t = tcti_of(context);

    if (!t) {
        return TSS2_TCTI_RC_BAD_CONTEXT;
    }
    if (!t->running) {
        return TSS2_TCTI_RC_BAD_SEQUENCE;
    }
    crb_cancel(tcti_host_crb(t->host));
    return TSS2_RC_SUCCESS;
}

static TSS2_RC tcti_set_locality(TSS2_TCTI_CONTEXT *context, uint8_t locality)
{
    Tcti *t = tcti_of(context);

    if (!t) {
        return TSS2_TCTI_RC_BAD_CONTEXT;
    }
    if (t->running) {
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
    if (t->running) {
        crb_cancel(tcti_host_crb(t->host));
        crb_wait(tcti_host_crb(t->host), tcti_host_crb(t->host)->timeout_ms);
        tcti_end_command(t);
    }
    tcti_host_close(t->host);
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
    rc = tcti_host_open(configuration, &t->host);
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
