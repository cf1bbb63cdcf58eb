/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client whose host has died answers zero, false or nothing to whatever it is asked. */
#include "qtest/client/client.h"

#include <signal.h>

#define RAM 0x200000

static void count_reports(ObClient *c, const char *report, void *opaque)
{
    (void)c, (void)report;
    ++*(uint32_t *)opaque;
}

static ObClient *client_dead(uint32_t *reports)
{
    HW_ERROR(error, 4096);
    ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = "-machine q35" };
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    ob_client_on_failure(c, count_reports, reports);
    kill(ob_client_pid(c), SIGKILL);
    g_assert_null(ob_client_qmp(c, "query-status", NULL, NULL));
    g_assert_true(ob_client_failed(c));
    g_assert_cmpuint(*reports, ==, 1);
    return c;
}

static void assert_accesses(ObClient *c)
{
    uint8_t bytes[3] = { 1, 2, 3 };

    ob_client_writel(c, RAM, 1);
    ob_client_memwrite(c, RAM, bytes, sizeof(bytes));
    ob_client_memset(c, RAM, 0xff, 8);
    ob_client_outl(c, 0x70, 1);
    g_assert_cmphex(ob_client_readq(c, RAM), ==, 0);
    g_assert_cmphex(ob_client_inb(c, 0x71), ==, 0);
    ob_client_memread(c, RAM, bytes, sizeof(bytes));
    g_assert_cmphex(bytes[0] | bytes[1] | bytes[2], ==, 0);
    g_assert_false(ob_client_big_endian(c));
}

static void assert_lines_and_time(ObClient *c)
{
    g_assert_false(ob_client_irq_intercept_in(c, "/machine"));
    g_assert_false(ob_client_irq_intercept_out(c, "/machine", NULL));
    g_assert_false(ob_client_irq_get(c, 0));
    g_assert_false(ob_client_set_irq_in(c, "/machine", NULL, 0, true));
    g_assert_cmpint(ob_client_clock_step(c, 1000), ==, 0);
    g_assert_cmpint(ob_client_clock_set(c, 1000), ==, 0);
    g_assert_cmpint(ob_client_clock_step_next(c), ==, 0);
}

static void assert_ends(ObClient *c)
{
    size_t size = 0;

    g_assert_false(ob_client_net_send(c, "n", "frame", 5));
    g_assert_null(ob_client_net_receive(c, "n", &size));
    g_assert_false(ob_client_chardev_send(c, "s", "bytes", 5));
    g_assert_null(ob_client_chardev_receive(c, "s", &size));
    g_assert_false(ob_client_chardev_event(c, "s", "opened"));
}

static void assert_requests(ObClient *c)
{
    g_assert_null(ob_client_qmp(c, "query-status", NULL, NULL));
    g_assert_null(ob_client_qmp_raw(c, "{}"));
    g_assert_null(ob_client_qmp_event(c, "RESET", 0));
    g_assert_null(ob_client_qtest(c, "endianness"));
    g_assert_false(ob_client_qtest_lines(c, "endianness\n", 11, 1, NULL, NULL));
    g_assert_false(ob_client_lines_send(c, "endianness\n", 11));
    g_assert_false(ob_client_lines_await(c, 1, NULL, NULL));
    ob_client_reset(c);
    g_assert_false(ob_client_poll(c));
    g_assert_cmpint(ob_client_pid(c), ==, 0);
}

static void test_asked(const void *ask)
{
    uint32_t reports = 0;
    ObClient *c = client_dead(&reports);

    ((void (*)(ObClient *))ask)(c);
    g_assert_cmpuint(reports, ==, 1); /* the death alone */
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/client-dead/accesses-read-zero", assert_accesses, test_asked);
    g_test_add_data_func("/client-dead/lines-and-time-stand-still", assert_lines_and_time,
                         test_asked);
    g_test_add_data_func("/client-dead/networks-and-streams-have-no-end", assert_ends, test_asked);
    g_test_add_data_func("/client-dead/requests-have-no-answer", assert_requests, test_asked);
    return g_test_run();
}
