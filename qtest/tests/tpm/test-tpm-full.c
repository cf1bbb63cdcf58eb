/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A TPM whose NV memory is full: the state that libtpms can hold also survives. */
#include "qtest/tests/tpm/tpm-harness.h"

#include "hw-api/device/bytes.h"

#include <glib/gstdio.h>

#define TPM_RC_NV_SPACE 0x14b /* TPM 2.0 Library part 2, 6.6 */
#define FIRST_INDEX     0x01500000

/* TPM2_NV_DefineSpace with an owner password session that is empty. */
static uint32_t define(TpmHarness *h, uint32_t index, uint16_t size)
{
    g_autofree char *hex = g_strdup_printf("80020000002d0000012a40000001"
                                           "00000009400000090000000000"
                                           "0000"
                                           "000e%08x000b000600060000%04x",
                                           index, size);

    return tpm_run(h, hex);
}

/* Fills the NV memory with large indices, then with small ones.  Returns their number. */
static uint32_t fill(TpmHarness *h)
{
    static const uint16_t sizes[] = { 2048, 256, 8 };
    uint32_t count = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        uint32_t code;

        while ((code = define(h, FIRST_INDEX + count, sizes[i])) == TPM_RC_SUCCESS) {
            count++;
        }
        g_assert_cmphex(code, ==, TPM_RC_NV_SPACE);
    }
    return count;
}

static void assert_index(TpmHarness *h, uint32_t number)
{
    g_autofree char *hex = g_strdup_printf("80010000000e00000169%08x", FIRST_INDEX + number);

    g_assert_cmphex(tpm_run(h, hex), ==, TPM_RC_SUCCESS);
}

static TpmHarness *start(const char *option)
{
    TpmHarness *h = tpm_harness_new(false);

    if (!tpm_add(h, "libtpms", "tpm0", option, NULL)) {
        g_error("%s", h->error_text);
    }
    tpm_start_up(h);
    return h;
}

static void test_survives_a_restart(void)
{
    TpmHarness *h = start(NULL);
    uint32_t count = fill(h);

    hw_tpm_service()->restart(h->backend, 3968);
    g_assert_cmphex(tpm_run(h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    assert_index(h, count - 1);
    g_assert_cmpuint(h->log->len, ==, 0);
    tpm_harness_free(h);
}

static void test_survives_the_process(void)
{
    g_autofree char *directory = g_dir_make_tmp("tpm-full-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "state", NULL);
    g_autofree char *option = g_strconcat("state=", path, NULL);
    TpmHarness *h = start(option);
    uint32_t count = fill(h);

    tpm_harness_free(h);
    h = start(option);
    assert_index(h, count - 1);
    tpm_harness_free(h);
    g_remove(path);
    g_rmdir(directory);
}

static void test_survives_a_migration(void)
{
    TpmHarness *h = start(NULL);
    uint32_t count = fill(h);
    HwTpmState state;

    g_assert_true(hw_tpm_save(h->host.tpms, 0, &state, NULL));
    g_assert_cmpuint(state.blobs[HW_TPM_PERMANENT].size, >, 128 * 1024);
    tpm_harness_free(h);
    h = start(NULL);
    if (!hw_tpm_load(h->host.tpms, 0, &state, &h->error)) {
        g_error("%s", h->error_text);
    }
    assert_index(h, count - 1);
    hw_tpm_service()->restart(h->backend, 3968);
    g_assert_cmphex(tpm_run(h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    assert_index(h, count - 1);
    hw_tpm_state_clear(&state);
    tpm_harness_free(h);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tpm-full/survives-a-restart", test_survives_a_restart);
    g_test_add_func("/tpm-full/survives-the-process", test_survives_the_process);
    g_test_add_func("/tpm-full/survives-a-migration", test_survives_a_migration);
    return g_test_run();
}
