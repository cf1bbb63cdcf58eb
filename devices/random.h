/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/* Random bytes from the system's generator; false if the generator fails. */
bool random_fill(void *bytes, uint32_t size);

#endif
