/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/state/file.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER_SIZE 20
#define VERSION     1

static const char magic[8] = { 'H', 'W', 'T', 'P', 'M', '2', 'N', 'V' };

struct HwStateFile {
    char *path;    /* for messages */
    int directory; /* so names stay valid if the host changes its directory */
    int lock;
    char name[NAME_MAX + 1];
    char new_name[NAME_MAX + 8];
    char lock_name[NAME_MAX + 8];
};

static uint32_t crc32(const uint8_t *bytes, uint32_t size)
{
    uint32_t crc = UINT32_MAX;

    for (uint32_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
        }
    }
    return ~crc;
}

static bool file_error(const HwStateFile *file, HwError *error, const char *what, int number)
{
    return hw_error_set(error, "state: %s: '%s': %s", what, file->path, strerror(number));
}

static bool file_open_directory(HwStateFile *file, const char *path, HwError *error)
{
    char *resolved = realpath(path, NULL);
    char *slash;

    /* realpath() fails for a new file, whose directory must exist. */
    file->path = resolved ? resolved : strdup(path);
    slash = strrchr(file->path, '/');
    if (strlen(slash ? slash + 1 : file->path) > NAME_MAX - 5 || !path[0] || (slash && !slash[1])) {
        return hw_error_set(error, "state: invalid value '%s': expected a file name", path);
    }
    snprintf(file->name, sizeof(file->name), "%s", slash ? slash + 1 : file->path);
    snprintf(file->new_name, sizeof(file->new_name), "%s.new", file->name);
    snprintf(file->lock_name, sizeof(file->lock_name), "%s.lock", file->name);

    if (slash) {
        slash[slash == file->path] = '\0';
    }
    file->directory = open(slash ? file->path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(file->path);
    file->path = strdup(path);
    if (file->directory < 0) {
        return file_error(file, error, "cannot open its directory", errno);
    }
    return true;
}

/*
 * The lock is a separate file, because the state file is replaced at each write.  The holder
 * removes the lock file at its end.  So a new holder checks that the file it has locked still has
 * this name.
 */
static bool file_take_lock(HwStateFile *file, HwError *error)
{
    for (;;) {
        struct stat held;
        struct stat named;

        file->lock = openat(file->directory, file->lock_name,
                            O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (file->lock < 0) {
            return file_error(file, error, "cannot lock", errno);
        }
        if (flock(file->lock, LOCK_EX | LOCK_NB) != 0) {
            int number = errno;

            close(file->lock);
            file->lock = -1;
            if (number == EWOULDBLOCK) {
                return hw_error_set(error,
                                    "state: in use by another TPM: '%s', "
                                    "expected a file of its own",
                                    file->path);
            }
            return file_error(file, error, "cannot lock", number);
        }
        if (fstat(file->lock, &held) == 0 &&
            fstatat(file->directory, file->lock_name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
            held.st_dev == named.st_dev && held.st_ino == named.st_ino) {
            return true;
        }
        close(file->lock);
    }
}

static ssize_t read_all(int fd, uint8_t *bytes, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n = read(fd, bytes + done, size - done);

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

static bool write_all(int fd, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

static bool file_check(const HwStateFile *file, const uint8_t *bytes, size_t size, HwError *error)
{
    if (size < HEADER_SIZE || memcmp(bytes, magic, sizeof(magic)) != 0) {
        return hw_error_set(error, "state: not a TPM state file: '%s'", file->path);
    }
    if (hw_load_be32(bytes + 8) != VERSION) {
        return hw_error_set(error,
                            "state: unknown version of a TPM state file: %u, expected %u: "
                            "'%s'",
                            hw_load_be32(bytes + 8), VERSION, file->path);
    }
    if (hw_load_be32(bytes + 12) != size - HEADER_SIZE) {
        return hw_error_set(error, "state: truncated or extended: %zu bytes, expected %llu: '%s'",
                            size, HEADER_SIZE + 0ULL + hw_load_be32(bytes + 12), file->path);
    }
    if (hw_load_be32(bytes + 16) != crc32(bytes + HEADER_SIZE, (uint32_t)size - HEADER_SIZE)) {
        return hw_error_set(error, "state: damaged, its checksum does not match: '%s'", file->path);
    }
    return true;
}

static bool file_load(HwStateFile *file, uint8_t **content, uint32_t *size, HwError *error)
{
    static const size_t most = HEADER_SIZE + HW_STATE_FILE_MAX;
    /* O_NONBLOCK: a FIFO must not hang the start. */
    int fd = openat(file->directory, file->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    uint8_t *bytes = NULL;
    ssize_t length;
    bool good = false;

    *content = NULL;
    *size = 0;
    if (fd < 0) {
        return errno == ENOENT || file_error(file, error, "cannot read", errno);
    }
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > (off_t)most) {
        hw_error_set(error, "state: not a TPM state file: '%s'", file->path);
    } else if (!(bytes = malloc(most)) || (length = read_all(fd, bytes, most)) < 0) {
        file_error(file, error, "cannot read", errno);
    } else if (file_check(file, bytes, (size_t)length, error)) {
        good = true;
        *size = (uint32_t)length - HEADER_SIZE;
        *content = malloc(*size + 1);
        if (!*content) {
            abort();
        }
        memcpy(*content, bytes + HEADER_SIZE, *size);
    }
    free(bytes);
    close(fd);
    return good;
}

HwStateFile *hw_state_file_open(const char *path, uint8_t **content, uint32_t *size, HwError *error)
{
    HwStateFile *file = calloc(1, sizeof(*file));

    if (!file) {
        abort();
    }
    file->directory = -1;
    file->lock = -1;
    if (file_open_directory(file, path, error) && file_take_lock(file, error) &&
        file_load(file, content, size, error)) {
        return file;
    }
    hw_state_file_close(file);
    return NULL;
}

bool hw_state_file_save(HwStateFile *file, const uint8_t *content, uint32_t size, HwError *error)
{
    uint8_t header[HEADER_SIZE];
    bool good;
    int number;
    int fd = openat(file->directory, file->new_name,
                    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0) {
        return file_error(file, error, "cannot write", errno);
    }
    memcpy(header, magic, sizeof(magic));
    hw_store_be32(header + 8, VERSION);
    hw_store_be32(header + 12, size);
    hw_store_be32(header + 16, crc32(content, size));
    good = write_all(fd, header, sizeof(header)) && write_all(fd, content, size) && fsync(fd) == 0;
    number = errno;
    close(fd);
    if (good) {
        good = renameat(file->directory, file->new_name, file->directory, file->name) == 0 &&
               fsync(file->directory) == 0;
        number = errno;
    }
    if (!good) {
        unlinkat(file->directory, file->new_name, 0);
        return file_error(file, error, "cannot write", number);
    }
    return true;
}

void hw_state_file_close(HwStateFile *file)
{
    if (!file) {
        return;
    }
    if (file->lock >= 0) {
        unlinkat(file->directory, file->lock_name, 0);
        close(file->lock);
    }
    if (file->directory >= 0) {
        close(file->directory);
    }
    free(file->path);
    free(file);
}
