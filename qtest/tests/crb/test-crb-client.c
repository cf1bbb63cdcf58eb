/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of a guest's CRB driver, and their errors. */
#include <signal.h>
#include <string.h>

#include "qtest/client/drivers/tpm-command.h"
#include "qtest/tests/lib/crb-host.h"

static ObCrb crb_host_impatient(const CrbHost *host)
{
    ObCrb crb = crb_host_crb(host);

    crb.timeout_ms = 1;
    return crb;
}

static void test_transfer(void)
{
    CrbHost *host = crb_host_new();
    ObCrb crb = crb_host_crb(host);
    TpmCommand command = tpm_get_random(8);
    uint8_t response[64];
    size_t size;

    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_transfer(&crb, command.bytes, command.size, response, sizeof(response),
                                 &size),
                    ==, OB_CRB_OK);
    g_assert_cmpuint(size, ==, 20);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
    crb_host_free(host);
}

static void test_no_locality(void)
{
    CrbHost *host = crb_host_new();
    ObCrb crb = crb_host_impatient(host);

    crb.base += CRB_PAGE_SIZE; /* locality 1 does not exist */
    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_NO_LOCALITY);
    crb_host_free(host);
}

static void test_not_ready(void)
{
    CrbHost *host = crb_host_new();
    ObCrb crb = crb_host_impatient(host);

    crb.base += CRB_PAGE_SIZE;
    g_assert_cmpint(crb_command_ready(&crb), ==, OB_CRB_OK); /* unmapped: idle reads 0 */
    g_assert_cmpint(crb_go_idle(&crb), ==, OB_CRB_NOT_READY);
    crb_host_free(host);
}

static void test_command_too_large(void)
{
    CrbHost *host = crb_host_new();
    ObCrb crb = crb_host_crb(host);
    static const uint8_t command[CRB_BUFFER_SIZE + 1];

    g_assert_cmpint(crb_write_command(&crb, command, sizeof(command)), ==,
                    OB_CRB_COMMAND_TOO_LARGE);
    g_assert_cmpint(crb_write_command(&crb, command, sizeof(command) - 1), ==, OB_CRB_OK);
    crb_host_free(host);
}

static void test_bad_response(void)
{
    static const uint8_t sizes[][10] = { { 0x80, 1, 0, 0, 0, 9 }, { 0x80, 1, 0, 0, 0x0f, 0x81 } };
    CrbHost *host = crb_host_new();
    ObCrb crb = crb_host_crb(host);
    size_t size;

    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_assert_cmpint(crb_write_command(&crb, sizes[i], sizeof(sizes[i])), ==, OB_CRB_OK);
        g_assert_cmpint(crb_response_size(&crb, &size), ==, OB_CRB_BAD_RESPONSE);
    }
    crb_host_free(host);
}

static void test_response_too_large(void)
{
    CrbHost *host = crb_host_new();
    ObCrb crb = crb_host_crb(host);
    TpmCommand command = tpm_get_random(8);
    uint8_t response[20] = { 0 };
    size_t size;

    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_transfer(&crb, command.bytes, command.size, response, 19, &size), ==,
                    OB_CRB_RESPONSE_TOO_LARGE);
    g_assert_cmpuint(size, ==, 20);
    g_assert_cmpint(crb_read_response(&crb, response, 20, &size), ==, OB_CRB_OK);
    crb_host_free(host);
}

static void test_timeout(void)
{
    CrbHost *host = crb_host_new();
    ObCrb crb = crb_host_crb(host);

    crb.base = 0x200000; /* RAM, for a command that never ends */
    crb_start(&crb);
    g_assert_cmpint(crb_wait(&crb, 1), ==, OB_CRB_TIMEOUT);
    crb_host_free(host);
}

static void test_no_timeout(void)
{
    CrbHost *host = crb_host_new();
    ObCrb crb = crb_host_crb(host);
    TpmCommand command = tpm_get_random(8);

    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_write_command(&crb, command.bytes, command.size), ==, OB_CRB_OK);
    crb_start(&crb); /* in process nothing runs until a poll */
    while (crb_wait(&crb, 0) == OB_CRB_TIMEOUT) {}
    g_assert_false(crb_is_running(&crb));
    crb_host_free(host);
}

static void ignore_report(ObClient *client, const char *report, void *opaque)
{
    (void)client, (void)report, (void)opaque;
}

static void test_no_host(void)
{
    CrbHost *host = crb_host_new();
    ObCrb crb = crb_host_crb(host);
    uint8_t response[64];
    size_t size;

    ob_client_on_failure(crb.client, ignore_report, NULL);
    if (crb_host_in_process()) {
        g_assert_null(ob_client_qmp(crb.client, "quit", NULL, NULL)); /* fails the client */
    } else {
        kill(ob_client_pid(crb.client), SIGKILL);
    }
    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_NO_HOST);
    g_assert_cmpint(crb_transfer(&crb, "0123456789", 10, response, sizeof(response), &size), ==,
                    OB_CRB_NO_HOST);
    crb_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/crb-client/transfer/returns-the-response", test_transfer);
    g_test_add_func("/crb-client/locality/missing-one-ends-at-the-deadline", test_no_locality);
    g_test_add_func("/crb-client/idle/missing-one-ends-at-the-deadline", test_not_ready);
    g_test_add_func("/crb-client/command/larger-than-the-buffer-is-refused",
                    test_command_too_large);
    g_test_add_func("/crb-client/response/size-out-of-bounds-is-refused", test_bad_response);
    g_test_add_func("/crb-client/response/stays-for-a-larger-buffer", test_response_too_large);
    g_test_add_func("/crb-client/wait/ends-at-its-deadline", test_timeout);
    g_test_add_func("/crb-client/wait/goes-on-when-asked-again", test_no_timeout);
    g_test_add_func("/crb-client/host/failed-one-is-told-apart", test_no_host);
    return g_test_run();
}
