/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams inside other files: libvirt's images, compressed files, mapped-ram. */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/stream/container/input.h"
#include "qtest/stream/codec/model.h"
#include "qtest/tests/stream/stream-cases.h"

static char *directory;

static char *file_write(const char *name, const GByteArray *bytes)
{
    char *path = g_build_filename(directory, name, NULL);

    g_assert_true(g_file_set_contents_full(path, (const char *)bytes->data, bytes->len,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    return path;
}

static void assert_explained(const GByteArray *file, int status, const char *text)
{
    Run run;

    RUN_WITH(&run, file, "explain", "-");
    g_assert_cmpint(run.status, ==, status);
    CASE_SAYS(&run, text);
    run_clear(&run);
}

/* ---------------------------------------------------------------------- libvirt */

static void test_libvirt(void)
{
    g_autofree char *raw = qemu_path("virsh-save-raw"), *xz = qemu_path("virsh-save-xz");
    Run run;

    case_run(&run, "explain", "virsh-save-raw", 0);
    CASE_SAYS(&run, "it is:  libvirt's save image; the stream begins at byte 136\n",
              "a complete stream: machine virt-7.2");
    run_clear(&run);
    case_run(&run, "explain", "virsh-save-xz", 0);
    CASE_SAYS(&run, "it is:  libvirt's save image, compressed by xz;");
    run_clear(&run);
    RUN(&run, "diff", raw, xz);
    g_assert_cmpint(run.status, ==, 0);
    run_clear(&run);
    case_run_to(&run, "doctor", "virsh-save-xz", "virsh-save-raw", 0);
    run_clear(&run);
}

static void test_libvirt_unfinished(void)
{
    Run run;

    case_run(&run, "explain", "virsh-save-unfinished", 1);
    CASE_SAYS(&run, "note:   libvirt's save was not finished");
    run_clear(&run);
    case_run(&run, "dump", "virsh-save-unfinished", 0);
    CASE_SAYS(&run, "machine virt-7.2", "warning: libvirt's save was not finished");
    run_clear(&run);
    case_run_to(&run, "filter", "virsh-save-unfinished", "virsh-save-raw", 0);
    CASE_SAYS(&run, "warning: libvirt's save was not finished");
    run_clear(&run);
}

/* The image of a plain stream with another format; the header is 92 bytes, the XML 44. */
static GByteArray *image_of_format(uint32_t format)
{
    static const char *const programs[] = { NULL, "gzip", "bzip2", "xz", "lzop", "zstd", NULL };
    GByteArray *image = stream_load("virsh-save-raw");
    g_autoptr(GByteArray) stream = g_byte_array_new();
    g_autofree char *path = NULL, *packed = NULL, *command = NULL;
    const char *program = programs[format];
    gsize size;

    memcpy(image->data + 28, &format, 4);
    if (!program) {
        return image;
    }
    g_byte_array_append(stream, image->data + 136, image->len - 136);
    path = file_write("stream", stream);
    command = g_strdup_printf("sh -c '%s -c <%s >%s.packed'", program, path, path);
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
    g_free(path);
    path = g_build_filename(directory, "stream.packed", NULL);
    g_assert_true(g_file_get_contents(path, &packed, &size, NULL));
    g_byte_array_set_size(image, 136);
    g_byte_array_append(image, (const uint8_t *)packed, (guint)size);
    return image;
}

/* The filter writes the same header, and a stream that is compressed in the same way. */
static void test_libvirt_formats(void)
{
    g_autofree char *raw = qemu_path("virsh-save-raw");

    for (uint32_t format = 0; format <= 6; format++) {
        g_autoptr(GByteArray) image = image_of_format(format);
        g_autoptr(GByteArray) filtered = g_byte_array_new();
        g_autofree char *path = file_write("image", image);
        Run run;

        RUN(&run, "diff", raw, path);
        g_assert_cmpint(run.status, ==, 0);
        run_clear(&run);
        RUN_WITH(&run, image, "filter", "--dest", path);
        g_assert_cmpint(run.status, ==, 0);
        g_assert_cmpmem(run.out, 136, image->data, 136);
        g_byte_array_append(filtered, (const uint8_t *)run.out, (guint)run.out_size);
        run_clear(&run);
        RUN_WITH(&run, filtered, "diff", raw, "-");
        g_assert_cmpint(run.status, ==, 0);
        run_clear(&run);
    }
}

/* A big-endian host wrote the image. */
static void test_libvirt_other_order(void)
{
    g_autoptr(GByteArray) image = stream_load("virsh-save-raw");

    for (size_t at = 16; at < 36; at += 4) {
        uint32_t word = GUINT32_SWAP_LE_BE(hw_load_be32(image->data + at));

        hw_store_be32(image->data + at, word);
    }
    assert_explained(image, 0, "it is:  libvirt's save image; the stream begins at byte 136\n");
}

static void test_libvirt_bad_headers(void)
{
    static const struct {
        size_t at;
        uint32_t value;
        const char *text;
    } bad[] = {
        { 16, 0x03030303, "libvirt's image has version 50529027, expected at most 2" },
        { 20, UINT32_MAX,
          "libvirt's image has 4294967295 bytes of XML, expected at most 16777216" },
        { 28, 7, "libvirt's image has format 7, expected at most 6" },
    };
    g_autoptr(GByteArray) cut = stream_load("virsh-save-raw");

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GByteArray) image = stream_load("virsh-save-raw");

        memcpy(image->data + bad[i].at, &bad[i].value, 4);
        assert_explained(image, 2, bad[i].text);
    }
    g_byte_array_set_size(cut, 50);
    assert_explained(cut, 2, "the header of libvirt's image ends after 50 of 92 bytes");
}

/* Offsets count in the file. */
static void test_place_in_the_file(void)
{
    g_autoptr(GByteArray) image = stream_load("virsh-save-raw");
    size_t at = stream_find(image, 136, "\3ram\0\0\0\0\0\0\0\4", 12);
    g_autofree char *text = g_strdup_printf("where:  byte %zu of %u, ", at + 1, image->len);
    g_autofree char *path = NULL;
    Run run;

    image->data[at + 11] = 5;
    path = file_write("image", image);
    RUN(&run, "explain", path);
    g_assert_cmpint(run.status, ==, 1);
    CASE_SAYS(&run, text);
    run_clear(&run);
}

/* Files that users give in a stream's place, by their first bytes; cut ones are nothing known. */
static void test_lookalikes(void)
{
    static const struct {
        const char *bytes, *what;
    } files[] = {
        { "\x11\x22\x33\x44....", "it is:  an extra channel of a multifd migration\n" },
        { "\x7f"
          "ELF....",
          "it is:  an ELF file: a dump of dump-guest-memory can't be loaded\n" },
        { "hello...", NULL },
        { "QFI", NULL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_autofree char *path = NULL;
        const char *said;
        Run run;

        g_byte_array_append(bytes, (const guint8 *)files[i].bytes, (guint)strlen(files[i].bytes));
        path = file_write("lookalike", bytes);
        RUN(&run, "explain", path);
        g_assert_cmpint(run.status, ==, 1);
        said = strstr(run.out, "it is:  ");
        g_assert_cmpint(said != NULL, ==, files[i].what != NULL);
        if (said && files[i].what) {
            g_assert_true(g_str_has_prefix(said, files[i].what));
            g_assert_null(strstr(said + 1, "it is:  "));
        }
        run_clear(&run);
    }
}

/* ------------------------------------------------------------------- compressed */

static void test_compressed(void)
{
    static const char *const programs[] = { "gzip", "bzip2", "xz", "zstd -q", "lz4 -q", "lzop" };
    g_autofree char *plain = qemu_path("net-1-vcpu");
    g_autofree char *packed = g_build_filename(directory, "packed", NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
        g_autofree char *command = g_strdup_printf("sh -c '%s -c <%s >%s'", programs[i], plain,
                                                   packed);
        g_autofree char *bytes = NULL;
        g_autoptr(GByteArray) file = g_byte_array_new();
        gsize size;
        Run run;

        g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
        RUN(&run, "diff", plain, packed);
        g_assert_cmpint(run.status, ==, 0);
        run_clear(&run);
        g_assert_true(g_file_get_contents(packed, &bytes, &size, NULL));
        g_byte_array_append(file, (const uint8_t *)bytes, (guint)size / 2);
        assert_explained(file, 1, "can't unpack all of the stream: it is damaged, truncated");
    }
}

/* A pipe can't be read again from its start. */
static void test_compressed_pipe(void)
{
    g_autofree char *path = qemu_path("virsh-save-xz"), *out = NULL;
    g_autofree char *plain = qemu_path("net-1-vcpu");
    g_autofree char *line = g_strdup_printf("sh -c 'cat %s | %s explain -; xz -c <%s | cat | %s "
                                            "filter --dest %s | xz -dc | cmp - %s && echo same'",
                                            path, g_getenv("OB_STREAM_TOOL"), plain,
                                            g_getenv("OB_STREAM_TOOL"), plain, plain);

    g_assert_true(g_spawn_command_line_sync(line, &out, NULL, NULL, NULL));
    assert_has(out, "it is:  libvirt's save image, compressed by xz;");
    assert_has(out, "same\n");
}

/* A gzip file of zeros is refused at its first bytes, and a stream with endless zeros behind it is
 * not unpacked to its end. */
static void test_bomb(void)
{
    g_autofree char *plain = qemu_path("net-1-vcpu"), *out = NULL;
    g_autofree char *line = g_strdup_printf(
        "sh -c 'head -c 8M /dev/zero | gzip -1c | %s explain -; (cat %s; head -c 65M /dev/zero) "
        "| gzip -1c | %s explain -'",
        g_getenv("OB_STREAM_TOOL"), plain, g_getenv("OB_STREAM_TOOL"));

    g_assert_true(g_spawn_command_line_sync(line, &out, NULL, NULL, NULL));
    assert_has(out, "what:   Not a migration stream\n");
    assert_has(out, "note:   more than 67108864 bytes after the stream's end are not unpacked\n");
}

/* ------------------------------------------------------------------- mapped-ram */

static void test_mapped_ram(void)
{
    g_autoptr(GByteArray) file = stream_load("mapped-ram-q35-10.0");
    g_autofree char *path = qemu_path("mapped-ram-q35-10.0"), *other = NULL;
    Run run;

    case_run(&run, "explain", "mapped-ram-q35-10.0", 0);
    CASE_SAYS(&run, "a complete stream: machine pc-q35-10.0, 6 RAM blocks, 29 sections");
    run_clear(&run);
    case_run(&run, "dump", "mapped-ram-q35-10.0", 0);
    CASE_SAYS(&run, "/rom@etc/acpi/tables           131072 bytes, pages sent: 29 zero, 3 other\n");
    run_clear(&run);
    assert_explained(file, 0, "29 sections of devices");
    case_run_to(&run, "filter", "mapped-ram-q35-10.0", "mapped-ram-q35-10.0", 0);
    g_assert_cmpmem(run.out, run.out_size, file->data, file->len);
    run_clear(&run);
    file->data[1048576] ^= 1; /* the first page of the first block */
    other = file_write("mapped", file);
    RUN(&run, "diff", path, other);
    g_assert_cmpint(run.status, ==, 1);
    CASE_SAYS(&run, "ram /rom@etc/acpi/tables: 1 pages differ, at 0x0\n");
    run_clear(&run);
}

/* Refused bytes are counted in the file, whose size is known before it was read. */
static void test_mapped_ram_place(void)
{
    g_autoptr(GByteArray) file = stream_load("mapped-ram-q35-10.0");
    size_t at = stream_find(file, 0, "mapped-ram", 10);
    g_autofree char *path = NULL;
    Run run;

    file->data[at] = 'x';
    path = file_write("mapped", file);
    RUN(&run, "explain", path);
    g_assert_cmpint(run.status, ==, 1);
    CASE_SAYS(&run, "Capability xapped-ram is off, but received capability is on", " of 7420721, ");
    run_clear(&run);
}

static void test_mapped_ram_lies(void)
{
    static const struct {
        size_t at;
        uint8_t value;
        const char *text;
    } bad[] = {
        { 3, 2, "mapped-ram: unsupported version 2, expected 1" },
        { 10, 0x20, "mapped-ram: the page size is 0x2000, expected 0x1000" },
        { 19, 0x98, "mapped-ram: the bitmap of block \"/rom@etc/acpi/tables\" is at byte 152" },
        { 20, 0x80, "mapped-ram: the pages of block \"/rom@etc/acpi/tables\" are at byte" },
        { 25, 0, "mapped-ram: the pages of block \"/rom@etc/acpi/tables\" are at byte 0 " },
        { 22, 1, "the stream ends here" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GByteArray) file = stream_load("mapped-ram-q35-10.0");
        size_t at = stream_find(file, 0, "/rom@etc/acpi/tables", 20) + 28;

        file->data[at + bad[i].at] = bad[i].value;
        assert_explained(file, 1, bad[i].text);
    }
}

/* diff reads the pages at their places; the file ends in the first one. */
static void test_mapped_ram_ends(void)
{
    g_autoptr(GByteArray) file = stream_load("mapped-ram-q35-10.0");
    g_autofree char *path = NULL;
    Run run;

    g_byte_array_set_size(file, 1048576 + 100);
    path = file_write("mapped-short", file);
    RUN(&run, "diff", path, path);
    g_assert_cmpint(run.status, ==, 1);
    CASE_SAYS(&run, "mapped-ram: the file ends before byte 1052672 (section 'ram' 0, ");
    run_clear(&run);
}

/* ------------------------------------------------------------------------- wild */

/* A file of mapped-ram in libvirt's image, whose offsets need no padding. */
static GByteArray *small_image(void)
{
    g_autoptr(GByteArray) original = stream_load("mapped-ram-q35-10.0");
    g_autoptr(GByteArray) header = stream_load("virsh-save-raw");
    GByteArray *image = g_byte_array_new();
    size_t ram = stream_find(original, 0, "\1\0\0\0\1\3ram", 9) + 17;
    static const uint8_t total[8] = { 0, 0, 0, 0, 0, 0, 0x10, 4 };
    uint8_t mapped[28 + 8 + 4096] = { [3] = 1, [10] = 0x10, [28] = 1 };
    static const uint8_t end[] = { 0, 0, 0, 0, 0, 0, 0, 0x10, 0x7e, 0,    0,    0, 1, 3, 0, 0,
                                   0, 1, 0, 0, 0, 0, 0, 0,    0,    0x10, 0x7e, 0, 0, 0, 1, 0 };

    g_byte_array_append(image, header->data, 136);
    g_byte_array_append(image, original->data, (guint)ram);
    g_byte_array_append(image, total, sizeof(total));
    g_byte_array_append(image, (const uint8_t *)"\6pc.ram\0\0\0\0\0\0\x10\0", 15);
    hw_store_be64(mapped + 12, image->len + 28);
    hw_store_be64(mapped + 20, image->len + 36);
    g_byte_array_append(image, mapped, sizeof(mapped));
    g_byte_array_append(image, end, sizeof(end));
    return image;
}

static bool image_is_read(const GByteArray *image)
{
    g_autofree char *path = file_write("wild", image);
    HW_ERROR(error, 400);
    ObModel *model = ob_model_read_pages(path, NULL, &error);
    bool accepted = model && model->refusal.reason == OB_VM_ACCEPTED;

    g_assert_true(model || error.text[0]);
    ob_model_free(model);
    return accepted;
}

static void test_wild(void)
{
    const char *more = g_getenv("OB_MUTATIONS");
    unsigned count = more ? (unsigned)atoi(more) : 500;
    g_autoptr(GByteArray) image = small_image();
    g_autoptr(GRand) random = g_rand_new_with_seed((guint32)g_test_rand_int());

    g_assert_true(image_is_read(image));
    for (unsigned i = 0; i < count; i++) {
        g_autoptr(GByteArray) mutant = g_byte_array_new();

        g_byte_array_append(mutant, image->data, image->len);
        for (int j = g_rand_int_range(random, 1, 4); j > 0; j--) {
            guint at = (guint)g_rand_int_range(random, 0, 400);

            mutant->data[at] = (uint8_t)(g_rand_boolean(random) ? g_rand_int(random) : 0xff);
        }
        if (g_rand_int_range(random, 0, 4) == 0) {
            g_byte_array_set_size(mutant, (guint)g_rand_int_range(random, 0, (gint)image->len));
        }
        image_is_read(mutant);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(void);
    } tests[] = {
        { "libvirt/is-read", test_libvirt },
        { "libvirt/unfinished-is-said", test_libvirt_unfinished },
        { "libvirt/of-the-other-byte-order", test_libvirt_other_order },
        { "libvirt/bad-headers-are-refused", test_libvirt_bad_headers },
        { "libvirt/place-counts-in-the-file", test_place_in_the_file },
        { "lookalikes-are-named", test_lookalikes },
        { "compressed/is-read", test_compressed },
        { "compressed/pipe-is-read", test_compressed_pipe },
        { "compressed/bomb-has-a-limit", test_bomb },
        { "mapped-ram/is-read", test_mapped_ram },
        { "mapped-ram/place-counts-in-the-file", test_mapped_ram_place },
        { "mapped-ram/that-lies-is-refused", test_mapped_ram_lies },
        { "mapped-ram/that-ends-in-a-page-is-refused", test_mapped_ram_ends },
        { "wild", test_wild },
    };
    int status;

    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    directory = run_directory_new();
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strdup_printf("/stream-cases/%s", tests[i].path);

        g_test_add_func(path, tests[i].test);
    }
    if (g_getenv("OB_EACH_PACKER")) { /* for some seconds */
        g_test_add_func("/stream-cases/libvirt/each-format-is-written-again", test_libvirt_formats);
    }
    status = g_test_run();
    run_directory_remove(directory);
    return status;
}
