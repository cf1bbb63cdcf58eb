/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outboard-system-ARCHITECTURE: the host as a program. */
#include "hw-api/device/error.h"
#include "hw-api/host/run/crash/crash.h"
#include "qtest/host/crash-replay.h"
#include "qtest/host/daemon.h"
#include "qtest/host/help/help.h"
#include "qtest/host/io/log.h"
#include "qtest/host/io/loop.h"
#include "qtest/host/program.h"
#include "qtest/machine/tree/tree.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static ObLoop *signal_loop;
static volatile sig_atomic_t signal_number;

static void signal_received(int number)
{
    hw_crash_show_running(strsignal(number)); /* a hook that never returns keeps the loop away */
    signal_number = number;
    ob_loop_quit(signal_loop);
}

/* From here on signals end the loop, so that sockets are removed, the TPM's state is saved,
 * and the exit status is 0. */
static void signals_catch(ObLoop *loop)
{
    struct sigaction action = { .sa_handler = signal_received };

    signal_loop = loop;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

/* While the program ends, a TPM's command may have to finish.  A user who presses Ctrl-C
 * again does not want to wait for it. */
static void signals_release(void)
{
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGINT, SIG_DFL);
}

static void processor_warn(const ObOptions *options)
{
    const char *accelerator = options->accelerator;

    if (accelerator && !g_str_equal(accelerator, "qtest")) {
        ob_report_warning("-accel: %s has nothing to do: no CPU runs here", accelerator);
    } else if (options->processor) {
        ob_report_warning("%s: ignored: no CPU runs here", options->processor);
    }
}

/* Without this, a test that crashes would leave the program behind. */
static bool parent_follow(HwError *error)
{
    pid_t parent = getppid();

    if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0) {
        return hw_error_set(error, "-run-with: exit-with-parent: %s", strerror(errno));
    }
    return getppid() == parent || hw_error_set(error, "-run-with: the parent has ended");
}

/* In the way of QEMU: the file is removed at the end, not after a crash. */
static bool pid_file_write(const char *path, HwError *error)
{
    g_autofree char *text = g_strdup_printf("%d\n", (int)getpid());
    FILE *file = fopen(path, "we");
    bool written = file && fputs(text, file) >= 0;

    if (file && fclose(file) != 0) {
        written = false;
    }
    return written || hw_error_set(error, "-pidfile: cannot write '%s': %s", path, strerror(errno));
}

static bool system_run(ObSystem *system, const ObOptions *options, HwError *error)
{
    HW_ERROR(reason, 512);

    if (options->daemonize && !ob_daemon_begin(error)) {
        return false;
    }
    if (options->exit_with_parent && !parent_follow(error)) {
        return false;
    }
    processor_warn(options);
    if (options->log_file && !ob_log_set_file(options->log_file, &reason)) {
        return hw_error_set(error, "-D: %s", reason.text);
    }
    ob_log_set_guest_errors(options->guest_errors);
    system->loop = ob_loop_new();
    signals_catch(system->loop);
    if (!ob_system_init(system, options, error) ||
        (options->pid_file && !pid_file_write(options->pid_file, error)) ||
        (options->daemonize && !ob_daemon_ready(error))) {
        return false;
    }
    if (options->tree_dump) {
        return ob_host_tree_dump(system->host, options->tree_dump, error);
    }
    ob_system_wait_for_peers(system);
    ob_loop_run(system->loop);
    signals_release();
    if (options->pid_file) {
        unlink(options->pid_file);
    }
    if (signal_number && !options->has_qtest) {
        ob_report_error("ended by signal %d", (int)signal_number);
    }
    if (system->exit_status == 0) {
        ob_system_quit(system, "host-signal");
    }
    return system->exit_status == 0;
}

static bool program_run(int argc, char **argv, HwError *error)
{
    ObOptions *options = ob_options_new(argc, argv, error);
    ObSystem system = { 0 };
    bool done = options != NULL;

    if (done && options->show == OB_SHOW_NOTHING) {
        done = system_run(&system, options, error);
    } else if (done) {
        system.loop = ob_loop_new();
        done = (!ob_help_needs_host(options) || ob_system_init_host(&system, options, error)) &&
               ob_help_show(&system, options, error);
    }
    ob_system_clear(&system);
    ob_options_free(options);
    ob_log_close();
    return done;
}

int main(int argc, char **argv)
{
    g_autofree char *program = g_path_get_basename(argc > 0 ? argv[0] : "outboard");
    g_autofree char *replay = ob_crash_replay(argc, argv);
    HW_ERROR(error, 512);

    json_set_alloc_funcs(g_malloc, g_free); /* no part of an answer is lost without memory */
    ob_log_set_program(program);
    hw_crash_report(program, replay);
    hw_crash_watch(HW_CRASH_WATCH_MS);
    signal(SIGPIPE, SIG_IGN);
    if (!program_run(argc, argv, &error)) {
        if (error.text[0]) {
            ob_report_error("%s", error.text);
        }
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
