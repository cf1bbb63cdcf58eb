/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of a stream out of each container, and files that have none. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/stream/container/input.h"
#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/lib/tool-run.h"

static char *directory;

static char *file_write(const char *name, const void *bytes, gsize size)
{
    char *path = g_build_filename(directory, name, NULL);

    g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
    return path;
}

/* Puts descriptor `fd` in standard input's place, and closes it. */
static void stdin_is(int fd)
{
    g_assert_cmpint(dup2(fd, STDIN_FILENO), ==, STDIN_FILENO);
    close(fd);
}

/* ----------------------------------------------------------------- first bytes */

/* The magic numbers of the formats' pages.  A byte less is nothing known. */
static void test_magic(void)
{
    static const struct {
        const char *bytes;
        size_t size;
    } files[] = {
        { "QEVM", 4 },
        { "QFI\xfb", 4 },
        { "LibvirtQemudSave", 16 },
        { "LibvirtQemudPart", 16 },
        { "\x1f\x8b", 2 },
        { "BZh", 3 },
        { "\xfd"
          "7zXZ\0",
          6 },
        { "\x89LZO\0\r", 6 },
        { "\x28\xb5\x2f\xfd", 4 },
        { "\x04\x22\x4d\x18", 4 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        uint8_t bytes[OB_VM_LIBVIRT_MAGIC] = { 0 };

        memcpy(bytes, files[i].bytes, files[i].size);
        g_assert_true(ob_vm_input_is_stream(bytes, files[i].size));
        g_assert_true(ob_vm_input_is_stream(bytes, sizeof(bytes)));
        g_assert_false(ob_vm_input_is_stream(bytes, files[i].size - 1));
        bytes[files[i].size - 1] ^= 1;
        g_assert_false(ob_vm_input_is_stream(bytes, sizeof(bytes)));
    }
    g_assert_null(ob_vm_packer_named("rar"));
}

/* Words of libvirt's header: the version, the XML's length, "was running", the format. */
static void test_libvirt_header(void)
{
    static const struct {
        uint32_t words[4];
        const char *text; /* NULL: taken */
        const char *packer;
    } rows[] = {
        { { 2, 16u << 20, 1, 6 }, NULL, NULL },
        { { 1, 0, 0, 0 }, NULL, NULL },
        { { 2, 0, 0, 1 }, NULL, "gzip" },
        { { 2, 0, 0, 2 }, NULL, "bzip2" },
        { { 2, 0, 0, 3 }, NULL, "xz" },
        { { 2, 0, 0, 4 }, NULL, "lzop" },
        { { 2, 0, 0, 5 }, NULL, "zstd" },
        { { 2, 0, 0, 7 }, "libvirt's image has format 7, expected at most 6", NULL },
        { { 2, (16u << 20) + 1, 0, 0 },
          "libvirt's image has 16777217 bytes of XML, expected at most 16777216",
          NULL },
        { { 3, 0, 0, 0 }, "libvirt's image has version 50331648, expected at most 2", NULL },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        uint8_t header[OB_VM_LIBVIRT_HEADER] = "LibvirtQemudSave";
        ObVmLibvirtImage image;
        HW_ERROR(error, 200);

        memcpy(header + OB_VM_LIBVIRT_MAGIC, rows[i].words, sizeof(rows[i].words));
        g_assert_cmpint(ob_vm_libvirt_image_parse(&image, header, &error), ==, !rows[i].text);
        g_assert_cmpstr(error.text, ==, rows[i].text ? rows[i].text : "");
        g_assert_false(image.unfinished);
        if (!rows[i].text) {
            g_assert_cmpuint(image.data_size, ==, rows[i].words[1]);
            g_assert_cmpstr(ob_vm_libvirt_packer(&image), ==, rows[i].packer);
        }
    }
}

/* ---------------------------------------------------------------- opened or not */

static void assert_not_opened(const char *path, const char *snapshot, const char *sentence)
{
    HW_ERROR(error, 400);

    g_assert_null(ob_vm_input_open_snapshot(path, snapshot, &error));
    g_assert_cmpstr(error.text, ==, sentence);
}

static void test_not_opened(void)
{
    g_autofree char *text = file_write("text", "hello", 5), *said = NULL, *missing = NULL;
    g_autofree char *directory_says = g_strdup_printf("%s: can't be read: Is a directory",
                                                      directory);
    g_autofree char *image = file_write("image", "LibvirtQemudSave", 16);

    assert_not_opened(directory, NULL, directory_says);
    missing = g_strdup_printf("%s/none: can't be opened: No such file or directory", directory);
    said = g_strdup_printf("%s/none", directory);
    assert_not_opened(said, NULL, missing);
    g_free(said);
    said = g_strdup_printf("%s: is not a qcow2 image, which --snapshot needs", text);
    assert_not_opened(text, "one", said);
    g_free(said);
    said = g_strdup_printf("%s: the header of libvirt's image ends after 16 of 92 bytes", image);
    assert_not_opened(image, NULL, said);
}

/* A pipe's image can't be read at any place. */
static void test_snapshot_in_a_pipe(void)
{
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    g_assert_cmpint(write(ends[1], "QFI\xfb", 4), ==, 4);
    close(ends[1]);
    stdin_is(ends[0]);
    assert_not_opened("-", "one", "-: is not a qcow2 image, which --snapshot needs");
}

static char *packed_write(const char *name, const void *bytes, gsize size)
{
    g_autofree char *plain = file_write("plain", bytes, size);
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autofree char *line = g_strdup_printf("sh -c 'gzip -c <%s >%s'", plain, path);

    g_assert_true(g_spawn_command_line_sync(line, NULL, NULL, NULL, NULL));
    return g_steal_pointer(&path);
}

/* The packer is not installed. */
static void test_no_packer(void)
{
    g_autofree char *path = packed_write("packed", "hello", 5), *search = NULL;
    HW_ERROR(error, 400);

    search = g_strdup(g_getenv("PATH"));
    g_setenv("PATH", directory, TRUE);
    g_assert_null(ob_vm_input_open(path, &error));
    g_setenv("PATH", search, TRUE);
    g_assert_true(g_str_has_prefix(error.text, "gzip: can't be run: "));
    assert_has(error.text, "(No such file or directory)");
}

/* ------------------------------------------------------------------------ bytes */

/* Reads in pieces of 7 bytes; the input has to end without an error. */
static void assert_gives(ObVmInput *input, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    HW_ERROR(error, 400);
    uint8_t bytes[7];
    ssize_t count;

    while ((count = ob_vm_input_read(input, bytes, sizeof(bytes), &error)) > 0) {
        g_string_append_len(text, (const char *)bytes, count);
    }
    g_assert_cmpint(count, ==, 0);
    g_assert_cmpstr(error.text, ==, "");
    g_assert_cmpstr(text->str, ==, expected);
    g_assert_cmpuint(input->given, ==, text->len);
    g_assert_null(ob_vm_input_damage(input));
}

#define DIGITS "0123456789abcdefghijklmnop"

/* Standard input is at a place behind its start, as a shell's subshell leaves it. */
static void test_origin(void)
{
    g_autofree char *packed = packed_write("packed", DIGITS, strlen(DIGITS)), *bytes = NULL;
    g_autoptr(GByteArray) file = g_byte_array_new();
    HW_ERROR(error, 400);
    ObVmInput *input;
    gsize size;
    int fd;

    g_assert_true(g_file_get_contents(packed, &bytes, &size, NULL));
    g_byte_array_append(file, (const guint8 *)"before", 6);
    g_byte_array_append(file, (const guint8 *)bytes, (guint)size);
    g_free(packed);
    packed = file_write("behind", file->data, file->len);
    fd = open(packed, O_RDONLY);
    g_assert_cmpint(lseek(fd, 6, SEEK_SET), ==, 6);
    stdin_is(fd);
    input = ob_vm_input_open("-", &error);
    assert_gives(input, DIGITS);
    ob_vm_input_close(input);
    g_assert_cmpint(fcntl(STDIN_FILENO, F_GETFD), >=, 0);
}

/* Bytes that were read ahead, then those of the file, of a pipe, or of a packer. */
static void test_skip(void)
{
    static const struct {
        uint64_t size, plain, packed;
        const char *rest, *packed_rest;
    } rows[] = {
        { 0, 0, 0, DIGITS, DIGITS },
        { 1, 1, 0, "123456789abcdefghijklmnop", DIGITS },
        { 16, 16, 0, "ghijklmnop", DIGITS },
        { 17, 17, 0, "hijklmnop", DIGITS },
        { UINT64_MAX, 16, 0, "ghijklmnop", DIGITS },
        { 1000, 1000, 0, "", DIGITS },
    };
    g_autofree char *plain = file_write("digits", DIGITS, strlen(DIGITS));
    g_autofree char *packed = packed_write("packed", DIGITS, strlen(DIGITS));
    HW_ERROR(error, 400);

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        ObVmInput *input = ob_vm_input_open(plain, &error);

        g_assert_cmpuint(ob_vm_input_skip(input, rows[i].size), ==, rows[i].plain);
        g_assert_cmpuint(input->given, ==, rows[i].plain);
        input->given = 0;
        assert_gives(input, rows[i].rest);
        ob_vm_input_close(input);
        input = ob_vm_input_open(packed, &error);
        g_assert_cmpuint(ob_vm_input_skip(input, rows[i].size), ==, rows[i].packed);
        assert_gives(input, rows[i].packed_rest);
        ob_vm_input_close(input);
    }
}

static void test_skip_in_a_pipe(void)
{
    HW_ERROR(error, 400);
    ObVmInput *input;
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    g_assert_cmpint(write(ends[1], DIGITS, strlen(DIGITS)), ==, strlen(DIGITS));
    close(ends[1]);
    stdin_is(ends[0]);
    input = ob_vm_input_open("-", &error);
    g_assert_cmpuint(ob_vm_input_skip(input, 20), ==, 16);
    input->given = 0;
    assert_gives(input, "ghijklmnop");
    ob_vm_input_close(input);
}

/* The source closes its socket, and has not read a byte that was sent to it. */
static void test_connection_reset(void)
{
    HW_ERROR(error, 400);
    uint8_t bytes[100];
    ObVmInput *input;
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
    g_assert_cmpint(write(ends[1], DIGITS, 20), ==, 20);
    g_assert_cmpint(write(ends[0], "x", 1), ==, 1);
    close(ends[1]);
    stdin_is(ends[0]);
    input = ob_vm_input_open("-", &error);
    g_assert_cmpint(ob_vm_input_read(input, bytes, sizeof(bytes), &error), ==, 16);
    g_assert_cmpint(ob_vm_input_read(input, bytes, sizeof(bytes), &error), ==, 4);
    g_assert_cmpstr(error.text, ==, "");
    g_assert_cmpint(ob_vm_input_read(input, bytes, sizeof(bytes), &error), ==, -1);
    g_assert_cmpstr(error.text, ==, "-: can't be read: Connection reset by peer");
    ob_vm_input_close(input);
}

/* The limit is 1 GiB, and 4096 times the file's size.  The test begins one byte before it. */
static void test_unpacked_limit(void)
{
    g_autofree char *path = packed_write("packed", DIGITS, strlen(DIGITS)), *expected = NULL;
    ObVmInput *input;
    uint8_t byte;
    HW_ERROR(error, 400);

    input = ob_vm_input_open(path, &error);
    input->given = (UINT64_C(1) << 30) + input->file_size * 4096 - 1;
    g_assert_cmpint(ob_vm_input_read(input, &byte, 1, &error), ==, 1);
    expected = g_strdup_printf("%s: unpacks to more than %" G_GUINT64_FORMAT " bytes, expected at "
                               "most 4096 times its own size",
                               path, input->given + 1);
    g_assert_cmpint(ob_vm_input_read(input, &byte, 1, &error), ==, -1);
    g_assert_cmpstr(error.text, ==, expected);
    ob_vm_input_close(input);
}

/* A file that isn't packed has no such limit. */
static void test_plain_has_no_limit(void)
{
    g_autofree char *path = file_write("digits", DIGITS, strlen(DIGITS));
    HW_ERROR(error, 400);
    ObVmInput *input = ob_vm_input_open(path, &error);
    uint8_t byte;

    input->given = UINT64_C(1) << 40;
    g_assert_cmpint(ob_vm_input_read(input, &byte, 1, &error), ==, 1);
    g_assert_null(ob_vm_input_kind(input));
    ob_vm_input_close(input);
}

/* A packer that fails says so once: at the end of what it could unpack. */
static void test_damaged(void)
{
    g_autofree char *path = packed_write("packed", DIGITS, strlen(DIGITS)), *bytes = NULL;
    g_autofree char *kind = NULL, *damage = NULL;
    HW_ERROR(error, 400);
    ObVmInput *input;
    uint8_t byte;
    gsize size;

    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    g_free(path);
    path = file_write("packed", bytes, size - 1);
    input = ob_vm_input_open(path, &error);
    kind = ob_vm_input_kind(input);
    g_assert_cmpstr(kind, ==, "a stream, compressed by gzip");
    while (ob_vm_input_read(input, &byte, 1, &error) > 0) {}
    damage = ob_vm_input_damage(input);
    g_assert_cmpstr(damage, ==,
                    "gzip can't unpack all of the stream: it is damaged, truncated or needs too "
                    "much memory");
    g_assert_cmpint(ob_vm_input_read(input, &byte, 1, &error), ==, 0);
    ob_vm_input_close(input);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(void);
    } tests[] = {
        { "magic/has-all-its-bytes", test_magic },
        { "libvirt/header-at-its-limits", test_libvirt_header },
        { "open/says-why-not", test_not_opened },
        { "open/snapshot-in-a-pipe", test_snapshot_in_a_pipe },
        { "open/packer-that-is-not-there", test_no_packer },
        { "bytes/begin-at-the-place-of-standard-input", test_origin },
        { "bytes/are-skipped", test_skip },
        { "bytes/are-skipped-in-a-pipe", test_skip_in_a_pipe },
        { "bytes/end-with-a-reset-connection", test_connection_reset },
        { "packed/has-a-limit", test_unpacked_limit },
        { "packed/plain-has-no-limit", test_plain_has_no_limit },
        { "packed/damage-is-told", test_damaged },
    };
    int status;

    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    directory = run_directory_new();
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strdup_printf("/stream-input/%s", tests[i].path);

        g_test_add_func(path, tests[i].test);
    }
    status = g_test_run();
    run_directory_remove(directory);
    return status;
}
