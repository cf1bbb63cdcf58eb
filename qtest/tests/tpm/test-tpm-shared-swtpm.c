/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two swtpm with one directory of state, on both sides of a migration.  Needs swtpm 0.8. */
#include <glib/gstdio.h>
#include <string.h>

#include "qtest/tests/lib/swtpm-process.h"
#include "qtest/tests/tpm/tpm-harness.h"

/* The index has 8 bytes. */
#define PCR_EXTEND                                                                     \
    "80020000004100000182000000100000000940000009000000000000000001000b11111111111111" \
    "11111111111111111111111111111111111111111111111111"
#define NV_DEFINE                                                                      \
    "80020000002d0000012a40000001000000094000000900000000000000000e01000001000b020400" \
    "0400000008"
#define NV_READ_PUBLIC "80010000000e0000016901000001"
#define IN_USE                                                                                   \
    "swtpm failed CMD_LOCK_STORAGE: result 0x9, expected 0: another swtpm has its state in use " \
    "(see swtpm's log)"

typedef struct Side {
    TpmHarness *h;
    SwtpmProcess swtpm;
} Side;

typedef struct Scene {
    Side sender;
    Side receiver;
    char *directory; /* the state that both use */
    char *state;
    GBytes *answer; /* to TPM_PCR_READ, in the sender */
} Scene;

static void side_set_up(Side *s, const Scene *scene, const char *migration, bool incoming)
{
    g_autofree char *state = g_strconcat("dir=", scene->directory, NULL);

    s->h = tpm_harness_new(false);
    swtpm_process_set_up(&s->swtpm);
    swtpm_process_start(&s->swtpm, "--tpm2", "--tpmstate", state, "--migration", migration,
                        "--flags", "startup-none", NULL);
    if (incoming) {
        hw_tpm_set_incoming(s->h->host.tpms);
    }
    if (!tpm_add(s->h, "emulator", "tpm0", s->swtpm.option, NULL)) {
        g_error("%s", s->h->error_text);
    }
    tpm_attach(s->h);
}

static void side_tear_down(Side *s)
{
    if (s->h) {
        tpm_harness_free(s->h);
    }
    swtpm_process_tear_down(&s->swtpm);
}

static GBytes *side_pcr(Side *s)
{
    g_assert_cmphex(tpm_run(s->h, TPM_PCR_READ), ==, TPM_RC_SUCCESS);
    return g_bytes_new(s->h->response, s->h->size);
}

static void side_expect(Side *s, GBytes *answer)
{
    g_autoptr(GBytes) now = side_pcr(s);

    g_assert_true(g_bytes_equal(now, answer));
}

static void scene_set_up(Scene *s, G_GNUC_UNUSED gconstpointer data)
{
    s->directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    s->state = g_build_filename(s->directory, "tpm2-00.permall", NULL);
    side_set_up(&s->sender, s, "release-lock-outgoing", false);
    g_assert_cmphex(tpm_run(s->sender.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    side_set_up(&s->receiver, s, "incoming,release-lock-outgoing", true);
    g_assert_cmphex(tpm_run(s->sender.h, PCR_EXTEND), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(tpm_run(s->sender.h, NV_DEFINE), ==, TPM_RC_SUCCESS);
    s->answer = side_pcr(&s->sender);
}

static void scene_tear_down(Scene *s, G_GNUC_UNUSED gconstpointer data)
{
    g_autofree char *lock = g_build_filename(s->directory, ".lock", NULL);

    side_tear_down(&s->sender);
    side_tear_down(&s->receiver);
    g_bytes_unref(s->answer);
    g_remove(s->state);
    g_remove(lock);
    g_assert_cmpint(g_rmdir(s->directory), ==, 0);
    g_free(s->state);
    g_free(s->directory);
}

static void scene_send(Scene *s, HwTpmState *state)
{
    if (!hw_tpm_save(s->sender.h->host.tpms, 0, state, &s->sender.h->error)) {
        g_error("%s", s->sender.h->error_text);
    }
    hw_tpm_let_go(s->sender.h->host.tpms, 0);
}

static bool scene_receive(Scene *s, const HwTpmState *state)
{
    return hw_tpm_load(s->receiver.h->host.tpms, 0, state, &s->receiver.h->error);
}

static void scene_move(Scene *s)
{
    HwTpmState state;

    scene_send(s, &state);
    if (!scene_receive(s, &state)) {
        g_error("%s", s->receiver.h->error_text);
    }
    hw_tpm_state_clear(&state);
}

static GBytes *scene_stored(const Scene *s)
{
    char *content;
    gsize size;

    g_assert_true(g_file_get_contents(s->state, &content, &size, NULL));
    return g_bytes_new_take(content, size);
}

static void test_receiver_takes_the_state(Scene *s, G_GNUC_UNUSED gconstpointer data)
{
    scene_move(s);
    side_expect(&s->receiver, s->answer);
    g_assert_cmphex(tpm_run(s->receiver.h, NV_READ_PUBLIC), ==, TPM_RC_SUCCESS);
    g_assert_cmpuint(s->receiver.h->log->len, ==, 0);
}

static void test_sender_leaves_the_state(Scene *s, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GBytes) before = NULL;
    g_autoptr(GBytes) after = NULL;

    scene_move(s);
    before = scene_stored(s);
    g_assert_cmphex(tpm_run(s->sender.h, TPM_PCR_READ), ==, TPM_NO_RESPONSE);
    tpm_assert_logged(s->sender.h, "tpm0: " IN_USE);
    g_clear_pointer(&s->sender.h, tpm_harness_free);
    swtpm_process_reap(&s->sender.swtpm);
    after = scene_stored(s);
    g_assert_true(g_bytes_equal(before, after));
    side_expect(&s->receiver, s->answer);
}

static void test_sender_is_not_reset(Scene *s, G_GNUC_UNUSED gconstpointer data)
{
    scene_move(s);
    hw_tpm_service()->restart(s->sender.h->backend, 3968);
    tpm_settle(s->sender.h);
    tpm_assert_logged(s->sender.h, "tpm0: cannot restart the TPM: " IN_USE);
    side_expect(&s->receiver, s->answer);
}

static void test_sender_goes_on_without_a_receiver(Scene *s, G_GNUC_UNUSED gconstpointer data)
{
    HwTpmState state;

    scene_send(s, &state);
    side_expect(&s->sender, s->answer);
    g_assert_false(scene_receive(s, &state));
    g_assert_cmpstr(s->receiver.h->error_text, ==, "tpm0: " IN_USE);
    side_expect(&s->sender, s->answer);
    hw_tpm_state_clear(&state);
    scene_move(s);
    side_expect(&s->receiver, s->answer);
}

static void test_sender_goes_on_after_a_refusal(Scene *s, G_GNUC_UNUSED gconstpointer data)
{
    HwTpmState state;

    scene_send(s, &state);
    state.blobs[HW_TPM_VOLATILE].bytes[522] ^= 0xff;
    g_assert_false(scene_receive(s, &state));
    g_assert_nonnull(strstr(s->receiver.h->error_text, "; the TPM has its old state again"));
    hw_tpm_state_clear(&state);
    side_expect(&s->sender, s->answer);
    g_assert_cmphex(tpm_run(s->sender.h, NV_READ_PUBLIC), ==, TPM_RC_SUCCESS);
    g_assert_cmpuint(s->sender.h->log->len, ==, 0);
    scene_move(s);
    side_expect(&s->receiver, s->answer);
}

static void test_receiver_waits_for_the_stream(Scene *s, G_GNUC_UNUSED gconstpointer data)
{
    HwTpmState state;

    hw_tpm_service()->restart(s->receiver.h->backend, 3968);
    g_assert_cmphex(tpm_run(s->receiver.h, TPM_PCR_READ), ==, TPM_RC_FAILURE);
    tpm_assert_logged(s->receiver.h,
                      "tpm0: a command before the migration stream: the TPM has no state yet");
    g_assert_false(hw_tpm_save(s->receiver.h->host.tpms, 0, &state, &s->receiver.h->error));
    g_assert_cmpstr(s->receiver.h->error_text, ==,
                    "tpm0: the TPM has no state yet: it waits for a migration stream");
    side_expect(&s->sender, s->answer);
    scene_move(s);
    side_expect(&s->receiver, s->answer);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*function)(Scene *s, gconstpointer data);
    } tests[] = {
        { "/tpm-shared-swtpm/receiver/takes-the-state", test_receiver_takes_the_state },
        { "/tpm-shared-swtpm/receiver/waits-for-the-stream", test_receiver_waits_for_the_stream },
        { "/tpm-shared-swtpm/sender/leaves-the-state-to-the-receiver",
          test_sender_leaves_the_state },
        { "/tpm-shared-swtpm/sender/is-not-reset-after-the-move", test_sender_is_not_reset },
        { "/tpm-shared-swtpm/sender/goes-on-without-a-receiver",
          test_sender_goes_on_without_a_receiver },
        { "/tpm-shared-swtpm/sender/goes-on-after-a-refusal", test_sender_goes_on_after_a_refusal },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].path, Scene, NULL, scene_set_up, tests[i].function, scene_tear_down);
    }
    return g_test_run();
}
