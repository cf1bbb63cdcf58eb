/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a benchmark found out: collected, then printed as text or JSON for scripts/bench. */
#ifndef FIGURES_H
#define FIGURES_H

#include <glib.h>
#include <stdbool.h>

/*
 * Adds a figure, in the order of output.  `direct`: what stands beside it, 0: nothing.
 * `target` is of the value, or of its ratio to `direct` where there is one; 0: none.
 * `at_least`: it is met from there upwards, else downwards.
 */
void figures_add(const char *name, const char *unit, double value, double direct, double target,
                 bool at_least);

/* Prints and forgets them. */
void figures_print(bool json);

/* Sorts the values; `count` is odd. */
double median(double *values, size_t count);

/* Since a g_get_monotonic_time(). */
double seconds_since(gint64 begin);

#endif
