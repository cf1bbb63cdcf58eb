/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/stream/filter-bench.h"

#include <glib/gstdio.h>
#include <string.h>

Output output_new(void)
{
    return (Output) { g_byte_array_new(), SIZE_MAX, false };
}

static bool output_take(void *opaque, const uint8_t *bytes, size_t size)
{
    Output *output = opaque;

    if (output->bytes->len + size > output->room) {
        output->full = true;
        return false;
    }
    return stream_sink(output->bytes, bytes, size);
}

char *filter_pieces(const ObVmFilterEvents *events, void *opaque, const GByteArray *stream,
                    size_t piece, Output *output)
{
    ObVmFilter *filter = ob_vm_filter_new(events, opaque, output_take, output);
    bool ok = true;
    char *sentence;

    for (size_t at = 0; ok && at < stream->len; at += piece) {
        ok = ob_vm_filter_feed(filter, stream->data + at, MIN(piece, stream->len - at));
    }
    ok = ok && ob_vm_filter_finish(filter);
    sentence = g_strdup(ob_vm_filter_refusal(filter)->sentence);
    g_assert_cmpint(ok, ==, !sentence[0] && !output->full);
    ob_vm_filter_free(filter);
    return sentence;
}

void assert_same(const GByteArray *a, const GByteArray *b)
{
    g_assert_cmpmem(a->data, a->len, b->data, b->len);
}

static bool rewrite_nothing(void *opaque, const ObVmSection *section, const uint8_t *payload,
                            size_t size, const json_t *description, ObVmRewritten *rewritten,
                            HwError *error)
{
    (void)opaque, (void)section, (void)payload, (void)size, (void)description, (void)rewritten;
    (void)error;
    return true;
}

const ObVmFilterEvents filter_nothing = { .rewrite = rewrite_nothing };

void assert_passes(const GByteArray *stream, size_t piece)
{
    Output output = output_new();
    g_autofree char *sentence = filter_pieces(&filter_nothing, NULL, stream, piece, &output);

    g_assert_cmpstr(sentence, ==, "");
    assert_same(output.bytes, stream);
    g_byte_array_unref(output.bytes);
}

/* ------------------------------------------------------------------------ vCPUs */

void filter_set_up(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    f->directory = g_dir_make_tmp("ob-XXXXXX", NULL);
    f->path = g_build_filename(f->directory, "destination", NULL);
    f->policy = ob_filter_policy_new();
    f->report = g_string_new(NULL);
    f->output = output_new();
}

void filter_tear_down(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    g_unlink(f->path);
    g_assert_cmpint(g_rmdir(f->directory), ==, 0);
    g_free(f->path);
    g_free(f->directory);
    ob_destination_free(f->destination);
    ob_filter_policy_free(f->policy);
    g_string_free(f->report, TRUE);
    g_byte_array_unref(f->output.bytes);
}

static void destination_is(FilterBench *f, const GByteArray *stream)
{
    HW_ERROR(error, 400);

    g_assert_true(g_file_set_contents(f->path, (const char *)stream->data, stream->len, NULL));
    f->destination = ob_destination_open(f->path, &error);
    if (!f->destination) {
        g_error("%s", error.text);
    }
}

void destination_toy(FilterBench *f, ArmToy toy)
{
    g_autoptr(GByteArray) stream = arm_toy(toy);

    destination_is(f, stream);
}

void destination_kernel(FilterBench *f, const char *name)
{
    g_autofree char *path = g_build_filename(g_getenv("OB_KVM_ARM64"), name, NULL);
    HW_ERROR(error, 400);

    f->destination = ob_destination_open(path, &error);
    g_assert_cmpstr(error.text, ==, "");
}

void permit(FilterBench *f, const char *text)
{
    HW_ERROR(error, 400);

    ob_filter_policy_add(f->policy, text, &error);
    g_assert_cmpstr(error.text, ==, "");
}

static void report_take(void *opaque, const char *line)
{
    g_string_append_printf(opaque, "%s\n", line);
}

char *filter_run(FilterBench *f, const GByteArray *stream)
{
    ObCpuFilter filter = { .destination = f->destination,
                           .policy = f->policy,
                           .report = report_take,
                           .opaque = f->report };

    return filter_pieces(&ob_cpu_filter_events, &filter, stream, 1000, &f->output);
}

void assert_filtered(FilterBench *f, ArmToy toy, const char *line, uint32_t vcpu, ArmToy expected)
{
    g_autoptr(GByteArray) stream = arm_toy(toy);
    g_autofree char *sentence = filter_run(f, stream);
    ObCpuRegisters list;

    g_assert_cmpstr(sentence, ==, "");
    assert_has(f->report->str, line);
    list = arm_list(f->output.bytes, vcpu);
    g_assert_cmpuint(list.count, ==, expected.count);
    g_assert_cmpmem(list.entries, list.count * sizeof(ObCpuRegister), expected.registers,
                    expected.count * sizeof(ObCpuRegister));
    ob_cpu_registers_clear(&list);
}

void filter_refused(FilterBench *f, const GByteArray *stream, const char *text)
{
    g_autofree char *sentence = filter_run(f, stream);

    assert_has(sentence, text);
    g_assert_cmpuint(f->output.bytes->len, <, arm_list_offset(stream));
}

void assert_toy_refused(FilterBench *f, ArmToy toy, const char *line)
{
    g_autoptr(GByteArray) stream = arm_toy(toy);

    filter_refused(f, stream, "changes of registers that the policy does not permit");
    assert_has(f->report->str, line);
}
