/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file with a migration stream: the plain stream, a compressed one, libvirt's save image with
 * either, or a qcow2 image with a snapshot.  The reader gets the bytes of the stream alone.
 */
#ifndef OB_VM_INPUT_H
#define OB_VM_INPUT_H

#include <sys/types.h>

#include "qtest/stream/container/libvirt-image.h"
#include "qtest/stream/container/qcow2.h"
#include "qtest/stream/container/unpack.h"

typedef struct ObVmInput {
    char *path;
    int fd;
    bool owned;         /* `fd` is to be closed */
    uint64_t file_size; /* 0: not known */
    off_t origin;       /* the descriptor's position at the beginning */
    uint8_t start[16];  /* the file's first bytes */
    size_t start_size;

    bool is_libvirt;
    ObVmLibvirtImage image;
    ObVmQcow2 *qcow2;         /* NULL: another file */
    GByteArray *header;       /* libvirt's header and data; empty: none */
    const ObVmPacker *packer; /* NULL: the stream is not compressed */

    GByteArray *ahead; /* bytes of the stream that were read to find its kind */
    size_t ahead_used;
    ObVmFilterProcess process, feeder;
    uint64_t given; /* bytes of the stream so far */
    bool ended;
    bool damaged; /* not all of the compressed stream could be unpacked */
} ObVmInput;

/* True if a file that begins with these bytes has a stream, or should have one. */
bool ob_vm_input_is_stream(const uint8_t *start, size_t size);

/* Opens a file, or standard input for "-".  NULL with a sentence. */
ObVmInput *ob_vm_input_open(const char *path, HwError *error);

/* The same for a snapshot of a qcow2 image, by name or id.  Other files are refused.  `snapshot`
 * NULL: as above, and a qcow2 image has to have just one snapshot with a machine's state. */
ObVmInput *ob_vm_input_open_snapshot(const char *path, const char *snapshot, HwError *error);
void ob_vm_input_close(ObVmInput *input); /* NULL is allowed */

/* The next bytes of the stream; 0: it has ended; -1: `error` has a sentence.  A compressed stream
 * that can't be unpacked ends too: see `damaged`. */
ssize_t ob_vm_input_read(ObVmInput *input, uint8_t *bytes, size_t size, HwError *error);

/* Skips bytes of the stream without reading them, if the file lets it do so.  Returns their
 * number. */
uint64_t ob_vm_input_skip(ObVmInput *input, uint64_t size);

/* The file's offset of the stream's first byte; meaningless for a compressed stream. */
uint64_t ob_vm_input_base(const ObVmInput *input);

/* A sentence if `damaged`; else NULL.  The caller frees it. */
char *ob_vm_input_damage(const ObVmInput *input);

/* "libvirt's save image, compressed by xz"; NULL: a plain stream.  The caller frees it. */
char *ob_vm_input_kind(const ObVmInput *input);

#endif
