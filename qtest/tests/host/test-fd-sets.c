/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets of descriptors, which a peer passes or the command line names. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/host/io/fd-set.h"
#include "qtest/host/io/loop.h"
#include "qtest/host/migration/migration.h"
#include "qtest/tests/host/qmp-peer.h"

static int passed; /* the descriptor that comes with the next command; -1: none */

static int passed_take(void *opaque)
{
    int fd = passed;

    (void)opaque;
    passed = -1;
    return fd;
}

static void set_up(Qmp *f, gconstpointer data)
{
    qmp_set_up(f, data);
    ob_qmp_set_fd_source(f->session, passed_take);
    passed = -1;
    negotiate(f);
}

static void tear_down(Qmp *f, gconstpointer data)
{
    const ObFdSet *set;

    while ((set = ob_fd_set_at(0))) {
        ob_fd_set_remove(set->id, -1);
    }
    qmp_tear_down(f, data);
}

/* A file without a name. */
static int scratch(void)
{
    int fd = open(g_get_tmp_dir(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    g_assert_cmpint(fd, >=, 0);
    return fd;
}

/* Passes a descriptor, and expects the answer for it. */
static void give(Qmp *f, int fd, const char *arguments, int id)
{
    g_autofree char *command = g_strdup_printf(EXECUTE("add-fd", "%s"), arguments);
    g_autofree char *answer = g_strdup_printf("{\"return\": {\"fdset-id\": %d, \"fd\": %d}}", id,
                                              fd);

    passed = fd;
    say(f, command);
    hear(f, answer);
}

static void test_names(Qmp *f, gconstpointer data)
{
    int first = scratch();
    int second = scratch();
    g_autofree char *list = g_strdup_printf(
        "{\"return\": [{\"fdset-id\": 3, \"fds\": [{\"fd\": %d, \"opaque\": \"disk\"}, {\"fd\": "
        "%d}]}]}",
        first, second);

    (void)data;
    give(f, first, "\"fdset-id\": 3, \"opaque\": \"disk\"", 3);
    give(f, second, "\"fdset-id\": 3", 3);
    say(f, "{\"execute\": \"query-fdsets\"}");
    hear(f, list);
}

static void test_lowest_id(Qmp *f, gconstpointer data)
{
    (void)data;
    give(f, scratch(), "\"fdset-id\": 1", 1);
    give(f, scratch(), "", 0);
    give(f, scratch(), "", 2);
}

static void test_removed(Qmp *f, gconstpointer data)
{
    int first = scratch();
    int second = scratch();
    g_autofree char *one = g_strdup_printf(EXECUTE("remove-fd", "\"fdset-id\": 0, \"fd\": %d"),
                                           first);

    (void)data;
    give(f, first, "\"fdset-id\": 0", 0);
    give(f, second, "\"fdset-id\": 0", 0);
    say(f, one);
    hear(f, "{\"return\": {}}");
    g_assert_cmpint(fcntl(first, F_GETFD), <, 0);
    g_assert_cmpint(fcntl(second, F_GETFD), >=, 0);
    say(f, EXECUTE("remove-fd", "\"fdset-id\": 0"));
    hear(f, "{\"return\": {}}");
    g_assert_cmpint(fcntl(second, F_GETFD), <, 0);
    say(f, "{\"execute\": \"query-fdsets\"}");
    hear(f, "{\"return\": []}");
}

/* The system gives 0 to a program without standard input. */
static void test_zero_removed(Qmp *f, gconstpointer data)
{
    int input = dup(STDIN_FILENO), second;

    (void)data;
    close(STDIN_FILENO);
    give(f, scratch(), "\"fdset-id\": 0", 0);
    second = scratch();
    give(f, second, "\"fdset-id\": 0", 0);
    say(f, EXECUTE("remove-fd", "\"fdset-id\": 0, \"fd\": 0"));
    hear(f, "{\"return\": {}}");
    g_assert_cmpuint(ob_fd_set_at(0)->members->len, ==, 1);
    g_assert_cmpint(fcntl(second, F_GETFD), >=, 0);
    dup2(input, STDIN_FILENO);
    close(input);
}

/* A set without descriptors goes. */
static void test_last_removed(Qmp *f, gconstpointer data)
{
    int fd = scratch();
    g_autofree char *command = g_strdup_printf(EXECUTE("remove-fd", "\"fdset-id\": 0, \"fd\": %d"),
                                               fd);

    (void)data;
    give(f, fd, "", 0);
    say(f, command);
    hear(f, "{\"return\": {}}");
    g_assert_null(ob_fd_set_at(0));
}

static const struct {
    const char *name;
    const char *command;
    const char *desc;
    bool passes;
} refused[] = {
    { "without-descriptor", "{\"execute\": \"add-fd\"}",
      "No file descriptor supplied via SCM_RIGHTS", false },
    { "negative-id", EXECUTE("add-fd", "\"fdset-id\": -1"),
      "Parameter 'fdset-id' expects a non-negative value", true },
    { "removal-of-no-set", EXECUTE("remove-fd", "\"fdset-id\": 7"),
      "File descriptor named 'fdset-id:7' not found", false },
    { "removal-of-no-member", EXECUTE("remove-fd", "\"fdset-id\": 5, \"fd\": 999"),
      "File descriptor named 'fdset-id:5, fd:999' not found", false },
    { "removal-of-a-negative-member", EXECUTE("remove-fd", "\"fdset-id\": 5, \"fd\": -1"),
      "File descriptor named 'fdset-id:5, fd:-1' not found", false },
};

static void test_refused(Qmp *f, gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);
    int fd = scratch();

    give(f, scratch(), "\"fdset-id\": 5", 5);
    passed = refused[row].passes ? fd : -1;
    say(f, refused[row].command);
    hear_error(f, "GenericError", refused[row].desc);
    g_assert_cmpuint(ob_fd_set_at(0)->members->len, ==, 1);
    if (refused[row].passes) {
        g_assert_cmpint(fcntl(fd, F_GETFD), <, 0);
    } else {
        close(fd);
    }
}

/* ------------------------------------------------------------------------- paths */

static void test_stream(Qmp *f, gconstpointer data)
{
    int fd = scratch();
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    char magic[4];

    (void)data;
    give(f, open(path, O_WRONLY), "\"fdset-id\": 2", 2);
    say(f, EXECUTE("migrate", "\"uri\": \"file:/dev/fdset/2\""));
    hear(f, "{\"return\": {}}");
    while (ob_migration_busy(f->system.migration)) {
        ob_loop_iterate(f->system.loop, -1);
    }
    g_assert_cmpint(pread(fd, magic, 4, 0), ==, 4);
    g_assert_cmpmem(magic, 4, "QEVM", 4);
    forget(f);
    close(fd);
}

static void test_flags(void)
{
    int file = scratch();
    int pipes[2];
    int fd;

    g_assert_cmpint(write(file, "old", 3), ==, 3);
    g_assert_cmpint(pipe(pipes), ==, 0);
    ob_fd_set_add(1, pipes[0], NULL);
    ob_fd_set_add(1, file, NULL);
    fd = ob_file_open("/dev/fdset/1", O_RDONLY | O_NONBLOCK, 0);
    g_assert_cmpint(fcntl(fd, F_GETFL) & (O_ACCMODE | O_NONBLOCK), ==, O_RDONLY | O_NONBLOCK);
    g_assert_cmpint(fcntl(fd, F_GETFD), ==, FD_CLOEXEC);
    close(fd);
    fd = ob_file_open("/dev/fdset/1", O_RDWR | O_TRUNC, 0);
    g_assert_cmpint(lseek(fd, 0, SEEK_END), ==, 0);
    close(fd);
    close(pipes[1]);
    ob_fd_set_remove(1, -1);
}

static const struct {
    const char *name;
    const char *path;
    int error;
} paths[] = {
    { "without-set", "/dev/fdset/9", ENOENT },
    { "of-another-access", "/dev/fdset/1", EACCES },
    { "without-number", "/dev/fdset/", EINVAL },
    { "with-a-word", "/dev/fdset/1x", EINVAL },
    { "with-a-huge-number", "/dev/fdset/99999999999999999999", EINVAL },
};

static void test_path_refused(gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);

    ob_fd_set_add(1, open("/dev/null", O_RDONLY), NULL);
    g_assert_cmpint(ob_file_open(paths[row].path, O_WRONLY, 0), ==, -1);
    g_assert_cmpint(errno, ==, paths[row].error);
    ob_fd_set_remove(1, -1);
}

/* ------------------------------------------------------------------- command line */

static void test_option(void)
{
    int fd = scratch();
    g_autofree char *argument = g_strdup_printf("fd=%d,set=6,opaque=log", fd);
    char *words[] = { (char[]) { "outboard-system-x86_64" }, (char[]) { "-add-fd" }, argument,
                      NULL };
    HW_ERROR(error, 512);
    ObOptions *options = ob_options_new(3, words, &error);

    g_assert_nonnull(options);
    close(fd);
    fd = ob_file_open("/dev/fdset/6", O_RDWR, 0);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpstr(((ObFdMember *)ob_fd_set_at(0)->members->pdata[0])->text, ==, "log");
    close(fd);
    ob_fd_set_remove(6, -1);
    ob_options_free(options);
}

#define SET_TEST(path, data, function) g_test_add(path, Qmp, data, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    SET_TEST("/fd-sets/members/have-the-giver-s-name", NULL, test_names);
    SET_TEST("/fd-sets/new/has-the-lowest-free-id", NULL, test_lowest_id);
    SET_TEST("/fd-sets/removed/one-then-all", NULL, test_removed);
    SET_TEST("/fd-sets/removed/descriptor-zero-alone", NULL, test_zero_removed);
    SET_TEST("/fd-sets/removed/with-the-last-member", NULL, test_last_removed);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path = g_strconcat("/fd-sets/refused/", refused[i].name, NULL);
        SET_TEST(path, GUINT_TO_POINTER(i), test_refused);
    }
    SET_TEST("/fd-sets/path/takes-a-stream", NULL, test_stream);
    g_test_add_func("/fd-sets/path/opens-the-member-with-its-access", test_flags);
    for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autofree char *path = g_strconcat("/fd-sets/path/refused/", paths[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_path_refused);
    }
    g_test_add_func("/fd-sets/option/keeps-a-copy", test_option);
    return g_test_run();
}
