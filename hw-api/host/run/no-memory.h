/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a host that has no memory for a part without which it can't go on. */
#ifndef HW_NO_MEMORY_H
#define HW_NO_MEMORY_H

#include <stdlib.h>
#include <unistd.h>

/* Says so and aborts, as GLib does. */
__attribute__((noreturn)) static inline void hw_no_memory(void)
{
    static const char text[] = "failed to allocate memory\n";
    ssize_t written = write(STDERR_FILENO, text, sizeof(text) - 1);

    (void)written;
    abort();
}

#endif
