/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GUEST_MUST_H
#define GUEST_MUST_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Unless the step was good, prints its name with errno's reason, and ends the program. */
static inline void must(bool good, const char *what)
{
    if (!good) {
        printf("%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
        exit(1);
    }
}

#endif
