/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPM 2.0 in this process.  libtpms has one TPM per process, and uses callbacks for its
 * non-volatile storage.
 */
#include "hw-api/device/error.h"
#include "hw-api/host/tpm/libtpms-tpm.h"
#include "hw-api/host/tpm/libtpms-trial.h"
#include "hw-api/host/tpm/result.h"

#include <fcntl.h>
#include <libtpms/tpm_error.h>
#include <string.h>
#include <unistd.h>

static const HwLibtpms *library;
static atomic_bool taken; /* `libtpms` is in use: libtpms has one TPM per process */
static HwLibtpmsTpm libtpms;

static TPM_RESULT nvram_init(void)
{
    return TPM_SUCCESS;
}

static TPM_RESULT nvram_load(unsigned char **data, uint32_t *length, uint32_t number,
                             const char *name)
{
    (void)number;
    return hw_libtpms_store_load(&libtpms.store, data, length, name);
}

static TPM_RESULT nvram_store(const unsigned char *data, uint32_t length, uint32_t number,
                              const char *name)
{
    (void)number;
    return hw_libtpms_store_keep(&libtpms.store, data, length, name);
}

static TPM_RESULT nvram_delete(uint32_t number, const char *name, TPM_BOOL must_exist)
{
    (void)number;
    (void)name;
    (void)must_exist;
    return TPM_SUCCESS;
}

static TPM_RESULT io_init(void)
{
    return TPM_SUCCESS;
}

static TPM_RESULT io_locality(TPM_MODIFIER_INDICATOR *locality, uint32_t number)
{
    (void)number;
    *locality = libtpms.locality;
    return TPM_SUCCESS;
}

static TPM_RESULT io_physical_presence(TPM_BOOL *present, uint32_t number)
{
    (void)number;
    *present = false;
    return TPM_SUCCESS;
}

bool hw_libtpms_power_on(HwLibtpmsTpm *s, uint32_t buffer_size)
{
    TPM_BOOL established = false;

    s->buffer_size = library->set_buffer_size(buffer_size, NULL, NULL);
    s->start_result = library->main_init();
    if (s->start_result != TPM_SUCCESS) {
        library->terminate();
        return false;
    }
    library->established(&established);
    atomic_store(&s->established, established);
    s->running = true;
    return true;
}

void hw_libtpms_power_off(HwLibtpmsTpm *s)
{
    /* terminate() keeps libtpms's memory and callbacks. */
    library->terminate();
    s->running = false;
}

static bool libtpms_start(HwLibtpmsTpm *s, HwError *error)
{
    static struct libtpms_callbacks callbacks = {
        .sizeOfStruct = sizeof(callbacks),
        .tpm_nvram_init = nvram_init,
        .tpm_nvram_loaddata = nvram_load,
        .tpm_nvram_storedata = nvram_store,
        .tpm_nvram_deletename = nvram_delete,
        .tpm_io_init = io_init,
        .tpm_io_getlocality = io_locality,
        .tpm_io_getphysicalpresence = io_physical_presence,
    };

    HW_ERROR(inner, 400);

    s->silence = open("/dev/null", O_WRONLY | O_CLOEXEC);
    library->set_debug_fd(s->silence); /* our log has all messages that the user needs */
    if (library->choose_version(TPMLIB_TPM_VERSION_2) != TPM_SUCCESS ||
        library->register_callbacks(&callbacks) != TPM_SUCCESS) {
        return hw_error_set(error, "libtpms does not have a TPM 2.0");
    }
    if (s->store.permanent &&
        !hw_libtpms_try(s, (HwTpmBytes) { s->store.permanent, s->store.permanent_size },
                        (HwTpmBytes) { NULL, 0 }, true, &inner)) {
        return hw_error_set(error, "state: %s", inner.text);
    }
    if (!hw_libtpms_power_on(s, HW_TPM_BUFFER_MAX)) {
        return hw_error_set(error, "%s: result 0x%x, expected 0%s",
                            s->store.permanent ? "state: libtpms refuses its content"
                                               : "libtpms does not start",
                            s->start_result,
                            hw_tpm_result_words(HW_TPM_ANY_OPERATION, s->start_result));
    }
    /* The first write comes after a successful start, so that a state that libtpms refuses stays
     * unchanged in the file. */
    s->store.writing = true;
    return hw_libtpms_store_save(&s->store, error);
}

static void libtpms_close(void *tpm)
{
    HwLibtpmsTpm *s = tpm;

    if (s->running) {
        hw_libtpms_power_off(s);
    }
    if (s->response) {
        library->release(s->response);
    }
    if (s->silence > 0) {
        library->set_debug_fd(-1);
        close(s->silence);
    }
    hw_libtpms_store_close(&s->store);
    memset(s, 0, sizeof(*s));
    atomic_store(&taken, false);
}

static void *libtpms_open(const HwTpmOptions *options, HwError *error)
{
    const char *path = hw_tpm_option(options, "state");
    HwLibtpmsTpm *s = &libtpms;
    HwLibtpmsStore *store = &s->store;

    if (atomic_exchange(&taken, true)) {
        hw_error_set(error, "libtpms has one TPM per process, which is already in use, "
                            "expected type emulator for a second TPM");
        return NULL;
    }
    store->library = library = hw_libtpms_load(error);
    if (library && hw_libtpms_trust_parse(options, &s->trust, error) &&
        (!path ||
         hw_libtpms_store_open(store, path,
                               options->incoming ? HW_STATE_FILE_SUCCESSOR : HW_STATE_FILE_OWNER,
                               error)) &&
        libtpms_start(s, error)) {
        return s;
    }
    libtpms_close(s);
    return NULL;
}

static uint32_t libtpms_version(void *tpm)
{
    (void)tpm;
    return HW_TPM_VERSION_2_0;
}

static uint32_t libtpms_buffer_size(void *tpm)
{
    (void)tpm;
    return HW_TPM_BUFFER_MAX;
}

/* After a migration that did not end well, the TPM needs its file again.  A receiver that has taken
 * the file has become the TPM. */
static bool storage_is_ours(HwLibtpmsTpm *s, HwTpmNote *note)
{
    HW_ERROR(error, 400);

    if (hw_libtpms_store_take_back(&s->store, &error)) {
        return true;
    }
    hw_tpm_note(note, HW_LOG_ERROR, "%s", error.text);
    return false;
}

static void libtpms_restart(void *tpm, uint32_t buffer_size, int64_t since, HwTpmNote *note)
{
    HwLibtpmsTpm *s = tpm;

    (void)since;
    if (!storage_is_ours(s, note)) {
        return;
    }
    s->store.note = note;
    if (s->running) {
        hw_libtpms_power_off(s);
    }
    if (!hw_libtpms_power_on(s, buffer_size)) {
        hw_tpm_note(note, HW_LOG_ERROR, "libtpms does not start again: result 0x%x, expected 0%s",
                    s->start_result, hw_tpm_result_words(HW_TPM_ANY_OPERATION, s->start_result));
    }
    s->store.note = NULL;
}

static uint32_t libtpms_transfer(void *tpm, const HwTpmTransfer *transfer, HwTpmNote *note)
{
    HwLibtpmsTpm *s = tpm;
    uint32_t size = 0;
    TPM_RESULT result;

    if (hw_libtpms_store_is_away(&s->store) && (transfer->last || !storage_is_ours(s, note))) {
        return 0;
    }
    if (!s->running && !transfer->last) {
        libtpms_restart(s, s->buffer_size, 0, note);
    }
    if (!s->running) {
        return 0;
    }
    s->locality = transfer->locality;
    s->store.note = note;
    result = library->process(&s->response, &size, &s->response_capacity,
                              (unsigned char *)transfer->command, transfer->size);
    s->store.note = NULL;
    if (result != TPM_SUCCESS || size > transfer->capacity) {
        hw_tpm_note(note, HW_LOG_ERROR,
                    "libtpms failed a command: result 0x%x, %u bytes, "
                    "expected 0 and at most %u%s",
                    result, size, transfer->capacity,
                    hw_tpm_result_words(HW_TPM_ANY_OPERATION, result));
        return 0;
    }
    memcpy(transfer->response, s->response, size);
    return size;
}

static void libtpms_let_go(void *tpm)
{
    HwLibtpmsTpm *s = tpm;

    hw_libtpms_store_let_go(&s->store);
}

static void libtpms_cancel(void *tpm)
{
    (void)tpm;
    library->cancel();
}

static bool libtpms_established(void *tpm)
{
    const HwLibtpmsTpm *s = tpm;

    return atomic_load_explicit(&s->established, memory_order_relaxed);
}

static const char *const libtpms_keys[] = { "state", "trust", NULL };

const HwTpmDriver hw_tpm_libtpms = {
    .type = "libtpms",
    .keys = libtpms_keys,
    .open = libtpms_open,
    .close = libtpms_close,
    .version = libtpms_version,
    .buffer_size = libtpms_buffer_size,
    .restart = libtpms_restart,
    .transfer = libtpms_transfer,
    .save = hw_libtpms_save_state,
    .load = hw_libtpms_load_state,
    .let_go = libtpms_let_go,
    .cancel = libtpms_cancel,
    .established = libtpms_established,
};
