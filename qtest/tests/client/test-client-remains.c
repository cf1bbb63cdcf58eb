/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client leaves no file and no descriptor behind: programs are started in an empty folder. */
#include "qtest/client/client.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/client/process/process.h"
#include "qtest/client/process/scratch.h"
#include "qtest/client/process/swtpm.h"
#include "qtest/client/process/unix-socket.h"

static uint32_t entries_of(const char *path)
{
    GDir *directory = g_dir_open(path, 0, NULL);
    uint32_t count = 0;

    g_assert_nonnull(directory);
    while (g_dir_read_name(directory)) {
        count++;
    }
    g_dir_close(directory);
    return count;
}

#define DESCRIPTORS "/proc/self/fd"
#define LONG_FOLDER "OB_LONG_FOLDER"

static void test_start(void)
{
    HW_ERROR(error, 4096);
    ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = "-machine q35" };
    uint32_t descriptors = entries_of(DESCRIPTORS);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_cmpuint(entries_of(g_get_tmp_dir()), ==, 0);
    ob_client_quit(c);
    g_assert_cmpuint(entries_of(DESCRIPTORS), ==, descriptors);
}

/* The program would have found code for its CPU in the folder. */
static void test_refused_start(void)
{
    HW_ERROR(error, 4096);
    ObStart start = { .program = "sh -c 'exit 3'", .accelerator = "tcg", .halts = true };
    uint32_t descriptors = entries_of(DESCRIPTORS);

    g_assert_null(ob_client_start(&start, &error));
    g_assert_cmpuint(entries_of(g_get_tmp_dir()), ==, 0);
    g_assert_cmpuint(entries_of(DESCRIPTORS), ==, descriptors);
}

/* -------------------------------------------------------------- too few descriptors */

/* Opens something and ends it.  Returns false and sets the error if there are too few descriptors. */
typedef bool Use(HwError *error);

static bool scratch_use(HwError *error)
{
    ObScratch *scratch = ob_scratch_new();

    hw_error_set(error, "scratch: %s", g_strerror(errno));
    ob_scratch_free(scratch);
    return scratch;
}

static bool process_use(HwError *error)
{
    ObProcess *process = ob_process_start("exec sleep 1000");

    hw_error_set(error, "process: %s", g_strerror(errno));
    g_assert_false(process && ob_process_wait(process, 0));
    ob_process_free(process);
    return process;
}

static bool swtpm_use(HwError *error)
{
    ObSwtpm *swtpm = ob_swtpm_start(error);

    ob_swtpm_free(swtpm);
    return swtpm;
}

/* The program itself needs more than the client. */
static bool client_use(HwError *error)
{
    g_autofree char *program = g_strdup_printf("sh -c 'ulimit -n 999; exec %s \"$@\"' host",
                                               g_getenv("OB_PROGRAM"));
    ObClient *c = ob_client_start(&(ObStart) { .program = program, .arguments = "-machine q35" },
                                  error);

    ob_client_free(c);
    return c;
}

typedef struct Few {
    const char *path;
    Use *use;
    const char *sentences[8]; /* with 0, 1, ... free descriptors; FOLDER is the one for files */
} Few;

#define MANY ": Too many open files"

static const Few fews[] = {
    { "scratch", scratch_use, { "scratch" MANY, "scratch" MANY } },
    { "process", process_use, { "process" MANY, "process" MANY } },
    { "swtpm",
      swtpm_use,
      { "swtpm: can't make a directory in FOLDER" MANY,
        "swtpm: can't make a directory in FOLDER" MANY, "swtpm: can't start it" MANY,
        "swtpm: can't start it" MANY } },
    { "client",
      client_use,
      { "FOLDER/outboard-XXXXXX/qtest.sock: can't listen" MANY,
        "FOLDER/outboard-XXXXXX/qtest.qmp: can't listen" MANY, "PROGRAM: can't start it" MANY,
        "PROGRAM: can't start it" MANY, "PROGRAM: can't accept its connection" MANY,
        "PROGRAM: can't accept its connection" MANY } },
};

static bool limited(Use *use, rlim_t limit, HwError *error)
{
    struct rlimit before, few;
    bool done;

    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
    few = before;
    few.rlim_cur = limit;
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &few), ==, 0);
    done = use(error);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
    return done;
}

static char *masked(const char *text)
{
    g_autoptr(GRegex) regex = g_regex_new("outboard-[A-Za-z0-9]{6}(?=/)", 0, 0, NULL);
    GString *masked = g_string_new(NULL);
    g_autofree char *program = g_strdup_printf("sh -c 'ulimit -n 999; exec %s \"$@\"' host",
                                               g_getenv("OB_PROGRAM"));
    g_autofree char *random = g_regex_replace_literal(regex, text, -1, 0, "outboard-XXXXXX", 0,
                                                      NULL);

    g_string_assign(masked, random);
    g_string_replace(masked, g_get_tmp_dir(), "FOLDER", 0);
    g_string_replace(masked, program, "PROGRAM", 0);
    return g_string_free(masked, FALSE);
}

/* Descriptors are free from `lowest` on. */
static void test_few(gconstpointer data)
{
    const Few *few = data;
    uint32_t descriptors = entries_of(DESCRIPTORS), free = 0;
    int lowest = dup(STDIN_FILENO);
    bool done = false;

    close(lowest);
    for (; !done; free++) {
        HW_ERROR(error, 4096);
        g_autofree char *sentence = NULL;

        done = limited(few->use, (rlim_t)lowest + free, &error);
        sentence = masked(error.text);
        g_assert_cmpstr(done ? NULL : sentence, ==, few->sentences[free]);
        g_assert_cmpuint(entries_of(g_get_tmp_dir()), ==, 0);
        g_assert_cmpuint(entries_of(DESCRIPTORS), ==, descriptors);
    }
}

/* ------------------------------------------------------------- programs that give up */

#define ITSELF "connects"

/* This program makes that many of the connections that its arguments name, and ends. */
static int connect_and_end(int argc, char **argv)
{
    static const char *const begins[] = { "unix:", "socket,path=" };
    int count = 0;

    for (int i = 0; i < argc; i++) {
        for (int k = 0; k < 2; k++) {
            if (g_str_has_prefix(argv[i], begins[k]) && count < atoi(argv[2])) {
                g_autofree char *path = g_strndup(argv[i] + strlen(begins[k]),
                                                  strcspn(argv[i] + strlen(begins[k]), ","));

                count += ob_unix_connect(path, 1000) >= 0;
            }
        }
    }
    return 5;
}

static const char *const gives_up[] = { "has not connected to its qtest socket",
                                        "has not connected to its QMP socket",
                                        "has not answered its first requests" };

static void test_gives_up(gconstpointer data)
{
    int count = GPOINTER_TO_INT(data);
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *program = g_strdup_printf("%s " ITSELF " %d", self, count);
    g_autofree char *expected = g_strdup_printf(
        "%s %s: it ended with status 5\nit wrote nothing to stderr", program, gives_up[count]);
    uint32_t descriptors = entries_of(DESCRIPTORS);
    HW_ERROR(error, 4096);

    g_assert_null(ob_client_start(&(ObStart) { .program = program }, &error));
    g_assert_cmpstr(error.text, ==, expected);
    g_assert_cmpuint(entries_of(g_get_tmp_dir()), ==, 0);
    g_assert_cmpuint(entries_of(DESCRIPTORS), ==, descriptors);
}

/* ------------------------------------------------------------------ folders for files */

static void error_expect(const HwError *error, const char *expected)
{
    g_autofree char *sentence = masked(error->text);

    g_assert_cmpstr(sentence, ==, expected);
}

static void test_no_folder(void)
{
    HW_ERROR(error, 4096);

    g_rmdir(g_get_tmp_dir());
    g_assert_null(ob_client_start(&(ObStart) { .program = "true" }, &error));
    error_expect(&error, "can't make a directory in FOLDER");
    g_assert_null(ob_swtpm_start(&error));
    error_expect(&error, "swtpm: can't make a directory in FOLDER: No such file or directory");
    g_assert_cmpint(g_mkdir(g_get_tmp_dir(), 0700), ==, 0);
}

/* The program moves the folder, and connects there. */
static void test_no_folder_for_moves(void)
{
    const char *folder = g_get_tmp_dir();
    g_autofree char *program = g_strdup_printf(
        "sh -c 'mv %s %s.moved; for word; do shift; "
        "set -- \"$@\" \"$(echo \"$word\" | sed s=%s=%s.moved=)\"; done; exec %s \"$@\"' host",
        folder, folder, folder, folder, g_getenv("OB_PROGRAM"));
    g_autofree char *remove = g_strdup_printf("rm -r %s.moved", folder);
    ObStart start = { .program = program, .arguments = "-machine q35", .migrate_every = 1 };
    uint32_t descriptors = entries_of(DESCRIPTORS);
    HW_ERROR(error, 4096);

    g_assert_null(ob_client_start(&start, &error));
    error_expect(&error,
                 "migrate_every: can't make a directory in FOLDER: No such file or directory");
    g_assert_cmpuint(entries_of(DESCRIPTORS), ==, descriptors);
    g_assert_true(g_spawn_command_line_sync(remove, NULL, NULL, NULL, NULL));
    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
}

/* The path of a socket has at most 107 bytes.  GLib asks for TMPDIR once, so a process of its own
 * has the long one. */
static void test_long_folder(void)
{
    HW_ERROR(error, 4096);
    ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = "-machine q35" };

    if (g_test_subprocess()) {
        g_assert_null(ob_client_start(&start, &error));
        g_assert_true(
            g_str_has_suffix(error.text, "/qtest.sock: can't listen: File name too long"));
        g_assert_null(ob_swtpm_start(&error));
        g_assert_true(g_str_has_prefix(error.text, "swtpm: can't listen on "));
        g_assert_true(g_str_has_suffix(error.text, "/ctrl: File name too long"));
        g_assert_cmpuint(entries_of(g_get_tmp_dir()), ==, 0);
        return;
    }
    g_setenv(LONG_FOLDER, "yes", true);
    g_test_trap_subprocess(NULL, 0, 0);
    g_unsetenv(LONG_FOLDER);
    g_test_trap_assert_passed();
}

static void tables_add(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fews); i++) {
        g_autofree char *path = g_strconcat("/client-remains/nothing-with-few-descriptors/",
                                            fews[i].path, NULL);

        g_test_add_data_func(path, &fews[i], test_few);
    }
    for (int i = 0; i < (int)G_N_ELEMENTS(gives_up); i++) {
        g_autofree char *path = g_strdup_printf("/client-remains/nothing-after-%d-connections", i);

        g_test_add_data_func(path, GINT_TO_POINTER(i), test_gives_up);
    }
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/outboard-remains-XXXXXX";
    g_autofree char *name = g_strnfill(g_getenv(LONG_FOLDER) ? 100 : 1, 'f'), *inner = NULL;
    g_autofree char *swtpm = NULL, *path = NULL;
    int status;

    if (argc > 2 && !strcmp(argv[1], ITSELF)) {
        return connect_and_end(argc, argv);
    }
    g_assert_nonnull(mkdtemp(folder));
    inner = g_build_filename(folder, name, NULL);
    g_assert_cmpint(g_mkdir(inner, 0700), ==, 0);
    g_setenv("TMPDIR", inner, true);
    swtpm = g_build_filename(folder, "swtpm", NULL);
    g_assert_cmpint(symlink("/bin/true", swtpm), ==, 0); /* this swtpm ends at once */
    path = g_strconcat(folder, ":", g_getenv("PATH"), NULL);
    g_setenv("PATH", path, true);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/client-remains/nothing-while-the-program-runs", test_start);
    g_test_add_func("/client-remains/nothing-after-a-refused-start", test_refused_start);
    g_test_add_func("/client-remains/nothing-in-a-folder-with-a-long-name", test_long_folder);
    g_test_add_func("/client-remains/nothing-without-a-folder", test_no_folder);
    g_test_add_func("/client-remains/nothing-without-a-folder-for-moves", test_no_folder_for_moves);
    tables_add();
    status = g_test_run();
    g_unlink(swtpm);
    g_rmdir(inner);
    g_rmdir(folder);
    return status;
}
