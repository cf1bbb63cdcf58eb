/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client's mode that migrates the machine from program to program during the test. */
#include <string.h>

#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/client/process/swtpm.h"

#define BEACON      UINT64_C(0xfe000000)
#define CTRL        (BEACON + 4)
#define STATUS      (BEACON + 8)
#define COUNT       (BEACON + 12)
#define BEACON_LINE 5
#define OTHER_LINE  9
#define RAM         UINT64_C(0x200000)
#define QUICK_MS    5000
#define WITH_BEACON "-machine q35 -device beacon,addr=0xfe000000"

static ObClient *client_start(const ObStart *wanted)
{
    ObStart start = *wanted;
    HW_ERROR(error, 4096);
    ObClient *c;

    start.program = g_getenv("OB_PROGRAM");
    c = ob_client_start(&start, &error);
    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static ObClient *beacon_start(uint32_t every)
{
    const ObStart start = { .arguments = WITH_BEACON, .migrate_every = every };

    return client_start(&start);
}

static void start_refused(const ObStart *wanted, const char *sentence)
{
    ObStart start = *wanted;
    HW_ERROR(error, 4096);

    start.program = g_getenv("OB_PROGRAM");
    g_assert_null(ob_client_start(&start, &error));
    g_assert_cmpstr(error.text, ==, sentence);
}

/* -------------------------------------------------------- accesses that migrate */

static void test_every_access(void)
{
    ObClient *c = beacon_start(1);
    GPid before = ob_client_pid(c);

    for (int i = 0; i < 3; i++) {
        ob_client_readl(c, CTRL);
        g_assert_cmpint(ob_client_pid(c), !=, before);
        before = ob_client_pid(c);
    }
    ob_client_quit(c);
}

static void every_second(ObClient *c)
{
    GPid before = ob_client_pid(c);

    ob_client_readl(c, CTRL);
    g_assert_cmpint(ob_client_pid(c), ==, before);
    ob_client_readl(c, CTRL);
    g_assert_cmpint(ob_client_pid(c), !=, before);
    before = ob_client_pid(c);
    ob_client_writel(c, CTRL, 1);
    g_assert_cmpint(ob_client_pid(c), ==, before);
    ob_client_quit(c);
}

static void test_every_second_access(void)
{
    every_second(beacon_start(2));
}

static void test_environment(void)
{
    g_setenv("OB_MIGRATE_EVERY", "2", TRUE);
    every_second(beacon_start(0));
    g_unsetenv("OB_MIGRATE_EVERY");
}

static void test_environment_refused(void)
{
    const ObStart start = { .arguments = WITH_BEACON };

    g_setenv("OB_MIGRATE_EVERY", "often", TRUE);
    start_refused(&start, "OB_MIGRATE_EVERY: invalid value 'often': expected a number of "
                          "accesses");
    g_unsetenv("OB_MIGRATE_EVERY");
}

static void test_accelerator_refused(void)
{
    const ObStart start = { .accelerator = "tcg", .migrate_every = 1 };

    start_refused(&start, "migrate_every: accelerator is tcg, expected qtest");
}

/* ---------------------------------------------------------------- migrated state */

static void test_device_and_memory(void)
{
    ObClient *c = beacon_start(1);

    ob_client_writel(c, CTRL, 3);
    ob_client_writel(c, CTRL, 3);
    ob_client_memset(c, RAM, 0x5a, 3);
    g_assert_cmphex(ob_client_readl(c, RAM), ==, 0x5a5a5a);
    g_assert_cmphex(ob_client_readl(c, COUNT), ==, 2);
    ob_client_quit(c);
}

static void test_clock(void)
{
    ObClient *c = beacon_start(1);

    g_assert_cmpint(ob_client_clock_step(c, 1000), ==, 1000);
    ob_client_readl(c, CTRL);
    g_assert_cmpint(ob_client_clock_step(c, 50), ==, 1050);
    g_assert_cmpint(ob_client_clock_set(c, 2000), ==, 2000);
    ob_client_quit(c);
}

static void test_line_of_device(void)
{
    ObClient *c = beacon_start(1);

    g_assert_true(ob_client_irq_intercept_in(c, "ioapic"));
    ob_client_writel(c, CTRL, 3);
    g_assert_true(ob_client_irq_get(c, BEACON_LINE));
    g_assert_true(ob_client_irq_get(c, BEACON_LINE));
    ob_client_writel(c, STATUS, 1);
    g_assert_false(ob_client_irq_get(c, BEACON_LINE));
    ob_client_quit(c);
}

static void test_line_of_test(void)
{
    ObClient *c = beacon_start(1);

    g_assert_true(ob_client_irq_intercept_in(c, "ioapic"));
    g_assert_true(ob_client_set_irq_in(c, "ioapic", NULL, OTHER_LINE, true));
    g_assert_true(ob_client_irq_get(c, OTHER_LINE));
    g_assert_true(ob_client_set_irq_in(c, "ioapic", NULL, OTHER_LINE, false));
    g_assert_false(ob_client_irq_get(c, OTHER_LINE));
    ob_client_quit(c);
}

static void test_events(void)
{
    static const char *const hidden[] = { "MIGRATION", "STOP", "RESUME", "SHUTDOWN" };
    ObClient *c = beacon_start(1);
    json_t *event;

    json_decref(ob_client_qmp(c, "stop", NULL, NULL));
    json_decref(ob_client_qmp(c, "cont", NULL, NULL));
    ob_client_readl(c, CTRL);
    ob_client_readl(c, CTRL);
    for (size_t i = 0; i < 2; i++) { /* the test's own migrations */
        event = ob_client_qmp_event(c, hidden[i + 1], QUICK_MS);
        g_assert_nonnull(event);
        json_decref(event);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(hidden); i++) {
        g_assert_null(ob_client_qmp_event(c, hidden[i], 1));
    }
    ob_client_quit(c);
}

/* ---------------------------------------------------------------------------- TPM */

static void transfer(const ObCrb *crb, TpmCommand command)
{
    uint8_t response[CRB_BUFFER_SIZE];
    size_t size = 0;

    g_assert_cmpint(crb_transfer(crb, command.bytes, command.size, response, sizeof(response),
                                 &size),
                    ==, OB_CRB_OK);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
}

static uint32_t start_register(const ObCrb *crb)
{
    g_autofree char *line = g_strdup_printf("readl 0x%" G_GINT64_MODIFIER "x",
                                            crb->base + CRB_CTRL_START);
    g_autofree char *answer = ob_client_qtest(crb->client, line); /* doesn't migrate before */

    return (uint32_t)strtoul(answer + strlen("OK "), NULL, 16);
}

typedef struct Form {
    const char *arguments;
    uint64_t base;
} Form;

static void test_command_under_way(const void *data)
{
    const Form *form = data;
    const ObStart start = { .arguments = form->arguments, .migrate_every = 1 };
    ObClient *c = client_start(&start);
    ObCrb crb = { .client = c, .base = form->base, .timeout_ms = QUICK_MS };
    TpmCommand slow = tpm_create_primary_rsa();
    uint8_t response[CRB_BUFFER_SIZE];
    size_t size = 0;
    GPid before;

    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    transfer(&crb, tpm_startup(TPM2_SU_CLEAR));
    g_assert_cmpint(crb_write_command(&crb, slow.bytes, slow.size), ==, OB_CRB_OK);
    crb_start(&crb);
    g_assert_cmphex(start_register(&crb), ==, 1);
    before = ob_client_pid(c);
    g_assert_cmphex(ob_client_readl(c, crb.base + CRB_CTRL_START), ==, 0);
    g_assert_cmpint(ob_client_pid(c), !=, before);
    g_assert_cmpint(crb_read_response(&crb, response, sizeof(response), &size), ==, OB_CRB_OK);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
    transfer(&crb, tpm_get_random(8));
    ob_client_quit(c);
}

/* clang-format off */
static const Form pc_form = {
    "-machine q35 -tpmdev libtpms,id=t -device tpm-crb,tpmdev=t", CRB_PC_ADDRESS
};
static const Form sysbus_form = {
    "-machine q35 -tpmdev libtpms,id=t -device tpm-crb-device,tpmdev=t,addr=0xfed60000",
    0xfed60000
};
/* clang-format on */

/* Each program has its own swtpm; the last program's swtpm is no longer needed. */
typedef struct Swtpms {
    ObSwtpm *current, *next;
} Swtpms;

static char *swtpm_arguments(void *opaque)
{
    Swtpms *swtpms = opaque;
    HW_ERROR(error, 1024);

    ob_swtpm_free(swtpms->current);
    swtpms->current = swtpms->next;
    swtpms->next = ob_swtpm_start(&error);
    g_assert_cmpstr(error.text, ==, "");
    return g_strdup_printf("-machine q35 -chardev socket,id=chr,path=%s -tpmdev "
                           "emulator,id=t,chardev=chr -device tpm-crb,tpmdev=t",
                           ob_swtpm_path(swtpms->next));
}

static void test_swtpm(void)
{
    g_autofree char *program = g_find_program_in_path("swtpm");
    Swtpms swtpms = { 0 };
    g_autofree char *arguments = NULL;
    ObStart start = { .migrate_every = 40,
                      .next_arguments = swtpm_arguments,
                      .next_opaque = &swtpms };
    GPid before;
    ObCrb crb;

    if (!program) {
        g_test_skip("swtpm is missing: apt-get install swtpm");
        return;
    }
    start.arguments = arguments = swtpm_arguments(&swtpms);
    crb = crb_at_pc_address(client_start(&start));
    before = ob_client_pid(crb.client);
    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    transfer(&crb, tpm_startup(TPM2_SU_CLEAR));
    do {
        transfer(&crb, tpm_get_random(8));
    } while (ob_client_pid(crb.client) == before);
    transfer(&crb, tpm_get_random(8));
    ob_client_quit(crb.client);
    ob_swtpm_free(swtpms.current);
    ob_swtpm_free(swtpms.next);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/anywhere/every/1-is-each-access-in-another-program", test_every_access);
    g_test_add_func("/anywhere/every/2-is-each-second-access", test_every_second_access);
    g_test_add_func("/anywhere/every/comes-from-the-environment", test_environment);
    g_test_add_func("/anywhere/every/no-number-is-refused", test_environment_refused);
    g_test_add_func("/anywhere/accelerator/other-than-qtest-is-refused", test_accelerator_refused);
    g_test_add_func("/anywhere/state/device-and-memory-go-along", test_device_and_memory);
    g_test_add_func("/anywhere/clock/goes-on", test_clock);
    g_test_add_func("/anywhere/irq/level-of-a-device-stays", test_line_of_device);
    g_test_add_func("/anywhere/irq/level-that-the-test-drives-stays", test_line_of_test);
    g_test_add_func("/anywhere/events/of-the-migration-are-hidden-and-others-kept", test_events);
    g_test_add_data_func("/anywhere/tpm-crb/command-under-way-ends-first", &pc_form,
                         test_command_under_way);
    g_test_add_data_func("/anywhere/tpm-crb-device/command-under-way-ends-first", &sysbus_form,
                         test_command_under_way);
    g_test_add_func("/anywhere/swtpm/next-arguments-name-another", test_swtpm);
    return g_test_run();
}
