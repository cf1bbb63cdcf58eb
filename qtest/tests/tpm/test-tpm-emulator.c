/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -tpmdev emulator with a real swtpm. */
#include "qtest/tests/lib/swtpm-process.h"
#include "qtest/tests/tpm/tpm-harness.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/wait.h>

typedef struct Scene {
    TpmHarness *h;
    SwtpmProcess swtpm;
} Scene;

static void scene_set_up(Scene *s, bool threaded)
{
    s->h = tpm_harness_new(threaded);
    swtpm_process_set_up(&s->swtpm);
    swtpm_process_start(&s->swtpm, "--tpm2", NULL);
}

static void scene_add(Scene *s, const char *option)
{
    if (!tpm_add(s->h, "emulator", "tpm0", s->swtpm.option, option, NULL)) {
        g_error("%s", s->h->error_text);
    }
}

static void scene_tear_down(Scene *s)
{
    if (s->h) {
        tpm_harness_free(s->h);
    }
    swtpm_process_tear_down(&s->swtpm);
}

static void test_executes(gconstpointer threaded)
{
    Scene s;

    scene_set_up(&s, threaded != NULL);
    scene_add(&s, NULL);
    tpm_start_up(s.h);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    g_assert_cmpuint(s.h->size, ==, 28);
    g_assert_cmpuint(s.h->log->len, ==, 0);
    scene_tear_down(&s);
}

/* QEMU's tests start both programs at once, and this host is quicker than swtpm. */
static void test_late_swtpm_is_awaited(void)
{
    Scene s = { .h = tpm_harness_new(false) };

    swtpm_process_set_up(&s.swtpm);
    swtpm_process_launch(&s.swtpm, "--tpm2", NULL);
    scene_add(&s, NULL);
    scene_tear_down(&s);
}

static void test_reports_itself(void)
{
    Scene s;

    scene_set_up(&s, false);
    scene_add(&s, NULL);
    tpm_attach(s.h);
    g_assert_cmpstr(hw_tpm_info(s.h->host.tpms, 0).type, ==, "emulator");
    g_assert_cmpuint(hw_tpm_service()->version(s.h->backend), ==, HW_TPM_VERSION_2_0);
    g_assert_cmpuint(hw_tpm_service()->buffer_size(s.h->backend), ==, 4096);
    g_assert_false(hw_tpm_service()->established(s.h->backend));
    scene_tear_down(&s);
}

static void test_starts_power_cycled(void)
{
    Scene s;

    scene_set_up(&s, false);
    scene_add(&s, NULL);
    tpm_attach(s.h);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_INITIALIZE);
    scene_tear_down(&s);
}

static void test_restart_wants_startup(void)
{
    Scene s;

    scene_set_up(&s, false);
    scene_add(&s, NULL);
    tpm_start_up(s.h);
    hw_tpm_service()->restart(s.h->backend, 3968);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_INITIALIZE);
    scene_tear_down(&s);
}

static void test_passes_the_locality(void)
{
    /* TPM2_PCR_Reset of PCR 20, which locality 0 may not reset. */
    static const uint8_t reset[] = {
        0x80, 2, 0, 0, 0, 27, 0, 0, 1, 0x3d, 0, 0, 0, 20, 0, 0, 0, 9, 0x40, 0, 0, 9, 0, 0, 0, 0, 0,
    };
    Scene s;

    scene_set_up(&s, false);
    scene_add(&s, NULL);
    tpm_start_up(s.h);
    hw_tpm_service()->submit(s.h->backend, 2, reset, sizeof(reset), 3968);
    g_assert_cmphex(tpm_await(s.h), ==, TPM_RC_SUCCESS);
    hw_tpm_service()->submit(s.h->backend, 0, reset, sizeof(reset), 3968);
    g_assert_cmphex(tpm_await(s.h), ==, TPM_RC_LOCALITY);
    scene_tear_down(&s);
}

/* Version 0.7 of swtpm reads its control channel only between commands, so a cancel comes too late
 * for a command that runs.  It must not harm this command or the next. */
static void test_cancel_does_no_harm(void)
{
    Scene s;

    scene_set_up(&s, true);
    scene_add(&s, NULL);
    tpm_start_up(s.h);
    for (int i = 0; i < 2; i++) {
        uint32_t code;

        tpm_submit(s.h, TPM_CREATE_PRIMARY);
        hw_tpm_service()->cancel(s.h->backend);
        code = tpm_await(s.h);
        g_assert_true(code == TPM_RC_SUCCESS || code == TPM_RC_CANCELED);
    }
    g_assert_cmphex(tpm_run(s.h, TPM_CREATE_PRIMARY), ==, TPM_RC_SUCCESS);
    g_assert_cmpuint(s.h->log->len, ==, 0);
    scene_tear_down(&s);
}

static void test_restart_drops_the_command(void)
{
    Scene s;

    scene_set_up(&s, true);
    scene_add(&s, NULL);
    tpm_start_up(s.h);
    tpm_submit(s.h, TPM_CREATE_PRIMARY);
    hw_tpm_service()->restart(s.h->backend, 3968);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_INITIALIZE);
    g_assert_cmpuint(s.h->completions, ==, 2);
    scene_tear_down(&s);
}

static void test_free_ends_swtpm(gconstpointer in_a_command)
{
    Scene s;

    scene_set_up(&s, true);
    scene_add(&s, NULL);
    tpm_start_up(s.h);
    if (in_a_command) {
        tpm_submit(s.h, TPM_CREATE_PRIMARY);
    }
    tpm_harness_free(s.h);
    s.h = NULL;
    g_assert_true(WIFEXITED(swtpm_process_reap(&s.swtpm)));
    scene_tear_down(&s);
}

static void test_dead_swtpm_fails_the_command(void)
{
    Scene s;

    scene_set_up(&s, false);
    scene_add(&s, NULL);
    tpm_start_up(s.h);
    swtpm_process_kill(&s.swtpm);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_NO_RESPONSE);
    tpm_assert_logged(s.h, "tpm0: cannot connect to swtpm: ");
    scene_tear_down(&s);
}

static void test_new_swtpm_is_used(gconstpointer by_restart)
{
    Scene s;

    scene_set_up(&s, false);
    scene_add(&s, NULL);
    tpm_start_up(s.h);
    swtpm_process_kill(&s.swtpm);
    swtpm_process_start(&s.swtpm, "--tpm2", NULL);
    if (by_restart) {
        hw_tpm_service()->restart(s.h->backend, 3968);
    }
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_INITIALIZE);
    tpm_assert_logged(s.h, "the TPM was power-cycled and expects TPM2_Startup from the guest");
    g_assert_cmphex(tpm_run(s.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    g_assert_cmpuint(s.h->log->len, ==, 0);
    scene_tear_down(&s);
}

static void test_reconnect_off(void)
{
    Scene s;

    scene_set_up(&s, false);
    scene_add(&s, "reconnect=off");
    tpm_start_up(s.h);
    swtpm_process_kill(&s.swtpm);
    swtpm_process_start(&s.swtpm, "--tpm2", NULL);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_NO_RESPONSE);
    tpm_assert_logged(s.h, "swtpm has closed the connection and reconnect=off");
    scene_tear_down(&s);
}

static void test_killed_in_a_command(void)
{
    Scene s;

    scene_set_up(&s, true);
    scene_add(&s, NULL);
    tpm_start_up(s.h);
    kill(s.swtpm.pid, SIGSTOP);
    tpm_submit(s.h, TPM_GET_RANDOM);
    swtpm_process_kill(&s.swtpm);
    g_assert_cmphex(tpm_await(s.h), ==, TPM_NO_RESPONSE);
    g_assert_cmpuint(s.h->log->len, ==, 1);
    scene_tear_down(&s);
}

static void test_hanging_swtpm(void)
{
    Scene s;
    gint64 begin;

    scene_set_up(&s, true);
    scene_add(&s, "timeout=0.15");
    tpm_start_up(s.h);
    kill(s.swtpm.pid, SIGSTOP);
    begin = g_get_monotonic_time();
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_NO_RESPONSE);
    g_assert_cmpint(g_get_monotonic_time() - begin, >=, 150 * 1000);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 1000 * 1000);
    tpm_assert_logged(s.h, "swtpm failed a command: no answer in time");
    kill(s.swtpm.pid, SIGCONT);
    g_assert_cmphex(tpm_run(s.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    scene_tear_down(&s);
}

/* A command that hangs, a reset, and another command: each must end within its timeout from its
 * own request.  The timeouts run at the same time. */
static void test_timeouts_do_not_add_up(void)
{
    Scene s;
    gint64 begin;

    scene_set_up(&s, true);
    scene_add(&s, "timeout=0.2");
    tpm_start_up(s.h);
    kill(s.swtpm.pid, SIGSTOP);
    begin = g_get_monotonic_time();
    tpm_submit(s.h, TPM_GET_RANDOM);
    hw_tpm_service()->restart(s.h->backend, 3968);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 100 * 1000);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_NO_RESPONSE);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 390 * 1000);
    scene_tear_down(&s);
}

static void test_free_does_not_wait_for_a_hanging_swtpm(void)
{
    Scene s;
    gint64 begin;

    scene_set_up(&s, true);
    scene_add(&s, NULL);
    tpm_start_up(s.h);
    kill(s.swtpm.pid, SIGSTOP);
    tpm_submit(s.h, TPM_GET_RANDOM);
    begin = g_get_monotonic_time();
    tpm_harness_free(s.h);
    s.h = NULL;
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 3 * G_TIME_SPAN_SECOND);
    scene_tear_down(&s);
}

static void test_tpm_1_2_refused(void)
{
    Scene s;

    scene_set_up(&s, false);
    swtpm_process_kill(&s.swtpm);
    {
        char *old = g_build_filename(s.swtpm.directory, "tpm2-00.permall", NULL);

        g_remove(old);
        g_free(old);
    }
    swtpm_process_start(&s.swtpm, "--log=level=0", NULL);
    scene_add(&s, NULL);
    g_assert_null(hw_tpm_service()->open(&s.h->device.dev, "tpm0", NULL, &s.h->error));
    g_assert_cmpstr(s.h->error_text, ==, "dev0: tpmdev: the TPM backend is not a TPM 2.0: 'tpm0'");
    scene_tear_down(&s);
}

static void test_state_survives_a_restart(void)
{
    static const char define[] =
        "80020000002d0000012a40000001000000094000000900000000000000000e01000001000b"
        "0004000400000008";
    Scene s;

    scene_set_up(&s, false);
    scene_add(&s, NULL);
    tpm_start_up(s.h);
    g_assert_cmphex(tpm_run(s.h, define), ==, TPM_RC_SUCCESS);
    hw_tpm_service()->restart(s.h->backend, 3968);
    g_assert_cmphex(tpm_run(s.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(tpm_run(s.h, "80010000000e0000016901000001"), ==, TPM_RC_SUCCESS);
    scene_tear_down(&s);
}

typedef struct Test {
    const char *name;
    void (*function)(void);
} Test;

static const Test tests[] = {
    { "info/late-swtpm-is-awaited", test_late_swtpm_is_awaited },
    { "info/reports-itself", test_reports_itself },
    { "restart/leaves-the-tpm-power-cycled", test_starts_power_cycled },
    { "restart/wants-startup-again", test_restart_wants_startup },
    { "restart/drops-the-command", test_restart_drops_the_command },
    { "restart/keeps-non-volatile-state", test_state_survives_a_restart },
    { "submit/passes-the-locality", test_passes_the_locality },
    { "cancel/does-no-harm", test_cancel_does_no_harm },
    { "gone/fails-the-command", test_dead_swtpm_fails_the_command },
    { "gone/in-a-command-fails-it", test_killed_in_a_command },
    { "gone/reconnect-off-fails-the-command", test_reconnect_off },
    { "hanging/fails-the-command-in-time", test_hanging_swtpm },
    { "hanging/timeouts-do-not-add-up", test_timeouts_do_not_add_up },
    { "hanging/does-not-delay-the-end", test_free_does_not_wait_for_a_hanging_swtpm },
    { "open/tpm-1.2-refused", test_tpm_1_2_refused },
};

static const struct {
    const char *name;
    void (*function)(gconstpointer variant);
    bool variant;
} variants[] = {
    { "stepped/executes", test_executes, false },
    { "threaded/executes", test_executes, true },
    { "gone/next-command-uses-a-new-one", test_new_swtpm_is_used, false },
    { "gone/restart-uses-a-new-one", test_new_swtpm_is_used, true },
    { "free/ends-swtpm", test_free_ends_swtpm, false },
    { "free/in-a-command-ends-swtpm", test_free_ends_swtpm, true },
};

int main(int argc, char **argv)
{
    char *swtpm;

    g_test_init(&argc, &argv, NULL);
    swtpm = g_find_program_in_path("swtpm");
    if (!swtpm) {
        g_print("1..0 # SKIP no swtpm: install the package swtpm\n");
        return 0;
    }
    g_free(swtpm);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        char *path = g_strconcat("/tpm-emulator/", tests[i].name, NULL);

        g_test_add_func(path, tests[i].function);
        g_free(path);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(variants); i++) {
        char *path = g_strconcat("/tpm-emulator/", variants[i].name, NULL);

        g_test_add_data_func(path, variants[i].variant ? "" : NULL, variants[i].function);
        g_free(path);
    }
    return g_test_run();
}
