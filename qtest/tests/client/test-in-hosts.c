/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client's mode that migrates the machine from host to host within this process. */
#include <string.h>

#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"

#define BEACON      UINT64_C(0xfe000000)
#define CTRL        (BEACON + 4)
#define STATUS      (BEACON + 8)
#define COUNT       (BEACON + 12)
#define BEACON_LINE 5
#define OTHER_LINE  9
#define RAM         UINT64_C(0x200000)

/* The kind of hosts that a test makes. */
typedef struct Kind {
    const char *device;  /* NULL: none */
    ObOption options[4]; /* an option without a key ends the list */
    bool tpm;
    uint64_t base; /* the CRB's page */
} Kind;

typedef struct Hosts {
    const Kind *kind;
    unsigned made;
    unsigned most; /* the most hosts that can be made; 0: any number */
} Hosts;

static const Kind beacon = { "beacon", { { "addr", "0xfe000000" } }, false, 0 };

static ObHost *host_make(void *opaque, HwError *error)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    Hosts *hosts = opaque;
    const Kind *kind = hosts->kind;
    uint32_t count = 0;
    ObHost *host;

    if (hosts->most && hosts->made == hosts->most) {
        g_strlcpy(error->text, "no more hosts", error->capacity);
        return NULL;
    }
    hosts->made++;
    host = ob_host_new(&config, error);
    while (kind->options[count].key) {
        count++;
    }
    g_assert_true(ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), error));
    g_assert_true(!kind->tpm || hw_tpm_add(ob_host_tpms(host), "libtpms", "t", NULL, 0, error));
    g_assert_true(!kind->device ||
                  ob_host_add_device(host, kind->device, kind->options, count, error));
    return host;
}

static ObClient *hosts_start(Hosts *hosts, uint32_t every)
{
    HW_ERROR(error, 500);
    ObClient *c = ob_client_in_hosts(&(ObHostMaker) { host_make, hosts, every }, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

/* -------------------------------------------------------- accesses that migrate */

static void every_second(Hosts *hosts, uint32_t every)
{
    ObClient *c = hosts_start(hosts, every);

    g_assert_cmpuint(hosts->made, ==, 1);
    ob_client_readl(c, CTRL);
    g_assert_cmpuint(hosts->made, ==, 1);
    ob_client_readl(c, CTRL);
    g_assert_cmpuint(hosts->made, ==, 2);
    ob_client_free(c);
}

static void test_every_second_access(void)
{
    every_second(&(Hosts) { .kind = &beacon }, 2);
}

static void test_environment(void)
{
    g_setenv("OB_MIGRATE_EVERY", "2", TRUE);
    every_second(&(Hosts) { .kind = &beacon }, 0);
    g_unsetenv("OB_MIGRATE_EVERY");
}

static void test_environment_refused(void)
{
    HW_ERROR(error, 500);

    g_setenv("OB_MIGRATE_EVERY", "often", TRUE);
    g_assert_null(ob_client_in_hosts(&(ObHostMaker) { .make = host_make }, &error));
    g_assert_cmpstr(error.text, ==,
                    "OB_MIGRATE_EVERY: invalid value 'often': expected a number of "
                    "accesses");
    g_unsetenv("OB_MIGRATE_EVERY");
}

static void test_machine_stays(void)
{
    Hosts hosts = { .kind = &beacon };
    ObClient *c = hosts_start(&hosts, 0);
    const ObHost *host = ob_client_host(c);

    for (unsigned i = 0; i < 10; i++) {
        ob_client_readl(c, CTRL);
    }
    g_assert_true(ob_client_host(c) == host);
    g_assert_cmpuint(hosts.made, ==, 1);
    ob_client_free(c);
}

/* ---------------------------------------------------------------- migrated state */

static void test_device_and_memory(void)
{
    Hosts hosts = { .kind = &beacon };
    ObClient *c = hosts_start(&hosts, 1);

    ob_client_writel(c, CTRL, 3);
    ob_client_writel(c, CTRL, 3);
    ob_client_memset(c, RAM, 0x5a, 3);
    g_assert_cmphex(ob_client_readl(c, RAM), ==, 0x5a5a5a);
    g_assert_cmphex(ob_client_readl(c, COUNT), ==, 2);
    g_assert_cmpuint(hosts.made, ==, 1 + 5);
    ob_client_free(c);
}

static void test_clock(void)
{
    Hosts hosts = { .kind = &beacon };
    ObClient *c = hosts_start(&hosts, 1);

    g_assert_cmpint(ob_client_clock_step(c, 1000), ==, 1000);
    ob_client_readl(c, CTRL);
    g_assert_cmpint(ob_client_clock_step(c, 50), ==, 1050);
    g_assert_cmpint(ob_client_clock_set(c, 2000), ==, 2000);
    ob_client_free(c);
}

static void test_lines(void)
{
    Hosts hosts = { .kind = &beacon };
    ObClient *c = hosts_start(&hosts, 1);

    ob_client_writel(c, CTRL, 3);
    g_assert_true(ob_client_set_irq_in(c, "ioapic", NULL, OTHER_LINE, true));
    g_assert_true(ob_client_irq_get(c, BEACON_LINE));
    g_assert_true(ob_client_irq_get(c, OTHER_LINE));
    g_assert_true(ob_client_set_irq_in(c, "ioapic", NULL, 0, true)); /* the first */
    g_assert_true(ob_client_irq_get(c, BEACON_LINE));
    g_assert_true(ob_client_irq_get(c, 0));
    ob_client_writel(c, STATUS, 1);
    g_assert_true(ob_client_set_irq_in(c, "ioapic", NULL, OTHER_LINE, false));
    g_assert_false(ob_client_irq_get(c, BEACON_LINE));
    g_assert_false(ob_client_irq_get(c, OTHER_LINE));
    ob_client_free(c);
}

/* ---------------------------------------------------------------------------- TPM */

/* clang-format off */
static const Kind tpm_kinds[] = {
    { "tpm-crb", { { "tpmdev", "t" } }, true, CRB_PC_ADDRESS },
    { "tpm-crb-device", { { "tpmdev", "t" }, { "addr", "0xfed60000" } }, true, 0xfed60000 },
    { "tpm-crb-device", { { "tpmdev", "t" }, { "addr", "0xfed60000" }, { "state", "pc" } }, true,
      0xfed60000 },
    { "tpm-crb-device", { { "tpmdev", "t" }, { "addr", "0xfed60000" }, { "state", "mem" } }, true,
      0xfed60000 },
};
/* clang-format on */

static void transfer(const ObCrb *crb, TpmCommand command)
{
    uint8_t response[CRB_BUFFER_SIZE];
    size_t size = 0;

    g_assert_cmpint(crb_transfer(crb, command.bytes, command.size, response, sizeof(response),
                                 &size),
                    ==, OB_CRB_OK);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
}

static void test_command_under_way(gconstpointer data)
{
    Hosts hosts = { .kind = data };
    ObClient *c = hosts_start(&hosts, 1);
    ObCrb crb = { .client = c, .base = hosts.kind->base, .timeout_ms = 10000 };
    TpmCommand slow = tpm_create_primary_rsa();
    uint8_t response[CRB_BUFFER_SIZE];
    size_t size = 0;

    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    transfer(&crb, tpm_startup(TPM2_SU_CLEAR));
    g_assert_cmpint(crb_write_command(&crb, slow.bytes, slow.size), ==, OB_CRB_OK);
    crb_start(&crb);
    g_assert_cmphex(ob_host_load(ob_client_host(c), HW_SPACE_MEMORY, crb.base + CRB_CTRL_START, 4),
                    ==, CTRL_START_START); /* not the client's access: no migration */
    g_assert_cmphex(ob_client_readl(c, crb.base + CRB_CTRL_START), ==, 0);
    g_assert_cmpint(crb_read_response(&crb, response, sizeof(response), &size), ==, OB_CRB_OK);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
    transfer(&crb, tpm_get_random(8));
    ob_client_free(c);
}

/* ------------------------------------------------------------------------- failure */

static void keep_report(ObClient *c, const char *report, void *opaque)
{
    (void)c;
    *(char **)opaque = g_strdup(report);
}

static void report_expect(Hosts *hosts, const Kind *next, const char *sentence)
{
    ObClient *c = hosts_start(hosts, 1);
    g_autofree char *report = NULL;

    hosts->kind = next;
    ob_client_on_failure(c, keep_report, &report);
    g_assert_cmphex(ob_client_readl(c, CTRL), ==, 0);
    g_assert_true(ob_client_failed(c));
    g_assert_nonnull(strstr(report, sentence));
    g_assert_nonnull(strstr(report, "readl    0xfe000004 -> no answer"));
    ob_client_free(c);
}

static void test_refused_stream(void)
{
    static const Kind none;

    report_expect(&(Hosts) { .kind = &beacon }, &none,
                  "migrate_every: Unknown savevm section or instance 'beacon' 0");
}

static void test_no_first_host(void)
{
    Hosts hosts = { .kind = &beacon, .made = 1, .most = 1 };
    HW_ERROR(error, 500);

    g_assert_null(
        ob_client_in_hosts(&(ObHostMaker) { .make = host_make, .opaque = &hosts }, &error));
    g_assert_cmpstr(error.text, ==, "no more hosts");
}

static void test_no_next_host(void)
{
    report_expect(&(Hosts) { .kind = &beacon, .most = 1 }, &beacon, "migrate_every: no more hosts");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/in-hosts/every/2-is-each-second-access", test_every_second_access);
    g_test_add_func("/in-hosts/every/comes-from-the-environment", test_environment);
    g_test_add_func("/in-hosts/every/no-number-is-refused", test_environment_refused);
    g_test_add_func("/in-hosts/every/none-is-one-host", test_machine_stays);
    g_test_add_func("/in-hosts/state/device-and-memory-go-along", test_device_and_memory);
    g_test_add_func("/in-hosts/clock/goes-on", test_clock);
    g_test_add_func("/in-hosts/irq/levels-stay", test_lines);
    for (unsigned i = 0; i < G_N_ELEMENTS(tpm_kinds); i++) {
        g_autofree char *path = g_strdup_printf("/in-hosts/command-under-way-ends-first/%s%s%s",
                                                tpm_kinds[i].device,
                                                tpm_kinds[i].options[2].key ? "-" : "",
                                                tpm_kinds[i].options[2].key
                                                    ? tpm_kinds[i].options[2].value
                                                    : "");

        g_test_add_data_func(path, &tpm_kinds[i], test_command_under_way);
    }
    g_test_add_func("/in-hosts/failure/report-says-why-the-stream-was-refused",
                    test_refused_stream);
    g_test_add_func("/in-hosts/failure/first-host-is-refused", test_no_first_host);
    g_test_add_func("/in-hosts/failure/report-says-why-there-is-no-host", test_no_next_host);
    return g_test_run();
}
