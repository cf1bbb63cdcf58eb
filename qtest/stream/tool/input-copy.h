/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies a part of a file from descriptor to descriptor; holes stay holes. */
#ifndef OB_INPUT_COPY_H
#define OB_INPUT_COPY_H

#include "qtest/stream/container/input.h"

/* Copies up to `size` bytes of the stream to `fd`.  Returns their number: 0 if the input is not a
 * plain file, or at its end, or if `fd` can't take bytes in this way.  *error gets an errno value
 * if a write fails, else stays unchanged. */
uint64_t ob_vm_input_copy(ObVmInput *input, uint64_t size, int fd, int *error);

#endif
