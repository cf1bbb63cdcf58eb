/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TCTI module, called through its interface (TCTI 1.0, section 3), on a TPM in process. */
#include <dlfcn.h>
#include <glib.h>
#include <tss2/tss2_tcti.h>

#include "qtest/client/drivers/tpm-command.h"
#include "qtest/client/process/process.h"
#include "qtest/client/process/scratch.h"

#define BLOCK TSS2_TCTI_TIMEOUT_BLOCK

typedef struct Tcti {
    void *module;
    const TSS2_TCTI_INFO *info;
    TSS2_TCTI_CONTEXT *context;
    size_t size;
} Tcti;

static void module_open(Tcti *t)
{
    TSS2_TCTI_INFO_FUNC info;

    t->module = dlopen(g_getenv("OB_TCTI"), RTLD_NOW | RTLD_LOCAL);
    g_assert_cmpstr(t->module ? "" : dlerror(), ==, "");
    *(void **)&info = dlsym(t->module, TSS2_TCTI_INFO_SYMBOL);
    g_assert_nonnull(info);
    t->info = info();
    g_assert_cmphex(t->info->init(NULL, &t->size, NULL), ==, TSS2_RC_SUCCESS);
    t->context = g_malloc0(t->size);
}

static void tcti_set_up(Tcti *t, gconstpointer data)
{
    g_autofree char *configuration = g_strdup_printf("in-process,set=%s", g_getenv("OUTBOARD_SET"));

    (void)data;
    module_open(t);
    g_assert_cmphex(t->info->init(t->context, &t->size, configuration), ==, TSS2_RC_SUCCESS);
}

static void tcti_tear_down(Tcti *t, gconstpointer data)
{
    (void)data;
    Tss2_Tcti_Finalize(t->context);
    g_free(t->context);
    dlclose(t->module);
}

static TSS2_RC transmit_random(Tcti *t)
{
    TpmCommand command = tpm_get_random(16);

    return Tss2_Tcti_Transmit(t->context, command.size, command.bytes);
}

static void assert_random(Tcti *t)
{
    uint8_t response[128];
    size_t size = sizeof(response);
    TPM2B_DIGEST random = { 0 };

    g_assert_cmphex(Tss2_Tcti_Receive(t->context, &size, response, BLOCK), ==, TSS2_RC_SUCCESS);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
    g_assert_true(tpm_parse_random(response, size, &random));
    g_assert_cmpuint(random.size, ==, 16);
}

/* --------------------------------------------------------------------------- init */

static void test_small_context(void)
{
    Tcti t = { 0 };
    size_t size;

    module_open(&t);
    size = t.size - 1;
    g_assert_cmphex(t.info->init(t.context, &size, "in-process"), ==,
                    TSS2_TCTI_RC_INSUFFICIENT_BUFFER);
    g_assert_cmphex(t.info->init(NULL, NULL, NULL), ==, TSS2_TCTI_RC_BAD_REFERENCE);
    g_free(t.context);
    dlclose(t.module);
}

static void test_refused_configuration(const void *data)
{
    Tcti t = { 0 };

    module_open(&t);
    g_assert_cmphex(t.info->init(t.context, &t.size, data), ==, TSS2_TCTI_RC_BAD_VALUE);
    g_assert_cmphex(transmit_random(&t), ==, TSS2_TCTI_RC_BAD_CONTEXT);
    g_free(t.context);
    dlclose(t.module);
}

static void test_missing_set(void)
{
    Tcti t = { 0 };

    module_open(&t);
    g_assert_cmphex(t.info->init(t.context, &t.size, "in-process,set=/nonexistent/set.so"), ==,
                    TSS2_TCTI_RC_IO_ERROR);
    g_free(t.context);
    dlclose(t.module);
}

/* ----------------------------------------------------------------------- commands */

static void test_command(Tcti *t, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < 3; i++) {
        g_assert_cmphex(transmit_random(t), ==, TSS2_RC_SUCCESS);
        assert_random(t);
    }
}

static void test_transmit_nothing(Tcti *t, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(Tss2_Tcti_Transmit(t->context, 12, NULL), ==, TSS2_TCTI_RC_BAD_REFERENCE);
}

static void test_transmit_short(Tcti *t, gconstpointer data)
{
    TpmCommand command = tpm_get_random(16);

    (void)data;
    g_assert_cmphex(Tss2_Tcti_Transmit(t->context, 9, command.bytes), ==, TSS2_TCTI_RC_BAD_VALUE);
}

/* TPM2_GetTestResult is a header alone. */
static void test_transmit_header(Tcti *t, gconstpointer data)
{
    static const uint8_t command[] = { 0x80, 0x01, 0, 0, 0, 10, 0, 0, 0x01, 0x7c };
    uint8_t response[64];
    size_t size = sizeof(response);

    (void)data;
    g_assert_cmphex(Tss2_Tcti_Transmit(t->context, sizeof(command), command), ==, TSS2_RC_SUCCESS);
    g_assert_cmphex(Tss2_Tcti_Receive(t->context, &size, response, BLOCK), ==, TSS2_RC_SUCCESS);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
}

static void test_transmit_too_long(Tcti *t, gconstpointer data)
{
    static const uint8_t command[3969];

    (void)data;
    g_assert_cmphex(Tss2_Tcti_Transmit(t->context, sizeof(command), command), ==,
                    TSS2_TCTI_RC_BAD_VALUE);
    g_assert_cmphex(transmit_random(t), ==, TSS2_RC_SUCCESS);
    assert_random(t);
}

static void test_transmit_twice(Tcti *t, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(transmit_random(t), ==, TSS2_RC_SUCCESS);
    g_assert_cmphex(transmit_random(t), ==, TSS2_TCTI_RC_BAD_SEQUENCE);
    assert_random(t);
}

static void test_foreign_context(Tcti *t, gconstpointer data)
{
    TSS2_TCTI_CONTEXT_COMMON_V2 other = *(TSS2_TCTI_CONTEXT_COMMON_V2 *)t->context;
    TSS2_TCTI_CONTEXT *context = (TSS2_TCTI_CONTEXT *)&other;
    size_t size = 0;

    (void)data;
    other.v1.magic ^= 1;
    g_assert_cmphex(Tss2_Tcti_Transmit(context, 12, (const uint8_t *)&other), ==,
                    TSS2_TCTI_RC_BAD_CONTEXT);
    g_assert_cmphex(Tss2_Tcti_Receive(context, &size, NULL, BLOCK), ==, TSS2_TCTI_RC_BAD_CONTEXT);
    g_assert_cmphex(Tss2_Tcti_Cancel(context), ==, TSS2_TCTI_RC_BAD_CONTEXT);
    g_assert_cmphex(Tss2_Tcti_SetLocality(context, 0), ==, TSS2_TCTI_RC_BAD_CONTEXT);
    Tss2_Tcti_Finalize(context);
    g_assert_cmphex(transmit_random(t), ==, TSS2_RC_SUCCESS); /* the own context is open */
    assert_random(t);
}

static void test_receive_early(Tcti *t, gconstpointer data)
{
    uint8_t response[16];
    size_t size = sizeof(response);

    (void)data;
    g_assert_cmphex(Tss2_Tcti_Receive(t->context, &size, response, BLOCK), ==,
                    TSS2_TCTI_RC_BAD_SEQUENCE);
}

static void test_receive_size(Tcti *t, gconstpointer data)
{
    size_t size = 0;

    (void)data;
    g_assert_cmphex(transmit_random(t), ==, TSS2_RC_SUCCESS);
    g_assert_cmphex(Tss2_Tcti_Receive(t->context, &size, NULL, BLOCK), ==, TSS2_RC_SUCCESS);
    g_assert_cmpuint(size, ==, 10 + 2 + 16);
    assert_random(t);
}

static void test_receive_small(Tcti *t, gconstpointer data)
{
    uint8_t response[27];
    size_t size = sizeof(response);

    (void)data;
    g_assert_cmphex(transmit_random(t), ==, TSS2_RC_SUCCESS);
    g_assert_cmphex(Tss2_Tcti_Receive(t->context, &size, response, BLOCK), ==,
                    TSS2_TCTI_RC_INSUFFICIENT_BUFFER);
    g_assert_cmpuint(size, ==, 28);
    assert_random(t);
}

static void test_receive_exact(Tcti *t, gconstpointer data)
{
    uint8_t response[28];
    size_t size = sizeof(response);

    (void)data;
    g_assert_cmphex(transmit_random(t), ==, TSS2_RC_SUCCESS);
    g_assert_cmphex(Tss2_Tcti_Receive(t->context, NULL, response, BLOCK), ==,
                    TSS2_TCTI_RC_BAD_REFERENCE);
    g_assert_cmphex(Tss2_Tcti_Receive(t->context, &size, response, BLOCK), ==, TSS2_RC_SUCCESS);
    g_assert_cmpuint(size, ==, 28);
}

static void test_receive_bad_timeout(Tcti *t, gconstpointer data)
{
    size_t size = 0;

    (void)data;
    g_assert_cmphex(transmit_random(t), ==, TSS2_RC_SUCCESS);
    g_assert_cmphex(Tss2_Tcti_Receive(t->context, &size, NULL, -2), ==, TSS2_TCTI_RC_BAD_VALUE);
    assert_random(t);
}

static void test_cancel_early(Tcti *t, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(Tss2_Tcti_Cancel(t->context), ==, TSS2_TCTI_RC_BAD_SEQUENCE);
}

/* TCTI 1.0, section 3.2.6: after a cancel, the response must still be received. */
static void test_cancel(Tcti *t, gconstpointer data)
{
    uint8_t response[128];
    size_t size = sizeof(response);

    (void)data;
    g_assert_cmphex(transmit_random(t), ==, TSS2_RC_SUCCESS);
    g_assert_cmphex(Tss2_Tcti_Cancel(t->context), ==, TSS2_RC_SUCCESS);
    g_assert_cmphex(Tss2_Tcti_Receive(t->context, &size, response, BLOCK), ==, TSS2_RC_SUCCESS);
    g_assert_cmphex(transmit_random(t), ==, TSS2_RC_SUCCESS);
    assert_random(t);
}

static void test_finalize_running(Tcti *t, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(transmit_random(t), ==, TSS2_RC_SUCCESS);
}

static void test_finalized(Tcti *t, gconstpointer data)
{
    (void)data;
    Tss2_Tcti_Finalize(t->context);
    g_assert_cmphex(transmit_random(t), ==, TSS2_TCTI_RC_BAD_CONTEXT);
}

static void test_locality(Tcti *t, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(Tss2_Tcti_SetLocality(t->context, 0), ==, TSS2_RC_SUCCESS);
    g_assert_cmphex(Tss2_Tcti_SetLocality(t->context, 1), ==, TSS2_TCTI_RC_NOT_SUPPORTED);
    g_assert_cmphex(transmit_random(t), ==, TSS2_RC_SUCCESS);
    g_assert_cmphex(Tss2_Tcti_SetLocality(t->context, 0), ==, TSS2_TCTI_RC_BAD_SEQUENCE);
    assert_random(t);
}

static void test_optional(Tcti *t, gconstpointer data)
{
    TSS2_TCTI_POLL_HANDLE handles[1];
    TPM2_HANDLE handle = 0;
    size_t count = 1;

    (void)data;
    g_assert_cmphex(Tss2_Tcti_GetPollHandles(t->context, handles, &count), ==,
                    TSS2_TCTI_RC_NOT_IMPLEMENTED);
    g_assert_cmphex(Tss2_Tcti_MakeSticky(t->context, &handle, 1), ==, TSS2_TCTI_RC_NOT_IMPLEMENTED);
}

/* ----------------------------------------------------------------------- contexts */

/* A second context of the module that is open already. */
static Tcti second_context(const Tcti *t, const char *configuration, TSS2_RC expected)
{
    Tcti other = { .info = t->info, .size = t->size, .context = g_malloc0(t->size) };

    g_assert_cmphex(t->info->init(other.context, &other.size, configuration), ==, expected);
    return other;
}

static void context_close(Tcti *t)
{
    Tss2_Tcti_Finalize(t->context);
    g_free(t->context);
}

static char *in_process(void)
{
    return g_strdup_printf("in-process,set=%s", g_getenv("OUTBOARD_SET"));
}

static void test_second_context(Tcti *t, gconstpointer data)
{
    g_autofree char *configuration = in_process();
    Tcti other = second_context(t, configuration, TSS2_RC_SUCCESS);

    (void)data;
    g_assert_cmphex(transmit_random(&other), ==, TSS2_RC_SUCCESS);
    assert_random(&other);
    context_close(&other);
    g_assert_cmphex(transmit_random(t), ==, TSS2_RC_SUCCESS);
    assert_random(t);
}

/* The first context receives its response although the second one has used the TPM since. */
static void test_transmit_both(Tcti *t, gconstpointer data)
{
    g_autofree char *configuration = in_process();
    Tcti other = second_context(t, configuration, TSS2_RC_SUCCESS);

    (void)data;
    g_assert_cmphex(transmit_random(t), ==, TSS2_RC_SUCCESS);
    g_assert_cmphex(transmit_random(&other), ==, TSS2_RC_SUCCESS);
    assert_random(&other);
    assert_random(t);
    context_close(&other);
}

static void test_other_configuration(Tcti *t, gconstpointer data)
{
    g_autofree char *configuration = in_process();
    g_autofree char *cold = g_strconcat(configuration, ",startup=off", NULL);
    Tcti other = second_context(t, cold, TSS2_TCTI_RC_IO_ERROR);

    (void)data;
    g_free(other.context);
}

static void *draw(void *context)
{
    for (int i = 0; i < 50; i++) {
        g_assert_cmphex(transmit_random(context), ==, TSS2_RC_SUCCESS);
        assert_random(context);
    }
    return NULL;
}

static void test_threads(Tcti *t, gconstpointer data)
{
    g_autofree char *configuration = in_process();
    Tcti other = second_context(t, configuration, TSS2_RC_SUCCESS);
    GThread *thread = g_thread_new("draw", draw, &other);

    (void)data;
    draw(t);
    g_thread_join(thread);
    context_close(&other);
}

/* A socket serves one client at a time, and two contexts in a process would wait for each other. */
static void test_contexts_over_a_socket(void)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *socket = g_build_filename(ob_scratch_path(scratch), "qtest", NULL);
    g_autofree char *configuration = g_strconcat("qtest=", socket, NULL);
    g_autofree char *command = g_strdup_printf(
        "exec %s -machine q35 -plugin-set %s -tpmdev libtpms,id=t -device tpm-crb,tpmdev=t "
        "-qtest unix:%s,server=on,wait=off -qtest-log /dev/null",
        g_getenv("OB_PROGRAM"), g_getenv("OUTBOARD_SET"), socket);
    ObProcess *program = ob_process_start(command);
    gint64 deadline = g_get_monotonic_time() + 10 * G_TIME_SPAN_SECOND;
    Tcti first;
    Tcti second;

    module_open(&first);
    while (first.info->init(first.context, &first.size, configuration) != TSS2_RC_SUCCESS) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(1000);
    }
    second = second_context(&first, configuration, TSS2_RC_SUCCESS);
    for (int i = 0; i < 3; i++) {
        g_assert_cmphex(transmit_random(&first), ==, TSS2_RC_SUCCESS);
        g_assert_cmphex(transmit_random(&second), ==, TSS2_RC_SUCCESS);
        assert_random(&second);
        assert_random(&first);
    }
    context_close(&second);
    tcti_tear_down(&first, NULL);
    ob_process_free(program);
    ob_scratch_free(scratch);
}

static void test_soname(void)
{
    g_autofree char *name = g_strconcat(g_getenv("OB_TCTI"), ".0", NULL);

    g_assert_true(g_file_test(name, G_FILE_TEST_EXISTS));
}

static void add(const char *path, void (*function)(Tcti *, gconstpointer))
{
    g_test_add(path, Tcti, NULL, tcti_set_up, function, tcti_tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcti/init/small-context-is-refused", test_small_context);
    g_test_add_func("/tcti/init/missing-set-is-refused", test_missing_set);
    g_test_add_data_func("/tcti/init/two-hosts-are-refused", "in-process,qtest=/tmp/x",
                         test_refused_configuration);
    g_test_add_data_func("/tcti/init/empty-value-is-refused",
                         "in-process,state=", test_refused_configuration);
    g_test_add_data_func("/tcti/init/empty-configuration-is-refused", "",
                         test_refused_configuration);
    add("/tcti/command/several-in-a-row", test_command);
    add("/tcti/context/foreign-one-is-refused", test_foreign_context);
    add("/tcti/transmit/nothing-is-refused", test_transmit_nothing);
    add("/tcti/transmit/less-than-a-header-is-refused", test_transmit_short);
    add("/tcti/transmit/header-alone", test_transmit_header);
    add("/tcti/transmit/more-than-the-buffer-is-refused", test_transmit_too_long);
    add("/tcti/transmit/second-before-the-response-is-refused", test_transmit_twice);
    add("/tcti/receive/before-a-command-is-refused", test_receive_early);
    add("/tcti/receive/without-a-buffer-tells-the-size", test_receive_size);
    add("/tcti/receive/small-buffer-keeps-the-response", test_receive_small);
    add("/tcti/receive/buffer-of-the-response-s-size", test_receive_exact);
    add("/tcti/receive/unknown-timeout-is-refused", test_receive_bad_timeout);
    add("/tcti/cancel/before-a-command-is-refused", test_cancel_early);
    add("/tcti/cancel/leaves-a-response", test_cancel);
    add("/tcti/finalize/ends-a-running-command", test_finalize_running);
    add("/tcti/finalize/ends-the-context", test_finalized);
    g_test_add_func("/tcti/module/has-the-name-that-systemd-loads", test_soname);
    add("/tcti/contexts/second-one-shares-the-tpm", test_second_context);
    g_test_add_func("/tcti/contexts/two-over-a-socket", test_contexts_over_a_socket);
    add("/tcti/contexts/first-response-is-kept-for-it", test_transmit_both);
    add("/tcti/contexts/other-configuration-is-refused", test_other_configuration);
    add("/tcti/contexts/two-threads-take-turns", test_threads);
    add("/tcti/locality/only-0", test_locality);
    add("/tcti/optional/answers-not-implemented", test_optional);
    return g_test_run();
}
