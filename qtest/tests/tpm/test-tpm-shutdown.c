/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A power cut that the guest has not announced must not count as a failed try of a password.  The
 * guest here has an NV index with a password that counts (TPM 2.0 Library part 1, 19.8).
 */
#include "qtest/tests/lib/swtpm-process.h"
#include "qtest/tests/tpm/tpm-harness.h"

#include <glib/gstdio.h>

/* An index of 8 bytes with the password "secret" and no TPMA_NV_NO_DA; write and read it. */
#define NV_DEFINE                                                                        \
    "8002000000330000012a40000001000000094000000900000000000006736563726574000e01000001" \
    "000b000400040000"                                                                   \
    "0008"
#define NV_WRITE                                \
    "80020000003100000137010000010100000100000" \
    "00f40000009000000"                         \
    "0006736563726574"                          \
    "0008636f6e74656e74730000"
#define NV_READ                                 \
    "8002000000290000014e010000010100000100000" \
    "00f40000009000000"                         \
    "000673656372657400080000"
#define LOCKOUT_COUNTER "8001000000160000017a000000060000020e00000001"
#define SHUTDOWN_CLEAR  "80010000000c000001450000"
#define SHUTDOWN_STATE  "80010000000c000001450001"
#define STARTUP_STATE   "80010000000c000001440001"
/* TPM2_PCR_Allocate: SHA-256 with all PCRs, no SHA-1.  TPM2_Shutdown(STATE) then fails. */
#define PCR_ALLOCATE "8002000000250000012b4000000c0000000940000009000000000000000001000b03ffffff"

#define TPM_RC_RETRY 0x922

/* Runs a command that uses the password.  The first time the TPM stores that use, and asks for
 * the command again. */
static uint32_t run_password(TpmHarness *h, const char *hex)
{
    uint32_t code = tpm_run(h, hex);

    return code == TPM_RC_RETRY ? tpm_run(h, hex) : code;
}

static void guest_begin(TpmHarness *h)
{
    tpm_start_up(h);
    g_assert_cmphex(tpm_run(h, NV_DEFINE), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(run_password(h, NV_WRITE), ==, TPM_RC_SUCCESS);
}

static uint32_t lockout_counter(TpmHarness *h)
{
    g_assert_cmphex(tpm_run(h, LOCKOUT_COUNTER), ==, TPM_RC_SUCCESS);
    return hw_load_be32(h->response + h->size - 4);
}

static void guest_again(TpmHarness *h)
{
    g_assert_cmphex(tpm_run(h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
}

static TpmHarness *libtpms_new(const char *option)
{
    TpmHarness *h = tpm_harness_new(false);

    if (!tpm_add(h, "libtpms", "tpm0", option, NULL)) {
        g_error("%s", h->error_text);
    }
    return h;
}

static void test_after_resets(void)
{
    TpmHarness *h = libtpms_new(NULL);

    guest_begin(h);
    for (int i = 0; i < 6; i++) {
        hw_tpm_service()->restart(h->backend, 3968);
        guest_again(h);
        g_assert_cmphex(run_password(h, NV_READ), ==, TPM_RC_SUCCESS);
        g_assert_cmpuint(lockout_counter(h), ==, 0);
    }
    tpm_harness_free(h);
}

static void test_off(void)
{
    TpmHarness *h = libtpms_new("auto-shutdown=off");

    guest_begin(h);
    hw_tpm_service()->restart(h->backend, 3968);
    guest_again(h);
    g_assert_cmpuint(lockout_counter(h), ==, 1);
    tpm_harness_free(h);
}

static void test_after_an_end(gconstpointer threaded)
{
    g_autofree char *directory = g_dir_make_tmp("tpm-shutdown-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "state", NULL);
    g_autofree char *option = g_strconcat("state=", path, NULL);
    TpmHarness *h = libtpms_new(option);

    guest_begin(h);
    for (int i = 0; i < 2; i++) {
        tpm_harness_free(h);
        h = tpm_harness_new(threaded != NULL);
        g_assert_true(tpm_add(h, "libtpms", "tpm0", option, NULL));
        tpm_start_up(h);
        g_assert_cmphex(run_password(h, NV_READ), ==, TPM_RC_SUCCESS);
        g_assert_cmpuint(lockout_counter(h), ==, 0);
        tpm_submit(h, TPM_CREATE_PRIMARY); /* the end comes while a command runs */
    }
    tpm_harness_free(h);
    g_remove(path);
    g_rmdir(directory);
}

/* The guest goes to sleep, and some commands follow its TPM2_Shutdown(STATE). */
static void test_keeps_the_guests_own(gconstpointer after)
{
    TpmHarness *h = libtpms_new(NULL);

    guest_begin(h);
    g_assert_cmphex(tpm_run(h, SHUTDOWN_STATE), ==, TPM_RC_SUCCESS);
    if (after) {
        g_assert_cmphex(tpm_run(h, after), ==, TPM_RC_SUCCESS);
    }
    hw_tpm_service()->restart(h->backend, 3968);
    g_assert_cmphex(tpm_run(h, STARTUP_STATE), ==, TPM_RC_SUCCESS);
    g_assert_cmpuint(lockout_counter(h), ==, 0);
    tpm_harness_free(h);
}

/* TPM2_Shutdown(CLEAR) is not followed by another one: then STATE could not be started from. */
static void test_keeps_the_guests_clear(void)
{
    TpmHarness *h = libtpms_new(NULL);

    guest_begin(h);
    g_assert_cmphex(tpm_run(h, SHUTDOWN_CLEAR), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(tpm_run(h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    hw_tpm_service()->restart(h->backend, 3968);
    g_assert_cmphex(tpm_run(h, STARTUP_STATE), !=, TPM_RC_SUCCESS);
    guest_again(h);
    tpm_harness_free(h);
}

static void test_nullified_by_a_command(void)
{
    TpmHarness *h = libtpms_new(NULL);

    guest_begin(h);
    g_assert_cmphex(tpm_run(h, SHUTDOWN_STATE), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(run_password(h, NV_READ), ==, TPM_RC_SUCCESS);
    hw_tpm_service()->restart(h->backend, 3968);
    guest_again(h);
    g_assert_cmpuint(lockout_counter(h), ==, 0);
    tpm_harness_free(h);
}

static void test_clear_if_state_is_refused(void)
{
    TpmHarness *h = libtpms_new(NULL);

    guest_begin(h);
    g_assert_cmphex(tpm_run(h, PCR_ALLOCATE), ==, TPM_RC_SUCCESS);
    hw_tpm_service()->restart(h->backend, 3968);
    guest_again(h);
    g_assert_cmpuint(lockout_counter(h), ==, 0);
    tpm_harness_free(h);
}

static void test_after_a_load(void)
{
    TpmHarness *h = libtpms_new(NULL);
    HwTpmState state;

    guest_begin(h);
    g_assert_true(hw_tpm_save(h->host.tpms, 0, &state, NULL));
    hw_tpm_service()->restart(h->backend, 3968);
    if (!hw_tpm_load(h->host.tpms, 0, &state, &h->error)) {
        g_error("%s", h->error_text);
    }
    hw_tpm_service()->restart(h->backend, 3968);
    guest_again(h);
    g_assert_cmpuint(lockout_counter(h), ==, 0);
    hw_tpm_state_clear(&state);
    tpm_harness_free(h);
}

/* swtpm 0.7 does not send TPM2_Shutdown itself. */
static void test_for_swtpm(gconstpointer auto_shutdown)
{
    SwtpmProcess swtpm;
    TpmHarness *h = tpm_harness_new(false);

    swtpm_process_set_up(&swtpm);
    swtpm_process_start(&swtpm, "--tpm2", NULL);
    g_assert_true(tpm_add(h, "emulator", "tpm0", swtpm.option, auto_shutdown, NULL));
    guest_begin(h);
    hw_tpm_service()->restart(h->backend, 3968);
    guest_again(h);
    g_assert_cmpuint(lockout_counter(h), ==, 0);
    tpm_submit(h, TPM_CREATE_PRIMARY);
    tpm_harness_free(h);
    swtpm_process_reap(&swtpm);

    h = tpm_harness_new(false);
    swtpm_process_start(&swtpm, "--tpm2", NULL);
    g_assert_true(tpm_add(h, "emulator", "tpm0", swtpm.option, NULL));
    tpm_start_up(h);
    g_assert_cmpuint(lockout_counter(h), ==, 0);
    tpm_harness_free(h);
    swtpm_process_tear_down(&swtpm);
}

static void test_value_refused(void)
{
    TpmHarness *h = tpm_harness_new(false);

    g_assert_false(tpm_add(h, "libtpms", "tpm0", "auto-shutdown=maybe", NULL));
    g_assert_cmpstr(h->error_text, ==,
                    "tpm0: auto-shutdown: invalid value 'maybe': expected on or off");
    tpm_harness_free(h);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tpm-shutdown/no-lockout-after-resets", test_after_resets);
    g_test_add_data_func("/tpm-shutdown/no-lockout-after-an-end", NULL, test_after_an_end);
    g_test_add_data_func("/tpm-shutdown/no-lockout-after-an-end-in-a-command", "",
                         test_after_an_end);
    g_test_add_func("/tpm-shutdown/no-lockout-after-a-load", test_after_a_load);
    g_test_add_func("/tpm-shutdown/off-cuts-the-power", test_off);
    g_test_add_data_func("/tpm-shutdown/guests-own-stays", NULL, test_keeps_the_guests_own);
    g_test_add_data_func("/tpm-shutdown/guests-own-stays-after-get-random", TPM_GET_RANDOM,
                         test_keeps_the_guests_own);
    g_test_add_func("/tpm-shutdown/guests-own-clear-stays", test_keeps_the_guests_clear);
    g_test_add_func("/tpm-shutdown/another-command-makes-it-due", test_nullified_by_a_command);
    g_test_add_func("/tpm-shutdown/clear-if-state-is-refused", test_clear_if_state_is_refused);
    g_test_add_data_func("/tpm-shutdown/no-lockout-with-swtpm", NULL, test_for_swtpm);
    g_test_add_func("/tpm-shutdown/refused/another-value", test_value_refused);
    return g_test_run();
}
