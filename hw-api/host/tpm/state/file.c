/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/state/file-internal.h"

#include "hw-api/device/error.h"
#include "hw-api/host/run/no-memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX ((size_t)HW_STATE_SLOTS * HW_STATE_SLOT_SIZE)

bool hw_state_file_error(const HwStateFile *file, HwError *error, const char *what, int number)
{
    return hw_error_set(error, "state: %s: '%s': %s", what, file->path, strerror(number));
}

static bool file_in_use(HwStateFile *file, HwError *error)
{
    file->in_use = true;
    return hw_error_set(error, HW_STATE_IN_USE ": '%s', expected a file of its own", file->path);
}

/* -------------------------------------------------------------------- names */

/* The directory in which the file is replaced, and its names there. */
static bool file_open_directory(HwStateFile *file, HwError *error)
{
    char *real = realpath(file->path, NULL);
    char *slash = real ? strrchr(real, '/') : NULL;

    if (!slash) {
        free(real);
        return hw_state_file_error(file, error, "cannot find", errno);
    }
    if (strlen(slash + 1) > NAME_MAX - strlen(".new")) {
        free(real);
        return true; /* written in place */
    }
    snprintf(file->name, sizeof(file->name), "%s", slash + 1);
    snprintf(file->new_name, sizeof(file->new_name), "%.*s.new", NAME_MAX - 4, slash + 1);
    slash[slash == real] = '\0';
    file->directory = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(real);
    return true;
}

/* --------------------------------------------------------------------- lock */

static int file_open_flags(const char *path)
{
    struct stat status;

    /* O_NONBLOCK: a FIFO must not hang the start.  A block device has many nodes; O_EXCL is its
     * lock against file systems and other users. */
    return O_RDWR | O_NONBLOCK | O_CLOEXEC |
           (stat(path, &status) == 0 && S_ISBLK(status.st_mode) ? O_EXCL : 0);
}

/* Opens the file, or makes an empty one, also as the target of a symbolic link. */
static bool file_open_inode(HwStateFile *file, HwError *error)
{
    file->made = false;
    file->fd = open(file->path, file_open_flags(file->path));
    if (file->fd < 0 && errno == ENOENT) {
        file->fd = open(file->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        file->made = file->fd >= 0;
        if (!file->made) {
            return hw_state_file_error(file, error, "cannot make", errno);
        }
    }
    if (file->fd >= 0) {
        return true;
    }
    switch (errno) {
    case EISDIR:
    case ENXIO:
        return hw_error_set(error, "state: not a TPM state file: '%s'", file->path);
    case EBUSY:
        return file_in_use(file, error);
    default:
        return hw_state_file_error(file, error, "cannot write", errno);
    }
}

static bool file_check_kind(HwStateFile *file, const struct stat *status, HwError *error)
{
    if (!S_ISREG(status->st_mode) && !S_ISBLK(status->st_mode)) {
        return hw_error_set(error, "state: not a TPM state file: '%s'", file->path);
    }
    if (S_ISREG(status->st_mode) && !(status->st_mode & (S_IWUSR | S_IWGRP | S_IWOTH))) {
        return hw_error_set(error, "state: read-only: '%s', expected a file with write permission",
                            file->path);
    }
    file->in_place = S_ISBLK(status->st_mode);
    return true;
}

/* The user of the file replaces it at each write.  So a new user checks that the file it has locked
 * still has this name.  */
static bool file_take_lock(HwStateFile *file, HwError *error)
{
    for (;;) {
        struct stat held;
        struct stat named;

        if (!file_open_inode(file, error)) {
            return false;
        }
        if (fstat(file->fd, &held) != 0) {
            return hw_state_file_error(file, error, "cannot read", errno);
        }
        if (!file_check_kind(file, &held, error)) {
            return false;
        }
        if (flock(file->fd, LOCK_EX | LOCK_NB) != 0) {
            int number = errno;

            file->made = false;
            close(file->fd);
            file->fd = -1;
            return number == EWOULDBLOCK ? file_in_use(file, error)
                                         : hw_state_file_error(file, error, "cannot lock", number);
        }
        if (stat(file->path, &named) == 0 && held.st_dev == named.st_dev &&
            held.st_ino == named.st_ino) {
            return true;
        }
        close(file->fd);
    }
}

/* ------------------------------------------------------------------ content */

static ssize_t read_all(int fd, uint8_t *bytes, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n = pread(fd, bytes + done, size - done, (off_t)done);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return n < 0 ? -1 : (ssize_t)done;
        }
        done += (size_t)n;
    }
    return (ssize_t)done;
}

static bool all_zero(const uint8_t *bytes, size_t size)
{
    return size == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0);
}

/* A volume is new if it has zeros; a file only if it is empty, since a crash of the file system may
 * leave zeros. */
static bool file_is_new(const HwStateFile *file, const uint8_t *bytes, size_t size)
{
    return size == 0 || (file->in_place && all_zero(bytes, size));
}

static bool file_parse(HwStateFile *file, const uint8_t *bytes, size_t size, uint8_t **content,
                       uint32_t *content_size, HwError *error)
{
    HW_ERROR(inner, 200);
    HwStateRecord record;

    if (file->in_place && size < FILE_MAX) {
        return hw_error_set(error, "state: too small: '%s': %zu bytes, expected %zu for a volume",
                            file->path, size, FILE_MAX);
    }
    if (file_is_new(file, bytes, size)) {
        return true;
    }
    if (all_zero(bytes, size)) {
        return hw_error_set(error, "state: only zeros: '%s', expected an empty file for a new TPM",
                            file->path);
    }
    if (!hw_state_record_find(bytes, size, &record, &inner)) {
        return hw_error_set(error, "state: %s: '%s'", inner.text, file->path);
    }
    file->has_record = true;
    file->slot = record.slot;
    file->sequence = record.sequence;
    *content_size = record.size;
    *content = malloc(record.size + 1);
    if (!*content) {
        hw_no_memory();
    }
    memcpy(*content, record.content, record.size);
    return true;
}

static bool file_load(HwStateFile *file, uint8_t **content, uint32_t *size, HwError *error)
{
    uint8_t *bytes = malloc(FILE_MAX + 1);
    ssize_t length = bytes ? read_all(file->fd, bytes, FILE_MAX + !file->in_place) : -1;
    bool good;

    if (length < 0) {
        good = hw_state_file_error(file, error, "cannot read", errno);
    } else if ((size_t)length > FILE_MAX) {
        good = hw_error_set(error, "state: not a TPM state file: '%s'", file->path);
    } else {
        good = file_parse(file, bytes, (size_t)length, content, size, error);
    }
    free(bytes);
    return good;
}

/* -------------------------------------------------------------- open, close */

HwStateFile *hw_state_file_open(const char *path, HwStateFileUser user, uint8_t **content,
                                uint32_t *size, HwError *error)
{
    HwStateFile *file = calloc(1, sizeof(*file));

    *content = NULL;
    *size = 0;
    if (!file || !(file->path = strdup(path))) {
        hw_no_memory();
    }
    file->directory = -1;
    file->fd = -1;
    if (!path[0] || path[strlen(path) - 1] == '/') {
        hw_error_set(error, "state: invalid value '%s': expected a file name", path);
    } else if (file_take_lock(file, error)) {
        if (file_open_directory(file, error) && file_load(file, content, size, error)) {
            return file;
        }
    } else if (file->in_use && user == HW_STATE_FILE_SUCCESSOR &&
               file_open_directory(file, error)) {
        return file;
    }
    hw_state_file_close(file);
    return NULL;
}

void hw_state_file_let_go(HwStateFile *file)
{
    if (file->fd >= 0) {
        close(file->fd);
    }
    file->fd = -1;
    file->made = false;
}

bool hw_state_file_is_held(const HwStateFile *file)
{
    return file->fd >= 0;
}

/* True if the file has this content. */
static bool file_has(HwStateFile *file, const uint8_t *content, uint32_t size, HwError *error)
{
    uint8_t *found = NULL;
    uint32_t found_size = 0;
    bool good = file_load(file, &found, &found_size, error);

    if (good && content && (found_size != size || memcmp(found, content, size) != 0)) {
        good = hw_error_set(error, "state: changed by another TPM: '%s'", file->path);
    }
    if (found) {
        explicit_bzero(found, found_size);
    }
    free(found);
    return good;
}

bool hw_state_file_take(HwStateFile *file, const uint8_t *content, uint32_t size, HwError *error)
{
    if (file->fd >= 0) {
        return true;
    }
    file->has_record = false;
    file->sequence = 0;
    if (file_take_lock(file, error) && file_has(file, content, size, error)) {
        return true;
    }
    hw_state_file_let_go(file);
    return false;
}

void hw_state_file_close(HwStateFile *file)
{
    if (!file) {
        return;
    }
    if (file->made && file->directory >= 0) {
        unlinkat(file->directory, file->name, 0);
    }
    if (file->fd >= 0) {
        close(file->fd);
    }
    if (file->directory >= 0) {
        close(file->directory);
    }
    free(file->path);
    free(file);
}
