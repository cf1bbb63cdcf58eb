/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/input-copy.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE (UINT64_C(1) << 30)

/* A plain file whose first bytes have all been given. */
static bool can_copy(const ObVmInput *input)
{
    return !input->packer && input->file_size && input->ahead_used == input->ahead->len;
}

static bool has_holes(int fd)
{
    struct stat file;

    return fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && lseek(fd, 0, SEEK_CUR) >= 0 &&
           !(fcntl(fd, F_GETFL) & O_APPEND);
}

/* Skips a hole at the file's position, in both files.  Returns its length up to `size`. */
static uint64_t hole_skip(const ObVmInput *input, uint64_t size, int fd)
{
    off_t at = lseek(input->fd, 0, SEEK_CUR);
    off_t data = at < 0 ? -1 : lseek(input->fd, at, SEEK_DATA);
    uint64_t end = input->file_size - MIN((uint64_t)at, input->file_size);
    uint64_t hole = data >= 0 ? (uint64_t)(data - at) : errno == ENXIO ? end : 0;

    hole = MIN(hole, size);
    if (at < 0 || lseek(input->fd, at + (off_t)hole, SEEK_SET) < 0) {
        return 0;
    }
    return hole && lseek(fd, (off_t)hole, SEEK_CUR) >= 0 ? hole : 0;
}

/* The length of the data at the file's position, up to `size`. */
static uint64_t data_size(const ObVmInput *input, uint64_t size)
{
    off_t at = lseek(input->fd, 0, SEEK_CUR);
    off_t hole = at < 0 ? -1 : lseek(input->fd, at, SEEK_HOLE);

    if (hole > at) {
        size = MIN(size, (uint64_t)(hole - at));
    }
    return at >= 0 && lseek(input->fd, at, SEEK_SET) == at ? size : 0;
}

static ssize_t piece_send(const ObVmInput *input, uint64_t size, int fd)
{
    ssize_t count;

    do {
        count = sendfile(fd, input->fd, NULL, MIN(size, PIECE));
    } while (count < 0 && errno == EINTR);
    return count;
}

uint64_t ob_vm_input_copy(ObVmInput *input, uint64_t size, int fd, int *error)
{
    bool holes = has_holes(fd);
    uint64_t done = 0;
    ssize_t count = 1;

    while (can_copy(input) && done < size && count > 0) {
        uint64_t hole = holes ? hole_skip(input, size - done, fd) : 0;

        done += hole;
        if (hole == 0) {
            count = piece_send(input, holes ? data_size(input, size - done) : size - done, fd);
            done += count > 0 ? (uint64_t)count : 0;
        }
    }
    if (count < 0 && errno != EINVAL && errno != ENOSYS) {
        *error = errno;
    }
    input->given += done;
    return done;
}
