/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-api/host/tpm/scripted.c: a host with and without a clock, and its log. */
#include "qtest/tests/tpm/tpm-harness.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "hw-api/ext/clock.h"

static HwTimer *no_timer_set_up(HwDevice *dev, void (*fired)(HwDevice *dev, void *opaque),
                                void *opaque)
{
    (void)fired;
    (void)opaque;
    return (HwTimer *)dev; /* never set: the scripts here don't wait */
}

static void timer_ignore(HwTimer *timer)
{
    (void)timer;
}

static const void *clock_query(const HwHost *host, const char *service)
{
    static const HwClock clock = {
        .abi = HW_ABI(HwClock),
        .timer_new = no_timer_set_up,
        .timer_cancel = timer_ignore,
        .timer_free = timer_ignore,
    };

    (void)host;
    return strcmp(service, HW_CLOCK) == 0 ? &clock : NULL;
}

static const void *no_query(const HwHost *host, const char *service)
{
    (void)host;
    (void)service;
    return NULL;
}

static TpmHarness *script_new(const char *script)
{
    TpmHarness *h = tpm_harness_new(false);
    g_autofree char *option = NULL;
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("outboard-script-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    g_assert_true(g_file_set_contents(path, script, -1, NULL));
    option = g_strconcat("file=", path, NULL);
    if (!tpm_add(h, "script", "tpm0", option, NULL)) {
        g_error("%s", h->error_text);
    }
    g_unlink(path);
    return h;
}

static void test_failure_is_logged(void)
{
    TpmHarness *h = script_new("GetRandom fail\n");

    h->host.api.query = clock_query;
    tpm_attach(h);
    g_assert_cmphex(tpm_run(h, TPM_GET_RANDOM), ==, TPM_NO_RESPONSE);
    tpm_assert_logged(h, "tpm0: the script lets command 0x17b fail");
    g_assert_cmphex(tpm_run(h, TPM_STARTUP), ==, TPM_RC_COMMAND_CODE);
    g_assert_cmpuint(h->log->len, ==, 0);
    tpm_harness_free(h);
}

static void test_wrong_size_is_logged(void)
{
    TpmHarness *h = script_new("GetRandom error 0 pad 1\n");

    h->host.api.query = clock_query;
    tpm_attach(h);
    g_assert_cmphex(tpm_run(h, TPM_GET_RANDOM), ==, TPM_NO_RESPONSE);
    tpm_assert_logged(h, "tpm0: the TPM's answer is not a response: 11 bytes, expected");
    tpm_harness_free(h);
}

/* The host sends TPM2_StirRandom by itself. */
static void test_hosts_commands_do_not_count(void)
{
    static const uint8_t entropy[8];
    TpmHarness *h = script_new("any 1 error 0x11\nStirRandom error 0x22\n");

    h->host.api.query = clock_query;
    tpm_attach(h);
    hw_tpm_service()->stir(&h->device.dev, entropy, sizeof(entropy));
    g_assert_cmphex(tpm_run(h, TPM_GET_RANDOM), ==, 0x11);
    g_assert_cmpuint(h->log->len, ==, 0);
    tpm_harness_free(h);
}

static void test_host_without_a_clock_is_refused(void)
{
    TpmHarness *h = script_new("any fail\n");

    h->host.api.query = no_query;
    g_assert_null(hw_tpm_service()->open(&h->device.dev, "tpm0", NULL, &h->error));
    g_assert_cmpstr(h->error_text, ==, "dev0: tpmdev: the script of 'tpm0' needs hw.clock/1");
    tpm_harness_free(h);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tpm-script/log/failure", test_failure_is_logged);
    g_test_add_func("/tpm-script/log/wrong-size", test_wrong_size_is_logged);
    g_test_add_func("/tpm-script/host/own-commands-do-not-count", test_hosts_commands_do_not_count);
    g_test_add_func("/tpm-script/host/without-clock-is-refused",
                    test_host_without_a_clock_is_refused);
    return g_test_run();
}
