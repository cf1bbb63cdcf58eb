/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPM 2.0 in this process.  libtpms has one TPM a process and calls back for
 * its non-volatile storage; what it stores is kept in memory, and with state=FILE
 * on the disk before libtpms hears that it is stored.
 */
#include "hw-api/device/error.h"
#include "hw-api/host/tpm/driver.h"
#include "hw-api/host/tpm/libtpms-library.h"
#include "hw-api/host/tpm/state-file.h"

#include <fcntl.h>
#include <libtpms/tpm_error.h>
#include <libtpms/tpm_library.h>
#include <libtpms/tpm_memory.h>
#include <libtpms/tpm_nvfilename.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Libtpms {
    HwStateFile *file;          /* NULL: in memory */
    uint8_t *stored;            /* the permanent state that libtpms has stored */
    uint32_t stored_size;
    bool saved;                 /* `stored` is in the file, too */
    bool started;               /* stores are saved at once from here on */
    bool running;
    bool write_failed;          /* and that was logged */
    int silence;                /* takes what libtpms prints */
    uint8_t locality;
    uint32_t buffer_size;
    atomic_bool established;
    HwTpmNote *note;            /* of the call under way */
    unsigned char *response;    /* libtpms's, reused from command to command */
    uint32_t response_capacity;
} Libtpms;

static const HwLibtpms *library;
static atomic_bool taken;       /* by `libtpms`, as libtpms has one TPM a process */
static Libtpms libtpms;

/* True if the state is where it has to be. */
static bool libtpms_save(Libtpms *s)
{
    char reason[400];
    HwError error = { .text = reason, .capacity = sizeof(reason) };

    if (!s->file || s->saved || !s->started) {
        return true;
    }
    s->saved = hw_state_file_save(s->file, s->stored, s->stored_size, &error);
    if (!s->saved && !s->write_failed && s->note) {
        hw_tpm_note(s->note, HW_LOG_ERROR, "%s; the TPM is in failure mode until a reset", reason);
    }
    s->write_failed = !s->saved;
    return s->saved;
}

static TPM_RESULT nvram_init(void)
{
    return TPM_SUCCESS;
}

static TPM_RESULT nvram_load(unsigned char **data, uint32_t *length, uint32_t number,
                             const char *name)
{
    Libtpms *s = &libtpms;
    TPM_RESULT result;

    (void)number;
    if (strcmp(name, TPM_PERMANENT_ALL_NAME) != 0 || !s->stored) {
        return TPM_RETRY;       /* there is none; volatile state ends with the power */
    }
    result = library->allocate(data, s->stored_size);
    if (result == TPM_SUCCESS) {
        memcpy(*data, s->stored, s->stored_size);
        *length = s->stored_size;
    }
    return result;
}

/* A failure puts the TPM into failure mode: better than to tell the guest that
 * its key is stored when it is not.  A power cycle goes back to what is. */
static TPM_RESULT nvram_store(const unsigned char *data, uint32_t length, uint32_t number,
                              const char *name)
{
    Libtpms *s = &libtpms;
    uint8_t *old = s->stored;
    uint32_t old_size = s->stored_size;
    bool old_saved = s->saved;

    (void)number;
    if (strcmp(name, TPM_PERMANENT_ALL_NAME) != 0 ||
        (old && length == old_size && memcmp(data, old, length) == 0)) {
        return TPM_SUCCESS;
    }
    if (length > HW_STATE_FILE_MAX || !(s->stored = malloc(length))) {
        s->stored = old;
        return TPM_FAIL;
    }
    memcpy(s->stored, data, length);
    s->stored_size = length;
    s->saved = false;
    if (!libtpms_save(s)) {
        free(s->stored);
        s->stored = old;
        s->stored_size = old_size;
        s->saved = old_saved;
        return TPM_FAIL;
    }
    free(old);
    return TPM_SUCCESS;
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

static bool libtpms_power_on(Libtpms *s, uint32_t buffer_size)
{
    TPM_BOOL established = false;

    s->buffer_size = library->set_buffer_size(buffer_size, NULL, NULL);
    if (library->main_init() != TPM_SUCCESS) {
        library->terminate();
        return false;
    }
    library->established(&established);
    atomic_store(&s->established, established);
    s->running = true;
    return true;
}

static void libtpms_power_off(Libtpms *s)
{
    /* libtpms leaves its memory and the callbacks alone. */
    library->terminate();
    s->running = false;
}

static bool libtpms_start(Libtpms *s, HwError *error)
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
    HwTpmNote note = { .text = "" };

    s->silence = open("/dev/null", O_WRONLY | O_CLOEXEC);
    library->set_debug_fd(s->silence);  /* what the user has to know is in our log */
    if (library->choose_version(TPMLIB_TPM_VERSION_2) != TPM_SUCCESS ||
        library->register_callbacks(&callbacks) != TPM_SUCCESS) {
        return hw_error_set(error, "libtpms has no TPM 2.0");
    }
    if (!libtpms_power_on(s, HW_TPM_BUFFER_MAX)) {
        return hw_error_set(error, s->stored ? "state: libtpms refuses its content, expected one "
                            "written by this or an older version" : "libtpms does not start");
    }
    /* The first file is written when all has gone well, so that a state which
     * libtpms refuses is left untouched. */
    s->started = true;
    s->note = &note;
    if (!libtpms_save(s)) {
        s->note = NULL;
        return hw_error_set(error, "%.*s", (int)strcspn(note.text, ";"), note.text);
    }
    s->note = NULL;
    return true;
}

static void libtpms_close(void *tpm)
{
    Libtpms *s = tpm;

    if (s->running) {
        libtpms_power_off(s);
    }
    if (s->response) {
        library->release(s->response);
    }
    if (s->silence > 0) {
        library->set_debug_fd(-1);
        close(s->silence);
    }
    hw_state_file_close(s->file);
    free(s->stored);
    memset(s, 0, sizeof(*s));
    atomic_store(&taken, false);
}

static void *libtpms_open(const HwTpmOptions *options, HwError *error)
{
    const char *path = hw_tpm_option(options, "state");
    Libtpms *s = &libtpms;

    if (atomic_exchange(&taken, true)) {
        hw_error_set(error, "libtpms has one TPM in a process and it is in use, "
                     "expected type emulator for a second one");
        return NULL;
    }
    if ((library = hw_libtpms_load(error)) &&
        (!path || (s->file = hw_state_file_open(path, &s->stored, &s->stored_size, error)))) {
        s->saved = s->stored != NULL;
        if (libtpms_start(s, error)) {
            return s;
        }
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

static void libtpms_restart(void *tpm, uint32_t buffer_size, int64_t since, HwTpmNote *note)
{
    Libtpms *s = tpm;

    (void)since;
    s->note = note;
    if (s->running) {
        libtpms_power_off(s);
    }
    if (!libtpms_power_on(s, buffer_size)) {
        hw_tpm_note(note, HW_LOG_ERROR, "libtpms does not start again");
    }
    s->note = NULL;
}

static uint32_t libtpms_transfer(void *tpm, const HwTpmTransfer *transfer, HwTpmNote *note)
{
    Libtpms *s = tpm;
    uint32_t size = 0;
    TPM_RESULT result;

    if (!s->running) {
        libtpms_restart(s, s->buffer_size, 0, note);
        if (!s->running) {
            return 0;
        }
    }
    s->locality = transfer->locality;
    s->note = note;
    result = library->process(&s->response, &size, &s->response_capacity,
                             (unsigned char *)transfer->command, transfer->size);
    s->note = NULL;
    if (result != TPM_SUCCESS || size > transfer->capacity) {
        hw_tpm_note(note, HW_LOG_ERROR, "libtpms failed a command: result 0x%x, %u bytes, "
                    "expected 0 and at most %u", result, size, transfer->capacity);
        return 0;
    }
    memcpy(transfer->response, s->response, size);
    return size;
}

static void libtpms_cancel(void *tpm)
{
    (void)tpm;
    library->cancel();
}

static bool libtpms_established(void *tpm)
{
    const Libtpms *s = tpm;

    return atomic_load_explicit(&s->established, memory_order_relaxed);
}

static const char *const libtpms_keys[] = { "state", NULL };

const HwTpmDriver hw_tpm_libtpms = {
    .type = "libtpms",
    .keys = libtpms_keys,
    .open = libtpms_open,
    .close = libtpms_close,
    .version = libtpms_version,
    .buffer_size = libtpms_buffer_size,
    .restart = libtpms_restart,
    .transfer = libtpms_transfer,
    .cancel = libtpms_cancel,
    .established = libtpms_established,
};
