/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A TPM's state goes to and from a swtpm that dies, hangs, or sends malformed answers. */
#include "qtest/tests/lib/fake-swtpm.h"
#include "qtest/tests/tpm/tpm-harness.h"

#include "hw-api/host/tpm/state/blob-format.h"

#include <string.h>

#define TIMEOUT_US (200 * 1000)

enum {
    INIT = 2,
    GET_STATEBLOB = 12,
    SET_STATEBLOB = 13,
    STOP = 14,
    SET_BUFFERSIZE = 17,
    LOCK_STORAGE = 19
};

#define CAPABILITIES_WITH_LOCKS 0x13fff

typedef struct Scene {
    FakeSwtpm *fake;
    TpmHarness *h;
    HwTpmState old; /* the fake's state before the load */
    HwTpmState new;
} Scene;

static void state_make(HwTpmState *state, char filler)
{
    static const uint8_t permanent[] = { 0, 3, 0xab, 0x36, 0x47, 0x23, 0, 3 };
    static const uint8_t volatile_state[] = { 0, 4, 0x45, 0x63, 0x78, 0x89, 0, 1 };
    uint8_t bytes[100];

    memset(bytes, filler, sizeof(bytes));
    memcpy(bytes, permanent, sizeof(permanent));
    hw_tpm_blob_wrap(&state->blobs[HW_TPM_PERMANENT], bytes, 90);
    memcpy(bytes, volatile_state, sizeof(volatile_state));
    hw_tpm_blob_wrap(&state->blobs[HW_TPM_VOLATILE], bytes, 100);
}

static void scene_open(Scene *s, const char *option)
{
    char *path;

    state_make(&s->old, 'o');
    state_make(&s->new, 'n');
    for (int i = 0; i < HW_TPM_BLOBS; i++) {
        if (s->old.blobs[i].size > 0) {
            g_byte_array_append(s->fake->blobs[i], s->old.blobs[i].bytes, s->old.blobs[i].size);
        }
    }
    path = g_strconcat("path=", s->fake->path, NULL);
    if (!tpm_add(s->h, "emulator", "tpm0", path, "timeout=0.2", option, NULL)) {
        g_error("%s", s->h->error_text);
    }
    g_free(path);
}

static void scene_start(Scene *s, const char *option)
{
    *s = (Scene) { .fake = fake_swtpm_new(), .h = tpm_harness_new(true) };
    scene_open(s, option);
    tpm_start_up(s->h);
}

static void scene_tear_down(Scene *s)
{
    tpm_harness_free(s->h);
    fake_swtpm_free(s->fake);
    hw_tpm_state_clear(&s->old);
    hw_tpm_state_clear(&s->new);
}

static void scene_assert_has(Scene *s, const HwTpmState *state)
{
    for (int i = 0; i < HW_TPM_BLOBS; i++) {
        g_assert_cmpmem(s->fake->blobs[i]->data, s->fake->blobs[i]->len, state->blobs[i].bytes,
                        state->blobs[i].size);
    }
}

/* The TPM continues without a reconnection, which would be a power cycle. */
static void scene_assert_goes_on(Scene *s)
{
    g_assert_cmphex(tpm_run(s->h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    g_assert_cmpuint(s->h->log->len, ==, 0);
    g_assert_cmpuint(s->fake->connections, ==, 1);
}

static void scene_assert_not_saved(Scene *s, const char *part)
{
    HwTpmState state;

    g_assert_false(hw_tpm_save(s->h->host.tpms, 0, &state, &s->h->error));
    g_test_message("%s", s->h->error_text);
    g_assert_nonnull(strstr(s->h->error_text, part));
    for (int i = 0; i < HW_TPM_BLOBS; i++) {
        g_assert_null(state.blobs[i].bytes);
    }
}

static void scene_assert_not_loaded(Scene *s, const char *part)
{
    gint64 begin = g_get_monotonic_time();

    g_assert_false(hw_tpm_load(s->h->host.tpms, 0, &s->new, &s->h->error));
    g_test_message("%s", s->h->error_text);
    g_assert_nonnull(strstr(s->h->error_text, part));
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 2 * TIMEOUT_US + 500 * 1000);
}

static void test_keeps_to_the_contract(void)
{
    HwTpmState state;
    Scene s;

    scene_start(&s, NULL);
    g_assert_true(hw_tpm_save(s.h->host.tpms, 0, &state, NULL));
    g_assert_true(hw_tpm_load(s.h->host.tpms, 0, &s.new, NULL));
    scene_assert_has(&s, &s.new);
    scene_assert_goes_on(&s);
    g_assert_true(hw_tpm_load(s.h->host.tpms, 0, &state, NULL));
    scene_assert_has(&s, &s.old);
    hw_tpm_state_clear(&state);
    tpm_harness_free(s.h);
    s.h = tpm_harness_new(true);
    fake_swtpm_await_end(s.fake, 1);
    g_assert_cmpstr(s.fake->requests->str, ==,
                    "16 1 14 17 2 4 5 14 17 2 4 "
                    "12 12 12 "
                    "12 12 12 14 17 13 13 2 4 "
                    "12 12 12 14 17 13 13 2 4 "
                    "3 ");
    scene_tear_down(&s);
}

/* Before the stream, the TPM stays off.  Then the stored state is read first, with its lock. */
static void test_waits_for_the_stream(void)
{
    Scene s = { .fake = fake_swtpm_new(), .h = tpm_harness_new(true) };

    s.fake->capabilities = CAPABILITIES_WITH_LOCKS;
    hw_tpm_set_incoming(s.h->host.tpms);
    scene_open(&s, NULL);
    tpm_attach(s.h);
    tpm_settle(s.h);
    g_assert_true(hw_tpm_load(s.h->host.tpms, 0, &s.new, NULL));
    scene_assert_has(&s, &s.new);
    scene_assert_goes_on(&s);
    tpm_harness_free(s.h);
    s.h = tpm_harness_new(true);
    fake_swtpm_await_end(s.fake, 1);
    g_assert_cmpstr(s.fake->requests->str, ==,
                    "16 1 14 17 5 "
                    "19 14 17 2 19 12 "
                    "14 17 13 13 2 4 "
                    "3 ");
    scene_tear_down(&s);
}

/* A swtpm without --migration has started its TPM, and refuses the stream's state. */
static void test_refused_stream_leaves_the_tpm_off(void)
{
    Scene s = { .fake = fake_swtpm_new(), .h = tpm_harness_new(true) };

    hw_tpm_set_incoming(s.h->host.tpms);
    scene_open(&s, NULL);
    tpm_attach(s.h);
    fake_swtpm_will_reply(s.fake, SET_STATEBLOB, FAKE_REPLY_ERROR);
    scene_assert_not_loaded(&s, "the TPM has its old state again");
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_FAILURE);
    g_assert_true(g_str_has_suffix(s.fake->requests->str, "13 2 4 12 14 "));
    g_assert_true(hw_tpm_load(s.h->host.tpms, 0, &s.new, NULL));
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    scene_tear_down(&s);
}

/* swtpm lets go of the lock when the state is read. */
static void test_locks_again(void)
{
    HwTpmState state;
    Scene s = { .fake = fake_swtpm_new(), .h = tpm_harness_new(true) };

    s.fake->capabilities = CAPABILITIES_WITH_LOCKS;
    scene_open(&s, NULL);
    tpm_start_up(s.h);
    g_assert_true(hw_tpm_save(s.h->host.tpms, 0, &state, NULL));
    hw_tpm_state_clear(&state);
    fake_swtpm_will_reply(s.fake, LOCK_STORAGE, FAKE_REPLY_ERROR);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_NO_RESPONSE);
    tpm_assert_logged(s.h, "tpm0: swtpm failed CMD_LOCK_STORAGE: result 0xa");
    g_assert_cmpuint(s.fake->commands, ==, 0);
    scene_assert_goes_on(&s);
    g_assert_true(g_str_has_suffix(s.fake->requests->str, "12 12 12 19 19 "));
    scene_tear_down(&s);
}

static void test_blob_in_pieces(void)
{
    HwTpmState state;
    Scene s;

    scene_start(&s, NULL);
    s.fake->piece = 7;
    g_assert_true(hw_tpm_save(s.h->host.tpms, 0, &state, NULL));
    scene_assert_has(&s, &state);
    hw_tpm_state_clear(&state);
    scene_tear_down(&s);
}

typedef struct Claim {
    const char *name;
    uint32_t numbers[3]; /* flags, whole size, size of the piece */
    const char *sentence;
} Claim;

/* clang-format off */
static const Claim claims[] = {
    { "too-large", { 0, HW_TPM_BLOB_MAX + 1, 112 },
      "permanent state is not plausible: 112 bytes at offset 0 of 262145, expected at most 262144"
    },
    { "endless", { 0, UINT32_MAX, UINT32_MAX }, "at offset 0 of 4294967295" },
    { "more-than-all", { 0, 100, 101 }, "101 bytes at offset 0 of 100" },
    { "nothing-at-a-time", { 0, 100, 0 }, "0 bytes at offset 0 of 100" },
    { "less-than-it-says", { 0, 200, 200 }, "CMD_GET_STATEBLOB: no answer in time" },
};
/* clang-format on */

/* The host does not allocate memory for a size that is too large. */
static void test_implausible_blob(gconstpointer opaque)
{
    const Claim *claim = opaque;
    Scene s;

    scene_start(&s, NULL);
    s.fake->claimed = claim->numbers;
    scene_assert_not_saved(&s, claim->sentence);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    tpm_assert_logged(s.h, "expects TPM2_Startup from the guest");
    scene_tear_down(&s);
}

static void test_refused_save(void)
{
    Scene s;

    scene_start(&s, NULL);
    fake_swtpm_will_reply(s.fake, GET_STATEBLOB, FAKE_REPLY_ERROR);
    scene_assert_not_saved(&s, "tpm0: swtpm failed CMD_GET_STATEBLOB: result 0xa, expected 0");
    scene_assert_goes_on(&s);
    scene_tear_down(&s);
}

static void test_dies_in_save(void)
{
    Scene s;

    scene_start(&s, "reconnect=off");
    fake_swtpm_will_reply(s.fake, GET_STATEBLOB, FAKE_REPLY_CLOSE);
    scene_assert_not_saved(&s, "CMD_GET_STATEBLOB: it has closed the connection");
    scene_assert_not_saved(&s, "swtpm has closed the connection and reconnect=off");
    scene_tear_down(&s);
}

/* The host can't get the state for a rollback, so it changes nothing. */
static void test_load_without_a_way_back(void)
{
    Scene s;

    scene_start(&s, NULL);
    fake_swtpm_will_reply(s.fake, GET_STATEBLOB, FAKE_REPLY_ERROR);
    scene_assert_not_loaded(&s, "tpm0: swtpm failed CMD_GET_STATEBLOB: result 0xa, expected 0");
    scene_assert_goes_on(&s);
    scene_tear_down(&s);
}

static const struct {
    const char *name;
    uint32_t code;
} requests[] = {
    { "CMD_STOP", STOP },
    { "CMD_SET_BUFFERSIZE", SET_BUFFERSIZE },
    { "CMD_SET_STATEBLOB", SET_STATEBLOB },
    { "CMD_INIT", INIT },
};

static void test_refused_in_load(gconstpointer opaque)
{
    guint which = GPOINTER_TO_UINT(opaque);
    g_autofree char *part = g_strconcat(requests[which].name,
                                        ": result 0xa, expected 0: unknown request, or not "
                                        "possible now (see swtpm's log); the TPM has its old "
                                        "state again",
                                        NULL);
    Scene s;

    scene_start(&s, NULL);
    fake_swtpm_will_reply(s.fake, requests[which].code, FAKE_REPLY_ERROR);
    scene_assert_not_loaded(&s, part);
    scene_assert_has(&s, &s.old);
    scene_assert_goes_on(&s);
    scene_tear_down(&s);
}

typedef struct Loss {
    const char *name;
    FakeReply reply;
    const char *sentence;
} Loss;

/* clang-format off */
static const Loss losses[] = {
    { "dies", FAKE_REPLY_CLOSE, "permanent state: swtpm failed CMD_SET_STATEBLOB: "
      "it has closed the connection" },
    { "hangs", FAKE_REPLY_NONE, "CMD_SET_STATEBLOB: no answer in time" },
    { "answers-half", FAKE_REPLY_SHORT, "CMD_SET_STATEBLOB: no answer in time" },
};
/* clang-format on */

/* Another connection works, also to a swtpm that was started again. */
static void test_lost_in_load(gconstpointer opaque)
{
    const Loss *loss = opaque;
    Scene s;

    scene_start(&s, NULL);
    fake_swtpm_will_reply(s.fake, SET_STATEBLOB, loss->reply);
    scene_assert_not_loaded(&s, loss->sentence);
    g_assert_true(g_str_has_suffix(s.h->error_text, "; the TPM has its old state again"));
    scene_assert_has(&s, &s.old);
    g_assert_cmpuint(s.fake->connections, ==, 2);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    g_assert_cmpuint(s.h->log->len, ==, 0);
    scene_tear_down(&s);
}

static void test_lost_for_good(void)
{
    Scene s;

    scene_start(&s, "reconnect=off");
    fake_swtpm_will_reply(s.fake, SET_STATEBLOB, FAKE_REPLY_CLOSE);
    scene_assert_not_loaded(&s, "it has closed the connection; and the TPM's old state is lost, "
                                "too: swtpm has closed the connection and reconnect=off");
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_NO_RESPONSE);
    scene_tear_down(&s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tpm-migration-hostile/keeps-to-the-contract", test_keeps_to_the_contract);
    g_test_add_func("/tpm-migration-hostile/save/locks-again", test_locks_again);
    g_test_add_func("/tpm-migration-hostile/load/waits-for-the-stream", test_waits_for_the_stream);
    g_test_add_func("/tpm-migration-hostile/load/refused-stream-leaves-the-tpm-off",
                    test_refused_stream_leaves_the_tpm_off);
    g_test_add_func("/tpm-migration-hostile/save/blob-in-pieces", test_blob_in_pieces);
    for (gsize i = 0; i < G_N_ELEMENTS(claims); i++) {
        g_autofree char *path = g_strconcat("/tpm-migration-hostile/save/refused/", claims[i].name,
                                            NULL);

        g_test_add_data_func(path, &claims[i], test_implausible_blob);
    }
    g_test_add_func("/tpm-migration-hostile/save/refused-and-goes-on", test_refused_save);
    g_test_add_func("/tpm-migration-hostile/save/swtpm-dies", test_dies_in_save);
    g_test_add_func("/tpm-migration-hostile/load/old-state-unknown", test_load_without_a_way_back);
    for (guint i = 0; i < G_N_ELEMENTS(requests); i++) {
        g_autofree char *path = g_strconcat("/tpm-migration-hostile/load/refused-by/",
                                            requests[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_refused_in_load);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(losses); i++) {
        g_autofree char *path = g_strdup_printf("/tpm-migration-hostile/load/swtpm-%s",
                                                losses[i].name);

        g_test_add_data_func(path, &losses[i], test_lost_in_load);
    }
    g_test_add_func("/tpm-migration-hostile/load/swtpm-dies-for-good", test_lost_for_good);
    return g_test_run();
}
