/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pci-idio-16, and with it the lines of hw.gpio/1.  The same tests run in our program and, through
 * the bridge, in stock QEMU.  OB_PROGRAM names the program, OB_ARGUMENTS has its way to the device.
 * OB_RELEASE is QEMU's release.
 */
#include "qtest/client/drivers/pci.h"
#include "qtest/text/json.h"

#define PATH "/machine/peripheral/card"

enum { OUT_LOW, IN_LOW, IRQ_CONTROL, FILTER_CONTROL, OUT_HIGH, IN_HIGH, IRQ_STATUS };
enum { STATUS = 0x06, INTERRUPT = 1 << 3, DECODE_IO = 1 };

typedef struct Card {
    ObClient *c;
    PciBus bus;
    uint32_t address;
    PciBar bar;
} Card;

static void set_up(Card *f, gconstpointer data)
{
    g_autofree char *arguments = g_strdup_printf(
        "-M q35 -nodefaults %s -device pci-idio-16,id=card%s", g_getenv("OB_ARGUMENTS"),
        data ? (const char *)data : "");
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .accelerator = g_getenv("OB_ACCELERATOR"),
                            .arguments = arguments };
    HW_ERROR(error, 4096);

    f->c = ob_client_start(&start, &error);
    g_assert_cmpstr(error.text, ==, "");
    f->bus = pci_of_pc(f->c);
    f->address = pci_find(&f->bus, 0x494f, 0x0dc8, 0);
    g_assert_cmphex(f->address, !=, PCI_NOT_FOUND);
    f->bar = pci_bar_map(&f->bus, f->address, 2);
    g_assert_cmpuint(f->bar.size, ==, 8);
    pci_command(&f->bus, f->address, DECODE_IO);
}

static void tear_down(Card *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->c);
}

static uint32_t rd(Card *f, uint32_t offset)
{
    return (uint32_t)pci_bar_read(&f->bar, offset, 1);
}

static void wr(Card *f, uint32_t offset, uint8_t value)
{
    pci_bar_write(&f->bar, offset, value, 1);
}

static void input(Card *f, uint32_t number, bool level)
{
    g_assert_true(ob_client_set_irq_in(f->c, PATH, "in", number, level));
}

static bool interrupts(Card *f)
{
    return pci_config_read(&f->bus, f->address, STATUS, 2) & INTERRUPT;
}

static uint32_t property(Card *f, const char *name)
{
    json_t *levels = ob_client_qmp(f->c, "qom-get",
                                   json_pack("{s:s, s:o}", "path", PATH, "property",
                                             ob_json_text(name)),
                                   NULL);
    uint32_t value = (uint32_t)json_integer_value(levels);

    json_decref(levels);
    return value;
}

static void test_outputs(Card *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(property(f, "outputs"), ==, 0);
    wr(f, OUT_LOW, 0x81);
    wr(f, OUT_HIGH, 0x40);
    g_assert_cmphex(rd(f, OUT_LOW), ==, 0x81);
    g_assert_cmphex(rd(f, OUT_HIGH), ==, 0x40);
    g_assert_cmphex(property(f, "outputs"), ==, 0x4081);
    ob_client_reset(f->c);
    g_assert_cmphex(property(f, "outputs"), ==, 0);
}

static void test_output_lines(Card *f, gconstpointer data)
{
    (void)data;
    g_assert_true(ob_client_irq_intercept_out(f->c, PATH, "out"));
    wr(f, OUT_LOW, 0x81);
    wr(f, OUT_HIGH, 0x40);
    for (uint32_t i = 0; i < 16; i++) {
        g_assert_cmpint(ob_client_irq_get(f->c, i), ==, 0x4081 >> i & 1);
    }
    wr(f, OUT_LOW, 0x80);
    g_assert_false(ob_client_irq_get(f->c, 0));
    g_assert_true(ob_client_irq_get(f->c, 7));
    ob_client_reset(f->c);
    g_assert_false(ob_client_irq_get(f->c, 14));
}

static void test_inputs(Card *f, gconstpointer data)
{
    (void)data;
    input(f, 3, true);
    input(f, 15, true);
    g_assert_cmphex(rd(f, IN_LOW), ==, 0x08);
    g_assert_cmphex(rd(f, IN_HIGH), ==, 0x80);
    input(f, 3, false);
    g_assert_cmphex(rd(f, IN_LOW), ==, 0);
}

static void test_inputs_by_property(Card *f, gconstpointer data)
{
    (void)data;
    json_decref(ob_client_qmp(f->c, "qom-set",
                              json_pack("{s:s, s:s, s:i}", "path", PATH, "property", "inputs",
                                        "value", 0x8001),
                              NULL));
    g_assert_cmphex(rd(f, IN_LOW), ==, 0x01);
    g_assert_cmphex(rd(f, IN_HIGH), ==, 0x80);
    input(f, 1, true);
    g_assert_cmphex(property(f, "inputs"), ==, 0x8003);
}

/* The host knows the level from nobody who drove the line. */
static void test_input_low_after_property(Card *f, gconstpointer data)
{
    (void)data;
    json_decref(ob_client_qmp(f->c, "qom-set",
                              json_pack("{s:s, s:s, s:i}", "path", PATH, "property", "inputs",
                                        "value", 0x0009),
                              NULL));
    input(f, 3, false);
    g_assert_cmphex(rd(f, IN_LOW), ==, 0x01);
}

static void test_inputs_at_reset(Card *f, gconstpointer data)
{
    (void)data;
    input(f, 5, true);
    ob_client_reset(f->c);
    f->bar = pci_bar_map(&f->bus, f->address, 2);
    pci_command(&f->bus, f->address, DECODE_IO);
    g_assert_cmphex(rd(f, IN_LOW), ==, 0x20);
}

static void test_interrupt(Card *f, gconstpointer data)
{
    (void)data;
    rd(f, IRQ_CONTROL);
    input(f, 2, true);
    g_assert_cmphex(rd(f, IRQ_STATUS), ==, 5);
    g_assert_true(interrupts(f));
    input(f, 9, true);
    g_assert_cmphex(rd(f, IRQ_STATUS), ==, 7);
    wr(f, IN_LOW, 0);
    g_assert_cmphex(rd(f, IRQ_STATUS), ==, 0);
    g_assert_false(interrupts(f));
    input(f, 9, false);
    g_assert_cmphex(rd(f, IRQ_STATUS), ==, 6);
}

/* Levels that the user gives: the outputs come back at a reset, the inputs stay. */
static void test_first_levels(Card *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(property(f, "inputs"), ==, 0x8001);
    g_assert_cmphex(property(f, "outputs"), ==, 0xffff);
    g_assert_cmphex(rd(f, IN_LOW) | rd(f, IN_HIGH) << 8, ==, 0x8001);
    g_assert_cmphex(rd(f, OUT_LOW) | rd(f, OUT_HIGH) << 8, ==, 0xffff);
    wr(f, OUT_LOW, 0);
    rd(f, IRQ_CONTROL);
    input(f, 0, false);
    g_assert_cmphex(rd(f, IRQ_STATUS), ==, 5);
    ob_client_reset(f->c);
    f->bar = pci_bar_map(&f->bus, f->address, 2);
    pci_command(&f->bus, f->address, DECODE_IO);
    g_assert_cmphex(property(f, "outputs"), ==, 0xffff);
    g_assert_cmphex(property(f, "inputs"), ==, 0x8000);
    g_assert_cmphex(rd(f, IRQ_STATUS), ==, 0);
    input(f, 0, true);
    g_assert_cmphex(rd(f, IRQ_STATUS), ==, 0); /* the reset has disabled it */
}

static void test_no_interrupt(Card *f, gconstpointer data)
{
    (void)data;
    input(f, 2, true);
    g_assert_cmphex(rd(f, IRQ_STATUS), ==, 0);
    rd(f, IRQ_CONTROL);
    input(f, 2, true);
    g_assert_cmphex(rd(f, IRQ_STATUS), ==, 0);
    wr(f, IRQ_CONTROL, 0);
    input(f, 2, false);
    g_assert_cmphex(rd(f, IRQ_STATUS), ==, 0);
    g_assert_false(interrupts(f));
}

static void test_refused(Card *f, gconstpointer data)
{
    (void)data;
    g_assert_false(ob_client_set_irq_in(f->c, PATH, "out", 1, true));
    g_assert_false(ob_client_set_irq_in(f->c, PATH, "in", 16, true));
    g_assert_false(ob_client_irq_intercept_out(f->c, PATH, "in"));
}

#define TEST(path, function) \
    g_test_add("/pci-idio-16/" path, Card, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("outputs/show-in-the-property-until-a-reset", test_outputs);
    TEST("inputs/by-line", test_inputs);
    TEST("inputs/by-property", test_inputs_by_property);
    TEST("inputs/go-low-after-a-property", test_input_low_after_property);
    TEST("inputs/stay-at-reset", test_inputs_at_reset);
    g_test_add("/pci-idio-16/levels-of-the-user", Card, ",inputs=0x8001,outputs=65535", set_up,
               test_first_levels, tear_down);
    TEST("interrupt/at-a-change", test_interrupt);
    TEST("interrupt/none-without-a-change-or-disabled", test_no_interrupt);
    /* QEMU 7.2 tells nothing of named outputs. */
    if (g_strcmp0(g_getenv("OB_RELEASE"), "7.2") != 0) {
        TEST("outputs/drive-lines", test_output_lines);
    }
    /* QEMU ends with an assertion. */
    if (!g_getenv("OB_RELEASE")) {
        TEST("refused/other-name-or-number", test_refused);
    }
    return g_test_run();
}
