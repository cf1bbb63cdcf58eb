/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user's files for firmware, in the program of OB_PROGRAM. */
#include "qtest/client/drivers/fw-cfg.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Fixture {
    char *directory;
    char *path; /* a file in the directory */
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    f->path = g_build_filename(f->directory, "file", NULL);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    g_unlink(f->path);
    g_rmdir(f->directory);
    g_free(f->path);
    g_free(f->directory);
}

/* Starts the program; %s in the arguments stands for the file. */
static ObClient *try(const Fixture *f, const char *arguments, HwError *error)
{
    g_auto(GStrv) parts = g_strsplit(arguments, "%s", -1);
    g_autofree char *all = g_strjoinv(f->path, parts);
    const ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = all };

    return ob_client_start(&start, error);
}

static ObFwCfgPort start(const Fixture *f, const char *arguments)
{
    HW_ERROR(error, 4096);
    ObClient *c = try(f, arguments, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_nonnull(c);
    return fw_cfg_of_pc(c);
}

static void refused(const Fixture *f, const char *arguments, const char *sentence)
{
    HW_ERROR(error, 4096);

    g_assert_null(try(f, arguments, &error));
    if (!strstr(error.text, sentence)) {
        g_error("'%s' is not in '%s'", sentence, error.text);
    }
}

static void file_expect(const ObFwCfgPort *port, const char *name, const char *bytes, size_t size)
{
    char there[256];
    uint32_t length, first;
    uint16_t key = fw_cfg_find(port, name, &length);

    g_assert_cmphex(key, !=, 0);
    g_assert_cmpuint(length, ==, size);
    fw_cfg_select(port, key);
    first = MIN(size, sizeof(there));
    fw_cfg_read(port, there, first);
    g_assert_cmpmem(there, first, bytes, first);
}

static void file_write(const Fixture *f, const char *bytes, size_t size)
{
    g_assert_true(g_file_set_contents(f->path, bytes, (gssize)size, NULL));
}

/* ------------------------------------------------------------------ -fw_cfg */

static void test_file(Fixture *f, gconstpointer data)
{
    ObFwCfgPort port;

    (void)data;
    file_write(f, "with\0zero", 9);
    port = start(f, "-fw_cfg opt/a,file=%s -fw_cfg name=opt/b,string=text");
    file_expect(&port, "opt/a", "with\0zero", 9);
    file_expect(&port, "opt/b", "text", 4);
    ob_client_quit(port.client);
}

static void test_empty_file(Fixture *f, gconstpointer data)
{
    ObFwCfgPort port;

    (void)data;
    file_write(f, "", 0);
    port = start(f, "-fw_cfg opt/a,file=%s");
    file_expect(&port, "opt/a", "", 0);
    ob_client_quit(port.client);
}

/* The guest reads the file as it was at the start, however it changes meanwhile. */
static void test_file_that_shrinks(Fixture *f, gconstpointer data)
{
    g_autofree char *bytes = g_strnfill(100000, 'x');
    ObFwCfgPort port;

    (void)data;
    file_write(f, bytes, 100000);
    port = start(f, "-fw_cfg opt/a,file=%s");
    g_assert_cmpint(truncate(f->path, 0), ==, 0);
    file_expect(&port, "opt/a", bytes, 100000);
    ob_client_quit(port.client);
}

/* Such a file tells no size. */
static void test_file_of_unknown_size(Fixture *f, gconstpointer data)
{
    g_autofree char *bytes = NULL;
    ObFwCfgPort port = start(f, "-fw_cfg opt/a,file=/proc/version");
    gsize size;

    (void)data;
    g_assert_true(g_file_get_contents("/proc/version", &bytes, &size, NULL));
    file_expect(&port, "opt/a", bytes, (uint32_t)size);
    ob_client_quit(port.client);
}

typedef struct Writer {
    const char *path;
    const char *bytes;
    size_t size;
} Writer;

static void *pipe_write(void *opaque)
{
    const Writer *writer = opaque;
    int fd = open(writer->path, O_WRONLY | O_CLOEXEC);
    size_t written = 0;

    for (ssize_t n = 1; n > 0 && written < writer->size;) {
        n = write(fd, writer->bytes + written, writer->size - written);
        written += n > 0 ? (size_t)n : 0;
    }
    close(fd);
    return NULL;
}

/* A pipe has more than the program makes room for at first. */
static void test_pipe(Fixture *f, gconstpointer data)
{
    g_autofree char *bytes = g_malloc(300000);
    const Writer writer = { f->path, bytes, 300000 };
    GThread *thread;
    ObFwCfgPort port;

    (void)data;
    for (size_t i = 0; i < writer.size; i++) {
        bytes[i] = (char)(i % 251);
    }
    g_assert_cmpint(mkfifo(f->path, 0600), ==, 0);
    thread = g_thread_new("writer", pipe_write, (void *)&writer);
    port = start(f, "-fw_cfg opt/a,file=%s");
    g_thread_join(thread);
    file_expect(&port, "opt/a", bytes, writer.size);
    ob_client_quit(port.client);
}

/* Returns the most memory, in MiB, that this process's only child has used; 0 if unknown. */
static uint64_t child_peak(void)
{
    g_autofree char *children = NULL, *path = NULL, *status = NULL;

    if (!g_file_get_contents("/proc/thread-self/children", &children, NULL, NULL)) {
        return 0;
    }
    path = g_strdup_printf("/proc/%s/status", g_strchomp(children));
    g_assert_true(g_file_get_contents(path, &status, NULL, NULL));
    return g_ascii_strtoull(strstr(status, "VmHWM:") + strlen("VmHWM:"), NULL, 10) >> 10;
}

static void test_large_file(Fixture *f, gconstpointer data)
{
    ObFwCfgPort port;

    (void)data;
    file_write(f, "", 0);
    g_assert_cmpint(truncate(f->path, 128 << 20), ==, 0);
    port = start(f, "-fw_cfg opt/a,file=%s");
    if (child_peak()) {
        g_assert_cmpuint(child_peak(), <, 200);
    } else {
        g_test_skip("this kernel's /proc has no list of children");
    }
    ob_client_quit(port.client);
}

static void test_other_name_is_taken(Fixture *f, gconstpointer data)
{
    ObFwCfgPort port = start(f, "-fw_cfg genroms/a,string=x");

    (void)data;
    file_expect(&port, "genroms/a", "x", 1);
    ob_client_quit(port.client);
}

static void test_missing_file(Fixture *f, gconstpointer data)
{
    (void)data;
    refused(f, "-fw_cfg opt/a,file=%s", "-fw_cfg: Failed to open file");
}

static void test_directory(Fixture *f, gconstpointer data)
{
    (void)data;
    refused(f, "-fw_cfg opt/a,file=/", "Is a directory");
}

static void test_name_twice(Fixture *f, gconstpointer data)
{
    (void)data;
    refused(f, "-fw_cfg opt/a,string=x -fw_cfg opt/a,string=y",
            "-fw_cfg: file 'opt/a' already exists");
}

static void test_name_of_the_machine(Fixture *f, gconstpointer data)
{
    (void)data;
    refused(f, "-fw_cfg etc/e820,string=x", "-fw_cfg: file 'etc/e820' already exists");
}

static void test_name_of_a_device(Fixture *f, gconstpointer data)
{
    (void)data;
    refused(f, "-fw_cfg etc/beacon-addr,string=x -device beacon",
            "-device: beacon: fw_cfg: file 'etc/beacon-addr' already exists");
}

static void test_long_name(Fixture *f, gconstpointer data)
{
    (void)data;
    refused(f, "-fw_cfg opt/a23456789b123456789c123456789d123456789e123456789f12,string=x",
            "has 56 characters, expected at most 55");
}

static void test_machine_none(Fixture *f, gconstpointer data)
{
    (void)data;
    refused(f, "-machine none -fw_cfg opt/a,string=x", "-fw_cfg: machine 'none' has no fw_cfg");
}

/* ------------------------------------------------------------- -boot, -smp */

/* clang-format off */
#define BMP_24 "BM" "0123456789abcdef0123456789" "\x18\0" "pixels"
/* clang-format on */

static void test_splash(Fixture *f, gconstpointer data)
{
    ObFwCfgPort port;

    (void)data;
    file_write(f, "\xff\xd8jpeg", 6);
    port = start(f, "-boot splash=%s");
    file_expect(&port, "bootsplash.jpg", "\xff\xd8jpeg", 6);
    ob_client_quit(port.client);
    file_write(f, BMP_24, sizeof(BMP_24) - 1);
    port = start(f, "-boot splash=%s");
    file_expect(&port, "bootsplash.bmp", BMP_24, sizeof(BMP_24) - 1);
    ob_client_quit(port.client);
}

static void test_splash_of_another_kind(Fixture *f, gconstpointer data)
{
    (void)data;
    file_write(f, "BM, too short", 13);
    refused(f, "-boot splash=%s",
            "is not a picture that firmware shows, expected JPEG or BMP of "
            "24 bits");
}

static void test_missing_splash(Fixture *f, gconstpointer data)
{
    (void)data;
    refused(f, "-boot splash=%s", "-boot: splash: Failed to open file");
}

static void test_too_many_cpus(Fixture *f, gconstpointer data)
{
    (void)data;
    refused(f, "-machine pc -smp 1,maxcpus=256",
            "-smp: 256 CPUs, expected at most 255 on machine "
            "'pc'");
}

static void test_smbios_of_the_program(Fixture *f, gconstpointer data)
{
    (void)data;
    refused(f, "-machine q35 -smbios type=41,pcidev=x",
            "-smbios: type=41: pcidev: 'x' is not the id of a PCI function");
    refused(f, "-machine q35,smbios-entry-point-type=32 -smp 255,sockets=1,cores=255",
            "-smbios: smbios-entry-point-type=32 has no room for 255 cores, 255 threads");
}

static void test_no_graphics(Fixture *f, gconstpointer data)
{
    ObFwCfgPort port = start(f, "-nographic");
    uint8_t value;

    (void)data;
    fw_cfg_select(&port, 4);
    fw_cfg_read(&port, &value, 1);
    g_assert_cmphex(value, ==, 1);
    ob_client_quit(port.client);
}

/* -------------------------------------------------------------------- -trace */

static void test_trace(Fixture *f, gconstpointer data)
{
    ObFwCfgPort port = start(f, "-trace fw_cfg_* -D %s");
    g_autofree char *log = NULL;

    (void)data;
    fw_cfg_select(&port, 3);
    ob_client_quit(port.client);
    g_assert_true(g_file_get_contents(f->path, &log, NULL, NULL));
    g_assert_cmpstr(log, ==, "fw_cfg ports+0x0 <- 0x3\n");
}

#define TEST(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("/fw-cfg-options/file", test_file);
    TEST("/fw-cfg-options/empty-file", test_empty_file);
    TEST("/fw-cfg-options/file-that-shrinks-stays-whole", test_file_that_shrinks);
    TEST("/fw-cfg-options/file-of-unknown-size", test_file_of_unknown_size);
    TEST("/fw-cfg-options/pipe", test_pipe);
    TEST("/fw-cfg-options/large-file-is-in-memory-once", test_large_file);
    TEST("/fw-cfg-options/other-name-is-taken", test_other_name_is_taken);
    TEST("/fw-cfg-options/missing-file-is-refused", test_missing_file);
    TEST("/fw-cfg-options/directory-is-refused", test_directory);
    TEST("/fw-cfg-options/name-twice-is-refused", test_name_twice);
    TEST("/fw-cfg-options/name-of-the-machine-is-refused", test_name_of_the_machine);
    TEST("/fw-cfg-options/name-of-a-device-is-refused", test_name_of_a_device);
    TEST("/fw-cfg-options/long-name-is-refused", test_long_name);
    TEST("/fw-cfg-options/machine-without-is-refused", test_machine_none);
    TEST("/fw-cfg-options/splash", test_splash);
    TEST("/fw-cfg-options/splash-of-another-kind-is-refused", test_splash_of_another_kind);
    TEST("/fw-cfg-options/missing-splash-is-refused", test_missing_splash);
    TEST("/fw-cfg-options/too-many-cpus-are-refused", test_too_many_cpus);
    TEST("/fw-cfg-options/smbios-refused", test_smbios_of_the_program);
    TEST("/fw-cfg-options/no-graphics", test_no_graphics);
    TEST("/fw-cfg-options/trace-shows-the-registers", test_trace);
    return g_test_run();
}
