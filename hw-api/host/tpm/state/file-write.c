/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a state file: replaces it, or writes to its other slot. */
#include "hw-api/host/tpm/state/file-internal.h"

#include "hw-api/device/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, const uint8_t *bytes, size_t size, off_t at)
{
    while (size > 0) {
        ssize_t n = pwrite(fd, bytes, size, at);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        bytes += n;
        size -= (size_t)n;
        at += n;
    }
    return true;
}

static bool record_write(int fd, off_t at, const uint8_t *content, uint32_t size,
                         const uint32_t *sequence)
{
    uint8_t header[HW_STATE_HEADER_MAX];
    uint32_t length = hw_state_record_header(header, content, size, sequence);

    return write_all(fd, header, length, at) && write_all(fd, content, size, at + length) &&
           fsync(fd) == 0;
}

/* Errors of the directory, which do not concern the file itself. */
static bool error_allows_in_place(int number)
{
    switch (number) {
    case EACCES:
    case EPERM:
    case EROFS:
    case EBUSY:       /* the file is mounted by itself */
    case ELOOP:       /* NAME.new is a symbolic link, */
    case EISDIR:      /* a directory, */
    case ENXIO:       /* a FIFO, */
    case EWOULDBLOCK: /* or the state of another TPM */
        return true;
    default:
        return false;
    }
}

/* Makes FILE.new, which nobody else can use.  -1 with errno. */
static int new_file_open(const HwStateFile *file)
{
    struct stat status;
    int fd = openat(file->directory, file->new_name,
                    O_WRONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0) {
        return -1;
    }
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        errno = ENXIO;
    } else if (flock(fd, LOCK_EX | LOCK_NB) == 0 && ftruncate(fd, 0) == 0) {
        return fd;
    }
    close(fd);
    return -1;
}

/* The lock moves to the new file before the new file has the name.  0 or an errno value. */
static int file_replace(HwStateFile *file, const uint8_t *content, uint32_t size)
{
    int fd = new_file_open(file);
    int number;

    if (fd < 0) {
        return errno;
    }
    if (record_write(fd, 0, content, size, NULL) &&
        renameat(file->directory, file->new_name, file->directory, file->name) == 0) {
        close(file->fd);
        file->fd = fd;
        file->slot = file->sequence = 0;
        return fsync(file->directory) == 0 ? 0 : errno;
    }
    number = errno;
    unlinkat(file->directory, file->new_name, 0);
    close(fd);
    return number;
}

static int file_write_slot(HwStateFile *file, const uint8_t *content, uint32_t size)
{
    uint32_t slot = file->has_record ? (file->slot + 1) % HW_STATE_SLOTS : 0;
    uint32_t sequence = file->sequence + 1;
    struct stat status;

    if (fstat(file->fd, &status) != 0 || status.st_nlink == 0) {
        return ENOENT; /* the file was removed: what is written there is lost */
    }
    if (!record_write(file->fd, (off_t)slot * HW_STATE_SLOT_SIZE, content, size, &sequence)) {
        return errno;
    }
    file->slot = slot;
    file->sequence = sequence;
    return 0;
}

/* A file with several names stays one file. */
static bool file_has_names(const HwStateFile *file)
{
    struct stat status;

    return fstat(file->fd, &status) == 0 && status.st_nlink > 1;
}

bool hw_state_file_save(HwStateFile *file, const uint8_t *content, uint32_t size, HwError *error)
{
    bool in_place = file->in_place || file->directory < 0 || file_has_names(file);
    int number = in_place ? 0 : file_replace(file, content, size);

    if (error_allows_in_place(number)) {
        in_place = file->in_place = true;
    }
    if (in_place) {
        number = file_write_slot(file, content, size);
    }
    if (number != 0) {
        return hw_state_file_error(file, error, "cannot write", number);
    }
    file->made = false;
    file->has_record = true;
    return true;
}
