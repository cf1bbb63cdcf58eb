/* SPDX-License-Identifier: GPL-2.0-or-later */
/* States that libtpms gets in a jailed child first. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qtest/tests/lib/sanitized.h"
#include "qtest/tests/tpm/tpm-harness.h"

/* High bytes of lengths in the permanent blob.  libtpms 0.9 follows them out of its memory. */
static const uint32_t lengths[] = { 523, 978, 1124, 1232, 1262, 1281, 1312, 1315 };

typedef struct Scene {
    TpmHarness *h;
    HwTpmState state;
} Scene;

static void scene_set_up(Scene *s, const char *trust)
{
    s->h = tpm_harness_new(false);
    g_assert_true(tpm_add(s->h, "libtpms", "tpm0", trust, NULL));
    tpm_start_up(s->h);
    g_assert_true(hw_tpm_save(s->h->host.tpms, 0, &s->state, &s->h->error));
}

static void scene_tear_down(Scene *s)
{
    hw_tpm_state_clear(&s->state);
    tpm_harness_free(s->h);
}

static bool load_damaged(Scene *s, uint32_t at)
{
    uint8_t *byte = &s->state.blobs[HW_TPM_PERMANENT].bytes[at];
    uint8_t before = *byte;
    bool good;

    *byte = 0xff;
    s->h->error_text[0] = '\0';
    good = hw_tpm_load(s->h->host.tpms, 0, &s->state, &s->h->error);
    *byte = before;
    g_test_message("%" G_GUINT32_FORMAT ": %s", at, s->h->error_text);
    return good;
}

static void forged_lengths_crash_the_child_alone(void)
{
    Scene s;

    scene_set_up(&s, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_assert_false(load_damaged(&s, lengths[i]));
        g_assert_true(g_str_has_prefix(s.h->error_text, "tpm0: "));
        g_assert_true(g_str_has_suffix(s.h->error_text, "; the TPM keeps its state"));
    }
    g_assert_nonnull(strstr(s.h->error_text, "damaged state: a child process that started libtpms "
                                             "with it was killed by signal 11 "));
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    scene_tear_down(&s);
}

static void trial_leaves_the_tpm_alone(void)
{
    int before = dup(0);
    int after;
    Scene s;

    close(before);
    scene_set_up(&s, NULL);
    after = dup(0);
    close(after);
    g_assert_true(hw_tpm_load(s.h->host.tpms, 0, &s.state, &s.h->error));
    g_assert_cmphex(tpm_run(s.h, TPM_PCR_READ), ==, TPM_RC_SUCCESS);
    before = dup(0);
    close(before);
    g_assert_cmpint(before, ==, after);
    g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
    scene_tear_down(&s);
}

/* -------------------------------------------------------------------------- trust */

typedef struct Trust {
    const char *test;
    const char *option;
    bool local;
    bool loads;
    bool own;
} Trust;

static const Trust trusts[] = {
    { "a-peer-is-refused", NULL, false, false },
    { "a-file-is-taken", NULL, true, true },
    { "files/a-peer-is-refused", "trust=files", false, false },
    { "files/a-file-is-taken", "trust=files", true, true },
    { "all/a-peer-is-taken", "trust=all", false, true },
    { "none/a-file-is-refused", "trust=none", true, false },
    { "none/its-own-state-is-taken", "trust=none", false, true, true },
};

/* QEMU's -sandbox on has both. */
static bool confine(void)
{
    struct sock_filter allow[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
    struct sock_fprog program = { G_N_ELEMENTS(allow), allow };

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static int load_confined(const Trust *trust)
{
    Scene s;
    bool loads;

    if (!confine()) {
        return 77;
    }
    scene_set_up(&s, trust->option);
    s.state.local = trust->local;
    s.state.own = trust->own;
    loads = hw_tpm_load(s.h->host.tpms, 0, &s.state, &s.h->error);
    if (!loads && strcmp(s.h->error_text, "tpm0: the state can't be tried in a child process: a "
                                          "seccomp filter confines this process, expected option "
                                          "trust=all for a sender that you trust; the TPM keeps "
                                          "its state") != 0) {
        return 2;
    }
    return loads == trust->loads ? 0 : 1;
}

static void without_a_child(gconstpointer trust)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        _exit(load_confined(trust));
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77) {
        g_test_skip("this kernel or emulator has no seccomp filters");
        return;
    }
    g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

static void other_trust_is_refused(void)
{
    TpmHarness *h = tpm_harness_new(false);

    g_assert_false(tpm_add(h, "libtpms", "tpm0", "trust=some", NULL));
    g_assert_cmpstr(h->error_text, ==,
                    "tpm0: trust: invalid value 'some': expected files, all or none");
    tpm_harness_free(h);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!devices_are_sanitized()) { /* its malloc() has no guards that stop libtpms */
        g_test_add_func("/tpm-trial/forged-lengths-crash-the-child-alone",
                        forged_lengths_crash_the_child_alone);
    }
    g_test_add_func("/tpm-trial/leaves-the-tpm-alone", trial_leaves_the_tpm_alone);
    g_test_add_func("/tpm-trial/trust/other-value-is-refused", other_trust_is_refused);
    for (size_t i = 0; i < G_N_ELEMENTS(trusts); i++) {
        g_autofree char *path = g_strconcat("/tpm-trial/without-a-child/", trusts[i].test, NULL);

        g_test_add_data_func(path, &trusts[i], without_a_child);
    }
    return g_test_run();
}
