/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A state file that the sender and the receiver of a migration share. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/host/tpm/state/file.h"
#include "qtest/tests/tpm/tpm-harness.h"

typedef struct Scene {
    TpmHarness *h;
    char *directory;
    char *path;
    char *option;
    HwStateFile *other; /* the TPM on the other side */
    uint8_t *content;
    uint32_t size;
} Scene;

static void scene_set_up(Scene *s)
{
    *s = (Scene) { .h = tpm_harness_new(false) };
    s->directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    s->path = g_build_filename(s->directory, "state", NULL);
    s->option = g_strconcat("state=", s->path, NULL);
}

static bool other_opens(Scene *s)
{
    HW_ERROR(error, 300);

    s->other = hw_state_file_open(s->path, HW_STATE_FILE_OWNER, &s->content, &s->size, &error);
    return s->other != NULL;
}

static void other_closes(Scene *s)
{
    hw_state_file_close(s->other);
    g_free(s->content);
    s->other = NULL;
    s->content = NULL;
}

static void scene_tear_down(Scene *s)
{
    other_closes(s);
    tpm_harness_free(s->h);
    g_unlink(s->path);
    g_rmdir(s->directory);
    g_free(s->option);
    g_free(s->path);
    g_free(s->directory);
}

static const char *log_last(const Scene *s)
{
    return s->h->log->len ? s->h->log->pdata[s->h->log->len - 1] : "";
}

/* --------------------------------------------------------------------- the sender */

static void sender_set_up(Scene *s)
{
    HwTpmState state;

    scene_set_up(s);
    g_assert_true(tpm_add(s->h, "libtpms", "tpm0", s->option, NULL));
    tpm_start_up(s->h);
    g_assert_false(other_opens(s));
    g_assert_true(hw_tpm_save(s->h->host.tpms, 0, &state, &s->h->error));
    hw_tpm_state_clear(&state);
    g_assert_false(other_opens(s));
    hw_tpm_let_go(s->h->host.tpms, 0);
    g_assert_true(other_opens(s));
}

static void sender_takes_the_file_back(void)
{
    Scene s;

    sender_set_up(&s);
    other_closes(&s);
    g_assert_cmphex(tpm_run(s.h, TPM_PCR_READ), ==, TPM_RC_SUCCESS);
    g_assert_false(other_opens(&s));
    scene_tear_down(&s);
}

static void sender_leaves_the_file_to_the_receiver(void)
{
    g_autofree char *line = NULL;
    Scene s;

    sender_set_up(&s);
    g_assert_cmphex(tpm_run(s.h, TPM_PCR_READ), ==, TPM_NO_RESPONSE);
    line = g_strdup_printf("tpm0: state: in use by another TPM: '%s', expected a file of its own",
                           s.path);
    g_assert_cmpstr(log_last(&s), ==, line);
    other_closes(&s);
    g_assert_cmphex(tpm_run(s.h, TPM_PCR_READ), ==, TPM_RC_SUCCESS);
    scene_tear_down(&s);
}

static void sender_refuses_a_changed_file(void)
{
    g_autofree char *line = NULL;
    Scene s;

    sender_set_up(&s);
    s.content[s.size / 2] ^= 1;
    g_assert_true(hw_state_file_save(s.other, s.content, s.size, NULL));
    other_closes(&s);
    g_assert_cmphex(tpm_run(s.h, TPM_PCR_READ), ==, TPM_NO_RESPONSE);
    line = g_strdup_printf("tpm0: state: changed by another TPM: '%s'", s.path);
    g_assert_cmpstr(log_last(&s), ==, line);
    g_assert_true(other_opens(&s));
    scene_tear_down(&s);
}

/* ------------------------------------------------------------------- the receiver */

/* A receiver beside a sender that has the file, and the sender's state. */
static void receiver_set_up(Scene *s, HwTpmState *state)
{
    scene_set_up(s);
    g_assert_true(tpm_add(s->h, "libtpms", "tpm0", s->option, NULL));
    tpm_start_up(s->h);
    g_assert_true(hw_tpm_save(s->h->host.tpms, 0, state, &s->h->error));
    tpm_harness_free(s->h);
    s->h = tpm_harness_new(false);
    g_assert_true(other_opens(s));
    hw_tpm_set_incoming(s->h->host.tpms);
    g_assert_true(tpm_add(s->h, "libtpms", "tpm0", s->option, NULL));
    tpm_start_up(s->h);
}

/* The file is as the sender has left it. */
static void assert_untouched(Scene *s)
{
    g_autofree uint8_t *content = s->content;
    uint32_t size = s->size;

    s->content = NULL;
    other_closes(s);
    g_assert_true(other_opens(s));
    g_assert_cmpmem(content, size, s->content, s->size);
}

/* The sender's auto-shutdown stays away from the receiver's file. */
static void sender_ends_without_the_file(void)
{
    Scene s;

    sender_set_up(&s);
    tpm_harness_free(s.h);
    s.h = tpm_harness_new(false);
    assert_untouched(&s);
    scene_tear_down(&s);
}

static void receiver_takes_the_file_with_the_state(void)
{
    HwTpmState state;
    Scene s;

    receiver_set_up(&s, &state);
    assert_untouched(&s);
    other_closes(&s);
    g_assert_true(hw_tpm_load(s.h->host.tpms, 0, &state, &s.h->error));
    g_assert_false(other_opens(&s));
    g_assert_cmphex(tpm_run(s.h, TPM_PCR_READ), ==, TPM_RC_SUCCESS);
    tpm_harness_free(s.h);
    s.h = tpm_harness_new(false);
    g_assert_true(other_opens(&s));
    g_assert_cmpuint(s.size, >, 1000);
    hw_tpm_state_clear(&state);
    scene_tear_down(&s);
}

static void receiver_refuses_a_state_while_the_sender_has_the_file(void)
{
    HwTpmState state;
    Scene s;

    receiver_set_up(&s, &state);
    g_assert_false(hw_tpm_load(s.h->host.tpms, 0, &state, &s.h->error));
    g_assert_nonnull(strstr(s.h->error_text, "in use by another TPM"));
    assert_untouched(&s);
    other_closes(&s);
    g_assert_true(hw_tpm_load(s.h->host.tpms, 0, &state, &s.h->error));
    hw_tpm_state_clear(&state);
    scene_tear_down(&s);
}

static void receiver_of_a_bad_state_leaves_the_file(void)
{
    HwTpmState state;
    Scene s;

    receiver_set_up(&s, &state);
    state.blobs[HW_TPM_VOLATILE].bytes[522] ^= 0xff;
    assert_untouched(&s);
    g_clear_pointer(&s.other, hw_state_file_close);
    g_assert_false(hw_tpm_load(s.h->host.tpms, 0, &state, &s.h->error));
    g_clear_pointer(&s.content, g_free);
    g_assert_true(other_opens(&s));
    g_assert_cmpuint(s.size, >, 1000);
    hw_tpm_state_clear(&state);
    scene_tear_down(&s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tpm-handover/sender/takes-the-file-back", sender_takes_the_file_back);
    g_test_add_func("/tpm-handover/sender/leaves-the-file-to-the-receiver",
                    sender_leaves_the_file_to_the_receiver);
    g_test_add_func("/tpm-handover/sender/refuses-a-changed-file", sender_refuses_a_changed_file);
    g_test_add_func("/tpm-handover/sender/ends-without-the-file", sender_ends_without_the_file);
    g_test_add_func("/tpm-handover/receiver/takes-the-file-with-the-state",
                    receiver_takes_the_file_with_the_state);
    g_test_add_func("/tpm-handover/receiver/refuses-a-state-while-the-sender-has-the-file",
                    receiver_refuses_a_state_while_the_sender_has_the_file);
    g_test_add_func("/tpm-handover/receiver/of-a-bad-state-leaves-the-file",
                    receiver_of_a_bad_state_leaves_the_file);
    return g_test_run();
}
