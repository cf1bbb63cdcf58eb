/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program behind the command lines of other people's launchers: libqtest by release,
 * QEMU's Python classes, libvirt. */
#include "qtest/tests/host/program-peer.h"
#include "qtest/tests/lib/await-listener.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define GREETING "{\"QMP\": {\"version\": {\"qemu\": {"

static void start_here(Program *f, const char *arguments)
{
    start(f, g_getenv("OB_HOST_PROGRAM"), arguments);
}

/* A descriptor that the program inherits. */
static int inheritable(int fd)
{
    g_assert_cmpint(fcntl(fd, F_SETFD, 0), ==, 0);
    return fd;
}

static void negotiate(Program *f)
{
    hear_part(f->qmp, GREETING);
    say(f->qmp, "{\"execute\": \"qmp_capabilities\"}");
    hear_part(f->qmp, "return");
}

/* ------------------------------------------------------------------ libqtest */

static void libqtest_starts(Program *f, const char *control)
{
    g_autofree char *arguments = g_strdup_printf(
        "-qtest unix:%s -qtest-log /dev/null -chardev socket,path=%s,id=char0 %s "
        "-display none -audio none -accel qtest",
        f->qtest_path, f->qmp_path, control);

    start_here(f, arguments);
    f->qtest = peer_accept(f->qtest_listener);
    f->qmp = peer_accept(f->qmp_listener);
    say(f->qtest, "endianness\n");
    hear(f->qtest, "OK little");
    negotiate(f);
    terminate(f);
}

static void test_libqtest_10_2(Program *f, gconstpointer data)
{
    (void)data;
    libqtest_starts(f, "-run-with exit-with-parent=on -mon chardev=char0,mode=control");
}

static void test_libqtest_11_1(Program *f, gconstpointer data)
{
    (void)data;
    libqtest_starts(f, "-run-with exit-with-parent=on -object monitor-qmp,id=qmp0,chardev=char0");
}

/* A child of this test starts the program and ends; the program must end too. */
static void test_exit_with_parent(Program *f, gconstpointer data)
{
    g_autofree char *line = g_strdup_printf("%s -qtest unix:%s -run-with exit-with-parent=on "
                                            "</dev/null >/dev/null 2>&1 & read line",
                                            g_getenv("OB_HOST_PROGRAM"), f->qtest_path);
    int pair[2];
    pid_t shell;
    char c;

    (void)data;
    g_assert_cmpint(pipe(pair), ==, 0);
    shell = fork();
    if (shell == 0) {
        dup2(pair[0], STDIN_FILENO);
        close(pair[0]);
        close(pair[1]);
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    close(pair[0]);
    f->qtest = peer_accept(f->qtest_listener);
    say(f->qtest, "endianness\n");
    hear(f->qtest, "OK little");
    close(pair[1]); /* ends the shell */
    g_assert_cmpint(waitpid(shell, NULL, 0), ==, shell);
    g_assert_cmpint(read(f->qtest, &c, 1), ==, 0);
}

/* -------------------------------------------------------------------- Python */

static void test_python_machine(Program *f, gconstpointer data)
{
    g_autofree char *arguments = NULL;
    int qtest[2];
    int qmp[2];

    (void)data;
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, qtest), ==, 0);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, qmp), ==, 0);
    arguments = g_strdup_printf("-display none -vga none -chardev socket,id=mon,fd=%d "
                                "-mon chardev=mon,mode=control -chardev socket,id=qtest,fd=%d "
                                "-qtest chardev:qtest -accel qtest -machine none",
                                inheritable(qmp[1]), inheritable(qtest[1]));
    start_here(f, arguments);
    close(qmp[1]);
    close(qtest[1]);
    f->qmp = qmp[0];
    f->qtest = qtest[0];
    say(f->qtest, "endianness\n");
    hear(f->qtest, "OK little");
    negotiate(f);
    terminate(f);
}

static void test_path_by_name(Program *f, gconstpointer data)
{
    g_autofree char *arguments = g_strdup_printf("-qtest unix:path=%s -qmp unix:path=%s",
                                                 f->qtest_path, f->qmp_path);

    (void)data;
    start_here(f, arguments);
    f->qtest = peer_accept(f->qtest_listener);
    f->qmp = peer_accept(f->qmp_listener);
    negotiate(f);
    terminate(f);
}

static void test_qmp_on_a_chardev(Program *f, gconstpointer data)
{
    g_autofree char *arguments = g_strdup_printf(
        "-qmp chardev:c -chardev socket,id=c,path=%s,reconnect-ms=10 -serial chardev:c",
        f->qmp_path);

    (void)data;
    start_here(f, arguments);
    f->qmp = peer_accept(f->qmp_listener);
    negotiate(f);
    terminate(f);
}

/* ------------------------------------------------------------------- libvirt */

/* libvirt listens, and hands the listener over. */
static void test_listener_by_descriptor(Program *f, gconstpointer data)
{
    g_autofree char *arguments = g_strdup_printf(
        "-chardev socket,id=charmonitor,fd=%d,server=on,wait=off "
        "-mon chardev=charmonitor,id=monitor,mode=control",
        inheritable(f->qmp_listener));

    (void)data;
    start_here(f, arguments);
    f->qmp = await_listener(f->qmp_path);
    negotiate(f);
    terminate(f);
}

#define GUID  "324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87"
#define OTHER "424e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87"

/* A device's own property wins over -global. */
static void test_globals(Program *f, gconstpointer data)
{
    (void)data;
    start_as_libqtest(f, "-global vmgenid.guid=" GUID " -global mch.x=y "
                         "-device '{\"driver\": \"vmgenid\", \"id\": \"v\"}'");
    negotiate(f);
    say(f->qmp, "{\"execute\": \"query-vm-generation-id\"}");
    hear_part(f->qmp, GUID);
    terminate(f);
    says(f->errors_path, "warning: -global: mch.x: not used: this program does not have such a "
                         "device\n");
}

static void test_property_before_global(Program *f, gconstpointer data)
{
    (void)data;
    start_as_libqtest(f, "-device vmgenid,guid=" OTHER " -global vmgenid.guid=" GUID);
    negotiate(f);
    say(f->qmp, "{\"execute\": \"query-vm-generation-id\"}");
    hear_part(f->qmp, OTHER);
    terminate(f);
}

static void test_pid_file(Program *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename(f->directory, "pid", NULL);
    g_autofree char *arguments = g_strdup_printf("-pidfile %s", path);
    g_autofree char *expected = NULL;
    g_autofree char *text = NULL;

    (void)data;
    start_as_libqtest(f, arguments);
    say(f->qtest, "endianness\n");
    hear(f->qtest, "OK little");
    expected = g_strdup_printf("%d\n", (int)f->pid);
    text = text_of(path);
    terminate(f);
    g_assert_cmpstr(text, ==, expected);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void test_pretty_answers(Program *f, gconstpointer data)
{
    g_autofree char *arguments = g_strdup_printf("-qmp-pretty unix:%s", f->qmp_path);

    (void)data;
    start_here(f, arguments);
    f->qmp = peer_accept(f->qmp_listener);
    hear(f->qmp, "{");
    hear(f->qmp, "    \"QMP\": {");
    terminate(f);
}

static void test_pseudo_terminal(Program *f, gconstpointer data)
{
    g_autofree char *arguments = g_strdup_printf(
        "-chardev pty,id=t -mon chardev=t,mode=control -qtest unix:%s", f->qtest_path);
    g_autofree char *name = NULL;
    char *end;

    (void)data;
    start_here(f, arguments);
    f->qtest = peer_accept(f->qtest_listener);
    say(f->qtest, "endianness\n");
    hear(f->qtest, "OK little"); /* after the monitors were opened */
    name = text_of(f->output_path);
    g_assert_true(g_str_has_prefix(name, "char device redirected to /dev/pts/"));
    end = strstr(name, " (label t)");
    g_assert_nonnull(end);
    *end = '\0';
    f->qmp = open(strstr(name, "/dev/"), O_RDWR | O_NOCTTY | O_CLOEXEC);
    hear_part(f->qmp, GREETING);
    terminate(f);
}

static void test_output_file(Program *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename(f->directory, "log", NULL);
    g_autofree char *arguments = g_strdup_printf(
        "-chardev file,id=l,path=%s -mon chardev=l,mode=control -qtest unix:%s", path,
        f->qtest_path);

    (void)data;
    start_here(f, arguments);
    f->qtest = peer_accept(f->qtest_listener);
    say(f->qtest, "endianness\n");
    hear(f->qtest, "OK little");
    terminate(f);
    says(path, GREETING);
}

/* ------------------------------------------------------------------- refused */

typedef struct Words {
    const char *name;
    const char *arguments;
    const char *text;
} Words;

/* clang-format off */
static const Words failures[] = {
    { "descriptor-not-open", "-chardev socket,id=c,fd=200 -mon chardev=c,mode=control",
      "-mon: fd 200: can't use it as a socket: Bad file descriptor" },
    { "descriptor-no-socket", "-chardev socket,id=c,fd=0 -mon chardev=c,mode=control",
      "-mon: fd 0: can't use it as a socket: Socket operation on non-socket" },
    { "output-file-unwritable", "-chardev file,id=c,path=/nonexistent/x -qmp chardev:c",
      "-qmp: file:/nonexistent/x: can't write: No such file or directory" },
};
/* clang-format on */

static void test_failure(Program *f, gconstpointer opaque)
{
    const Words *row = opaque;

    fails(f, row->arguments, row->text);
}

/* ------------------------------------------------------------------- daemon */

/* The socket listens when the first process has ended. */
static void test_daemon(Program *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename(f->directory, "daemon", NULL);
    g_autofree char *pid_path = g_build_filename(f->directory, "daemon.pid", NULL);
    g_autofree char *arguments = g_strdup_printf("-M none -daemonize -pidfile %s "
                                                 "-qmp unix:%s,server=on,wait=off",
                                                 pid_path, path);
    g_autofree char *pid = NULL;
    char c;

    (void)data;
    start_here(f, arguments);
    ends_with(f, 0);
    pid = text_of(pid_path);
    g_assert_cmpint(getsid((pid_t)atoi(pid)), !=, getsid(0));
    f->qmp = await_listener(path);
    negotiate(f);
    say(f->qmp, "{\"execute\": \"quit\"}");
    while (read(f->qmp, &c, 1) > 0) {}
}

static void test_daemon_without_machine(Program *f, gconstpointer data)
{
    (void)data;
    fails(f, "-daemonize -M nine", "-machine: unknown machine 'nine', did you mean 'none'?");
}

static void test_connected_socket_as_a_server(Program *f, gconstpointer data)
{
    g_autofree char *arguments = NULL, *sentence = NULL;
    int fds[2];

    (void)data;
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
    arguments = g_strdup_printf("-chardev socket,id=c,fd=%d,server=on -qmp chardev:c",
                                inheritable(fds[0]));
    sentence = g_strdup_printf("-qmp: fd %d: the socket does not listen, expected server=off",
                               fds[0]);
    fails(f, arguments, sentence);
    close(fds[0]);
    close(fds[1]);
}

static void test_wrong_socket(Program *f, gconstpointer data)
{
    g_autofree char *arguments = g_strdup_printf("-chardev socket,id=c,fd=%d -qmp chardev:c",
                                                 inheritable(f->qmp_listener));
    g_autofree char *sentence = g_strdup_printf("-qmp: fd %d: the socket listens, expected "
                                                "server=on",
                                                f->qmp_listener);

    (void)data;
    fails(f, arguments, sentence);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    signal(SIGPIPE, SIG_IGN);
    TEST("/launchers/libqtest-10.2", NULL, test_libqtest_10_2);
    TEST("/launchers/libqtest-11.1", NULL, test_libqtest_11_1);
    TEST("/launchers/ends-with-its-parent", NULL, test_exit_with_parent);
    TEST("/launchers/python-machine-on-socket-pairs", NULL, test_python_machine);
    TEST("/launchers/path-by-name", NULL, test_path_by_name);
    TEST("/launchers/qmp-on-a-chardev", NULL, test_qmp_on_a_chardev);
    TEST("/launchers/libvirt-hands-over-its-listener", NULL, test_listener_by_descriptor);
    TEST("/launchers/globals", NULL, test_globals);
    TEST("/launchers/property-before-global", NULL, test_property_before_global);
    TEST("/launchers/pid-file", NULL, test_pid_file);
    TEST("/launchers/daemon/goes-on-in-the-background", NULL, test_daemon);
    TEST("/launchers/daemon/fails-in-the-foreground", NULL, test_daemon_without_machine);
    TEST("/launchers/pretty-answers", NULL, test_pretty_answers);
    TEST("/launchers/pseudo-terminal", NULL, test_pseudo_terminal);
    TEST("/launchers/output-file", NULL, test_output_file);
    TEST("/launchers/refused/listener-as-a-client", NULL, test_wrong_socket);
    TEST("/launchers/connected-socket-as-a-server", NULL, test_connected_socket_as_a_server);
    for (size_t i = 0; i < G_N_ELEMENTS(failures); i++) {
        g_autofree char *path = g_strconcat("/launchers/refused/", failures[i].name, NULL);
        TEST(path, &failures[i], test_failure);
    }
    return g_test_run();
}
