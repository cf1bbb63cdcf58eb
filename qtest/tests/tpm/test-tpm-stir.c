/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fresh entropy for a TPM that may be a copy of another: `stir` of hw.tpm-backend/1. */
#include "hw-api/host/tpm/execute.h"
#include "qtest/tests/lib/fake-swtpm.h"
#include "qtest/tests/lib/swtpm-process.h"
#include "qtest/tests/tpm/tpm-harness.h"

#define RANDOM_SIZE (HW_TPM2_HEADER_SIZE + 2 + 16)

typedef struct Tpm {
    TpmHarness *h;
    SwtpmProcess swtpm; /* without a directory the TPM is libtpms */
    HwTpmState state;   /* the state saved after TPM2_Startup */
} Tpm;

static void tpm_open(Tpm *s, const char *type, bool threaded)
{
    const char *option = NULL;

    *s = (Tpm) { .h = tpm_harness_new(threaded) };
    if (strcmp(type, "emulator") == 0) {
        swtpm_process_set_up(&s->swtpm);
        swtpm_process_start(&s->swtpm, "--tpm2", NULL);
        option = s->swtpm.option;
    }
    if (!tpm_add(s->h, type, "tpm0", option, NULL)) {
        g_error("%s", s->h->error_text);
    }
}

static void tpm_save(Tpm *s)
{
    hw_tpm_state_clear(&s->state);
    g_assert_true(hw_tpm_save(s->h->host.tpms, 0, &s->state, &s->h->error));
}

static void tpm_load(Tpm *s)
{
    g_assert_true(hw_tpm_load(s->h->host.tpms, 0, &s->state, &s->h->error));
}

static void tpm_open_saved(Tpm *s, const char *type)
{
    tpm_open(s, type, false);
    tpm_start_up(s->h);
    tpm_save(s);
}

static void tpm_close(Tpm *s)
{
    g_assert_cmpuint(s->h->log->len, ==, 0);
    hw_tpm_state_clear(&s->state);
    tpm_harness_free(s->h);
    if (s->swtpm.directory) {
        swtpm_process_tear_down(&s->swtpm);
    }
}

static void tpm_stir(Tpm *s, uint8_t first)
{
    uint8_t entropy[32] = { first };

    hw_tpm_service()->stir(&s->h->device.dev, entropy, sizeof(entropy));
}

static void tpm_random(Tpm *s, uint8_t bytes[RANDOM_SIZE])
{
    g_assert_cmphex(tpm_run(s->h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    g_assert_cmpuint(s->h->size, ==, RANDOM_SIZE);
    memcpy(bytes, s->h->response, RANDOM_SIZE);
}

static bool equal(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, RANDOM_SIZE) == 0;
}

/* ------------------------------------------------------------------- clones */

/* Shows the problem that the service solves: without it clones have the same random numbers. */
static void test_clones_agree_without_it(gconstpointer type)
{
    uint8_t first[RANDOM_SIZE];
    uint8_t second[RANDOM_SIZE];
    Tpm s;

    tpm_open_saved(&s, type);
    tpm_load(&s);
    tpm_random(&s, first);
    tpm_load(&s);
    tpm_random(&s, second);
    g_assert_true(equal(first, second));
    tpm_close(&s);
}

static void assert_clones_differ(const char *type, bool stirred_before_load)
{
    uint8_t bytes[3][RANDOM_SIZE];
    Tpm s;

    tpm_open_saved(&s, type);
    for (uint8_t i = 0; i < 3; i++) {
        if (i > 0 && stirred_before_load) {
            tpm_stir(&s, i);
        }
        tpm_load(&s);
        if (i > 0 && !stirred_before_load) {
            tpm_stir(&s, i);
        }
        tpm_random(&s, bytes[i]);
    }
    g_assert_false(equal(bytes[0], bytes[1]));
    g_assert_false(equal(bytes[0], bytes[2]));
    g_assert_false(equal(bytes[1], bytes[2]));
    tpm_close(&s);
}

static void test_clones_differ_when_stirred_after_load(gconstpointer type)
{
    assert_clones_differ(type, false);
}

/* A device does this in post_load if the TPM's section comes later. */
static void test_clones_differ_when_stirred_before_load(gconstpointer type)
{
    assert_clones_differ(type, true);
}

/* If entropy still waits for a command, a save mixes it into the saved state. */
static void test_save_takes_it_along(gconstpointer type)
{
    uint8_t plain[RANDOM_SIZE];
    uint8_t stirred[RANDOM_SIZE];
    Tpm s;

    tpm_open_saved(&s, type);
    tpm_load(&s);
    tpm_random(&s, plain);
    tpm_load(&s);
    tpm_stir(&s, 1);
    tpm_save(&s);
    tpm_load(&s);
    tpm_random(&s, stirred);
    g_assert_false(equal(plain, stirred));
    tpm_close(&s);
}

/* A power cycle makes clones differ, so entropy that waits may be dropped then. */
static void test_power_cycle_sets_clones_apart(gconstpointer type)
{
    uint8_t bytes[2][RANDOM_SIZE];
    Tpm s;

    tpm_open_saved(&s, type);
    for (int i = 0; i < 2; i++) {
        tpm_load(&s);
        hw_tpm_service()->restart(s.h->backend, 3968);
        g_assert_cmphex(tpm_run(s.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
        tpm_random(&s, bytes[i]);
    }
    g_assert_false(equal(bytes[0], bytes[1]));
    tpm_close(&s);
}

/* ----------------------------------------------------------------- commands */

static void test_left_alone_before_startup(gconstpointer type)
{
    Tpm s;

    tpm_open(&s, type, false);
    tpm_attach(s.h);
    tpm_stir(&s, 1);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_INITIALIZE);
    g_assert_cmphex(tpm_run(s.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    tpm_close(&s);
}

static void test_command_in_flight_is_left_alone(gconstpointer type)
{
    uint8_t bytes[RANDOM_SIZE];
    Tpm s;

    tpm_open(&s, type, true);
    tpm_start_up(s.h);
    tpm_submit(s.h, TPM_CREATE_PRIMARY);
    tpm_stir(&s, 1);
    g_assert_cmphex(tpm_await(s.h), ==, TPM_RC_SUCCESS);
    g_assert_cmpuint(s.h->size, >, 300);
    tpm_random(&s, bytes);
    tpm_close(&s);
}

static void test_cancelled_command_still_takes_it(gconstpointer type)
{
    uint8_t plain[RANDOM_SIZE];
    uint8_t stirred[RANDOM_SIZE];
    Tpm s;

    tpm_open_saved(&s, type);
    tpm_load(&s);
    tpm_random(&s, plain);
    tpm_load(&s);
    tpm_stir(&s, 1);
    tpm_submit(s.h, TPM_GET_RANDOM);
    hw_tpm_service()->cancel(s.h->backend);
    g_assert_cmphex(tpm_await(s.h), ==, TPM_RC_CANCELED);
    tpm_random(&s, stirred);
    g_assert_false(equal(plain, stirred));
    tpm_close(&s);
}

/* ----------------------------------------------------- the command that is sent */

typedef struct Fake {
    FakeSwtpm *swtpm;
    TpmHarness *h;
} Fake;

static void fake_set_up(Fake *f, gconstpointer data)
{
    g_autofree char *option = NULL;

    (void)data;
    f->swtpm = fake_swtpm_new();
    f->h = tpm_harness_new(false);
    option = g_strconcat("path=", f->swtpm->path, NULL);
    g_assert_true(tpm_add(f->h, "emulator", "tpm0", option, NULL));
    tpm_attach(f->h);
    tpm_run(f->h, TPM_STARTUP);
}

static void fake_tear_down(Fake *f, gconstpointer data)
{
    (void)data;
    tpm_harness_free(f->h);
    fake_swtpm_free(f->swtpm);
}

static void fake_stir(Fake *f)
{
    hw_tpm_service()->stir(&f->h->device.dev, "entropy", 7);
}

static void test_sent_once_and_only_with_a_command(Fake *f, gconstpointer data)
{
    (void)data;
    fake_stir(f);
    fake_stir(f);
    tpm_settle(f->h);
    g_assert_cmpuint(fake_swtpm_stirs(f->swtpm), ==, 0);
    tpm_run(f->h, TPM_GET_RANDOM);
    g_assert_cmpuint(fake_swtpm_stirs(f->swtpm), ==, 1);
    tpm_run(f->h, TPM_GET_RANDOM);
    g_assert_cmpuint(fake_swtpm_stirs(f->swtpm), ==, 1);
}

static void test_power_cycle_forgets_it(Fake *f, gconstpointer data)
{
    (void)data;
    fake_stir(f);
    hw_tpm_service()->restart(f->h->backend, 3968);
    tpm_run(f->h, TPM_STARTUP);
    g_assert_cmpuint(fake_swtpm_stirs(f->swtpm), ==, 0);
}

static void test_refusal_is_logged_and_command_goes_on(Fake *f, gconstpointer data)
{
    (void)data;
    f->swtpm->refuses_stir = true;
    fake_stir(f);
    g_assert_cmphex(tpm_run(f->h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    tpm_assert_logged(f->h, "tpm0: the TPM refuses fresh entropy: response code 0x101, expected 0");
}

/* --------------------------------------------------------------- the command */

static void test_command_has_the_bytes(void)
{
    static const uint8_t expected[] = {
        0x80, 0x01, 0, 0, 0, 16, 0, 0, 0x01, 0x46, 0, 4, 'a', 'b', 'c', 'd',
    };
    uint8_t command[HW_TPM_STIR_HEADER + HW_TPM_STIR_MAX];
    HwTpmStir stir = { 0 };

    hw_tpm_stir_add(&stir, "ab", 2);
    hw_tpm_stir_add(&stir, "cd", 2);
    g_assert_cmpmem(command, hw_tpm_stir_command(&stir, command), expected, sizeof(expected));
}

static void test_what_has_no_room_is_folded_in(void)
{
    uint8_t command[HW_TPM_STIR_HEADER + HW_TPM_STIR_MAX];
    uint8_t entropy[100];
    HwTpmStir stir = { 0 };

    memset(entropy, 0x50, sizeof(entropy));
    hw_tpm_stir_add(&stir, entropy, sizeof(entropy));
    memset(entropy, 0x05, sizeof(entropy));
    hw_tpm_stir_add(&stir, entropy, sizeof(entropy));
    g_assert_cmpuint(hw_tpm_stir_command(&stir, command), ==, sizeof(command));
    g_assert_cmphex(command[HW_TPM_STIR_HEADER + 71], ==, 0x55);
    g_assert_cmphex(command[HW_TPM_STIR_HEADER + 72], ==, 0x50);
    g_assert_cmphex(command[HW_TPM_STIR_HEADER + 127], ==, 0x05);
}

static const struct {
    const char *path;
    void (*function)(gconstpointer type);
} tests[] = {
    { "clones-agree-without-it", test_clones_agree_without_it },
    { "clones-differ/stirred-after-load", test_clones_differ_when_stirred_after_load },
    { "clones-differ/stirred-before-load", test_clones_differ_when_stirred_before_load },
    { "clones-differ/after-a-power-cycle-anyway", test_power_cycle_sets_clones_apart },
    { "save-takes-it-along", test_save_takes_it_along },
    { "left-alone-before-startup", test_left_alone_before_startup },
    { "command-in-flight-is-left-alone", test_command_in_flight_is_left_alone },
    { "cancelled-command-still-takes-it", test_cancelled_command_still_takes_it },
};

#define FAKE_TEST(path, function) \
    g_test_add("/tpm-stir/fake/" path, Fake, NULL, fake_set_up, function, fake_tear_down)

int main(int argc, char **argv)
{
    static const char *const types[] = { "libtpms", "emulator" };

    g_test_init(&argc, &argv, NULL);
    for (gsize t = 0; t < G_N_ELEMENTS(types); t++) {
        for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
            g_autofree char *path = g_strdup_printf("/tpm-stir/%s/%s", types[t], tests[i].path);

            g_test_add_data_func(path, types[t], tests[i].function);
        }
    }
    FAKE_TEST("sent-once-and-only-with-a-command", test_sent_once_and_only_with_a_command);
    FAKE_TEST("power-cycle-forgets-it", test_power_cycle_forgets_it);
    FAKE_TEST("refusal-is-logged-and-command-goes-on", test_refusal_is_logged_and_command_goes_on);
    g_test_add_func("/tpm-stir/command/has-the-bytes", test_command_has_the_bytes);
    g_test_add_func("/tpm-stir/command/what-has-no-room-is-folded-in",
                    test_what_has_no_room_is_folded_in);
    return g_test_run();
}
