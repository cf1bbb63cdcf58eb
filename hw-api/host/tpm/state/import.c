/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/state/import.h"

#include "hw-api/device/error.h"
#include "hw-api/host/run/no-memory.h"
#include "hw-api/host/tpm/state/blob-format.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* swtpm's file; no bytes if `path` is none, or can't be read.  The caller frees the bytes. */
static HwTpmBytes swtpm_file_read(const char *path)
{
    HwTpmBytes file = { NULL, 0 };
    struct stat status;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    uint8_t *bytes = NULL;
    ssize_t size = 0;

    if (fd < 0) {
        return file;
    }
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && (bytes = malloc(HW_TPM_BLOB_MAX))) {
        size = read(fd, bytes, HW_TPM_BLOB_MAX);
    }
    close(fd);
    file = (HwTpmBytes) { bytes, size > 0 ? (uint32_t)size : 0 };
    if (!hw_tpm_is_swtpm_file(file)) {
        free(bytes);
        return (HwTpmBytes) { NULL, 0 };
    }
    return file;
}

static bool swtpm_file_import(const char *path, HwTpmBytes file, uint8_t **content, uint32_t *size,
                              HwError *error)
{
    HW_ERROR(inner, 200);
    HwTpmBytes state;

    if (!hw_tpm_swtpm_file_open(file, &state, &inner)) {
        return hw_error_set(error, "state: swtpm's file '%s': %s", path, inner.text);
    }
    *content = malloc(state.size);
    if (!*content) {
        hw_no_memory();
    }
    memcpy(*content, state.bytes, state.size);
    *size = state.size;
    return true;
}

static HwStateFile *import_open(const char *path, HwTpmBytes swtpm, HwStateFileUser user,
                                uint8_t **content, uint32_t *size, bool *stored, HwError *error)
{
    size_t length = strlen(path) + sizeof(HW_STATE_IMPORT_SUFFIX);
    char *beside = malloc(length);
    HwStateFile *file;

    if (!beside) {
        hw_no_memory();
    }
    snprintf(beside, length, "%s" HW_STATE_IMPORT_SUFFIX, path);
    file = hw_state_file_open(beside, user, content, size, error);
    *stored = file && *content;
    if (file && hw_state_file_is_held(file) && !*stored &&
        !swtpm_file_import(path, swtpm, content, size, error)) {
        hw_state_file_close(file);
        file = NULL;
    }
    free(beside);
    return file;
}

HwStateFile *hw_state_open(const char *path, HwStateFileUser user, uint8_t **content,
                           uint32_t *size, bool *stored, HwError *error)
{
    HwTpmBytes swtpm = swtpm_file_read(path);
    HwStateFile *file;

    if (swtpm.bytes) {
        file = import_open(path, swtpm, user, content, size, stored, error);
        explicit_bzero((void *)swtpm.bytes, swtpm.size);
        free((void *)swtpm.bytes);
        return file;
    }
    file = hw_state_file_open(path, user, content, size, error);
    *stored = file && *content;
    return file;
}
