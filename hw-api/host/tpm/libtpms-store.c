/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/libtpms-store.h"

#include "hw-api/host/tpm/state/import.h"

#include <libtpms/tpm_error.h>
#include <libtpms/tpm_nvfilename.h>
#include <stdlib.h>
#include <string.h>

bool hw_libtpms_store_open(HwLibtpmsStore *s, const char *path, HwStateFileUser user,
                           HwError *error)
{
    s->file = hw_state_open(path, user, &s->permanent, &s->permanent_size, &s->saved, error);
    s->waiting = s->file && !hw_state_file_is_held(s->file);
    return s->file != NULL;
}

void hw_libtpms_store_let_go(HwLibtpmsStore *s)
{
    if (s->file) {
        hw_state_file_let_go(s->file);
    }
}

bool hw_libtpms_store_is_away(const HwLibtpmsStore *s)
{
    return s->file && !s->waiting && !hw_state_file_is_held(s->file);
}

bool hw_libtpms_store_take(HwLibtpmsStore *s, HwError *error)
{
    if (!s->waiting) {
        return hw_libtpms_store_take_back(s, error);
    }
    if (!hw_state_file_take(s->file, NULL, 0, error)) {
        return false;
    }
    s->waiting = false;
    s->saved = false;
    return true;
}

void hw_libtpms_store_wait(HwLibtpmsStore *s)
{
    hw_libtpms_store_let_go(s);
    s->waiting = true;
}

bool hw_libtpms_store_take_back(HwLibtpmsStore *s, HwError *error)
{
    return !hw_libtpms_store_is_away(s) ||
           hw_state_file_take(s->file, s->permanent, s->permanent_size, error);
}

TPM_RESULT hw_libtpms_store_load(const HwLibtpmsStore *s, unsigned char **data, uint32_t *length,
                                 const char *name)
{
    if (strcmp(name, TPM_PERMANENT_ALL_NAME) != 0 || !s->permanent) {
        return TPM_RETRY; /* no state; volatile state is lost at power-off */
    }
    /* libtpms frees the memory with free().  Its own TPM_Malloc() refuses more than 128 KiB, and
     * the state of a TPM with full NV memory is larger. */
    *data = malloc(s->permanent_size);
    if (!*data) {
        return TPM_SIZE;
    }
    memcpy(*data, s->permanent, s->permanent_size);
    *length = s->permanent_size;
    return TPM_SUCCESS;
}

bool hw_libtpms_store_save(HwLibtpmsStore *s, HwError *error)
{
    if (s->file && !s->waiting && !s->saved) {
        s->saved = hw_state_file_save(s->file, s->permanent, s->permanent_size, error);
        return s->saved;
    }
    return true;
}

/* Writes the file if needed.  True if the state is safely stored. */
static bool store_write(HwLibtpmsStore *s)
{
    HW_ERROR(error, 400);
    bool good = !s->writing || hw_libtpms_store_save(s, &error);

    if (!good && !s->write_failed && s->note) {
        hw_tpm_note(s->note, HW_LOG_ERROR, "%s; the TPM is in failure mode until a reset",
                    error.text);
    }
    s->write_failed = !good;
    return good;
}

/* A failure puts the TPM into failure mode.  Otherwise the guest would believe that its key is
 * stored.  A power cycle starts from the last stored state. */
TPM_RESULT hw_libtpms_store_keep(HwLibtpmsStore *s, const unsigned char *data, uint32_t length,
                                 const char *name)
{
    uint8_t *old = s->permanent;
    uint32_t old_size = s->permanent_size;
    bool old_saved = s->saved;

    if (strcmp(name, TPM_PERMANENT_ALL_NAME) != 0 ||
        (old && length == old_size && memcmp(data, old, length) == 0)) {
        return TPM_SUCCESS;
    }
    if (length > HW_STATE_FILE_MAX || !(s->permanent = malloc(length))) {
        s->permanent = old;
        return TPM_FAIL;
    }
    memcpy(s->permanent, data, length);
    s->permanent_size = length;
    s->saved = false;
    if (!store_write(s)) {
        free(s->permanent);
        s->permanent = old;
        s->permanent_size = old_size;
        s->saved = old_saved;
        return TPM_FAIL;
    }
    free(old);
    return TPM_SUCCESS;
}

void hw_libtpms_store_close(HwLibtpmsStore *s)
{
    hw_state_file_close(s->file);
    free(s->permanent);
    memset(s, 0, sizeof(*s));
}
