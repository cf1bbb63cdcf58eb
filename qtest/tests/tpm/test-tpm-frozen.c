/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A swtpm that is frozen for a time, for example with its container. */
#include <signal.h>
#include <sys/wait.h>

#include "qtest/tests/lib/swtpm-process.h"
#include "qtest/tests/tpm/tpm-harness.h"

#define PCR_EXTEND                                                                     \
    "80020000004100000182000000100000000940000009000000000000000001000b11111111111111" \
    "11111111111111111111111111111111111111111111111111"

typedef struct Scene {
    TpmHarness *h;
    SwtpmProcess swtpm;
    GBytes *answer; /* to TPM_PCR_READ, before the freeze */
} Scene;

static void scene_set_up(Scene *s, gconstpointer timeout)
{
    int status;

    s->h = tpm_harness_new(true);
    swtpm_process_set_up(&s->swtpm);
    swtpm_process_start(&s->swtpm, "--tpm2", NULL);
    if (!tpm_add(s->h, "emulator", "tpm0", s->swtpm.option, timeout, NULL)) {
        g_error("%s", s->h->error_text);
    }
    tpm_start_up(s->h);
    g_assert_cmphex(tpm_run(s->h, PCR_EXTEND), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(tpm_run(s->h, TPM_PCR_READ), ==, TPM_RC_SUCCESS);
    s->answer = g_bytes_new(s->h->response, s->h->size);
    kill(s->swtpm.pid, SIGSTOP);
    g_assert_cmpint(waitpid(s->swtpm.pid, &status, WUNTRACED), ==, s->swtpm.pid);
    g_assert_true(WIFSTOPPED(status));
}

static void scene_tear_down(Scene *s, G_GNUC_UNUSED gconstpointer timeout)
{
    g_bytes_unref(s->answer);
    tpm_harness_free(s->h);
    swtpm_process_tear_down(&s->swtpm);
}

static void scene_thaw(const Scene *s)
{
    kill(s->swtpm.pid, SIGCONT);
}

static void scene_assert_answer(const Scene *s)
{
    g_assert_cmpmem(s->h->response, s->h->size, g_bytes_get_data(s->answer, NULL),
                    g_bytes_get_size(s->answer));
}

static void test_command_is_late(Scene *s, G_GNUC_UNUSED gconstpointer data)
{
    tpm_submit(s->h, TPM_PCR_READ);
    scene_thaw(s);
    g_assert_cmphex(tpm_await(s->h), ==, TPM_RC_SUCCESS);
    scene_assert_answer(s);
    g_assert_cmpuint(s->h->log->len, ==, 0);
}

/* A guest's driver gives a late command up. */
static void test_cancelled_command_keeps_the_pcrs(Scene *s, G_GNUC_UNUSED gconstpointer data)
{
    uint32_t code;

    tpm_submit(s->h, TPM_CREATE_PRIMARY);
    hw_tpm_service()->cancel(s->h->backend);
    scene_thaw(s);
    code = tpm_await(s->h);
    g_assert_true(code == TPM_RC_SUCCESS || code == TPM_RC_CANCELED);
    g_assert_cmphex(tpm_run(s->h, TPM_PCR_READ), ==, TPM_RC_SUCCESS);
    scene_assert_answer(s);
    g_assert_cmpuint(s->h->log->len, ==, 0);
}

static void test_reset_is_late(Scene *s, G_GNUC_UNUSED gconstpointer data)
{
    tpm_submit(s->h, TPM_PCR_READ);
    hw_tpm_service()->restart(s->h->backend, 3968);
    scene_thaw(s);
    g_assert_cmphex(tpm_run(s->h, TPM_PCR_READ), ==, TPM_RC_INITIALIZE);
    g_assert_cmpuint(s->h->log->len, ==, 0);
}

/* A late answer would be taken for the answer to the next command, so the connection ends.  The
 * guest must not go on with a TPM that may have executed its command or not. */
static void test_timeout_power_cycles(Scene *s, G_GNUC_UNUSED gconstpointer data)
{
    g_assert_cmphex(tpm_run(s->h, TPM_PCR_READ), ==, TPM_NO_RESPONSE);
    tpm_assert_logged(s->h, "swtpm failed a command: no answer in time");
    scene_thaw(s);
    g_assert_cmphex(tpm_run(s->h, TPM_PCR_READ), ==, TPM_RC_INITIALIZE);
    tpm_assert_logged(s->h, "the TPM was power-cycled and expects TPM2_Startup from the guest");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        const char *timeout;
        void (*function)(Scene *s, gconstpointer data);
    } tests[] = {
        { "/tpm-frozen/thaws-in-time/command-is-late", NULL, test_command_is_late },
        { "/tpm-frozen/thaws-in-time/cancelled-command-keeps-the-pcrs", NULL,
          test_cancelled_command_keeps_the_pcrs },
        { "/tpm-frozen/thaws-in-time/reset-is-late", NULL, test_reset_is_late },
        { "/tpm-frozen/timeout/power-cycles", "timeout=0.15", test_timeout_power_cycles },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].path, Scene, tests[i].timeout, scene_set_up, tests[i].function,
                   scene_tear_down);
    }
    return g_test_run();
}
