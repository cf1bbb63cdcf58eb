/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Coverage for a terminal, and for the log of a suite. */
#include <inttypes.h>

#include "qtest/lab/coverage/points.h"

#define ROW "    %-8s %-22s %-14s %-14s %s"

/* "12 (1, 4)": accesses and their widths. */
static char *seen_text(const ObSeen *seen)
{
    g_autoptr(GString) widths = g_string_new(NULL);

    for (uint32_t width = 1; width <= 8; width *= 2) {
        if (seen->widths & width) {
            g_string_append_printf(widths, "%s%u", widths->len ? ", " : "", width);
        }
    }
    return seen->accesses ? g_strdup_printf("%" PRIu64 " (%s)", seen->accesses, widths->str)
                          : g_strdup("-");
}

static void row_print(FILE *file, const char *name, const char *offset, const ObCount *count,
                      const char *missing)
{
    g_autofree char *read = seen_text(&count->read);
    g_autofree char *written = seen_text(&count->written);
    g_autofree char *line = g_strdup_printf(ROW, offset, name, read, written, missing);

    fprintf(file, "%s\n", g_strchomp(line));
}

static void register_print(FILE *file, const HwRegister *reg, const ObCount *count)
{
    g_autofree char *offset = g_strdup_printf("0x%02x", reg->offset);
    g_autofree char *missing = ob_points_missing(reg, count);

    row_print(file, reg->name, offset, count, missing);
}

static void region_print(FILE *file, const ObCounts *counts, const HwDeviceClass *cls,
                         const HwRegion *region)
{
    ObPoints points = ob_points_of_region(counts, cls, region);
    ObCount elsewhere = ob_counts_of(counts, cls, region, NULL);

    fprintf(file, "  %s: %u of %u registers, of %u bits %u written as 1 and %u as 0\n",
            region->name, points.used, points.registers, points.bits, points.ones, points.zeros);
    fprintf(file, ROW, "offset", "register", "read", "written", "missing");
    fputc('\n', file);
    for (uint32_t i = 0; i < region->registers.count; i++) {
        const HwRegister *reg = &region->registers.entries[i];
        ObCount count = ob_counts_of(counts, cls, region, reg);

        register_print(file, reg, &count);
    }
    if (elsewhere.read.accesses || elsewhere.written.accesses) {
        row_print(file, "where no register is", "", &elsewhere, "");
    }
}

void ob_points_print(FILE *file, const ObCounts *counts, const HwDeviceClass *cls)
{
    ObPoints points = ob_points_of_class(counts, cls);

    fprintf(file, "%s: %u %%\n", cls->name, ob_points_percent(&points));
    for (uint32_t i = 0; i < cls->regions.count; i++) {
        if (cls->regions.entries[i].registers.count > 0) {
            region_print(file, counts, cls, &cls->regions.entries[i]);
        }
    }
}
