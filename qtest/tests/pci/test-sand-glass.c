/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sand glass, and with it hw.clock and hw.event-loop.  The same tests run in our program, whose
 * clock the test steps, and through the bridge in stock QEMU, whose CPU halts while time passes.
 * OB_PROGRAM names the program, OB_ARGUMENTS has its way to the device, OB_RELEASE is QEMU's.
 */
#include <string.h>

#include "devices/misc/sand-glass-regs.h"
#include "qtest/client/client.h"
#include "qtest/client/drivers/pci.h"

#define BASE    0xfe000000u
#define RING    0x10000u
#define BUFFER  0x20000u
#define ENTRIES 4u
#define PERIOD  2000u /* us */
#define LIMIT   (60 * G_TIME_SPAN_SECOND)

typedef struct Glass {
    ObClient *c;
    PciBus bus;
    PciBar bar;
    bool is_pci;
} Glass;

static bool is_qemu(void)
{
    return g_getenv("OB_RELEASE") != NULL;
}

static void set_up(Glass *f, gconstpointer form)
{
    bool is_pci = g_str_equal(form, "pci");
    g_autofree char *arguments = g_strdup_printf("-M q35 -m 64 -nodefaults %s -device %s",
                                                 g_getenv("OB_ARGUMENTS"),
                                                 is_pci ? "sand-glass-pci,id=glass,addr=4"
                                                        : "sand-glass,id=glass,addr=0xfe000000");
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .accelerator = g_getenv("OB_ACCELERATOR"),
                            .arguments = arguments,
                            .halts = true };
    HW_ERROR(error, 4096);

    f->c = ob_client_start(&start, &error);
    g_assert_cmpstr(error.text, ==, "");
    f->is_pci = is_pci;
    if (is_pci) {
        uint32_t address;

        f->bus = pci_of_pc(f->c);
        address = pci_find(&f->bus, 0x1234, 0x5a4d, 0);
        g_assert_cmphex(address, ==, PCI_ADDRESS(4, 0));
        f->bar = pci_bar_map(&f->bus, address, 0);
        pci_command(&f->bus, address, 6); /* memory, bus master */
    }
}

static void tear_down(Glass *f, gconstpointer form)
{
    (void)form;
    ob_client_quit(f->c);
}

static uint32_t rd(Glass *f, uint32_t reg)
{
    return f->is_pci ? (uint32_t)pci_bar_read(&f->bar, 4 * reg, 4)
                     : ob_client_readl(f->c, BASE + 4 * reg);
}

static void wr(Glass *f, uint32_t reg, uint32_t value)
{
    if (f->is_pci) {
        pci_bar_write(&f->bar, 4 * reg, value, 4);
    } else {
        ob_client_writel(f->c, BASE + 4 * reg, value);
    }
}

static void ring_make(Glass *f)
{
    ob_client_memset(f->c, RING, 0, ENTRIES * SAND_DESCRIPTOR);
    ob_client_memset(f->c, BUFFER, 0, ENTRIES * SAND_STAMP);
    for (uint32_t i = 0; i < ENTRIES; i++) {
        ob_client_writeq(f->c, RING + i * SAND_DESCRIPTOR, BUFFER + i * SAND_STAMP);
        ob_client_writel(f->c, RING + i * SAND_DESCRIPTOR + 8, SAND_STAMP);
    }
    wr(f, SAND_RING, RING);
    wr(f, SAND_ENTRIES, ENTRIES);
    wr(f, SAND_PERIOD, PERIOD);
}

static uint64_t stamp(Glass *f, uint32_t number)
{
    return ob_client_readq(f->c, BUFFER + number * SAND_STAMP);
}

/* Lets time pass until HEAD is at `head`.  Our program's clock moves by periods. */
static void pass_until(Glass *f, uint32_t head)
{
    int64_t end = g_get_monotonic_time() + LIMIT;

    while (rd(f, SAND_HEAD) != head && g_get_monotonic_time() < end) {
        if (!is_qemu()) {
            ob_client_clock_step(f->c, PERIOD * INT64_C(1000));
        }
    }
    g_assert_cmpuint(rd(f, SAND_HEAD), ==, head);
}

static void test_stamps(Glass *f, gconstpointer form)
{
    (void)form;
    g_assert_cmphex(rd(f, SAND_ID), ==, SAND_MAGIC);
    ring_make(f);
    wr(f, SAND_TAIL, 3);
    wr(f, SAND_CTRL, SAND_ENABLE);
    pass_until(f, 3);
    g_assert_cmphex(rd(f, SAND_STATUS), ==, SAND_DONE);
    for (uint32_t i = 1; i < 3; i++) {
        g_assert_cmpuint(stamp(f, i), >=, stamp(f, i - 1) + PERIOD * 1000);
        g_assert_cmpuint(ob_client_readl(f->c, RING + i * SAND_DESCRIPTOR + 12), ==, SAND_STAMP);
    }
    g_assert_cmpuint(stamp(f, 3), ==, 0);
}

/* The ring goes on at its start. */
static void test_wraps(Glass *f, gconstpointer form)
{
    (void)form;
    ring_make(f);
    wr(f, SAND_CTRL, SAND_ENABLE);
    wr(f, SAND_TAIL, 3);
    pass_until(f, 3);
    wr(f, SAND_TAIL, 1);
    pass_until(f, 1);
    g_assert_cmpuint(stamp(f, 0), >, stamp(f, 3));
}

/* Nothing but the turn may serve: the period is longer than the test. */
static void test_turn(Glass *f, gconstpointer form)
{
    int64_t end = g_get_monotonic_time() + LIMIT;

    (void)form;
    ring_make(f);
    wr(f, SAND_PERIOD, UINT32_MAX);
    wr(f, SAND_TAIL, 2);
    wr(f, SAND_CTRL, SAND_ENABLE);
    g_assert_cmpuint(rd(f, SAND_HEAD), ==, 0);
    wr(f, SAND_CTRL, SAND_ENABLE | SAND_TURN);
    while (rd(f, SAND_HEAD) == 0 && g_get_monotonic_time() < end) {
        ob_client_poll(f->c);
    }
    g_assert_cmpuint(rd(f, SAND_HEAD), ==, 1);
    g_assert_cmphex(rd(f, SAND_STATUS), ==, SAND_DONE);
}

/* A ring that gets its size last begins a period as well. */
static void test_entries_last(Glass *f, gconstpointer form)
{
    (void)form;
    ring_make(f);
    wr(f, SAND_ENTRIES, 0);
    wr(f, SAND_TAIL, 2);
    wr(f, SAND_CTRL, SAND_ENABLE);
    wr(f, SAND_ENTRIES, ENTRIES);
    pass_until(f, 2);
}

/* A turn is made once, also if the machine stops afterwards: a stop makes what was left. */
static void test_turn_once(Glass *f, gconstpointer form)
{
    test_turn(f, form);
    json_decref(ob_client_qmp(f->c, "stop", NULL, NULL));
    json_decref(ob_client_qmp(f->c, "cont", NULL, NULL));
    g_assert_cmpuint(rd(f, SAND_HEAD), ==, 1);
}

static void test_error(Glass *f, gconstpointer form)
{
    (void)form;
    ring_make(f);
    ob_client_writeq(f->c, RING, UINT64_C(0x7000000000));
    wr(f, SAND_TAIL, 1);
    wr(f, SAND_CTRL, SAND_ENABLE | SAND_TURN);
    while (!rd(f, SAND_STATUS)) {
        ob_client_poll(f->c);
    }
    g_assert_cmphex(rd(f, SAND_STATUS), ==, SAND_ERROR);
    g_assert_cmpuint(rd(f, SAND_HEAD), ==, 0);
    ob_client_writeq(f->c, RING, BUFFER);
    wr(f, SAND_STATUS, SAND_ERROR);
    pass_until(f, 1);
    g_assert_cmphex(rd(f, SAND_STATUS), ==, SAND_DONE);
}

static void test_reset(Glass *f, gconstpointer form)
{
    (void)form;
    ring_make(f);
    wr(f, SAND_TAIL, 1);
    wr(f, SAND_CTRL, SAND_ENABLE);
    ob_client_reset(f->c);
    ob_client_clock_step(f->c, 10 * PERIOD * INT64_C(1000));
    g_assert_cmpuint(stamp(f, 0), ==, 0);
}

#define TEST(form, path, function) \
    g_test_add("/sand-glass/" form "/" path, Glass, form, set_up, function, tear_down)
#define TESTS(form)                                         \
    TEST(form, "stamps-a-buffer-each-period", test_stamps); \
    TEST(form, "ring-wraps", test_wraps);                   \
    TEST(form, "entries-last", test_entries_last);          \
    TEST(form, "turn-serves-at-once", test_turn);           \
    TEST(form, "turn-serves-once", test_turn_once);         \
    TEST(form, "error-stops-until-cleared", test_error)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TESTS("sysbus");
    TESTS("pci");
    if (!is_qemu()) { /* the guest's clock can't be stepped there */
        TEST("sysbus", "reset-ends-the-period", test_reset);
        TEST("pci", "reset-ends-the-period", test_reset);
    }
    return g_test_run();
}
