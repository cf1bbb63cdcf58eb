/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's TPM backends, with a note of each call and each response. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/ext/tpm-backend.h"
#include "hw-api/host/recording/recorder-internal.h"

static const HwTpmBackendService *inner;

typedef struct RecordedTpm {
    HwTpmBackend *backend; /* the host's */
    HwDevice *dev;
    uint64_t number;
    HwTpmCompleted *completed;
    struct RecordedTpm *next;
    bool established; /* the last answer */
} RecordedTpm;

static RecordedTpm *tpms; /* all that are open */

static RecordedTpm *tpm_of(HwTpmBackend *backend)
{
    return (RecordedTpm *)backend;
}

static void note(const RecordedTpm *tpm, HwEntry *entry)
{
    entry->values[0] = tpm->number;
    hw_recorded_call(hw_recorded_of(tpm->dev), entry);
}

/* A device may have several.  Only one completes at a time, for the host does not say which. */
static void tpm_completed(HwDevice *dev, const uint8_t *response, uint32_t size)
{
    RecordedTpm *tpm = tpms;
    HwIntake input = { HW_INTAKE_COMPLETED, { 0, response != NULL }, response, size };

    while (tpm->dev != dev) {
        tpm = tpm->next;
    }
    input.values[0] = tpm->number;
    hw_watch_begin(hw_instance_of(dev)->watch, &input);
    tpm->completed(dev, response, size);
    hw_device_update(dev);
    hw_watch_end(hw_instance_of(dev)->watch, 0);
}

static HwTpmBackend *tpm_open(HwDevice *dev, const char *id, HwTpmCompleted *completed,
                              HwError *error)
{
    HwRecorded *device = hw_recorded_of(dev);
    RecordedTpm *tpm = calloc(1, sizeof(*tpm));
    HwTpmBackend *backend = tpm ? inner->open(dev, id, tpm_completed, error) : NULL;

    hw_recorded_call(device, &(HwEntry) { .kind = HW_ENTRY_TPM_OPEN,
                                          .bytes = id,
                                          .size = (uint32_t)strlen(id),
                                          .answers = { backend != NULL } });
    if (!backend) {
        free(tpm);
        return NULL;
    }
    *tpm = (RecordedTpm) { backend, dev, device ? device->tpms++ : 0, completed, tpms };
    tpms = tpm;
    return (HwTpmBackend *)tpm;
}

static void tpm_close(HwTpmBackend *backend)
{
    RecordedTpm *tpm = tpm_of(backend);
    RecordedTpm **place = &tpms;

    if (!tpm) {
        return;
    }
    while (*place != tpm) {
        place = &(*place)->next;
    }
    *place = tpm->next;
    inner->close(tpm->backend);
    note(tpm, &(HwEntry) { .kind = HW_ENTRY_TPM_CLOSE });
    free(tpm);
}

static uint32_t tpm_version(HwTpmBackend *backend)
{
    uint32_t version = inner->version(tpm_of(backend)->backend);

    note(tpm_of(backend), &(HwEntry) { .kind = HW_ENTRY_TPM_VERSION, .answers = { version } });
    return version;
}

static uint32_t tpm_buffer_size(HwTpmBackend *backend)
{
    uint32_t size = inner->buffer_size(tpm_of(backend)->backend);

    note(tpm_of(backend), &(HwEntry) { .kind = HW_ENTRY_TPM_BUFFER, .answers = { size } });
    return size;
}

static void tpm_restart(HwTpmBackend *backend, uint32_t buffer_size)
{
    inner->restart(tpm_of(backend)->backend, buffer_size);
    note(tpm_of(backend),
         &(HwEntry) { .kind = HW_ENTRY_TPM_RESTART, .values = { 0, buffer_size } });
}

static bool tpm_submit(HwTpmBackend *backend, uint8_t locality, const uint8_t *command,
                       uint32_t size, uint32_t capacity)
{
    const RecordedTpm *tpm = tpm_of(backend);
    bool good = inner->submit(tpm->backend, locality, command, size, capacity);
    HwEntry entry = { .kind = HW_ENTRY_TPM_SUBMIT,
                      .values = { 0, locality, capacity },
                      .bytes = command,
                      .size = size,
                      .answers = { good } };

    hw_recorded_place(hw_instance_of(tpm->dev), &entry);
    note(tpm, &entry);
    return good;
}

static void tpm_cancel(HwTpmBackend *backend)
{
    inner->cancel(tpm_of(backend)->backend);
    note(tpm_of(backend), &(HwEntry) { .kind = HW_ENTRY_TPM_CANCEL });
}

static void tpm_finish(HwTpmBackend *backend)
{
    inner->finish(tpm_of(backend)->backend);
    note(tpm_of(backend), &(HwEntry) { .kind = HW_ENTRY_TPM_FINISH });
}

/* Devices ask at each update, so an answer like the last has no entry. */
static bool tpm_established(HwTpmBackend *backend)
{
    RecordedTpm *tpm = tpm_of(backend);
    bool is = inner->established(tpm->backend);

    if (is != tpm->established) {
        note(tpm, &(HwEntry) { .kind = HW_ENTRY_TPM_ESTABLISHED, .answers = { is } });
        tpm->established = is;
    }
    return is;
}

/* The bytes are random. */
static void tpm_stir(HwDevice *dev, const void *entropy, uint32_t size)
{
    inner->stir(dev, entropy, size);
    hw_recorded_call(hw_recorded_of(dev),
                     &(HwEntry) { .kind = HW_ENTRY_TPM_STIR, .values = { size } });
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

const HwRecordedService hw_recorded_tpm[] = {
    { HW_TPM_BACKEND, &service, (const void **)&inner },
    { NULL, NULL, NULL },
};
