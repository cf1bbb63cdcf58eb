/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which processor a benchmark runs on. */
#ifndef PROCESSORS_H
#define PROCESSORS_H

#include <sys/types.h>

/*
 * Pins all threads of a process to one processor: the `index`th of those that this program
 * may use, the last one if there are fewer.
 */
void processors_pin(pid_t process, int index);

#endif
