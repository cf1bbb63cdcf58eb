/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/left/left.h"

#include <glib.h>
#include <malloc.h>
#include <string.h>

#include "qtest/tests/lib/sanitized.h"

static size_t entries_of(const char *path)
{
    GDir *folder = g_dir_open(path, 0, NULL);
    size_t count = 0;

    g_assert_nonnull(folder);
    while (g_dir_read_name(folder)) {
        count++;
    }
    g_dir_close(folder);
    return count;
}

Left left_now(void)
{
    struct mallinfo2 info = mallinfo2();

    return (Left) { info.uordblks, info.hblkhd, entries_of("/proc/self/fd"),
                    entries_of("/proc/self/task") };
}

void left_expect(const Left *before, const char *what)
{
    Left after = left_now();

    if (devices_are_sanitized()) {
        after.memory = before->memory;
        after.mappings = before->mappings;
    }
    if (memcmp(&after, before, sizeof(after)) != 0) {
        g_error("%s leaves %zd bytes, %zd mapped bytes, %zd descriptors and %zd threads", what,
                after.memory - before->memory, after.mappings - before->mappings,
                after.descriptors - before->descriptors, after.threads - before->threads);
    }
}
