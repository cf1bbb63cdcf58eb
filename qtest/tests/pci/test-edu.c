/* SPDX-License-Identifier: GPL-2.0-or-later */
/* edu in this process, at the ends of each range.  test-bridge-edu has QEMU's own beside it. */
#include <string.h>

#include "devices/pci/edu-regs.h"
#include "qtest/tests/lib/host-stream.h"
#include "qtest/tests/pci/pci-host.h"

#define EDU     PCI_ADDRESS(4, 0)
#define RAM     UINT64_C(0x10000)
#define RAM_END UINT64_C(0x1000000) /* pci-host.c */

typedef struct EduTest {
    PciHost f;
    PciBar bar;
} EduTest;

static void edu_add(EduTest *t)
{
    g_assert_true(ob_host_load_plugins(t->f.host, g_getenv("OUTBOARD_SET"), &t->f.error));
    function_add(&t->f, "edu", "addr=4");
    t->bar = pci_bar_map(&t->f.bus, EDU, 0);
    pci_command(&t->f.bus, EDU, 6); /* memory, bus master */
}

static void set_up(EduTest *t, gconstpointer machine)
{
    pci_host_set_up(&t->f, machine);
    edu_add(t);
}

static void tear_down(EduTest *t, gconstpointer machine)
{
    pci_host_tear_down(&t->f, machine);
}

static uint32_t get(const EduTest *t, uint32_t word)
{
    return (uint32_t)pci_bar_read(&t->bar, 4 * word, 4);
}

static void put(const EduTest *t, uint32_t word, uint32_t value)
{
    register_write(&t->bar, 4 * word, value);
}

static bool has_pin(const EduTest *t)
{
    return pci_config_read(&t->f.bus, EDU, HW_PCI_STATUS, 2) & HW_PCI_STATUS_INTERRUPT;
}

static void turn(const EduTest *t)
{
    while (ob_host_poll(t->f.host)) {}
}

/* --------------------------------------------------------------- registers */

static void test_registers(EduTest *t, gconstpointer machine)
{
    static const uint32_t values[] = { 0, 1, 0x80000000, UINT32_MAX, 0x12345678 };

    (void)machine;
    g_assert_cmphex(get(t, ID), ==, 0x010000ed);
    put(t, ID, 0);
    g_assert_cmphex(get(t, ID), ==, 0x010000ed);
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        put(t, LIVE, values[i]);
        g_assert_cmphex(get(t, LIVE), ==, ~values[i]);
    }
    put(t, STATUS, UINT32_MAX);
    g_assert_cmphex(get(t, STATUS), ==, STATUS_NOTIFY);
    g_assert_cmphex(get(t, RAISE), ==, UINT32_MAX);
    g_assert_cmphex(get(t, ACKNOWLEDGE), ==, UINT32_MAX);
    g_assert_cmphex(get(t, REGISTERS), ==, UINT32_MAX);
    g_assert_cmphex(pci_bar_read(&t->bar, 0xffffc, 4), ==, UINT32_MAX);
    g_assert_cmphex(pci_bar_read(&t->bar, 0, 2), ==, 0);
}

/* A write of 4 bytes clears the upper half; of the upper half alone nothing is written. */
static void test_halves(EduTest *t, gconstpointer machine)
{
    static const uint32_t words[] = { SOURCE, TARGET, COUNT };

    (void)machine;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        uint64_t offset = 4 * words[i];

        pci_bar_write(&t->bar, offset, UINT64_C(0x1122334455667788), 8);
        g_assert_cmphex(pci_bar_read(&t->bar, offset, 8), ==, UINT64_C(0x1122334455667788));
        put(t, words[i] + 1, 5);
        g_assert_cmphex(pci_bar_read(&t->bar, offset, 8), ==, UINT64_C(0x1122334455667788));
        put(t, words[i], 9);
        g_assert_cmphex(pci_bar_read(&t->bar, offset, 8), ==, 9);
    }
    put(t, COMMAND, COMMAND_TO_GUEST | COMMAND_NOTIFY);
    g_assert_cmphex(get(t, COMMAND), ==, 0);
}

static void test_factorial(EduTest *t, gconstpointer machine)
{
    static const struct {
        uint32_t number, factorial;
    } rows[] = { { 0, 1 },   { 1, 1 },          { 2, 2 },           { 3, 6 },
                 { 5, 120 }, { 12, 479001600 }, { 13, 1932053504 }, { 33, 0x80000000 },
                 { 34, 0 },  { UINT32_MAX, 0 } };

    (void)machine;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        put(t, FACTORIAL, rows[i].number);
        g_assert_cmphex(get(t, STATUS), ==, STATUS_COMPUTING);
        put(t, FACTORIAL, 4); /* no number is taken now */
        g_assert_cmpuint(get(t, FACTORIAL), ==, rows[i].number);
        turn(t);
        g_assert_cmphex(get(t, STATUS), ==, 0);
        g_assert_cmpuint(get(t, FACTORIAL), ==, rows[i].factorial);
        g_assert_cmphex(get(t, IRQ), ==, 0);
    }
    g_assert_false(has_pin(t));
    put(t, STATUS, STATUS_NOTIFY);
    put(t, FACTORIAL, 3);
    g_assert_cmphex(get(t, STATUS), ==, STATUS_NOTIFY | STATUS_COMPUTING);
    turn(t);
    g_assert_cmphex(get(t, STATUS), ==, STATUS_NOTIFY);
    g_assert_cmphex(get(t, IRQ), ==, IRQ_FACTORIAL);
    g_assert_true(has_pin(t));
}

/* ------------------------------------------------------------- interrupts */

static void test_pin(EduTest *t, gconstpointer machine)
{
    (void)machine;
    put(t, RAISE, 0);
    g_assert_false(has_pin(t));
    put(t, RAISE, 0x80000001);
    put(t, RAISE, 0x10);
    g_assert_cmphex(get(t, IRQ), ==, 0x80000011);
    put(t, ACKNOWLEDGE, 0x11);
    g_assert_cmphex(get(t, IRQ), ==, 0x80000000);
    g_assert_true(has_pin(t));
    put(t, ACKNOWLEDGE, UINT32_MAX);
    g_assert_cmphex(get(t, IRQ), ==, 0);
    g_assert_false(has_pin(t));
}

/* Each event is a message, also if IRQ was not zero before; none is sent for no bit at all. */
static void test_messages(EduTest *t, gconstpointer machine)
{
    (void)machine;
    t->f.bus.message = 0xfee00000;
    g_assert_true(pci_msi_on(&t->f.bus, EDU, 1, 0x41));
    put(t, RAISE, 0);
    g_assert_cmpstr(t->f.messages->str, ==, "");
    put(t, RAISE, 2);
    put(t, RAISE, 0);
    put(t, FACTORIAL, 3);
    turn(t);
    g_assert_cmpstr(t->f.messages->str, ==, "fee00000=41 fee00000=41 fee00000=41 ");
    put(t, ACKNOWLEDGE, 2);
    put(t, FACTORIAL, 3);
    turn(t);
    g_assert_cmpstr(t->f.messages->str, ==, "fee00000=41 fee00000=41 fee00000=41 ");
    g_assert_false(has_pin(t));
}

/* -------------------------------------------------------------- transfers */

static void begin(const EduTest *t, uint64_t source, uint64_t target, uint64_t count,
                  uint32_t command)
{
    pci_bar_write(&t->bar, 4 * SOURCE, source, 8);
    pci_bar_write(&t->bar, 4 * TARGET, target, 8);
    pci_bar_write(&t->bar, 4 * COUNT, count, 8);
    put(t, COMMAND, command | COMMAND_START);
}

static void transfer(const EduTest *t, uint64_t source, uint64_t target, uint64_t count,
                     uint32_t command)
{
    begin(t, source, target, count, command);
    ob_host_clock_set(t->f.host, ob_host_clock_now(t->f.host) + TRANSFER_TIME);
    turn(t);
    g_assert_cmphex(get(t, COMMAND), ==, command);
}

static void buffer_fill(const EduTest *t, uint8_t value)
{
    ob_client_memset(t->f.client, RAM, value, BUFFER_SIZE);
    transfer(t, RAM, BUFFER_ADDRESS, BUFFER_SIZE, 0);
}

/* The buffer's bytes as a string of runs, "aa*4095 55*1". */
static void buffer_expect(const EduTest *t, const char *expected)
{
    g_autoptr(GString) runs = g_string_new(NULL);
    uint8_t bytes[BUFFER_SIZE];
    uint32_t first = 0;

    ob_client_memset(t->f.client, RAM, 0x77, BUFFER_SIZE);
    transfer(t, BUFFER_ADDRESS, RAM, BUFFER_SIZE, COMMAND_TO_GUEST);
    ob_client_memread(t->f.client, RAM, bytes, BUFFER_SIZE);
    for (uint32_t i = 1; i <= BUFFER_SIZE; i++) {
        if (i == BUFFER_SIZE || bytes[i] != bytes[first]) {
            g_string_append_printf(runs, "%s%02x*%u", first ? " " : "", bytes[first], i - first);
            first = i;
        }
    }
    g_assert_cmpstr(runs->str, ==, expected);
}

static void test_time(EduTest *t, gconstpointer machine)
{
    int64_t now = ob_host_clock_now(t->f.host);

    (void)machine;
    buffer_fill(t, 0xaa);
    now += TRANSFER_TIME;
    ob_client_memset(t->f.client, RAM, 0x55, 1);
    begin(t, RAM, BUFFER_ADDRESS + 4095, 1, COMMAND_NOTIFY);
    put(t, SOURCE, 1); /* a transfer under way keeps its registers */
    put(t, COMMAND, COMMAND_START);
    ob_host_clock_set(t->f.host, now + TRANSFER_TIME - 1);
    turn(t);
    g_assert_cmphex(get(t, COMMAND), ==, COMMAND_START | COMMAND_NOTIFY);
    g_assert_cmphex(get(t, SOURCE), ==, RAM);
    g_assert_cmphex(get(t, IRQ), ==, 0);
    ob_host_clock_set(t->f.host, now + TRANSFER_TIME);
    turn(t);
    g_assert_cmphex(get(t, COMMAND), ==, COMMAND_NOTIFY);
    g_assert_cmphex(get(t, IRQ), ==, IRQ_TRANSFER);
    g_assert_true(has_pin(t));
    buffer_expect(t, "aa*4095 55*1");
    g_assert_cmphex(get(t, IRQ), ==, IRQ_TRANSFER); /* without COMMAND_NOTIFY: no new event */
}

static void test_bounds(EduTest *t, gconstpointer machine)
{
    static const struct {
        uint64_t inside, outside, count;
        const char *buffer;
    } rows[] = {
        { BUFFER_ADDRESS, RAM, 0, "aa*4096" },
        { BUFFER_ADDRESS, RAM, 1, "55*1 aa*4095" },
        { BUFFER_ADDRESS, RAM, BUFFER_SIZE, "55*4096" },
        { BUFFER_ADDRESS, RAM, BUFFER_SIZE + 1, "aa*4096" },
        { BUFFER_ADDRESS - 1, RAM, 1, "aa*4096" },
        { BUFFER_ADDRESS + 1, RAM, BUFFER_SIZE - 1, "aa*1 55*4095" },
        { BUFFER_ADDRESS + 1, RAM, BUFFER_SIZE, "aa*4096" },
        { BUFFER_ADDRESS + 4095, RAM, 2, "aa*4096" },
        { BUFFER_ADDRESS + 4096, RAM, 1, "aa*4096" },
        { BUFFER_ADDRESS | UINT64_C(1) << 32, RAM, 1, "aa*4096" },
        { BUFFER_ADDRESS, RAM, UINT64_C(1) << 32 | 1, "aa*4096" },
        { BUFFER_ADDRESS, RAM | UINT64_C(0x7000000010000000), 16, "55*16 aa*4080" },
        { BUFFER_ADDRESS, RAM_END - 16, 16, "55*16 aa*4080" },
        { BUFFER_ADDRESS, RAM_END, 16, "aa*4096" },
    };

    (void)machine;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        buffer_fill(t, 0xaa);
        ob_client_memset(t->f.client, RAM, 0x55, BUFFER_SIZE);
        ob_client_memset(t->f.client, RAM_END - 16, 0x55, 16);
        transfer(t, rows[i].outside, rows[i].inside, rows[i].count, 0);
        buffer_expect(t, rows[i].buffer);
    }
}

/* ------------------------------------------------------------ reset, moves */

static void test_reset(EduTest *t, gconstpointer machine)
{
    static const uint32_t words[] = {
        LIVE, FACTORIAL, STATUS, IRQ, SOURCE, TARGET, COUNT, COMMAND
    };

    (void)machine;
    buffer_fill(t, 0xaa);
    put(t, RAISE, 1);
    put(t, LIVE, 5);
    begin(t, RAM, BUFFER_ADDRESS, 1, COMMAND_NOTIFY);
    ob_host_reset(t->f.host);
    t->bar = pci_bar_map(&t->f.bus, EDU, 0);
    pci_command(&t->f.bus, EDU, 6);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        g_assert_cmphex(get(t, words[i]), ==, 0);
    }
    g_assert_false(has_pin(t));
    ob_host_clock_set(t->f.host, ob_host_clock_now(t->f.host) + 2 * TRANSFER_TIME);
    turn(t);
    g_assert_cmphex(get(t, IRQ), ==, 0);
    buffer_expect(t, "00*4096");
}

/* The transfer ends there when it would have ended here, and a factorial is done before the move. */
static void test_moves(EduTest *t, gconstpointer machine)
{
    g_autoptr(GByteArray) stream = NULL;
    EduTest there = { 0 };

    set_up(&there, machine);
    buffer_fill(t, 0xaa);
    ob_client_memset(t->f.client, RAM, 0x55, 4);
    begin(t, RAM, BUFFER_ADDRESS + 8, 4, COMMAND_NOTIFY);
    put(t, FACTORIAL, 5);
    ob_host_clock_set(t->f.host, ob_host_clock_now(t->f.host) + TRANSFER_TIME / 2);
    stream = host_stream_save(t->f.host);
    host_stream_load(there.f.host, stream);
    g_assert_cmpuint(get(&there, FACTORIAL), ==, 120);
    g_assert_cmphex(get(&there, COMMAND), ==, COMMAND_START | COMMAND_NOTIFY);
    ob_host_clock_set(there.f.host, ob_host_clock_now(t->f.host) + TRANSFER_TIME / 2 - 1);
    turn(&there);
    g_assert_cmphex(get(&there, IRQ), ==, 0);
    ob_host_clock_set(there.f.host, ob_host_clock_now(t->f.host) + TRANSFER_TIME / 2);
    turn(&there);
    g_assert_cmphex(get(&there, IRQ), ==, IRQ_TRANSFER);
    g_assert_true(has_pin(&there));
    buffer_expect(&there, "aa*8 55*4 aa*4084");
    tear_down(&there, machine);
}

#define EDU_TEST(name, function) \
    g_test_add("/edu/" name, EduTest, "pc", set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    EDU_TEST("registers", test_registers);
    EDU_TEST("halves-of-8-bytes", test_halves);
    EDU_TEST("factorial", test_factorial);
    EDU_TEST("pin", test_pin);
    EDU_TEST("message-for-each-event", test_messages);
    EDU_TEST("transfer-takes-its-time", test_time);
    EDU_TEST("transfer-in-bounds", test_bounds);
    EDU_TEST("reset", test_reset);
    EDU_TEST("moves-with-a-transfer", test_moves);
    return g_test_run();
}
