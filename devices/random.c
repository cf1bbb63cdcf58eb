/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "devices/random.h"

#include <errno.h>
#include <sys/random.h>

bool random_fill(void *bytes, uint32_t size)
{
    uint8_t *to = bytes;

    while (size > 0) {
        ssize_t n = getrandom(to, size, 0);

        if (n > 0) {
            to += n;
            size -= (uint32_t)n;
        } else if (n == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}
