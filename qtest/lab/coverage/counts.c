/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/coverage/counts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/coverage/coverage.h"

#define LINE_MAX_BYTES 1024
#define NAME           "%255s"
#define SEEN           "%" SCNu64 " %" SCNu32 " %" SCNx32 " %" SCNx32

void ob_counts_init(ObCounts *counts)
{
    counts->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    counts->classes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void ob_counts_clear(ObCounts *counts)
{
    g_hash_table_unref(counts->rows);
    g_hash_table_unref(counts->classes);
}

static void seen_add(ObSeen *to, const ObSeen *from)
{
    to->accesses += from->accesses;
    to->widths |= from->widths;
    to->ones |= from->ones;
    to->zeros |= from->zeros;
}

static void count_add(ObCounts *counts, const char *cls, const char *region, const char *reg,
                      const ObCount *count)
{
    char *key = g_strdup_printf("%s %s %s", cls, region, reg);
    ObCount *row = g_hash_table_lookup(counts->rows, key);

    g_hash_table_add(counts->classes, g_strdup(cls));
    if (!row) {
        row = g_new0(ObCount, 1);
        g_hash_table_insert(counts->rows, g_steal_pointer(&key), row);
    }
    seen_add(&row->read, &count->read);
    seen_add(&row->written, &count->written);
    g_free(key);
}

/* The offset is for people: a register is known by its name. */
static bool line_read(ObCounts *counts, const char *line)
{
    char cls[256], region[256], reg[256];
    ObCount count;
    uint32_t offset;
    int end = 0;

    if (sscanf(line, NAME " " NAME " " NAME " %" SCNx32 " r " SEEN " w " SEEN "%n", cls, region,
               reg, &offset, &count.read.accesses, &count.read.widths, &count.read.ones,
               &count.read.zeros, &count.written.accesses, &count.written.widths,
               &count.written.ones, &count.written.zeros, &end) < 12 ||
        strcmp(line + end, "\n") != 0) {
        return false;
    }
    count_add(counts, cls, region, reg, &count);
    return true;
}

static bool lines_read(ObCounts *counts, FILE *file, const char *path, HwError *error)
{
    char line[LINE_MAX_BYTES];
    uint32_t number = 1;

    if (!fgets(line, sizeof(line), file) || strcmp(line, HW_COVERAGE_HEAD "\n") != 0) {
        return hw_error_set(error, "'%s' is not a file of register coverage", path);
    }
    while (fgets(line, sizeof(line), file)) {
        number++;
        if (!line_read(counts, line)) {
            return hw_error_set(error,
                                "'%s': line %u is not a register's, expected CLASS REGION "
                                "REGISTER OFFSET r COUNTS w COUNTS",
                                path, number);
        }
    }
    return !ferror(file) || hw_error_set(error, "can't read '%s': %s", path, strerror(errno));
}

bool ob_counts_read(ObCounts *counts, const char *path, HwError *error)
{
    FILE *file = fopen(path, "re");
    bool good;

    if (!file) {
        return hw_error_set(error, "can't read '%s': %s", path, strerror(errno));
    }
    good = lines_read(counts, file, path, error);
    fclose(file);
    return good;
}

ObCount ob_counts_of(const ObCounts *counts, const HwDeviceClass *cls, const HwRegion *region,
                     const HwRegister *reg)
{
    g_autofree char *key = g_strdup_printf("%s %s %s", cls->name, region->name,
                                           reg ? reg->name : "-");
    const ObCount *row = g_hash_table_lookup(counts->rows, key);

    return row ? *row : (ObCount) { 0 };
}
