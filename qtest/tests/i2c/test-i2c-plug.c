/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Targets of our program's buses: how they come and go, and how they move in a stream. */
#include "qtest/tests/i2c/i2c-guest.h"

enum { WARM_AT = 0x48, LIMIT = 3 };

static void refused(const char *devices, const char *sentence)
{
    const ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = devices };
    HW_ERROR(error, 4096);

    g_assert_null(ob_client_start(&start, &error));
    if (!strstr(error.text, sentence)) {
        g_error("%s: says '%s', expected '%s'", devices, error.text, sentence);
    }
}

static void test_refused(void)
{
    refused("-device lm75", "No 'i2c-bus' bus found for device 'lm75'");
    refused("-device i2c-ocores -device lm75,bus=i2c1", "Bus 'i2c1' not found");
    refused("-device i2c-ocores -device lm75,address=7",
            "lm75: address: invalid value '7': expected 0x08 to 0x77");
    refused("-device i2c-ocores -device lm75,address=0x78",
            "lm75: address: invalid value '0x78': expected 0x08 to 0x77");
    refused("-device i2c-ocores -device lm75 -device lm75,id=b",
            "b: address: 0x48 on bus 'i2c-ocores' is in use by 'lm75'");
    refused("-device i2c-ocores,bus=i2c0", "bus");
    refused("-device i2c-ocores -device lm75,temperature=hot",
            "lm75: temperature: invalid value 'hot': expected degrees Celsius in steps of 0.5, -55 "
            "to 125");
}

static void test_two_buses(void)
{
    ObClient *c = i2c_guest_start("-device lm75,bus=i2c0,temperature=1 "
                                  "-device i2c-ocores,id=i2c1,addr=0xfe001000 "
                                  "-device lm75,id=b,bus=i2c1,temperature=2");

    g_assert_cmphex(i2c_read_register(c, WARM_AT, 0, 2), ==, 0x0100);
    ob_client_quit(c);
}

static void del(ObClient *c, const char *id)
{
    json_decref(ob_client_qmp(c, "device_del", json_pack("{s:s}", "id", id), NULL));
}

static void test_target_leaves(void)
{
    ObClient *c = i2c_guest_start("-device lm75,id=warm,bus=i2c0");

    g_assert_true(i2c_address(c, WARM_AT, false));
    g_assert_true(i2c_send(c, LIMIT));
    del(c, "warm");
    g_assert_false(i2c_send(c, 0x12));
    g_assert_cmphex(i2c_receive(c), ==, 0xff);
    i2c_stop(c);
    g_assert_false(i2c_address(c, WARM_AT, false));
    i2c_stop(c);
    json_decref(
        ob_client_qmp(c, "device_add",
                      json_pack("{s:s, s:s, s:s}", "driver", "lm75", "id", "warm", "bus", "i2c0"),
                      NULL));
    g_assert_cmphex(i2c_read_register(c, WARM_AT, LIMIT, 2), ==, 0x5000);
    ob_client_quit(c);
}

static void test_controller_leaves(void)
{
    ObClient *c = i2c_guest_start("-device lm75,id=warm,bus=i2c0");
    json_t *error = NULL;

    g_assert_true(i2c_address(c, WARM_AT, true));
    del(c, "i2c0");
    g_assert_null(ob_client_qmp(c, "device_del", json_pack("{s:s}", "id", "warm"), &error));
    g_assert_nonnull(error);
    json_decref(error);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/i2c/options/refused", test_refused);
    g_test_add_func("/i2c/bus/each-has-its-targets", test_two_buses);
    g_test_add_func("/i2c/unplug/target-in-a-transfer", test_target_leaves);
    g_test_add_func("/i2c/unplug/controller-takes-its-targets", test_controller_leaves);
    return g_test_run();
}
