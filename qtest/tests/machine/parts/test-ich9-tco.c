/* SPDX-License-Identifier: GPL-2.0-or-later */
/* q35's watchdog, TCO: timeouts, its place, its lock, and a reset by the program. */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/guest-state.h"
#include "qtest/client/drivers/pci.h"
#include "qtest/machine/board.h"
#include "qtest/tests/lib/host-stream.h"

#define TICK INT64_C(600000000)
#define LPC  PCI_ADDRESS(31, 0)

enum {
    BASE = 0x660, /* firmware's place */
    RELOAD = 0,
    DATA_IN = 2,
    STATUS_1 = 4,
    STATUS_2 = 6,
    CONTROL = 8,
    TIMER = 0x12,
    TIMEOUT = 0x8, /* in STATUS_1 */
    SECOND = 0x2,  /* in STATUS_2 */
    BOOT = 0x4,
    HALT = 0x800, /* in CONTROL */
    LOCK = 0x1000,
    CHIPSET = 0xfed1c000,
    GCS = CHIPSET + 0x3410,
    NO_REBOOT = 0x20,
};

typedef struct Tco {
    ObHost *host;
    ObClient *client;
    uint32_t hangs;
} Tco;

static void told(void *opaque, uint32_t news)
{
    ((Tco *)opaque)->hangs += news == HW_GUEST_HANGS;
}

/* `data` not NULL: the board's strap allows no reset. */
static void set_up(Tco *t, gconstpointer data)
{
    const ObHostConfig config = { .architecture = "x86_64",
                                  .machine = "q35",
                                  .no_reboot = { true, data != NULL } };
    HW_ERROR(error, 256);

    t->host = ob_host_new(&config, &error);
    g_assert_cmpstr(error.text, ==, "");
    t->client = ob_client_in_process(t->host);
    ob_host_observe_guest(t->host, told, t);
}

static void tear_down(Tco *t, gconstpointer data)
{
    (void)data;
    ob_client_quit(t->client);
    ob_host_free(t->host);
}

static uint16_t get(const Tco *t, uint16_t offset)
{
    return ob_client_inw(t->client, BASE + offset);
}

static void put(const Tco *t, uint16_t offset, uint16_t value)
{
    ob_client_outw(t->client, BASE + offset, value);
}

static void start(const Tco *t, uint16_t ticks)
{
    put(t, TIMER, ticks);
    put(t, RELOAD, 1);
}

static void pass(const Tco *t, int64_t ticks)
{
    ob_client_clock_step(t->client, ticks * TICK);
}

static void reboot_allow(const Tco *t)
{
    PciBus bus = pci_of_pc(t->client);

    pci_config_write(&bus, LPC, 0xf0, CHIPSET | 1, 4);
    g_assert_cmphex(ob_client_readl(t->client, GCS), ==, NO_REBOOT);
    ob_client_writel(t->client, GCS, 0);
}

/* -------------------------------------------------------------------- timeouts */

static void test_ticks_run_down(Tco *t, gconstpointer data)
{
    (void)data;
    start(t, 4);
    g_assert_cmphex(get(t, RELOAD), ==, 4);
    pass(t, 3);
    g_assert_cmphex(get(t, RELOAD), ==, 1);
    g_assert_cmphex(get(t, STATUS_1), ==, 0);
    pass(t, 1);
    g_assert_cmphex(get(t, STATUS_1), ==, TIMEOUT);
    g_assert_cmphex(get(t, STATUS_2), ==, 0);
}

static void test_reload_forgets_a_timeout(Tco *t, gconstpointer data)
{
    (void)data;
    reboot_allow(t);
    start(t, 4);
    for (int i = 0; i < 5; i++) {
        pass(t, 5);
        put(t, RELOAD, 1);
    }
    g_assert_cmphex(get(t, STATUS_2), ==, 0);
    g_assert_cmpuint(t->hangs, ==, 0);
}

static void test_second_timeout_is_told(Tco *t, gconstpointer data)
{
    (void)data;
    reboot_allow(t);
    start(t, 4);
    pass(t, 7);
    g_assert_cmpuint(t->hangs, ==, 0);
    pass(t, 1);
    g_assert_cmpuint(t->hangs, ==, 1);
    g_assert_cmphex(get(t, STATUS_2), ==, SECOND | BOOT);
    pass(t, 20);
    g_assert_cmpuint(t->hangs, ==, 1);
}

static void test_chipset_forbids_the_reset(Tco *t, gconstpointer data)
{
    (void)data;
    start(t, 4);
    pass(t, 100);
    g_assert_cmphex(get(t, STATUS_2), ==, SECOND | BOOT);
    g_assert_cmpuint(t->hangs, ==, 0);
}

/* The clock of a test may jump by centuries; the phase and the ticks are right afterwards. */
static void test_clock_jumps_over_timeouts(Tco *t, gconstpointer data)
{
    (void)data;
    start(t, 4);
    pass(t, INT64_C(4000000000) + 1);
    g_assert_cmphex(get(t, STATUS_2), ==, SECOND | BOOT);
    g_assert_cmphex(get(t, RELOAD), ==, 3);
    put(t, STATUS_1, TIMEOUT);
    pass(t, 2);
    g_assert_cmphex(get(t, STATUS_1), ==, 0);
    pass(t, 1);
    g_assert_cmphex(get(t, STATUS_1), ==, TIMEOUT);
}

/* An even number of timeouts has passed. */
static void test_reset_is_allowed_late(Tco *t, gconstpointer data)
{
    (void)data;
    start(t, 4);
    pass(t, INT64_C(8000000000));
    reboot_allow(t);
    pass(t, 7);
    g_assert_cmpuint(t->hangs, ==, 0);
    pass(t, 1);
    g_assert_cmpuint(t->hangs, ==, 1);
}

static void test_strap_forbids_the_reset(Tco *t, gconstpointer data)
{
    (void)data;
    reboot_allow(t);
    start(t, 4);
    pass(t, 100);
    g_assert_cmphex(get(t, STATUS_2), ==, SECOND | BOOT);
    g_assert_cmpuint(t->hangs, ==, 0);
}

static void test_halt_stops_the_timer(Tco *t, gconstpointer data)
{
    (void)data;
    start(t, 4);
    put(t, CONTROL, HALT);
    pass(t, 100);
    g_assert_cmphex(get(t, STATUS_1), ==, 0);
    put(t, CONTROL, 0);
    g_assert_cmphex(get(t, RELOAD), ==, 4);
    put(t, TIMER, 0);
    put(t, CONTROL, 0); /* no ticks: it does not run */
    pass(t, 100);
    g_assert_cmphex(get(t, STATUS_1), ==, 0);
}

static void test_reset_ends_the_watch(Tco *t, gconstpointer data)
{
    (void)data;
    start(t, 4);
    put(t, CONTROL, LOCK);
    ob_client_reset(t->client);
    pass(t, 100);
    g_assert_cmphex(get(t, STATUS_1), ==, 0);
    g_assert_cmphex(get(t, CONTROL), ==, 0);
    g_assert_cmphex(get(t, TIMER), ==, 4);
}

/* ----------------------------------------------------------------------- places */

static void test_guest_moves_the_ports(Tco *t, gconstpointer data)
{
    PciBus bus = pci_of_pc(t->client);

    (void)data;
    pci_config_write(&bus, LPC, 0x40, 0xb001, 4);
    g_assert_cmphex(get(t, TIMER), ==, 4);
    pci_config_write(&bus, LPC, 0x44, 0x80, 1);
    g_assert_cmphex(get(t, TIMER), ==, 0xffff);
    g_assert_cmphex(ob_client_inw(t->client, 0xb060 + TIMER), ==, 4);
    ob_client_reset(t->client);
    g_assert_cmphex(get(t, TIMER), ==, 4);
}

/* Something else keeps its ports. */
static void test_ports_over_others_are_nowhere(Tco *t, gconstpointer data)
{
    PciBus bus = pci_of_pc(t->client);

    (void)data;
    pci_config_write(&bus, LPC, 0x40, 0x0501, 4);
    pci_config_write(&bus, LPC, 0x44, 0x80, 1);
    g_assert_cmphex(get(t, TIMER), ==, 0xffff);
    pci_config_write(&bus, LPC, 0x40, 0x05a1, 4); /* 0x580, and 0x5e0 */
    g_assert_cmphex(ob_client_inw(t->client, 0x5e0 + TIMER), ==, 4);
    pci_config_write(&bus, LPC, 0xf0, 0xfec00001, 4);
    pci_config_write(&bus, LPC, 0xf0, 0, 4);
    g_assert_cmphex(ob_client_readl(t->client, GCS), ==, 0);
}

/* ------------------------------------------------------------------------ state */

static void test_watch_travels(Tco *t, gconstpointer data)
{
    g_autoptr(GByteArray) stream = NULL;

    (void)data;
    reboot_allow(t);
    start(t, 4);
    pass(t, 5);
    stream = host_stream_save(t->host);
    put(t, CONTROL, HALT);
    put(t, STATUS_1, TIMEOUT);
    host_stream_load(t->host, stream);
    g_assert_cmphex(get(t, STATUS_1), ==, TIMEOUT);
    g_assert_cmphex(get(t, RELOAD), ==, 3);
    pass(t, 3);
    g_assert_cmpuint(t->hangs, ==, 1);
}

/* ---------------------------------------------------------------------- program */

static ObClient *program(const char *arguments)
{
    const ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = arguments };
    HW_ERROR(error, 512);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

/* A machine of QEMU 8.0 or later has no strap, unless the user wants it. */
static void test_program_has_the_strap_of_its_version(void)
{
    static const struct {
        const char *arguments;
        bool resets;
    } rows[] = { { "-M pc-q35-7.2", false },
                 { "-M pc-q35-7.2 -global ICH9-LPC.noreboot=off", true },
                 { "-M pc-q35-8.0", true },
                 { "-M pc-q35-8.0 -global ICH9-LPC.noreboot=on", false } };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *arguments = g_strconcat(rows[i].arguments, " -action watchdog=none", NULL);
        Tco t = { .client = program(arguments) };
        json_t *event;

        reboot_allow(&t);
        start(&t, 4);
        pass(&t, 8);
        event = ob_client_qmp_event(t.client, "WATCHDOG", rows[i].resets ? 5000 : 0);
        g_assert_true((event != NULL) == rows[i].resets);
        json_decref(event);
        ob_client_quit(t.client);
    }
}

#define TCO_TEST(name, strap, function) \
    g_test_add("/ich9-tco/" name, Tco, strap, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TCO_TEST("ticks-run-down", NULL, test_ticks_run_down);
    TCO_TEST("reload-forgets-a-timeout", NULL, test_reload_forgets_a_timeout);
    TCO_TEST("second-timeout-is-told", NULL, test_second_timeout_is_told);
    TCO_TEST("chipset-forbids-the-reset", NULL, test_chipset_forbids_the_reset);
    TCO_TEST("clock-jumps-over-timeouts", NULL, test_clock_jumps_over_timeouts);
    TCO_TEST("reset-is-allowed-late", NULL, test_reset_is_allowed_late);
    TCO_TEST("strap-forbids-the-reset", "strap", test_strap_forbids_the_reset);
    TCO_TEST("halt-stops-the-timer", NULL, test_halt_stops_the_timer);
    TCO_TEST("reset-ends-the-watch", NULL, test_reset_ends_the_watch);
    TCO_TEST("guest-moves-the-ports", NULL, test_guest_moves_the_ports);
    TCO_TEST("ports-over-others-are-nowhere", NULL, test_ports_over_others_are_nowhere);
    TCO_TEST("watch-travels", NULL, test_watch_travels);
    g_test_add_func("/ich9-tco/program-has-the-strap-of-its-version",
                    test_program_has_the_strap_of_its_version);
    return g_test_run();
}
