/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An output that an option connects with an input of QEMU's own device, here a chip with lines on
 * I2C.  Its inputs have no name.  OB_OWN names the chip.
 */
#include "qtest/tests/i2c/i2c-guest.h"

enum { OWN_AT = 0x20, LAMPS_AT = 0x71, PIN = 3 };
enum { INPUT, OUTPUT, POLARITY, CONFIGURATION };

static ObClient *own_start(const char *input, HwError *error)
{
    g_autofree char *arguments = g_strdup_printf(
        "-M virt -nodefaults %s -device i2c-ocores,id=i2c0,addr=0x%x "
        "-device %s,id=own,bus=i2c0,address=0x%x "
        "-device pca9538,id=lamps,bus=i2c0,address=0x%x,out[2]=own:%s",
        g_getenv("OB_ARGUMENTS"), (unsigned)I2C_GUEST_BASE, g_getenv("OB_OWN"), OWN_AT, LAMPS_AT,
        input);
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .accelerator = g_getenv("OB_ACCELERATOR"),
                            .arguments = arguments };

    return ob_client_start(&start, error);
}

static bool pin_is_high(ObClient *c)
{
    return i2c_read_register(c, OWN_AT, INPUT, 1) >> PIN & 1;
}

static void test_drives(void)
{
    HW_ERROR(error, 4096);
    ObClient *c = own_start("3", &error);

    g_assert_cmpstr(error.text, ==, "");
    i2c_wr(c, OCORES_CONTROL, OCORES_ENABLE);
    g_assert_true(i2c_write_register(c, LAMPS_AT, CONFIGURATION, 0, 1));
    for (int i = 0; i < 4; i++) {
        g_assert_true(i2c_write_register(c, LAMPS_AT, OUTPUT, i % 2 ? 0xfb : 0x04, 1));
        g_assert_cmpint(pin_is_high(c), ==, i % 2 == 0);
    }
    ob_client_quit(c);
}

static void test_refused(void)
{
    HW_ERROR(error, 4096);

    g_assert_null(own_start("64", &error));
    g_assert_nonnull(
        strstr(error.text, "lamps: out[2]: input 64 of 'own' is out of range, expected 0 to "));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lines-own/option-drives-qemus-device", test_drives);
    g_test_add_func("/lines-own/input-out-of-range-is-refused", test_refused);
    return g_test_run();
}
