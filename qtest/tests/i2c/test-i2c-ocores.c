/* SPDX-License-Identifier: GPL-2.0-or-later */
/* i2c-ocores with lm75 on its bus, in our program and, through the bridge, in stock QEMU. */
#include "qtest/tests/i2c/i2c-guest.h"
#include "qtest/text/json.h"

#define WARM "-device lm75,id=warm,bus=i2c0,temperature=25.5 "
#define COLD "-device lm75,id=cold,bus=i2c0,address=0x4f,temperature=-12.5"

enum { WARM_AT = 0x48, COLD_AT = 0x4f, NOBODY_AT = 0x50 };
enum { TEMPERATURE, CONFIGURATION, HYSTERESIS, LIMIT };

typedef struct Bus {
    ObClient *c;
} Bus;

static void set_up(Bus *f, gconstpointer data)
{
    (void)data;
    f->c = i2c_guest_start(WARM COLD);
}

static void tear_down(Bus *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->c);
}

static bool is_busy(Bus *f)
{
    return i2c_rd(f->c, OCORES_COMMAND) & OCORES_BUSY;
}

/* Returns false if the host refuses the value. */
static bool temperature_set(Bus *f, const char *text)
{
    json_t *error = NULL;

    json_decref(ob_client_qmp(f->c, "qom-set",
                              json_pack("{s:s, s:s, s:o}", "path", "/machine/peripheral/warm",
                                        "property", "temperature", "value", ob_json_text(text)),
                              &error));
    json_decref(error);
    return !error;
}

/* ------------------------------------------------------------------------ transfers */

static void test_registers(Bus *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(i2c_read_register(f->c, WARM_AT, TEMPERATURE, 2), ==, 0x1980);
    g_assert_cmphex(i2c_read_register(f->c, COLD_AT, TEMPERATURE, 2), ==, 0xf380);
    g_assert_cmphex(i2c_read_register(f->c, WARM_AT, HYSTERESIS, 2), ==, 0x4b00);
    g_assert_cmphex(i2c_read_register(f->c, WARM_AT, LIMIT, 2), ==, 0x5000);
}

static void test_writes(Bus *f, gconstpointer data)
{
    (void)data;
    g_assert_true(i2c_write_register(f->c, WARM_AT, LIMIT, 0xc9ff, 2));
    g_assert_true(i2c_write_register(f->c, WARM_AT, CONFIGURATION, 0xff, 1));
    g_assert_true(i2c_write_register(f->c, WARM_AT, TEMPERATURE, 0, 2));
    g_assert_cmphex(i2c_read_register(f->c, WARM_AT, LIMIT, 2), ==, 0xc980);
    g_assert_cmphex(i2c_read_register(f->c, WARM_AT, CONFIGURATION, 1), ==, 0x1f);
    g_assert_cmphex(i2c_read_register(f->c, WARM_AT, TEMPERATURE, 2), ==, 0x1980);
    g_assert_cmphex(i2c_read_register(f->c, COLD_AT, LIMIT, 2), ==, 0x5000);
}

/* The pointer stays where a write left it, and the register begins again. */
static void test_pointer(Bus *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(i2c_read_register(f->c, WARM_AT, LIMIT, 5), ==, 0x00500050 /* the last four */);
    g_assert_true(i2c_address(f->c, WARM_AT, true));
    g_assert_cmphex(i2c_receive(f->c), ==, 0x50);
    i2c_stop(f->c);
    g_assert_true(i2c_address(f->c, WARM_AT, true));
    g_assert_cmphex(i2c_receive(f->c), ==, 0x50);
    i2c_stop(f->c);
}

static void test_no_register(Bus *f, gconstpointer data)
{
    (void)data;
    g_assert_true(i2c_write_register(f->c, WARM_AT, 4, 0x1234, 2));
    g_assert_cmphex(i2c_read_register(f->c, WARM_AT, 4, 2), ==, 0xffff);
    g_assert_cmphex(i2c_read_register(f->c, WARM_AT, 255, 2), ==, 0xffff);
}

/* ------------------------------------------------------------------ hostile guests */

static void test_nobody(Bus *f, gconstpointer data)
{
    (void)data;
    g_assert_false(i2c_address(f->c, NOBODY_AT, false));
    g_assert_true(is_busy(f));
    g_assert_false(i2c_send(f->c, LIMIT));
    g_assert_cmphex(i2c_receive(f->c), ==, 0xff);
    i2c_stop(f->c);
    g_assert_false(is_busy(f));
    g_assert_cmphex(i2c_read_register(f->c, WARM_AT, TEMPERATURE, 2), ==, 0x1980);
}

/* Half a register is written; the next transfer is not disturbed. */
static void test_mid_byte(Bus *f, gconstpointer data)
{
    (void)data;
    g_assert_true(i2c_address(f->c, WARM_AT, false));
    g_assert_true(i2c_send(f->c, LIMIT));
    g_assert_true(i2c_send(f->c, 0x12));
    g_assert_true(i2c_address(f->c, COLD_AT, true));
    g_assert_cmphex(i2c_receive(f->c), ==, 0xf3);
    i2c_command(f->c, OCORES_START | OCORES_STOP);
    g_assert_false(is_busy(f));
    g_assert_cmphex(i2c_read_register(f->c, WARM_AT, LIMIT, 2), ==, 0x1200);
}

static void test_against_direction(Bus *f, gconstpointer data)
{
    (void)data;
    g_assert_true(i2c_address(f->c, WARM_AT, false));
    g_assert_cmphex(i2c_receive(f->c), ==, 0xff);
    g_assert_true(i2c_address(f->c, WARM_AT, true));
    g_assert_false(i2c_send(f->c, LIMIT));
    g_assert_cmphex(i2c_receive(f->c), ==, 0x19);
    i2c_stop(f->c);
}

/* A start alone waits; a start that reads has no address. */
static void test_odd_commands(Bus *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(i2c_command(f->c, OCORES_START), ==, 0);
    g_assert_cmphex(i2c_command(f->c, OCORES_NACK), ==, 0);
    g_assert_true(i2c_address(f->c, WARM_AT, true));
    g_assert_cmphex(i2c_command(f->c, OCORES_START | OCORES_READ | OCORES_WRITE) & OCORES_BUSY, ==,
                    OCORES_BUSY);
    g_assert_cmphex(i2c_rd(f->c, OCORES_DATA), ==, 0xff);
    g_assert_cmphex(i2c_receive(f->c), ==, 0xff);
    i2c_stop(f->c);
    i2c_stop(f->c);
    g_assert_cmphex(i2c_read_register(f->c, WARM_AT, TEMPERATURE, 2), ==, 0x1980);
}

/* ---------------------------------------------------------------------- controller */

static void test_disabled(Bus *f, gconstpointer data)
{
    (void)data;
    i2c_wr(f->c, OCORES_CONTROL, 0);
    i2c_wr(f->c, OCORES_DATA, WARM_AT << 1);
    g_assert_cmphex(i2c_command(f->c, OCORES_START | OCORES_WRITE), ==, 0);
}

static void test_interrupt(Bus *f, gconstpointer data)
{
    (void)data;
    g_assert_true(ob_client_irq_intercept_in(f->c, "ioapic"));
    i2c_wr(f->c, OCORES_CONTROL, OCORES_ENABLE | OCORES_INTERRUPTS);
    i2c_address(f->c, WARM_AT, true);
    g_assert_true(ob_client_irq_get(f->c, 11));
    i2c_command(f->c, OCORES_ACKNOWLEDGE);
    g_assert_false(ob_client_irq_get(f->c, 11));
    i2c_stop(f->c);
    g_assert_true(ob_client_irq_get(f->c, 11));
    i2c_wr(f->c, OCORES_CONTROL, OCORES_ENABLE);
    g_assert_false(ob_client_irq_get(f->c, 11));
}

static void test_reset(Bus *f, gconstpointer data)
{
    (void)data;
    g_assert_true(i2c_write_register(f->c, WARM_AT, LIMIT, 0x1200, 2));
    g_assert_true(i2c_address(f->c, WARM_AT, true));
    ob_client_reset(f->c);
    g_assert_cmphex(i2c_rd(f->c, OCORES_COMMAND), ==, 0);
    g_assert_cmphex(i2c_rd(f->c, OCORES_PRESCALE_HIGH), ==, 0xff);
    i2c_wr(f->c, OCORES_CONTROL, OCORES_ENABLE);
    g_assert_cmphex(i2c_receive(f->c), ==, 0xff);
    g_assert_cmphex(i2c_read_register(f->c, WARM_AT, LIMIT, 2), ==, 0x5000);
    g_assert_cmphex(i2c_read_register(f->c, WARM_AT, TEMPERATURE, 2), ==, 0x1980);
}

/* --------------------------------------------------------------------- temperature */

static void test_temperature(Bus *f, gconstpointer data)
{
    static const struct {
        const char *text;
        uint32_t shown;
    } rows[] = { { "0", 0 },          { "-0.5", 0xff80 },  { "-55", 0xc900 }, { "125", 0x7d00 },
                 { "124.5", 0x7c80 }, { "-54.5", 0xc980 }, { "-0.0", 0 },     { "99.0", 0x6300 } };

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_true(temperature_set(f, rows[i].text));
        g_assert_cmphex(i2c_read_register(f->c, WARM_AT, TEMPERATURE, 2), ==, rows[i].shown);
    }
}

static void test_bad_temperature(Bus *f, gconstpointer data)
{
    static const char *const texts[] = { "",    "warm",  "125.5", "-55.5", "25.3",
                                         "25.", "25.55", "2e1",   "25 ",   "99999999999" };

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_assert_false(temperature_set(f, texts[i]));
    }
    g_assert_cmphex(i2c_read_register(f->c, WARM_AT, TEMPERATURE, 2), ==, 0x1980);
}

/* QEMU's own target on our bus: the beginning of a screen's EDID. */
static void test_foreign_target(void)
{
    static const uint8_t edid[8] = { 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0 };
    ObClient *c = i2c_guest_start("-device i2c-ddc,bus=i2c0,address=0x52");

    g_assert_true(i2c_address(c, 0x52, false) && i2c_send(c, 0));
    g_assert_true(i2c_address(c, 0x52, true));
    for (uint32_t i = 0; i < sizeof(edid); i++) {
        g_assert_cmphex(i2c_receive(c), ==, edid[i]);
    }
    i2c_stop(c);
    ob_client_quit(c);
}

#define TEST(path, function) g_test_add("/" path, Bus, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("i2c-ocores/transfer/reads-registers-of-two-targets", test_registers);
    TEST("i2c-ocores/transfer/writes-what-the-masks-allow", test_writes);
    TEST("i2c-ocores/transfer/keeps-the-pointer", test_pointer);
    TEST("i2c-ocores/transfer/reads-ones-past-the-registers", test_no_register);
    TEST("i2c-ocores/transfer/nobody-answers", test_nobody);
    TEST("i2c-ocores/transfer/ends-mid-register", test_mid_byte);
    TEST("i2c-ocores/transfer/bytes-against-its-direction", test_against_direction);
    TEST("i2c-ocores/command/odd-ones-do-no-harm", test_odd_commands);
    TEST("i2c-ocores/command/ignored-while-disabled", test_disabled);
    TEST("i2c-ocores/interrupt/until-acknowledged-or-masked", test_interrupt);
    TEST("i2c-ocores/reset/frees-the-bus", test_reset);
    if (g_getenv("OB_RELEASE")) {
        g_test_add_func("/i2c-ocores/transfer/reads-a-target-of-qemus", test_foreign_target);
    }
    TEST("lm75/temperature/by-property", test_temperature);
    TEST("lm75/temperature/refused", test_bad_temperature);
    return g_test_run();
}
