/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the streams' filter in process, and the vCPUs' filter for a destination. */
#ifndef OB_TESTS_STREAM_FILTER_BENCH_H
#define OB_TESTS_STREAM_FILTER_BENCH_H

#include "qtest/stream/arm/cpu-filter.h"
#include "qtest/tests/lib/arm-streams.h"
#include "qtest/tests/lib/tool-run.h"

typedef struct Output {
    GByteArray *bytes;
    size_t room; /* bytes until the sink fails */
    bool full;   /* it has failed */
} Output;

/* Makes an output with unlimited room; the caller releases its bytes. */
Output output_new(void);

/* Feeds a stream in pieces.  Returns the sentence of a refusal, or ""; the caller frees it. */
char *filter_pieces(const ObVmFilterEvents *events, void *opaque, const GByteArray *stream,
                    size_t piece, Output *output);

/* Rewrites nothing. */
extern const ObVmFilterEvents filter_nothing;

void assert_same(const GByteArray *a, const GByteArray *b);

/* The stream passes filter_nothing unchanged. */
void assert_passes(const GByteArray *stream, size_t piece);

/* ------------------------------------------------------------------------ vCPUs */

typedef struct FilterBench {
    char *directory;
    char *path;
    ObDestination *destination;
    ObFilterPolicy *policy;
    GString *report;
    Output output;
} FilterBench;

void filter_set_up(FilterBench *f, gconstpointer unused);
void filter_tear_down(FilterBench *f, gconstpointer unused);

/* A test first calls one of these, which set the stream's destination. */
void destination_toy(FilterBench *f, ArmToy toy);
void destination_kernel(FilterBench *f, const char *name);

/* Adds a rule to the policy. */
void permit(FilterBench *f, const char *text);

/* Returns the sentence of a refusal, or ""; the caller frees it. */
char *filter_run(FilterBench *f, const GByteArray *stream);

/* The stream passes with `line` as report, and vCPU `vcpu` then has the expected registers. */
void assert_filtered(FilterBench *f, ArmToy toy, const char *line, uint32_t vcpu, ArmToy expected);

/* The filter refuses the stream before it writes any of the vCPUs' lists. */
void filter_refused(FilterBench *f, const GByteArray *stream, const char *text);

/* The filter refuses a change that the policy does not permit; the report has `line`. */
void assert_toy_refused(FilterBench *f, ArmToy toy, const char *line);

#define VCPU(path, function)                                                            \
    g_test_add("/stream-filter/vcpu/" path, FilterBench, NULL, filter_set_up, function, \
               filter_tear_down)

#endif
