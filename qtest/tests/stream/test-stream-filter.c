/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The filter's engine, which passes streams on with rewritten sections. */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/tests/stream/filter-bench.h"

/* Replaces beta's number by the three bytes "new", and changes the description to match. */
static bool rewrite_beta(void *opaque, const ObVmSection *section, const uint8_t *payload,
                         size_t size, const json_t *description, ObVmRewritten *rewritten,
                         HwError *error)
{
    (void)opaque, (void)payload, (void)size, (void)error;
    if (strcmp(section->name, "beta") == 0) {
        rewritten->payload = g_byte_array_append(g_byte_array_new(), (const uint8_t *)"new", 3);
        rewritten->description = json_deep_copy(description);
        json_object_set_new(json_array_get(json_object_get(rewritten->description, "fields"), 0),
                            "size", json_integer(3));
    }
    return true;
}

static bool rewrite_refuse(void *opaque, const ObVmSection *section, const uint8_t *payload,
                           size_t size, const json_t *description, ObVmRewritten *rewritten,
                           HwError *error)
{
    (void)opaque, (void)payload, (void)size, (void)description, (void)rewritten;
    return strcmp(section->name, "beta") != 0 || hw_error_set(error, "no beta here");
}

static bool finish_refuse(void *opaque, HwError *error)
{
    (void)opaque;
    return hw_error_set(error, "not this one");
}

static void test_untouched(void)
{
    static const size_t pieces[] = { 1, 2, 7, 64, 1000, 4096, 1u << 20 };
    g_autoptr(GByteArray) stream = stream_toy(true);

    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        assert_passes(stream, pieces[i]);
    }
}

static void test_untouched_qemu(void)
{
    for (size_t i = 0; stream_names[i]; i++) {
        g_autoptr(GByteArray) stream = stream_load(stream_names[i]);

        assert_passes(stream, 65536);
    }
}

static void test_trailing(void)
{
    g_autoptr(GByteArray) stream = stream_toy(true);

    g_byte_array_append(stream, (const uint8_t *)"and more", 8);
    assert_passes(stream, 5);
    assert_passes(stream, stream->len);
}

static void test_rewritten(void)
{
    static const ObVmFilterEvents events = { rewrite_beta, NULL };

    for (size_t piece = 1; piece < 6000; piece += 499) {
        g_autoptr(GByteArray) stream = stream_toy(true);
        Output output = output_new();
        g_autofree char *sentence = filter_pieces(&events, NULL, stream, piece, &output);
        size_t beta = stream_find(stream, 0, "\4beta", 5) + 13;

        g_assert_cmpstr(sentence, ==, "");
        g_assert_cmpmem(output.bytes->data, beta, stream->data, beta);
        g_assert_cmpmem(output.bytes->data + beta, 4, "new\x7e", 4);
        assert_passes(output.bytes, 100);
        g_byte_array_unref(output.bytes);
    }
}

static void assert_cut_before_devices(const ObVmFilterEvents *events, const char *expected)
{
    g_autoptr(GByteArray) stream = stream_toy(true);
    Output output = output_new();
    g_autofree char *sentence = filter_pieces(events, NULL, stream, 100, &output);

    g_assert_cmpstr(sentence, ==, expected);
    g_assert_cmpuint(output.bytes->len, >, 8000);
    g_assert_cmpuint(output.bytes->len, <=, stream_find(stream, 0, "\5alpha", 6));
    g_assert_cmpmem(output.bytes->data, output.bytes->len, stream->data, output.bytes->len);
    g_byte_array_unref(output.bytes);
}

static void test_refused_section(void)
{
    static const ObVmFilterEvents events = { rewrite_refuse, NULL };

    assert_cut_before_devices(&events, "no beta here");
}

static void test_refused_at_the_end(void)
{
    const ObVmFilterEvents events = { .rewrite = filter_nothing.rewrite, .finish = finish_refuse };

    assert_cut_before_devices(&events, "not this one");
}

static char *filter_whole(const ObVmFilterEvents *events, void *opaque, const GByteArray *stream,
                          Output *output)
{
    return filter_pieces(events, opaque, stream, MAX(stream->len, 1), output);
}

static void test_refused_at_once(void)
{
    g_autoptr(GByteArray)
        stream = g_byte_array_append(g_byte_array_new(), (const uint8_t *)"no stream at all", 16);
    Output output = output_new();
    g_autofree char *sentence = filter_whole(&filter_nothing, NULL, stream, &output);

    g_assert_cmpstr(sentence, ==, "Not a migration stream");
    g_assert_cmpmem(output.bytes->data, output.bytes->len, "QEVM", 4);
    g_byte_array_unref(output.bytes);
}

/* The destination gets the magic once, though the filter is asked again. */
static void test_refused_again(void)
{
    Output output = output_new();
    ObVmFilter *filter = ob_vm_filter_new(&filter_nothing, NULL, stream_sink, output.bytes);

    g_assert_false(ob_vm_filter_feed(filter, (const uint8_t *)"no stream at all", 16));
    g_assert_false(ob_vm_filter_feed(filter, (const uint8_t *)"more", 4));
    g_assert_false(ob_vm_filter_finish(filter));
    g_assert_cmpmem(output.bytes->data, output.bytes->len, "QEVM", 4);
    ob_vm_filter_free(filter);
    g_byte_array_unref(output.bytes);
}

/* A machine without RAM has no list of blocks, which the filter waits for. */
static void test_without_ram(void)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);
    Output output = { g_byte_array_new(), 8, false };
    g_autofree char *sentence = NULL;

    ob_vm_write_header(writer, "toy");
    g_assert_true(ob_vm_write_end(writer, NULL, 0));
    ob_vm_writer_free(writer);
    for (size_t cut = 0; cut < 2; cut++) { /* with and without the description */
        g_byte_array_set_size(stream, cut ? 8 + 1 + 4 + 3 + 1 : stream->len);
        assert_passes(stream, 1);
        assert_passes(stream, stream->len);
        sentence = filter_pieces(&filter_nothing, NULL, stream, stream->len, &output);
        g_assert_cmpstr(sentence, ==, "");
        g_assert_cmpuint(output.bytes->len, ==, 0);
        g_free(g_steal_pointer(&sentence));
    }
    g_byte_array_unref(output.bytes);
}

static void test_empty(void)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    Output output = output_new();
    g_autofree char *sentence = filter_whole(&filter_nothing, NULL, stream, &output);

    g_assert_true(g_str_has_prefix(sentence, "Input/output error"));
    g_assert_cmpmem(output.bytes->data, output.bytes->len, "QEVM", 4);
    g_byte_array_unref(output.bytes);
}

/* The output of a stream that is cut anywhere is cut, too, before the devices. */
static void test_truncated(void)
{
    g_autoptr(GByteArray) stream = stream_toy(true);
    size_t size = stream->len, devices = stream_find(stream, 0, "\5alpha", 6);

    for (size_t length = 1; length < size; length += length < devices ? 61 : 1) {
        Output output = output_new();
        g_autofree char *sentence = NULL;

        g_byte_array_set_size(stream, (guint)length);
        sentence = filter_pieces(&filter_nothing, NULL, stream, 100, &output);
        g_assert_cmpstr(sentence, !=, "");
        g_assert_cmpuint(output.bytes->len, <=, MAX(devices, 4));
        g_byte_array_unref(output.bytes);
        g_byte_array_unref(stream);
        stream = stream_toy(true);
    }
}

static void test_sink_fails(void)
{
    g_autoptr(GByteArray) stream = stream_toy(true);

    for (size_t room = 0; room < stream->len; room += 333) {
        Output output = { g_byte_array_new(), room, false };
        g_autofree char *sentence = filter_pieces(&filter_nothing, NULL, stream, 100, &output);

        g_assert_cmpstr(sentence, ==, "");
        g_assert_cmpuint(output.bytes->len, <=, room);
        g_byte_array_unref(output.bytes);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream-filter/engine/untouched-stream-passes-byte-for-byte", test_untouched);
    g_test_add_func("/stream-filter/engine/qemu-streams-pass-byte-for-byte", test_untouched_qemu);
    g_test_add_func("/stream-filter/engine/trailing-bytes-pass", test_trailing);
    g_test_add_func("/stream-filter/engine/rewritten-section-and-description-fit", test_rewritten);
    g_test_add_func("/stream-filter/engine/refused-section-cuts-before-devices",
                    test_refused_section);
    g_test_add_func("/stream-filter/engine/refusal-at-the-end-cuts-before-devices",
                    test_refused_at_the_end);
    g_test_add_func("/stream-filter/engine/refused-at-once-begins-a-stream", test_refused_at_once);
    g_test_add_func("/stream-filter/engine/refused-again-begins-no-other", test_refused_again);
    g_test_add_func("/stream-filter/engine/stream-without-ram-passes", test_without_ram);
    g_test_add_func("/stream-filter/engine/empty-stream-begins-a-stream", test_empty);
    g_test_add_func("/stream-filter/engine/truncated-anywhere-is-cut", test_truncated);
    g_test_add_func("/stream-filter/engine/sink-that-fails-ends-it", test_sink_fails);
    return g_test_run();
}
