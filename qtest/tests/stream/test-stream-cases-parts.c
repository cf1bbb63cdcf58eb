/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sections of ppc64 and s390x that come in parts, and s390x's short description. */
#include <string.h>

#include "qtest/tests/stream/stream-cases.h"

#define HTAB  "spapr/htab"
#define ATTRS "s390-storage_attributes"

typedef struct Piece {
    const char *bytes;
    size_t size;
} Piece;

#define PIECE(text)            \
    {                          \
        text, sizeof(text) - 1 \
    }

/* Each kind has a START, a PART and an END. */
typedef struct Parts {
    const char *name;
    Piece pieces[3];
} Parts;

#define ENTRIES "0123456789abcdef0123456789abcdef"

static const Parts htab = {
    HTAB,
    { PIECE("\0\0\0\x15"), PIECE("\0\0\0\0\0\0\0\5\0\2\0\1" ENTRIES "\0\0\0\0\0\0\0\0"),
      PIECE("\0\0\0\0\0\0\0\0\0\0\0\0") },
};
static const Parts no_htab = {
    HTAB, { PIECE("\xff\xff\xff\xff"), PIECE("\xff\xff\xff\xff"), PIECE("\xff\xff\xff\xff") }
};
static const Parts attributes = {
    ATTRS,
    { PIECE("\0\0\0\0\0\0\0\1"), PIECE("\0\0\0\0\0\0\x10\2\0\0\0\0\0\0\0\3abc\0\0\0\0\0\0\0\1"),
      PIECE("\0\0\0\0\0\0\0\x8\0\0\0\0\0\0\0\1") },
};

static void piece_append(GByteArray *stream, uint8_t type, const Parts *parts, unsigned index)
{
    uint8_t length = (uint8_t)strlen(parts->name);

    g_byte_array_append(stream, &type, 1);
    g_byte_array_append(stream, (const uint8_t *)"\0\0\0\x33", 4);
    if (type == OB_VM_START) {
        g_byte_array_append(stream, &length, 1);
        g_byte_array_append(stream, (const uint8_t *)parts->name, length);
        g_byte_array_append(stream, (const uint8_t *)"\0\0\0\0\0\0\0\1", 8);
    }
    g_byte_array_append(stream, (const uint8_t *)parts->pieces[index].bytes,
                        (guint)parts->pieces[index].size);
    g_byte_array_append(stream, (const uint8_t *)"\x7e\0\0\0\x33", 5);
}

/* The stream of a machine whose device has 4 bytes; `json` NULL: the writer's description. */
static GByteArray *parts_stream(const Parts *parts, bool ends, const char *json)
{
    static const uint8_t word[4] = "word";
    const ObVmBlock blocks[] = { { "ppc_spapr.ram", 4096 } };
    GByteArray *stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);

    ob_vm_write_header(writer, "pseries-7.2");
    ob_vm_write_ram_start(writer, blocks, 1);
    g_assert_true(ob_vm_writer_flush(writer));
    if (parts) {
        piece_append(stream, OB_VM_START, parts, 0);
    }
    ob_vm_write_ram_pass(writer, true);
    ob_vm_write_ram_page(writer, 0, 0, NULL);
    ob_vm_write_ram_pass_end(writer);
    g_assert_true(ob_vm_writer_flush(writer));
    if (parts) {
        piece_append(stream, OB_VM_PART, parts, 1);
    }
    if (parts && ends) {
        piece_append(stream, OB_VM_END, parts, 2);
    }
    ob_vm_write_device(writer, "gadget", 0, 1, NULL);
    ob_vm_write_field(writer, "control", "uint32", 4, 1, word);
    ob_vm_write_device_end(writer);
    g_assert_true(ob_vm_write_end(writer, json, json ? strlen(json) : 0));
    ob_vm_writer_free(writer);
    return stream;
}

/* Runs a command for `stream` and the destination, or second stream, `other`. */
static void command_run(Run *run, const char *command, const GByteArray *stream,
                        const GByteArray *other, int status)
{
    char *directory = run_directory_new();
    g_autofree char *path = g_build_filename(directory, "other", NULL);

    g_assert_true(g_file_set_contents(path, (const char *)other->data, other->len, NULL));
    if (strcmp(command, "filter") == 0) {
        RUN_WITH(run, stream, command, "--dest", path);
    } else if (strcmp(command, "doctor") == 0) {
        RUN_WITH(run, stream, command, "--dest", path, "-");
    } else if (strcmp(command, "diff") == 0) {
        RUN_WITH(run, stream, command, "-", path);
    } else {
        RUN_WITH(run, stream, command, "-");
    }
    g_assert_cmpint(run->status, ==, status);
    run_directory_remove(directory);
}

static void assert_said(const char *command, const GByteArray *stream, const GByteArray *other,
                        int status, const char *text)
{
    Run run;

    command_run(&run, command, stream, other, status);
    CASE_SAYS(&run, text);
    run_clear(&run);
}

static void assert_passes(const Parts *parts, const char *shown)
{
    g_autoptr(GByteArray) stream = parts_stream(parts, true, NULL);
    g_autoptr(GByteArray) without = parts_stream(NULL, true, NULL);
    g_autofree char *only = g_strdup_printf("%s: only in the first stream\n", parts->name);
    Run run;

    assert_said("dump", stream, stream, 0, shown);
    assert_said("explain", stream, stream, 0, "a complete stream");
    assert_said("diff", stream, stream, 0, "");
    assert_said("diff", stream, without, 1, only);
    assert_said("doctor", stream, stream, 0, "verdict: loads\n");
    assert_said("doctor", stream, without, 1, "refused: Unknown savevm section or instance '");
    command_run(&run, "filter", stream, stream, 0);
    g_assert_cmpmem(run.out, run.out_size, stream->data, stream->len);
    run_clear(&run);
}

static void test_parts(void)
{
    assert_passes(&htab, "spapr/htab: 68 bytes, in parts\n");
    assert_passes(&no_htab, "spapr/htab: 12 bytes, in parts\n");
    assert_passes(&attributes, "s390-storage_attributes: 51 bytes, in parts\n");
}

static void test_other_contents(void)
{
    g_autoptr(GByteArray) stream = parts_stream(&htab, true, NULL);
    g_autoptr(GByteArray) other = parts_stream(&htab, true, NULL);
    g_autoptr(GByteArray) without = parts_stream(NULL, true, NULL);
    Run run;

    other->data[stream_find(other, 0, ENTRIES, 8)] = 'x';
    command_run(&run, "diff", stream, other, 1);
    g_assert_cmpstr(run.out, ==, "spapr/htab: 68 bytes, then 68 others\n");
    run_clear(&run);
    command_run(&run, "diff", without, other, 1);
    g_assert_cmpstr(run.out, ==, "spapr/htab: only in the second stream\n");
    run_clear(&run);
}

static void test_bad(void)
{
    static const struct {
        Parts parts;
        const char *text;
    } bad[] = {
        { { HTAB, { PIECE("\0\0\0\x15"), PIECE("\0\0\0\1"), PIECE("") } },
          "spapr/htab: the header of a part is 0x1, expected 0 or 0xffffffff" },
        { { ATTRS, { PIECE("\0\0\0\0\0\0\0\4"), PIECE(""), PIECE("") } },
          "s390-storage_attributes: the source could not read them: flags 0x4" },
        { { ATTRS, { PIECE("\0\0\0\0\0\0\0\3"), PIECE(""), PIECE("") } },
          "s390-storage_attributes: bad record: flags 0x3, expected 1, 2 or 8" },
        { { ATTRS, { PIECE("\0\0\0\0\0\0\0\2\0\0\0\1\0\0\0\0"), PIECE(""), PIECE("") } },
          "s390-storage_attributes: a record of 4294967296 bytes, expected at most 33554432" },
        { { "spapr/other", { PIECE(""), PIECE(""), PIECE("") } },
          "Unknown savevm section or instance 'spapr/other' 0" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GByteArray) stream = parts_stream(&bad[i].parts, true, NULL);

        assert_said("explain", stream, stream, 1, bad[i].text);
    }
}

static void test_unended(void)
{
    g_autoptr(GByteArray) stream = parts_stream(&htab, false, NULL);

    assert_said("explain", stream, stream, 1,
                "The stream ends before the end of section 'spapr/htab'");
}

/* QEMU 7.2 describes s390_css so: the elements of the array are larger. */
#define SHORT                                                                         \
    "{\"page_size\": 4096, \"devices\": [{\"name\": \"gadget\", \"instance_id\": 0, " \
    "\"vmsd_name\": \"gadget\", \"version\": 1, \"fields\": [{\"name\": \"css\", "    \
    "\"array_len\": 2, \"type\": \"struct\", \"struct\": {}, \"size\": 1}]}]}"

static void test_short_description(void)
{
    g_autoptr(GByteArray) stream = parts_stream(NULL, true, SHORT);
    Run run;

    assert_said("dump", stream, stream, 0, "section gadget 0: version 1, 4 bytes");
    assert_said("explain", stream, stream, 0,
                "section 'gadget' 0: QEMU's description is too short");
    command_run(&run, "filter", stream, stream, 0);
    g_assert_cmpmem(run.out, run.out_size, stream->data, stream->len);
    run_clear(&run);
    stream->data[stream_find(stream, 0, "word\x7e", 5) + 4] = 0;
    assert_said("explain", stream, stream, 1, "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    g_test_add_func("/stream-cases/parts/pass-whole", test_parts);
    g_test_add_func("/stream-cases/parts/are-compared", test_other_contents);
    g_test_add_func("/stream-cases/parts/bad-records-are-refused", test_bad);
    g_test_add_func("/stream-cases/parts/have-to-end", test_unended);
    g_test_add_func("/stream-cases/parts/short-description", test_short_description);
    return g_test_run();
}
