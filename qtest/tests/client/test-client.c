/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The test author's library: in process, or over sockets to the program in OB_PROGRAM.  The program
 * is a stock QEMU if OB_ACCELERATOR is set, too.
 */
#include "qtest/client/client.h"

#include <signal.h>
#include <string.h>

#include "hw-api/host/load/plugin-set.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"

#define RAM         0x200000   /* RAM on each machine used here, above the first MiB */
#define BEACON      0xfe000000 /* the tests' address for the example device */
#define BEACON_LINE 5
#define QUICK_MS    5000 /* a later report has waited for a time limit */

static bool is_in_process(void)
{
    return !g_getenv("OB_PROGRAM");
}

/* `opaque`: a bool, true for a host with a beacon. */
static ObHost *host_make(void *opaque, HwError *error)
{
    const bool *beacon = opaque;
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    const ObOption options[] = { { "addr", G_STRINGIFY(BEACON) } };
    ObHost *host = ob_host_new(&config, error);

    if (host && *beacon &&
        (!ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), error) ||
         !ob_host_add_device(host, "beacon", options, 1, error))) {
        g_clear_pointer(&host, ob_host_free);
    }
    return host;
}

static ObClient *start_in_process(bool beacon, HwError *error)
{
    static bool with_beacon; /* static, since later hosts read it, too */

    with_beacon = beacon;
    return ob_client_in_hosts(&(ObHostMaker) { host_make, &with_beacon, 0 }, error);
}

static ObClient *start_program(const char *arguments, uint32_t timeout_ms, HwError *error)
{
    g_autofree char *all = g_strdup_printf("-machine q35 %s", arguments);
    ObStart start = { .program = g_getenv("OB_PROGRAM"),
                      .arguments = all,
                      .accelerator = g_getenv("OB_ACCELERATOR"),
                      .timeout_ms = timeout_ms };

    return ob_client_start(&start, error);
}

static ObClient *client_start(uint32_t timeout_ms)
{
    HW_ERROR(error, 4096);
    ObClient *c = is_in_process() ? start_in_process(false, &error)
                                  : start_program("", timeout_ms, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_nonnull(c);
    return c;
}

/* Starts a host with a beacon, which only our hosts have. */
static ObClient *client_start_with_beacon(void)
{
    HW_ERROR(error, 4096);
    ObClient *c;

    if (is_in_process()) {
        c = start_in_process(true, &error);
    } else {
        c = start_program("-device beacon,addr=" G_STRINGIFY(BEACON), 0, &error);
    }
    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static void client_end(ObClient *c)
{
    ob_client_quit(c);
}

static bool host_is_qemu(void)
{
    return g_getenv("OB_ACCELERATOR") != NULL;
}

/* ------------------------------------------------------------------------ verbs */

static void test_widths(void)
{
    ObClient *c = client_start(0);

    ob_client_writeq(c, RAM, 0x8877665544332211);
    g_assert_cmphex(ob_client_readb(c, RAM), ==, 0x11);
    g_assert_cmphex(ob_client_readw(c, RAM + 1), ==, 0x3322);
    g_assert_cmphex(ob_client_readl(c, RAM + 2), ==, 0x66554433);
    ob_client_writeb(c, RAM, 0xff);
    ob_client_writew(c, RAM + 2, 0xeeee);
    ob_client_writel(c, RAM + 4, 0xdddddddd);
    g_assert_cmphex(ob_client_readq(c, RAM), ==, 0xddddddddeeee22ff);
    client_end(c);
}

static void test_bytes(void)
{
    static const size_t sizes[] = { 0, 1, 64, 65, 4096, (1 << 20) + 7 };
    ObClient *c = client_start(0);

    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree uint8_t *out = g_malloc(sizes[i] + 1);
        g_autofree uint8_t *in = g_malloc0(sizes[i] + 1);

        for (size_t b = 0; b < sizes[i]; b++) {
            out[b] = (uint8_t)(b * 7 + i);
        }
        ob_client_memwrite(c, RAM + 3, out, sizes[i]);
        ob_client_memread(c, RAM + 3, in, sizes[i]);
        g_assert_cmpmem(in, sizes[i], out, sizes[i]);
    }
    client_end(c);
}

static void test_memset(void)
{
    ObClient *c = client_start(0);
    uint8_t bytes[4];

    ob_client_writel(c, RAM, 0);
    ob_client_memset(c, RAM + 1, 0xa5, 2);
    ob_client_memset(c, RAM, 0xff, 0);
    ob_client_memread(c, RAM, bytes, sizeof(bytes));
    g_assert_cmpmem(bytes, 4, "\0\xa5\xa5\0", 4);
    client_end(c);
}

static void test_ports(void)
{
    ObClient *c;

    c = client_start(0);
    ob_client_outl(c, 0xcf8, 0x80000000); /* bus 0, device 0: the host bridge */
    g_assert_cmphex(ob_client_inl(c, 0xcf8), ==, 0x80000000);
    g_assert_cmphex(ob_client_inw(c, 0xcfc), ==, 0x8086);
    g_assert_cmphex(ob_client_inb(c, 0xcfd), ==, 0x80);
    client_end(c);
}

static void test_endianness(void)
{
    ObClient *c = client_start(0);

    g_assert_false(ob_client_big_endian(c));
    client_end(c);
}

static void test_refused_intercept(void)
{
    ObClient *c = client_start(0);

    g_assert_false(ob_client_irq_intercept_in(c, "/machine/nowhere"));
    g_assert_false(ob_client_failed(c));
    client_end(c);
}

static void test_clock(void)
{
    ObClient *c;
    int64_t now;

    c = client_start(0);
    now = ob_client_clock_step(c, 1000);
    g_assert_cmpint(ob_client_clock_step(c, 50), ==, now + 50);
    g_assert_cmpint(ob_client_clock_set(c, now + 70), ==, now + 70);
    client_end(c);
}

static void test_raw_line(void)
{
    ObClient *c = client_start(0);
    g_autofree char *answer = ob_client_qtest(c, "nonsense");

    g_assert_cmpstr(answer, ==, "FAIL Unknown command 'nonsense'");
    client_end(c);
}

/* ------------------------------------------------------------- with a device */

static void test_irq_of_device(void)
{
    ObClient *c = client_start_with_beacon();

    g_assert_true(ob_client_irq_intercept_in(c, "ioapic"));
    ob_client_writel(c, BEACON + 4, 1);
    g_assert_false(ob_client_irq_get(c, BEACON_LINE));
    ob_client_writel(c, BEACON + 4, 3);
    g_assert_true(ob_client_irq_get(c, BEACON_LINE));
    ob_client_writel(c, BEACON + 8, 1);
    g_assert_false(ob_client_irq_get(c, BEACON_LINE));
    client_end(c);
}

static void test_reset_of_device(void)
{
    ObClient *c = client_start_with_beacon();

    ob_client_writel(c, BEACON + 4, 1);
    ob_client_reset(c);
    g_assert_cmphex(ob_client_readl(c, BEACON + 4), ==, 0);
    client_end(c);
}

static void assert_recent(ObClient *c, const char *expected)
{
    g_autofree char *recent = ob_client_recent(c);

    g_assert_cmpstr(recent, ==, expected);
}

static void test_recent_names(void)
{
    ObClient *c = client_start_with_beacon();
    HW_ERROR(error, 1024);
    HwPluginSet *set = hw_plugin_set_inspect(g_getenv("OUTBOARD_SET"), &error);

    if (!is_in_process()) {
        ob_client_name_class(c, hw_plugin_set_find(set, "beacon"), BEACON);
    }
    ob_client_writel(c, BEACON + 4, 1);
    ob_client_readb(c, BEACON + 1);
    ob_client_memwrite(c, RAM, "\x01\x23", 2);
    assert_recent(c, "  writel   0xfe000004 <- 0x1                  beacon CTRL (enable)\n"
                     "  readb    0xfe000001 -> 0x45                 beacon ID\n"
                     "  memwrite 0x200000 2 bytes <- 0123\n");
    client_end(c);
    hw_plugin_set_free(set);
}

static const HwRegister lane_registers[] = {
    { "MODE", 0, .fields = HW_FIELDS({ "low", 0, 1 }, { "high", 9, 1 }) },
};
/* clang-format off */
static const HwRegion lane_region = {
    "mmio", .kind = HW_REGION_REGISTERS, .size = 4, .registers = HW_TABLE(lane_registers),
};
/* clang-format on */

static void test_recent_lane(void)
{
    ObClient *c = client_start(0);

    ob_client_name_region(c, "thing", &lane_region, RAM);
    ob_client_writeb(c, RAM + 1, 2);
    assert_recent(c, "  writeb   0x200001 <- 0x2                    thing MODE (high)\n");
    client_end(c);
}

static void test_recent_repeats(void)
{
    ObClient *c = client_start(0);

    ob_client_writel(c, RAM, 7);
    for (int i = 0; i < 100; i++) {
        ob_client_readl(c, RAM);
    }
    ob_client_readl(c, RAM + 4);
    assert_recent(c, "  writel   0x200000 <- 0x7\n"
                     "  readl    0x200000 -> 0x7, 100 times\n"
                     "  readl    0x200004 -> 0x0\n");
    client_end(c);
}

/* -------------------------------------------------------------------------- QMP */

static void test_qmp_result(void)
{
    ObClient *c = client_start(0);
    json_t *result = ob_client_qmp(c, "query-version", NULL, NULL);

    g_assert_true(json_is_object(json_object_get(result, "qemu")));
    json_decref(result);
    client_end(c);
}

static void test_qmp_error(void)
{
    ObClient *c = client_start(0);
    json_t *error = NULL;

    g_assert_null(ob_client_qmp(c, "no-such-command", NULL, &error));
    g_assert_cmpstr(json_string_value(json_object_get(error, "class")), ==, "CommandNotFound");
    json_decref(error);
    client_end(c);
}

static void test_qmp_event_kept(void)
{
    ObClient *c = client_start(0);
    json_t *event;

    json_decref(ob_client_qmp(c, "system_reset", NULL, NULL));
    json_decref(ob_client_qmp(c, "query-status", NULL, NULL));
    json_decref(ob_client_qmp(c, "query-status", NULL, NULL));
    event = ob_client_qmp_event(c, "RESET", QUICK_MS);
    g_assert_nonnull(event);
    json_decref(event);
    client_end(c);
}

static void test_qmp_event_missing(void)
{
    ObClient *c = client_start(0);

    g_assert_null(ob_client_qmp_event(c, "NO_SUCH_EVENT", 20));
    g_assert_false(ob_client_failed(c));
    client_end(c);
}

static void test_reset(void)
{
    ObClient *c = client_start(0);

    ob_client_reset(c);
    g_assert_false(ob_client_failed(c));
    client_end(c);
}

/* ----------------------------------------------------------------------- failure */

static void keep_report(ObClient *c, const char *report, void *opaque)
{
    (void)c;
    g_assert_cmpstr(*(char **)opaque, ==, NULL);
    *(char **)opaque = g_strdup(report);
}

static void assert_mentions(const char *text, const char *part)
{
    if (!text || !strstr(text, part)) {
        g_error("expected '%s' in: %s", part, text);
    }
}

static const HwRegister named_registers[] = {
    { "CTRL_START", 0x4c, .fields = HW_FIELDS({ "start", 0, 1 }) },
};
/* clang-format off */
static const HwRegion named_region = {
    "mmio", .kind = HW_REGION_REGISTERS, .size = 0x80, .registers = HW_TABLE(named_registers),
};
/* clang-format on */

static void test_qmp_in_process(void)
{
    ObClient *c = client_start(0);
    g_autofree char *report = NULL;

    ob_client_on_failure(c, keep_report, &report);
    ob_client_writel(c, RAM, 7);
    g_assert_null(ob_client_qmp(c, "query-status", NULL, NULL));
    assert_mentions(report, "in process there is no QMP for: {\"execute\":\"query-status\"}");
    g_assert_cmphex(ob_client_readl(c, RAM), ==, 0); /* dead from here on */
    client_end(c);
}

static void test_death_by_signal(void)
{
    ObClient *c = client_start(0);
    g_autofree char *report = NULL;
    int64_t start;

    ob_client_on_failure(c, keep_report, &report);
    ob_client_name_region(c, "thing", &named_region, RAM);
    ob_client_writel(c, RAM + 0x4c, 1);
    kill(ob_client_pid(c), SIGABRT);
    start = g_get_monotonic_time();
    while (!ob_client_failed(c)) { /* some answers may come before the signal */
        ob_client_readb(c, RAM + 0x4c);
    }
    g_assert_cmpint(g_get_monotonic_time() - start, <, QUICK_MS * 1000);
    assert_mentions(report, "died when asked: readb 0x20004c");
    assert_mentions(report, "was killed by signal 6 (Aborted)");
    assert_mentions(report, "it wrote nothing to stderr");
    assert_mentions(report, "writel   0x20004c <- 0x1");
    assert_mentions(report, "thing CTRL_START (start)\n");
    assert_mentions(report, "readb    0x20004c -> no answer");
    g_assert_cmphex(ob_client_readl(c, RAM), ==, 0);
    ob_client_free(c);
}

static void test_death_seen_by_qmp(void)
{
    ObClient *c = client_start(0);
    g_autofree char *report = NULL;

    ob_client_on_failure(c, keep_report, &report);
    kill(ob_client_pid(c), SIGKILL);
    g_assert_null(ob_client_qmp_event(c, "RESET", QUICK_MS));
    g_assert_null(ob_client_qmp(c, "query-status", NULL, NULL));
    assert_mentions(report, "was killed by signal 9 (Killed)");
    ob_client_free(c);
}

static void test_death_keeps_32_accesses(void)
{
    ObClient *c = client_start(0);
    g_autofree char *report = NULL;

    ob_client_on_failure(c, keep_report, &report);
    for (uint32_t i = 0; i < 40; i++) {
        ob_client_writel(c, RAM + 4 * i, i);
    }
    kill(ob_client_pid(c), SIGKILL);
    g_assert_null(ob_client_qmp(c, "query-status", NULL, NULL));
    assert_mentions(report, "<- 0x8\n");
    assert_mentions(report, "<- 0x27\n");
    g_assert_null(strstr(report, "<- 0x7\n"));
    ob_client_free(c);
}

static void test_hang(void)
{
    ObClient *c = client_start(100);
    g_autofree char *report = NULL;

    ob_client_on_failure(c, keep_report, &report);
    kill(ob_client_pid(c), SIGSTOP);
    while (!ob_client_failed(c)) {
        ob_client_readl(c, RAM);
    }
    assert_mentions(report, "has not answered in time when asked: readl 0x200000: it runs");
    ob_client_free(c);
}

static void test_quit_status(void)
{
    ObClient *c = client_start(0);
    g_autofree char *report = NULL;

    ob_client_on_failure(c, keep_report, &report);
    kill(ob_client_pid(c), SIGKILL);
    ob_client_quit(c);
    assert_mentions(report, "expected status 0: it was killed by signal 9");
}

static void test_start_refused(void)
{
    HW_ERROR(error, 4096);
    ObStart start = { .program = "sh -c 'echo no such device: x >&2; exit 3'" };

    g_assert_null(ob_client_start(&start, &error));
    assert_mentions(error.text, "has not connected to its qtest socket: it ended with status 3");
    assert_mentions(error.text, "no such device: x");
}

static void test_connect_refused(void)
{
    HW_ERROR(error, 4096);

    g_assert_null(ob_client_connect("/nonexistent/socket", 0, &error));
    g_assert_cmpstr(error.text, ==,
                    "/nonexistent/socket: can't connect to the qtest socket: "
                    "No such file or directory");
}

static void add_verbs(void)
{
    g_test_add_func("/client/memory/each-width-reads-back", test_widths);
    g_test_add_func("/client/memory/memread-returns-what-memwrite-stored", test_bytes);
    g_test_add_func("/client/memory/memset-fills-its-range-alone", test_memset);
    g_test_add_func("/client/endianness/x86-is-little", test_endianness);
    g_test_add_func("/client/reset/is-no-failure", test_reset);
    g_test_add_func("/client/recent/byte-lane-has-its-own-fields", test_recent_lane);
    g_test_add_func("/client/recent/repeated-loads-count-as-one", test_recent_repeats);
}

static void add_verbs_of_our_hosts(void)
{
    g_test_add_func("/client/clock/steps-add-up", test_clock);
    g_test_add_func("/client/irq/follows-the-device", test_irq_of_device);
    g_test_add_func("/client/reset/resets-the-device", test_reset_of_device);
    g_test_add_func("/client/recent/names-registers-and-fields", test_recent_names);
}

static void add_verbs_over_sockets(void)
{
    g_test_add_func("/client/irq/refused-intercept-is-no-failure", test_refused_intercept);
    g_test_add_func("/client/qtest/raw-line-returns-the-answer", test_raw_line);
    g_test_add_func("/client/qmp/result-is-returned", test_qmp_result);
    g_test_add_func("/client/qmp/error-is-returned", test_qmp_error);
    g_test_add_func("/client/qmp/event-is-kept-until-asked-for", test_qmp_event_kept);
    g_test_add_func("/client/qmp/missing-event-ends-at-its-deadline", test_qmp_event_missing);
    g_test_add_func("/client/connect/refusal-names-the-socket", test_connect_refused);
}

/* These tests check the host's last request, which is the client's own in the mode that
 * migrates. */
static void add_failures_by_request(void)
{
    g_test_add_func("/client/death/reported-at-once-with-registers-and-signal",
                    test_death_by_signal);
    g_test_add_func("/client/hang/reported-after-the-deadline", test_hang);
}

static void add_failures(void)
{
    if (!g_getenv("OB_MIGRATE_EVERY")) {
        add_failures_by_request();
    }
    g_test_add_func("/client/death/seen-by-qmp", test_death_seen_by_qmp);
    g_test_add_func("/client/death/report-has-the-last-32-accesses", test_death_keeps_32_accesses);
    g_test_add_func("/client/quit/other-status-than-0-is-a-failure", test_quit_status);
    g_test_add_func("/client/start/refusal-has-status-and-stderr", test_start_refused);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!g_strcmp0(g_getenv("OB_PROGRAM"), "")) {
        g_print("1..0 # SKIP QEMU is missing: apt-get install qemu-system-x86\n");
        return 0;
    }
    add_verbs();
    if (host_is_qemu()) {
        g_test_add_func("/client/ports/each-width-reaches-the-host-bridge", test_ports);
    } else {
        add_verbs_of_our_hosts();
    }
    if (is_in_process()) {
        g_test_add_func("/client/qmp/is-a-failure-in-process", test_qmp_in_process);
    } else {
        add_verbs_over_sockets();
        add_failures();
    }
    return g_test_run();
}
