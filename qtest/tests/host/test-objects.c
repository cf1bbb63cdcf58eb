/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects of -object and object-add, and the machine's RAM in a memory backend. */
#include <glib/gstdio.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/program.h"
#include "qtest/tests/host/qmp-peer.h"

#define SIZE 0x200000

/* A machine whose command line is `data`; FILE stands for a file, which does not exist yet. */
typedef struct Fixture {
    Qmp qmp;
    char *directory;
    char *path;
    char *line;
} Fixture;

static char *file_named(const Fixture *f, const char *line)
{
    g_auto(GStrv) parts = g_strsplit(line, "FILE", 0);

    return g_strjoinv(f->path, parts);
}

static void start(Fixture *f, const char *line)
{
    g_autofree char *whole = file_named(f, line);
    g_auto(GStrv) words = g_strsplit(whole, " ", 0);

    qmp_set_up_with(&f->qmp, (const char *const *)words);
    negotiate(&f->qmp);
}

static void set_up(Fixture *f, gconstpointer data)
{
    f->directory = g_dir_make_tmp("objects-XXXXXX", NULL);
    f->path = g_build_filename(f->directory, "ram", NULL);
    if (data) {
        start(f, data);
    }
}

static void tear_down(Fixture *f, gconstpointer data)
{
    if (data) {
        qmp_tear_down(&f->qmp, NULL);
    }
    g_unlink(f->path);
    g_rmdir(f->directory);
    g_free(f->path);
    g_free(f->directory);
}

static void answers(Fixture *f, const char *command, const char *answer)
{
    say(&f->qmp, command);
    hear(&f->qmp, answer);
}

static void store(Fixture *f, uint64_t address, uint8_t byte)
{
    ob_host_store(f->qmp.system.host, HW_SPACE_MEMORY, address, byte, 1);
}

static uint8_t byte_of_file(const Fixture *f, size_t offset)
{
    g_autofree char *bytes = NULL;
    size_t size;

    g_assert_true(g_file_get_contents(f->path, &bytes, &size, NULL));
    g_assert_cmpuint(size, >, offset);
    return (uint8_t)bytes[offset];
}

/* ----------------------------------------------------------------------- RAM */

#define MEMDEV(id, merge, share, reserve)                                                \
    "{\"return\": [{\"id\": \"" id "\", \"size\": 2097152, \"merge\": " merge            \
    ", \"dump\": true, \"prealloc\": false, \"share\": " share ", \"reserve\": " reserve \
    ", \"host-nodes\": [], \"policy\": \"default\"}]}"

static void test_default(Fixture *f, gconstpointer data)
{
    (void)data;
    answers(f, "{\"execute\": \"query-memdev\"}", MEMDEV("pc.ram", "true", "false", "false"));
    say(&f->qmp, EXECUTE("object-del", "\"id\": \"pc.ram\""));
    hear_error(&f->qmp, "GenericError", "object 'pc.ram' is in use, can not be deleted");
}

static void test_backend(Fixture *f, gconstpointer data)
{
    (void)data;
    answers(f, "{\"execute\": \"query-memdev\"}", MEMDEV("m", "true", "true", "true"));
    g_assert_cmpuint(ob_host_ram_size(f->qmp.system.host), ==, SIZE);
    store(f, 0x1000, 7);
    say(&f->qmp, EXECUTE("object-del", "\"id\": \"m\""));
    hear_error(&f->qmp, "GenericError", "object 'm' is in use, can not be deleted");
}

static void test_file_shared(Fixture *f, gconstpointer data)
{
    (void)data;
    store(f, 0x1234, 0xab);
    g_assert_cmpuint(byte_of_file(f, 0x1234), ==, 0xab);
}

static void test_file_private(Fixture *f, gconstpointer data)
{
    (void)data;
    store(f, 0x1234, 0xab);
    g_assert_cmpuint(byte_of_file(f, 0x1234), ==, 0);
}

/* The bytes of an earlier file are the guest's. */
static void test_file_kept(Fixture *f, gconstpointer data)
{
    g_autofree char *bytes = g_malloc0(SIZE);
    uint64_t value;

    (void)data;
    bytes[0x3000] = 0x5a;
    g_assert_true(g_file_set_contents(f->path, bytes, SIZE, NULL));
    start(f, "-machine q35,memory-backend=m "
             "-object memory-backend-file,id=m,size=2M,mem-path=FILE");
    value = ob_host_load(f->qmp.system.host, HW_SPACE_MEMORY, 0x3000, 1);
    g_assert_cmpuint(value, ==, 0x5a);
    qmp_tear_down(&f->qmp, NULL);
}

/* ------------------------------------------------------------------- objects */

static void test_tree(Fixture *f, gconstpointer data)
{
    (void)data;
    answers(f, EXECUTE("qom-list", "\"path\": \"/objects\""),
            "{\"return\": [{\"name\": \"type\", \"type\": \"string\"}, "
            "{\"name\": \"r\", \"type\": \"child<rng-builtin>\"}, "
            "{\"name\": \"s\", \"type\": \"child<secret>\"}, "
            "{\"name\": \"io\", \"type\": \"child<iothread>\"}]}");
    answers(f, EXECUTE("qom-get", "\"path\": \"/objects/s\", \"property\": \"format\""),
            "{\"return\": \"raw\"}");
    answers(f, EXECUTE("qom-get", "\"path\": \"/objects/s\", \"property\": \"data\""),
            "{\"return\": \"\"}");
    answers(f, EXECUTE("qom-get", "\"path\": \"io\", \"property\": \"poll-max-ns\""),
            "{\"return\": 5}");
    answers(f, EXECUTE("qom-get", "\"path\": \"/objects\", \"property\": \"io\""),
            "{\"return\": \"/objects/io\"}");
    answers(f, EXECUTE("qom-get", "\"path\": \"/objects/r\", \"property\": \"type\""),
            "{\"return\": \"rng-builtin\"}");
}

/* libvirt's probe asks for each type that qom-list-types has, and needs an answer. */
static void test_types(Fixture *f, gconstpointer data)
{
    static const char *const machines[] = { "q35-machine", "none-machine",
                                            "pc-i440fx-11.1-machine" };

    (void)data;
    answers(f, EXECUTE("qom-list-properties", "\"typename\": \"rng-random\""),
            "{\"return\": [{\"name\": \"type\", \"type\": \"string\"}, "
            "{\"name\": \"filename\", \"type\": \"str\"}]}");
    for (size_t i = 0; i < G_N_ELEMENTS(machines); i++) {
        g_autofree char *text = g_strdup_printf(EXECUTE("qom-list-properties",
                                                        "\"typename\": \"%s\""),
                                                machines[i]);

        say(&f->qmp, text);
        g_assert_nonnull(json_object_get(f->qmp.lines->tail->data, "return"));
        forget(&f->qmp);
    }
    say(&f->qmp, EXECUTE("qom-list-properties", "\"typename\": \"virt-machine\""));
    hear_error(&f->qmp, "DeviceNotFound", "Class 'virt-machine' not found");
}

static void test_command_line(Fixture *f, gconstpointer data)
{
    (void)data;
    answers(f, EXECUTE("query-command-line-options", "\"option\": \"uuid\""),
            "{\"return\": [{\"option\": \"uuid\", \"parameters\": []}]}");
    say(&f->qmp, EXECUTE("query-command-line-options", "\"option\": \"uvid\""));
    hear_error(&f->qmp, "GenericError", "invalid option name: uvid");
    say(&f->qmp, "{\"execute\": \"query-command-line-options\"}");
    g_assert_cmpuint(json_array_size(json_object_get(f->qmp.lines->tail->data, "return")), >, 40);
    forget(&f->qmp);
}

static void test_add_and_delete(Fixture *f, gconstpointer data)
{
    (void)data;
    answers(f,
            EXECUTE("object-add", "\"qom-type\": \"memory-backend-memfd\", \"id\": \"m\", "
                                  "\"size\": 2097152, \"share\": true"),
            "{\"return\": {}}");
    answers(f, "{\"execute\": \"query-memdev\"}", MEMDEV("m", "true", "true", "true"));
    say(&f->qmp, EXECUTE("object-add", "\"qom-type\": \"rng-builtin\", \"id\": \"m\""));
    hear_error(&f->qmp, "GenericError",
               "attempt to add duplicate property 'm' to object (type 'container')");
    answers(f, EXECUTE("object-del", "\"id\": \"m\""), "{\"return\": {}}");
    say(&f->qmp, EXECUTE("object-del", "\"id\": \"m\""));
    hear_error(&f->qmp, "GenericError", "object 'm' not found");
    answers(f, "{\"execute\": \"query-memdev\"}", "{\"return\": []}");
}

static void test_add_refused(Fixture *f, gconstpointer data)
{
    (void)data;
    say(&f->qmp, EXECUTE("object-add", "\"qom-type\": \"memory-backend-ram\", \"id\": \"m\", "
                                       "\"size\": 0"));
    hear_error(&f->qmp, "GenericError", "m: can't create backend with size 0");
    say(&f->qmp, EXECUTE("object-add", "\"qom-type\": \"monitor-qmp\", \"id\": \"m\""));
    hear_error(&f->qmp, "GenericError", "object type 'monitor-qmp' can only be made by -object");
    say(&f->qmp, EXECUTE("object-add", "\"qom-type\": \"rng-builtin\", \"id\": \"m\", \"x\": []"));
    hear_error(&f->qmp, "GenericError",
               "x: invalid JSON value: expected text, an integer, true or false");
    answers(f, "{\"execute\": \"query-memdev\"}", "{\"return\": []}");
}

/* ------------------------------------------------------------------ refusals */

typedef struct Refusal {
    const char *name;
    const char *line;
    const char *sentence;
} Refusal;

#define FILE_BACKEND "-object memory-backend-file,id=m,size=2M,mem-path="

static const Refusal refusals[] = {
    { "backend-unknown", "-machine q35,memory-backend=m",
      "-machine: Memory backend 'm' not found" },
    { "backend-of-another-kind", "-machine q35,memory-backend=m -object rng-builtin,id=m",
      "-machine: memory-backend: object 'm' is not a memory backend" },
    { "size-differs", "-m 3M -machine q35,memory-backend=m -object memory-backend-ram,id=m,size=2M",
      "-machine: Machine memory size does not match the size of the memory backend" },
    { "path-and-backend",
      "-mem-path FILE -machine q35,memory-backend=m -object memory-backend-ram,id=m,size=2M",
      "'-mem-path' can't be used together with '-machine memory-backend'" },
    { "name-of-the-ram", "-machine q35 -object rng-builtin,id=pc.ram",
      "object 'pc.ram' has the name of the machine's RAM, expected -machine "
      "memory-backend=pc.ram" },
    { "size-zero", "-object memory-backend-ram,id=m,size=0",
      "-object: m: can't create backend with size 0" },
    { "size-odd", "-object memory-backend-memfd,id=m,size=4097",
      "-object: m: size: 0x1001 does not fit, expected a multiple of 4096" },
    { "size-huge", "-object memory-backend-ram,id=m,size=8388607T",
      "-object: m: can't map 0x7fffff0000000000 bytes: Cannot allocate memory" },
    { "prealloc-without-reserve", "-object memory-backend-ram,id=m,size=2M,prealloc=on,reserve=off",
      "-object: m: 'prealloc=on' and 'reserve=off' are incompatible" },
    { "large-page-odd", "-object memory-backend-memfd,id=m,size=2M,hugetlb=on,hugetlbsize=3M",
      "-object: m: hugetlbsize: 0x300000 does not fit, expected a power of 2" },
    { "file-in-no-directory", FILE_BACKEND "/nonexistent/ram",
      "-object: m: can't open backing store '/nonexistent/ram' for guest RAM: No such file or "
      "directory" },
    { "file-is-a-device", FILE_BACKEND "/dev/null",
      "-object: m: '/dev/null' can't be RAM, expected a file or a directory" },
    { "file-offset-odd", FILE_BACKEND "/tmp,offset=1",
      "-object: m: offset: 0x1 does not fit, expected a multiple of 4096" },
    { "secret-empty", "-object secret,id=s", "-object: s: Must provide 'file' or 'data'" },
    { "secret-twice", "-object secret,id=s,data=a,file=b",
      "-object: s: 'file' and 'data' are mutually exclusive" },
    { "secret-missing", "-object secret,id=s,file=/nonexistent",
      "-object: s: Unable to read /nonexistent: No such file or directory" },
};

static void refuse(const char *line, const char *sentence)
{
    g_autofree char *whole = g_strconcat("outboard-system-x86_64 ", line, NULL);
    g_auto(GStrv) words = g_strsplit(whole, " ", 0);
    ObSystem system = { 0 };
    HW_ERROR(error, 512);
    ObOptions *options = ob_options_new((int)g_strv_length(words), words, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_false(ob_system_init(&system, options, &error));
    g_assert_cmpstr(error.text, ==, sentence);
    ob_system_clear(&system);
    ob_options_free(options);
}

static void test_refusal(gconstpointer opaque)
{
    const Refusal *refusal = opaque;

    refuse(refusal->line, refusal->sentence);
}

static void test_file_too_small(Fixture *f, gconstpointer data)
{
    g_autofree char *line = file_named(f, FILE_BACKEND "FILE");

    (void)data;
    g_assert_true(g_file_set_contents(f->path, "abc", 3, NULL));
    refuse(line, "-object: m: backing store size 0x3 does not match 'size' option 0x200000");
}

#define OBJECT(path, line, function) \
    g_test_add("/objects/" path, Fixture, line, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    OBJECT("ram/is-an-object", "-M q35 -m 2M", test_default);
    OBJECT("ram/of-a-backend",
           "-M q35,memory-backend=m -m 2 -object memory-backend-ram,id=m,size=2M,share=on",
           test_backend);
    OBJECT("ram/of-a-memfd",
           "-M q35,memory-backend=m -object memory-backend-memfd,id=m,size=2M,seal=on",
           test_backend);
    OBJECT("ram/of-a-file-shared",
           "-M q35,memory-backend=m -object memory-backend-file,id=m,size=2M,mem-path=FILE,"
           "share=on,dump=off",
           test_file_shared);
    OBJECT("ram/of-a-file-private",
           "-M q35,memory-backend=m -object memory-backend-file,id=m,size=2M,mem-path=FILE",
           test_file_private);
    OBJECT("ram/of-an-old-file", NULL, test_file_kept);
    OBJECT("ram/of-mem-path", "-M q35 -m 2M -mem-prealloc -mem-path FILE", test_file_private);
    OBJECT("ram/refused/file-too-small", NULL, test_file_too_small);
    OBJECT("tree",
           "-M none -object rng-builtin,id=r -object secret,id=s,data=abc "
           "-object {\"qom-type\":\"iothread\",\"id\":\"io\",\"poll-max-ns\":5}",
           test_tree);
    OBJECT("types", "-M none", test_types);
    OBJECT("command-line", "-M none", test_command_line);
    OBJECT("qmp/add-and-delete", "-M none", test_add_and_delete);
    OBJECT("qmp/add-refused", "-M none", test_add_refused);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/objects/refused/", refusals[i].name, NULL);
        g_test_add_data_func(path, &refusals[i], test_refusal);
    }
    return g_test_run();
}
