/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PC's CMOS memory, in process.  test-address-map.c compares its content with QEMU's. */
#include <glib.h>
#include <string.h>

#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"
#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/machine/parts/cmos-ports.h"

enum { REG_A = 0x0a, REG_C = 0x0c, REG_D = 0x0d, FREE = 0x40, THIRD = 0x38, FIRST = 0x3d };

static uint32_t order(ObHost *host)
{
    return (uint32_t)cmos_read(host, FIRST) << 8 | cmos_read(host, THIRD);
}

/* ------------------------------------------------------------------- memory */

static void test_keeps_what_is_written(void)
{
    ObHost *host = host_new(NULL);

    cmos_write(host, FREE, 0x5a);
    g_assert_cmphex(cmos_read(host, FREE), ==, 0x5a);
    ob_host_reset(host);
    g_assert_cmphex(cmos_read(host, FREE), ==, 0x5a);
    ob_host_free(host);
}

static void test_index_has_seven_bits(void)
{
    ObHost *host = host_new(NULL);

    cmos_write(host, 0x80 | FREE, 0x5a);
    g_assert_cmphex(cmos_read(host, FREE), ==, 0x5a);
    g_assert_cmphex(ob_host_load(host, HW_SPACE_IO, 0x70, 1), ==, 0xff);
    ob_host_free(host);
}

static void test_status_is_read_only(void)
{
    ObHost *host = host_new(NULL);

    cmos_write(host, REG_A, 0xff);
    g_assert_cmphex(cmos_read(host, REG_A), ==, 0x7f);
    cmos_write(host, REG_C, 0xff);
    g_assert_cmphex(cmos_read(host, REG_C), ==, 0);
    cmos_write(host, REG_D, 0);
    g_assert_cmphex(cmos_read(host, REG_D), ==, 0x80);
    ob_host_free(host);
}

static void test_time_is_a_date(void)
{
    ObHost *host = host_new(NULL);

    g_assert_cmphex(cmos_read(host, 0x32), ==, 0x20);
    g_assert_cmphex(cmos_read(host, 7), >=, 1);
    g_assert_cmphex(cmos_read(host, 7), <=, 0x31);
    g_assert_cmphex(cmos_read(host, 8), >=, 1);
    g_assert_cmphex(cmos_read(host, 8), <=, 0x12);
    ob_host_free(host);
}

/* 2006-06-17T16:01:21 */
static void test_clock_starts_with_a_date(void)
{
    const ObBoot boot = { .has_date = true, .date = 1150560081 };
    static const uint8_t expected[][2] = { { 0x32, 0x20 }, { 9, 0x06 }, { 8, 0x06 }, { 7, 0x17 },
                                           { 4, 0x16 },    { 2, 0x01 }, { 0, 0x21 }, { 6, 7 } };
    ObHost *host = host_new(&boot);

    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_assert_cmphex(cmos_read(host, expected[i][0]), ==, expected[i][1]);
    }
    ob_host_free(host);
}

/* A year is far more than the test takes. */
static void test_clock_starts_with_an_offset(void)
{
    const ObBoot boot = { .clock_offset = INT64_C(100) * 366 * 86400 };
    ObHost *host = host_new(&boot);

    g_assert_cmphex(cmos_read(host, 0x32), ==, 0x21);
    ob_host_free(host);
}

static void test_virt_has_none(void)
{
    const ObHostConfig config = { .architecture = "aarch64" };
    ObHost *host = ob_host_new(&config, NULL);

    g_assert_cmphex(cmos_read(host, REG_D), ==, 0xff);
    ob_host_free(host);
}

/* --------------------------------------------------------------- boot order */

/* The values are those of QEMU's boot-order-test. */
static const struct Orders {
    ObBoot boot;
    uint32_t first;
    uint32_t later; /* the value after a reset */
} orders[] = {
    { { .order = NULL }, 0x1230, 0x1230 },
    { { .no_floppy_check = true }, 0x1231, 0x1231 },
    { { .order = "c" }, 0x0200, 0x0200 },
    { { .order = "nda" }, 0x3410, 0x3410 },
    { { .order = "" }, 0, 0 },
    { { .once = "a" }, 0x0100, 0x1230 },
    { { .once = "a", .no_floppy_check = true }, 0x0101, 0x1231 },
    { { .once = "a", .order = "c" }, 0x0100, 0x0200 },
};

static void test_boot_orders(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
        ObHost *host = host_new(&orders[i].boot);

        g_assert_cmphex(order(host), ==, orders[i].first);
        ob_host_reset(host);
        g_assert_cmphex(order(host), ==, orders[i].later);
        ob_host_free(host);
    }
}

static void test_order_that_a_guest_sets_stays(void)
{
    ObHost *host = host_new(NULL);

    ob_host_reset(host);
    cmos_write(host, FIRST, 0x21);
    ob_host_reset(host);
    g_assert_cmphex(cmos_read(host, FIRST), ==, 0x21);
    ob_host_free(host);
}

static void order_refused(const ObBoot *boot, const char *sentence)
{
    HW_ERROR(error, 200);

    g_assert_null(host_try(boot, &error));
    g_assert_cmpstr(error.text, ==, sentence);
}

static void test_four_devices_are_refused(void)
{
    order_refused(&(const ObBoot) { .order = "cadn" },
                  "machine: boot order 'cadn' has 4 devices, expected at most 3");
}

static void test_device_of_other_machines_is_refused(void)
{
    order_refused(&(const ObBoot) { .once = "e" },
                  "machine: invalid boot device 'e': expected a, b, c, d or n");
}

/* -------------------------------------------------------------------- state */

static void test_moves_with_the_machine(void)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    ObHost *from = host_new(NULL), *to = host_new(&(const ObBoot) { .order = "c" });
    ObSave *save = ob_save_new(from, stream_sink, stream, NULL);
    ObLoad *load = ob_load_new(to);

    cmos_write(from, FREE, 0x5a);
    g_assert_true(ob_save_finish(save, "running", NULL));
    g_assert_true(ob_load_feed(load, stream->data, stream->len) && ob_load_finish(load));
    g_assert_cmphex(data_read(to), ==, 0x5a);
    g_assert_cmphex(order(to), ==, 0x1230);
    ob_load_free(load);
    ob_save_free(save);
    ob_host_free(from);
    ob_host_free(to);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cmos/keeps-what-is-written", test_keeps_what_is_written);
    g_test_add_func("/cmos/index-has-seven-bits", test_index_has_seven_bits);
    g_test_add_func("/cmos/status-is-read-only", test_status_is_read_only);
    g_test_add_func("/cmos/time-is-a-date", test_time_is_a_date);
    g_test_add_func("/cmos/clock-starts-with-a-date", test_clock_starts_with_a_date);
    g_test_add_func("/cmos/clock-starts-with-an-offset", test_clock_starts_with_an_offset);
    g_test_add_func("/cmos/virt-has-none", test_virt_has_none);
    g_test_add_func("/cmos/boot-order/follows-the-options", test_boot_orders);
    g_test_add_func("/cmos/boot-order/of-a-guest-stays", test_order_that_a_guest_sets_stays);
    g_test_add_func("/cmos/boot-order/four-devices-are-refused", test_four_devices_are_refused);
    g_test_add_func("/cmos/boot-order/device-of-other-machines-is-refused",
                    test_device_of_other_machines_is_refused);
    g_test_add_func("/cmos/moves-with-the-machine", test_moves_with_the_machine);
    return g_test_run();
}
