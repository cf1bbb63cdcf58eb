/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/container/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hw-api/device/error.h"

/* Each program's memory is bounded where its format lets a file ask for more. */
/* clang-format off */
static const ObVmPacker packers[] = {
    { "gzip", { 0x1f, 0x8b }, 2, { "gzip", "-dc" }, { "gzip", "-c" } },
    { "bzip2", "BZh", 3, { "bzip2", "-dc" }, { "bzip2", "-c" } },
    { "xz", { 0xfd, '7', 'z', 'X', 'Z', 0 }, 6, { "xz", "-dc", "--memlimit=256MiB" },
      { "xz", "-c" } },
    { "lzop", { 0x89, 'L', 'Z', 'O', 0, 0x0d }, 6, { "lzop", "-dc" }, { "lzop", "-c" } },
    { "zstd", { 0x28, 0xb5, 0x2f, 0xfd }, 4, { "zstd", "-dcq", "--memory=256MB" },
      { "zstd", "-cq" } },
    { "lz4", { 0x04, 0x22, 0x4d, 0x18 }, 4, { "lz4", "-dcq" }, { "lz4", "-cq" } },
};
/* clang-format on */

const ObVmPacker *ob_vm_packer_of(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < G_N_ELEMENTS(packers); i++) {
        if (size >= packers[i].magic_size &&
            memcmp(bytes, packers[i].magic, packers[i].magic_size) == 0) {
            return &packers[i];
        }
    }
    return NULL;
}

const ObVmPacker *ob_vm_packer_named(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(packers); i++) {
        if (strcmp(packers[i].name, name) == 0) {
            return &packers[i];
        }
    }
    return NULL;
}

/* `ours`: the index of the pipe's end that stays here. */
static bool process_start(ObVmFilterProcess *process, const char *const *command, int fd, int ours,
                          HwError *error)
{
    g_autoptr(GError) failure = NULL;
    int ends[2], theirs;
    bool ok;

    *process = (ObVmFilterProcess) { .name = command[0], .fd = -1 };
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return hw_error_set(error, "%s: no pipe: %s", command[0], g_strerror(errno));
    }
    /* GLib can't give away a standard descriptor at its own number. */
    theirs = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    ok = g_spawn_async_with_fds(NULL, (char **)command, NULL,
                                G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
                                    G_SPAWN_STDERR_TO_DEV_NULL,
                                NULL, NULL, &process->pid, ours ? ends[0] : theirs,
                                ours ? theirs : ends[1], -1, &failure);
    close(theirs);
    close(ends[!ours]);
    if (!ok) {
        close(ends[ours]);
        process->pid = 0;
        return hw_error_set(error, "%s: can't be run: %s", command[0], failure->message);
    }
    process->fd = ends[ours];
    return true;
}

bool ob_vm_unpack_start(ObVmFilterProcess *process, const ObVmPacker *packer, int fd,
                        HwError *error)
{
    return process_start(process, packer->unpack, fd, 0, error);
}

bool ob_vm_pack_start(ObVmFilterProcess *process, const ObVmPacker *packer, int fd, HwError *error)
{
    return process_start(process, packer->pack, fd, 1, error);
}

bool ob_vm_process_end(ObVmFilterProcess *process)
{
    int status = 0;

    if (process->fd >= 0) {
        close(process->fd);
        process->fd = -1;
    }
    if (!process->pid) {
        return true;
    }
    while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR) {}
    process->pid = 0;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void ob_vm_process_stop(ObVmFilterProcess *process)
{
    if (process->pid) {
        kill(process->pid, SIGTERM);
    }
    ob_vm_process_end(process);
}
