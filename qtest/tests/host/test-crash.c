/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that dies in a device's hook says which device, which hook, and after which accesses. */
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hw-api/host/run/crash/crash.h"
#include "qtest/client/client.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"
#include "qtest/tests/lib/mishaps.h"
#include "qtest/tests/lib/sanitized.h"

#define NAME "outboard-system-x86_64: "

/* Runs a command line of a shell; returns its standard error, which the caller frees. */
static char *shell(const char *line, int *status)
{
    const char *words[] = { "/bin/sh", "-c", line, NULL };
    char *errors;
    GError *error = NULL;

    g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &errors,
                 status, &error);
    g_assert_no_error(error);
    return errors;
}

/* Runs our program with a device `lab` and these qtest commands. */
static char *run(const char *arguments, const char *commands, int *status)
{
    g_autofree char *line = g_strdup_printf(
        "printf '%s' | timeout 60 %s -plugin-set %s -device mishap,id=lab%s -qtest stdio", commands,
        g_getenv("OB_HOST_PROGRAM"), g_getenv("OB_MISHAPS"), arguments);

    return shell(line, status);
}

static void has(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        g_assert_cmpstr(text, ==, part);
    }
}

/* A sanitizer ends the process in its own way. */
static void died_by(int status, int number)
{
    if (devices_are_sanitized()) {
        g_assert_cmpint(status, !=, 0);
    } else {
        g_assert_true(WIFEXITED(status));
        g_assert_cmpint(WEXITSTATUS(status), ==, 128 + number);
    }
}

/* ------------------------------------------------------------------ the program */

static void names_device_and_accesses(void)
{
    int status;
    g_autofree char *errors = run("",
                                  "writel 0xfd000000 1\\nreadl 0xfd000000\\n"
                                  "readb 0xfd000101\\nwritel 0xfd000004 7\\n",
                                  &status);

    died_by(status, SIGSEGV);
    has(errors, NAME "device 'lab' of class 'mishap': Segmentation fault in a write of 4 bytes at "
                     "GO\n" NAME "its last accesses, 4 of 4, as qtest commands, the newest last:\n"
                     "writel 0xfd000000 0x1  # KIND\n"
                     "readl 0xfd000000  # KIND = 0x1\n"
                     "readb 0xfd000101  # regs + 0x101 = 0x0\n"
                     "writel 0xfd000004 0x7  # GO: not finished\n" NAME "to replay them: ");
}

/* The last 32 of more. */
static void shows_last_accesses(void)
{
    g_autoptr(GString) commands = g_string_new(NULL);
    g_autofree char *errors = NULL;
    int status;

    for (int i = 0; i < 40; i++) {
        g_string_append_printf(commands, "writel 0xfd000000 %d\\n", i ? i : MISHAP_POINTER);
    }
    g_string_append(commands, "writel 0xfd000000 1\\nwritel 0xfd000004 0\\n");
    errors = run("", commands->str, &status);
    died_by(status, SIGSEGV);
    has(errors, "32 of 42, as qtest commands, the newest last:\nwritel 0xfd000000 0xa  # KIND\n");
}

static void each_signal(gconstpointer data)
{
    static const struct {
        int kind;
        int number;
        const char *name;
    } signals[] = {
        { MISHAP_DIVISION, SIGFPE, "Floating point exception" },
        { MISHAP_ABORT, SIGABRT, "Aborted" },
        { MISHAP_STACK, SIGSEGV, "Segmentation fault" },
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
        int status;
        g_autofree char *commands = g_strdup_printf("writel 0xfd000000 %d\\nwritel 0xfd000004 0\\n",
                                                    signals[i].kind);
        g_autofree char *errors = run("", commands, &status);
        g_autofree char *sentence = g_strdup_printf(
            "class 'mishap': %s in a write of 4 bytes at GO\n", signals[i].name);

        has(errors, sentence);
        died_by(status, signals[i].number);
    }
}

static void names_hook_of_timer(void)
{
    int status;
    g_autofree char *errors = run("",
                                  "writel 0xfd000000 1\\nwritel 0xfd000008 100\\nclock_step 200\\n",
                                  &status);

    died_by(status, SIGSEGV);
    has(errors, "device 'lab' of class 'mishap': Segmentation fault in its hook 'fired'\n");
    has(errors, "writel 0xfd000008 0x64  # LATER\n");
}

static void names_hook_of_start(void)
{
    int status;
    g_autofree char *errors = run(",at-realize=on", "", &status);

    died_by(status, SIGSEGV);
    has(errors, "Segmentation fault in its hook 'realize'\n" NAME "the device had no access yet\n");
}

/* The text up to a line's end behind `mark`; the caller frees it. */
static char *line_behind(const char *text, const char *mark)
{
    const char *start = strstr(text, mark);

    g_assert_nonnull(start);
    start += strlen(mark);
    return g_strndup(start, strcspn(start, "\n"));
}

/* A reader pastes the lines into a file, and the command into a shell. */
static void report_replays(void)
{
    int status;
    g_autofree char *first = run(" -qtest-log /dev/null -machine pc",
                                 "writel 0xfd000000 2\\nwritel 0xfd000004 0\\n", &status);
    g_autofree char *command = line_behind(first, "to replay them: ");
    g_auto(GStrv) halves = g_strsplit(command, "< FILE", 2);
    const char *commands = strstr(first, "newest last:\n") + strlen("newest last:\n");
    g_autofree char *lines = g_strndup(commands, strstr(commands, NAME) - commands);
    g_autofree char *again = g_strdup_printf("timeout 60 %s <<'END'\n%sEND\n", halves[0], lines);
    g_autofree char *second = NULL;

    g_assert_null(strstr(command, "qtest-log"));
    second = shell(again, &status);
    died_by(status, SIGFPE);
    has(second, "Floating point exception in a write of 4 bytes at GO\n");
    has(second, lines);
}

/* The program can't end by itself any more.  Half a second of processor time is more than its start
 * takes: then the hook runs. */
static void names_endless_hook_at_sigterm(void)
{
    g_autofree char *line = g_strdup_printf(
        "printf 'writel 0xfd000000 5\\nwritel 0xfd000004 0\\n' | ("
        "%s -plugin-set %s -device mishap,id=lab -qtest stdio <&3 & p=$!; "
        "while [ $(cut -d' ' -f14 /proc/$p/stat) -lt 50 ]; do sleep 0.05; done; "
        "kill $p; while [ $(cut -d' ' -f14 /proc/$p/stat) -lt 70 ]; do sleep 0.05; done; "
        "kill -9 $p; wait $p) 3<&0",
        g_getenv("OB_HOST_PROGRAM"), g_getenv("OB_MISHAPS"));
    int status;
    g_autofree char *errors = shell(line, &status);

    has(errors, "device 'lab' of class 'mishap': Terminated in a write of 4 bytes at GO\n");
}

/* ------------------------------------------------------------------- in process */

static void die_in_process(uint32_t kind)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "pc" };
    HW_ERROR(error, 512);
    ObHost *host = ob_host_new(&config, &error);
    ObClient *c = ob_client_in_process(host);

    g_assert_true(ob_host_load_plugins(host, g_getenv("OB_MISHAPS"), &error));
    g_assert_nonnull(ob_host_add_device(host, "mishap", NULL, 0, &error));
    hw_crash_watch(100);
    ob_client_writel(c, MISHAP_BASE + MISHAP_KIND, kind);
    ob_client_writel(c, MISHAP_BASE + MISHAP_GO, 0);
}

static void in_process(void)
{
    if (g_test_subprocess()) {
        die_in_process(MISHAP_POINTER);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*test-crash: device 'mishap' of class 'mishap': Segmentation fault "
                              "in a write of 4 bytes at GO\n*\nwritel 0xfd000004 0x0  # GO: not "
                              "finished\n*");
}

static void give_up(int number)
{
    (void)number;
    _exit(3);
}

/* The watch comes often within a second of processor time. */
static void watch(void)
{
    if (g_test_subprocess()) {
        const struct rlimit limit = { 1, 8 };

        signal(SIGXCPU, give_up);
        setrlimit(RLIMIT_CPU, &limit);
        die_in_process(MISHAP_ENDLESS);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*device 'mishap' of class 'mishap': no return after 100 ms of "
                              "processor time in a write of 4 bytes at GO\n*");
}

/* A crash outside of devices has no device to name. */
static void silent_elsewhere(void)
{
    if (g_test_subprocess()) {
        die_in_process(MISHAP_NONE);
        raise(SIGSEGV);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr_unmatched("*device 'mishap'*");
}

int main(int argc, char **argv)
{
    const struct rlimit no_core = { 0, 0 };

    setrlimit(RLIMIT_CORE, &no_core);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/crash/names-device-register-and-accesses", names_device_and_accesses);
    g_test_add_func("/crash/shows-the-last-32-accesses", shows_last_accesses);
    g_test_add_data_func("/crash/each-signal", NULL, each_signal);
    g_test_add_func("/crash/names-hook-of-a-timer", names_hook_of_timer);
    g_test_add_func("/crash/names-realize-and-no-access", names_hook_of_start);
    g_test_add_func("/crash/report-can-be-replayed", report_replays);
    g_test_add_func("/crash/names-endless-hook-at-sigterm", names_endless_hook_at_sigterm);
    g_test_add_func("/crash/in-process", in_process);
    g_test_add_func("/crash/watch-names-endless-hook", watch);
    g_test_add_func("/crash/silent-outside-of-devices", silent_elsewhere);
    return g_test_run();
}
