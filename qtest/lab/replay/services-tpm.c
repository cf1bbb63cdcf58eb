/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TPMs whose responses are the recording's. */
#include <string.h>

#include "hw-api/ext/tpm-backend.h"
#include "hw-api/host/tpm/driver.h"
#include "qtest/lab/replay/replay-internal.h"

static ReplayTpm *tpm_of(HwTpmBackend *backend)
{
    return (ReplayTpm *)backend;
}

static uint64_t ask(const ReplayTpm *tpm, HwEntry *call)
{
    call->values[0] = tpm->number;
    replay_call(tpm->device, call, NULL, 0);
    return call->answers[0];
}

static HwTpmBackend *tpm_open(HwDevice *dev, const char *id, HwTpmCompleted *completed,
                              HwError *error)
{
    ReplayDevice *device = replay_device_of(dev);
    HwEntry call = { .kind = HW_ENTRY_TPM_OPEN, .bytes = id, .size = (uint32_t)strlen(id) };
    ReplayTpm *tpm;

    (void)error;
    replay_call(device, &call, NULL, 0);
    if (!call.answers[0]) {
        return NULL;
    }
    tpm = g_new(ReplayTpm, 1);
    *tpm = (ReplayTpm) { .device = device, .number = device->tpms->len, .completed = completed };
    g_ptr_array_add(device->tpms, tpm);
    return (HwTpmBackend *)tpm;
}

static void tpm_close(HwTpmBackend *backend)
{
    ReplayTpm *tpm = tpm_of(backend);

    if (tpm) {
        ask(tpm, &(HwEntry) { .kind = HW_ENTRY_TPM_CLOSE });
        tpm->device->tpms->pdata[tpm->number] = NULL;
        g_free(tpm);
    }
}

static uint32_t tpm_version(HwTpmBackend *backend)
{
    return (uint32_t)ask(tpm_of(backend), &(HwEntry) { .kind = HW_ENTRY_TPM_VERSION });
}

/* A device trusts its host here. */
static uint32_t tpm_buffer_size(HwTpmBackend *backend)
{
    uint64_t size = ask(tpm_of(backend), &(HwEntry) { .kind = HW_ENTRY_TPM_BUFFER });

    return size < HW_TPM_BUFFER_MAX ? (uint32_t)size : HW_TPM_BUFFER_MAX;
}

static void tpm_restart(HwTpmBackend *backend, uint32_t buffer_size)
{
    tpm_of(backend)->is_busy = false;
    ask(tpm_of(backend), &(HwEntry) { .kind = HW_ENTRY_TPM_RESTART, .values = { 0, buffer_size } });
}

static bool tpm_submit(HwTpmBackend *backend, uint8_t locality, const uint8_t *command,
                       uint32_t size, uint32_t capacity)
{
    ReplayTpm *tpm = tpm_of(backend);
    HwEntry call = { .kind = HW_ENTRY_TPM_SUBMIT,
                     .values = { 0, locality, capacity },
                     .bytes = command,
                     .size = size };
    bool good;

    hw_recorded_place(tpm->device->instance, &call);
    good = ask(tpm, &call);
    if (good) {
        tpm->is_busy = true;
        tpm->capacity = capacity;
    }
    return good;
}

static void tpm_cancel(HwTpmBackend *backend)
{
    ask(tpm_of(backend), &(HwEntry) { .kind = HW_ENTRY_TPM_CANCEL });
}

static void tpm_finish(HwTpmBackend *backend)
{
    ask(tpm_of(backend), &(HwEntry) { .kind = HW_ENTRY_TPM_FINISH });
}

/* The recording has the answers that differ from the last one. */
static bool tpm_established(HwTpmBackend *backend)
{
    ReplayTpm *tpm = tpm_of(backend);
    const HwEntry *next = replay_peek(tpm->device->replay);

    if (next && next->kind == HW_ENTRY_TPM_ESTABLISHED) {
        tpm->established = ask(tpm, &(HwEntry) { .kind = HW_ENTRY_TPM_ESTABLISHED });
    }
    return tpm->established;
}

static void tpm_stir(HwDevice *dev, const void *entropy, uint32_t size)
{
    HwEntry call = { .kind = HW_ENTRY_TPM_STIR, .values = { size } };

    (void)entropy;
    replay_call(replay_device_of(dev), &call, NULL, 0);
}

static const HwTpmBackendService service = {
    .abi = HW_ABI(HwTpmBackendService),
    .open = tpm_open,
    .close = tpm_close,
    .version = tpm_version,
    .buffer_size = tpm_buffer_size,
    .restart = tpm_restart,
    .submit = tpm_submit,
    .cancel = tpm_cancel,
    .finish = tpm_finish,
    .established = tpm_established,
    .stir = tpm_stir,
};

const HwRecordedService replay_tpm_services[] = {
    { HW_TPM_BACKEND, &service, NULL },
    { NULL, NULL, NULL },
};
