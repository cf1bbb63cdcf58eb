/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Coverage as one page of HTML without scripts: each register has its 32 bits as cells. */
#include <inttypes.h>

#include "qtest/lab/coverage/points.h"

#define BITS 32

static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\"><head><meta charset=\"utf-8\"/><title>Register coverage</title>\n"
    "<style>\n"
    "body { font-family: sans-serif; }\n"
    "table { border-collapse: collapse; margin-bottom: 2em; }\n"
    "td, th { padding: 2px 6px; text-align: left; font-variant-numeric: tabular-nums; }\n"
    "td.bit { width: 9px; padding: 0; border: 1px solid #fff; background: #eee; }\n"
    "td.both { background: #2a9d3a; }\n"
    "td.half { background: #e9c46a; }\n"
    "td.none { background: #d1495b; }\n"
    "</style></head><body>\n"
    "<h1>Register coverage</h1>\n"
    "<p>A cell is a bit, the highest on the left. Written as 1 and as 0: green; as one of both: "
    "yellow; "
    "never: red; without effect: grey.</p>\n";

void ob_points_page_begin(FILE *file)
{
    fputs(head, file);
}

void ob_points_page_end(FILE *file)
{
    fputs("</body></html>\n", file);
}

/* ------------------------------------------------------------------------ cells */

static const char *bit_kind(uint32_t bit, uint32_t acting, const ObSeen *written)
{
    bool one = written->ones & bit;
    bool zero = written->zeros & bit;

    return !(acting & bit) ? "" : one && zero ? " both" : one || zero ? " half" : " none";
}

static void bit_print(FILE *file, const HwRegister *reg, uint32_t number, const ObCount *count)
{
    uint32_t bit = UINT32_C(1) << number;
    g_autofree char *name = ob_points_name_bits(reg, bit);
    g_autofree char *title = g_markup_escape_text(name, -1);

    fprintf(file, "<td class=\"bit%s\" title=\"%u: %s\"></td>",
            bit_kind(bit, ob_points_acting(reg), &count->written), number, title);
}

static void register_print(FILE *file, const HwRegister *reg, const ObCount *count)
{
    g_autofree char *missing = ob_points_missing(reg, count);
    g_autofree char *said = g_markup_escape_text(missing, -1);
    g_autofree char *name = g_markup_escape_text(reg->name, -1);

    fprintf(file, "<tr><td>0x%02x</td><td>%s</td><td>%" PRIu64 "</td><td>%" PRIu64 "</td>",
            reg->offset, name, count->read.accesses, count->written.accesses);
    for (uint32_t number = BITS; number-- > 0;) {
        bit_print(file, reg, number, count);
    }
    fprintf(file, "<td>%s</td></tr>\n", said);
}

static void region_print(FILE *file, const ObCounts *counts, const HwDeviceClass *cls,
                         const HwRegion *region)
{
    ObPoints points = ob_points_of_region(counts, cls, region);
    g_autofree char *name = g_markup_escape_text(region->name, -1);

    fprintf(file,
            "<h3>%s</h3>\n<p>%u of %u registers; of %u bits %u written as 1 and %u as 0</p>\n"
            "<table><tr><th>offset</th><th>register</th><th>read</th><th>written</th>"
            "<th colspan=\"%d\">bits 31 to 0</th><th>missing</th></tr>\n",
            name, points.used, points.registers, points.bits, points.ones, points.zeros, BITS);
    for (uint32_t i = 0; i < region->registers.count; i++) {
        const HwRegister *reg = &region->registers.entries[i];
        ObCount count = ob_counts_of(counts, cls, region, reg);

        register_print(file, reg, &count);
    }
    fputs("</table>\n", file);
}

void ob_points_page_class(FILE *file, const ObCounts *counts, const HwDeviceClass *cls)
{
    ObPoints points = ob_points_of_class(counts, cls);
    g_autofree char *name = g_markup_escape_text(cls->name, -1);

    fprintf(file, "<h2>%s: %u&#160;%%</h2>\n", name, ob_points_percent(&points));
    for (uint32_t i = 0; i < cls->regions.count; i++) {
        if (cls->regions.entries[i].registers.count > 0) {
            region_print(file, counts, cls, &cls->regions.entries[i]);
        }
    }
}
