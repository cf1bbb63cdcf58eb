/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/bench/figures.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include "qtest/text/json.h"

static json_t *figures;

void figures_add(const char *name, const char *unit, double value, double direct, double target,
                 bool at_least)
{
    json_t *figure = json_pack("{s:o, s:o, s:f, s:f, s:b}", "name", ob_json_text(name), "unit",
                               ob_json_text(unit), "value", value, "target", target, "at_least",
                               at_least);

    if (direct > 0) {
        json_object_set_new(figure, "direct", json_real(direct));
        json_object_set_new(figure, "ratio", json_real(value / direct));
    }
    if (!figures) {
        figures = json_array();
    }
    json_array_append_new(figures, figure);
}

static void print_text(void)
{
    size_t index;
    json_t *figure;

    json_array_foreach(figures, index, figure)
    {
        const json_t *direct = json_object_get(figure, "direct");
        double target = json_real_value(json_object_get(figure, "target"));

        printf("%-36s %8.2f %s", json_string_value(json_object_get(figure, "name")),
               json_real_value(json_object_get(figure, "value")),
               json_string_value(json_object_get(figure, "unit")));
        if (direct) {
            printf("  direct %8.2f", json_real_value(direct));
        }
        if (target > 0) {
            printf("  (target %s %g%s)",
                   json_is_true(json_object_get(figure, "at_least")) ? ">=" : "<=", target,
                   direct ? " x direct" : "");
        }
        putchar('\n');
    }
}

void figures_print(bool json)
{
    if (json) {
        json_dumpf(figures, stdout, JSON_INDENT(2));
        putchar('\n');
    } else {
        print_text();
    }
    json_decref(figures);
    figures = NULL;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double median(double *values, size_t count)
{
    qsort(values, count, sizeof(*values), compare);
    return values[count / 2];
}

double seconds_since(gint64 begin)
{
    return (g_get_monotonic_time() - begin) / 1e6;
}
