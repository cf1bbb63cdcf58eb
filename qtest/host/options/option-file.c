/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small files that options name. */
#include "qtest/host/options/option-table.h"

#include <errno.h>
#include <stdio.h>

#include "hw-api/device/error.h"

#define TEXT_MAX (1u << 20) /* a device or a pipe may have no end */

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

char *ob_option_file_text(const char *path, size_t *size, HwError *error)
{
    GByteArray *bytes = g_byte_array_new();

    if (!ob_option_file_append(bytes, path, TEXT_MAX, error)) {
        g_byte_array_unref(bytes);
        return NULL;
    }
    if (bytes->len > TEXT_MAX) {
        hw_error_set(error, "%s: larger than %u bytes", path, TEXT_MAX);
        g_byte_array_unref(bytes);
        return NULL;
    }
    *size = bytes->len;
    g_byte_array_append(bytes, (const uint8_t *)"", 1);
    return (char *)g_byte_array_free(bytes, FALSE);
}
