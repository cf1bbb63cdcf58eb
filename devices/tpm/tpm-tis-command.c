/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPM FIFO interface: a command's way from the FIFO to the TPM, and its response's way back
 * (PTP 1.05, section 6.5.2, TPM_STS_x and TPM_DATA_FIFO_x).
 */
#include "devices/tpm/tpm-tis-core.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/tpm2.h"

#define SIZE_KNOWN 6    /* bytes from which on the header tells the command's size */
#define NO_DATA    0xff /* an empty FIFO reads so */
#define REQUESTS   (STS_COMMAND_READY | STS_GO | STS_RESPONSE_RETRY)

static void status_set(TisLocality *l, uint32_t flags)
{
    l->sts = (l->sts & (STS_SELF_TEST_DONE | STS_FAMILY)) | flags;
}

void tis_interrupt(Tis *s, uint8_t locality, uint32_t causes)
{
    TisLocality *l = &s->locality[locality];

    if ((l->int_enable & INT_GLOBAL_ENABLE) && (l->int_enable & causes)) {
        l->int_status |= causes;
    }
}

void tis_make_ready(Tis *s, uint8_t locality)
{
    TisLocality *l = &s->locality[locality];

    l->state = TIS_READY;
    status_set(l, STS_COMMAND_READY);
    tis_interrupt(s, locality, INT_COMMAND_READY);
}

void tis_make_idle(TisLocality *l)
{
    l->state = TIS_IDLE;
    status_set(l, 0);
}

bool tis_is_executing(const Tis *s, uint8_t *locality)
{
    for (uint8_t i = 0; i < TIS_LOCALITIES; i++) {
        if (s->locality[i].state == TIS_EXECUTION) {
            *locality = i;
            return true;
        }
    }
    return false;
}

/* ---------------------------------------------------------------------- responses */

/* A backend's response is no longer than asked for; a stream may claim any size. */
static uint32_t response_size(const Tis *s)
{
    uint32_t size = hw_tpm2_size(s->buffer);

    return size < s->transfer_size ? size : s->transfer_size;
}

static void respond(Tis *s, uint8_t locality, const uint8_t *response, uint32_t size)
{
    TisLocality *l = &s->locality[locality];

    memcpy(s->buffer, response, size);
    memset(s->buffer + size, 0, TIS_BUFFER_SIZE - size);
    s->position = 0;
    l->state = TIS_COMPLETION;
    status_set(l, STS_VALID | STS_DATA_AVAILABLE);
}

static void answer(Tis *s, uint8_t locality, uint32_t code)
{
    uint8_t response[HW_TPM2_HEADER_SIZE];

    respond(s, locality, response, hw_tpm2_answer(response, code));
    tis_interrupt(s, locality, INT_DATA_AVAILABLE | INT_STS_VALID);
}

/* The locality had relinquished the TPM, and another has used the buffer since. */
static bool has_lost_buffer(const Tis *s, uint8_t locality)
{
    for (uint8_t i = 0; i < TIS_LOCALITIES; i++) {
        uint32_t state = s->locality[i].state;

        if (i != locality && (state == TIS_RECEPTION || state == TIS_COMPLETION)) {
            return true;
        }
    }
    return false;
}

void tis_completed(HwDevice *dev, const uint8_t *response, uint32_t size)
{
    Tis *s = HW_DEVICE(Tis, dev);
    uint8_t locality;

    if (!tis_is_executing(s, &locality)) {
        return;
    }
    if (has_lost_buffer(s, locality)) {
        tis_make_idle(&s->locality[locality]);
    } else if (!response || size > TIS_BUFFER_SIZE) {
        answer(s, locality, TPM_RC_FAILURE);
    } else {
        respond(s, locality, response, size);
        tis_interrupt(s, locality, INT_DATA_AVAILABLE | INT_STS_VALID);
    }
    if (s->next != TIS_NOBODY) {
        tis_abort_end(s);
    }
}

uint8_t tis_fifo_read(Tis *s, uint8_t locality)
{
    TisLocality *l = &s->locality[locality];
    uint8_t byte = NO_DATA;

    if (l->state != TIS_COMPLETION || !(l->sts & STS_DATA_AVAILABLE)) {
        return byte;
    }
    if (s->position < response_size(s)) {
        byte = s->buffer[s->position++];
    }
    if (s->position >= response_size(s)) {
        status_set(l, STS_VALID);
        tis_interrupt(s, locality, INT_STS_VALID);
    }
    return byte;
}

/* ----------------------------------------------------------------------- commands */

/* The buffer is the locality's from its first byte on; others have nothing there any more. */
static void reception_begin(Tis *s, uint8_t locality)
{
    for (uint8_t i = 0; i < TIS_LOCALITIES; i++) {
        TisLocality *other = &s->locality[i];

        if (other->state == TIS_RECEPTION || other->state == TIS_COMPLETION) {
            tis_make_idle(other);
        }
    }
    s->position = 0;
    s->locality[locality].state = TIS_RECEPTION;
    status_set(&s->locality[locality], STS_VALID | STS_EXPECT);
}

static bool command_is_whole(const Tis *s)
{
    return s->position >= s->transfer_size ||
           (s->position >= SIZE_KNOWN && s->position >= hw_tpm2_size(s->buffer));
}

void tis_fifo_write(Tis *s, uint8_t locality, uint8_t byte)
{
    TisLocality *l = &s->locality[locality];

    if (l->state == TIS_READY) {
        reception_begin(s, locality);
    }
    if (l->state != TIS_RECEPTION || !(l->sts & STS_EXPECT) || s->position >= s->transfer_size) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR, "locality %u: a byte that no command has room for",
               locality);
        return;
    }
    s->buffer[s->position++] = byte;
    status_set(l, STS_VALID | (command_is_whole(s) ? 0 : STS_EXPECT));
}

/* The backend doesn't see a command with a wrong size: some backends would take it for the start
 * of a longer command. */
static void start(Tis *s, uint8_t locality)
{
    uint32_t size = hw_tpm2_size(s->buffer);

    if (size < HW_TPM2_HEADER_SIZE || size > s->position) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR,
               "command of %u bytes, of which %u came, expected %u "
               "to %u bytes",
               size, s->position, HW_TPM2_HEADER_SIZE, s->transfer_size);
        answer(s, locality, TPM_RC_COMMAND_SIZE);
    } else if (s->platform.service->submit(s->platform.backend, locality, s->buffer, size,
                                           s->transfer_size)) {
        s->locality[locality].state = TIS_EXECUTION;
    } else {
        /* Another locality's command still runs; that locality relinquished the TPM. */
        answer(s, locality, TPM_RC_RETRY);
    }
}

/* ------------------------------------------------------------------------- status */

static void ready_requested(Tis *s, uint8_t locality)
{
    uint32_t state = s->locality[locality].state;

    if (state == TIS_EXECUTION || state == TIS_RECEPTION) {
        tis_abort_begin(s, locality, locality);
        return;
    }
    s->position = 0;
    if (state != TIS_READY) {
        tis_make_ready(s, locality);
    }
}

static void retry_requested(Tis *s, TisLocality *l)
{
    if (l->state == TIS_COMPLETION) {
        s->position = 0;
        status_set(l, STS_VALID | STS_DATA_AVAILABLE);
    }
}

static bool may_go(const TisLocality *l)
{
    return l->state == TIS_RECEPTION && !(l->sts & STS_EXPECT);
}

/* A request takes effect only if it is alone. */
void tis_status_written(Tis *s, uint8_t locality, uint32_t value)
{
    TisLocality *l = &s->locality[locality];

    if ((value & STS_COMMAND_CANCEL) && l->state == TIS_EXECUTION) {
        s->platform.service->cancel(s->platform.backend);
    }
    switch (value & REQUESTS) {
    case STS_COMMAND_READY:
        ready_requested(s, locality);
        break;
    case STS_GO:
        if (may_go(l)) {
            start(s, locality);
        }
        break;
    case STS_RESPONSE_RETRY:
        retry_requested(s, l);
        break;
    default:
        break;
    }
}

/* A driver that reads burstCount by bytes must not read 0 for 0x100. */
static uint32_t burst_count(const Tis *s, const TisLocality *l, uint32_t size)
{
    uint32_t whole = l->sts & STS_DATA_AVAILABLE ? response_size(s) : s->transfer_size;
    uint32_t rest = whole - (s->position < whole ? s->position : whole);

    return size == 1 && rest > UINT8_MAX ? UINT8_MAX : rest;
}

uint32_t tis_status_read(const Tis *s, uint8_t locality, uint32_t size)
{
    const TisLocality *l = &s->locality[locality];

    return l->sts | burst_count(s, l, size) << STS_BURST_COUNT_SHIFT;
}
