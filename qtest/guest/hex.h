/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GUEST_HEX_H
#define GUEST_HEX_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Reads pairs of hexadecimal digits up to any other text.  Returns the number of bytes. */
static inline size_t hex_read(const char *hex, uint8_t *bytes, size_t capacity)
{
    size_t size = 0;

    while (size < capacity && sscanf(hex + 2 * size, "%2hhx", &bytes[size]) == 1) {
        size++;
    }
    return size;
}

#endif
