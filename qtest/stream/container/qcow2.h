/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine's state inside a qcow2 image, where QEMU's savevm puts it: behind the end of the disk
 * of an internal snapshot (QEMU, docs/interop/qcow2.txt).  The image's tables are read piece by
 * piece, so memory is bounded.
 */
#ifndef OB_VM_QCOW2_H
#define OB_VM_QCOW2_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hw-api/hw-api.h"

typedef struct ObVmQcow2 ObVmQcow2;

bool ob_vm_is_qcow2(const uint8_t *start, size_t size);

/*
 * Finds a snapshot by its name or id; NULL: the only one with a machine's state.  Returns NULL
 * with a sentence.  `fd` must be seekable, and outlive the reader.
 */
ObVmQcow2 *ob_vm_qcow2_open(int fd, const char *path, const char *snapshot, HwError *error);
void ob_vm_qcow2_close(ObVmQcow2 *image); /* NULL is allowed */

const char *ob_vm_qcow2_snapshot(const ObVmQcow2 *image);
uint64_t ob_vm_qcow2_size(const ObVmQcow2 *image);

/* Reads bytes of the state at an offset: fewer at its end, 0 behind it.  -1 with a sentence. */
ssize_t ob_vm_qcow2_read(ObVmQcow2 *image, uint64_t offset, uint8_t *bytes, size_t size,
                         HwError *error);

#endif
