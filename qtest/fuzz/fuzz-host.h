/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine with some of the tree's devices, for targets that attack these. */
#ifndef FUZZ_HOST_H
#define FUZZ_HOST_H

#include "qtest/machine/core/host.h"

/* A q35 with 4 MiB of RAM.  Both functions end the program on failure. */
ObHost *fuzz_host_new(void);

/* Adds a class of the tree, whose code is linked in, and a device of it. */
void fuzz_host_add(ObHost *host, const HwDeviceClass *cls, const ObOption *options, uint32_t count);

/* The host loads its own stream.  With a `damage` of 0 it must load; else bytes that follow from
 * the number are changed before, and the stream may be refused. */
void fuzz_host_move(ObHost *host, uint32_t damage);

/* An access was made: the program tells the sum at its end. */
void fuzz_access(void);

#endif
