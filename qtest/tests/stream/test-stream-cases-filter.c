/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filter passes no part on that the destination is not known to take. */
#include <string.h>

#include "qtest/tests/stream/stream-cases.h"

typedef enum Part {
    PART_NONE,
    PART_FIELD,
    PART_SUBSECTION,
} Part;

/* A stream with a device that has one word, and `part`. */
static GByteArray *device_stream(const char *name, Part part)
{
    static const uint8_t word[4] = { 0, 0, 0, 1 };
    const ObVmBlock blocks[] = { { "pc.ram", 4096 } };
    GByteArray *stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);

    ob_vm_write_header(writer, "pc-q35-7.2");
    ob_vm_write_ram_start(writer, blocks, 1);
    ob_vm_write_ram_pass(writer, true);
    ob_vm_write_ram_page(writer, 0, 0, NULL);
    ob_vm_write_ram_pass_end(writer);
    ob_vm_write_device(writer, name, 0, 1, NULL);
    ob_vm_write_field(writer, "control", "uint32", 4, 1, word);
    if (part == PART_FIELD) {
        ob_vm_write_field(writer, "extra", "uint32", 4, 1, word);
    } else if (part == PART_SUBSECTION) {
        ob_vm_write_subsection(writer, "gadget/more", 1);
        ob_vm_write_field(writer, "word", "uint32", 4, 1, word);
        ob_vm_write_subsection_end(writer);
    }
    ob_vm_write_device_end(writer);
    g_assert_true(ob_vm_write_end(writer, NULL, 0));
    ob_vm_writer_free(writer);
    return stream;
}

static void assert_filtered_to(const GByteArray *stream, const char *own, const char *option,
                               const char *value, int status, const char *text)
{
    Run run;

    RUN_WITH(&run, stream, "filter", "--dest", own, option, value);
    g_assert_cmpint(run.status, ==, status);
    CASE_SAYS(&run, text);
    if (strcmp(option, "--pass") == 0) {
        g_assert_cmpmem(run.out, run.out_size, stream->data, stream->len);
    }
    run_clear(&run);
}

/* A part that the destination has not sent needs an option that names it. */
static void assert_needs_leave(const GByteArray *stream, const GByteArray *destination,
                               const char *name, const char *refusal)
{
    char *directory = run_directory_new();
    g_autofree char *path = g_build_filename(directory, "own", NULL);

    g_assert_true(
        g_file_set_contents(path, (const char *)destination->data, destination->len, NULL));
    assert_filtered_to(stream, path, "--policy", "psci-version=1.1", 1, refusal);
    assert_filtered_to(stream, path, "--pass", name, 0, ": passes by --pass\n");
    run_directory_remove(directory);
}

static void test_unknown_subsection(void)
{
    g_autoptr(GByteArray) stream = device_stream("gadget", PART_SUBSECTION);
    g_autoptr(GByteArray) own = device_stream("gadget", PART_NONE);

    assert_needs_leave(stream, own, "gadget/more",
                       "not permitted: gadget 0: the destination may not know subsection "
                       "gadget/more: it has not sent it: needs --policy "
                       "'drop-subsection=gadget/more' or --pass 'gadget/more'\n");
}

static void test_unknown_section(void)
{
    g_autoptr(GByteArray) stream = device_stream("gadget", PART_NONE);
    g_autoptr(GByteArray) own = device_stream("widget", PART_NONE);

    assert_needs_leave(stream, own, "gadget",
                       "not permitted: Unknown savevm section or instance 'gadget' 0: needs "
                       "--pass 'gadget'\n");
}

/* A doubt about a field that the destination may have is only a warning. */
static void test_doubtful_field(void)
{
    g_autoptr(GByteArray) stream = device_stream("gadget", PART_FIELD);
    g_autoptr(GByteArray) own = device_stream("gadget", PART_NONE);
    char *directory = run_directory_new();
    g_autofree char *path = g_build_filename(directory, "own", NULL);
    Run run;

    g_assert_true(g_file_set_contents(path, (const char *)own->data, own->len, NULL));
    RUN_WITH(&run, stream, "filter", "--dest", path);
    g_assert_cmpint(run.status, ==, 0);
    CASE_SAYS(&run, "warning: Missing section footer for gadget (field extra only in the stream)");
    run_clear(&run);
    RUN_WITH(&run, stream, "filter", "--strict", "--dest", path);
    g_assert_cmpint(run.status, ==, 1);
    run_clear(&run);
    RUN_WITH(&run, stream, "filter", "--strict", "--dest", path, "--pass", "gadget");
    g_assert_cmpint(run.status, ==, 0);
    run_clear(&run);
    RUN_WITH(&run, stream, "filter", "--dest", path, "--pass", "gadged");
    CASE_SAYS(&run, "'gadged' was not used\n");
    run_clear(&run);
    run_directory_remove(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    g_test_add_func("/stream-cases/filter/unknown-subsection-is-refused", test_unknown_subsection);
    g_test_add_func("/stream-cases/filter/unknown-section-is-refused", test_unknown_section);
    g_test_add_func("/stream-cases/filter/doubtful-field-is-warned-of", test_doubtful_field);
    return g_test_run();
}
