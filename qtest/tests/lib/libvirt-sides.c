/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/libvirt-sides.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qtest/client/process/scratch.h"

#define DAEMON "/usr/sbin/libvirtd"
#define NOBODY 65534 /* libvirt has no session for root: the test uses Debian's user nobody */

static struct {
    ObScratch *scratch;
    int count;
    LibvirtSide sides[2];
} s;

const char *libvirt_directory;

/* ------------------------------------------------------------------- programs */

/* Runs in the child.  The daemon must not outlive the test. */
static void become_nobody(gpointer is_daemon)
{
    if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)) {
        _exit(126);
    }
    if (is_daemon) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
    }
}

char *libvirt_side_try(const LibvirtSide *side, const char *line, char **errors)
{
    g_auto(GStrv) words = NULL;
    g_autofree char *output = NULL;
    int status;

    g_assert_true(g_shell_parse_argv(line, NULL, &words, NULL));
    g_assert_true(g_spawn_sync(libvirt_directory, words, side->environment, G_SPAWN_SEARCH_PATH,
                               become_nobody, NULL, &output, errors, &status, NULL));
    return g_spawn_check_wait_status(status, NULL) ? g_steal_pointer(&output) : NULL;
}

char *virsh(const LibvirtSide *side, const char *format, ...)
{
    va_list arguments;
    g_autofree char *words = NULL;
    g_autofree char *line = NULL;
    g_autofree char *errors = NULL;
    char *output;

    va_start(arguments, format);
    words = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    line = g_strdup_printf("virsh -q -c qemu:///session %s", words);
    output = libvirt_side_try(side, line, &errors);
    if (!output) {
        g_error("%s: %s", line, errors);
    }
    return g_strstrip(output);
}

/* ------------------------------------------------------------------- two sides */

static char *directory_make(const char *parent, const char *name)
{
    char *path = g_build_filename(parent, name, NULL);

    g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
    if (geteuid() == 0) {
        g_assert_cmpint(chown(path, NOBODY, NOBODY), ==, 0);
    }
    return path;
}

void libvirt_file_write(const char *directory, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(g_chmod(path, 0755), ==, 0);
}

void libvirt_file_install(const char *from, const char *name)
{
    g_autofree char *to = g_build_filename(libvirt_directory, name, NULL);
    g_autofree char *bytes = NULL;
    gsize size;

    g_assert_true(g_file_get_contents(from, &bytes, &size, NULL));
    g_assert_true(g_file_set_contents(to, bytes, (gssize)size, NULL));
    g_assert_cmpint(g_chmod(to, 0755), ==, 0);
}

/* Each side has an identity of its own: libvirt does not migrate to the same host. */
static void side_start(LibvirtSide *side, int number, const char *more)
{
    static const char *const variables[] = { "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
                                             "XDG_DATA_HOME" };
    g_autofree char *name = g_strdup_printf("%d", number);
    g_autofree char *identity = g_strdup_printf(
        "host_uuid = \"00000000-1111-4222-8333-44444444444%d\"\n", number);
    const char *daemon[] = { DAEMON, "--timeout", "120", NULL };
    g_autofree char *configuration = NULL;

    side->home = directory_make(libvirt_directory, name);
    side->environment = g_environ_setenv(g_get_environ(), "HOME", side->home, TRUE);
    side->environment = g_environ_unsetenv(side->environment, "LD_LIBRARY_PATH");
    for (size_t i = 0; i < G_N_ELEMENTS(variables); i++) {
        g_autofree char *path = directory_make(side->home, variables[i]);

        side->environment = g_environ_setenv(side->environment, variables[i], path, TRUE);
    }
    configuration = directory_make(g_environ_getenv(side->environment, "XDG_CONFIG_HOME"),
                                   "libvirt");
    libvirt_file_write(configuration, "libvirtd.conf", identity);
    libvirt_file_write(configuration, "qemu.conf", more);
    g_assert_true(g_spawn_async(libvirt_directory, (char **)daemon, side->environment,
                                G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                                    G_SPAWN_STDERR_TO_DEV_NULL,
                                become_nobody, GINT_TO_POINTER(1), &side->daemon, NULL));
}

/* The client starts a daemon of its own if there is none yet; so wait for ours. */
static void side_await(const LibvirtSide *side)
{
    g_autofree char *socket = g_build_filename(g_environ_getenv(side->environment,
                                                                "XDG_RUNTIME_DIR"),
                                               "libvirt", "libvirt-sock", NULL);

    for (int i = 0; i < 3000 && !g_file_test(socket, G_FILE_TEST_EXISTS); i++) {
        g_usleep(10000);
    }
    g_free(virsh(side, "list"));
}

void libvirt_sides_start(int count, const char *configuration)
{
    s.count = count;
    s.scratch = ob_scratch_new();
    libvirt_directory = ob_scratch_path(s.scratch);
    g_assert_cmpint(g_chmod(libvirt_directory, 0755), ==, 0);
    for (int i = 0; i < s.count; i++) {
        side_start(&s.sides[i], i, configuration);
    }
    for (int i = 0; i < s.count; i++) {
        side_await(&s.sides[i]);
    }
}

void libvirt_sides_end(void)
{
    for (int i = 0; i < s.count; i++) {
        kill(s.sides[i].daemon, SIGTERM);
        waitpid(s.sides[i].daemon, NULL, 0);
        g_strfreev(s.sides[i].environment);
        g_free(s.sides[i].home);
    }
    ob_scratch_free(s.scratch);
}

LibvirtSide *libvirt_side(int number)
{
    return &s.sides[number];
}

bool libvirt_exists(void)
{
    g_autofree char *path = g_find_program_in_path("virsh");

    return path && g_file_test(DAEMON, G_FILE_TEST_IS_EXECUTABLE);
}

/* A failed test leaves daemons and machines, which this process inherits. */
static void children_end(void)
{
    g_autofree char *children = NULL;

    while (g_file_get_contents("/proc/thread-self/children", &children, NULL, NULL) && *children) {
        kill((pid_t)atoi(children), SIGKILL);
        waitpid((pid_t)atoi(children), NULL, 0);
        g_clear_pointer(&children, g_free);
    }
}

int libvirt_tests_run(int (*run)(void))
{
    int status = 0;
    pid_t tests, ended;

    prctl(PR_SET_CHILD_SUBREAPER, 1);
    tests = fork();
    if (tests == 0) {
        exit(run());
    }
    /* libvirt waits until the processes of a machine are gone, so reap them. */
    do {
        ended = waitpid(-1, &status, 0);
    } while (ended > 0 && ended != tests);
    children_end();
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
