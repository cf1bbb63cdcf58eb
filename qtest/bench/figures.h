/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A benchmark's figures: collected, then printed as text, or as JSON for scripts/bench. */
#ifndef FIGURES_H
#define FIGURES_H

#include <glib.h>
#include <stdbool.h>

/*
 * Adds a figure, in the order of output.  `direct` is the value to compare with; 0: none.
 * `target` limits the value, or its ratio to `direct` if `direct` is not 0; 0: no target.
 * `at_least`: the target is the least value, else the largest.
 */
void figures_add(const char *name, const char *unit, double value, double direct, double target,
                 bool at_least);

/* Prints all figures and frees them. */
void figures_print(bool json);

/* Returns the median, and sorts the values; `count` is odd. */
double median(double *values, size_t count);

/* The time since `begin`, a value of g_get_monotonic_time(). */
double seconds_since(gint64 begin);

#endif
