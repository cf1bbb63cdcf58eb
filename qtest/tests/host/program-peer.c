/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/host/program-peer.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qtest/client/transport/qmp-check.h"

#define DEADLINE_MS 10000 /* for each wait */

/* ------------------------------------------------------------------- sockets */

static int listener_new(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(listen(fd, 1), ==, 0);
    return fd;
}

static void wait_readable(int fd)
{
    struct pollfd poller = { .fd = fd, .events = POLLIN };

    g_assert_cmpint(poll(&poller, 1, DEADLINE_MS), ==, 1);
}

int peer_accept(int listener)
{
    wait_readable(listener);
    return accept4(listener, NULL, NULL, SOCK_CLOEXEC);
}

/* -------------------------------------------------------------------- schema */

static ObQmpCheck *check; /* for the QMP session of the running test */

/* The answer to query-qmp-schema, by a program of its own. */
static const json_t *schema_of_program(void)
{
    static json_t *answer;
    const char *commands = "{'execute':'qmp_capabilities'}{'execute':'query-qmp-schema'}"
                           "{'execute':'quit'}";
    g_autofree char *line = g_strdup_printf("echo \"%s\" | %s -qmp stdio | sed -n 3p", commands,
                                            g_getenv("OB_HOST_PROGRAM"));
    char *words[] = { (char *)"sh", (char *)"-c", line, NULL };
    g_autofree char *output = NULL;

    if (!answer) {
        g_assert_true(g_spawn_sync(NULL, words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                                   NULL, NULL, NULL));
        answer = json_loads(output, 0, NULL);
        g_assert_nonnull(answer);
    }
    return json_object_get(answer, "return");
}

/* Lines of qtest are not JSON, and pass. */
static void line_check(const char *line)
{
    json_t *message = json_loads(line, 0, NULL);
    g_autofree char *fault = message ? ob_qmp_check_hear(check, message) : NULL;

    if (fault) {
        g_test_message("%s", fault);
        g_test_fail();
    }
    json_decref(message);
}

/* --------------------------------------------------------------------- lines */

/* Reads a line, and returns it without its end; the caller frees it. */
static char *line_read(int fd)
{
    GString *line = g_string_new(NULL);
    char c;

    for (;;) {
        wait_readable(fd);
        g_assert_cmpint(read(fd, &c, 1), ==, 1);
        if (c == '\n') {
            line_check(line->str);
            return g_string_free(line, FALSE);
        }
        g_string_append_c(line, c);
    }
}

void say(int fd, const char *text)
{
    if (text[0] == '{') {
        ob_qmp_check_say(check, text);
    }
    g_assert_cmpint(write(fd, text, strlen(text)), ==, (ssize_t)strlen(text));
}

void hear(int fd, const char *expected)
{
    g_autofree char *line = line_read(fd);

    g_assert_cmpstr(line, ==, expected);
}

void hear_part(int fd, const char *part)
{
    g_autofree char *line = line_read(fd);

    if (!strstr(line, part)) {
        g_assert_cmpstr(line, ==, part);
    }
}

/* ------------------------------------------------------------------- process */

void set_up(Program *f, gconstpointer data)
{
    (void)data;
    check = ob_qmp_check_new(schema_of_program());
    f->directory = g_dir_make_tmp("ob-XXXXXX", NULL);
    f->qtest_path = g_build_filename(f->directory, "q", NULL);
    f->qmp_path = g_build_filename(f->directory, "m", NULL);
    f->errors_path = g_build_filename(f->directory, "errors", NULL);
    f->output_path = g_build_filename(f->directory, "output", NULL);
    f->qtest_listener = listener_new(f->qtest_path);
    f->qmp_listener = listener_new(f->qmp_path);
    f->qtest = f->qmp = -1;
}

/* Starts the program through a shell, like libqtest. */
void start(Program *f, const char *program, const char *arguments)
{
    g_autofree char *line = g_strdup_printf("exec %s %s >%s 2>%s </dev/null", program, arguments,
                                            f->output_path, f->errors_path);

    f->pid = fork();
    g_assert_cmpint(f->pid, >=, 0);
    if (f->pid == 0) {
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
}

void start_as_libqtest(Program *f, const char *arguments)
{
    g_autofree char *all = g_strdup_printf(
        "-qtest unix:%s -qtest-log /dev/null -chardev socket,path=%s,id=char0 "
        "-mon chardev=char0,mode=control -display none -audio none %s -accel qtest",
        f->qtest_path, f->qmp_path, arguments);

    start(f, g_getenv("OB_HOST_PROGRAM"), all);
    f->qtest = peer_accept(f->qtest_listener);
    f->qmp = peer_accept(f->qmp_listener);
}

/* Returns the program's status at its end; kills it at the deadline. */
int wait_end(Program *f)
{
    struct pollfd end = { .fd = pidfd_open(f->pid, 0), .events = POLLIN };
    int status;

    if (poll(&end, 1, DEADLINE_MS) <= 0) {
        kill(f->pid, SIGKILL);
    }
    close(end.fd);
    g_assert_cmpint(waitpid(f->pid, &status, 0), ==, f->pid);
    f->pid = 0;
    return status;
}

void ends_with(Program *f, int status)
{
    int ended = wait_end(f);

    g_assert_true(WIFEXITED(ended));
    g_assert_cmpint(WEXITSTATUS(ended), ==, status);
}

void terminate(Program *f)
{
    kill(f->pid, SIGTERM);
    ends_with(f, 0);
}

char *text_of(const char *path)
{
    char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

void says(const char *path, const char *part)
{
    g_autofree char *text = text_of(path);

    if (!strstr(text, part)) {
        g_assert_cmpstr(text, ==, part);
    }
}

/* Runs the program to its end, and compares its standard error. */
void fails(Program *f, const char *arguments, const char *sentence)
{
    g_autofree char *line = g_strdup_printf("outboard-system-x86_64: %s\n", sentence);
    g_autofree char *text = NULL;

    start(f, g_getenv("OB_HOST_PROGRAM"), arguments);
    ends_with(f, 1);
    text = text_of(f->errors_path);
    g_assert_cmpstr(text, ==, line);
}

void shows(Program *f, const char *arguments, const char *part)
{
    start(f, g_getenv("OB_HOST_PROGRAM"), arguments);
    ends_with(f, 0);
    says(f->output_path, part);
}

void tear_down(Program *f, gconstpointer data)
{
    const char *name;
    GDir *directory = g_dir_open(f->directory, 0, NULL);

    (void)data;
    if (f->pid) {
        kill(f->pid, SIGKILL);
        wait_end(f);
    }
    close(f->qtest_listener);
    close(f->qmp_listener);
    close(f->qtest);
    close(f->qmp);
    while ((name = g_dir_read_name(directory))) {
        g_autofree char *path = g_build_filename(f->directory, name, NULL);
        g_unlink(path);
    }
    g_dir_close(directory);
    g_rmdir(f->directory);
    ob_qmp_check_free(check);
    g_free(f->directory);
    g_free(f->qtest_path);
    g_free(f->qmp_path);
    g_free(f->errors_path);
    g_free(f->output_path);
}
