/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filter passes no part on that the destination is not known to take. */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hw-api/device/bytes.h"
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

/* The destination's section is shorter: it would take the field for the section's footer. */
static void test_unknown_field(void)
{
    g_autoptr(GByteArray) stream = device_stream("gadget", PART_FIELD);
    g_autoptr(GByteArray) own = device_stream("gadget", PART_NONE);
    char *directory = run_directory_new();
    g_autofree char *path = g_build_filename(directory, "own", NULL);
    Run run;

    g_assert_true(g_file_set_contents(path, (const char *)own->data, own->len, NULL));
    RUN_WITH(&run, stream, "filter", "--dest", path);
    g_assert_cmpint(run.status, ==, 1);
    CASE_SAYS(&run, "not permitted: Missing section footer for gadget (field extra only in the "
                    "stream): needs --pass 'gadget'\n");
    run_clear(&run);
    RUN_WITH(&run, stream, "filter", "--strict", "--dest", path, "--pass", "gadget");
    g_assert_cmpint(run.status, ==, 0);
    run_clear(&run);
    RUN_WITH(&run, stream, "filter", "--dest", path, "--pass", "gadged");
    CASE_SAYS(&run, "'gadged' was not used\n");
    run_clear(&run);
    run_directory_remove(directory);
}

/* -------------------------------------------------------------------- mapped-ram */

#define HUGE_RAM   (UINT64_C(64) << 30)
#define PAGES_AT   (UINT64_C(4) << 20)
#define BITMAP     (HUGE_RAM / 4096 / 8)
#define RAM_HEADER 17 /* the header of section ram */

static void u64_append(GByteArray *bytes, uint64_t value)
{
    uint8_t text[8];

    hw_store_be64(text, value);
    g_byte_array_append(bytes, text, sizeof(text));
}

/* A file of mapped-ram with a single block, all of it a hole, and no devices. */
static void sparse_write(const char *path)
{
    g_autoptr(GByteArray) file = stream_load("mapped-ram-q35-10.0");
    size_t ram = stream_find(file, 0, "\3ram", 4) - 5;
    uint8_t id[4];
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    memcpy(id, file->data + ram + 1, sizeof(id));
    g_byte_array_set_size(file, (guint)ram + RAM_HEADER);
    u64_append(file, HUGE_RAM | OB_VM_RAM_MEM_SIZE);
    g_byte_array_append(file, (const uint8_t *)"\6pc.ram", 7);
    u64_append(file, HUGE_RAM);
    g_byte_array_append(file, (const uint8_t *)"\0\0\0\1", 4);
    u64_append(file, 4096);
    u64_append(file, file->len + 16);
    u64_append(file, PAGES_AT);
    g_assert_cmpuint(file->len + BITMAP, <, PAGES_AT);
    g_assert_cmpint(write(fd, file->data, file->len), ==, file->len);
    g_byte_array_set_size(file, 0);
    for (unsigned part = 0; part < 2; part++) {
        u64_append(file, OB_VM_RAM_EOS);
        g_byte_array_append(file, (const uint8_t[]) { OB_VM_FOOTER }, 1);
        g_byte_array_append(file, id, sizeof(id));
        g_byte_array_append(file, (const uint8_t[]) { part ? OB_VM_EOF : OB_VM_END }, 1);
        g_byte_array_append(file, id, part ? 0 : sizeof(id));
    }
    g_assert_cmpint(pwrite(fd, file->data, file->len, (off_t)(PAGES_AT + HUGE_RAM)), ==, file->len);
    close(fd);
}

/* The pages are neither read nor kept in memory, and holes stay holes. */
static void test_sparse_file(void)
{
    char *directory = run_directory_new();
    g_autofree char *path = g_build_filename(directory, "in", NULL);
    g_autofree char *out = g_build_filename(directory, "out", NULL);
    g_autofree char *line = g_strdup_printf("sh -c '%s filter --dest %s <%s >%s'",
                                            g_getenv("OB_STREAM_TOOL"), path, path, out);
    struct stat before, after;
    int status;

    sparse_write(path);
    g_assert_true(g_spawn_command_line_sync(line, NULL, NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
    g_assert_cmpint(stat(path, &before), ==, 0);
    g_assert_cmpint(stat(out, &after), ==, 0);
    g_assert_cmpint(after.st_size, ==, before.st_size);
    g_assert_cmpint(after.st_blocks, <, 20000);
    run_directory_remove(directory);
}

static void test_sparse_file_for_other_ram(void)
{
    g_autofree char *own = qemu_path("mapped-ram-q35-10.0");
    char *directory = run_directory_new();
    g_autofree char *path = g_build_filename(directory, "in", NULL);
    g_autofree char *line = g_strdup_printf("sh -c '%s filter --strict --dest %s <%s | wc -c'",
                                            g_getenv("OB_STREAM_TOOL"), own, path);
    g_autofree char *out = NULL, *text = NULL;

    sparse_write(path);
    g_assert_true(g_spawn_command_line_sync(line, &out, &text, NULL, NULL));
    g_assert_cmpstr(out, ==, "4\n");
    assert_has(text, "Size mismatch: pc.ram: 0x1000000000 != 0x");
    run_directory_remove(directory);
}

/* An xz that unpacks alone: the file at the other end is not whole. */
static void test_packer_fails(void)
{
    g_autofree char *own = qemu_path("virsh-save-xz"), *out = NULL, *text = NULL;
    char *directory = run_directory_new();
    g_autofree char *xz = g_build_filename(directory, "xz", NULL);
    g_autofree char *line = g_strdup_printf("sh -c 'real=$(command -v xz); PATH=%s:$PATH "
                                            "REAL=$real %s filter --dest %s <%s >/dev/null'",
                                            directory, g_getenv("OB_STREAM_TOOL"), own, own);
    static const char script[] = "#!/bin/sh\ncase \"$*\" in *d*) exec \"$REAL\" \"$@\";; esac\n"
                                 "cat >/dev/null\nexit 1\n";
    int status;

    g_assert_true(g_file_set_contents_full(xz, script, sizeof(script) - 1, 0, 0700, NULL));
    g_assert_true(g_spawn_command_line_sync(line, &out, &text, &status, NULL));
    assert_has(text, "outboard-stream: filter: xz can't compress the output\n");
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 2);
    run_directory_remove(directory);
}

/* ------------------------------------------------------------------ trouble */

/* Runs a line of shell.  %T is the tool, %S a stream and %D the directory. */
static void assert_line(const char *directory, const char *line, int status, const char *says)
{
    g_autofree char *stream = qemu_path("net-1-vcpu"), *text = NULL;
    g_autoptr(GString) all = g_string_new("sh -c '");
    int ended;

    g_string_append_printf(all, "%s'", line);
    g_string_replace(all, "%T", g_getenv("OB_STREAM_TOOL"), 0);
    g_string_replace(all, "%S", stream, 0);
    g_string_replace(all, "%D", directory, 0);
    g_assert_true(g_spawn_command_line_sync(all->str, NULL, &text, &ended, NULL));
    assert_has(text, says);
    g_assert_true(WIFEXITED(ended));
    g_assert_cmpint(WEXITSTATUS(ended), ==, status);
}

static void test_trouble(void)
{
    g_autofree char *image = qemu_path("virsh-save-raw");
    g_autofree char *image_line = g_strdup_printf("%%T filter --dest %s <%s >/dev/full", image,
                                                  image);
    char *directory = run_directory_new();

    assert_line(directory, "%T filter --dest %S <%S >/dev/full", 2,
                "outboard-stream: standard output: No space left on device\n");
    assert_line(directory, image_line, 2,
                "outboard-stream: filter: standard output: No space left on device\n");
    assert_line(directory, "gzip -c <%S | %T filter --dest %S >/dev/full", 2,
                "outboard-stream: filter: gzip can't compress the output\n");
    assert_line(directory, "%T filter --dest %S <%D >%D/out", 2,
                "outboard-stream: filter: -: can't be read: Is a directory\n");
    assert_line(directory, "echo no stream at all | %T filter --dest %S >%D/out", 1,
                "outboard-stream: filter: Not a migration stream (magic and version, byte 0)");
    assert_line(directory, "%T filter --dest %S --report %D/none/report <%S >%D/out", 2,
                "/none/report: can't be written: No such file or directory\n");
    assert_line(directory,
                "%T filter --dest %S --report /dev/full --policy drop=SCTLR_EL4 <%S >%D/out", 2,
                "outboard-stream: /dev/full: can't be written: No space left on device\n");
    run_directory_remove(directory);
}

/* The source closes its socket in the middle of the stream. */
static void test_source_resets(void)
{
    g_autofree char *own = qemu_path("net-1-vcpu"), *out = NULL, *text = NULL;
    const char *argv[] = { g_getenv("OB_STREAM_TOOL"), "filter", "--dest", own, NULL };
    int ends[2], status;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
    g_assert_cmpint(write(ends[1], "QEVM\0\0\0\3\7\0\0\0\x40virtmore", 21), ==, 21);
    g_assert_cmpint(write(ends[0], "x", 1), ==, 1);
    close(ends[1]);
    g_assert_cmpint(dup2(ends[0], STDIN_FILENO), ==, STDIN_FILENO);
    close(ends[0]);
    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL,
                               &out, &text, &status, NULL));
    g_assert_cmpstr(text, ==,
                    "outboard-stream: filter: -: can't be read: Connection reset by peer\n");
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 2);
}

/* mapped-ram's pages go to a file, to its end, and into a pipe; a file that ends in them is cut. */
static void test_mapped_pages(void)
{
    g_autofree char *stream = qemu_path("mapped-ram-q35-10.0");
    char *directory = run_directory_new();
    g_autofree char *same = g_strdup_printf(
        "cp --sparse=always %s %%D/in && %%T filter --dest %%D/in <%%D/in >%%D/out && "
        "cmp %%D/in %%D/out && test $(stat -c %%b %%D/out) -lt 7000 && "
        "rm %%D/out && %%T filter --dest %%D/in <%%D/in >>%%D/out && cmp %%D/in %%D/out && "
        "head -c 2M %%D/in >%%D/cut && "
        "%%T filter --dest %%D/in <%%D/cut >%%D/out",
        stream);

    assert_line(directory, same, 1, "Input/output error: the stream ends here, ");
    assert_line(directory, "%T filter --dest %D/in <%D/cut | cat >%D/out", 0,
                "Input/output error: the stream ends here, ");
    assert_line(directory, "%T filter --dest %D/in <%D/in >/dev/full", 2,
                "outboard-stream: standard output: No space left on device\n");
    run_directory_remove(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    g_test_add_func("/stream-cases/filter/unknown-subsection-is-refused", test_unknown_subsection);
    g_test_add_func("/stream-cases/filter/unknown-section-is-refused", test_unknown_section);
    g_test_add_func("/stream-cases/filter/unknown-field-is-refused", test_unknown_field);
    g_test_add_func("/stream-cases/filter/holes-of-mapped-ram-stay", test_sparse_file);
    g_test_add_func("/stream-cases/filter/mapped-ram-is-judged-first",
                    test_sparse_file_for_other_ram);
    g_test_add_func("/stream-cases/filter/packer-that-fails-is-told", test_packer_fails);
    g_test_add_func("/stream-cases/filter/trouble-is-told", test_trouble);
    g_test_add_func("/stream-cases/filter/source-that-resets-is-told", test_source_resets);
    g_test_add_func("/stream-cases/filter/pages-of-mapped-ram", test_mapped_pages);
    return g_test_run();
}
