/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-api/host/load/trial.c: plugins whose initialisers fail end a child, not the host. */
#include <glib.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hw-api/host/load/plugin-set.h"
#include "hw-api/host/load/trial.h"

static HW_ERROR(error, 512);

static const HwPlace place = { NULL, NULL, "x.so", 0 };

static const void *all_services(const HwHost *host, const char *service)
{
    (void)service;
    return host;
}

static const HwHost host = { .abi = HW_ABI(HwHost), .name = "X", .query = all_services };

static const char *fixture(const char *name)
{
    return g_test_get_filename(G_TEST_BUILT, "plugins", name, NULL);
}

static bool try_fixture(const char *name, int milliseconds)
{
    error.text[0] = '\0';
    return hw_trial_load(fixture(name), "initialisers", milliseconds, &place, &error);
}

static void initialisers_run_in_child_alone(void)
{
    g_unsetenv("OUTBOARD_FIXTURE_RAN");
    g_assert_true(try_fixture("good.so", HW_TRIAL_MILLISECONDS));
    g_assert_null(g_getenv("OUTBOARD_FIXTURE_RAN"));
}

static void crash_is_refused(void)
{
    g_assert_false(try_fixture("crashes.so", HW_TRIAL_MILLISECONDS));
    g_assert_true(g_str_has_prefix(error.text, "x.so: has initialisers that fail: a child process "
                                               "that loaded it was killed by signal "));
}

static void exit_is_refused(void)
{
    g_assert_false(try_fixture("exits.so", HW_TRIAL_MILLISECONDS));
    g_assert_cmpstr(error.text, ==,
                    "x.so: has initialisers that fail: a child process that loaded "
                    "it ended with status 3");
}

static void hang_is_refused(void)
{
    g_assert_false(try_fixture("hangs.so", 1));
    g_assert_cmpstr(error.text, ==,
                    "x.so: has initialisers that fail: a child process that loaded "
                    "it took more than 1 ms");
}

#ifdef __x86_64__
static void direction_flag_is_refused(void)
{
    g_assert_false(try_fixture("backwards.so", HW_TRIAL_MILLISECONDS));
    g_assert_cmpstr(error.text, ==,
                    "x.so: has initialisers that fail: a child process that loaded "
                    "it left the direction flag set, expected clear");
}

static void rounding_mode_is_refused(void)
{
    g_assert_false(try_fixture("rounds.so", HW_TRIAL_MILLISECONDS));
    g_assert_cmpstr(error.text, ==,
                    "x.so: has initialisers that fail: a child process that loaded "
                    "it changed the control bits of MXCSR, expected none");
}
#endif

/* The linker says why, here as there. */
static void file_that_the_linker_refuses_is_left_to_it(void)
{
    g_assert_true(try_fixture("undefined-symbol.so", HW_TRIAL_MILLISECONDS));
}

static void child_leaves_nothing(void)
{
    int before = dup(0);
    int after;

    close(before);
    g_assert_true(try_fixture("good.so", HW_TRIAL_MILLISECONDS));
    g_assert_false(try_fixture("crashes.so", HW_TRIAL_MILLISECONDS));
    g_assert_false(try_fixture("hangs.so", 1));
    after = dup(0);
    close(after);
    g_assert_cmpint(after, ==, before);
    g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
}

/* A host may let the system reap its children. */
static void verdict_needs_no_status(void)
{
    signal(SIGCHLD, SIG_IGN);
    g_assert_true(try_fixture("good.so", HW_TRIAL_MILLISECONDS));
    g_assert_false(try_fixture("crashes.so", HW_TRIAL_MILLISECONDS));
    g_assert_cmpstr(error.text, ==,
                    "x.so: has initialisers that fail: a child process that loaded "
                    "it ended with status -1");
    signal(SIGCHLD, SIG_DFL);
}

/* ------------------------------------------------------------------- by loading */

static void load_refuses_initialisers_that_crash(void)
{
    const char *path = fixture("crashes.so");

    g_assert_null(hw_plugin_set_load(path, &host, NULL, 0, &error));
    g_assert_true(g_str_has_prefix(error.text, path));
    g_assert_nonnull(strstr(error.text, ": has initialisers that fail: "));
}

static void confine(void)
{
    struct sock_filter allow[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
    struct sock_fprog program = { G_N_ELEMENTS(allow), allow };

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
        _exit(2);
    }
}

/* 0: a confined process loads it, 1: refuses it as expected, 2: could not be confined. */
static int load_confined(const char *name, const char *expected)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        HwPluginSet *set;

        confine();
        set = hw_plugin_set_load(fixture(name), &host, NULL, 0, &error);
        _exit(set ? 0 : strstr(error.text, expected) ? 1 : 3);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void confined_host_forks_no_child(void)
{
    int end = load_confined("good.so", ": has initialisers, which can't be tried in a child "
                                       "process: a seccomp filter confines this process, expected "
                                       "none, link it with -nostartfiles");

    if (end == 2) {
        g_test_skip("this kernel or emulator has no seccomp filters");
        return;
    }
    g_assert_cmpint(end, ==, 1);
}

static void confined_host_loads_what_is_proven(void)
{
    int end = load_confined("quiet.so", "");

    if (end == 2) {
        g_test_skip("this kernel or emulator has no seccomp filters");
        return;
    }
    g_assert_cmpint(end, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plugin-trial/initialisers-run-in-child-alone",
                    initialisers_run_in_child_alone);
    g_test_add_func("/plugin-trial/refuses/crash", crash_is_refused);
    g_test_add_func("/plugin-trial/refuses/exit", exit_is_refused);
    g_test_add_func("/plugin-trial/refuses/hang", hang_is_refused);
#ifdef __x86_64__
    g_test_add_func("/plugin-trial/refuses/direction-flag", direction_flag_is_refused);
    g_test_add_func("/plugin-trial/refuses/rounding-mode", rounding_mode_is_refused);
#endif
    g_test_add_func("/plugin-trial/leaves-refusals-to-the-linker",
                    file_that_the_linker_refuses_is_left_to_it);
    g_test_add_func("/plugin-trial/leaves-no-child-or-descriptor", child_leaves_nothing);
    g_test_add_func("/plugin-trial/needs-no-status-of-child", verdict_needs_no_status);
    g_test_add_func("/plugin-trial/load/refuses-crash", load_refuses_initialisers_that_crash);
    g_test_add_func("/plugin-trial/load/confined-host-forks-no-child",
                    confined_host_forks_no_child);
    g_test_add_func("/plugin-trial/load/confined-host-loads-what-is-proven",
                    confined_host_loads_what_is_proven);
    return g_test_run();
}
