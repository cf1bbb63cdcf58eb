/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/container/input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/stream/codec/format.h"

/* The limit for a compressed stream: enough for a machine whose RAM is nearly all zeros. */
#define UNPACKED_MIN   (UINT64_C(1) << 30)
#define UNPACKED_RATIO 4096u

bool ob_vm_input_is_stream(const uint8_t *start, size_t size)
{
    return (size >= 4 && hw_load_be32(start) == OB_VM_MAGIC) || ob_vm_packer_of(start, size) ||
           ob_vm_is_qcow2(start, size) ||
           (size >= OB_VM_LIBVIRT_MAGIC && ob_vm_is_libvirt_image(start));
}

/* ------------------------------------------------------------------- opening */

static bool input_fail(const ObVmInput *input, HwError *error)
{
    return hw_error_set(error, "%s: can't be read: %s", input->path, g_strerror(errno));
}

/* Adds bytes of the file to `to`, until it has `size`.  A shorter file gives fewer. */
static bool bytes_fetch(ObVmInput *input, GByteArray *to, size_t size, HwError *error)
{
    while (to->len < size) {
        guint before = to->len;
        ssize_t count;

        g_byte_array_set_size(to, (guint)size);
        count = read(input->fd, to->data + before, size - before);
        g_byte_array_set_size(to, before + (count > 0 ? (guint)count : 0));
        if (count < 0 && errno != EINTR) {
            return input_fail(input, error);
        }
        if (count == 0) {
            break;
        }
    }
    return true;
}

/* The child gives the bytes that were read ahead to the program first, then the rest. */
static void feeder_run(const ObVmInput *input, int to)
{
    uint8_t buffer[65536];
    const uint8_t *bytes = input->ahead->data;
    ssize_t left = input->ahead->len, count;

    do {
        while (left > 0) {
            count = TEMP_FAILURE_RETRY(write(to, bytes, (size_t)left));
            if (count < 0) {
                _exit(1);
            }
            bytes += count;
            left -= count;
        }
        bytes = buffer;
        left = TEMP_FAILURE_RETRY(read(input->fd, buffer, sizeof(buffer)));
    } while (left > 0);
    _exit(0);
}

/* Lets the unpacking program read from the stream's first byte on. */
static int unpack_source(ObVmInput *input, HwError *error)
{
    int ends[2];

    if (input->origin >= 0 &&
        lseek(input->fd, input->origin + (off_t)ob_vm_input_base(input), SEEK_SET) >= 0) {
        return input->fd;
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        input_fail(input, error);
        return -1;
    }
    input->feeder.pid = fork();
    if (input->feeder.pid == 0) {
        close(ends[0]);
        feeder_run(input, ends[1]);
    }
    close(ends[1]);
    return ends[0];
}

static bool packer_start(ObVmInput *input, HwError *error)
{
    int source = unpack_source(input, error);
    bool ok = source >= 0 && ob_vm_unpack_start(&input->process, input->packer, source, error);

    if (source >= 0 && source != input->fd) {
        close(source);
    }
    g_byte_array_set_size(input->ahead, 0);
    return ok;
}

static bool libvirt_read(ObVmInput *input, HwError *error)
{
    HW_ERROR(why, 300);

    if (!bytes_fetch(input, input->header, OB_VM_LIBVIRT_HEADER, error)) {
        return false;
    }
    if (input->header->len < OB_VM_LIBVIRT_HEADER) {
        return hw_error_set(error, "%s: the header of libvirt's image ends after %u of %u bytes",
                            input->path, input->header->len, OB_VM_LIBVIRT_HEADER);
    }
    if (!ob_vm_libvirt_image_parse(&input->image, input->header->data, &why)) {
        return hw_error_set(error, "%s: %s", input->path, why.text);
    }
    input->is_libvirt = true;
    return bytes_fetch(input, input->header, OB_VM_LIBVIRT_HEADER + input->image.data_size, error);
}

/* A qcow2 image in a pipe is left to the reader, which refuses its first bytes. */
static bool qcow2_begin(ObVmInput *input, const char *snapshot, HwError *error)
{
    if (!input->file_size || !ob_vm_is_qcow2(input->start, input->start_size)) {
        return hw_error_set(error, "%s: is not a qcow2 image, which --snapshot needs", input->path);
    }
    input->qcow2 = ob_vm_qcow2_open(input->fd, input->path, snapshot, error);
    g_byte_array_set_size(input->ahead, 0);
    return input->qcow2 != NULL;
}

/* Finds the kind of the file by its first bytes, and inside libvirt's image by the format. */
static bool kind_find(ObVmInput *input, const char *snapshot, HwError *error)
{
    const char *name;

    if (!bytes_fetch(input, input->ahead, sizeof(input->start), error)) {
        return false;
    }
    input->start_size = input->ahead->len;
    memcpy(input->start, input->ahead->data, input->start_size);
    if (snapshot || (input->file_size && ob_vm_is_qcow2(input->start, input->start_size))) {
        return qcow2_begin(input, snapshot, error);
    }
    if (input->start_size == sizeof(input->start) && ob_vm_is_libvirt_image(input->start)) {
        g_byte_array_append(input->header, input->ahead->data, input->ahead->len);
        g_byte_array_set_size(input->ahead, 0);
        if (!libvirt_read(input, error)) {
            return false;
        }
        name = ob_vm_libvirt_packer(&input->image);
        input->packer = name ? ob_vm_packer_named(name) : NULL;
    } else {
        input->packer = ob_vm_packer_of(input->start, input->start_size);
    }
    return !input->packer || packer_start(input, error);
}

ObVmInput *ob_vm_input_open(const char *path, HwError *error)
{
    return ob_vm_input_open_snapshot(path, NULL, error);
}

ObVmInput *ob_vm_input_open_snapshot(const char *path, const char *snapshot, HwError *error)
{
    ObVmInput *input = g_new0(ObVmInput, 1);
    bool is_stdin = strcmp(path, "-") == 0;
    struct stat file;

    input->path = g_strdup(path);
    input->owned = !is_stdin;
    input->header = g_byte_array_new();
    input->ahead = g_byte_array_new();
    input->process.fd = input->feeder.fd = -1;
    input->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (input->fd < 0) {
        hw_error_set(error, "%s: can't be opened: %s", path, g_strerror(errno));
        ob_vm_input_close(input);
        return NULL;
    }
    input->origin = lseek(input->fd, 0, SEEK_CUR);
    if (fstat(input->fd, &file) == 0 && S_ISREG(file.st_mode)) {
        input->file_size = (uint64_t)file.st_size;
    }
    if (!kind_find(input, snapshot, error)) {
        ob_vm_input_close(input);
        return NULL;
    }
    return input;
}

void ob_vm_input_close(ObVmInput *input)
{
    if (!input) {
        return;
    }
    ob_vm_process_stop(&input->process);
    ob_vm_process_stop(&input->feeder);
    ob_vm_qcow2_close(input->qcow2);
    if (input->owned && input->fd >= 0) {
        close(input->fd);
    }
    g_byte_array_unref(input->header);
    g_byte_array_unref(input->ahead);
    g_free(input->path);
    g_free(input);
}

/* ------------------------------------------------------------------- reading */

static size_t ahead_take(ObVmInput *input, uint8_t *bytes, size_t size)
{
    size_t count = MIN(size, input->ahead->len - input->ahead_used);

    memcpy(bytes, input->ahead->data + input->ahead_used, count);
    input->ahead_used += count;
    return count;
}

char *ob_vm_input_damage(const ObVmInput *input)
{
    return input->damaged ? g_strdup_printf("%s can't unpack all of the stream: it is damaged, "
                                            "truncated or needs too much memory",
                                            input->packer->name)
                          : NULL;
}

static bool unpacked_is_too_large(const ObVmInput *input)
{
    return input->packer && input->file_size &&
           input->given > UNPACKED_MIN + input->file_size * UNPACKED_RATIO;
}

ssize_t ob_vm_input_read(ObVmInput *input, uint8_t *bytes, size_t size, HwError *error)
{
    ssize_t count = (ssize_t)ahead_take(input, bytes, size);

    if (input->qcow2) {
        count = ob_vm_qcow2_read(input->qcow2, input->given, bytes, size, error);
        input->given += count > 0 ? (uint64_t)count : 0;
        return count;
    }
    while (count == 0 && !input->ended) {
        count = read(input->packer ? input->process.fd : input->fd, bytes, size);
        if (count < 0 && errno == EINTR) {
            count = 0;
            continue;
        }
        if (count < 0) {
            input_fail(input, error);
            return -1;
        }
        input->ended = count == 0;
        input->damaged = input->ended && !ob_vm_process_end(&input->process);
    }
    input->given += (uint64_t)count;
    if (unpacked_is_too_large(input)) {
        hw_error_set(error,
                     "%s: unpacks to more than %" PRIu64 " bytes, expected at most %u times its "
                     "own size",
                     input->path, input->given, UNPACKED_RATIO);
        return -1;
    }
    return count;
}

uint64_t ob_vm_input_skip(ObVmInput *input, uint64_t size)
{
    uint64_t ahead = MIN(size, input->ahead->len - input->ahead_used);

    if (input->qcow2) {
        input->given += size;
        return size;
    }
    input->ahead_used += ahead;
    size -= ahead;
    if (!input->packer && size && size <= INT64_MAX && input->file_size &&
        lseek(input->fd, (off_t)size, SEEK_CUR) >= 0) {
        ahead += size;
    }
    input->given += ahead;
    return ahead;
}

uint64_t ob_vm_input_base(const ObVmInput *input)
{
    return input->header->len;
}

char *ob_vm_input_kind(const ObVmInput *input)
{
    const char *packer = input->packer ? input->packer->name : NULL;

    if (input->qcow2) {
        return g_strdup_printf("a qcow2 image, whose snapshot '%s' has a machine's state",
                               ob_vm_qcow2_snapshot(input->qcow2));
    }
    if (!input->is_libvirt && !packer) {
        return NULL;
    }
    return g_strdup_printf("%s%s%s", input->is_libvirt ? "libvirt's save image" : "a stream",
                           packer ? ", compressed by " : "", packer ? packer : "");
}
