/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files and pseudo-terminals as addresses of a character device. */
#ifndef OB_HOST_IO_FILE_H
#define OB_HOST_IO_FILE_H

#include "qtest/host/io/socket.h"

/* Opens the file for output, made if it does not exist; `append` keeps its content.  Returns -1 and sets
 * `error` on failure: "file:PATH: can't write: ...". */
int ob_output_open(const char *path, bool append, HwError *error);

/* Opens QEMU's pipe: the FIFOs path.in and path.out, or else one at `path` for both.  The caller owns the
 * descriptors, which may be the same.  Returns false and sets `error` on failure: "pipe:PATH: ...". */
bool ob_pipe_open(const char *path, int *in, int *out, HwError *error);

/* A peer opens `name`.  The open slave keeps the terminal usable while no peer has it. */
typedef struct ObPty {
    int slave; /* -1: none */
    char name[64];
} ObPty;

/* Returns the master's descriptor; the caller owns it and the slave.  Returns -1 and sets
 * `error` on failure. */
int ob_pty_open(ObPty *pty, HwError *error);

#endif
