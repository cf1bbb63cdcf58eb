/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small streams that could cost much time or memory: each is read or refused quickly. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/stream/codec/description.h"
#include "qtest/stream/codec/fields.h"
#include "qtest/stream/codec/reader.h"
#include "qtest/tests/lib/stream-files.h"

#define SECONDS 5 /* each stream once took minutes, or gigabytes */

static const ObVmEvents events = { 0 };

static void word_append(GByteArray *bytes, uint32_t word)
{
    uint8_t text[4];

    hw_store_be32(text, word);
    g_byte_array_append(bytes, text, sizeof(text));
}

static void name_append(GByteArray *bytes, const char *name)
{
    const uint8_t length = (uint8_t)strlen(name);

    g_byte_array_append(bytes, &length, 1);
    g_byte_array_append(bytes, (const uint8_t *)name, length);
}

static void section_append(GByteArray *stream, uint32_t id, const char *name)
{
    g_byte_array_append(stream, (const uint8_t[]) { OB_VM_FULL }, 1);
    word_append(stream, id);
    name_append(stream, name);
    word_append(stream, 0);
    word_append(stream, 1);
    g_byte_array_append(stream, (const uint8_t[]) { OB_VM_FOOTER }, 1);
    word_append(stream, id);
}

/* Has the same section `sections` times; its description has `fields` fields of no bytes. */
static GByteArray *described_stream(unsigned sections, unsigned fields)
{
    GByteArray *stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);
    GString *json = g_string_new("{\"devices\":[{\"name\":\"x\",\"instance_id\":0,\"fields\":[");

    ob_vm_write_header(writer, "toy");
    ob_vm_write_ram_start(writer, NULL, 0);
    ob_vm_write_ram_pass(writer, true);
    ob_vm_write_ram_pass_end(writer);
    g_assert_true(ob_vm_writer_flush(writer));
    for (unsigned i = 0; i < sections; i++) {
        section_append(stream, 5, "x");
    }
    for (unsigned i = 0; i < fields; i++) {
        g_string_append(json, i ? ",{\"size\":0}" : "{\"size\":0}");
    }
    g_string_append(json, "]}]}");
    g_assert_true(ob_vm_write_end(writer, json->str, json->len));
    ob_vm_writer_free(writer);
    g_string_free(json, TRUE);
    return stream;
}

/* Returns a reader that was fed the whole stream; the caller frees it. */
static ObVmReader *stream_read(const GByteArray *stream)
{
    ObVmReader *reader = ob_vm_reader_new(&events, NULL);

    g_test_timer_start();
    ob_vm_reader_feed(reader, stream->data, stream->len);
    ob_vm_reader_finish(reader);
    g_assert_cmpfloat(g_test_timer_elapsed(), <, SECONDS);
    return reader;
}

static void assert_refused(const ObVmReader *reader, ObVmReason reason, const char *sentence)
{
    g_assert_cmpstr(ob_vm_reader_refusal(reader)->sentence, ==, sentence);
    g_assert_cmpint(ob_vm_reader_refusal(reader)->reason, ==, reason);
}

static void test_values_at_the_limit(void)
{
    g_autoptr(GByteArray) stream = described_stream(1, OB_VM_VALUES_MAX / 2 - 3);
    ObVmReader *reader = stream_read(stream);

    assert_refused(reader, OB_VM_ACCEPTED, "");
    ob_vm_reader_free(reader);
}

static void test_too_many_values(void)
{
    g_autoptr(GByteArray) stream = described_stream(1, OB_VM_VALUES_MAX / 2);
    ObVmReader *reader = stream_read(stream);

    assert_refused(reader, OB_VM_TOO_LARGE,
                   "The vmdescription has 262149 values, expected at most 262144");
    ob_vm_reader_free(reader);
}

static void test_description_of_many_sections(void)
{
    g_autoptr(GByteArray) stream = described_stream(100000, 100000);
    ObVmReader *reader = stream_read(stream);

    assert_refused(reader, OB_VM_DUPLICATE,
                   "Section 'x' 0 has id 5, which another section already has");
    ob_vm_reader_free(reader);
}

/* ----------------------------------------------------------------------- RAM */

#define BLOCKS 4000
#define PAGES  200000

/* Each page belongs to the last of many blocks. */
static GByteArray *blocks_stream(void)
{
    GByteArray *stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);
    g_autofree ObVmBlock *blocks = g_new(ObVmBlock, BLOCKS);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    for (unsigned i = 0; i < BLOCKS; i++) {
        g_ptr_array_add(names, g_strdup_printf("%0200u", i));
        blocks[i] = (ObVmBlock) { names->pdata[i], 4096 };
    }
    ob_vm_write_header(writer, "toy");
    ob_vm_write_ram_start(writer, blocks, BLOCKS);
    g_assert_true(ob_vm_writer_flush(writer));
    ob_vm_writer_free(writer);
    g_byte_array_append(stream, (const uint8_t[]) { OB_VM_PART }, 1);
    word_append(stream, 0);
    return stream;
}

static void test_pages_of_many_blocks(void)
{
    g_autoptr(GByteArray) stream = blocks_stream();
    g_autoptr(GByteArray) page = g_byte_array_new();
    g_autofree char *name = g_strdup_printf("%0200u", BLOCKS - 1);
    ObVmReader *reader = stream_read(stream);

    ob_vm_reader_free(reader);
    reader = ob_vm_reader_new(&events, NULL);
    word_append(page, 0);
    word_append(page, OB_VM_RAM_ZERO);
    name_append(page, name);
    g_byte_array_append(page, (const uint8_t[]) { 0 }, 1);
    g_assert_true(ob_vm_reader_feed(reader, stream->data, stream->len));
    g_test_timer_start();
    for (unsigned i = 0; i < PAGES; i++) {
        g_assert_true(ob_vm_reader_feed(reader, page->data, page->len));
    }
    g_assert_cmpfloat(g_test_timer_elapsed(), <, SECONDS);
    ob_vm_reader_free(reader);
}

/* -------------------------------------------------------------------- fields */

static void value_note(void *opaque, const ObVmValue *value)
{
    *(uint64_t *)opaque = value->count;
}

/* A loop over this value's elements would not end. */
static void test_elements_of_no_bytes(void)
{
    json_t *device = json_pack("{s:[{s:s, s:s, s:i, s:I}]}", "fields", "name", "regs", "type",
                               "uint32", "size", 0, "array_len", (json_int_t)INT64_MAX);
    uint64_t count = 1;

    g_assert_true(ob_vm_fields_each(device, (const uint8_t *)"", 0, value_note, &count));
    g_assert_cmpuint(count, ==, 0);
    json_decref(device);
}

static void test_long_paths(void)
{
    g_autofree char *name = g_strnfill(1000, 'a');
    json_t *device = json_pack("{s:[{s:s, s:s, s:i}]}", "fields", "name", name, "type", "uint8",
                               "size", 1);
    uint64_t count = 0;

    g_assert_false(ob_vm_fields_each(device, (const uint8_t *)"x", 1, value_note, &count));
    g_assert_cmpuint(count, ==, 0);
    json_decref(device);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream-costs/description/as-many-values-as-allowed",
                    test_values_at_the_limit);
    g_test_add_func("/stream-costs/description/too-many-values-are-refused", test_too_many_values);
    g_test_add_func("/stream-costs/description/fields-are-summed-up-once",
                    test_description_of_many_sections);
    g_test_add_func("/stream-costs/ram/pages-of-many-blocks", test_pages_of_many_blocks);
    g_test_add_func("/stream-costs/fields/elements-of-no-bytes-are-none",
                    test_elements_of_no_bytes);
    g_test_add_func("/stream-costs/fields/paths-are-short", test_long_paths);
    return g_test_run();
}
