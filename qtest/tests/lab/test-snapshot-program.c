/* SPDX-License-Identifier: GPL-2.0-or-later */
/* x-snapshot and x-restore in our program. */
#include <string.h>

#include "qtest/client/client.h"
#include "qtest/client/drivers/crb.h"
#include "qtest/machine/parts/acpi-pm.h"

#define GLASS       UINT64_C(0xfed80000)
#define SCRATCH     (GLASS + 0x14)
#define RAM         UINT64_C(0x100000)

#define DEADLINE_MS 30000

static ObClient *start(const char *arguments)
{
    const ObStart how = { .program = g_getenv("OB_PROGRAM"), .arguments = arguments };
    HW_ERROR(error, 400);
    ObClient *c = ob_client_start(&how, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static ObClient *start_glass(void)
{
    return start("-machine q35 -device sand-glass,addr=0xfed80000");
}

static json_t *named(const char *name)
{
    return json_pack("{s:s}", "name", name);
}

static void does(ObClient *c, const char *command, const char *name)
{
    json_decref(ob_client_qmp(c, command, named(name), NULL));
    g_assert_false(ob_client_failed(c));
}

static void refused(ObClient *c, const char *command, const char *name, const char *sentence)
{
    json_t *error = NULL;

    g_assert_null(ob_client_qmp(c, command, named(name), &error));
    g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==, sentence);
    json_decref(error);
}

static void asserts_names(ObClient *c, const char *expected)
{
    json_t *list = ob_client_qmp(c, "x-query-snapshots", NULL, NULL);
    g_autoptr(GString) names = g_string_new(NULL);
    const json_t *row;
    size_t i;

    json_array_foreach(list, i, row)
    {
        g_string_append_printf(names, "%s ", json_string_value(json_object_get(row, "name")));
    }
    g_assert_cmpstr(names->str, ==, expected);
    json_decref(list);
}

static void asserts_state(ObClient *c, const char *expected)
{
    json_t *status = ob_client_qmp(c, "query-status", NULL, NULL);

    g_assert_cmpstr(json_string_value(json_object_get(status, "status")), ==, expected);
    json_decref(status);
}

static void awaits(ObClient *c, const char *event)
{
    json_decref(ob_client_qmp_event(c, event, DEADLINE_MS));
    g_assert_false(ob_client_failed(c));
}

/* ------------------------------------------------------------------ the machine */

static void test_put_back(void)
{
    ObClient *c = start_glass();
    int64_t before;
    json_t *result;

    ob_client_writel(c, SCRATCH, 0x10);
    ob_client_writel(c, RAM, 1);
    before = ob_client_clock_step(c, 1000);
    does(c, "x-snapshot", "a");
    for (uint32_t i = 0; i < 3; i++) {
        ob_client_writel(c, SCRATCH, 0x20);
        ob_client_writel(c, RAM, 2);
        ob_client_writel(c, RAM + 0x5000, 3);
        ob_client_clock_step(c, 5000);
        result = ob_client_qmp(c, "x-restore", named("a"), NULL);
        g_assert_cmpint(json_integer_value(json_object_get(result, "pages")), ==, 2);
        json_decref(result);
        g_assert_cmphex(ob_client_readl(c, SCRATCH), ==, 0x10);
        g_assert_cmphex(ob_client_readl(c, RAM), ==, 1);
        g_assert_cmphex(ob_client_readl(c, RAM + 0x5000), ==, 0);
        g_assert_cmpint(ob_client_clock_step(c, 1), ==, before + 1);
    }
    ob_client_quit(c);
}

static void test_names(void)
{
    ObClient *c = start_glass();

    asserts_names(c, "");
    does(c, "x-snapshot", "b");
    does(c, "x-snapshot", "a");
    ob_client_writel(c, SCRATCH, 0x30);
    does(c, "x-snapshot", "b"); /* anew */
    asserts_names(c, "a b ");
    does(c, "x-restore", "a");
    g_assert_cmphex(ob_client_readl(c, SCRATCH), ==, 0);
    does(c, "x-restore", "b");
    g_assert_cmphex(ob_client_readl(c, SCRATCH), ==, 0x30);
    does(c, "x-snapshot-delete", "a");
    asserts_names(c, "b ");
    ob_client_quit(c);
}

/* ---------------------------------------------------------------- the run state */

static void test_sleep_ends(void)
{
    ObClient *c = start_glass();

    does(c, "x-snapshot", "awake");
    ob_client_outw(c, OB_PM1_CONTROL, OB_SLEEP_TYPE_S3 << 10 | OB_PM1_SLEEP);
    awaits(c, "SUSPEND");
    does(c, "x-snapshot", "asleep");
    does(c, "x-restore", "awake");
    awaits(c, "RESUME");
    asserts_state(c, "running");
    does(c, "x-restore", "asleep");
    awaits(c, "STOP");
    asserts_state(c, "suspended");
    json_decref(ob_client_qmp(c, "system_wakeup", NULL, NULL));
    awaits(c, "WAKEUP");
    ob_client_quit(c);
}

static void test_stop_stays(void)
{
    ObClient *c = start_glass();

    does(c, "x-snapshot", "runs");
    json_decref(ob_client_qmp(c, "stop", NULL, NULL));
    does(c, "x-restore", "runs");
    asserts_state(c, "paused");
    ob_client_quit(c);
}

/* ------------------------------------------------------------------------ a TPM */

static const uint8_t startup[] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x44, 0, 0 };

/* Returns the response's code. */
static uint32_t start_tpm(const ObCrb *crb)
{
    uint8_t response[CRB_BUFFER_SIZE];
    size_t size;

    g_assert_cmpint(crb_transfer(crb, startup, sizeof(startup), response, sizeof(response), &size),
                    ==, OB_CRB_OK);
    return (uint32_t)(response[8] << 8 | response[9]);
}

/* TPM2_Startup is for a TPM that was not started: a second one says so. */
static void test_tpm(void)
{
    ObClient *c = start("-machine q35 -tpmdev libtpms,id=t -device tpm-crb,tpmdev=t");
    const ObCrb crb = { .client = c, .base = UINT64_C(0xfed40000), .timeout_ms = DEADLINE_MS };

    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    does(c, "x-snapshot", "off");
    g_assert_cmphex(start_tpm(&crb), ==, 0);
    g_assert_cmphex(start_tpm(&crb), ==, 0x100); /* TPM_RC_INITIALIZE */
    does(c, "x-restore", "off");
    g_assert_cmphex(start_tpm(&crb), ==, 0);
    ob_client_quit(c);
}

/* --------------------------------------------------------------------- refusals */

static void test_unknown(void)
{
    ObClient *c = start_glass();

    refused(c, "x-restore", "a", "Snapshot 'a' does not exist");
    refused(c, "x-snapshot-delete", "a", "Snapshot 'a' does not exist");
    ob_client_quit(c);
}

/* A new device may get the memory of an old one. */
static void test_devices_change(void)
{
    ObClient *c = start("-machine q35 -device pcie-root-port,id=p -device edu,bus=p,id=e");
    const char
        *sentence = "snapshot: devices have come or gone, expected those that the snapshot has";

    does(c, "x-snapshot", "a");
    json_decref(ob_client_qmp(c, "device_add",
                              json_pack("{s:s, s:s}", "driver", "beacon", "id", "b"), NULL));
    refused(c, "x-restore", "a", sentence);
    does(c, "x-snapshot", "b");
    json_decref(ob_client_qmp(c, "device_del", json_pack("{s:s}", "id", "b"), NULL));
    awaits(c, "DEVICE_DELETED");
    json_decref(ob_client_qmp(c, "device_add",
                              json_pack("{s:s, s:s}", "driver", "beacon", "id", "b"), NULL));
    refused(c, "x-restore", "b", sentence);
    ob_client_quit(c);
}

static void test_reload(void)
{
    ObClient *c = start_glass();

    does(c, "x-snapshot", "a");
    json_decref(ob_client_qmp(c, "x-plugin-reload", NULL, NULL));
    refused(c, "x-restore", "a",
            "snapshot: devices have come or gone, expected those that the snapshot has");
    does(c, "x-snapshot", "a");
    does(c, "x-restore", "a");
    ob_client_quit(c);
}

/* A refusal keeps the old snapshot of the name. */
static void test_network(void)
{
    ObClient *c = start_glass();

    does(c, "x-snapshot", "a");
    json_decref(
        ob_client_qmp(c, "netdev_add",
                      json_pack("{s:s, s:s, s:i}", "type", "hubport", "id", "n", "hubid", 0),
                      NULL));
    refused(c, "x-snapshot", "a", "snapshot: the machine has a network, which can't be put back");
    does(c, "x-restore", "a");
    ob_client_quit(c);
}

static void test_incoming(void)
{
    ObClient *c = start("-machine q35 -incoming defer");

    refused(c, "x-snapshot", "a", "x-snapshot not allowed while migrating");
    ob_client_quit(c);
}

static void test_migrating(void)
{
    ObClient *c = start_glass();

    does(c, "x-snapshot", "a");
    ob_client_memset(c, RAM, 0xa5, 1 << 20);
    json_decref(ob_client_qmp(c, "migrate-set-parameters",
                              json_pack("{s:i}", "max-bandwidth", 4096), NULL));
    json_decref(
        ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", "exec:cat >/dev/null"), NULL));
    refused(c, "x-restore", "a", "x-restore not allowed while migrating");
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-program/puts-registers-memory-and-clock-back", test_put_back);
    g_test_add_func("/snapshot-program/has-several-by-name", test_names);
    g_test_add_func("/snapshot-program/run-state/sleep-of-the-guest-ends-and-comes-back",
                    test_sleep_ends);
    g_test_add_func("/snapshot-program/run-state/stop-of-the-user-stays", test_stop_stays);
    g_test_add_func("/snapshot-program/tpm-comes-back", test_tpm);
    g_test_add_func("/snapshot-program/refused/unknown-name", test_unknown);
    g_test_add_func("/snapshot-program/refused/other-devices", test_devices_change);
    g_test_add_func("/snapshot-program/refused/plugin-was-reloaded", test_reload);
    g_test_add_func("/snapshot-program/refused/a-network", test_network);
    g_test_add_func("/snapshot-program/refused/machine-waits-for-a-stream", test_incoming);
    g_test_add_func("/snapshot-program/refused/machine-migrates", test_migrating);
    return g_test_run();
}
