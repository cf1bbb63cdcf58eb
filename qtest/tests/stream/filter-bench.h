/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the filter of streams in process, and that of vCPUs towards a destination. */
#ifndef OB_TESTS_STREAM_FILTER_BENCH_H
#define OB_TESTS_STREAM_FILTER_BENCH_H

#include "qtest/stream/arm/cpu-filter.h"
#include "qtest/tests/lib/arm-streams.h"
#include "qtest/tests/lib/tool-run.h"

typedef struct Output {
    GByteArray *bytes;
    size_t room;                /* then the sink fails */
} Output;

/* With room for all; its bytes are to be released. */
Output output_new(void);

/* Feeds a stream in pieces; the sentence of a refusal, "" if there is none, to be freed. */
char *filter_pieces(const ObVmFilterEvents *events, void *opaque, const GByteArray *stream,
                    size_t piece, Output *output);

/* Rewrites nothing. */
extern const ObVmFilterEvents filter_nothing;

void assert_same(const GByteArray *a, const GByteArray *b);

/* Byte for byte through filter_nothing. */
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

/* One of these comes first: where the stream is to load. */
void destination_toy(FilterBench *f, ArmToy toy);
void destination_kernel(FilterBench *f, const char *name);

/* Adds to the policy. */
void permit(FilterBench *f, const char *text);

/* The sentence of a refusal, "" if there is none, to be freed. */
char *filter_run(FilterBench *f, const GByteArray *stream);

/* Passes with this report, and vCPU `vcpu` then has these registers. */
void assert_filtered(FilterBench *f, ArmToy toy, const char *line, uint32_t vcpu, ArmToy expected);

/* Nothing of the vCPUs' lists comes out. */
void filter_refused(FilterBench *f, const GByteArray *stream, const char *text);

/* For want of a permission, which the report tells. */
void assert_toy_refused(FilterBench *f, ArmToy toy, const char *line);

#define VCPU(path, function) \
    g_test_add("/stream-filter/vcpu/" path, FilterBench, NULL, filter_set_up, function, \
               filter_tear_down)

#endif
