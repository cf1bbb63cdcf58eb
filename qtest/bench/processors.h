/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the processor that a benchmark runs on. */
#ifndef PROCESSORS_H
#define PROCESSORS_H

#include <sys/types.h>

/*
 * Pins all threads of a process to one processor: the `index`th processor that this program may
 * use, or the last processor if there are fewer.
 */
void processors_pin(pid_t process, int index);

#endif
