/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The service hw.tpm-backend/1 over a real TPM in this process. */
#include "qtest/tests/tpm/tpm-harness.h"

#include <dlfcn.h>
#include <glib/gstdio.h>

static TpmHarness *libtpms_new(bool threaded)
{
    TpmHarness *h = tpm_harness_new(threaded);

    if (!tpm_add(h, "libtpms", "tpm0", NULL)) {
        g_error("%s", h->error_text);
    }
    return h;
}

static void test_executes(gconstpointer threaded)
{
    TpmHarness *h = libtpms_new(threaded != NULL);

    tpm_start_up(h);
    g_assert_cmphex(tpm_run(h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    g_assert_cmpuint(h->size, ==, HW_TPM2_HEADER_SIZE + 2 + 16);
    g_assert_cmpuint(h->log->len, ==, 0);
    tpm_harness_free(h);
}

static void test_reports_itself(void)
{
    TpmHarness *h = libtpms_new(false);
    HwTpmInfo info;

    g_assert_cmpuint(hw_tpm_count(h->host.tpms), ==, 1);
    g_assert_null(hw_tpm_info(h->host.tpms, 0).model);
    tpm_attach(h);
    info = hw_tpm_info(h->host.tpms, 0);
    g_assert_cmpstr(info.id, ==, "tpm0");
    g_assert_cmpstr(info.type, ==, "libtpms");
    g_assert_cmpstr(info.model, ==, "bare");
    g_assert_cmpuint(hw_tpm_service()->version(h->backend), ==, HW_TPM_VERSION_2_0);
    g_assert_cmpuint(hw_tpm_service()->buffer_size(h->backend), ==, 4096);
    g_assert_false(hw_tpm_service()->established(h->backend));
    tpm_harness_free(h);
}

static void test_starts_power_cycled(void)
{
    TpmHarness *h = libtpms_new(false);

    tpm_attach(h);
    g_assert_cmphex(tpm_run(h, TPM_GET_RANDOM), ==, TPM_RC_INITIALIZE);
    tpm_harness_free(h);
}

static void test_restart_wants_startup(void)
{
    TpmHarness *h = libtpms_new(false);

    tpm_start_up(h);
    hw_tpm_service()->restart(h->backend, 3968);
    g_assert_cmphex(tpm_run(h, TPM_GET_RANDOM), ==, TPM_RC_INITIALIZE);
    g_assert_cmphex(tpm_run(h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    tpm_harness_free(h);
}

static void test_copies_the_command(void)
{
    TpmHarness *h = libtpms_new(false);
    uint8_t command[12] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x44, 0, 0 };

    tpm_attach(h);
    g_assert_true(hw_tpm_service()->submit(h->backend, 0, command, sizeof(command), 3968));
    memset(command, 0xff, sizeof(command));
    g_assert_cmphex(tpm_await(h), ==, TPM_RC_SUCCESS);
    tpm_harness_free(h);
}

static void test_refuses_a_second_command(void)
{
    TpmHarness *h = libtpms_new(false);
    uint8_t command[12] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x44, 0, 0 };

    tpm_attach(h);
    tpm_submit(h, TPM_STARTUP);
    g_assert_false(hw_tpm_service()->submit(h->backend, 0, command, sizeof(command), 3968));
    g_assert_cmphex(tpm_await(h), ==, TPM_RC_SUCCESS);
    tpm_harness_free(h);
}

static void test_command_of_another_size(gconstpointer hex)
{
    TpmHarness *h = libtpms_new(false);

    tpm_start_up(h);
    g_assert_cmphex(tpm_run(h, hex), ==, TPM_RC_COMMAND_SIZE);
    g_assert_cmphex(tpm_run(h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    tpm_harness_free(h);
}

static void test_command_larger_than_any_buffer(void)
{
    TpmHarness *h = libtpms_new(false);
    uint8_t *command = g_malloc0(70000);

    tpm_start_up(h);
    memcpy(command, (uint8_t[]) { 0x80, 1, 0, 1, 0x11, 0x70, 0, 0, 1, 0x7b }, 10);
    g_assert_true(hw_tpm_service()->submit(h->backend, 0, command, 70000, 3968));
    g_assert_cmphex(tpm_await(h), ==, TPM_RC_COMMAND_SIZE);
    g_free(command);
    tpm_harness_free(h);
}

static void test_response_beyond_the_capacity(void)
{
    TpmHarness *h = libtpms_new(false);
    uint8_t command[12] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x7b, 0, 16 };

    tpm_start_up(h);
    g_assert_true(hw_tpm_service()->submit(h->backend, 0, command, sizeof(command), 20));
    g_assert_cmphex(tpm_await(h), ==, TPM_NO_RESPONSE);
    tpm_assert_logged(h, "28 bytes");
    tpm_harness_free(h);
}

static void test_passes_the_locality(void)
{
    /* TPM2_PCR_Reset of PCR 20, which locality 0 may not reset (PC Client PTP, 4.6). */
    static const uint8_t reset[] = {
        0x80, 2, 0, 0, 0, 27, 0, 0, 1, 0x3d, 0, 0, 0, 20, 0, 0, 0, 9, 0x40, 0, 0, 9, 0, 0, 0, 0, 0,
    };
    TpmHarness *h = libtpms_new(false);

    tpm_start_up(h);
    hw_tpm_service()->submit(h->backend, 0, reset, sizeof(reset), 3968);
    g_assert_cmphex(tpm_await(h), ==, TPM_RC_LOCALITY);
    hw_tpm_service()->submit(h->backend, 2, reset, sizeof(reset), 3968);
    g_assert_cmphex(tpm_await(h), ==, TPM_RC_SUCCESS);
    tpm_harness_free(h);
}

static gint64 cpu_time(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/* Waits, for 1 s at most, until the other threads have computed for 1 ms: then the worker runs. */
static void await_worker(void)
{
    gint64 deadline = g_get_monotonic_time() + G_TIME_SPAN_SECOND;
    gint64 begin = cpu_time(CLOCK_PROCESS_CPUTIME_ID) - cpu_time(CLOCK_THREAD_CPUTIME_ID);

    while (cpu_time(CLOCK_PROCESS_CPUTIME_ID) - cpu_time(CLOCK_THREAD_CPUTIME_ID) < begin + 1000 &&
           g_get_monotonic_time() < deadline) {
        g_thread_yield();
    }
}

static void test_cancel_ends_a_running_command(void)
{
    TpmHarness *h = libtpms_new(true);
    uint32_t code = TPM_RC_SUCCESS;

    /* Sometimes the TPM finds a prime before the cancel comes. */
    tpm_attach(h);
    for (int i = 0; i < 20 && code == TPM_RC_SUCCESS; i++) {
        hw_tpm_service()->restart(h->backend, 3968);
        g_assert_cmphex(tpm_run(h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
        tpm_submit(h, TPM_CREATE_PRIMARY);
        await_worker();
        hw_tpm_service()->cancel(h->backend);
        code = tpm_await(h);
    }
    g_assert_cmphex(code, ==, TPM_RC_CANCELED);
    g_assert_cmphex(tpm_run(h, TPM_CREATE_PRIMARY), ==, TPM_RC_SUCCESS);
    tpm_harness_free(h);
}

static void test_cancel_of_a_waiting_command(void)
{
    TpmHarness *h = libtpms_new(false);

    tpm_start_up(h);
    tpm_submit(h, TPM_GET_RANDOM);
    hw_tpm_service()->cancel(h->backend);
    g_assert_cmphex(tpm_await(h), ==, TPM_RC_CANCELED);
    g_assert_cmphex(tpm_run(h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    tpm_harness_free(h);
}

static void test_cancel_of_nothing(void)
{
    TpmHarness *h = libtpms_new(false);

    tpm_start_up(h);
    hw_tpm_service()->cancel(h->backend);
    g_assert_cmphex(tpm_run(h, TPM_CREATE_PRIMARY), ==, TPM_RC_SUCCESS);
    tpm_harness_free(h);
}

static void test_restart_drops_the_command(gconstpointer threaded)
{
    TpmHarness *h = libtpms_new(threaded != NULL);

    tpm_start_up(h);
    tpm_submit(h, TPM_CREATE_PRIMARY);
    hw_tpm_service()->restart(h->backend, 3968);
    g_assert_cmphex(tpm_run(h, TPM_GET_RANDOM), ==, TPM_RC_INITIALIZE);
    tpm_settle(h);
    g_assert_cmpuint(h->completions, ==, 2);
    tpm_harness_free(h);
}

static void test_restarts_do_not_pile_up(void)
{
    TpmHarness *h = libtpms_new(true);

    tpm_start_up(h);
    for (int i = 0; i < 1000; i++) {
        tpm_submit(h, i & 1 ? TPM_GET_RANDOM : TPM_CREATE_PRIMARY);
        hw_tpm_service()->restart(h->backend, 3968);
    }
    g_assert_cmphex(tpm_run(h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    tpm_settle(h);
    g_assert_cmpuint(h->completions, ==, 2);
    tpm_harness_free(h);
}

static void test_finish_completes_first(gconstpointer threaded)
{
    TpmHarness *h = libtpms_new(threaded != NULL);

    tpm_start_up(h);
    tpm_submit(h, TPM_CREATE_PRIMARY);
    hw_tpm_service()->finish(h->backend);
    g_assert_cmpuint(h->completions, ==, 2);
    g_assert_cmphex(hw_tpm2_code(h->response), ==, TPM_RC_SUCCESS);
    tpm_harness_free(h);
}

static void test_close_drops_the_command(gconstpointer threaded)
{
    TpmHarness *h = libtpms_new(threaded != NULL);

    tpm_start_up(h);
    tpm_submit(h, TPM_CREATE_PRIMARY);
    hw_tpm_service()->close(h->backend);
    tpm_attach(h);
    tpm_settle(h);
    g_assert_cmpuint(h->completions, ==, 1);
    g_assert_cmphex(tpm_run(h, TPM_GET_RANDOM), ==, TPM_RC_INITIALIZE);
    tpm_harness_free(h);
}

static void test_free_ends_the_command(void)
{
    TpmHarness *h = libtpms_new(true);

    tpm_start_up(h);
    tpm_submit(h, TPM_CREATE_PRIMARY);
    tpm_harness_free(h);
}

static void test_close_of_nothing(void)
{
    hw_tpm_service()->close(NULL);
}

/* Refusals: the configuration, and the expected words in the sentence. */

static void test_second_libtpms_refused(void)
{
    TpmHarness *h = libtpms_new(false);

    g_assert_false(tpm_add(h, "libtpms", "tpm1", NULL));
    g_assert_cmpstr(h->error_text, ==,
                    "tpm1: libtpms has one TPM per process, which is already in "
                    "use, expected type emulator for a second TPM");
    tpm_start_up(h);
    tpm_harness_free(h);
}

static void test_unknown_type_refused(void)
{
    TpmHarness *h = tpm_harness_new(false);

    g_assert_false(tpm_add(h, "passthrough", "tpm0", NULL));
    g_assert_cmpstr(h->error_text, ==,
                    "tpm0: unknown TPM backend type: 'passthrough', "
                    "expected libtpms, emulator or script");
    g_assert_cmpuint(hw_tpm_count(h->host.tpms), ==, 0);
    tpm_harness_free(h);
}

static void test_unknown_option_refused(void)
{
    TpmHarness *h = tpm_harness_new(false);

    g_assert_false(tpm_add(h, "libtpms", "tpm0", "sate=x", NULL));
    g_assert_cmpstr(h->error_text, ==,
                    "tpm0: unknown option of type libtpms: 'sate', "
                    "expected state, trust, auto-shutdown, script");
    tpm_harness_free(h);
}

static void test_second_id_refused(void)
{
    TpmHarness *h = libtpms_new(false);

    g_assert_false(tpm_add(h, "libtpms", "tpm0", NULL));
    g_assert_cmpstr(h->error_text, ==, "tpm0: a TPM backend with this id already exists");
    tpm_harness_free(h);
}

static void test_open_of_an_unknown_id_refused(void)
{
    TpmHarness *h = libtpms_new(false);

    g_assert_null(hw_tpm_service()->open(&h->device.dev, "tpm9", NULL, &h->error));
    g_assert_cmpstr(h->error_text, ==,
                    "dev0: tpmdev: no TPM backend has this id: 'tpm9', "
                    "expected tpm0");
    tpm_harness_free(h);
}

static void test_open_by_a_second_device_refused(void)
{
    TpmHarness *h = libtpms_new(false);
    HwDevice other = h->device.dev;

    tpm_attach(h);
    other.id = "dev1";
    g_assert_null(hw_tpm_service()->open(&other, "tpm0", NULL, &h->error));
    g_assert_cmpstr(h->error_text, ==,
                    "dev1: tpmdev: the TPM backend is in use by 'dev0': 'tpm0', "
                    "expected one of its own");
    tpm_harness_free(h);
}

/* The function below replaces libc's, and fails for libtpms only. */
static bool library_is_missing;

void *dlopen(const char *name, int flags)
{
    static void *(*real)(const char *, int);

    if (!real) {
        *(void **)&real = dlsym(RTLD_NEXT, "dlopen");
    }
    return real(library_is_missing ? "libtpms-missing.so.0" : name, flags);
}

static void test_missing_library_refused(void)
{
    TpmHarness *h;

    if (!g_test_subprocess()) { /* only a new process has not loaded the library */
        g_test_trap_subprocess(NULL, 0, 0);
        g_test_trap_assert_passed();
        return;
    }
    h = tpm_harness_new(false);
    library_is_missing = true;
    g_assert_false(tpm_add(h, "libtpms", "tpm0", NULL));
    g_assert_nonnull(strstr(h->error_text, "tpm0: cannot load libtpms.so.0: "));
    g_assert_nonnull(strstr(h->error_text, "expected the package libtpms0"));
    library_is_missing = false;
    g_assert_true(tpm_add(h, "libtpms", "tpm0", NULL));
    tpm_harness_free(h);
}

typedef struct Test {
    const char *name;
    void (*function)(void);
} Test;

static const Test tests[] = {
    { "info/reports-itself", test_reports_itself },
    { "restart/leaves-the-tpm-power-cycled", test_starts_power_cycled },
    { "restart/wants-startup-again", test_restart_wants_startup },
    { "restart/do-not-pile-up", test_restarts_do_not_pile_up },
    { "submit/copies-the-command", test_copies_the_command },
    { "submit/refuses-a-second-command", test_refuses_a_second_command },
    { "submit/larger-than-any-buffer", test_command_larger_than_any_buffer },
    { "submit/response-beyond-the-capacity-fails", test_response_beyond_the_capacity },
    { "submit/passes-the-locality", test_passes_the_locality },
    { "cancel/ends-a-running-command", test_cancel_ends_a_running_command },
    { "cancel/ends-a-waiting-command", test_cancel_of_a_waiting_command },
    { "cancel/of-nothing-is-harmless", test_cancel_of_nothing },
    { "free/ends-a-running-command", test_free_ends_the_command },
    { "close/of-nothing-is-harmless", test_close_of_nothing },
    { "add/second-libtpms-refused", test_second_libtpms_refused },
    { "add/unknown-type-refused", test_unknown_type_refused },
    { "add/unknown-option-refused", test_unknown_option_refused },
    { "add/second-id-refused", test_second_id_refused },
    { "add/missing-library-refused", test_missing_library_refused },
    { "open/unknown-id-refused", test_open_of_an_unknown_id_refused },
    { "open/second-device-refused", test_open_by_a_second_device_refused },
};

/* Each test runs in a stepped and in a threaded host. */
static const struct {
    const char *name;
    void (*function)(gconstpointer threaded);
} both[] = {
    { "submit/executes", test_executes },
    { "restart/drops-the-command", test_restart_drops_the_command },
    { "finish/completes-first", test_finish_completes_first },
    { "close/drops-the-command", test_close_drops_the_command },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        char *path = g_strconcat("/tpm-backend/", tests[i].name, NULL);

        g_test_add_func(path, tests[i].function);
        g_free(path);
    }
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(both); i++) {
        char *path = g_strconcat("/tpm-backend/", i & 1 ? "threaded/" : "stepped/",
                                 both[i / 2].name, NULL);

        g_test_add_data_func(path, i & 1 ? "" : NULL, both[i / 2].function);
        g_free(path);
    }
    g_test_add_data_func("/tpm-backend/submit/shorter-than-a-header", "8001000000",
                         test_command_of_another_size);
    g_test_add_data_func("/tpm-backend/submit/size-field-too-large", "80010000000d0000017b0010",
                         test_command_of_another_size);
    g_test_add_data_func("/tpm-backend/submit/size-field-too-small", "80010000000b0000017b0010",
                         test_command_of_another_size);
    g_test_add_data_func("/tpm-backend/submit/empty", "", test_command_of_another_size);
    return g_test_run();
}
