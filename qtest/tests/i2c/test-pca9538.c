/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pca9538 on the bus of i2c-ocores, in our program and, through the bridge, in stock QEMU. */
#include "qtest/tests/i2c/i2c-guest.h"

#define PATH "/machine/peripheral/pins"

enum { PINS_AT = 0x70 };
enum { INPUT, OUTPUT, POLARITY, CONFIGURATION };

typedef struct Pins {
    ObClient *c;
} Pins;

static void set_up(Pins *f, gconstpointer data)
{
    (void)data;
    f->c = i2c_guest_start("-device pca9538,id=pins,bus=i2c0");
}

static void tear_down(Pins *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->c);
}

static uint32_t rd(Pins *f, uint8_t pointer)
{
    return i2c_read_register(f->c, PINS_AT, pointer, 1);
}

static void wr(Pins *f, uint8_t pointer, uint8_t value)
{
    g_assert_true(i2c_write_register(f->c, PINS_AT, pointer, value, 1));
}

static void drive(Pins *f, uint32_t pin, bool level)
{
    g_assert_true(ob_client_set_irq_in(f->c, PATH, "in", pin, level));
}

static void test_reset_values(Pins *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(rd(f, INPUT), ==, 0);
    g_assert_cmphex(rd(f, OUTPUT), ==, 0xff);
    g_assert_cmphex(rd(f, POLARITY), ==, 0);
    g_assert_cmphex(rd(f, CONFIGURATION), ==, 0xff);
    g_assert_cmphex(rd(f, 4), ==, 0xff);
}

static void test_inputs(Pins *f, gconstpointer data)
{
    (void)data;
    drive(f, 0, true);
    drive(f, 7, true);
    g_assert_cmphex(rd(f, INPUT), ==, 0x81);
    wr(f, POLARITY, 0x0f);
    g_assert_cmphex(rd(f, INPUT), ==, 0x8e);
    drive(f, 7, false);
    g_assert_cmphex(rd(f, INPUT), ==, 0x0e);
}

/* A pin that the chip drives reads as driven, whatever comes from outside. */
static void test_outputs_read(Pins *f, gconstpointer data)
{
    (void)data;
    drive(f, 1, true);
    wr(f, OUTPUT, 0xa0);
    wr(f, CONFIGURATION, 0x0f);
    g_assert_cmphex(rd(f, INPUT), ==, 0xa2);
}

static void test_outputs(Pins *f, gconstpointer data)
{
    (void)data;
    g_assert_true(ob_client_irq_intercept_out(f->c, PATH, "out"));
    wr(f, OUTPUT, 0x02);
    g_assert_false(ob_client_irq_get(f->c, 1));
    wr(f, CONFIGURATION, 0xf0);
    g_assert_true(ob_client_irq_get(f->c, 1));
    g_assert_false(ob_client_irq_get(f->c, 0));
    wr(f, OUTPUT, 0x01);
    g_assert_false(ob_client_irq_get(f->c, 1));
    g_assert_true(ob_client_irq_get(f->c, 0));
}

static void test_reset(Pins *f, gconstpointer data)
{
    (void)data;
    drive(f, 2, true);
    wr(f, CONFIGURATION, 0);
    ob_client_reset(f->c);
    i2c_wr(f->c, OCORES_CONTROL, OCORES_ENABLE);
    g_assert_cmphex(rd(f, CONFIGURATION), ==, 0xff);
    g_assert_cmphex(rd(f, INPUT), ==, 0x04);
}

#define TEST(path, function) g_test_add("/pca9538/" path, Pins, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("registers/after-a-reset", test_reset_values);
    TEST("inputs/by-line-and-inverted", test_inputs);
    TEST("outputs/read-as-driven", test_outputs_read);
    TEST("reset/leaves-the-lines-from-outside", test_reset);
    /* QEMU 7.2 tells nothing of named outputs, and no line moves with the machine. */
    if (g_strcmp0(g_getenv("OB_RELEASE"), "7.2") != 0 && !g_getenv("OB_MIGRATE_EVERY")) {
        TEST("outputs/drive-lines", test_outputs);
    }
    return g_test_run();
}
