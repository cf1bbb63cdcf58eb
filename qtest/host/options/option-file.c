/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small files that options name. */
#include "qtest/host/options/option-table.h"

#include <errno.h>
#include <stdio.h>

#include "hw-api/device/error.h"

bool ob_option_file_append(GByteArray *to, const char *path, size_t most, HwError *error)
{
    FILE *file = fopen(path, "re");
    uint8_t bytes[4096];
    bool done = true;
    size_t n;

    if (!file) {
        return hw_error_set(error, "can't open file %s: %s", path, g_strerror(errno));
    }
    while (to->len <= most && (n = fread(bytes, 1, sizeof(bytes), file)) > 0) {
        g_byte_array_append(to, bytes, (guint)n);
    }
    if (ferror(file)) {
        done = hw_error_set(error, "can't read file %s: %s", path, g_strerror(errno));
    }
    fclose(file);
    return done;
}
