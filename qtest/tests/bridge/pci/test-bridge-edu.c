/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers and interrupts of our edu beside QEMU's own.  The two share no code: the test is the
 * referee.
 */
#include "qtest/tests/bridge/pci/edu-pair.h"

/* QEMU's device computes in a thread of its own. */
static void wait_until_computed(const Pair *p)
{
    while (
        (ob_client_load(p->c, p->ours + STATUS, 4) | ob_client_load(p->c, p->theirs + STATUS, 4)) &
        COMPUTING) {
        g_thread_yield();
    }
}

/* ------------------------------------------------------------- configuration */

static void compare_space(const Pair *p)
{
    for (uint32_t at = 0; at < 0x100; at++) {
        if (at < PCI_BAR_0 || at >= PCI_BAR_0 + 4) { /* the addresses differ */
            pair_config(p, at, 1);
        }
    }
}

static void test_space(void)
{
    Pair p = pair_start();

    g_assert_cmphex(pci_read(p.c, OURS, 0, 4), ==, 0x11e81234);
    g_assert_cmpuint(pci_find(p.c, OURS, PCI_MSI), !=, 0);
    compare_space(&p);
    ob_client_quit(p.c);
}

/* Each byte gets ones and zeros: the same bits stick in both. */
static void test_space_writes(void)
{
    static const uint8_t values[] = { 0xff, 0x00, 0xa5 };
    Pair p = pair_start();

    for (uint32_t at = 0; at < 0x100; at++) {
        for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
            pci_write(p.c, OURS, at, values[i], 1);
            pci_write(p.c, THEIRS, at, values[i], 1);
            pair_config(&p, at, 1);
        }
    }
    compare_space(&p);
    ob_client_quit(p.c);
}

static void test_size(void)
{
    Pair p = pair_start();

    pci_write(p.c, OURS, PCI_BAR_0, UINT32_MAX, 4);
    pci_write(p.c, THEIRS, PCI_BAR_0, UINT32_MAX, 4);
    g_assert_cmphex(pair_config(&p, PCI_BAR_0, 4), ==, 0xfff00000);
    ob_client_quit(p.c);
}

/* ------------------------------------------------------------------ accesses */

static const uint32_t sizes[] = { 1, 2, 4, 8 };

static void compare_registers(const Pair *p)
{
    for (uint32_t at = 0; at < 0xb0; at++) {
        for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
            pair_load(p, at, sizes[i]);
        }
    }
}

static void test_reads(void)
{
    Pair p = pair_start();

    g_assert_cmphex(pair_load(&p, 0, 4), ==, 0x010000ed);
    compare_registers(&p);
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        pair_load(&p, 0x1000, sizes[i]);
        pair_load(&p, 0x100000 - sizes[i], sizes[i]);
    }
    ob_client_quit(p.c);
}

/* Writes of each width to each offset.  COMMAND gets no START, and FACTORIAL nothing large: QEMU
 * multiplies all numbers down to 1. */
static void test_writes(void)
{
    Pair p = pair_start();

    for (uint32_t at = 0; at < 0xb0; at++) {
        for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
            pair_store(&p, at, UINT64_C(0x0000aabb0000ee00) + (at & 0xe), sizes[i]);
            wait_until_computed(&p);
        }
    }
    compare_registers(&p);
    ob_client_quit(p.c);
}

/* Without NOTIFY: QEMU's thread would set IRQ at a time of its own. */
static uint64_t harmless(uint32_t at, uint64_t value)
{
    return at == COMMAND  ? value & ~(uint64_t)START
           : at == STATUS ? value & ~(uint64_t)NOTIFY
           : at < SOURCE  ? value & UINT64_C(0xfff00000fff)
                          : value;
}

static void test_random(void)
{
    Pair p = pair_start();

    for (int i = 0; i < 400; i++) {
        static const uint32_t offsets[] = { LIVE,   FACTORIAL, STATUS, IRQ,     RAISE, ACKNOWLEDGE,
                                            SOURCE, TARGET,    COUNT,  COMMAND, 0x84,  0x9c };
        uint32_t at = offsets[g_test_rand_int_range(0, G_N_ELEMENTS(offsets))];
        uint32_t size = sizes[g_test_rand_int_range(0, G_N_ELEMENTS(sizes))];
        uint64_t value = (uint64_t)(uint32_t)g_test_rand_int() << 32 | (uint32_t)g_test_rand_int();

        pair_store(&p, at, harmless(at, value), size);
        wait_until_computed(&p);
        pair_load(&p, at, size);
        pair_has_pin(&p);
    }
    compare_registers(&p);
    ob_client_quit(p.c);
}

/* ----------------------------------------------------------------- functions */

static void test_factorial(void)
{
    Pair p = pair_start();

    for (uint32_t n = 0; n <= 40; n++) {
        pair_store(&p, FACTORIAL, n, 4);
        wait_until_computed(&p);
        pair_load(&p, FACTORIAL, 4);
    }
    pair_store(&p, FACTORIAL, 5, 4);
    wait_until_computed(&p);
    g_assert_cmpuint(pair_load(&p, FACTORIAL, 4), ==, 120);
    ob_client_quit(p.c);
}

static void test_factorial_interrupts(void)
{
    Pair p = pair_start();

    pair_store(&p, STATUS, NOTIFY, 4);
    pair_store(&p, FACTORIAL, 3, 4);
    wait_until_computed(&p);
    while (!ob_client_load(p.c, p.theirs + IRQ, 4)) {
        g_thread_yield();
    }
    g_assert_cmphex(pair_load(&p, IRQ, 4), ==, 1);
    g_assert_true(pair_has_pin(&p));
    pair_store(&p, ACKNOWLEDGE, 1, 4);
    g_assert_false(pair_has_pin(&p));
    ob_client_quit(p.c);
}

static void test_pin(void)
{
    Pair p = pair_start();

    pair_store(&p, RAISE, 0x30, 4);
    g_assert_cmphex(pair_load(&p, IRQ, 4), ==, 0x30);
    g_assert_true(pair_has_pin(&p));
    pair_store(&p, ACKNOWLEDGE, 0x10, 4);
    g_assert_true(pair_has_pin(&p));
    pair_store(&p, ACKNOWLEDGE, 0x20, 4);
    g_assert_false(pair_has_pin(&p));
    ob_client_quit(p.c);
}

static void assert_messages(const Pair *p, uint32_t offset, uint32_t value, bool expected)
{
    ob_client_store(p->c, p->ours + offset, value, 4);
    g_assert_cmphex(pci_message(p->c), ==, expected ? 0x4f00 : 0);
    ob_client_store(p->c, p->theirs + offset, value, 4);
    g_assert_cmphex(pci_message(p->c), ==, expected ? 0x5100 : 0);
    g_assert_false(pair_has_pin(p));
}

/* One message for each event, also while an earlier one is not acknowledged. */
static void test_messages(void)
{
    Pair p = pair_start();

    pci_msi_on(p.c, OURS, 0x4f00, 0);
    pci_msi_on(p.c, THEIRS, 0x5100, 0);
    assert_messages(&p, RAISE, 1, true);
    assert_messages(&p, RAISE, 1, true);
    assert_messages(&p, RAISE, 2, true);
    assert_messages(&p, ACKNOWLEDGE, 3, false);
    ob_client_quit(p.c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/bridge-edu/configuration/is-that-of-qemus", test_space);
    g_test_add_func("/bridge-edu/configuration/the-same-bits-stick", test_space_writes);
    g_test_add_func("/bridge-edu/configuration/the-bar-has-the-same-size", test_size);
    g_test_add_func("/bridge-edu/registers/each-read-answers-alike", test_reads);
    g_test_add_func("/bridge-edu/registers/each-write-does-the-same", test_writes);
    g_test_add_func("/bridge-edu/registers/random-accesses-do-the-same", test_random);
    g_test_add_func("/bridge-edu/factorial/is-the-same", test_factorial);
    g_test_add_func("/bridge-edu/factorial/interrupts-if-asked", test_factorial_interrupts);
    g_test_add_func("/bridge-edu/interrupts/the-pin-follows-the-register", test_pin);
    g_test_add_func("/bridge-edu/interrupts/each-event-sends-a-message", test_messages);
    return g_test_run();
}
