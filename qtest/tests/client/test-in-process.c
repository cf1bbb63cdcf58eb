/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client of a host in this process: lines and time of devices, and what such a host does not have. */
#include <string.h>

#include "qtest/client/client.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"

#define GLASS      UINT64_C(0xfe000000)
#define CTRL       (GLASS + 0x04)
#define ENTRIES    (GLASS + 0x14)
#define TAIL       (GLASS + 0x1c)
#define PERIOD_NS  1000000
#define OTHER_LINE 9

typedef struct Fixture {
    ObHost *host;
    ObClient *c;
    char *report;
} Fixture;

static void report_keep(ObClient *c, const char *report, void *opaque)
{
    Fixture *f = opaque;

    (void)c;
    g_assert_null(f->report);
    f->report = g_strndup(report, strcspn(report, "\n"));
}

static void device_add(Fixture *f, const char *name, const ObOption *options, uint32_t count)
{
    HW_ERROR(error, 400);

    ob_host_add_device(f->host, name, options, count, &error);
    g_assert_cmpstr(error.text, ==, "");
}

static void set_up(Fixture *f, gconstpointer data)
{
    static const ObOption glass[] = { { "id", "glass" }, { "addr", "0xfe000000" } };
    static const ObOption i2c[] = { { "id", "i2c0" }, { "addr", "0xfe010000" } };
    static const ObOption pins[] = { { "id", "pins" }, { "bus", "i2c0" }, { "address", "0x70" } };
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    HW_ERROR(error, 400);

    (void)data;
    f->host = ob_host_new(&config, &error);
    g_assert_true(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &error));
    device_add(f, "sand-glass", glass, G_N_ELEMENTS(glass));
    device_add(f, "i2c-ocores", i2c, G_N_ELEMENTS(i2c));
    device_add(f, "pca9538", pins, G_N_ELEMENTS(pins));
    ob_host_reset(f->host);
    f->c = ob_client_in_process(f->host);
    ob_client_on_failure(f->c, report_keep, f);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->c);
    ob_host_free(f->host);
    g_free(f->report);
}

/* The step ends at the glass's deadline, if it has one. */
static void test_next_deadline(Fixture *f, gconstpointer data)
{
    int64_t now = ob_client_clock_step(f->c, 7);

    (void)data;
    g_assert_cmpint(ob_client_clock_step_next(f->c), ==, -1);
    ob_client_writel(f->c, ENTRIES, 4);
    ob_client_writel(f->c, TAIL, 3);
    ob_client_writel(f->c, CTRL, 1);
    g_assert_cmpint(ob_client_clock_step_next(f->c), ==, now + PERIOD_NS);
    g_assert_cmpint(ob_client_clock_step_next(f->c), ==, now + 2 * PERIOD_NS);
}

/* A path ends in a device's id, or else it is the interrupt controller's. */
static void test_inputs(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *path, *name;
        uint32_t line;
        bool taken;
    } rows[] = {
        { "pins", "in", 0, true },
        { "/machine/peripheral/pins", "in", 7, true },
        { "pins", "in", 8, false },
        { "pins", "out", 0, false },
        { "pins", NULL, 0, false },
        { "glass", NULL, 0, false },
        { "ioapic", NULL, OTHER_LINE, true },
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpint(ob_client_set_irq_in(f->c, rows[i].path, rows[i].name, rows[i].line, true),
                        ==, rows[i].taken);
    }
    g_assert_true(ob_client_irq_get(f->c, OTHER_LINE));
    g_assert_false(ob_client_irq_get(f->c, OTHER_LINE - 1));
}

static void test_missing(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpint(ob_client_pid(f->c), ==, 0);
    g_assert_null(ob_client_qtest(f->c, "clock_step"));
    g_assert_false(ob_client_qtest_lines(f->c, "clock_step\n", 11, 1, NULL, NULL));
    g_assert_true(ob_client_irq_intercept_in(f->c, "nowhere"));
    g_assert_false(ob_client_big_endian(f->c));
    g_assert_false(ob_client_net_send(f->c, "n", "frame", 5));
    g_assert_false(ob_client_chardev_send(f->c, "s", "bytes", 5));
    g_assert_false(ob_client_chardev_event(f->c, "s", "opened"));
    g_assert_true(ob_client_host(f->c) == f->host);
    g_assert_null(f->report);
}

static void net_receive(ObClient *c)
{
    size_t size;

    g_assert_null(ob_client_net_receive(c, "n", &size));
    g_assert_cmpuint(size, ==, 0);
}

static void chardev_receive(ObClient *c)
{
    size_t size;

    g_assert_null(ob_client_chardev_receive(c, "s", &size));
    g_assert_cmpuint(size, ==, 0);
}

static void qmp(ObClient *c)
{
    g_assert_null(ob_client_qmp_raw(c, "{\"execute\":\"query-name\"}"));
}

static void qmp_event(ObClient *c)
{
    g_assert_null(ob_client_qmp_event(c, "RESET", 1));
}

typedef struct Refusal {
    const char *path;
    void (*use)(ObClient *c);
    const char *report;
} Refusal;

static const Refusal refusals[] = {
    { "network", net_receive, "netdev 'n' does not exist" },
    { "byte-stream", chardev_receive, "chardev 's' does not exist" },
    { "qmp", qmp, "in process there is no QMP for: {\"execute\":\"query-name\"}" },
    { "qmp-event", qmp_event, "in process there is no QMP for: RESET" },
};

static void test_refusal(Fixture *f, gconstpointer data)
{
    const Refusal *refusal = data;

    refusal->use(f->c);
    g_assert_cmpstr(f->report, ==, refusal->report);
    g_assert_true(ob_client_failed(f->c));
    refusal->use(f->c); /* a second report would fail the test */
}

/* Nobody has asked for the report. */
static void test_default(void)
{
    if (g_test_subprocess()) {
        Fixture f = { 0 };

        set_up(&f, NULL);
        ob_client_on_failure(f.c, report_keep, &f);
        ob_client_on_failure(f.c, NULL, NULL);
        qmp(f.c);
        exit(0);
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*in process there is no QMP for: {*");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/in-process/clock/next-deadline", Fixture, NULL, set_up, test_next_deadline,
               tear_down);
    g_test_add("/in-process/irq/inputs", Fixture, NULL, set_up, test_inputs, tear_down);
    g_test_add("/in-process/lacks/without-a-report", Fixture, NULL, set_up, test_missing,
               tear_down);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/in-process/lacks/", refusals[i].path, NULL);

        g_test_add(path, Fixture, &refusals[i], set_up, test_refusal, tear_down);
    }
    g_test_add_func("/in-process/report/ends-the-test-by-default", test_default);
    return g_test_run();
}
