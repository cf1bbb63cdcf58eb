/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compressed streams.  A program of the system does the work in a process of its own, as libvirt
 * lets it do.  Damaged input can then harm nothing but that process.
 */
#ifndef OB_VM_UNPACK_H
#define OB_VM_UNPACK_H

#include <glib.h>

#include "hw-api/hw-api.h"

#define OB_VM_PACKED_START 6u /* bytes of a file that tell the format */

typedef struct ObVmPacker {
    const char *name; /* "xz" */
    uint8_t magic[OB_VM_PACKED_START];
    size_t magic_size;
    const char *const unpack[5]; /* the command, without a name of a file */
    const char *const pack[4];
} ObVmPacker;

/* NULL: the bytes begin no compressed file that is known here. */
const ObVmPacker *ob_vm_packer_of(const uint8_t *bytes, size_t size);
const ObVmPacker *ob_vm_packer_named(const char *name);

/* A program that runs between a descriptor and a pipe. */
typedef struct ObVmFilterProcess {
    const char *name;
    GPid pid; /* 0: none */
    int fd;   /* our end of the pipe; -1: closed */
} ObVmFilterProcess;

/* Starts a program that reads `fd`, whose output comes from process->fd. */
bool ob_vm_unpack_start(ObVmFilterProcess *process, const ObVmPacker *packer, int fd,
                        HwError *error);

/* Starts a program that writes to `fd`; its input goes to process->fd. */
bool ob_vm_pack_start(ObVmFilterProcess *process, const ObVmPacker *packer, int fd, HwError *error);

/* Closes the pipe and waits for the end.  False if the program failed. */
bool ob_vm_process_end(ObVmFilterProcess *process);

/* Ends a program whose output is no longer wanted. */
void ob_vm_process_stop(ObVmFilterProcess *process);

#endif
